"""An informal description read as what it asks for: stories, criteria, demands, bounds and questions of plain prose.

Trackers hand a ticket over as one long line: what were headings, bullets and steps follow each other without a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from torusnb.models.base import Place, Value
from torusnb.models.requirements import NonFunctional, Statement
from torusnb.spec.definitions import is_ticket
from torusnb.spec.entries import Entry, read_entries
from torusnb.spec.flat_lists import split_glued
from torusnb.spec.inline import is_empty, one_line
from torusnb.spec.markdown import parse_chapters
from torusnb.spec.notes import ReadNote
from torusnb.spec.prd import ParsedPrd
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.scenarios import is_title, split_criteria, trim_lead, trim_title
from torusnb.spec.topics import read_topic

_MOST_DEMANDS, _MOST_CRITERIA = 30, 60
_FEWEST_WORDS = 3
_ABOUT_DOCUMENT = re.compile(
    r"\b(?:full )?links? to (?:the|this) (?:ticket|issue|story|document|page)\b|\battach(?:ed|ments?)\b|"
    r"\bto get access to\b|^\W*(?:see|cf\.?) (?:the )?(?:attached|ticket|screenshots?|figma|comments?)\b|"
    r"^\W*https?://\S+\W*$|^(?:\s*!?\[[^\]]*\]\([^)]*\))+\s*$|"
    r"^\W*this (?:document|page|note|ticket|file) (?:is|was|may|needs?)\b|"
    r"^\W*(?:this is an? \w+[.,]?\s*)?(?:use )?slug\b|^\W*this is an? (?:feature|bug|chore|epic|story)\b[^.]{0,40}$|"
    r"\bnote to (?:the )?(?:engineer|developer|reader|self)s?\b|\binformal description\b|^\W*(?:n/?a|tbd)\W*$",
    re.IGNORECASE,
)
"""A sentence on the document, its links and its place in the tracker, which asks for nothing."""
_OF_TODAY = re.compile(r"^reviews? of\b|\bfindings\b|^examples?\b", re.IGNORECASE)
"""A heading of what was found or shown, which asks for nothing."""
_STORY = re.compile(
    r"\bAs\s+an?\s+(?P<role>[A-Za-z][\w /-]{1,40}?)\s*[,:]?\s+(?P<want>I\s+(?:want|need|would\s+like|wish)\b.*)",
    re.DOTALL,
)
_STORY_LABEL = re.compile(r"^As an? (?P<role>[\w /-]{2,40})$")
_WANTS = re.compile(r"^I (?:want|need|would like|wish)\b")
_DEMAND = re.compile(
    r"\b(?:must|shall|should|needs? to|need|has to|have to|wants? to|(?:is|are) (?:not )?to be|required?|ensure|"
    r"cannot|never)\b|\b(?:may|can|must|is|are) only\b|\bonly (?:the )?\w+ (?:can|may|must|shall)\b|"
    r"^(?:when [^.;]{3,90}?, )?(?:please )?(?:show|add|allow|let|display|build|create|put|make|keep|use|support|enable|"
    r"provide|implement|define|persist|hide|remove|prevent|preserve|expose|do not|don['’]t|not for|no|only)\b",
    re.IGNORECASE,
)
_GRANTS = re.compile(r"^[^.:;]{0,60}\b(?:can|may|will|allows?|lets?|supports?)\b", re.IGNORECASE)
_NO_DEMAND = re.compile(
    r"^(?:only|no) (?:\w+ ){0,2}(?:yet|known|so far)\b|^(?:without (?:this|it)|currently|today)\b|\bno need to\b",
    re.IGNORECASE,
)
_STEPS = re.compile(r"\W*given\b.*\bthen\b", re.IGNORECASE | re.DOTALL)
_NUMBER_BEHIND = re.compile(r"(?<=[\w.)])\s+\d{1,2}[.)]$")
"""The number of the next item of a list that was written on one line."""
_ITEM_TITLE = re.compile(r"^\d{1,2}\)\s(?:\S+\s*){1,8}$")
_HEADING = re.compile(
    r"(?<![\w“\"])(?<!- )(?P<title>User Stor(?:y|ies)|(?:Positive |Negative )*Acceptance Criteria|"
    r"(?:Design|Technical|Testing) Notes|Accessibility (?:Guidelines|Guidance|Requirements)|"
    r"(?:Key |Functional )?Requirements(?=:)|"
    r"(?:Summary|Goals?|Non-Goals|Out of Scope|Task At Hand|Open Questions?|Open)(?=:))"
    r":?\s*"
)
_SPEAKER = re.compile(r"^(?:[A-Z][a-z]+)(?: [A-Z][a-z]+)?:\s+(?=[a-z])")
"""Who said it, before what they said."""
_SENTENCE = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<=[.!?])\s+(?=[A-Z“\"(\[*`])")
_FLAT_ITEM = re.compile(r"\s+(?=\d{1,2}\)\s)|\s+-\s+(?=[A-Z“`])")
"""Where items of a list begin that was written on one line."""
_LEAST_ITEMS, _LONGEST_ITEM = 2, 400
_PERCENTILE = re.compile(r"p\d\d|average|median", re.IGNORECASE)
_OF_SPEED = frozenset({"ms", "s"})
_SLOWS = re.compile(
    r"\b(?:slow\w*|fast\w*|latency|respon\w+|performance|load(?:s|ing)?|render\w*|p\d\d)\b", re.IGNORECASE
)
_SKIPPED = frozenset(
    {"acceptance", "non_goals", "nonfunctional", "questions", "questions_mixed", "risks", "mitigations"}
)
"""Topics under headings of their own, which the PRD's reader tells already."""
_BESIDE_CRITERIA = re.compile(r"\bnotes?\b|\bguidance\b|\bcomments?\b|\bdesigns?\b", re.IGNORECASE)
"""A heading that tells of the work, also where it stands below that of the criteria."""
_ALL_ASKED = frozenset({"functional", "goals", "goals_mixed"})


