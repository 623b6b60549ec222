"""The walk: one pass over a file's syntax tree, in document order, that gathers everything an outline holds.

The walk keeps its own stack, so that no depth of nesting can exhaust Python's. (A query that picks
only the nodes of interest was tried: no faster on real files, and quadratic on a run of unclosed
brackets.) What holds only inside a block (the module, the function, aliases, a router's scope, a
migration's table) is put back when the walk passes the block's last byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from torusnb.elixir import jobs, kinds, runtime
from torusnb.elixir.children import STARTERS
from torusnb.elixir.draft import ModuleDraft
from torusnb.elixir.heex import read_template
from torusnb.elixir.local_calls import read_local_call
from torusnb.elixir.names import expand, module_name
from torusnb.elixir.spans import ModuleSpan
from torusnb.elixir.state import State
from torusnb.elixir.syntax import (
    ALIAS,
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    INTEGER,
    SIGIL,
    STRING,
    TUPLE,
    UNARY,
    arguments,
    do_block,
    first_child,
    line_of,
    operator_of,
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


def walk(state: State, root: Node, spans: Sequence[ModuleSpan] = ()) -> None:
    """Gather a whole tree into the state; modules that `spans` tells are opened there, whatever the tree says."""
    handlers = {CALL: _call, BINARY: _binary, UNARY: _unary, ALIAS: _alias, SIGIL: _sigil}
    waiting = sorted(spans, key=lambda span: -span.start)
    state.told = frozenset(span.start for span in spans)
    done = 0  # everything that begins before this byte has been read
    stack = [root]
    pop, extend = stack.pop, stack.extend
    while stack:
        node = pop()
        handler = handlers.get(node.kind_id)
        if handler is not None:
            start = node.start_byte
            if start >= done:
                if start >= state.limit:
                    state.leave(start)
                while waiting and start >= waiting[-1].start:
                    state.open_span(waiting.pop())
                done = handler(state, node)
            if done >= node.end_byte:
                continue
        inside = node.named_children
        if inside:
            extend(inside[::-1])
    while waiting:
        state.open_span(waiting.pop())
    state.finish()


def _alias(state: State, node: Node) -> int:
    name = expand(state.text.of(node), state.aliases)
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
    return 0


def _sigil(state: State, node: Node) -> int:
    if state.text.data[node.start_byte : node.start_byte + 2] != b"~H":
        return 0
    if state.module is not None:
        read_template(state.text.of(node), line_of(node), state.module, state.aliases)
    return node.end_byte


def _binary(state: State, node: Node) -> int:
    ends = node.named_children
    if len(ends) < 2:
        return 0
    left, right = ends[0], ends[-1]
    operator = state.text.data[left.end_byte : right.start_byte].strip()
    if operator == b"|>":
        state.piped[right.id] = left
    elif operator == b"=" and left.kind_id == IDENTIFIER:
        state.bindings.setdefault(state.text.of(left), []).append(right)
    return 0


def _unary(state: State, node: Node) -> int:
    operand = first_child(node)
    sign = state.text.data[node.start_byte]
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
    target = first_child(node)
    if target is None:
        return 0
    kind = target.kind_id
    if kind == IDENTIFIER:
        return read_local_call(state, node, state.text.raw(target))
    return _remote(state, node, target, state.module) if kind == DOT and state.module is not None else 0


def _remote(state: State, node: Node, target: Node, module: ModuleDraft) -> int:
    ends = target.named_children
    if len(ends) != 2:
        return 0
    owner = ends[0]
    name = state.text.of(owner) if owner.kind_id == ATOM else module_name(owner, state.text, state.aliases, module.name)
    if not name:
        return 0
    function = state.text.of(ends[1])
    given = arguments(node)
    piped = state.piped.pop(node.id, None)
    if piped is not None:
        given.insert(0, piped)
    module.add_call(name, function, len(given) + (do_block(node) is not None), line_of(ends[1]))
    runtime.note_touch(module, name, function, given, state.clause, state.text, state.aliases)
    position = STARTERS.get((name, function))
    if position is not None and len(given) > position:
        module.supervised.append((given[position], state.clause))
    return target.end_byte


def _first_paragraph(text: str) -> str:
    """The text up to the first blank line, on one line."""
    return " ".join(text.strip().split("\n\n", 1)[0].split())
