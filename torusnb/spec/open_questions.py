"""The open questions of a design document, and whether each says what holds until it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.models.design import Template
from torusnb.spec.codeparts import find_fences
from torusnb.spec.fdd import parse_fdd

_BULLET = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+]|\d+[.)])\s+(?P<text>\S.*)$")
_ASKS = re.compile(
    r"\?(?:[\s*_)\"”.]|$)|"
    r"^(?:\W*(?:open question|question|q\d+)\W+)?(?:confirm|decide|determine|choose|clarify|agree)\b",
    re.IGNORECASE,
)
_SETTLED = re.compile(r"^\W*(?:follow-?ups?\b|decision\b|decided\b|resolved\b|answered\b)", re.IGNORECASE)
_SETTLED_LABEL = re.compile(r"^\W*(?:decided|decisions?|resolved|answered|settled|closed)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:future|later|follow-?ups?|follow-?on|eventually|next (?:phase|slice|iteration|version))\b", re.IGNORECASE
)
_DEFAULT = re.compile(
    r"\bdefaults?(?:\s+recommendation)?\W{0,3}(?::|\bis\b|\bto\b)|\b(?:by default|recommend\w*|assum\w+|until|"
    r"otherwise|propos\w+|for now|initial(?:ly)?|decision|decided|resolved|answer(?:ed)?:|keep|falls? back|v1|unless|"
    r"in the meantime|meanwhile)\b",
    re.IGNORECASE,
)
_ROW = re.compile(r"^\s*\|(?P<cells>.*)\|\s*$")
_RULE = re.compile(r"^[\s|:-]+$")


class OpenQuestion(Value, frozen=True):
    """One question: its words, the line in the document, and whether a default stands with it."""

    text: str
    line: int
    default: bool


def find_questions(text: str, template: Template) -> tuple[OpenQuestion, ...]:
    """The open questions that a document lists, in order.

    A question is a list item (with what is indented below it) or a table row, in the template's section of the form
    `questions`, that asks or wants something confirmed or decided. What is decided, or left to a later day, is none;
    nor is what stands under a label that says so (`**Decided by the pack**`).
    """
    ids = {section.id for section in template.sections if section.form == "questions"}
    document = parse_fdd(text, template)
    section = next((section for section in document.sections if section.id in ids), None)
    if section is None:
        return ()
    lines = text.splitlines()[section.line : section.end_line]
    found = []
    for at, item in _items(lines):
        words, whole = item[0], " ".join(item)
        if _SETTLED_LABEL.match(_label_above(lines, at)):
            continue
        if _ASKS.search(whole) and not _SETTLED.match(words) and not _LATER.search(words):
            found.append(OpenQuestion(" ".join(words.split()), section.line + 1 + at, bool(_DEFAULT.search(whole))))
    return tuple(found)


def _label_above(lines: list[str], at: int) -> str:
    """The nearest line above that is neither a list item, a row nor a part of one; empty when there is none."""
    for line in reversed(lines[:at]):
        if line.strip() and not line.startswith((" ", "\t", "|")) and not _BULLET.match(line):
            return line
    return ""


def _items(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each outermost list item and each table row: its position and its lines, the item's own words first."""
    fenced = {line - 1 for first, last in find_fences("\n".join(lines)) for line in range(first, last + 1)}
    item: tuple[int, list[str]] | None = None
    depth, header, blank = 0, False, False
    for at, line in enumerate(lines):
        if at in fenced:
            continue
        bullet, row = _BULLET.match(line), _ROW.match(line)
        width = len(line) - len(line.lstrip())
        if bullet and (item is None or width <= depth):
            if item is not None:
                yield item
            item, depth = (at, [bullet["text"]]), width
        elif row:
            if header and not _RULE.match(line):
                yield at, [row["cells"].replace("|", " ").strip()]
            header = True
        elif item is not None and line.strip() and blank and width <= depth:
            yield item  # a paragraph of its own ends the list
            item = None
        elif item is not None and line.strip() and (width > depth or not line.startswith("#")):
            item[1].append(line.strip())
        blank = not line.strip()
        if not line.strip():
            header = False
    if item is not None:
        yield item
