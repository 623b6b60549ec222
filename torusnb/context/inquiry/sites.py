"""Where a function is called: one word of a file, and whether it stands there as a call."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.inquiry.sources import TEMPLATES, SourceFile
from torusnb.elixir.functions import DEFINITIONS
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    INTEGER,
    SIGIL,
    UNARY,
    Text,
    arguments,
    count_arguments,
    do_block,
    first_child,
    operator_of,
)

_DEFINITIONS = frozenset(DEFINITIONS)
_TEMPLATE_SIGILS = (b"~H", b"~F", b"~L", b"~E")
_BEFORE = re.compile(rb"(?P<tag></?)?(?P<owner>[A-Z][\w.]*|)(?P<dot>\.)?$|(?P<capture>&)(?P<by>(?:[A-Z][\w.]*\.)?)$")
_PIPE = re.compile(rb"\|>\s*$")
_ARITY = re.compile(rb"/(\d+)")


@dataclass(frozen=True, slots=True)
class Site:
    """A call as written.

    Attributes:
        owner: The module as written; empty for a call by the bare name.
        arity: The number of arguments, a piped one included.
        relation: `calls`, `pipes into`, `captures`, `renders`.
        node: The node of the call, or None inside a template.
    """

    owner: str
    name: str
    arity: int
    relation: str
    line: int
    node: Node | None


def read_site(file: SourceFile, start: int, end: int) -> Site | None:
    """The call whose function's name lies at these bytes, or None when the word is no call there."""
    if file.path.endswith(TEMPLATES):
        return _in_template(file, start, end)
    node = file.node_at(start, end)
    if node is None:
        return None
    if node.kind_id == IDENTIFIER:
        return site_of(node, file.text)
    sigil = node if node.kind_id == SIGIL else node.parent
    if sigil is not None and sigil.kind_id == SIGIL and file.data.startswith(_TEMPLATE_SIGILS, sigil.start_byte):
        return _in_template(file, start, end)
    return None


def site_of(node: Node, text: Text) -> Site | None:
    """The call that an identifier names, or None."""
    parent = node.parent
    if parent is None:
        return None
    if parent.kind_id == DOT:
        owner = _owner(parent, node, text)
        call = parent.parent
        return _called(call, node, owner, text) if owner and call is not None and call.kind_id == CALL else None
    if parent.kind_id == CALL:
        target = first_child(parent)
        if target is None or target.start_byte != node.start_byte or _is_head(parent, text) or _is_type(parent, text):
            return None
        return _called(parent, node, "", text)
    return _called(node, node, "", text, bare=True)


def _owner(dot: Node, node: Node, text: Text) -> str:
    left = dot.named_children[0]
    if left.start_byte == node.start_byte:
        return ""
    if left.kind_id in (ALIAS, ATOM) or text.raw(left).startswith(b"__MODULE__"):
        return "".join(text.of(left).split())
    return ""


def _called(call: Node, node: Node, owner: str, text: Text, bare: bool = False) -> Site | None:
    """The site of a call node; a bare word is one only where it is piped into or captured."""
    parent = call.parent
    name, line = text.of(node), node.start_point[0] + 1
    if parent is not None and parent.kind_id == BINARY:
        operator = operator_of(parent)
        last = parent.named_children[-1]
        around = parent.parent
        if operator == "/" and last.kind_id == INTEGER and around is not None and operator_of(around) == "&":
            return Site(owner, name, int(text.of(last)), "captures", line, call)
        if operator == "|>" and last.start_byte == call.start_byte:
            count = 1 if bare else 1 + len(arguments(call)) + (do_block(call) is not None)
            return Site(owner, name, count, "pipes into", line, call)
    if bare or _is_type(call, text):
        return None
    return Site(owner, name, len(arguments(call)) + (do_block(call) is not None), "calls", line, call)


def _is_head(call: Node, text: Text) -> bool:
    """Whether a call is the head of a definition (`def f(x) when …`)."""
    around = call.parent
    if around is not None and around.kind_id == BINARY and operator_of(around) == "when":
        if around.named_children[0].start_byte != call.start_byte:
            return False
        around = around.parent
    owner = around.parent if around is not None else None
    if owner is None or owner.kind_id != CALL:
        return False
    target = first_child(owner)
    given = arguments(owner)
    return (
        target is not None
        and text.raw(target) in _DEFINITIONS
        and bool(given)
        and given[0].start_byte == call.start_byte
    )


def _is_type(call: Node, text: Text) -> bool:
    """Whether a call stands in `@spec`, `@type` and their like, and so is a type."""
    current: Node | None = call
    while current is not None and current.kind_id != SIGIL:
        if current.kind_id == UNARY and text.data[current.start_byte : current.start_byte + 1] == b"@":
            inner = first_child(current)
            word = first_child(inner) if inner is not None and inner.kind_id == CALL else None
            return word is not None and text.raw(word) in (
                b"spec",
                b"type",
                b"typep",
                b"opaque",
                b"callback",
                b"macrocallback",
            )
        if current.kind_id == CALL:
            target = first_child(current)
            if target is not None and text.raw(target) in _DEFINITIONS:
                return False
        current = current.parent
    return False


def _in_template(file: SourceFile, start: int, end: int) -> Site | None:
    """A component or a call in HEEx text: `<.f`, `<Mod.f`, `f(`, `Mod.f(`, `&Mod.f/1`."""
    match = _BEFORE.search(file.data, max(0, start - 200), start)
    after = file.data[end : end + 4]
    name, line = file.data[start:end].decode("utf-8", "replace"), file.line_at(start)
    if match is None:
        return None
    if match["capture"]:
        arity = _ARITY.match(file.data, end)
        owner = match["by"].decode().rstrip(".")
        return Site(owner, name, int(arity[1]), "captures", line, None) if arity else None
    owner = match["owner"].decode().rstrip(".")
    dotted = bool(match["dot"]) or match["owner"].endswith(b".")
    if match["tag"]:
        return Site(owner, name, 1, "renders", line, None) if match["tag"] == b"<" and dotted else None
    if not after.startswith(b"(") or (dotted and not owner) or (owner and not dotted):
        return None
    piped = bool(_PIPE.search(file.data, max(0, match.start() - 80), match.start()))
    rest = file.data[end + 1 : end + 2001].decode("utf-8", "replace")
    return Site(owner, name, count_arguments(rest, 0) + piped, "pipes into" if piped else "calls", line, None)
