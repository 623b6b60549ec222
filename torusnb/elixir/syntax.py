"""Elixir syntax trees: the grammar, its node kinds, and what a node says.

Node kinds are compared by number, because comparing by name makes a string for every node, and
there are more than a million nodes in a large checkout.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import tree_sitter_elixir
from tree_sitter import Language, Node, Parser

LANGUAGE = Language(tree_sitter_elixir.language())


def _kind(name: str, *, named: bool = True) -> int:
    number = LANGUAGE.id_for_node_kind(name, named)
    if number is None:
        raise LookupError(f"The Elixir grammar has no node kind {name!r}; install tree-sitter-elixir 0.3.")
    return number


ACCESS = _kind("access_call")
ALIAS = _kind("alias")
ANONYMOUS = _kind("anonymous_function")
ARGUMENTS = _kind("arguments")
ATOM = _kind("atom")
BINARY = _kind("binary_operator")
BOOLEAN = _kind("boolean")
CALL = _kind("call")
COMMENT = _kind("comment")
DO_BLOCK = _kind("do_block")
DOT = _kind("dot")
ELSE_BLOCK = _kind("else_block")
IDENTIFIER = _kind("identifier")
INTEGER = _kind("integer")
INTERPOLATION = _kind("interpolation")
KEYWORDS = _kind("keywords")
LIST = _kind("list")
MAP = _kind("map")
QUOTED_ATOM = _kind("quoted_atom")
SIGIL = _kind("sigil")
SIGIL_NAME = _kind("sigil_name")
STAB_CLAUSE = _kind("stab_clause")
STRING = _kind("string")
TUPLE = _kind("tuple")
UNARY = _kind("unary_operator")
ERROR = 65535
# Nodes that hold no named node.
LEAVES = frozenset(
    {
        *(ATOM, BOOLEAN, COMMENT, IDENTIFIER, INTEGER, SIGIL_NAME),
        *map(_kind, ("char", "escape_sequence", "float", "keyword", "nil", "operator_identifier", "quoted_content")),
        *map(_kind, ("sigil_modifiers",)),
    }
)
MATCH = _kind("=", named=False)
PIPE = _kind("|>", named=False)
_OPERATOR = LANGUAGE.field_id_for_name("operator") or 0

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "0": "\0", "\n": ""}
_OPEN, _CLOSE = "([{", ")]}"
_COMMENT_LINE = re.compile(r"^\s*#(?!\{).*$", re.MULTILINE)


@functools.cache
def _parser() -> Parser:
    return Parser(LANGUAGE)


def parse_tree(source: bytes) -> Node:
    """The root of the syntax tree; never fails, errors are nodes of the tree."""
    return _parser().parse(source).root_node


class Text:
    """A file's bytes, and the text of the nodes parsed from them."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def raw(self, node: Node) -> bytes:
        """The node's bytes as written."""
        return self.data[node.start_byte : node.end_byte]

    def of(self, node: Node) -> str:
        """The node's text as written; bytes that are no UTF-8 become replacement characters."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def one_line(self, node: Node, limit: int = 300) -> str:
        """The node's text without comment lines, runs of white space as one space, cut after `limit` characters."""
        raw = self.data[node.start_byte : min(node.end_byte, node.start_byte + 4 * limit)]
        text = raw.decode("utf-8", "replace")
        if "#" in text:
            text = _COMMENT_LINE.sub("", text)
        text = " ".join(text.split())
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def literal(self, node: Node) -> str | None:
        """The content of a string, atom or sigil, or None for anything else. Interpolations stay as written."""
        kind = node.kind_id
        if kind == ATOM:
            return self.of(node)[1:]
        if kind == QUOTED_ATOM:
            return self.of(node)[2:-1]
        if kind == STRING:
            return string_content(self.of(node))
        if kind == SIGIL:
            return _sigil_content(self.of(node))
        return None

    def atoms(self, node: Node) -> tuple[str, ...]:
        """The literal members of a list (or of one value that stands for a list), others left out."""
        if node.kind_id == LIST:
            found = (self.literal(child) for child in node.named_children)
            return tuple(name for name in found if name is not None)
        if node.kind_id == SIGIL:
            return tuple(_sigil_content(self.of(node)).split())
        name = self.literal(node)
        return () if name is None else (name,)

    def pairs(self, keywords: Node) -> Iterator[tuple[str, Node]]:
        """Key and value of each pair of a keyword list; comments and broken pairs are passed over."""
        for pair in keywords.named_children:
            parts = pair.named_children
            if len(parts) >= 2:
                yield self.of(parts[0]).strip().rstrip(":").strip('"'), parts[-1]

    def options(self, args: list[Node]) -> dict[str, Node]:
        """The keyword options at the end of an argument list, in brackets or not."""
        if not args:
            return {}
        last = args[-1]
        if last.kind_id == LIST and last.named_child_count and last.named_children[-1].kind_id == KEYWORDS:
            last = last.named_children[-1]
        return dict(self.pairs(last)) if last.kind_id == KEYWORDS else {}


