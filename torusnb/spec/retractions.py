"""What a later part of a PRD takes back: its words of withdrawal, with the identifiers and the names they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from torusnb.models.base import Place, Value
from torusnb.models.requirements import Statement
from torusnb.spec.inline import ID, expand_ids, one_line, split_id, split_label
from torusnb.spec.markdown import Block, Chapter
from torusnb.spec.pieces import Term, holds, split_pieces
from torusnb.spec.topics import read_topic

_STRONG = re.compile(
    r"^(?:\w+ )?(?:supersed\w+|withdrawn|retracted|de-?scoped|dropped|removed|cancel?led|revoked)\b"
    r"(?: (?:requirements?|criteria|scope|items?|from (?:the )?scope))?$|\bremoved from (?:the )?scope\b"
    r"|\bno longer (?:in scope|required|needed|planned|applicable|applies)\b",
    re.IGNORECASE,
)
"""A heading below which every identifier is taken back."""
_LATER = re.compile(
    r"\b(?:amend(?:ments?|ed)|addend(?:um|a)|supersed\w+|withdrawn|withdrawals?|de-?scop\w+|dropped|follow[- ]?on"
    r"|decision log|decisions since|change ?log|revision history|scope (?:change|cut|reduction|update|adjustment)s?"
    r"|(?:later|late|subsequent) (?:changes?|decisions?))\b",
    re.IGNORECASE,
)
"""A heading of a part that was written after the requirements."""
_BE = r"(?:is|are|was|were|has been|have been|gets?|will be) (?:now |hereby |therefore |thus |also |both |all )?"
_GONE = (
    r"(?:withdrawn|removed|dropped|superseded|retracted|de-?scoped|cancel?led|revoked|rescinded|retired|out of scope"
    r"|obsolete|no longer (?:apply|applies|valid|required|needed|in scope|part of|planned|wanted|supported|applicable))"
)
_WHOLE = (
    r"(?:(?:the|this|that|our) )?(?:[\w.]+ )?(?:scope|feature|release|version|list|pack|prd|epic|requirements?|mvp)\b"
)
_WHOLLY = rf"(?! from (?!{_WHOLE}))(?:(?<!out of scope)|(?! for (?!{_WHOLE})))"
"""Not out of one place only (`removed from the menu`), nor for one use of it."""
_EVENT = r"(?! (?:after|as soon as|at|automatically|by|each|every|if|once|until|when\w*|while|with)\b)"
"""No behaviour of what is to be built (`is removed after 30 days`)."""
_AFTER_IDS = re.compile(
    rf"^[\s`*_)\]~]*(?:\([^()]{{0,60}}\) )?(?:{_BE}{_GONE}\b{_WHOLLY}|no longer appl(?:y|ies)\b"
    rf"|[(\[]?{_GONE}(?=\s*[,.;:)\]]|\s*$|\s+(?:in|from|by|on|as|per|after|since)\b))",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    rf"^[\s`*_~:|]*(?:{_BE}{_GONE}\b{_WHOLLY}|[(\[]?\s*(?:now )?{_GONE}\s*(?:[)\].:]|$))", re.IGNORECASE
)
_DATE = re.compile(r"^[\s*_]*\d{4}-\d{2}-\d{2}[*_]*\s*[:–—-]\s*")
_STAYS = re.compile(r"\b(?:stays?|remains?|kept|keeps?|unchanged)\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:because|by|due to|for|in favou?r of|instead|see|with)\b|→|->", re.IGNORECASE)
"""Below a heading that takes all back: what follows is what takes its place, or why."""
_BEFORE_IDS = re.compile(
    r"\b(?:withdraw|withdrew|remov|drop|dropp|supersed|retract|de-?scop|cancel|cancell|revok|rescind|retir|strik|struck)"
    r"(?:e|es|s|ed|n|ing)?:?(?: from (?:the )?scope:?)?"
    r"(?: (?:the|all|requirements?|criteria|criterion|of|also))*[\s`*_(\[]*$",
    re.IGNORECASE,
)
_WITH_IT = re.compile(r"^[\s`*_)\]]*(?:goes?|falls?) (?:away |out )?(?:along |together )?with (?:it|them|that)\b", re.I)
_SUPERSEDES = re.compile(r"\bsupersedes:?(?: (?:the|requirements?|criteria|criterion))*[\s`*_(\[]*$", re.IGNORECASE)
_JOINED = re.compile(r"^[\s`*_,;/&()\[\]–—-]*(?:and|or|to|through|thru|as well as)?[\s`*_()\[\]]*$", re.IGNORECASE)
_UNSURE = re.compile(
    r"\?|\b(?:if|unless|whether|would|could|might|may|not|never|without|should|until|must|cannot|can)\b", re.IGNORECASE
)
_IMPERATIVE = re.compile(
    r"^(?:we (?:will |should |now )?|.{0,400}?\b(?:direction|decision|plan) is (?:now )?to )?"
    r"(?:remove|drop|withdraw|retire|delete|eliminate|abandon|de-?scope|discontinue)[sd]?\b (?P<subject>\S.*)",
    re.IGNORECASE,
)
_DONE = re.compile(r"^(?:removed|dropped|withdrew|retired|abandoned|de-?scoped) (?P<subject>\S.*)", re.IGNORECASE)
_PASSIVE = re.compile(
    rf"^(?P<subject>(?:(?!\b(?:if|when|after|until|once)\b)[^.;]){{3,160}}?) {_BE}{_GONE}\b{_WHOLLY}{_EVENT}", re.I
)
_LACKS = re.compile(
    r"\bno longer (?:contains?|includes?|supports?|offers?|has|have|needs?|requires?|provides?) (?P<subject>\S.*)", re.I
)
_KEEPS = re.compile(r"^(?:keep|preserve|retain|continue|maintain|leave)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[.;](?:\s|$)|\b(?:so that|because|since|while|whose|which|that|given|in favou?r of|keep)\b", re.I
)
_CONJUNCT = re.compile(r",| and | or | plus |, and ")
_WHERE = re.compile(
    r"\b(?:from|in|on|to|by|with|at|via|into|as|behind|during|when|after|before|between|until|used)\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\b(?:keep|keeps|kept|stays?|remains?|retain(?:s|ed)?)\b|\b(?:when|after|once) (?:it|they|the|an?)\b",
    re.IGNORECASE,
)
"""What keeps a thing in another place, or says when it goes: a change or a behaviour, and no withdrawal."""
_OF = re.compile(r"\b(?:of|for)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:the|an?|all|any|both|its|their|our|this|that|these|those|every|each|no|related|existing|current|old|new"
    r"|legacy|corresponding|associated|remaining|unused|whole|entire|separate|dedicated|support|for|handling)\b\s*)+",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"`[^`\n]{3,80}`|(?<![\w/.-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+(?![\w/])")
_LAST_TEXT = """
aware backed based driven end facing first free friendly in level like off on only out ready related safe scope side
specific time to up wide
"""
_LAST = frozenset(_LAST_TEXT.split())
_FIRST_TEXT = "back cross end follow front full half long multi non one per post pre re read real short two"
_NEAR = 150
"""Characters before and behind an identifier in which words of withdrawal are about it."""
_VERBS_TEXT = "are be been can has have is must not shall was were will"
_FIRST = frozenset(_FIRST_TEXT.split())
_VERBS = frozenset(_VERBS_TEXT.split())


class Retraction(Value, frozen=True):
    """A statement that takes something back.

    Attributes:
        title: The heading of the part that it stands in. place: Where that heading stands.
        line: The statement.
        ids: The identifiers that it takes back.
        terms: The names of what it takes back, where it names no identifier.
    """

    title: str
    place: Place
    line: Statement
    ids: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


def find_retractions(chapters: Sequence[Chapter], path: str) -> tuple[Retraction, ...]:
    """The statements that take something back, in order.

    Identifiers count anywhere, where words of withdrawal stand right beside them. Names count only in a part that was
    written after the requirements by its heading (an amendment, a follow-on, a decision log), in a statement that
    removes them. What such a part keeps in so many words is not taken back, nor what its non-goals list.
    """
    found: list[Retraction] = []
    kept: list[str] = []
    later: Chapter | None = None
    strong = 0
    asked = False
    for chapter in chapters:
        if later is not None and chapter.level <= later.level:
            later = None
        strong = strong if strong and chapter.level > strong else 0
        topic = read_topic(chapter.title)
        if later is None and asked and (_LATER.search(chapter.title) or _STRONG.search(chapter.title)):
            later = chapter
            found += _in_title(chapter, path)
        strong = strong or (chapter.level if _STRONG.search(chapter.title) else 0)
        asked = asked or topic in {"functional", "acceptance"} or bool(expand_ids(chapter.title))
        part = later or chapter
        for statement, defines in _statements(chapter.blocks, path):
            asked = asked or defines
            if topic == "non_goals" and later is not None:
                continue
            if later is not None and _KEEPS.match(statement.text):
                kept.append(statement.text)
            listed = defines and later is None and not strong and topic in {"functional", "acceptance"}
            ids = _ids(statement.text, defines=defines, strong=bool(strong), listed=listed)
            whole = later is not None and not _ELSEWHERE.search(statement.text)
            terms = read_terms(_subject(statement.text)) if whole and not ids else ()
            if ids or terms:
                found.append(Retraction(part.title, Place(path, part.line), statement, ids, terms))
    return tuple(_without_kept(found, kept))


def _in_title(chapter: Chapter, path: str) -> Iterator[Retraction]:
    """What the heading itself takes back (`Follow-on: remove bulk mail`)."""
    place = Place(path, chapter.line)
    _, _, said = chapter.title.partition(":")
    terms = read_terms(_subject(said.strip()))
    if terms:
        yield Retraction(chapter.title, place, Statement(chapter.title, place), (), terms)


def _without_kept(found: Iterable[Retraction], kept: Sequence[str]) -> Iterator[Retraction]:
    for retraction in found:
        terms = tuple(term for term in retraction.terms if not any(holds(text, term) for text in kept))
        if retraction.ids or terms:
            yield Retraction(retraction.title, retraction.place, retraction.line, retraction.ids, terms)


def _statements(blocks: Iterable[Block], path: str) -> Iterator[tuple[Statement, bool]]:
    """Each statement as one line without a label in front, and whether it begins with an identifier."""
    for block in blocks:
        if block.kind == "code":
            continue
        cells = " ".join(cell for _, cell in block.cells if cell)
        text = one_line(block.text or cells)
        defines = bool(split_id(text)[0] or (block.cells and split_id(block.cells[0][1])[0]))
        if text:
            yield Statement(text, Place(path, block.line)), defines
        yield from _statements(block.children, path)


def _ids(text: str, *, defines: bool, strong: bool, listed: bool) -> tuple[str, ...]:
    """The identifiers that the words beside them take back.

    An entry of a list (`listed`) takes back itself only, or what it supersedes: its words tell what happens to things.
    """
    if strong and not _UNSURE.search(text):
        return () if _STAYS.search(text) else expand_ids(_INSTEAD.split(text)[0])
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if not _UNSURE.search(sentence):
            found += _in_sentence(sentence, first=defines and sentence.startswith(text[:8]), listed=listed)
            found += _falling(sentence) if found else ()
    return tuple(dict.fromkeys(found))


def _falling(sentence: str) -> Iterator[str]:
    """The identifiers that fall with those before them (`AC-003 goes with it`)."""
    for _, end, ids in _runs(sentence):
        if _WITH_IT.match(sentence[end:]):
            yield from ids


def _in_sentence(sentence: str, *, first: bool, listed: bool) -> Iterator[str]:
    """The identifiers of a sentence that are taken back; not the one that the sentence itself defines."""
    for start, end, ids in _runs(sentence):
        defining = first and start < _NEAR and not sentence[:start].strip(" *_`[|")
        if listed and not defining and not _SUPERSEDES.search(sentence[:start]):
            continue
        rest = sentence[end : end + _NEAR]
        after = (_DEFINED if defining else _AFTER_IDS).match(rest)
        by = re.match(r"\s*by\b", rest[after.end() :]) if after else None
        if after or (not defining and _BEFORE_IDS.search(sentence[max(0, start - _NEAR) : start])):
            yield from ids
        if by is not None:
            return


def _runs(sentence: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The identifiers that stand in one list, with where it begins and ends."""
    start = end = -1
    for match in ID.finditer(sentence):
        if start >= 0 and not _JOINED.match(sentence[end : match.start()]):
            yield start, end, expand_ids(sentence[start:end])
            start = -1
        start = match.start() if start < 0 else start
        end = match.end()
    if start >= 0:
        yield start, end, expand_ids(sentence[start:end])


