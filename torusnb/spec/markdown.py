"""Markdown text to chapters and blocks that know their lines; the only module that meets markdown-it.

A chapter is a heading with what stands between it and the next one. Bold text that stands alone as a
paragraph counts as a heading, because some people write headings so. Fenced code never holds headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from torusnb.models.base import Value

_BOLD_LINE = re.compile(r"(\*\*|__)(?P<title>[^*_\n](?:[^*\n]*[^*_\n])?):?\1:?")
_NUMBER = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2})*)(?:[.)]\s*|\s+)(?=\S)(?P<rest>.*)$", re.DOTALL)
_CLOSING = re.compile(r"\s+#+\s*$")
_LOOKS_BLANK = re.compile(r"^[^\S\n]+$", re.MULTILINE)


class Block(Value, frozen=True):
    """A paragraph, list item, table row or piece of code.

    Attributes:
        kind: `paragraph`, `item`, `row`, `code`.
        text: Its own words, line breaks kept, without the bullet; empty for a row.
        line: 1-based line of its first word.
        ordinal: The number of an ordered item; 0 for all else.
        cells: For a row, pairs of column heading and cell.
        children: What stands inside an item besides its first paragraph.
    """

    kind: str
    text: str
    line: int
    ordinal: int = 0
    cells: tuple[tuple[str, str], ...] = ()
    children: tuple[Block, ...] = ()


class Chapter(Value, frozen=True):
    """A heading with all that stands below it up to the next heading.

    Attributes:
        title: Without number and `#`; empty for what comes before the first heading.
        number: `4.1` where the heading begins with one, or empty.
        level: 1 to 6, for bold text one below the heading above it; 0 before the first heading.
        bold: Whether it is bold text that serves as a heading.
        line: 1-based line of the heading; `end_line` is the last line of the chapter, inclusive.
        body_line: The first line after the heading.
    """

    title: str
    number: str
    level: int
    line: int
    body_line: int
    end_line: int
    bold: bool = False
    blocks: tuple[Block, ...] = ()


@cache
def _parser() -> MarkdownIt:
    # Nothing here looks inside a paragraph's words, and to find links there takes quadratic time for a row of brackets.
    return MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"]).use(front_matter_plugin)


def split_number(heading: str) -> tuple[str, str]:
    """The number and the title of a heading: `4.1 State` gives `("4.1", "State")`; no number gives `""`."""
    found = _NUMBER.match(heading.strip())
    if found is None:
        return "", heading.strip()
    return found["number"], found["rest"].strip()


def parse_chapters(text: str) -> tuple[Chapter, ...]:
    """The chapters of a Markdown text, in order; together they cover every line of it once.

    Lines must end in a single line feed; normalise Windows line ends before. A line of white space alone is blank,
    also when it holds a form feed or a no-break space.
    The chapter before the first heading is left out when it is empty.
    """
    total = text.count("\n") + (0 if text.endswith("\n") else 1)
    starts = [_Heading("", 0, 1, 1)]
    members: list[list[_Node | Block]] = [[]]
    # The parser would count such a line to a paragraph and then cut it off, and all lines after it would be one off.
    for node in _nest(_parser().parse(_LOOKS_BLANK.sub("", text))):
        for part in _parts(node):
            if isinstance(part, _Heading):
                starts.append(part)
                members.append([])
            else:
                members[-1].append(part)
    chapters = []
    above = 0
    for at, start in enumerate(starts):
        end = starts[at + 1].line - 1 if at + 1 < len(starts) else total
        if start.line == start.body_line and end < 1:
            continue
        number, bare = split_number(start.title)
        blocks = tuple(_blocks(members[at]))
        level = min(above + 1, 6) if start.bold else start.level
        above = above if start.bold else level
        chapters.append(Chapter(bare, number, level, start.line, start.body_line, end, start.bold, blocks))
    return tuple(chapters)


@dataclass(frozen=True, slots=True)
class _Node:
    """A token with what stands between it and its closing one."""

    type: str
    token: Token
    children: list[_Node]

    @property
    def map(self) -> list[int] | None:
        return self.token.map


def _nest(tokens: Iterable[Token]) -> list[_Node]:
    """The parser's flat list of tokens as nodes; each token is looked at once, however deep it stands."""
    levels: list[list[_Node]] = [[]]
    for token in tokens:
        if token.nesting < 0:
            levels.pop()
            continue
        node = _Node(token.type.removesuffix("_open"), token, [])
        levels[-1].append(node)
        if token.nesting > 0:
            levels.append(node.children)
    return levels[0]


