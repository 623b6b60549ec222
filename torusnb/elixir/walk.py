"""The walk: one pass over a file's syntax tree, in document order, that gathers everything an outline holds.

The walk keeps its own stack, so that no depth of nesting can exhaust Python's. (A query that picks
only the nodes of interest was tried: no faster on real files, and quadratic on a run of unclosed
brackets.) In a function it looks only into nodes whose bytes hold a mark (`marks`), less than half
of them. What holds only inside a block (the module, the function, aliases, a router's scope, a
migration's table) is put back when the walk passes the block's last byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from torusnb.elixir import jobs, kinds, runtime
from torusnb.elixir.children import STARTERS
from torusnb.elixir.draft import ModuleDraft
from torusnb.elixir.guards import HANDED_ON
from torusnb.elixir.heex import read_template
from torusnb.elixir.local_calls import TELLING, read_local_call
from torusnb.elixir.marks import MARK, find_marks
from torusnb.elixir.names import module_name
from torusnb.elixir.spans import ModuleSpan
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
    LEAVES,
    MATCH,
    PIPE,
    SIGIL,
    STRING,
    TUPLE,
    UNARY,
    arguments,
    arguments_among,
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
_QUOTED = tuple(sorted(HANDED_ON))
_TYPES = frozenset((b"spec", b"type", b"typep", b"opaque", b"callback", b"macrocallback", b"typedoc", b"impl"))


def walk(state: State, root: Node, spans: Sequence[ModuleSpan] | None = None) -> None:
    """Gather a whole tree into the state.

    Args:
        state: A new one.
        root: The tree.
        spans: Where modules are to be opened, whatever the tree says. Without, the tree is trusted: what says nothing
            in a function is passed over by its bytes, which gives the same in less time.
    """
    told = spans or ()
    state.told = frozenset(span.start for span in told)
    state.skipping = spans is None
    way = _Walk(state, root, told)
    while way.stack:
        if state.quiet:
            way.go_through_function()
        else:
            way.go_through_module()
    while way.waiting:
        state.open_span(way.waiting.pop())
    state.finish()


class _Walk:
    """The nodes that are still to be read, the next one last.

    Attributes:
        done: Everything that begins before this byte has been read.
        waiting: Modules that are still to be opened, the next one last.
    """

    def __init__(self, state: State, root: Node, spans: Sequence[ModuleSpan]) -> None:
        self.state = state
        self.stack = [root]
        self.waiting = sorted(spans, key=lambda span: -span.start)
        self.done = 0
        data = state.text.data
        self.find_mark = find_marks(data, _QUOTED).find if state.skipping else data.find
        self.mark = -1

    def go_through_module(self) -> None:
        """Read on until a function is entered in which much may be passed over."""
        state, stack, waiting, done = self.state, self.stack, self.waiting, self.done
        while stack and not state.quiet:
            node = stack.pop()
            kind = node.kind_id
            if kind in LEAVES:
                continue
            handler = _HANDLERS.get(kind)
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
            stack.extend(node.named_children[::-1])
        self.done = done

    def go_through_function(self) -> None:
        """Read on to the function's end, and look only into nodes that have a mark in their bytes."""
        state, stack, done, mark = self.state, self.stack, self.done, self.mark
        pop, extend, find_mark, handler_of = stack.pop, stack.extend, self.find_mark, _HANDLERS.get
        data = state.text.data
        while stack and state.quiet:
            node = pop()
            kind = node.kind_id
            if kind in LEAVES:
                continue
            start = node.start_byte
            if start >= state.limit:
                state.leave(start)
                stack.append(node)  # what holds here may have it read otherwise
                continue
            if mark < start:
                mark = find_mark(MARK, start)
                mark = mark if mark >= 0 else len(data)
            end = node.end_byte
            if mark >= end or (kind == STRING and data.find(b"#{", start, end) < 0):
                continue
            handler = handler_of(kind)
            if handler is not None:
                if start >= done:
                    done = handler(state, node)
                if done >= end:
                    continue
            inside = node.named_children
            if done > start and inside and done >= inside[0].end_byte:
                del inside[0]
            extend(inside[::-1])
        self.done, self.mark = done, mark


def _alias(state: State, node: Node) -> int:
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
    return 0


def _sigil(state: State, node: Node) -> int:
    if state.text.data[node.start_byte : node.start_byte + 2] != b"~H":
        return 0
    if state.module is not None:
        read_template(state.text.of(node), line_of(node), state.module, state.aliases)
    return node.end_byte


def _binary(state: State, node: Node) -> int:
    parts = node.children
    if len(parts) != 3:  # a comment stands in it
        return 0
    operator = parts[1].kind_id
    if operator == PIPE:
        if not parts[1].is_missing:
            state.piped[parts[2].id] = parts[0]
    elif operator == MATCH and parts[0].kind_id == IDENTIFIER and not parts[1].is_missing:
        state.bindings.setdefault(state.text.of(parts[0]), []).append(parts[2])
    return 0


def _unary(state: State, node: Node) -> int:
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
        name = state.text.raw(inside[0])
        return 0 if state.quiet and name not in TELLING else read_local_call(state, node, name)
    return _remote(state, node, inside, state.module) if kind == DOT and state.module is not None else 0


def _remote(state: State, node: Node, inside: list[Node], module: ModuleDraft) -> int:
    ends = inside[0].named_children
    if len(ends) != 2:
        return 0
    name = _owner(state, ends[0], module)
    if not name:
        return 0
    function = state.text.of(ends[1])
    given = arguments_among(inside)
    piped = state.piped.pop(node.id, None)
    if piped is not None:
        given.insert(0, piped)
    module.add_call(name, function, len(given) + (inside[-1].kind_id == DO_BLOCK), line_of(ends[1]))
    runtime.note_touch(module, name, function, given, state.clause, state.text, state.aliases)
    position = STARTERS.get((name, function))
    if position is not None and len(given) > position:
        module.supervised.append((given[position], state.clause))
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


_HANDLERS = {CALL: _call, BINARY: _binary, UNARY: _unary, ALIAS: _alias, SIGIL: _sigil}
