"""What a body gives back: the shape of each of its tail expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BINARY,
    BOOLEAN,
    CALL,
    COMMENT,
    DOT,
    ELSE_BLOCK,
    IDENTIFIER,
    INTEGER,
    LIST,
    MAP,
    SIGIL,
    STAB_CLAUSE,
    STRING,
    TUPLE,
    Text,
    arguments,
    do_block,
    first_child,
    line_of,
    operator_of,
)

_DEPTH = 12
_RAISES = frozenset((b"raise", b"reraise", b"throw", b"exit"))
_BRANCHES = frozenset((b"case", b"cond", b"receive", b"if", b"unless", b"with", b"try"))
_LITERALS = {INTEGER: "number", STRING: "string", BOOLEAN: "boolean", LIST: "list"}
_NAMED = {"nil": "nil", "float": "number", "keywords": "list", "charlist": "string"}
_COMPARISONS = frozenset(("==", "!=", ">", "<", ">=", "<=", "===", "!==", "=~", "in", "not in", "and", "not", "or"))


@dataclass(frozen=True)
class Return:
    """A tail expression.

    Attributes:
        shape: `{:ok, _}`, `{:error, _}`, `:ok`, `:error` (other atoms and tagged tuples likewise), `tuple`, `nil`,
            `boolean`, `list`, `map`, `%Module{}`, `number`, `string`, `raise`, `call` (another function's), `unknown`.
        call: For `call` the function as `Module.name/arity` or `name/arity`.
        text: As written, one line.
        implicit: It is the `nil` of an `if` without `else`, or what a `with` without `else` lets through.
        node: The expression; None for what is implicit.
    """

    shape: str
    line: int
    text: str
    call: str = ""
    implicit: bool = False
    node: Node | None = field(default=None, repr=False, compare=False)


def find_returns(body: tuple[Node, ...], text: Text, aliases: Aliases, module: str) -> tuple[Return, ...]:
    """What the last expression of a body may give, branches followed, in document order; empty for an empty body."""
    return tuple(_Shapes(text, aliases, module).of(body[-1], _DEPTH)) if body else ()


def expressions(block: Node) -> list[Node]:
    """The expressions of a block or clause body, without comments and else, rescue, catch and after parts."""
    return [node for node in block.named_children if node.kind_id != COMMENT and not node.type.endswith("_block")]


@dataclass(frozen=True)
class _Shapes:
    text: Text
    aliases: Aliases
    module: str

    def of(self, node: Node, depth: int) -> Iterator[Return]:
        if depth == 0:
            yield self._plain(node, "unknown")
            return
        kind = node.kind_id
        if kind == CALL:
            yield from self._call(node, depth)
        elif kind == BINARY:
            yield from self._binary(node, depth)
        elif node.type == "block":
            yield from self._last(expressions(node), node, depth)
        else:
            yield self._plain(node, self._literal(node))

    def _plain(self, node: Node, shape: str, call: str = "", implicit: bool = False) -> Return:
        written = self.text.one_line(node, 120)
        return Return(shape, line_of(node), written, call, implicit, None if implicit else node)

    def _last(self, nodes: list[Node], owner: Node, depth: int) -> Iterator[Return]:
        if nodes:
            yield from self.of(nodes[-1], depth - 1)
        else:
            yield self._plain(owner, "nil", implicit=True)

    def _literal(self, node: Node) -> str:
        kind = node.kind_id
        if kind == TUPLE:
            parts = node.named_children
            if parts and parts[0].kind_id == ATOM:
                return "{" + ", ".join([self.text.of(parts[0]), *("_" for _ in parts[1:])]) + "}"
            return "tuple"
        if kind == ATOM:
            return self.text.of(node)
        if kind == MAP:
            return self._map(node)
        if kind == SIGIL:
            return "list" if self.text.raw(node)[1:2] in (b"w", b"W") else "string"
        return _LITERALS.get(kind) or _NAMED.get(node.type, "unknown")

    def _map(self, node: Node) -> str:
        first = first_child(node)
        if first is not None and first.type == "struct":
            name = first_child(first)
            full = module_name(name, self.text, self.aliases, self.module) if name is not None else ""
            return f"%{full}{{}}" if full else "map"
        content = first_child(first) if first is not None else None
        if content is not None and content.kind_id == BINARY and operator_of(content) == "|":
            return "unknown"  # an update gives whatever kind of map it was given
        return "map"

    def _binary(self, node: Node, depth: int) -> Iterator[Return]:
        operator, right = operator_of(node), node.named_children[-1]
        if operator == "|>":
            piped = first_child(right)
            if right.kind_id == CALL and piped is not None and self.text.raw(piped) in _BRANCHES:
                yield from self._branch(right, self.text.raw(piped), depth)
            elif right.kind_id == CALL:
                yield self._called(right, extra=1)
            else:
                yield self._plain(node, "unknown")
        elif operator in ("=", "||", "&&") and operator == "=":
            yield from self.of(right, depth - 1)
        elif operator in _COMPARISONS:
            yield self._plain(node, "boolean")
        elif operator in ("++", "--"):
            yield self._plain(node, "list")
        elif operator == "<>":
            yield self._plain(node, "string")
        elif operator in ("+", "-", "*", "/"):
            yield self._plain(node, "number")
        else:
            yield self._plain(node, "unknown")

    def _call(self, node: Node, depth: int) -> Iterator[Return]:
        target = first_child(node)
        word = self.text.raw(target) if target is not None and target.kind_id == IDENTIFIER else b""
        if word in _RAISES:
            yield self._plain(node, "raise")
        elif word in _BRANCHES:
            yield from self._branch(node, word, depth)
        elif word == b"for":
            yield self._plain(node, "unknown" if "into" in self.text.options(arguments(node)) else "list")
        else:
            yield self._called(node)

    def _called(self, node: Node, extra: int = 0) -> Return:
        target = first_child(node)
        if target is None:
            return self._plain(node, "unknown")
        arity = len(arguments(node)) + extra
        if target.kind_id == IDENTIFIER:
            return self._plain(node, "call", f"{self.text.of(target)}/{arity}")
        ends = target.named_children if target.kind_id == DOT else []
        if len(ends) != 2 or ends[0].kind_id not in (ALIAS, ATOM, IDENTIFIER, DOT):
            return self._plain(node, "unknown")
        owner = ends[0]
        full = (
            self.text.of(owner) if owner.kind_id == ATOM else module_name(owner, self.text, self.aliases, self.module)
        )
        return self._plain(
            node, "call" if full else "unknown", f"{full}.{self.text.of(ends[1])}/{arity}" if full else ""
        )

    def _branch(self, node: Node, word: bytes, depth: int) -> Iterator[Return]:
        block = do_block(node)
        if word in (b"if", b"unless"):
            yield from self._if(node, block, depth)
        elif block is None:
            options = self.text.options(arguments(node))
            if "do" in options:
                yield from self.of(options["do"], depth - 1)
            if "else" in options:
                yield from self.of(options["else"], depth - 1)
        elif word in (b"with", b"try"):
            yield from self._last(expressions(block), node, depth)
            for part in block.named_children:
                if part.kind_id == ELSE_BLOCK or part.type in ("rescue_block", "catch_block"):
                    yield from self._clauses(part, depth)
        else:
            yield from self._clauses(block, depth)

    def _if(self, node: Node, block: Node | None, depth: int) -> Iterator[Return]:
        if block is not None:
            yield from self._last(expressions(block), node, depth)
            other = next((part for part in block.named_children if part.kind_id == ELSE_BLOCK), None)
            if other is not None:
                yield from self._last(expressions(other), node, depth)
                return
        else:
            options = self.text.options(arguments(node))
            if "do" in options:
                yield from self.of(options["do"], depth - 1)
            if "else" in options:
                yield from self.of(options["else"], depth - 1)
                return
        yield self._plain(node, "nil", implicit=True)

    def _clauses(self, block: Node, depth: int) -> Iterator[Return]:
        for clause in block.named_children:
            if clause.kind_id != STAB_CLAUSE:
                continue
            right = clause.child_by_field_name("right")
            if right is not None:
                yield from self._last(expressions(right), clause, depth)
