"""What a source file documents: modules, functions, macros, callbacks and types, each with its own words.

Names are those that ExDoc gives: `fetch/2`, `c:init/1`, `t:option/0`. What it hides is left out: `@moduledoc false`
with all that the module documents, `@doc false`, implementations of protocols, and code that a macro gives to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from torusnb.elixir.syntax import (
    ALIAS,
    BINARY,
    BOOLEAN,
    CALL,
    DO_BLOCK,
    ELSE_BLOCK,
    IDENTIFIER,
    SIGIL,
    STRING,
    UNARY,
    Text,
    arguments,
    first_child,
    line_of,
    operator_of,
    parse_tree,
)
from torusnb.models.base import Value

_SPEAKS = re.compile(rb"@(?:module|type)?doc[ \t(]+(?:~[a-zA-Z])?[\"'\[({<|/]")
_MODULES = frozenset((b"defmodule", b"defprotocol"))
_MEMBERS = frozenset((b"def", b"defmacro", b"defguard", b"defdelegate"))
_SPECS = {b"callback": "c:", b"macrocallback": "c:", b"type": "t:", b"opaque": "t:"}
_BRANCHES = frozenset((b"if", b"unless", b"cond", b"case"))
_LEFT = frozenset(("when", "::"))
_MOST_DEPTH = 12


class Documented(Value, frozen=True):
    """One piece of documentation.

    Attributes:
        member: `fetch/2`, `c:init/1`, `t:option/0`; empty for the module's own.
        text: What a reader sees: without the heredoc's indentation, escapes resolved; interpolations as written.
        line: Where `text` begins in the file, 1-based.
    """

    module: str
    member: str
    text: str
    line: int


def list_docstrings(source: bytes) -> tuple[Documented, ...] | None:
    """All that a file documents, in its order; None when it cannot be told, since the file is damaged."""
    if _SPEAKS.search(source) is None:
        return ()
    root = parse_tree(source)
    if root.has_error:
        return None
    reader = _Reader(Text(source))
    reader.read(root.named_children, "", 0)
    return tuple(doc for doc in reader.found if doc.module not in reader.hidden)


class _Reader:
    def __init__(self, text: Text) -> None:
        self._text = text
        self._pending: tuple[str, int] | None = None
        self._named: set[tuple[str, str]] = set()
        self.found: list[Documented] = []
        self.hidden: set[str] = set()

    def read(self, nodes: list[Node], module: str, depth: int) -> None:
        """Gather what stands directly in a module, in its branches, and in the modules that it holds."""
        for node in nodes:
            if node.kind_id == UNARY and module:
                self._attribute(node, module)
            elif node.kind_id == CALL and depth < _MOST_DEPTH:
                self._call(node, module, depth)

    def _call(self, node: Node, module: str, depth: int) -> None:
        target = first_child(node)
        if target is None or target.kind_id != IDENTIFIER:
            return
        keyword = self._text.raw(target)
        if keyword in _MODULES:
            named = arguments(node)
            if named and named[0].kind_id == ALIAS:
                name = self._text.of(named[0])
                self._pending = None
                self.read(list(_body(node)), f"{module}.{name}" if module else name, depth + 1)
        elif keyword in _MEMBERS and module:
            given = arguments(node)
            self._add(module, self._head(given[0]) if given else "")
        elif keyword in _BRANCHES and module:
            self.read(list(_body(node)), module, depth + 1)

    def _attribute(self, node: Node, module: str) -> None:
        call = first_child(node)
        if call is None or call.kind_id != CALL or operator_of(node) != "@":
            return
        target, given = first_child(call), arguments(call)
        name = self._text.raw(target) if target is not None else b""
        if name in {b"doc", b"typedoc"} and given:
            self._pending = self._words(given[0], self._pending)
        elif name == b"moduledoc" and given:
            if given[0].kind_id == BOOLEAN:
                self.hidden.add(module)
            self._pending, before = self._words(given[0], None), self._pending
            self._add(module, "", of_module=True)
            self._pending = before
        elif name in _SPECS and given:
            head = self._head(given[0])
            self._add(module, f"{_SPECS[name]}{head}" if head else "")

    def _words(self, value: Node, before: tuple[str, int] | None) -> tuple[str, int] | None:
        """The text of an attribute and its line; metadata leave what was said before."""
        if value.kind_id in (STRING, SIGIL):
            lines = self._text.raw(value)[:6]
            return self._text.literal(value) or "", line_of(value) + (b'"""' in lines or b"'''" in lines)
        return None if value.kind_id == BOOLEAN else before

    def _add(self, module: str, member: str, *, of_module: bool = False) -> None:
        pending, self._pending = self._pending, None
        if pending is None or not pending[0].strip() or not (member or of_module) or (module, member) in self._named:
            return
        self._named.add((module, member))
        text, line = pending
        kept = text.lstrip("\n")
        self.found.append(Documented(module, member, kept.rstrip(), line + len(text) - len(kept)))

    def _head(self, node: Node) -> str:
        """`name/arity` of what is defined; empty for a name that is computed."""
        while node.kind_id == BINARY and operator_of(node) in _LEFT:
            node = node.named_children[0]
        if node.kind_id == IDENTIFIER:
            return f"{self._text.of(node)}/0"
        if node.kind_id in (BINARY, UNARY):
            return f"{operator_of(node)}/{node.named_child_count}"
        target = first_child(node) if node.kind_id == CALL else None
        if target is None or target.kind_id != IDENTIFIER or self._text.raw(target) == b"unquote":
            return ""
        return f"{self._text.of(target)}/{len(arguments(node))}"


def _body(call: Node) -> Iterator[Node]:
    """What stands in the blocks of a call, those of `else` too."""
    for block in call.named_children:
        if block.kind_id == DO_BLOCK:
            for node in block.named_children:
                yield from node.named_children if node.kind_id == ELSE_BLOCK else (node,)
