"""Function clauses: names, arities, defaults, heads, and the message or event a callback matches."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import Clause, FunctionDraft, ModuleDraft
from torusnb.elixir.syntax import (
    BINARY,
    CALL,
    IDENTIFIER,
    LIST,
    STRING,
    UNARY,
    Text,
    arguments,
    arguments_among,
    count_members,
    end_line_of,
    line_of,
    members,
    operator_of,
)
from torusnb.elixir.values import event_name
from torusnb.models.modules import Use

DEFINITIONS = {
    name.encode(): name for name in ("def", "defp", "defmacro", "defmacrop", "defdelegate", "defguard", "defguardp")
}
CALLBACKS = frozenset(
    (
        *("call", "child_spec", "code_change", "handle_async", "handle_batch", "handle_call", "handle_cast"),
        *("handle_continue", "handle_demand", "handle_event", "handle_events", "handle_in", "handle_info"),
        *("handle_message", "handle_params", "init", "join", "mount", "on_mount", "perform", "prepare_messages"),
        *("process", "render", "start", "terminate", "update"),
    )
)
# Callbacks of which every Elixir module may have a function of the same name: only on a module of these kinds.
_KINDS = {
    "call": {"plug"},
    "init": {"plug", "genserver", "supervisor", "gen_stage", "broadway", "agent"},
    "mount": {"live_view", "live_component"},
    "on_mount": None,
    "perform": {"worker"},
    "process": {"worker"},
    "render": {"live_view", "live_component"},
    "start": {"application"},
    "update": {"live_component"},
    "join": {"channel"},
}


def read_clause(call: Node, text: Text, keyword: str, module: ModuleDraft) -> Clause | None:
    """Add the clause to the module's functions; None when its name is computed (`def unquote(name)()`)."""
    given = arguments(call)
    if not given:
        return None
    head, guard = _split_guard(given[0])
    named = _name_and_list(head, text)
    if named is None:
        return None
    name, listed = named
    arity = count_members(listed, text) if listed is not None else 0
    clause = Clause(name, arity, listed, call, text, public=not keyword.endswith("p"))
    defaults = clause.defaults() if b"\\\\" in text.raw(head) else 0
    line, end_line = line_of(call), end_line_of(call)
    known = module.functions.get((name, arity))
    if known is None:
        written = f"{keyword} {text.one_line(given[0])}"
        module.functions[name, arity] = FunctionDraft(
            name, arity, keyword, line, end_line, written, module.pending_doc, defaults
        )
    else:
        known.end_line = end_line
        known.defaults = max(known.defaults, defaults)
        known.clauses += 1
        known.doc = known.doc or module.pending_doc
    module.pending_doc = ""
    module.clauses.setdefault(name, []).append(clause)
    if name in CALLBACKS and keyword == "def" and arity:
        _add_callbacks(module, name, clause.parameters[0], guard, text, line)
    return clause


def _split_guard(node: Node) -> tuple[Node, Node | None]:
    if node.kind_id == BINARY and operator_of(node) == "when":
        left, right = node.named_children[0], node.named_children[-1]
        return left, right
    return node, None


def _name_and_list(head: Node, text: Text) -> tuple[str, Node | None] | None:
    """A head's name and the node whose members are its parameters."""
    kind = head.kind_id
    if kind == IDENTIFIER:
        return text.of(head), None
    if kind == CALL:
        inside = head.named_children
        name = text.of(inside[0]) if inside and inside[0].kind_id == IDENTIFIER else "unquote"
        return (name, arguments_among(inside)) if name != "unquote" else None
    return (operator_of(head), head) if kind in (BINARY, UNARY) else None


def read_injected_callback(call: Node, text: Text, keyword: str, module: ModuleDraft) -> None:
    """Add a callback that `use` of the module gives to others: a `def` quoted in its `__using__`."""
    given = arguments(call)
    if not given:
        return
    head, guard = _split_guard(given[0])
    named = _name_and_list(head, text)
    if named is not None and keyword == "def" and named[0] in CALLBACKS and named[1] is not None:
        for first in members(named[1])[:1]:
            _add_callbacks(module, named[0], first, guard, text, line_of(call))


def is_live_callback(name: str, kinds: set[str]) -> bool:
    """Whether a function of that name is a callback on a module of those kinds."""
    wanted = _KINDS.get(name)
    return wanted is None or bool(wanted & kinds)


def _add_callbacks(module: ModuleDraft, name: str, first: Node, guard: Node | None, text: Text, line: int) -> None:
    pattern = first
    while pattern.kind_id == BINARY and operator_of(pattern) in ("=", "\\\\"):
        left, right = pattern.named_children[0], pattern.named_children[-1]
        pattern = right if left.kind_id == IDENTIFIER and operator_of(pattern) == "=" else left
    if pattern.kind_id == IDENTIFIER:
        names = _guarded_values(pattern, guard, text) or ("",)
    elif pattern.kind_id == STRING:
        names = (text.literal(pattern) or "",)
    elif pattern.kind_id in (LIST, UNARY, BINARY) and name == "handle_event":
        names = (event_name(pattern, text, module) or text.one_line(pattern, 120),)
    else:
        names = (text.one_line(pattern, 120),)
    module.callbacks.extend(Use(name, matched, line) for matched in names)


def _guarded_values(variable: Node, guard: Node | None, text: Text) -> tuple[str, ...]:
    """The literals of `when event in ["a", "b"]` or `when event == "a"`."""
    if guard is None or guard.kind_id != BINARY or operator_of(guard) not in ("in", "=="):
        return ()
    left, right = guard.named_children[0], guard.named_children[-1]
    return text.atoms(right) if text.raw(left) == text.raw(variable) else ()
