"""What a variable holds where it is used: as a guard or pattern around it proves, or as it was bound before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from torusnb.context.traps.origins import names_in, walk
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.syntax import (
    ARGUMENTS,
    BINARY,
    CALL,
    ELSE_BLOCK,
    IDENTIFIER,
    LIST,
    MAP,
    STAB_CLAUSE,
    Text,
    arguments,
    first_child,
    operator_of,
)

_GUARDS = {
    **dict.fromkeys(("is_integer", "is_float", "is_number"), "number"),
    "is_binary": "text",
    "is_map": "map",
    "is_list": "list",
    "is_boolean": "boolean",
    "is_nil": "nil",
}
_LITERALS = {MAP: "map", LIST: "list"}
_BLOCKS = frozenset(("do_block", "body", "block", "else_block", "rescue_block", "catch_block"))
_BINDERS = frozenset(("with", "for"))


def find_binding(use: Node, clause: Clause) -> str | Node | None:
    """What the variable `use` holds: a kind that is proved (`text`, `map`, …), the expression it was given, or None.

    Only what stands around or before it in its clause counts; a part taken out of something by a pattern is None,
    unless a guard tells.
    """
    name, at = clause.text.of(use), use
    from_else = False
    while at.parent is not None:
        parent = at.parent
        found = _around(parent, at, name, clause, from_else)
        if found is not None:
            return found[0]
        if parent.id == clause.node.id:
            return None
        from_else = at.kind_id == ELSE_BLOCK
        at = parent
    return None


_Found = tuple[str | Node | None] | None
"""None goes on outwards; a tuple is the answer."""


def _around(parent: Node, at: Node, name: str, clause: Clause, from_else: bool) -> _Found:
    text = clause.text
    if parent.id == clause.node.id:
        head = arguments(parent)[:1]
        return _in_pattern(head[0], name, text) if head and at.kind_id != ARGUMENTS else None
    if parent.kind_id == STAB_CLAUSE:
        left = parent.child_by_field_name("left")
        return _in_pattern(left, name, text) if left is not None and left.id != at.id else None
    if parent.type in _BLOCKS:
        return _in_statements([node for node in parent.named_children if node.end_byte <= at.start_byte], name, text)
    if parent.kind_id == ARGUMENTS and _word(parent.parent, text) in _BINDERS:
        return _in_statements([node for node in parent.named_children if node.end_byte <= at.start_byte], name, text)
    if parent.kind_id == CALL and at.type == "do_block" and not from_else and _word(parent, text) in _BINDERS:
        return _in_statements(arguments(parent), name, text)
    return None


def _word(call: Node | None, text: Text) -> str:
    target = first_child(call) if call is not None and call.kind_id == CALL else None
    return text.of(target) if target is not None and target.kind_id == IDENTIFIER else ""


def _in_statements(before: Sequence[Node], name: str, text: Text) -> _Found:
    """What the last of the statements that binds the name gives it."""
    for node in reversed(before):
        if node.kind_id != BINARY or operator_of(node) not in ("=", "<-"):
            continue
        left, right = node.named_children[0], node.named_children[-1]
        if left.kind_id == IDENTIFIER and text.of(left) == name and operator_of(node) == "=":
            return (right,)
        found = _in_pattern(left, name, text)
        if found is not None:
            return found
    return None


def _in_pattern(pattern: Node, name: str, text: Text) -> _Found:
    """What a pattern with its guard proves of a name; the answer None where it binds the name and proves nothing."""
    guard = None
    if pattern.kind_id == BINARY and operator_of(pattern) == "when":
        pattern, guard = pattern.named_children[0], pattern.named_children[-1]
    for test in _conditions(guard) if guard is not None else ():
        given = arguments(test) if test.kind_id == CALL else []
        if given and given[0].kind_id == IDENTIFIER and text.of(given[0]) == name:
            kind = _GUARDS.get(_word(test, text))
            if kind is not None:
                return (kind,)
    for part in walk(pattern):
        if part.kind_id == BINARY and operator_of(part) == "=":
            ends = (part.named_children[0], part.named_children[-1])
            for end, other in (ends, ends[::-1]):
                if end.kind_id == IDENTIFIER and text.of(end) == name and other.kind_id in _LITERALS:
                    return (_LITERALS[other.kind_id],)
    return (None,) if name in names_in(pattern, text) else None


def _conditions(guard: Node) -> Iterator[Node]:
    """The conditions that all hold: the ends of every `and`."""
    waiting = [guard]
    while waiting:
        node = waiting.pop()
        if node.kind_id == BINARY and operator_of(node) == "and":
            waiting.extend(node.named_children[::-1])
        else:
            yield node
