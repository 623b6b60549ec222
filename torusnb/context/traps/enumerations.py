"""Where code enumerates values: fields, validations, guards, function heads, `case`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.elixir.bodies import FileBodies, FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    IDENTIFIER,
    KEYWORDS,
    LIST,
    MAP,
    SIGIL,
    STAB_CLAUSE,
    STRING,
    UNARY,
    Text,
    do_block,
    first_child,
    operator_of,
)
from torusnb.models.codebase import FileOutline

_LEAST_CLAUSES = 3
_ENUM_ATOM = re.compile(r":\"?([a-z_][\w@]*[?!]?)\"?|\b([a-z_]\w*):")
_CALLBACKS = ("handle_", "mount", "render", "update", "init", "call", "perform", "on_mount", "component", "icon")


@dataclass(frozen=True)
class Enumeration:
    """A closed list of values.

    Attributes:
        kind: `enum`, `inclusion`, `guard`, `heads`, `case`.
        name: The field, the function (`label/1`).
        values: As written without colons and quotes, in order.
    """

    kind: str
    name: str
    module: str
    line: int
    values: tuple[str, ...]


def find_enumerations(bodies: FileBodies, outline: FileOutline) -> Iterator[Enumeration]:
    """The closed lists of a file, in the order fields, validations and guards, heads, cases."""
    by_name = {module.name: module for module in bodies.modules}
    for module in outline.modules:
        body = by_name.get(module.name)
        if module.schema is None or body is None:
            continue
        for field in module.schema.fields:
            written = field.type.partition("values:")[2].strip()
            values = _enum_values(written, body) if "Enum" in field.type.partition(",")[0] else ()
            if len(values) > 1:
                yield Enumeration("enum", field.name, module.name, field.line, values)
    for module_body in bodies.modules:
        for function in module_body.functions:
            yield from _validations(function, module_body)
            yield from _guards(function, module_body)
            if not function.name.startswith(_CALLBACKS):
                yield from _heads(function)
            yield from _cases(function)


def _enum_values(written: str, module: ModuleBody) -> tuple[str, ...]:
    if written.startswith("@"):
        node = module.attributes.get(written[1:].strip())
        return _members(node, module) if node is not None else ()
    if written.startswith("["):
        return tuple(a or b for a, b in _ENUM_ATOM.findall(written))
    return tuple(written[3:-1].split()) if written.startswith("~w") else ()


def _members(node: Node, module: ModuleBody) -> tuple[str, ...]:
    """The literals of a list, word sigil or attribute; empty when any member is computed."""
    text = module.text
    if node.kind_id == UNARY and operator_of(node) == "@":
        value = module.attributes.get(text.of(node)[1:].strip())
        return _members(value, module) if value is not None and value.kind_id in (LIST, SIGIL) else ()
    if node.kind_id == SIGIL:
        return text.atoms(node) if text.raw(node)[1:2] in (b"w", b"W") else ()
    if node.kind_id != LIST or not node.named_child_count:
        return ()
    if node.named_children[0].kind_id == KEYWORDS:
        return tuple(key for key, _ in text.pairs(node.named_children[0]))
    values = text.atoms(node)
    return values if len(values) == node.named_child_count else ()


def _validations(function: FunctionBody, module: ModuleBody) -> Iterator[Enumeration]:
    for site in function.sites:
        if site.name not in ("validate_inclusion", "validate_subset") or len(site.given) < 3:
            continue
        field = module.text.literal(site.given[1])
        values = _members(site.given[2], module)
        if field and len(values) > 1:
            yield Enumeration("inclusion", field, module.name, site.line, values)


def _guards(function: FunctionBody, module: ModuleBody) -> Iterator[Enumeration]:
    """`when kind in [:a, :b]` where no other clause takes the rest."""
    for clause in function.clauses:
        if clause.guard is None:
            continue
        for name, values in _in_lists(clause.guard, module):
            if len(values) > 1 and not _has_open_clause(function, clause, name):
                yield Enumeration("guard", function.label, function.module, clause.line, values)


def _in_lists(guard: Node, module: ModuleBody) -> Iterator[tuple[str, tuple[str, ...]]]:
    waiting = [guard]
    while waiting:
        node = waiting.pop()
        if node.kind_id == BINARY and operator_of(node) == "in":
            left, right = node.named_children[0], node.named_children[-1]
            if left.kind_id == IDENTIFIER:
                yield module.text.of(left), _members(right, module)
        elif node.kind_id == BINARY and operator_of(node) in ("and", "when"):
            waiting.extend(node.named_children)


def _has_open_clause(function: FunctionBody, guarded: Clause, name: str) -> bool:
    """Whether another clause takes any value where the guarded one wants a member."""
    position = _position(guarded, name)
    return any(
        other is not guarded and other.body and (position is None or _is_open(other, position))
        for other in function.clauses
    )


def _position(clause: Clause, name: str) -> int | None:
    for index, parameter in enumerate(clause.parameters):
        if parameter.kind_id == IDENTIFIER and clause.text.of(parameter) == name:
            return index
    return None


def _is_open(clause: Clause, position: int) -> bool:
    if position >= len(clause.parameters):
        return False
    parameter = _bare(clause.parameters[position])
    return parameter.kind_id == IDENTIFIER and (
        clause.guard is None or clause.text.raw(parameter) not in clause.text.raw(clause.guard)
    )


def _bare(node: Node) -> Node:
    """A parameter without its default and the name it is bound to."""
    while node.kind_id == BINARY and operator_of(node) in ("\\\\", "="):
        left, right = node.named_children[0], node.named_children[-1]
        node = right if operator_of(node) == "=" and left.kind_id == IDENTIFIER else left
    return node


def _heads(function: FunctionBody) -> Iterator[Enumeration]:
    """Clauses that each want another literal at the same place, none taking the rest."""
    clauses = [clause for clause in function.clauses if clause.body]
    if len(clauses) < _LEAST_CLAUSES:
        return
    for position in range(function.arity):
        values = []
        for clause in clauses:
            value = _literal(_bare(clause.parameters[position]), clause.text)
            if value is not None:
                values.append(value)
        if len(values) == len(clauses) and len(set(values)) >= _LEAST_CLAUSES:
            unique = tuple(dict.fromkeys(values))
            yield Enumeration("heads", function.label, function.module, function.line, unique)
            return


def _literal(node: Node, text: Text) -> str | None:
    if node.kind_id in (ATOM, STRING):
        return text.literal(node)
    if node.kind_id != MAP:
        return None
    found = [value for value in map(text.literal, _pattern_values(node)) if value is not None]
    return found[0] if len(found) == 1 else None


def _pattern_values(node: Node) -> Iterator[Node]:
    """The literal values of a map pattern's pairs (`%{kind: :page}`)."""
    for content in node.named_children:
        for keywords in content.named_children:
            if keywords.kind_id == KEYWORDS:
                for pair in keywords.named_children:
                    if pair.named_child_count >= 2 and pair.named_children[-1].kind_id in (ATOM, STRING):
                        yield pair.named_children[-1]


def _cases(function: FunctionBody) -> Iterator[Enumeration]:
    for clause in function.clauses:
        for site in clause.sites:
            values = _case_values(site, clause.text)
            if len(values) >= _LEAST_CLAUSES:
                yield Enumeration("case", function.label, function.module, site.line, values)


def _case_values(site: Site, text: Text) -> tuple[str, ...]:
    """The literals that a `case` knows; empty when a clause takes the rest or matches anything else."""
    block = do_block(site.node) if site.name == "case" and not site.module else None
    if block is None:
        return ()
    values: list[str] = []
    for clause in block.named_children:
        if clause.kind_id != STAB_CLAUSE:
            continue
        left = clause.child_by_field_name("left")
        pattern = first_child(left) if left is not None else None
        value = text.literal(pattern) if pattern is not None and pattern.kind_id in (ATOM, STRING) else None
        if value is None:
            if pattern is not None and _is_guarded_list(pattern):
                continue
            return ()
        values.append(value)
    return tuple(dict.fromkeys(values))


def _is_guarded_list(pattern: Node) -> bool:
    return pattern.kind_id == BINARY and operator_of(pattern) == "when"
