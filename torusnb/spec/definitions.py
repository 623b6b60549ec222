"""From an entry or a YAML record to a definition: which identifier it defines, and with what words."""

from __future__ import annotations

import re

from torusnb.models.base import Place, Value
from torusnb.spec.entries import Entry
from torusnb.spec.inline import ID, expand_ids, normalise_id, one_line, split_id

REQUIREMENT, CRITERION, NONFUNCTIONAL = "requirement", "criterion", "nonfunctional"
_TOPIC_FAMILY = {"functional": REQUIREMENT, "acceptance": CRITERION, "nonfunctional": NONFUNCTIONAL}
_QUALITY = frozenset(
    {"PERF", "REL", "SEC", "SCALE", "OPS", "EXT", "TEST", "AVAIL", "OBS", "A11Y", "PRIV", "COMP", "USAB"}
)
_TICKET = re.compile(r"^[A-Z]{2,}-\d{3,}$")
_LEADING_LINKS = re.compile(
    r"^(?:[(\[](?P<ids>[^()\[\]]*)[)\]]"
    r"|(?:for|covers|traces? to|satisfies|verifies)\s+(?P<loose>(?:FR|NFR|REQ)[^:\u2014]*?))"
    r"\s*[:\u2013\u2014-]*\s*",
    re.IGNORECASE,
)
_TRAILING_LINKS = re.compile(
    r"\s*[(\[](?:(?:covers|traces? to|satisfies|verifies|maps to|links?|see|refs?)[:\s]+)?"
    r"(?P<ids>[^()\[\]]*)[)\]]\s*\.?$",
    re.IGNORECASE,
)
_LABELLED_LINKS = re.compile(
    r"[\s;,.]{0,4}\b(?:covers|traces? to|maps to|links?(?: to)?|requirements?)\s*:\s*(?P<ids>[^.;]*)\.?$", re.IGNORECASE
)
_LIST_WORDS = re.compile(r"\b(?:and|to|through|thru|or|until)\b|[\s,;/&.\u2013\u2014-]", re.IGNORECASE)
_PRIORITY = re.compile(
    r"^[(\[](?P<value>P\d|must|should|could|won't|high|medium|low|critical)[)\]]\s*[:\u2013\u2014-]*\s*", re.IGNORECASE
)
_LAST_PRIORITY = re.compile(r"\s*[(\[](?P<value>P\d)[)\]]\.?$")
_IN_CELL = re.compile(r"(?:<br\s*/?>|[;,\s])+(?=[*_`]{0,2}AC-?\d{1,5}[a-z]?[*_`]{0,2}\s*[:\u2013\u2014(])")
"""What parts the criteria that one cell holds."""
_LEAST_WORDS = 3
_STEPS = tuple(re.compile(rf"\b{step}\b[:*_]*", re.IGNORECASE) for step in ("given", "when", "then"))
_TABLE_LEFTOVER = re.compile(r"^\|\s*(?P<text>.*?)\s*(?:\|\s*(?P<rest>[^|]*)\s*)?\|$", re.DOTALL)
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("id", re.compile(r"^(?:req(?:uirement)?\s*)?(?:id|#|no\.?|ref)$|^(?:fr|ac|nfr)(?:\s*id|\s*#)?$")),
    ("priority", re.compile(r"priority|moscow|^p$|importance")),
    (
        "links",
        re.compile(
            r"^(?:frs?|requirements?|linked|links?|traces?|covers?)(?:\s*(?:ids?|covered|frs?|to|requirements?))*$"
        ),
    ),
    ("status", re.compile(r"^(?:status|state)$")),
    ("verification", re.compile(r"verif|^test|proof|method")),
    ("title", re.compile(r"^(?:title|name|feature|short name)$")),
    ("text", re.compile(r"description|requirement|statement|text|criteri|details?|behaviou?r|given|target")),
)


class Definition(Value, frozen=True):
    """An identifier with its words at one place.

    Attributes:
        family: `requirement`, `criterion`, `nonfunctional`.
        links: Requirements that the words or the nesting link it to.
        area: The label or heading it stands under.
        strong: Whether it stands where its family is defined; a weak one only counts when nothing else does.
        proofs: Paths of files that are named as its proof.
        amends: Why its words may stand in place of earlier ones: `said` by itself, `placed` in a part that amends.
    """

    family: str
    id: str
    text: str
    place: Place
    title: str = ""
    priority: str = ""
    status: str = ""
    verification: str = ""
    links: tuple[str, ...] = ()
    area: str = ""
    strong: bool = True
    proofs: tuple[str, ...] = ()
    amends: str = ""


def family_of(name: str, topic: str) -> str:
    """The family of an identifier standing under a topic, or an empty string when it is none of a requirement's."""
    prefix = re.sub(r"-?\d+[a-z]?$", "", name)
    head = prefix.split("-")[0]
    if head == "NFR" or (topic == "nonfunctional" and head not in {"FR", "AC"}):
        return NONFUNCTIONAL
    if head in {"FR", "REQ"}:
        return REQUIREMENT
    if head == "AC":
        return CRITERION
    if head in _QUALITY and topic in _TOPIC_FAMILY:
        return NONFUNCTIONAL
    return _TOPIC_FAMILY.get(topic, "")


def is_ticket(name: str) -> bool:
    """Whether an identifier looks like a tracker's ticket (`ABC-1234`)."""
    return _TICKET.match(name) is not None and family_of(name, "") == ""


