"""From elements to blocks: paragraphs, listings, table rows and headings with their anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from torusnb.research.pages.hidden import Tag
from torusnb.research.pages.page import Block, Section
from torusnb.research.pages.tokens import Token

_BLOCK_TAGS = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure h1 h2 h3
    h4 h5 h6 header hr legend li main ol optgroup p pre section summary table tbody tfoot thead tr ul
    """,
    )
)
_CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_OWNERS = frozenset({"section", "div", "article", "dt", "li"})
_UNNAMED = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    content main top-content main-content page wrapper container app root body article doccontent moduledoc
    """,
    )
)
_BLANKS = re.compile(r"\s+")
_MARKS = " \t\n#¶§🔗"
_SIGNATURE = 3
_TERM = 6


class Built(NamedTuple):
    """A page's text, and its blocks and sections by offsets into it."""

    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


class _Open(NamedTuple):
    tag: str
    id: str
    heading: int
    headings_before: int
    aside: bool


class _Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []
        self.heads: list[tuple[str, int, int, int, str]] = []
        self.buffer: list[str] = []
        self.row: list[str] = []
        self.open: list[_Open] = []
        self.pre = self.rows = self.asides = 0
        self.heading = 0
        self.named = self.within = ""

    def emit(self, kind: str, text: str) -> None:
        if not text:
            return
        if self.parts:
            self.parts.append("\n\n")
            self.length += 2
        start, end = self.length, self.length + len(text)
        self.parts.append(text)
        self.length = end
        self.blocks.append(Block(start, end, "aside" if self.asides and kind != "heading" else kind))

    def breaks(self, tag: str, level: int) -> bool:
        """Whether the tag ends the block before it; within a heading or a listing none does."""
        if self.pre or self.heading:
            return False
        return bool(level) or (tag in _BLOCK_TAGS and not (tag == "div" and self.rows))

    def flush(self) -> None:
        """End the block that is being written."""
        if not self.buffer:
            return
        raw = "".join(self.buffer)
        self.buffer.clear()
        if self.pre:
            self.emit("code", raw.strip("\n").rstrip())
            return
        text = _BLANKS.sub(" ", raw).strip()
        if not text:
            return
        if self.row:
            self.emit("row", " | ".join(self.row))
            self.row.clear()
        self.emit("prose", text)
        self.named = ""

    def end_cell(self) -> None:
        text = _BLANKS.sub(" ", "".join(self.buffer)).strip()
        self.buffer.clear()
        if text:
            self.row.append(text)

    def end_row(self) -> None:
        self.end_cell()
        self.emit("row", " | ".join(self.row))
        self.row.clear()

    def end_heading(self, level: int, own: str, tag: str) -> None:
        text = _BLANKS.sub(" ", "".join(self.buffer)).strip(_MARKS)
        self.buffer.clear()
        if not text:
            return
        anchor = own or self.within or self.named or self._owner(tag)
        self.emit("heading", text)
        start, end = self.blocks[-1].start, self.blocks[-1].end
        self.heads.append((text, level, start, end, anchor))
        self.named = ""

    def _owner(self, tag: str) -> str:
        """The id of the nearest element around it that no heading has taken; none for the title of the page."""
        if tag == "h1" and not self.heads:
            return ""
        for entry in reversed(self.open[-12:]):
            if entry.headings_before != len(self.heads):
                return ""
            if entry.id and entry.tag in _OWNERS and entry.id.lower() not in _UNNAMED:
                return entry.id
        return ""


def build_blocks(tokens: Iterable[Token]) -> Built:
    """The text of the tokens with its blocks and sections; a heading's anchor is the id that leads to it."""
    made = _Builder()
    for token in tokens:
        if token.kind == "text":
            made.buffer.append(token.text)
        elif token.kind == "start":
            _start(made, token.tag, token.about)
        else:
            _end(made)
    while made.open:
        _end(made)
    made.flush()
    text = "".join(made.parts)
    return Built(text, tuple(made.blocks), _sections(made.heads, len(text)))


def _start(made: _Builder, tag: str, about: Tag | None) -> None:
    identity, name, classes = (about.id, about.name, about.classes) if about else ("", "", frozenset[str]())
    if tag == "br":
        made.buffer.append("\n" if made.pre else " ")
        return
    if tag in {"sup", "sub"} and made.buffer and made.buffer[-1][-1:].isdigit():
        # "10<sup>2</sup>" is not 102: without a sign of it, a false number would be found verbatim.
        made.buffer.append("^" if tag == "sup" else "_")
    if tag in {"hr", "img", "wbr", "link", "meta", "col", "area", "source", "track", "param", "base"}:
        return
    level = _level(made, tag, identity, classes)
    if made.breaks(tag, level):
        made.flush()
    elif made.rows and tag == "div":
        made.buffer.append(" ")
    made.rows += tag == "tr"
    if level:
        made.heading, made.within = level, ""
    elif made.heading:
        made.within = made.within or identity or name
    elif not made.buffer:
        made.named = name or (identity if tag in {"a", "span"} else "") or made.named
    aside = identity == "summary" and "details-list" in classes
    made.pre += tag == "pre"
    made.asides += aside
    made.open.append(_Open(tag, identity, level, len(made.heads), aside))


def _level(made: _Builder, tag: str, identity: str, classes: frozenset[str]) -> int:
    """The level of the heading that begins here, or 0."""
    if made.heading:
        return 0
    if "signature" in classes:
        return _SIGNATURE
    if tag == "dt" and identity:
        return _TERM
    return _HEADINGS.get(tag, 0)


def _end(made: _Builder) -> None:
    if not made.open:
        return
    entry = made.open.pop()
    tag = entry.tag
    if entry.heading:
        made.end_heading(entry.heading, entry.id, tag)
        made.heading, made.within = 0, ""
    elif tag in _CELLS:
        made.end_cell()
    elif tag == "tr":
        made.end_row()
        made.rows -= 1
    elif made.breaks(tag, 0) or (tag == "pre" and made.pre == 1):
        made.flush()
    elif tag in _BLOCK_TAGS:
        made.buffer.append("\n" if made.pre else " ")
    made.pre -= tag == "pre"
    made.asides -= entry.aside


def _sections(heads: list[tuple[str, int, int, int, str]], length: int) -> tuple[Section, ...]:
    """A heading without an anchor of its own is reached by that of the nearest one above it in rank."""
    made = [Section("", 0, 0, heads[0][2] if heads else length)]
    above: list[tuple[int, str]] = []
    for number, (heading, level, _, end, anchor) in enumerate(heads):
        until = heads[number + 1][2] if number + 1 < len(heads) else length
        while above and above[-1][0] >= level:
            above.pop()
        anchor = anchor or (above[-1][1] if above else "")
        above.append((level, anchor))
        made.append(Section(heading, level, end, until, anchor))
    return tuple(section for section in made if section.heading or section.end > section.start)