class _Part(Value, frozen=True):
    """A piece of the description; `kind` is `story`, `criterion`, `bound`, `question`, `demand` or `refused`."""

    kind: str
    text: str
    line: int
    role: str = ""


def read_ticket(prd: ParsedPrd, note: ReadNote) -> ParsedPrd:
    """What an informal description says, with what its prose asks for where it names no requirement by an id.

    A bound on a time among its criteria is a non-functional requirement. What speaks of the document is left out.
    """
    entries = read_entries(parse_chapters(note.text))
    parts = [part for entry in entries for part in _parts(entry)]
    prose = {entry.line for entry in entries if entry.topic == "acceptance" and _BESIDE_CRITERIA.search(entry.heading)}
    under = [
        (said, tuple(name for name in owners if not is_ticket(name)))
        for said, owners in prd.acceptance
        if said.place.line not in prose
        and not is_about_document(said.text)
        and len(re.findall(r"\w+", said.text)) >= _FEWEST_WORDS
    ]
    bounds = [said for said, _ in under if _is_bound(said.text)] + _told(parts, note.path, "bound")
    kept = [(said, owners) for said, owners in under if said not in bounds]
    known = {said.text for said, _ in kept}
    kept += [(said, ()) for said in _told(parts, note.path, "criterion") if said.text not in known]
    return msgspec.structs.replace(
        prd,
        statements=_statements(prd, parts, note.path),
        functional=tuple(_told(parts, note.path, "demand", "story")[:_MOST_DEMANDS]) or prd.functional,
        acceptance=tuple(kept[:_MOST_CRITERIA]),
        nonfunctional=(
            *prd.nonfunctional,
            *(NonFunctional("", "Performance", said.text, said.place, parse_quantities(said.text)) for said in bounds),
        ),
    )


def _statements(prd: ParsedPrd, parts: list[_Part], path: str) -> dict[str, tuple[Statement, ...]]:
    """The statements by their field, with the roles of stories, and the questions and non-goals of prose."""
    stated = dict(prd.statements)
    for field, kind in (("questions", "question"), ("non_goals", "refused")):
        known = {said.text for said in stated.get(field, ())}
        more = (said for said in _told(parts, path, kind) if said.text not in known)
        stated[field] = (*stated.get(field, ()), *more)
    roles = {
        part.role: Statement(part.text, Place(path, part.line), part.role) for part in reversed(parts) if part.role
    }
    stated["roles"] = tuple(reversed(roles.values())) or stated.get("roles", ())
    for field in ("summary", "background"):
        stated[field] = tuple(said for said in stated.get(field, ()) if not is_about_document(said.text))
    return {field: said for field, said in stated.items() if said}


def is_about_document(text: str) -> bool:
    """Whether each sentence of a text speaks of the document itself: its links, attachments and tracker."""
    return all(_ABOUT_DOCUMENT.search(sentence) for sentence in _sentences(text))


def _told(parts: list[_Part], path: str, *kinds: str) -> list[Statement]:
    """The parts of some kinds in their order, each text once."""
    texts = {part.text: part for part in reversed(parts) if part.kind in kinds}
    return [Statement(part.text, Place(path, part.line)) for part in reversed(texts.values())]


