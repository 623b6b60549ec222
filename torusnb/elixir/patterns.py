"""Texts that hold parts only the running program knows: a star stands for each of them.

`"cart:#{id}"`, `"cart:" <> id` and `"cart:#{cart.id}"` are one pattern, `cart:*`, so that what is sent and what is
listened to can be matched by name.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from torusnb.elixir.draft import Bindings, ModuleDraft
from torusnb.elixir.syntax import BINARY, CALL, DOT, INTERPOLATION, STRING, Text, arguments, first_child, operator_of
from torusnb.elixir.values import list_members, resolve_all, tail_values

_DEPTH = 8
_MOST = 8  # branches of one name; what branches more is no name
_STARS = re.compile(r"\*(?:\*)+")
_TOPIC_NAME = re.compile(r"topic|channel|message|event|room")
_LETTER = re.compile(r"\w")
_AS_TEXT = b"Atom.to_string("
_LONGEST_TEXT = 120
_LONGEST = 400  # bytes of a function that gives a text and nothing else


def text_patterns(node: Node, text: Text, module: ModuleDraft, bindings: Bindings) -> list[str]:
    """The patterns that a node may stand for, sorted; none when not one letter of it can be told."""
    found = _patterns(node, text, module, bindings, _DEPTH)
    return sorted({_STARS.sub("*", pattern) for pattern in found if _LETTER.search(pattern)})


def _patterns(node: Node, text: Text, module: ModuleDraft, bindings: Bindings, depth: int) -> list[str]:
    if depth == 0:
        return []
    if node.kind_id == STRING:
        return _of_string(node, text, module, bindings, depth)
    literal = text.literal(node)
    if literal is not None:
        return [literal]
    if node.kind_id == BINARY and operator_of(node) == "<>":
        ends = (node.named_children[0], node.named_children[-1])
        left, right = (_patterns(end, text, module, bindings, depth - 1) or ["*"] for end in ends)
        return _joined(left, right)
    if node.kind_id == CALL and text.data[node.start_byte : node.start_byte + len(_AS_TEXT)] == _AS_TEXT:
        given = arguments(node)
        return _patterns(given[0], text, module, bindings, depth - 1) if given else []
    parts = _join_parts(node, text)
    if parts is not None:
        return _of_list(*parts, text, module, bindings, depth)
    found: list[str] = []
    for value, within in resolve_all(node, text, module, bindings):
        found.extend(_patterns(value, text, module, within, depth - 1))
    return found[:_MOST]


def _of_string(node: Node, text: Text, module: ModuleDraft, bindings: Bindings, depth: int) -> list[str]:
    if not any(child.kind_id == INTERPOLATION for child in node.named_children):
        return [text.literal(node) or ""]
    found = [""]
    for child in node.named_children:
        if child.kind_id != INTERPOLATION:
            found = [left + text.of(child) for left in found]
            continue
        inner = first_child(child)
        # A call inside a text makes an id or a slug; only attributes and variables hold parts of the name itself.
        known = (
            _patterns(inner, text, module, bindings, depth - 1) if inner is not None and inner.kind_id != CALL else []
        )
        found = _joined(found, known or ["*"])
    return found


def _join_parts(node: Node, text: Text) -> tuple[Node, str] | None:
    """The list and the separator of `Enum.join(list, ":")`, piped or not."""
    call, piped = node, []
    if node.kind_id == BINARY and operator_of(node) == "|>":
        call, piped = node.named_children[-1], [node.named_children[0]]
    target = first_child(call) if call.kind_id == CALL else None
    if target is None or target.kind_id != DOT or text.raw(target) != b"Enum.join":
        return None
    given = piped + arguments(call)
    return (given[0], text.literal(given[1]) or "" if len(given) > 1 else "") if given else None


def _of_list(node: Node, separator: str, text: Text, module: ModuleDraft, bindings: Bindings, depth: int) -> list[str]:
    found: list[str] | None = None
    for member in list_members(node, text, module, bindings):
        known = _patterns(member, text, module, bindings, depth - 1) or ["*"]
        found = known if found is None else _joined(_joined(found, [separator]), known)
    return found or []


def _joined(left: list[str], right: list[str]) -> list[str]:
    return [one + other for one in left for other in right][:_MOST]


def function_texts(module: ModuleDraft, text: Text) -> dict[tuple[str, str], int]:
    """The module's public functions that give a text and nothing else: (`name/arity`, pattern) to the line."""
    found: dict[tuple[str, str], int] = {}
    data = text.data
    for name, clauses in module.clauses.items():
        for clause in clauses:
            node = clause.node
            start, end = node.start_byte, node.end_byte
            if end - start > _LONGEST or not clause.public:
                continue
            if not _TOPIC_NAME.search(name):
                if data.find(b'"', start, end) < 0:
                    continue
                ending = data[start:end].rstrip().removesuffix(b"end").rstrip()
                if not ending.endswith(b'"') and b"<>" not in ending:
                    continue
            for value in tail_values(clause.node):
                for pattern in text_patterns(value, text, module, clause.bindings):
                    if "\n" in pattern or len(pattern) > _LONGEST_TEXT:
                        continue
                    found.setdefault((f"{name}/{clause.arity}", pattern), node.start_point[0] + 1)
    return found
