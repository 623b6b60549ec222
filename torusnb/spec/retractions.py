"""What a later part of a PRD takes back: its words of withdrawal, with the identifiers and the names they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from torusnb.models.base import Place, Value
from torusnb.models.requirements import Statement
from torusnb.spec.inline import ID, expand_ids, one_line, split_id
from torusnb.spec.markdown import Block, Chapter
from torusnb.spec.pieces import Term, holds
from torusnb.spec.retracted_names import PART_REMOVES, leaves_rest, read_about, read_subject, read_terms
from torusnb.spec.retraction_words import BE, EVENT, GONE, PART, UNSURE, WHOLLY
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
_BY_ID = r"(?:superseded|replaced) by[\s`*_(\[]*(?=[A-Z]{1,8}(?:-[A-Z]+)*-?\d)"
"""With the identifier of what takes its place, no verb is needed."""
_AFTER_IDS = re.compile(
    rf"^[\s`*_)\]~]*(?:\([^()]{{0,60}}\) )?(?:{BE}{GONE}\b{WHOLLY}|no longer appl(?:y|ies)\b|{_BY_ID}"
    rf"|[:–—][\s`*_]*(?:now )?{GONE}(?=\s*[,.;]|\s*$)"
    rf"|[(\[]?{GONE}(?=\s*[,.;:)\]]|\s*$|\s+(?:in|from|by|on|as|per|after|since)\b))",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    rf"^[\s`*_~:|–—-]*(?:{BE}{GONE}\b{WHOLLY}|[(\[]?\s*(?:now )?(?:{GONE}\s*(?:[)\].:]|$)|{_BY_ID}))",
    re.IGNORECASE,
)
_LISTED = frozenset({"item", "row"})
_ENTRIES = r"(?:following|these|those|requirements?|criteri(?:a|on)|ids?|stories|[A-Z]{1,8}(?:-[A-Z]+)*-?\d+)"
_ANNOUNCES = re.compile(
    rf"(?:^[\s*_]*(?:(?:now|later|since|also) )?{GONE}\b{WHOLLY}{EVENT}|"
    rf"\b{_ENTRIES}\b[^.:?]{{0,60}} {GONE}\b{WHOLLY}{EVENT}|"
    rf"{PART}(?:withdraws|removes|drops|supersedes|retracts)\b|"
    r"^we (?:now )?(?:withdraw|remove|drop|retract)\b)[^.:?]{0,60}:[\s*_]*$",
    re.IGNORECASE,
)
"""What says that the list behind it is taken back: of entries or of a part, since a person removes other things."""
_NONE = re.compile(r"\b(?:none|nothing|nobody|neither|no(?! longer))\b", re.IGNORECASE)
_WHENEVER = re.compile(r"\b(?:when\w*|once|as soon as|after (?:each|every|an?)|while)\b", re.IGNORECASE)
_NEXT_PART = re.compile(r"^part (?:[2-9]|two|three|four|ii+|iv)\b", re.IGNORECASE)
"""A heading of a part in which only what says so of itself is a removal (`Part 2 removes bulk mail`)."""
_STAYS = re.compile(r"\b(?:stays?|remains?|kept|keeps?|unchanged)\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:because|by|due to|for|in favou?r of|instead|see|with)\b|→|->", re.IGNORECASE)
"""Below a heading that takes all back: what follows is what takes its place, or why."""
_BEFORE_IDS = re.compile(
    r"\b(?:withdraw|withdrew|remov|drop|dropp|supersed|retract|de-?scop|cancel|cancell|revok|rescind|retir|strik|struck)"
    r"(?:e|es|s|ed|n|ing)?:?(?: from (?:the )?scope:?)?"
    r"(?: (?:the|all|requirements?|criteria|criterion|of|also))*[\s`*_(\[]*$",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"(?:ed|n|struck)\b", re.IGNORECASE)
_PRESENT_APART = re.compile(r"[(\[]|\w+:")
"""Behind a verb that is no participle, brackets and a colon tell of something else (`on each drop (AC-001)`)."""
_WITH_IT = re.compile(r"^[\s`*_)\]]*(?:goes?|falls?) (?:away |out )?(?:along |together )?with (?:it|them|that)\b", re.I)
_SUPERSEDES = re.compile(r"\bsupersedes:?(?: (?:the|requirements?|criteria|criterion))*[\s`*_(\[]*$", re.IGNORECASE)
_JOINED = re.compile(r"^[\s`*_,;/&()\[\]–—-]*(?:and|or|to|through|thru|as well as)?[\s`*_()\[\]]*$", re.IGNORECASE)
_KEEPS = re.compile(r"^(?:keep|preserve|retain|continue|maintain|leave)\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:keep|keeps|kept|stays?|remains?|retain(?:s|ed)?)\b|\b(?:when|after|once) (?:it|they|the|an?)\b",
    re.IGNORECASE,
)
"""What keeps a thing in another place, or says when it goes: a change or a behaviour, and no withdrawal."""
_NEAR = 150
"""Characters before and behind an identifier in which words of withdrawal are about it."""


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
    about = read_about(chapters[0].title if chapters else "")
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
        for statement, defines, announced in _statements(chapter.blocks, path):
            asked = asked or defines
            if topic == "non_goals" and later is not None:
                continue
            if later is not None and _KEEPS.match(statement.text):
                kept.append(statement.text)
            listed = defines and later is None and not strong and topic in {"functional", "acceptance"}
            ids = _ids(statement.text, defines=defines, strong=bool(strong) or (announced and defines), listed=listed)
            tells = later is not None or (bool(_NEXT_PART.match(chapter.title)) and PART_REMOVES.match(statement.text))
            whole = tells and asked and not _ELSEWHERE.search(statement.text)
            subject = read_subject(statement.text) if whole and not ids else ""
            terms = read_terms(subject) if not leaves_rest(subject, about) else ()
            if ids or terms:
                found.append(Retraction(part.title, Place(path, part.line), statement, ids, terms))
    return tuple(_without_kept(found, kept))


def _in_title(chapter: Chapter, path: str) -> Iterator[Retraction]:
    """What the heading itself takes back (`Follow-on: remove bulk mail`)."""
    place = Place(path, chapter.line)
    _, _, said = chapter.title.partition(":")
    terms = read_terms(read_subject(said.strip()))
    if terms:
        yield Retraction(chapter.title, place, Statement(chapter.title, place), (), terms)


def _without_kept(found: Iterable[Retraction], kept: Sequence[str]) -> Iterator[Retraction]:
    for retraction in found:
        terms = tuple(term for term in retraction.terms if not any(holds(text, term) for text in kept))
        if retraction.ids or terms:
            yield Retraction(retraction.title, retraction.place, retraction.line, retraction.ids, terms)


def _statements(
    blocks: Iterable[Block], path: str, *, announced: bool = False
) -> Iterator[tuple[Statement, bool, bool]]:
    """Each statement as one line, whether it begins with an identifier, and whether it is listed as taken back."""
    for block in blocks:
        if block.kind == "code":
            continue
        cells = " ".join(cell for _, cell in block.cells if cell)
        text = one_line(block.text or cells)
        defines = bool(split_id(text)[0] or (block.cells and split_id(block.cells[0][1])[0]))
        if text:
            yield Statement(text, Place(path, block.line)), defines, announced and block.kind in _LISTED
        announces = _ANNOUNCES.search(text) is not None and not any(
            words.search(text) for words in (UNSURE, _WHENEVER, _NONE)
        )
        announced = announces if block.kind not in _LISTED else announced
        yield from _statements(block.children, path, announced=announces or announced)


def _ids(text: str, *, defines: bool, strong: bool, listed: bool) -> tuple[str, ...]:
    """The identifiers that the words beside them take back.

    An entry of a list (`listed`) takes back itself only, or what it supersedes: its words tell what happens to things.
    """
    if strong and not UNSURE.search(text):
        return () if _STAYS.search(text) else expand_ids(_INSTEAD.split(text)[0])
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if not UNSURE.search(sentence):
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
        defining = first and len(ids) == 1 and start < _NEAR and not sentence[:start].strip(" *_`[|")
        if listed and not defining and not _SUPERSEDES.search(sentence[:start]):
            continue
        rest = sentence[end : end + _NEAR]
        after = (_DEFINED if defining else _AFTER_IDS).match(rest)
        by = re.match(r"\s*by\b", rest[after.end() :]) if after else None
        if after or (not defining and _is_taken_by(sentence[max(0, start - _NEAR) : start])):
            yield from ids
        if by is not None:
            return


def _is_taken_by(before: str) -> bool:
    """Whether the words before identifiers take them back; a verb in the present must begin or go right on to them."""
    match = _BEFORE_IDS.search(before)
    if match is None:
        return False
    aside = before[: match.start()].strip(" *_`") and _PRESENT_APART.search(match[0])
    return not aside or _PARTICIPLE.search(match[0]) is not None


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
