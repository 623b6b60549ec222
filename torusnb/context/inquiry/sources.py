"""The files behind a code map, read and parsed when a question needs them, each once."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise

from tree_sitter import Node, Parser, Point, Range

from torusnb.context.layers import layer_of
from torusnb.elixir.functions import DEFINITIONS
from torusnb.elixir.syntax import (
    BINARY,
    CALL,
    IDENTIFIER,
    LANGUAGE,
    Text,
    arguments,
    first_child,
    operator_of,
    parse_tree,
)
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.modules import Module

TEMPLATES = (".heex", ".eex", ".leex")
_DEFINITIONS = frozenset(DEFINITIONS)
_SHORT = 6_000  # bytes; a shorter file is parsed whole
_WORD = re.compile(rb"\w")
_KEY = re.compile(rb":[ \n]")
_ARGUMENT = re.compile(rb"\(|/\d|[ \t]+[\w@:%\"\[{~&]")


class SourceFile:
    """One file: its bytes, its lines, its modules, and its tree when it is asked for."""

    def __init__(self, path: str, text: str, outline: FileOutline | None) -> None:
        """The file at `path`; a template has no outline."""
        self.path = path
        self.data = text.encode("utf-8", "replace")
        self.text = Text(self.data)
        self.outline = outline
        self._trees: dict[int, Node] = {}
        self.modules: tuple[Module, ...] = outline.modules if outline is not None else ()

    @cached_property
    def root(self) -> Node:
        """The syntax tree."""
        return parse_tree(self.data)

    @cached_property
    def starts(self) -> list[int]:
        """The byte at which each line begins."""
        return [0, *(match.end() for match in re.finditer(rb"\n", self.data))]

    def line_at(self, position: int) -> int:
        """The 1-based line of a byte."""
        return bisect.bisect_right(self.starts, position)

    def quote(self, line: int) -> str:
        """The line as it stands, without its indentation; empty beyond the file."""
        if not 0 < line <= len(self.starts):
            return ""
        end = self.data.find(b"\n", self.starts[line - 1])
        return self.data[self.starts[line - 1] : end if end >= 0 else None].decode("utf-8", "replace").strip()

    def module_at(self, line: int) -> Module | None:
        """The innermost module around a line."""
        around = [module for module in self.modules if module.line <= line <= module.end_line]
        return max(around, key=lambda module: (module.line, -module.end_line), default=None)

    def node_at(self, start: int, end: int) -> Node | None:
        """The smallest node over these bytes."""
        return self.tree_around(self.line_at(start)).descendant_for_byte_range(start, end)

    def tree_around(self, line: int) -> Node:
        """A tree that holds the definition around a line; in a long file no more than its neighbourhood is parsed."""
        if len(self.data) < _SHORT or "root" in self.__dict__:
            return self.root
        at = bisect.bisect_right(self._bounds, line) - 1
        first, last = self._stretches[at] if at >= 0 else (0, 0)
        if not first <= line <= last:
            return self.root
        tree = self._trees.get(first)
        if tree is None:
            begin = self.starts[first - 1]
            end = self.starts[last] if last < len(self.starts) else len(self.data)
            span = Range(Point(first - 1, 0), Point(last, 0), begin, end)
            tree = self._trees[first] = Parser(LANGUAGE, included_ranges=[span]).parse(self.data).root_node
        return tree

    @cached_property
    def _bounds(self) -> list[int]:
        return [first for first, _ in self._stretches]

    @cached_property
    def _stretches(self) -> list[tuple[int, int]]:
        """First and last lines of stretches that begin with a function and end before the next or with its module."""
        found = []
        for module in self.modules:
            begins = sorted({function.line for function in module.functions})
            ends = max((function.end_line for function in module.functions), default=0)
            inner = [other.line for other in self.modules if module.line < other.line <= module.end_line]
            for first, following in pairwise([*begins, ends + 1]):
                last = min([following, *(line for line in inner if line > first)]) - 1
                found.append((first, last))
        return sorted(found)

    def find(self, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
        """Every match in the file, in order."""
        return pattern.finditer(self.data)


class Sources:
    """Reads a code map's files; nothing that a question does not need is read."""

    def __init__(self, code_map: CodeMap, read_source: Callable[[str], str]) -> None:
        """The files of that map."""
        self._map = code_map
        self._read = read_source
        self._files: dict[str, SourceFile] = {}

    def __getitem__(self, path: str) -> SourceFile:
        """The file at a path; one that cannot be read is empty."""
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = SourceFile(path, self._read(path), self._map.by_path.get(path))
        return found

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """Paths of the templates that lie in files of their own."""
        return tuple(path for path in self._map.other_files if path.endswith(TEMPLATES) and "/lib/" in f"/{path}")

    @cached_property
    def layers(self) -> dict[str, str]:
        """Module name to its layer."""
        return {module.name: layer_of(module.path, module) for module in self._map.modules.values()}

    def layer(self, path: str, module: Module | None) -> str:
        """The layer of a module, or of a file without one."""
        return layer_of(path, module)

    def quote(self, place: Place) -> str:
        """The line at a place."""
        return self[place.path].quote(place.line)


def enclosing_definition(node: Node, text: Text) -> Node | None:
    """The `def` (or its like) whose clause a node stands in, or None in a module's body; itself when it is one."""
    current: Node | None = node
    found = None
    while current is not None:
        if current.kind_id == CALL:
            target = first_child(current)
            if target is not None and target.kind_id == IDENTIFIER:
                word = text.raw(target)
                if word in _DEFINITIONS:
                    found = current
                elif word == b"defmodule" and found is not None:
                    break
        current = current.parent
    return found


def head_of(definition: Node) -> Node | None:
    """The head of a definition, without its guard."""
    given = arguments(definition)
    head = given[0] if given else None
    while head is not None and head.kind_id == BINARY and operator_of(head) == "when":
        head = first_child(head)
    return head


def name_of(definition: Node, text: Text) -> tuple[str, int]:
    """Name and arity of a definition; an empty name when it is computed."""
    head = head_of(definition)
    if head is None:
        return "", 0
    if head.kind_id == IDENTIFIER:
        return text.of(head), 0
    if head.kind_id == CALL:
        target = first_child(head)
        return (text.of(target) if target is not None else "", len(arguments(head)))
    return operator_of(head), len(head.named_children)


def call_words(data: bytes, name: str) -> Iterator[tuple[int, int]]:
    """The bytes at which a name stands where it can be a call: after a dot or a pipe, or before an argument.

    `save!` is no `save`; `:save`, `@save`, `save: 1` and `<save` are no call.
    """
    for start, end in words(data, name.encode()):
        before = data[start - 1 : start]
        if before in (b":", b"@") or data[end : end + 1] in (b"?", b"!"):
            continue
        piped = before == b"." or (data[max(0, start - 3) : start] == b"|> " and not _KEY.match(data, end))
        if piped or (before not in (b"<", b'"', b"/", b"-") and _ARGUMENT.match(data, end)):
            yield start, end


def words(data: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    """The bytes of every occurrence of a whole word; by plain search, since a pattern takes ten times as long."""
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if not _WORD.match(data, end) and not (start and _WORD.match(data, start - 1)):
            yield start, end
        start = data.find(word, end)
