"""prd.md to what it says, without looking at any other file."""

from __future__ import annotations

import re

from torusnb.models.base import Place, Value
from torusnb.models.requirements import Mention, NonFunctional, PrdSection, Risk, Statement
from torusnb.spec.amendments import mark_amendments
from torusnb.spec.definitions import Definition, define, define_all, is_ticket
from torusnb.spec.entries import Entry, is_document_title, read_entries
from torusnb.spec.inline import clean_lines, is_empty, split_label
from torusnb.spec.markdown import Chapter, parse_chapters
from torusnb.spec.mentions import parse_mentions
from torusnb.spec.retractions import Retraction, find_retractions
from torusnb.spec.risks import read_risks
from torusnb.spec.statements import nonfunctional_of, statements_of

_POINTER = re.compile(r"\brequirements\.(?:ya?ml|md)\b", re.IGNORECASE)
_SHORT_POINTER = 8
"""Words of a line that only says where the requirements stand, under whatever heading."""
_AFTER_TITLE = re.compile(
    r"\s{0,3}[-\u2013\u2014:|(]{0,4}\s{0,3}(?:master\s+)?"
    r"(?:\bprd\b|product requirements?(?: document)?|requirements document)\b.*$",
    re.IGNORECASE,
)
_BEFORE_TITLE = re.compile(
    r"^(?:prd|product requirements?(?: document)?|requirements document)\b\s*[-\u2013\u2014:|]*\s*(?:for\s+)?",
    re.IGNORECASE,
)


class ParsedPrd(Value, frozen=True):
    """What a prd.md says by itself.

    Attributes:
        title: The feature's name, or empty when nothing gives it.
        definitions: Every identifier it defines with its words.
        statements: By the name of the SpecPack's field.
        functional: Statements of the functional requirements that carry no identifier.
        acceptance: The same for acceptance criteria, with the requirements they stand under.
        pointer: Where it points to requirements.yml or requirements.md for its requirements, or None.
        pointer_name: The name of that file, or empty.
        retractions: Its statements that take something back.
    """

    title: str
    sections: tuple[PrdSection, ...]
    definitions: tuple[Definition, ...]
    statements: dict[str, tuple[Statement, ...]]
    nonfunctional: tuple[NonFunctional, ...]
    risks: tuple[Risk, ...]
    functional: tuple[Statement, ...]
    acceptance: tuple[tuple[Statement, tuple[str, ...]], ...]
    mentions: tuple[Mention, ...]
    pointer: Place | None
    retractions: tuple[Retraction, ...] = ()
    pointer_name: str = ""


def parse_prd(text: str, path: str) -> ParsedPrd:
    """What a PRD says; `path` goes into every place. Never raises, whatever the text holds."""
    clean = clean_lines(text.removeprefix("\ufeff"))
    chapters = parse_chapters(clean)
    entries = read_entries(chapters)
    pointers = [entry for entry in entries if _points(entry)]
    telling = tuple(entry for entry in entries if not _points(entry))
    plain = tuple(entry for entry in telling if define(entry, path) is None)
    return ParsedPrd(
        _title(chapters, entries),
        _sections(chapters, clean, path),
        mark_amendments(_definitions(telling, path), chapters),
        statements_of(plain, path),
        nonfunctional_of(telling, path),
        read_risks(plain, path),
        tuple(
            Statement(entry.text, Place(path, entry.line), entry.group)
            for entry in plain
            if _states(entry, "functional")
        ),
        tuple(
            (Statement(entry.text, Place(path, entry.line), entry.group), entry.owners)
            for entry in plain
            if _states(entry, "acceptance")
        ),
        parse_mentions(clean, path),
        Place(path, pointers[0].line) if pointers else None,
        find_retractions(chapters, path),
        next((found.group() for entry in pointers if (found := _POINTER.search(entry.text))), ""),
    )


def _points(entry: Entry) -> bool:
    if entry.id or _POINTER.search(entry.text) is None:
        return False
    return entry.topic in {"functional", "acceptance"} or (
        entry.topic in {"", "overview"} and len(entry.text.split()) <= _SHORT_POINTER
    )


def _states(entry: Entry, topic: str) -> bool:
    return entry.topic == topic and entry.kind != "code" and not is_empty(entry.text)


def _definitions(entries: tuple[Entry, ...], path: str) -> tuple[Definition, ...]:
    found = [definition for entry in entries for definition in define_all(entry, path)]
    if any(not is_ticket(definition.id) for definition in found):
        found = [definition for definition in found if not is_ticket(definition.id)]
    return tuple(found)


def _title(chapters: tuple[Chapter, ...], entries: tuple[Entry, ...]) -> str:
    if is_document_title(chapters):
        whole = next(chapter.title for chapter in chapters if chapter.level)
        bare = _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", whole)).strip(" -\u2013\u2014:|")
        if bare:
            return bare
    for entry in entries:
        label, rest = split_label(entry.text, 3)
        if label.lower() == "feature name" or entry.group.lower() == "feature name":
            return (rest if label else entry.text).rstrip(".")
    return ""


def _sections(chapters: tuple[Chapter, ...], text: str, path: str) -> tuple[PrdSection, ...]:
    lines = text.split("\n")
    sections = []
    for chapter in chapters:
        whole = "\n".join(lines[chapter.body_line - 1 : chapter.end_line])
        body = whole.strip("\n")
        if not chapter.level and not body.strip():
            continue
        begin = chapter.body_line + len(whole) - len(whole.lstrip("\n"))
        gap = begin - chapter.line - 1 if body else 0
        sections.append(PrdSection(_whole_title(chapter), chapter.level, Place(path, chapter.line), body, gap))
    return tuple(sections)


def _whole_title(chapter: Chapter) -> str:
    return (
        f"{chapter.number}. {chapter.title}"
        if chapter.number and "." not in chapter.number
        else f"{chapter.number} {chapter.title}".strip()
    )
