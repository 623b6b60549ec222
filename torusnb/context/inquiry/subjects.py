"""Which tables an expression is about: structs, changesets, queries, and the variables that hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from tree_sitter import Node

from torusnb.context.inquiry.patterns import branch_tails, find_patterns, plain_names
from torusnb.context.inquiry.scope import Scope
from torusnb.context.inquiry.sources import SourceFile, enclosing_definition, name_of
from torusnb.elixir.functions import DEFINITIONS
from torusnb.elixir.syntax import (
    ALIAS,
    BINARY,
    CALL,
    COMMENT,
    DO_BLOCK,
    DOT,
    ELSE_BLOCK,
    IDENTIFIER,
    LIST,
    MAP,
    STRING,
    UNARY,
    arguments,
    first_child,
    operator_of,
)
from torusnb.elixir.values import tail_values
from torusnb.models.codebase import CodeMap

_DEPTH = 9
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRANCHES = frozenset((b"case", b"if", b"unless", b"cond", b"with", b"try", b"receive", b"for"))
_MOST_CLAUSES = 6

Tables = dict[str, bool]
"""Table name to whether that is certain; False where only a variable's name tells."""


class Subjects:
    """Tells the tables behind expressions of one code map."""

    def __init__(self, code_map: CodeMap, scope: Scope) -> None:
        """The schemas of that map."""
        self._map = code_map
        self._scope = scope
        self._bindings: dict[tuple[str, int], dict[str, list[tuple[Node, Node | None]]]] = {}
        self._definitions: dict[tuple[str, str], list[Node]] = {}

    @cached_property
    def table_of(self) -> dict[str, str]:
        """Schema module to its table."""
        return {
            module.name: module.schema.table
            for module in self._map.modules.values()
            if module.schema is not None and module.schema.table
        }

    @cached_property
    def _by_word(self) -> dict[str, tuple[str, ...]]:
        """What a variable holding a schema's struct is called, to the schemas."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.table_of:
            found[variable_name(name)].append(name)
        return {word: tuple(names) for word, names in found.items()}

    def of(self, node: Node, file: SourceFile, depth: int = _DEPTH) -> Tables:
        """The tables that the value of an expression belongs to; empty when nothing tells."""
        if depth <= 0:
            return {}
        kind = node.kind_id
        if kind in (ALIAS, STRING, MAP):
            return self._named(node, file)
        if kind == BINARY:
            return self._binary(node, file, depth)
        if kind == CALL:
            return self._call(node, file, depth)
        if kind == IDENTIFIER:
            return self._variable(node, file, depth)
        if kind == UNARY:
            operand = first_child(node)
            return self.of(operand, file, depth - 1) if operand is not None and operator_of(node) == "&" else {}
        if kind == LIST:
            return self._first_known(node.named_children[:3], file, depth)
        if node.type == "anonymous_function":
            return self._union((tail for tail in branch_tails(node)), file, depth)
        if kind in (DO_BLOCK, ELSE_BLOCK) or node.type in ("block", "body"):
            inner = [child for child in node.named_children if child.kind_id != COMMENT]
            return self.of(inner[-1], file, depth - 1) if inner else {}
        return {}

    def _named(self, node: Node, file: SourceFile) -> Tables:
        """A module, a table's name, or a struct."""
        line = node.start_point[0] + 1
        if node.kind_id == STRING:
            name = file.text.literal(node) or ""
            return {name: True} if name.isidentifier() else {}
        if node.kind_id == MAP:
            struct = first_child(node)
            node_alias = first_child(struct) if struct is not None and struct.type == "struct" else None
            if node_alias is None:
                return {}
            node = node_alias
        written = file.text.of(node)
        if written == "__MODULE__":
            module = file.module_at(line)
            table = self.table_of.get(module.name) if module is not None else None
        else:
            table = self.table_of.get(self._scope.resolve(written, file, line))
        return {table: True} if table else {}

    def _binary(self, node: Node, file: SourceFile, depth: int) -> Tables:
        left, right = node.named_children[0], node.named_children[-1]
        operator = operator_of(node)
        if operator == "|>":
            given = self._schema_call(right, file)
            return given or self._piped(left, right, file, depth)
        if operator in ("=", "in", "->", "::"):
            return self.of(right, file, depth - 1) or (self.of(left, file, depth - 1) if operator == "=" else {})
        if operator in ("||", "or", "&&"):
            return self._first_known((left, right), file, depth)
        return {}

    def _piped(self, left: Node, right: Node, file: SourceFile, depth: int) -> Tables:
        return self.of(left, file, depth - 1) or self._local_tail(right, file, depth)

    def _schema_call(self, node: Node, file: SourceFile) -> Tables:
        """The table of a schema's own function (`Basket.changeset(…)`)."""
        target = first_child(node) if node.kind_id == CALL else None
        owner = first_child(target) if target is not None and target.kind_id == DOT else None
        return self._named(owner, file) if owner is not None and owner.kind_id in (ALIAS, IDENTIFIER) else {}

    def _call(self, node: Node, file: SourceFile, depth: int) -> Tables:
        own = self._schema_call(node, file)
        if own:
            return own
        target = first_child(node)
        if target is None:
            return {}
        given = arguments(node)
        if target.kind_id == DOT:
            left = first_child(target)
            if left is not None and left.kind_id != ALIAS and not given:
                return self._by_name(file.text.of(target.named_children[-1]), file, node)
            return self._first_known(given[:1], file, depth) or self._first_known(
                [g for g in given[1:] if g.type == "anonymous_function"], file, depth
            )
        if file.text.raw(target) in _BRANCHES:
            return self._union(branch_tails(node), file, depth)
        return self._local_tail(node, file, depth) or self._first_known(given[:1], file, depth)

    def _local_tail(self, node: Node, file: SourceFile, depth: int) -> Tables:
        """What the module's own function of that name ends in."""
        target = first_child(node) if node.kind_id == CALL else node
        if target is None or target.kind_id != IDENTIFIER:
            return {}
        clauses = self._clauses(file, file.text.of(target))[:_MOST_CLAUSES]
        return self._union((tail for clause in clauses for tail in tail_values(clause)), file, min(depth, 5))

    def _first_known(self, nodes: Iterable[Node], file: SourceFile, depth: int) -> Tables:
        for node in nodes:
            found = self.of(node, file, depth - 1)
            if found:
                return found
        return {}

    def _union(self, nodes: Iterable[Node], file: SourceFile, depth: int) -> Tables:
        found: Tables = {}
        for node in nodes:
            for table, sure in self.of(node, file, depth - 1).items():
                found[table] = found.get(table, False) or sure
        return found

    def _variable(self, node: Node, file: SourceFile, depth: int) -> Tables:
        """What binds the variable in its function; failing that, what its name says."""
        name = file.text.of(node)
        if name == "__MODULE__":
            return self._named(node, file)
        definition = enclosing_definition(node, file.text)
        for pattern, value in reversed(self._bound(definition, file).get(name, []) if definition is not None else []):
            if pattern.start_byte > node.start_byte or _around(value, node):
                continue
            found = self._struct_in(pattern, name, file)
            if not found and value is not None:
                found = self.of(value, file, depth - 2)
            if found:
                return found  # the nearest binding above; one in another branch may stand between
        return self._local_tail(node, file, depth) or self._by_name(name, file, node)

    def _struct_in(self, pattern: Node, name: str, file: SourceFile) -> Tables:
        """The table of `%Struct{} = name` in a pattern."""
        stack = [pattern]
        while stack:
            node = stack.pop()
            if node.kind_id == BINARY and operator_of(node) == "=":
                ends = (node.named_children[0], node.named_children[-1])
                if any(end.kind_id == IDENTIFIER and file.text.of(end) == name for end in ends):
                    for end in ends:
                        if end.kind_id == MAP and (found := self._named(end, file)):
                            return found
            stack.extend(node.named_children)
        return {}

    def _bound(self, definition: Node, file: SourceFile) -> dict[str, list[tuple[Node, Node | None]]]:
        """Variable to the patterns that bind it, in order, each with the value matched (None for a parameter)."""
        key = (file.path, definition.start_byte)
        known = self._bindings.get(key)
        if known is not None:
            return known
        found: dict[str, list[tuple[Node, Node | None]]] = defaultdict(list)
        for pattern, value in sorted(find_patterns(definition), key=lambda pair: pair[0].start_byte):
            for name in plain_names(pattern, file):
                found[name].append((pattern, value))
        self._bindings[key] = found
        return found

    def _clauses(self, file: SourceFile, name: str) -> list[Node]:
        """The nodes of a function's clauses."""
        known = self._definitions.get((file.path, name))
        if known is None:
            known = self._definitions[file.path, name] = []
            for line in sorted({f.line for module in file.modules for f in module.functions if f.name == name}):
                nodes = _definitions(file.tree_around(line), file)
                known += [n for n in nodes if name_of(n, file.text)[0] == name and n.start_point[0] + 1 >= line]
        return known

    def _by_name(self, name: str, file: SourceFile, node: Node) -> Tables:
        """The schema that a variable's name speaks of: `basket`, `open_basket`, `baskets`."""
        word = name.rstrip("?!").removesuffix("_changeset").removesuffix("_query")
        for candidate in (word, word.removesuffix("s"), *_endings(word), *_endings(word.removesuffix("s"))):
            schemas = self._by_word.get(candidate, ())
            if len(schemas) > 1:
                line = node.start_point[0] + 1
                near = [s for s in schemas if self._scope.resolve(s.rpartition(".")[2], file, line) == s]
                schemas = tuple(near)
            if len(schemas) == 1:
                return {self.table_of[schemas[0]]: False}
        return {}


def variable_name(module: str) -> str:
    """What a variable with a module's struct is called by convention: `LineItem` to `line_item`."""
    return "_".join(_WORD.split(module.rpartition(".")[2])).lower()


def _endings(word: str) -> Iterator[str]:
    parts = word.split("_")
    for start in range(1, len(parts)):
        yield "_".join(parts[start:])


def _around(value: Node | None, node: Node) -> bool:
    return value is not None and value.start_byte <= node.start_byte and node.end_byte <= value.end_byte


def _definitions(node: Node, file: SourceFile) -> Iterator[Node]:
    """The definitions below a node, those inside others left out."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.kind_id == CALL:
            target = first_child(current)
            word = file.text.raw(target) if target is not None else b""
            if word in _DEFINITION_WORDS:
                yield current
                continue
            if word not in (b"defmodule", b"defimpl", b"defprotocol"):
                continue
        stack.extend(reversed(current.named_children))


_DEFINITION_WORDS = frozenset(DEFINITIONS)
