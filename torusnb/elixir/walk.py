"""The walk: one pass over a file's telling nodes, in document order, that gathers everything an outline holds.

The nodes are picked by a query (`walk.scm`), because making a Python object for every node of the
tree takes as long as parsing it; and no depth of nesting can exhaust Python's stack. What holds
only inside a block (the module, the function, aliases, a router's scope, a migration's table) is
put back when the walk passes the block's last byte.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources

from tree_sitter import Node, Query, QueryCursor

from torusnb.elixir import kinds, runtime
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
    LANGUAGE,
    SIGIL,
    STRING,
    TUPLE,
    UNARY,
    arguments,
    do_block,
    first_child,
    line_of,
)

_CHILD_CACHES = frozenset(("Cachex", "ConCache"))
_AT = ord("@")
_TYPES = frozenset((b"spec", b"type", b"typep", b"opaque", b"callback", b"macrocallback", b"typedoc", b"impl"))


@functools.cache
def _query() -> Query:
    return Query(LANGUAGE, resources.files("torusnb.elixir").joinpath("walk.scm").read_text(encoding="utf-8"))


def telling_nodes(root: Node) -> list[Node]:
    """The nodes an outline is made of, in document order, an outer node before those inside it."""
    nodes = QueryCursor(_query()).captures(root).get("node", [])
    nodes.sort(key=lambda node: (node.start_byte, -node.end_byte))
    return nodes


def walk(state: State, root: Node, spans: Sequence[ModuleSpan] = ()) -> None:
    """Gather a whole tree into the state; modules that `spans` tells are opened there, whatever the tree says."""
    handlers = {CALL: _call, BINARY: _binary, UNARY: _unary, ALIAS: _alias, SIGIL: _sigil}
    waiting = sorted(spans, key=lambda span: -span.start)
    state.told = frozenset(span.start for span in spans)
    done = 0  # everything that begins before this byte has been read
    for node in telling_nodes(root):
        start = node.start_byte
        if start < done:
            continue
        if start >= state.limit:
            state.leave(start)
        while waiting and start >= waiting[-1].start:
            state.open_span(waiting.pop())
        done = handlers[node.kind_id](state, node)
    while waiting:
        state.open_span(waiting.pop())
    state.finish()


def _alias(state: State, node: Node) -> int:
    if state.module is not None:
        name = expand(state.text.of(node), state.aliases)
        state.module.mentions.add(name)
        if name in _CHILD_CACHES:
            parent = node.parent
            if parent is not None and parent.kind_id == TUPLE:
                named = state.text.options(parent.named_children).get("name")
                if named is not None:
                    runtime.add_touch(state.module, "caches", "start", named, state.clause)
    return 0


def _sigil(state: State, node: Node) -> int:
    if state.text.data[node.start_byte : node.start_byte + 2] != b"~H":
        return 0
    if state.module is not None:
        read_template(state.text.of(node), line_of(node), state.module, state.aliases)
    return node.end_byte


def _binary(state: State, node: Node) -> int:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return 0
    if state.text.data[left.end_byte : right.start_byte].strip() == b"|>":
        state.piped[right.id] = left
    elif state.clause is not None and left.kind_id == IDENTIFIER:
        state.clause.bindings.setdefault(state.text.of(left), []).append(right)
    return 0


def _unary(state: State, node: Node) -> int:
    operand = node.child_by_field_name("operand")
    if operand is None:
        return 0
    if operand.kind_id == CALL:
        return _attribute(state, operand) if state.text.data[node.start_byte] == _AT else 0
    if operand.kind_id == BINARY and state.module is not None:
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
            module.add_reference("behaviour", behaviour, line_of(call))
            kind = kinds.kind_of_behaviour(behaviour)
            if kind:
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
    runtime.note_touch(module, name, function, given, state.clause, state.text)
    position = STARTERS.get((name, function))
    if position is not None and len(given) > position:
        module.supervised.append((given[position], state.clause))
    return target.end_byte


def _first_paragraph(text: str) -> str:
    """The text up to the first blank line, on one line."""
    return " ".join(text.strip().split("\n\n", 1)[0].split())
