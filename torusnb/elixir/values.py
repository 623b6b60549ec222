"""Values that a reader can work out: names behind attributes, variables, parameters and small functions."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import Bindings, Clause, ModuleDraft
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    CALL,
    COMMENT,
    DO_BLOCK,
    ELSE_BLOCK,
    IDENTIFIER,
    KEYWORDS,
    LEAVES,
    LIST,
    SIGIL,
    STAB_CLAUSE,
    STRING,
    UNARY,
    Text,
    arguments,
    do_block,
    first_child,
    operator_of,
)

_DEPTH = 8
_WRITTEN = frozenset((ATOM, LIST, SIGIL, STRING))  # arguments that mean the same inside the function
BRANCHES = frozenset((b"if", b"unless", b"case", b"cond", b"with", b"for"))


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
    """One step closer to a value, where there is but one: see `resolve_all`."""
    found = resolve_all(node, text, module, bindings)
    return found[0][0] if len(found) == 1 else None


def resolve_all(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> list[tuple[Node, Bindings]]:
    """One step closer to the values a node may have, each with the variables that are bound around it.

    An attribute's value, a variable's last binding, the last expression of each clause of a function of the module,
    and of each branch of `if`, `case` and the like.
    """
    kind = node.kind_id
    if kind == UNARY and operator_of(node) == "@":
        value = module.attributes.get(text.of(node)[1:].strip())
        return [(value, {})] if value is not None else []
    if kind == IDENTIFIER:
        bound = bindings.get(text.of(node))
        return [(bound[-1], bindings)] if bound else _function_values(module, text, text.of(node), [])
    call, piped = node, []
    if kind == BINARY and operator_of(node) == "|>":
        call, piped = node.named_children[-1], [node.named_children[0]]
        if call.kind_id == IDENTIFIER:  # `value |> join`
            return _function_values(module, text, text.of(call), piped)
    if call.kind_id != CALL:
        return []
    target = first_child(call)
    if target is None or target.kind_id != IDENTIFIER:
        return []
    if text.raw(target) in BRANCHES:
        return [(value, bindings) for value in branch_values(call)]
    return _function_values(module, text, text.of(target), piped + arguments(call))


def _function_values(module: ModuleDraft, text: Text, name: str, given: list[Node]) -> list[tuple[Node, Bindings]]:
    """What the clauses of a function give, when it is called with these arguments."""
    arity = len(given)
    found: list[tuple[Node, Bindings]] = []
    for clause in module.clauses.get(name, ()):
        if clause.arity == arity or (clause.arity > arity >= clause.arity - clause.defaults()):
            passed = {
                text.of(parameter): [value]
                for parameter, value in zip(clause.parameters, given, strict=False)
                if parameter.kind_id == IDENTIFIER and value.kind_id in _WRITTEN
            }
            within = {**clause.bindings, **passed} if passed else clause.bindings
            found.extend((value, within) for value in tail_values(clause.node))
    return found


def branch_values(call: Node) -> list[Node]:
    """The last expression of each branch of `if`, `case`, `for` and the like."""
    values: list[Node] = []
    for block in call.named_children[1:]:
        if block.kind_id == DO_BLOCK:
            plain = [n for n in block.named_children if n.kind_id not in (COMMENT, ELSE_BLOCK, STAB_CLAUSE)]
            values.extend(plain[-1:])
            for part in block.named_children:
                if part.kind_id == ELSE_BLOCK:
                    values.extend(part.named_children[-1:])
                elif part.kind_id == STAB_CLAUSE and part.named_child_count:
                    values.extend(part.named_children[-1].named_children[-1:])
        else:
            for part in block.named_children:
                if part.kind_id == KEYWORDS:
                    values.extend(p.named_children[-1] for p in part.named_children if p.named_child_count >= 2)
    return values


def function_values(function: Node) -> list[Node]:
    """The last expression of each clause of an anonymous function."""
    bodies = [part.named_children[-1] for part in function.named_children if part.kind_id == STAB_CLAUSE]
    return [value for body in bodies for value in body.named_children[-1:]]


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
        if kind in LEAVES:
            continue
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
