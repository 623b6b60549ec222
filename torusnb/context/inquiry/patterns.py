"""What patterns bind, and what branches end in: the parts of a function that tell a variable's value."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from torusnb.context.inquiry.sources import SourceFile
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    CALL,
    COMMENT,
    DO_BLOCK,
    ELSE_BLOCK,
    IDENTIFIER,
    KEYWORDS,
    MAP,
    STAB_CLAUSE,
    TUPLE,
    arguments,
    do_block,
    operator_of,
)


def branch_tails(node: Node) -> Iterator[Node]:
    """The last expression of every branch of a `case`, `if`, `with`, `for`, `cond` or anonymous function."""
    blocks = [node] if node.kind_id != CALL else [c for c in node.named_children if c.kind_id == DO_BLOCK]
    if node.kind_id == CALL and not blocks:
        given = arguments(node)
        last = given[-1] if given else None
        if last is not None and last.kind_id == KEYWORDS:
            yield from (pair.named_children[-1] for pair in last.named_children if pair.named_child_count >= 2)
        return
    for block in blocks:
        inner = [child for child in block.named_children if child.kind_id != COMMENT]
        clauses = [child for child in inner if child.kind_id == STAB_CLAUSE]
        for clause in clauses:
            body = clause.child_by_field_name("right")
            parts = [part for part in body.named_children if part.kind_id != COMMENT] if body is not None else []
            yield from parts[-1:]
        plain = [c for c in inner if c.kind_id not in (STAB_CLAUSE, ELSE_BLOCK) and not c.type.endswith("_block")]
        yield from plain[-1:]
        for other in inner:
            if other.kind_id == ELSE_BLOCK:
                yield from branch_tails(other)


def find_patterns(definition: Node) -> Iterator[tuple[Node, Node | None]]:
    """Every pattern of a definition with the value it is matched against."""
    for given in arguments(definition)[:1]:
        head = given
        while head.kind_id == BINARY and operator_of(head) == "when":
            head = head.named_children[0]
        if head.kind_id == CALL:
            yield from ((parameter, None) for parameter in arguments(head))
    stack = [definition]
    while stack:
        node = stack.pop()
        if node.kind_id == BINARY and operator_of(node) in ("=", "<-"):
            yield node.named_children[0], node.named_children[-1]
        elif node.kind_id == STAB_CLAUSE:
            left = node.child_by_field_name("left")
            if left is not None:
                yield left, _subject_of(node)
        stack.extend(node.named_children)


def _subject_of(clause: Node) -> Node | None:
    """What a `case` clause matches against; None for a function's clause."""
    block = clause.parent
    call = block.parent if block is not None and block.kind_id == DO_BLOCK else None
    if call is None or call.kind_id != CALL or do_block(call) is None:
        return None
    given = arguments(call)
    return given[0] if given else None


def plain_names(pattern: Node, file: SourceFile) -> Iterator[str]:
    """The variables that a pattern binds to the whole value, or to what `{:ok, value}` holds."""
    if pattern.kind_id == IDENTIFIER:
        yield file.text.of(pattern)
    elif pattern.kind_id == BINARY and operator_of(pattern) in ("=", "when", "\\\\"):
        for end in (pattern.named_children[0], pattern.named_children[-1]):
            yield from plain_names(end, file)
    elif pattern.type == "arguments":
        for child in pattern.named_children:
            yield from plain_names(child, file)
    elif pattern.kind_id == TUPLE and pattern.named_child_count == 2:
        first, second = pattern.named_children
        if first.kind_id == ATOM:
            yield from plain_names(second, file)
    elif pattern.kind_id == MAP:
        for child in _values(pattern):
            if child.kind_id == BINARY and operator_of(child) == "=":
                yield from plain_names(child, file)


def _values(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "pair":
            yield current.named_children[-1]
        stack.extend(current.named_children)
