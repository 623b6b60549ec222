"""A tree of values with lines, and a reader that makes one from YAML that no parser accepts.

The reader goes line by line and by indentation; it knows what requirement files use (mappings, lists,
scalars plain, quoted, folded and literal) and takes everything after `key:` as it stands, colons included.
"""

from __future__ import annotations

import re

from torusnb.models.base import Value


class Leaf(Value, frozen=True):
    """A scalar, as text."""

    text: str
    line: int


class Listing(Value, frozen=True):
    """A sequence."""

    items: tuple[Tree, ...]
    line: int


class Branch(Value, frozen=True):
    """A mapping, pairs in the order of the file, keys as written even when repeated."""

    items: tuple[tuple[str, Tree], ...]
    line: int


Tree = Leaf | Listing | Branch

_KEY = re.compile(r"""^(?P<key>"[^"]+"|'[^']+'|[A-Za-z_][\w .-]*?)\s*:(?:\s+(?P<value>.*))?$""")
_BLOCK = re.compile(r"^[|>][+-]?\d?$")
_MAX_DEPTH = 40


class _Line(Value, frozen=True):
    number: int
    indent: int
    text: str


def read_tolerantly(text: str) -> tuple[Tree | None, tuple[int, ...]]:
    """The tree of a text that is not quite YAML, and the numbers of the lines that fitted nowhere."""
    lines = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.replace("\t", "  ").rstrip()
        bare = line.lstrip(" ")
        if bare and not bare.startswith("#") and bare not in {"---", "..."}:
            lines.append(_Line(number, len(line) - len(bare), bare))
    reader = _Reader(lines)
    tree = reader.node(0, 0) if lines else None
    while reader.at < len(lines):
        reader.skip()
        more = reader.node(0, 0) if reader.at < len(lines) else None
        if isinstance(tree, Branch) and isinstance(more, Branch):
            tree = Branch((*tree.items, *more.items), tree.line)
    return tree, tuple(reader.skipped)


class _Reader:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.at = 0
        self.skipped: list[int] = []

    def skip(self) -> None:
        if self.at < len(self.lines):
            self.skipped.append(self.lines[self.at].number)
            self.at += 1

    def node(self, indent: int, depth: int) -> Tree | None:
        """What begins at the present line, when it is indented at least so far."""
        if self.at >= len(self.lines) or self.lines[self.at].indent < indent or depth > _MAX_DEPTH:
            return None
        line = self.lines[self.at]
        if line.text == "-" or line.text.startswith("- "):
            return self._listing(line.indent, depth)
        if _KEY.match(line.text):
            return self._branch(line.indent, depth)
        return self._scalar(line.text, line.indent - 1)

    def _listing(self, indent: int, depth: int) -> Listing:
        first = self.lines[self.at].number
        items: list[Tree] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.indent < indent or (line.indent == indent and not line.text.startswith("-")):
                break
            if line.indent > indent or (line.text != "-" and not line.text.startswith("- ")):
                self.skip()
                continue
            rest = line.text[1:].lstrip(" ")
            if not rest:
                self.at += 1
                item = self.node(indent + 1, depth + 1)
            else:
                self.lines[self.at] = _Line(line.number, indent + len(line.text) - len(rest), rest)
                item = self.node(indent + 1, depth + 1)
            if item is not None:
                items.append(item)
        return Listing(tuple(items), first)

    def _branch(self, indent: int, depth: int) -> Branch:
        first = self.lines[self.at].number
        items: list[tuple[str, Tree]] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            key = _KEY.match(line.text)
            if line.indent < indent or (line.indent == indent and line.text.startswith("- ")):
                break
            if line.indent > indent or key is None:
                self.skip()
                continue
            items.append((key["key"].strip("\"'"), self._value(key["value"] or "", line, depth)))
        return Branch(tuple(items), first)

    def _value(self, given: str, line: _Line, depth: int) -> Tree:
        given = given.strip()
        if given and not _BLOCK.match(given):
            return self._scalar(given, line.indent)
        self.at += 1
        if given:
            return Leaf(" ".join(self._deeper(line.indent)), line.number)
        following = self.lines[self.at] if self.at < len(self.lines) else None
        listed = following is not None and following.text.startswith("-") and following.indent == line.indent
        return self.node(line.indent if listed else line.indent + 1, depth + 1) or Leaf("", line.number)

    def _scalar(self, given: str, indent: int) -> Leaf:
        number = self.lines[self.at].number
        self.at += 1
        text = " ".join([given, *self._deeper(indent)])
        if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
            text = text[1:-1].replace('\\"', '"').replace("''", "'")
        return Leaf(text, number)

    def _deeper(self, indent: int) -> list[str]:
        words = []
        while self.at < len(self.lines) and self.lines[self.at].indent > indent:
            words.append(self.lines[self.at].text)
            self.at += 1
        return words
