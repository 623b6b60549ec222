"""Values that a reader can work out: names behind attributes, variables, parameters and small functions."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import Bindings, Clause, ModuleDraft
from torusnb.elixir.syntax import (
    BINARY,
    CALL,
    COMMENT,
    IDENTIFIER,
    LIST,
    UNARY,
    Text,
    arguments,
    do_block,
    first_child,
    operator_of,
)

_DEPTH = 8


def event_name(node: Node, text: Text, module: ModuleDraft, bindings: Bindings | None = None) -> str:
    """The dotted name of a telemetry event, or empty when it cannot be told.

    A part that only the running program knows stands in braces: `shop.cart.{operation}`.
    """
    parts = _event_parts(node, text, module, bindings or {}, _DEPTH)
    return ".".join(parts) if parts else ""


def _event_parts(node: Node, text: Text, module: ModuleDraft, bindings: Bindings, depth: int) -> list[str]:
    if depth == 0:
        return []
    if node.kind_id == LIST:
        return [text.literal(part) or _known_part(part, text, module, bindings) for part in node.named_children]
    if node.kind_id == BINARY and operator_of(node) == "++":
        left = _event_parts(node.named_children[0], text, module, bindings, depth - 1)
        right = _event_parts(node.named_children[-1], text, module, bindings, depth - 1)
        return left + right if left and right else []
    known = resolve(node, text, module, bindings)
    return _event_parts(known, text, module, bindings, depth - 1) if known is not None else []


def _known_part(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> str:
    known = resolve(node, text, module, bindings)
    value = text.literal(known) if known is not None else None
    return value if value is not None else "{" + text.one_line(node, 60) + "}"


def resolve(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> Node | None:
    """One step closer to a value: an attribute's value, a variable's last binding, a one-line function's body."""
    kind = node.kind_id
    if kind == UNARY and operator_of(node) == "@":
        return module.attributes.get(text.of(node)[1:].strip())
    if kind == IDENTIFIER:
        bound = bindings.get(text.of(node))
        return bound[-1] if bound else _sole_value(module.clauses.get(text.of(node), []))
    if kind == CALL:
        target = first_child(node)
        if target is not None and target.kind_id == IDENTIFIER:
            return _sole_value(module.clauses.get(text.of(target), []))
    return None


def _sole_value(clauses: list[Clause]) -> Node | None:
    """The expression that a function of one clause consists of, or None."""
    if len(clauses) != 1:
        return None
    values = tail_values(clauses[0].node)
    return values[0] if len(values) == 1 else None


def tail_values(definition: Node) -> list[Node]:
    """The last expression of a definition's body, as a list of none or one."""
    block = do_block(definition)
    if block is not None:
        inner = [node for node in block.named_children if node.kind_id != COMMENT]
        return inner[-1:]
    given = arguments(definition)
    last = given[-1] if given else None
    if last is None or not last.named_child_count:
        return []
    pair = last.named_children[-1]
    return [pair.named_children[-1]] if pair.named_child_count >= 2 else []


def value_name(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> str | None:
    """The literal a node stands for (`"section:#{id}"`, `:page_cache`), or None when it cannot be told."""
    current: Node | None = node
    for _ in range(_DEPTH):
        if current is None:
            return None
        value = text.literal(current)
        if value is not None:
            return value
        if current.kind_id == BINARY and operator_of(current) == "<>":
            return text.one_line(current, 120)
        current = resolve(current, text, module, bindings)
    return None


def list_members(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> list[Node]:
    """The members of a list that a node stands for; the node itself when it is no list that can be told."""
    current: Node | None = node
    for _ in range(_DEPTH):
        if current is None:
            break
        if current.kind_id == LIST:
            return [part for part in current.named_children if part.kind_id != COMMENT]
        if current.kind_id == BINARY and operator_of(current) == "++":
            ends = (current.named_children[0], current.named_children[-1])
            return [part for end in ends for part in list_members(end, text, module, {})]
        current = resolve(current, text, module, bindings)
    return [node]


def parameter_index(node: Node, text: Text, clause: Clause | None) -> int | None:
    """The position at which a clause takes the variable that a node is, or None."""
    if clause is None or node.kind_id != IDENTIFIER:
        return None
    wanted = text.raw(node)
    for index, parameter in enumerate(clause.parameters):
        bare = parameter.named_children[0] if parameter.kind_id == BINARY else parameter
        if text.raw(bare) == wanted:
            return index
    return None


def local_call_sites(root: Node, text: Text) -> dict[str, list[list[Node]]]:
    """The argument lists of every local call below a node, by function name; a piped value is the first argument."""
    found: dict[str, list[list[Node]]] = {}
    piped: dict[int, Node] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        kind = node.kind_id
        children = node.named_children
        if kind == BINARY and len(children) == 2 and operator_of(node) == "|>":
            piped[children[1].id] = children[0]
        elif kind == CALL and children and children[0].kind_id == IDENTIFIER:
            given = arguments(node)
            if node.id in piped:
                given.insert(0, piped[node.id])
            found.setdefault(text.of(children[0]), []).append(given)
        stack.extend(reversed(children))
    return found