def _subject(text: str) -> str:
    """What a statement removes, up to the end of the clause; empty where it removes nothing for sure."""
    _, rest = split_label(_DATE.sub("", text), 3)
    bare = rest.replace("**", "")
    for pattern in (_IMPERATIVE, _DONE, _PASSIVE, _LACKS):
        match = pattern.search(bare)
        if match is not None and not _UNSURE.search(bare[: match.start("subject")]) and "?" not in bare:
            subject = match["subject"]
            end = _CLAUSE.search(subject)
            return subject[: end.start()] if end is not None else subject
    return ""


def read_terms(subject: str) -> tuple[Term, ...]:
    """The names in a subject, each once: what stands in code marks or is joined by dashes, and whole noun phrases.

    Where it is removed from is no part of it.
    """
    found: dict[Term, None] = {}
    place = _WHERE.search(subject)
    subject = subject[: place.start()] if place is not None else subject
    for match in _COMPOUND.finditer(subject):
        name = match[0].strip("`")
        if "/" in name or ID.fullmatch(name):
            continue
        pieces = split_pieces(name.rpartition(".")[2] if name[:1].isupper() else name)
        if len(pieces) > 1 and pieces[0] not in _FIRST and pieces[-1] not in _LAST:
            found.setdefault(pieces)
    for part in _CONJUNCT.split(subject):
        phrase = _OF.split(_LEADING.sub("", part.strip()))[0].strip()
        pieces = split_pieces(phrase)
        if 1 < len(pieces) <= 5 and phrase.replace("-", " ").replace(" ", "").isalpha() and not _VERBS & set(pieces):
            found.setdefault(pieces)
    return tuple(found)