class _Heading(Value, frozen=True):
    title: str
    level: int
    line: int
    body_line: int
    bold: bool = False


def _parts(node: _Node) -> list[_Heading | _Node | Block]:
    """A node of the text's top level, cut at bold lines that serve as headings."""
    first, after = node.map or (0, 1)
    if node.type == "heading":
        title = _CLOSING.sub("", _words(node)).replace("\n", " ").strip()
        return [_Heading(title, int(node.token.tag[1]), first + 1, after + 1)]
    lines = _words(node).split("\n") if node.type == "paragraph" else []
    titles = [_bold_title(line) for line in lines]
    if not any(titles):
        return [node]
    parts: list[_Heading | _Node | Block] = []
    held: list[str] = []
    for number, (line, title) in enumerate(zip([*lines, ""], [*titles, "end"], strict=True), start=first + 1):
        if not title:
            held.append(line)
            continue
        if held:
            parts.append(Block("paragraph", "\n".join(held), number - len(held)))
            held = []
        if number <= first + len(lines):
            parts.append(_Heading(title, 0, number, number + 1, True))
    return parts


def _bold_title(line: str) -> str:
    bold = _BOLD_LINE.fullmatch(line.strip())
    if bold is None or bold["title"].endswith((".", "!", "?", ";", ",")):
        return ""
    return bold["title"].rstrip(":").strip()


def _words(node: _Node) -> str:
    return "".join(child.token.content for child in node.children if child.type == "inline")


def _blocks(nodes: Sequence[_Node | Block]) -> list[Block]:
    found: list[Block] = []
    previous: _Node | None = None
    for node in nodes:
        if isinstance(node, Block):
            found.append(node)
            previous = None
            continue
        items = _items(node) if node.type in {"bullet_list", "ordered_list"} else []
        if items and previous is not None and found and _continues(previous, node):
            found[-1] = msgspec.structs.replace(found[-1], children=(*found[-1].children, *items))
        else:
            found.extend(items or _leaves(node))
        previous = node
    return found


def _leaves(node: _Node) -> list[Block]:
    line = (node.map or (0, 0))[0] + 1
    if node.type in {"paragraph", "heading"}:
        return [Block("paragraph", _words(node), line)]
    if node.type == "table":
        return _rows(node)
    if node.type in {"fence", "code_block"}:
        return [Block("code", node.token.content.rstrip("\n"), line + (node.type == "fence"))]
    return _blocks(node.children) if node.type == "blockquote" else []


def _continues(before: _Node, node: _Node) -> bool:
    """Whether a bullet list belongs to the numbered item right above it, written without indentation."""
    if before.type != "ordered_list" or node.type != "bullet_list" or not before.map or not node.map:
        return False
    return before.map[1] == node.map[0] and len(before.children) == 1


def _items(node: _Node) -> list[Block]:
    ordinal = int(str(node.token.attrs.get("start", 1))) if node.type == "ordered_list" else 0
    items = []
    for item in node.children:
        line = (item.map or (0, 0))[0] + 1
        inner = _blocks(item.children)
        text = ""
        if inner and inner[0].kind == "paragraph":
            text, line = inner[0].text, inner[0].line
            inner = inner[1:]
        if text or inner:
            items.append(Block("item", text, line, ordinal, (), tuple(inner)))
        ordinal += node.type == "ordered_list"
    return items


def _rows(node: _Node) -> list[Block]:
    header: list[str] = []
    rows = []
    for part in node.children:
        for row in part.children:
            cells = [_words(cell).strip() for cell in row.children]
            if part.type == "thead":
                header = cells
            elif any(cells):
                pairs = tuple(zip(header, cells, strict=False))
                rows.append(Block("row", "", (row.map or (0, 0))[0] + 1, 0, pairs))
    return rows
