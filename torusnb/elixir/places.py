"""Places: the bytes of a function at which it may say something that an outline holds, and what the tree says there.

Half of what stands in functions (`assign(socket, :page, page)`, `{:ok, cart}`) says nothing to an outline. Telling the
rest from the bytes and asking the tree what stands just there takes half the time of a walk over all nodes. There may
be a place too many (a capital letter in a text), never one too few.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from torusnb.elixir.guards import HANDED_ON
from torusnb.elixir.local_calls import REFERENCES, TELLING, read_local_call
from torusnb.elixir.readings import read_alias, read_remote_call, read_sigil, read_unary
from torusnb.elixir.runtime import METRICS
from torusnb.elixir.state import State
from torusnb.elixir.syntax import (
    ALIAS,
    ARGUMENTS,
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    LEAVES,
    SIGIL,
    SIGIL_NAME,
    UNARY,
    first_child,
)

# A module and maybe a function of it, as far as it is written in one piece (`Shop.Price.of`, `MODULE__.of`, the H of
# a `~H`); a capital letter within a word or after a quotation mark begins none. What looks back stands behind the
# first letter, because only a pattern that begins with a set of bytes is searched for quickly.
_NAME = rb"""[A-Z](?<![A-Za-z0-9"].)\w*(?:\.[A-Z]\w*)*(?:\.[a-z_]\w*[?!]?)?"""
# An Erlang module before a dot (`:ets.new`).
_ERLANG = rb""":[^\s:,()\[\]{}"'.]++(?=\s*\.)"""

_SILENT = LEAVES - {ALIAS, ATOM, IDENTIFIER, SIGIL_NAME}
_MOST_DOTS = 3  # `__MODULE__.Cart.{Item, Price}`; asking for a parent takes longer the deeper it lies


def find_places(source: bytes) -> re.Pattern[bytes]:
    """The pattern of the places in this file; words that few files hold are looked for only where they stand."""
    words = {b"send"} if b"send" in source else set()
    if b"Metrics" in source:
        words |= METRICS
    if b"quote" in source:  # what is set or declared in a function is set where its macro is used
        words |= {b"@", *HANDED_ON}
    return re.compile(b"|".join([_NAME, _ERLANG, *sorted(words)]))


def read_function(state: State, definition: Node, places: re.Pattern[bytes]) -> None:
    """Read a function's clause at its places; it must be one of those that `State.quiet` tells."""
    data, end = state.text.data, definition.end_byte
    done = definition.start_byte
    while (place := places.search(data, done, end)) is not None:
        start = place.start()
        node = definition.descendant_for_byte_range(start, place.end())
        done = max(_read_place(state, node, start, done), start + 1) if node is not None else end


def _read_place(state: State, node: Node, start: int, done: int) -> int:
    """What the smallest node around a place says; gives the byte before which nothing more is to be read."""
    if node.kind_id in _SILENT:
        return node.end_byte
    dot, around = _climb(node)
    if around is None:
        return node.end_byte
    if dot.kind_id == DOT and around.kind_id == CALL and around.start_byte == dot.start_byte:
        end = _read_call(state, around)
        if end:
            return end
    if node.kind_id == DOT:  # no call: its parts are places
        node = node.descendant_for_byte_range(start, start + 1) or node
    if around.kind_id == ARGUMENTS:
        end = _read_reference(state, around.parent, done)
        if end:
            return end
    if node.kind_id == ALIAS:
        read_alias(state, node)
    elif around.kind_id == SIGIL:
        return read_sigil(state, around) or node.end_byte
    elif around.kind_id == UNARY and around.start_byte == start:
        return read_unary(state, around)
    elif node.kind_id == IDENTIFIER and around.kind_id == CALL and node.start_byte == start == around.start_byte:
        word = state.text.raw(node)
        if word in TELLING:
            return read_local_call(state, around, word)
    return node.end_byte


def _climb(node: Node) -> tuple[Node, Node | None]:
    """The outermost dot that a node is a part of (itself where there is none), and what is around it."""
    around = node.parent
    for _ in range(_MOST_DOTS):
        if around is None or around.kind_id != DOT:
            break
        node, around = around, around.parent
    return node, around


def _read_call(state: State, call: Node) -> int:
    """A remote call, or the whole of `&Shop.price/1`."""
    around, module = call.parent, state.module
    if around is None or module is None:
        return 0
    if around.kind_id == BINARY and around.start_byte == call.start_byte:
        sign = around.parent
        if sign is not None and sign.kind_id == UNARY:
            end = read_unary(state, sign)
            if end:
                return end
    return read_remote_call(state, call, around, module)


def _read_reference(state: State, call: Node | None, done: int) -> int:
    """An `alias`, `import`, `require` or `use` with its first argument here; nothing when it was read before."""
    target = first_child(call) if call is not None and call.start_byte >= done else None
    if call is None or target is None or target.kind_id != IDENTIFIER:
        return 0
    word = state.text.raw(target)
    return read_local_call(state, call, word) if word in REFERENCES else 0