def _parts(entry: Entry) -> Iterator[_Part]:
    """The pieces of a statement, under the headings that its own words hold."""
    if entry.topic == "acceptance" and _BESIDE_CRITERIA.search(entry.heading):
        entry = msgspec.structs.replace(entry, topic="")
    about = _ABOUT_DOCUMENT.search(entry.heading) or _OF_TODAY.search(entry.heading)
    if entry.kind == "code" or entry.topic in _SKIPPED or is_empty(entry.text) or about:
        return
    label = (entry.group or entry.heading).strip(" :")
    role = _STORY_LABEL.match(label)
    if role is not None and _WANTS.match(entry.text):
        yield _Part("story", f"{label}, {entry.text}", entry.line, role["role"].strip().capitalize())
        return
    for title, text in _under_headings(one_line(entry.text)):
        topic = read_topic(title) if title else entry.topic
        topic = "questions" if title.startswith("Open") else topic
        if topic == "acceptance":
            found = split_criteria(text)
            yield from (_Part("bound" if _is_bound(said) else "criterion", said, entry.line) for said in found)
        else:
            yield from _of_prose(text, topic, entry)


def _under_headings(text: str) -> Iterator[tuple[str, str]]:
    """The words before the first heading that a line holds, then each heading with what follows it."""
    title, at = "", 0
    for match in _HEADING.finditer(text):
        if text[at : match.start()].strip():
            yield title, text[at : match.start()].strip()
        title, at = match["title"], match.end()
    if text[at:].strip():
        yield title, text[at:].strip()


def _of_prose(text: str, topic: str, entry: Entry) -> Iterator[_Part]:
    """The demands, bounds and questions of some prose; an item of a list stays whole."""
    story, flat = _STORY.search(text), _HEADING.search(entry.text) is not None
    listed = len(_FLAT_ITEM.findall(text)) >= _LEAST_ITEMS
    one = entry.kind == "item" and not story and not listed and len(text) < _LONGEST_ITEM
    whole = [text] if one else _sentences(text)
    for said in whole:
        said = _NUMBER_BEHIND.sub("", _SPEAKER.sub("", said))
        said = trim_lead(trim_title(said)) if flat else said.strip()
        said = said[:1].upper() + said[1:]
        told = _STORY.search(said)
        titled = _ITEM_TITLE.match(said) or (flat and is_title(said))
        brief = len(said.split()) < _FEWEST_WORDS and not _DEMAND.search(said)
        if _ABOUT_DOCUMENT.search(said) or titled or brief:
            continue
        if _STEPS.match(said):
            yield from (_Part("criterion", one, entry.line) for one in split_criteria(said))
        elif told is not None:
            yield _Part("story", said[told.start() :], entry.line, told["role"].strip().capitalize())
        elif said.endswith("?") or topic == "questions":
            yield _Part("question", said, entry.line)
        elif topic == "non_goals":
            yield _Part("refused", said, entry.line)
        elif _is_bound(said):
            yield _Part("bound", said, entry.line)
        elif topic in _ALL_ASKED or (_asks(said, entry) and not _NO_DEMAND.search(said)):
            yield _Part("demand", said, entry.line)


def _asks(said: str, entry: Entry) -> bool:
    """Whether a sentence demands something; an item of a list also by what it grants somebody."""
    return _DEMAND.search(said) is not None or (entry.kind == "item" and _GRANTS.search(said) is not None)


def _sentences(text: str) -> list[str]:
    """The sentences of a text, and the items of lists that it holds on one line."""
    items = _FLAT_ITEM.split(text) if len(_FLAT_ITEM.findall(text)) >= _LEAST_ITEMS else [text]
    found: list[str] = []
    told = (sentence for item in items for sentence in _SENTENCE.split(item))
    for part in (part.strip(" -") for sentence in told for part in split_glued(sentence)):
        if found and found[-1].endswith(":"):  # what begins a list says nothing without its first item
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return found


def _is_bound(text: str) -> bool:
    """Whether a sentence bounds a time that somebody waits; a criterion with its steps is none."""
    if re.match(r"\W*(?:given|when)\b", text, re.IGNORECASE):
        return False
    return any(
        quantity.unit in _OF_SPEED
        and (_PERCENTILE.search(quantity.statistic) or quantity.comparison or _SLOWS.search(text))
        and _SLOWS.search(text) is not None
        for quantity in parse_quantities(text)
    )