def string_content(written: str) -> str:
    """What a quoted string or heredoc stands for, indentation and escapes resolved."""
    if written.startswith('"""'):
        return _unescape(_dedent(written[3:-3]))
    return _unescape(written[1:-1])


def _sigil_content(written: str) -> str:
    match = re.match(r"~([a-zA-Z]+)", written)
    if match is None:
        return written
    rest = written[match.end() :]
    for quote in ('"""', "'''"):
        if rest.startswith(quote):
            body = _dedent(rest[3 : max(rest.rfind(quote), 3)])
            return body if match[1].isupper() else _unescape(body)
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}.get(rest[:1], rest[:1])
    return rest[1 : rest.rfind(closing)]


def _dedent(body: str) -> str:
    """A heredoc's lines without the indentation of its closing quotes."""
    lines = body.split("\n")
    indent = len(lines[-1]) if not lines[-1].strip() else 0
    kept = [line[indent:] if not line[:indent].strip() else line.lstrip() for line in lines[1:]]
    return "\n".join(kept)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1], m[1]), text) if "\\" in text else text


def first_child(node: Node) -> Node | None:
    """The first named child, or None; the tree's own accessor raises for a node that has none."""
    inside = node.named_children  # the node keeps them, so that the walk need not make them again
    return inside[0] if inside else None


def members(node: Node) -> list[Node]:
    """The named children that are no comments."""
    return [child for child in node.named_children if child.kind_id != COMMENT]


def count_members(node: Node, text: Text) -> int:
    """How many members a node has, in most cases without making a node for each."""
    commented = text.data.find(b"#", node.start_byte, node.end_byte) >= 0
    return len(members(node)) if commented else node.named_child_count


def arguments(call: Node) -> list[Node]:
    """The arguments of a call without its do block; a trailing keyword list is one argument."""
    given = arguments_among(call.named_children)
    return members(given) if given is not None else []


def arguments_among(inside: list[Node]) -> Node | None:
    """The node whose members are the arguments of a call with these named children, or None."""
    if len(inside) > 1 and inside[1].kind_id == ARGUMENTS:
        return inside[1]
    return next((child for child in inside[1:] if child.kind_id == ARGUMENTS), None)


def piped_value(call: Node, around: Node | None) -> Node | None:
    """What `|>` hands to a call whose parent is `around`, or None."""
    if around is None or around.kind_id != BINARY:
        return None
    parts = around.children
    if len(parts) != 3 or parts[1].kind_id != PIPE or parts[1].is_missing:  # with more a comment stands in it
        return None
    return parts[0] if parts[2].id == call.id else None


def do_block(call: Node) -> Node | None:
    """The `do … end` block of a call, or None."""
    inside = call.named_children
    return inside[-1] if inside and inside[-1].kind_id == DO_BLOCK else None


def line_of(node: Node) -> int:
    """The 1-based line a node begins on."""
    return node.start_point[0] + 1


def end_line_of(node: Node) -> int:
    """The 1-based line a node ends on."""
    return node.end_point[0] + 1


def operator_of(node: Node) -> str:
    """The operator of a unary or binary node (`|>`, `++`, `@`), or empty."""
    operator = node.child_by_field_id(_OPERATOR)
    return operator.type if operator is not None else ""


def count_arguments(text: str, start: int) -> int:
    """The number of arguments between a parenthesis that ends before `start` and its partner."""
    depth, commas, quote, blank = 0, 0, "", True
    for index in range(start, min(len(text), start + 2000)):
        letter = text[index]
        if quote:
            quote = "" if letter == quote and text[index - 1] != "\\" else quote
        elif letter == '"':
            quote, blank = letter, False
        elif letter in _OPEN:
            depth, blank = depth + 1, False
        elif letter in _CLOSE:
            if depth == 0:
                break
            depth -= 1
        elif letter == "," and depth == 0:
            commas += 1
        elif not letter.isspace():
            blank = False
    return 0 if blank else commas + 1
