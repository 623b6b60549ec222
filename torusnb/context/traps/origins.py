"""Where a value in a clause comes from: what a browser sent, or a function's own argument."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import BINARY, CALL, DOT, IDENTIFIER, Text, arguments, first_child, operator_of
from torusnb.models.modules import Module

_CALLBACKS = {("handle_event", 3): (1,), ("handle_params", 3): (0,), ("handle_in", 3): (1,)}
_REQUEST_PARTS = ("params", "query_params", "body_params", "path_params", "query_string", "cookies", "req_headers")
_KEEPING = frozenset(("Map", "Keyword", "String", "Access", "List", "Enum", "Kernel", "URI"))
_KEEPING_LOCAL = frozenset(("get_in", "to_string", "elem", "hd"))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in document order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if current.named_child_count:
            stack.extend(current.named_children[::-1])


def names_in(node: Node, text: Text) -> set[str]:
    """The variables that an expression or pattern names."""
    return {text.of(part) for part in walk(node) if part.kind_id == IDENTIFIER}


def sent_names(function: FunctionBody, clause: Clause, module: Module) -> set[str]:
    """The variables of a clause that hold what a browser or an API client sent, unchanged or taken apart."""
    positions = _CALLBACKS.get((function.name, function.arity), ())
    kinds = frozenset(module.kinds)
    if function.name == "mount" and function.arity == 3 and "live_view" in kinds:
        positions = (0,)
    elif "controller" in kinds and function.public and function.arity == 2 and function.name not in ("init", "call"):
        positions = (1,)
    names: set[str] = set()
    for position in positions:
        names |= names_in(clause.parameters[position], clause.text)
    return flowing_names(clause, names)


def flowing_names(clause: Clause, names: set[str]) -> set[str]:
    """The names with those that the clause binds to a part or a plain conversion of them, one pass in order."""
    found = set(names)
    for part in walk(clause.node):
        if part.kind_id == BINARY and operator_of(part) in ("=", "<-"):
            left, right = part.named_children[0], part.named_children[-1]
            if keeps(right, clause, found):
                found |= names_in(left, clause.text)
    return found


def keeps(node: Node, clause: Clause, names: set[str]) -> bool:
    """Whether an expression is one of the names, a part of it or of the request, or a plain conversion of these."""
    text = clause.text
    if node.kind_id == IDENTIFIER:
        return text.of(node) in names
    if node.kind_id == BINARY and operator_of(node) in ("|>", "||", "<>"):
        ends = node.named_children
        return keeps(ends[0], clause, names) and (operator_of(node) != "|>" or _converts(ends[-1], clause))
    if node.kind_id == CALL:
        target = first_child(node)
        if target is None:
            return False
        if target.kind_id == DOT:
            owner, last = target.named_children[0], target.named_children[-1]
            if owner.kind_id == IDENTIFIER and text.of(last) in _REQUEST_PARTS:
                return text.of(owner) == "conn"
            given = arguments(node)
            return _converts(node, clause) and bool(given) and keeps(given[0], clause, names)
        if target.kind_id == IDENTIFIER:
            given = arguments(node)
            return _converts(node, clause) and bool(given) and keeps(given[0], clause, names)
    if node.type == "access_call":
        inner = first_child(node)
        return inner is not None and keeps(inner, clause, names)
    return False


def _converts(call: Node, clause: Clause) -> bool:
    """Whether a call only takes its first argument apart or changes its form."""
    target = first_child(call)
    if call.kind_id != CALL or target is None:
        return False
    if target.kind_id == IDENTIFIER:
        return clause.text.of(target) in _KEEPING_LOCAL
    if target.kind_id != DOT:
        return False
    owner = module_name(target.named_children[0], clause.text, clause.aliases, clause.module)
    return owner in _KEEPING


def checked_texts(clause: Clause) -> frozenset[str]:
    """What the clause asks anywhere to be one of some values (`x in [...]`, `member?(known, x)`), as written."""
    found = set()
    for part in walk(clause.node):
        if part.kind_id == BINARY and operator_of(part) in ("in", "not in"):
            found.add(clause.text.of(part.named_children[0]))
        elif part.kind_id == CALL and clause.text.of(part.named_children[0]).endswith(("member?", "has_key?")):
            found.update(clause.text.of(node) for node in arguments(part))
    return frozenset(found)