def define(entry: Entry, path: str) -> Definition | None:
    """The definition an entry holds, or None."""
    if entry.topic == "other":
        return None
    if entry.kind == "row":
        return _define_row(entry, path)
    if not entry.id or not entry.text:
        return None
    family = family_of(entry.id, entry.topic)
    if not family:
        return None
    priority, text = take_priority(entry.text)
    links, title = take_links(entry.title) if family == CRITERION else ((), entry.title)
    if family == CRITERION:
        more, text = take_links(text)
        links = tuple(dict.fromkeys((*links, *more)))
    owned = tuple(name for name in entry.owners if family_of(name, "") == REQUIREMENT)
    return Definition(
        family, entry.id, text, Place(path, entry.line), "" if title == text else title, priority,
        links=links or owned, area=entry.group or entry.heading,
        strong=entry.topic in _TOPIC_FAMILY or entry.kind == "heading",
    )  # fmt: skip


def define_all(entry: Entry, path: str) -> tuple[Definition, ...]:
    """The definition an entry holds, and the criteria that other cells of a requirement's row define by their ids."""
    made = define(entry, path)
    if made is None:
        return ()
    if made.family != REQUIREMENT or entry.kind != "row":
        return (made,)
    inside = [part for _, cell in entry.cells[1:] for part in _IN_CELL.split(cell) if part.strip()]
    found = [
        Definition(CRITERION, name, one_line(text), made.place, links=(made.id,), area=made.area, strong=made.strong)
        for name, text in map(split_id, inside)
        if name and family_of(name, "") == CRITERION and len(text.split()) >= _LEAST_WORDS
    ]
    return (made, *found)


def _define_row(entry: Entry, path: str) -> Definition | None:
    columns = _columns(entry)
    name, rest = split_id(columns.get("id", "") or (entry.cells[0][1] if entry.cells else ""))
    if not name or (rest and "id" in columns and ID.search(rest)):
        return None
    family = family_of(name, entry.topic)
    text = one_line(columns.get("text", "") or rest)
    if not family or not text:
        return None
    links, text = take_links(text) if family == CRITERION else ((), text)
    linked = expand_ids(columns.get("links", "")) if family == CRITERION else ()
    return Definition(
        family, name, text, Place(path, entry.line), columns.get("title", ""), columns.get("priority", ""),
        columns.get("status", ""), columns.get("verification", ""), linked or links or entry.owners,
        entry.group or entry.heading, entry.topic in _TOPIC_FAMILY,
    )  # fmt: skip


def _columns(entry: Entry) -> dict[str, str]:
    found: dict[str, str] = {}
    unnamed: list[str] = []
    for at, (head, cell) in enumerate(entry.cells):
        plain = re.sub(r"[*_`]", "", head).strip().lower()
        role = "id" if at == 0 and split_id(cell)[0] and not split_id(cell)[1] else ""
        role = role or next((name for name, pattern in _COLUMNS if pattern.search(plain) and name not in found), "")
        if role == "links" and not ID.search(cell):
            role = "text" if "text" not in found else ""
        if role:
            found[role] = cell
        else:
            unnamed.append(cell)
    if "text" not in found:
        spare = unnamed + [found.pop(name) for name in ("title",) if name in found]
        found["text"] = max(spare, key=len, default="")
    return found


def take_priority(text: str) -> tuple[str, str]:
    """The priority in brackets in front or at the end of a text, and the rest."""
    found = _PRIORITY.match(text)
    if found is not None:
        return found["value"], text[found.end() :]
    last = _LAST_PRIORITY.search(text)
    return (last["value"], text[: last.start()]) if last else ("", text)


def take_links(text: str) -> tuple[tuple[str, ...], str]:
    """The requirements a criterion's words link it to, and the words without that list.

    Without a list in front or at the end, every requirement that the words name counts.
    """
    for pattern, front in ((_LEADING_LINKS, True), (_TRAILING_LINKS, False), (_LABELLED_LINKS, False)):
        found = pattern.match(text) if front else pattern.search(text)
        if found is None:
            continue
        listed = found["ids"] or (found["loose"] if front else "") or ""
        names = _requirements(listed)
        if names and not _LIST_WORDS.sub("", ID.sub("", listed)).strip("0123456789"):
            rest = text[found.end() :] if front else text[: found.start()]
            return names, rest.strip()
    return _requirements(text), text


def _requirements(text: str) -> tuple[str, ...]:
    return tuple(name for name in expand_ids(text) if family_of(name, "") in {REQUIREMENT, NONFUNCTIONAL})


def split_steps(text: str) -> tuple[str, str, str]:
    """The Given, When and Then of a criterion; three empty strings when it has no such form.

    It must begin with Given and have a Then; the When may be missing.
    """
    given, when, then = (pattern.search(text) for pattern in _STEPS)
    if given is None or then is None or re.search(r"\w", text[: given.start()]):
        return "", "", ""
    if when is None or when.start() > then.start():
        return _bare(text[given.end() : then.start()]), "", text[then.end() :].strip(" *_")
    then = _STEPS[2].search(text, when.end()) or then
    return (
        _bare(text[given.end() : when.start()]),
        _bare(text[when.end() : then.start()]),
        text[then.end() :].strip(" *_"),
    )


def _bare(step: str) -> str:
    return step.strip().rstrip(" ,;.*_").lstrip(" *_")


def clean_cell(text: str) -> tuple[str, str]:
    """A text that kept the bars of the table it was copied from, without them, and the priority it carried."""
    bare = one_line(text)
    found = _TABLE_LEFTOVER.match(bare)
    if found is None:
        return bare, ""
    rest = (found["rest"] or "").strip()
    return found["text"].strip(), rest if re.fullmatch(r"P\d|[A-Za-z]{2,10}", rest) else ""


def written_id(text: str) -> str:
    """The identifier that a field of a YAML record holds, or an empty string."""
    found = ID.fullmatch(text.strip())
    return normalise_id(text) if found else ""
