"""One clause of a function: its head, guard and body."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from tree_sitter import Node

from torusnb.elixir.body_calls import Site, find_sites
from torusnb.elixir.body_shapes import Return, expressions, find_returns
from torusnb.elixir.names import Aliases
from torusnb.elixir.syntax import (
    BINARY,
    CALL,
    IDENTIFIER,
    KEYWORDS,
    LIST,
    Text,
    arguments,
    do_block,
    end_line_of,
    line_of,
    operator_of,
)


@dataclass(frozen=True)
class Clause:
    """One clause of a function.

    Attributes:
        parameters: As written, defaults included. guard: What stands behind `when`, or None.
        body: The expressions of its body in order, rescue and after blocks left out; empty for a bare head.
        aliases: The aliases of the module (short to full name).
    """

    module: str
    parameters: tuple[Node, ...]
    guard: Node | None
    body: tuple[Node, ...]
    node: Node
    text: Text = field(repr=False)
    aliases: Aliases = field(repr=False)

    @property
    def line(self) -> int:
        """Its first line, 1-based."""
        return line_of(self.node)

    @property
    def end_line(self) -> int:
        """Its last line, 1-based."""
        return end_line_of(self.node)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every call within, in document order, resolved through the aliases."""
        block = do_block(self.node)
        roots = (block,) if block is not None else self.body
        return find_sites(roots, self.text, self.aliases, self.module)

    @cached_property
    def returns(self) -> tuple[Return, ...]:
        """What it may return, one entry for each tail expression, in document order."""
        return find_returns(self.body, self.text, self.aliases, self.module)


def read_clause(call: Node, text: Text, module: str, aliases: Aliases) -> tuple[tuple[str, int], Clause] | None:
    """A definition's name and arity, and its clause; None when the name is computed (`def unquote(name)()`)."""
    given = arguments(call)
    if not given:
        return None
    head, guard = given[0], None
    if head.kind_id == BINARY and operator_of(head) == "when":
        head, guard = head.named_children[0], head.named_children[-1]
    if head.kind_id == IDENTIFIER:
        name, parameters = text.of(head), []
    elif head.kind_id == CALL and head.named_children[0].kind_id == IDENTIFIER:
        name, parameters = text.of(head.named_children[0]), arguments(head)
    else:
        return None
    clause = Clause(module, tuple(parameters), guard, _body(call, text), call, text, aliases)
    return (name, len(parameters)), clause


def _body(call: Node, text: Text) -> tuple[Node, ...]:
    block = do_block(call)
    if block is not None:
        return tuple(expressions(block))
    given = arguments(call)
    last = given[-1] if len(given) > 1 else None
    if last is not None and last.kind_id in (KEYWORDS, LIST):
        body = text.options(given).get("do")
        return (body,) if body is not None else ()
    return ()
