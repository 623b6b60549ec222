"""What single nodes of a syntax tree say to an outline.

Each reader here is given the walk's state and a node, and gives the byte before which nothing more is to be read: 0 to
go on with everything inside the node, its end to pass it over.
"""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir import jobs, kinds, runtime
from torusnb.elixir.children import STARTERS
from torusnb.elixir.draft import ModuleDraft, bound_by
from torusnb.elixir.heex import read_template
from torusnb.elixir.local_calls import read_local_call
from torusnb.elixir.names import module_name
from torusnb.elixir.state import State
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BINARY,
    CALL,
    DO_BLOCK,
    DOT,
    IDENTIFIER,
    INTEGER,
    SIGIL,
    STRING,
    TUPLE,
    UNARY,
    arguments,
    arguments_among,
    count_members,
    first_child,
    line_of,
    members,
    operator_of,
    piped_value,
)

# Modules that say more when they stand in a tuple with options: `{Cachex, name: :prices}`.
_NOTED = {
    "Cachex": "start",
    "ConCache": "start",
    "Oban": "queues",
    **dict.fromkeys(jobs.CRON_PLUGINS, "crontab"),
}
_AT, _AMPERSAND = ord("@"), ord("&")
_TYPES = frozenset((b"spec", b"type", b"typep", b"opaque", b"callback", b"macrocallback", b"typedoc", b"impl"))


def read_alias(state: State, node: Node) -> int:
    """A module's name is a mention of it, and sometimes the start of a cache or of jobs."""
    name = state.expanded(state.text.raw(node))
    if state.module is not None:
        state.module.mentions.add(name)
    noted = _NOTED.get(name)
    if noted is not None:
        parent = node.parent
        if parent is not None and parent.kind_id == TUPLE:
            options = state.text.options(parent.named_children)
            if noted != "start":
                state.note_jobs([(noted, options[noted])] if noted in options else [])
            elif "name" in options and state.module is not None:
                touch = runtime.add_touch(state.module, "caches", "start", options["name"], state.clause)
                touch.aliases = state.aliases
    return node.end_byte


def _string(state: State, node: Node) -> int:
    """A text holds code where it is interpolated."""
    return 0 if state.text.data.find(b"#{", node.start_byte, node.end_byte) >= 0 else node.end_byte


def read_sigil(state: State, node: Node) -> int:
    """A template calls components and functions."""
    if state.text.data[node.start_byte : node.start_byte + 2] != b"~H":
        return 0
    if state.module is not None:
        read_template(state.text.of(node), line_of(node), state.module, state.aliases)
    return node.end_byte


def _binary(state: State, node: Node) -> int:
    bound = bound_by(node) if state.clause is None else None  # a clause knows its own
    if bound is not None:
        state.bindings.setdefault(state.text.of(bound[0]), []).append(bound[1])
    return 0


def read_unary(state: State, node: Node) -> int:
    """An attribute that is set, or a captured function of another module."""
    operand, sign = first_child(node), state.text.data[node.start_byte]
    if operand is None:
        return 0
    if sign == _AT and operand.kind_id == CALL:
        return _attribute(state, operand)
    if sign == _AMPERSAND and operand.kind_id == BINARY and operator_of(operand) == "/" and state.module is not None:
        ends = operand.named_children
        if len(ends) == 2 and ends[0].kind_id == CALL and ends[1].kind_id == INTEGER:
            _capture(state, ends[0], ends[1])
            return node.end_byte
    return 0


def _capture(state: State, call: Node, arity: Node) -> None:
    target = first_child(call)
    if target is None or target.kind_id != DOT or state.module is None:
        return
    name = module_name(target.named_children[0], state.text, state.aliases, state.module.name)
    digits = state.text.of(arity)
    if name and digits.isdecimal() and len(digits) < 4:
        state.module.add_call(name, state.text.of(target.named_children[-1]), int(digits), line_of(call))


def _attribute(state: State, call: Node) -> int:
    module, given, end = state.module, arguments(call), call.end_byte
    if module is None or not given:
        return end
    name = state.text.raw(call.named_children[0])
    if name in _TYPES:
        if name.endswith(b"callback"):
            module.kinds.add("behaviour")
        return end
    if name == b"moduledoc":
        module.doc = state.text.literal(given[0]) or ""
        return end
    if name == b"doc":
        if given[0].kind_id in (STRING, SIGIL):
            module.pending_doc = _first_paragraph(state.text.literal(given[0]) or "")
        return end
    if name == b"behaviour":
        behaviour = module_name(given[0], state.text, state.aliases, module.name)
        if behaviour:
            within = state.clause.name if state.clause is not None else ""
            module.add_reference("behaviour", behaviour, line_of(call), within=within)
            kind = kinds.kind_of_behaviour(behaviour)
            if kind and not within:
                module.kinds.add(kind)
        return end
    if name == b"disable_ddl_transaction" and state.migration is not None and state.migrating:
        state.migration.concurrent |= state.text.raw(given[0]) == b"true"
    module.attributes[name.decode("utf-8", "replace")] = given[0]
    return given[0].start_byte


def _call(state: State, node: Node) -> int:
    inside = node.named_children
    kind = inside[0].kind_id if inside else 0
    if kind == IDENTIFIER:
        return read_local_call(state, node, state.text.raw(inside[0]))
    if kind != DOT or state.module is None:
        return 0
    return read_remote_call(state, node, node.parent, state.module)


def read_remote_call(state: State, node: Node, around: Node | None, module: ModuleDraft) -> int:
    """A call whose target is a dot, with its parent.

    Arguments are looked at only where the function is known to name something; for all others they are counted.
    """
    inside = node.named_children
    ends = inside[0].named_children
    if len(ends) != 2:
        return 0
    name = _owner(state, ends[0], module)
    if not name:
        return 0
    function = state.text.of(ends[1])
    piped = piped_value(node, around)
    position = STARTERS.get((name, function))
    written = arguments_among(inside)
    arity = (piped is not None) + (count_members(written, state.text) if written is not None else 0)
    if position is not None or runtime.names_something(name, function):
        given = [*([piped] if piped is not None else ()), *(members(written) if written is not None else ())]
        runtime.note_touch(module, name, function, given, state.clause, state.text, state.aliases)
        if position is not None and arity > position:
            module.supervised.append((given[position], state.clause))
    module.add_call(name, function, arity + (inside[-1].kind_id == DO_BLOCK), line_of(ends[1]))
    return inside[0].end_byte


def _owner(state: State, node: Node, module: ModuleDraft) -> str:
    """The module that a remote call names, or empty."""
    kind = node.kind_id
    if kind == ALIAS:
        written = state.text.raw(node)
        if b"\n" not in written and b" " not in written:
            return state.expanded(written)
    if kind == ATOM:
        return state.text.of(node)
    return "" if kind == CALL else module_name(node, state.text, state.aliases, module.name)


def _first_paragraph(text: str) -> str:
    """The text up to the first blank line, on one line."""
    return " ".join(text.strip().split("\n\n", 1)[0].split())


READERS = {CALL: _call, BINARY: _binary, UNARY: read_unary, ALIAS: read_alias, SIGIL: read_sigil, STRING: _string}
"""The reader of each kind of node that has one."""
