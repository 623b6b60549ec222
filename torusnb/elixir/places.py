"""Places: the bytes of a function at which it may say something that an outline holds, and what the tree says there.

Half of what stands in functions (`assign(socket, :page, page)`, `{:ok, cart}`) says nothing to an outline. Telling the
rest from the bytes and asking the tree what stands just there makes a third as many nodes as walking over all of them.
There may be a place too many (a capital letter in a text), never one too few.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tree_sitter import Node

from torusnb.elixir.children import STARTERS
from torusnb.elixir.guards import HANDED_ON
from torusnb.elixir.local_calls import MODULES, REFERENCES, TELLING, read_local_call
from torusnb.elixir.readings import read_alias, read_remote_call, read_sigil, read_unary
from torusnb.elixir.runtime import METRICS, names_something
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
    count_members,
    first_child,
    line_of,
    piped_value,
)

_MARK = 1
_TABLE = bytes(_MARK if 65 <= byte <= 90 else 32 if byte == _MARK else byte for byte in range(256))
# A module, maybe a function of it and maybe a parenthesis, as far as it is written in one piece (`Shop.Price.of(`,
# `MODULE__.of`).
_NAME = re.compile(rb"([A-Z]\w*(?:\.[A-Z]\w*)*)(?:\.([a-z_]\w*[?!]?)(\()?)?")
_MODULE, _FUNCTION, _PARENTHESIS = 1, 2, 3
# An Erlang module before a dot (`:ets.new`).
_ERLANG = re.compile(rb""":[^\s:,()\[\]{}"'.]++(?=\s*\.)""")
_QUOTE = ord('"')
_SILENT = LEAVES - {ALIAS, ATOM, IDENTIFIER, SIGIL_NAME}
_MOST_PLACES = 100
_BEFORE = 40  # bytes, many of them a line's indentation, in which to look for what stands before a call
_OTHERWISE = (b"&", b"\\")  # a captured function; a line that goes on
_MOST_DOTS = 3  # `__MODULE__.Cart.{Item, Price}`; asking for a parent takes longer the deeper it lies


def find_places(source: bytes) -> bytearray:
    """As many bytes as the source has, 1 where a place begins: a capital letter, an Erlang module, a telling word."""
    places = bytearray(source.translate(_TABLE))  # many times faster than searching for capital letters
    words = {b"send"}
    if b"Metrics" in source:
        words |= METRICS
    if b"quote" in source:  # what is set or declared in a function is set where its macro is used
        words |= {b"@", *HANDED_ON}
    for word in words:
        position = source.find(word)
        while position >= 0:
            places[position] = _MARK
            position = source.find(word, position + 1)
    for match in _ERLANG.finditer(source):
        places[match.start()] = _MARK
    return places


def read_function(state: State, definition: Node, places: bytearray) -> int:
    """Read a function's clause at its places; it must be one of those that `State.quiet` tells.

    Gives the byte before which nothing more is to be read: the clause's end, or where the walk is to go on because a
    module is defined there or because there are many places, for which asking could take longer than walking where
    the text is nested very deeply.
    """
    data, end, done = state.text.data, definition.end_byte, definition.start_byte
    find, match = places.find, _NAME.match
    for _ in range(_MOST_PLACES):
        start = find(_MARK, done, end)
        while start >= 0 and data[start - 1] == _QUOTE:  # a sentence in quotation marks: no code begins right after one
            start = find(_MARK, start + 1, end)
        if start < 0:
            return end
        name = match(data, start)
        called = name is not None and name.lastindex == _PARENTHESIS
        if called and name is not None and _read_plain_call(state, definition, name):
            done = name.end(_FUNCTION)
            continue
        node = definition.descendant_for_byte_range(start, name.end() - called if name is not None else start + 1)
        if node is None:
            return end
        read = node.end_byte if node.kind_id in _SILENT else _read_place(state, node, start, done)
        done = max(done, read)
        if not state.quiet:
            return done
        done = max(done, start + 1)
    state.quiet = False
    return done


@lru_cache(maxsize=16384)
def _is_plain(module: str, function: str) -> bool:
    """Whether nothing is told of a call of that function but how many arguments it has."""
    return (module, function) not in STARTERS and not names_something(module, function)


def _read_plain_call(state: State, definition: Node, name: re.Match[bytes]) -> bool:
    """Read a call like `Shop.Price.of(cart)`, as most places are, of which only the arguments are to be counted.

    False when it may be something else; then nothing was read.
    """
    start, end = name.span()
    data, module = state.text.data, state.module
    call = definition.descendant_for_byte_range(start, end)
    if (
        call is None
        or call.kind_id != CALL
        or call.start_byte != start
        or call.named_child_count != 2
        or module is None
    ):
        return False
    owner, function = state.expanded(name[_MODULE]), name[_FUNCTION].decode()
    before = data[start - _BEFORE : start].rstrip() if start > _BEFORE else b""
    if not before or before.endswith(_OTHERWISE) or not _is_plain(owner, function):
        return False
    given = call.named_child(1)
    if given is None or given.kind_id != ARGUMENTS:
        return False
    arity = count_members(given, state.text)
    if before.endswith(b"|>") and piped_value(call, call.parent) is not None:
        arity += 1
    module.add_call(owner, function, arity, line_of(call))
    return True


def _read_place(state: State, node: Node, start: int, done: int) -> int:
    """What the smallest node around a place says; gives the byte before which nothing more is to be read."""
    dot, around = _climb(node)
    if around is None:
        return node.end_byte
    kind = around.kind_id
    end = 0
    if kind == CALL and around.start_byte == dot.start_byte:
        end = _read_call(state, around, dot, start)
    elif kind == ARGUMENTS:
        end = _read_with_first(state, around.parent, done)
    elif kind == SIGIL:
        end = read_sigil(state, around)
    elif kind == UNARY and around.start_byte == start:
        end = read_unary(state, around)
    if end:
        return end
    if node.kind_id == DOT:  # its parts
        node = node.descendant_for_byte_range(start, start + 1) or node
    if node.kind_id == ALIAS:
        read_alias(state, node)
    return node.end_byte


def _climb(node: Node) -> tuple[Node, Node | None]:
    """The outermost dot that a node is a part of (itself where there is none), and what is around it."""
    around = node.parent
    for _ in range(_MOST_DOTS):
        if around is None or around.kind_id != DOT:
            break
        node, around = around, around.parent
    return node, around


def _read_call(state: State, call: Node, target: Node, start: int) -> int:
    """A remote call, the whole of `&Shop.price/1`, or a local call with one of the words that say something."""
    around, module = call.parent, state.module
    if around is None or module is None:
        return 0
    if target.kind_id == DOT:
        sign = around.parent if around.kind_id == BINARY and around.start_byte == call.start_byte else None
        captured = read_unary(state, sign) if sign is not None and sign.kind_id == UNARY else 0
        return captured or read_remote_call(state, call, around, module)
    word = state.text.raw(target) if target.kind_id == IDENTIFIER and target.start_byte == start else b""
    return read_local_call(state, call, word) if word in TELLING else 0


def _read_with_first(state: State, call: Node | None, done: int) -> int:
    """A call with its first argument here, if it is one of `alias`, `import`, `require`, `use` or defines a module.

    Nothing when it was read before. With a module the walk is to go on.
    """
    target = first_child(call) if call is not None and call.start_byte >= done else None
    if call is None or target is None or target.kind_id != IDENTIFIER:
        return 0
    word = state.text.raw(target)
    if word in MODULES:
        state.quiet = False
        return call.start_byte
    return read_local_call(state, call, word) if word in REFERENCES else 0
