"""What functions do: each file's functions with their clauses, heads, guards and bodies, read when asked for.

An outline says what there is; a body says how it behaves. `read_bodies` parses one file once; calls
(`body_calls`) and return shapes (`body_shapes`) are worked out on first use and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause, read_clause
from torusnb.elixir.body_shapes import Return
from torusnb.elixir.functions import DEFINITIONS
from torusnb.elixir.names import Aliases, module_name, named_modules
from torusnb.elixir.syntax import (
    ALIAS,
    BINARY,
    CALL,
    COMMENT,
    UNARY,
    Text,
    arguments,
    do_block,
    first_child,
    line_of,
    operator_of,
    parse_tree,
)


@dataclass(frozen=True)
class FunctionBody:
    """A function with its clauses in order; `kind` is `def`, `defp`, `defmacro` or `defmacrop`."""

    module: str
    name: str
    arity: int
    kind: str
    clauses: tuple[Clause, ...]
    spec: str = ""

    @property
    def label(self) -> str:
        """`name/arity`."""
        return f"{self.name}/{self.arity}"

    @property
    def line(self) -> int:
        """The first clause's first line."""
        return self.clauses[0].line

    @property
    def public(self) -> bool:
        """Whether another module can call it."""
        return not self.kind.endswith("p")

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """The calls of all clauses, in document order."""
        return tuple(site for clause in self.clauses for site in clause.sites)

    @cached_property
    def returns(self) -> tuple[Return, ...]:
        """The tail expressions of all clauses, in document order."""
        return tuple(found for clause in self.clauses for found in clause.returns)


@dataclass(frozen=True)
class ModuleBody:
    """A module with its functions in order of their first clause.

    Attributes:
        attributes: Attribute name to the value it was last given (`@types ~w(a b)`: `types` to the sigil).
        parts: The module's own expressions, functions and nested modules included.
    """

    name: str
    line: int
    functions: tuple[FunctionBody, ...]
    attributes: dict[str, Node]
    parts: tuple[Node, ...]
    aliases: Aliases
    text: Text = field(repr=False)

    @cached_property
    def _by_name(self) -> dict[tuple[str, int], FunctionBody]:
        return {(function.name, function.arity): function for function in self.functions}

    def function(self, name: str, arity: int) -> FunctionBody | None:
        """The function of that name and arity; one with defaults answers for its lesser arities."""
        exact = self._by_name.get((name, arity))
        if exact is not None:
            return exact
        return next((f for f in self.functions if f.name == name and f.arity - _defaults(f) <= arity <= f.arity), None)


def _defaults(function: FunctionBody) -> int:
    return max(
        sum(1 for node in clause.parameters if node.kind_id == BINARY and operator_of(node) == "\\\\")
        for clause in function.clauses
    )


@dataclass(frozen=True)
class FileBodies:
    """A file's modules in order of their beginning, nested ones after the one that holds them."""

    path: str
    text: Text = field(repr=False)
    root: Node = field(repr=False)
    modules: tuple[ModuleBody, ...] = ()

    @cached_property
    def functions(self) -> tuple[FunctionBody, ...]:
        """The functions of all modules."""
        return tuple(function for module in self.modules for function in module.functions)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The file's lines, without their ends."""
        return tuple(self.text.data.decode("utf-8", "replace").split("\n"))

    def function_at(self, line: int) -> FunctionBody | None:
        """The function with a clause over that line, or None."""
        return next((f for f in self.functions for c in f.clauses if c.line <= line <= c.end_line), None)


def read_bodies(path: str, source: bytes) -> FileBodies:
    """The bodies of one file; never fails, and leaves out what a syntax error hides.

    Args:
        path: Only copied.
        source: The file's bytes.
    """
    data = source.replace(b"\x00", b" ")
    if data.startswith(b"\xef\xbb\xbf"):
        data = b"   " + data[3:]
    text, root = Text(data), parse_tree(data)
    return FileBodies(path, text, root, tuple(_modules(root, text)))


def _modules(root: Node, text: Text) -> Iterator[ModuleBody]:
    waiting: list[tuple[Node, str, Aliases]] = [(child, "", {}) for child in reversed(root.named_children)]
    while waiting:
        node, outer, aliases = waiting.pop()
        opened = _open(node, text, outer, aliases)
        if opened is None:
            continue
        name, block = opened
        inside = dict(aliases)
        if outer and name.startswith(f"{outer}."):
            head = name.removeprefix(f"{outer}.").partition(".")[0]
            inside[head] = f"{outer}.{head}"
        module = _module(name, node, block, text, inside)
        yield module
        waiting.extend((child, name, module.aliases) for child in reversed(module.parts))


def _open(node: Node, text: Text, outer: str, aliases: Aliases) -> tuple[str, Node] | None:
    """A module's full name and block, or None for a node that defines none."""
    target = first_child(node) if node.kind_id == CALL else None
    block = do_block(node) if target is not None else None
    if target is None or block is None or text.raw(target) not in (b"defmodule", b"defimpl", b"defprotocol"):
        return None
    given = arguments(node)
    if not given:
        return None
    if text.raw(target) == b"defimpl":
        owner = text.options(given).get("for")
        protocol = module_name(given[0], text, aliases, outer)
        implemented = module_name(owner, text, aliases, outer) if owner is not None else outer
        return f"{protocol}.{implemented}", block
    if given[0].kind_id == ALIAS:
        written = text.of(given[0])
        return (f"{outer}.{written}" if outer else written), block
    name = module_name(given[0], text, aliases, outer)
    return (name, block) if name else None


def _module(name: str, node: Node, block: Node, text: Text, aliases: Aliases) -> ModuleBody:
    clauses: dict[tuple[str, int], list[tuple[str, Clause]]] = {}
    specs: dict[str, str] = {}
    attributes: dict[str, Node] = {}
    parts = tuple(child for child in block.named_children if child.kind_id != COMMENT)
    for part in parts:
        target = first_child(part)
        if target is None:
            continue
        if part.kind_id == UNARY:
            _attribute(part, text, attributes, specs)
            continue
        word = text.raw(target) if part.kind_id == CALL else b""
        if word in DEFINITIONS:
            read = read_clause(part, text, name, aliases)
            if read is not None:
                clauses.setdefault(read[0], []).append((DEFINITIONS[word], read[1]))
        elif word in (b"alias", b"require"):
            _add_aliases(part, text, aliases, name)
    functions = tuple(
        FunctionBody(name, key[0], key[1], found[0][0], tuple(clause for _, clause in found), specs.get(key[0], ""))
        for key, found in clauses.items()
    )
    return ModuleBody(name, line_of(node), functions, attributes, parts, aliases, text)


def _attribute(part: Node, text: Text, attributes: dict[str, Node], specs: dict[str, str]) -> None:
    operand = first_child(part)
    if operand is None or operand.kind_id != CALL:
        return
    given = arguments(operand)
    if not given:
        return
    word = text.of(operand.named_children[0])
    if word == "spec":
        written = text.one_line(given[0])
        specs.setdefault(written.partition("(")[0].strip(), written)
    else:
        attributes[word] = given[0]


def _add_aliases(call: Node, text: Text, aliases: Aliases, current: str) -> None:
    """Add what an `alias` or `require … as:` makes known to the aliases."""
    given = arguments(call)
    if not given:
        return
    found = named_modules(given[0], text, aliases, current)
    chosen = text.options(given).get("as")
    if chosen is not None and found:
        aliases[text.of(chosen)] = found[0]
    elif text.raw(call.named_children[0]) == b"alias":
        aliases.update({full.rpartition(".")[2]: full for full in found})
