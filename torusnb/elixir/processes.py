"""Processes by name: what is registered under which name, and who asks for it, calls it or sends to it."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import Bindings, ModuleDraft, Touch
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import (
    ACCESS,
    ALIAS,
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    TUPLE,
    Text,
    arguments,
    operator_of,
)
from torusnb.elixir.values import parameter_index, resolve_all

OPTIONS = -1  # the name stands among the options, not at a position of its own
_DEPTH = 8
_STARTED = dict.fromkeys(("start_link", "start", "child_spec"), ("named", OPTIONS))
_ASKED = {"call": ("call", 0), "multi_call": ("call", 0), "stop": ("call", 0), "whereis": ("lookup", 0)}
_SERVER = {**_STARTED, **_ASKED, "cast": ("cast", 0), "abcast": ("cast", 0), "reply": ("cast", 0)}
_CHILDREN = ("start_child", "which_children", "terminate_child", "delete_child", "restart_child", "count_children")
_SUPERVISOR = {**_STARTED, **dict.fromkeys((*_CHILDREN, "stop"), ("call", 0))}
_TASKS = ("async", "async_nolink", "async_stream", "async_stream_nolink")
_KEYED = ("lookup", "dispatch", "match", "values", "count_match")
SLOTS: dict[str, dict[str, tuple[str, int]]] = {
    "GenServer": _SERVER,
    "GenStage": _SERVER,
    "GenStateMachine": _SERVER,
    ":gen_server": _ASKED | {"cast": ("cast", 0)},
    ":gen_statem": _ASKED | {"cast": ("cast", 0)},
    "Agent": {
        **_STARTED,
        **dict.fromkeys(("get", "update", "get_and_update", "stop"), ("call", 0)),
        "cast": ("cast", 0),
    },
    "Broadway": _STARTED,
    "ConsumerSupervisor": _SUPERVISOR,
    "DynamicSupervisor": _SUPERVISOR,
    "PartitionSupervisor": _SUPERVISOR,
    "Supervisor": _SUPERVISOR,
    "Task.Supervisor": {**_SUPERVISOR, **dict.fromkeys(_TASKS, ("call", 0))},
    "Process": {
        "whereis": ("lookup", 0),
        "register": ("named", 1),
        "send": ("cast", 0),
        "send_after": ("cast", 0),
    },
    ":global": {"whereis_name": ("lookup", 0), "register_name": ("named", 0)},
    "Registry": {
        **dict.fromkeys(("start_link", "child_spec"), ("registry", OPTIONS)),
        **dict.fromkeys((*_KEYED, "keys", "select", "count", "count_select"), ("lookup", 0)),
        **dict.fromkeys(("register", "update_value", "unregister"), ("via", 0)),
    },
}


def registry_key(target: str, name: str, given: list[Node]) -> Node | None:
    """The key that a call of Registry speaks of, or None."""
    if target != "Registry" or len(given) < 2:
        return None
    return given[1] if name in _KEYED or name in ("register", "update_value", "unregister") else None


def name_option(given: list[Node], bindings: Bindings, text: Text) -> Node | None:
    """What the options of a start function say about the name, or None; options may be made a line before."""
    last = given[-1]
    if last.kind_id == IDENTIFIER and text.of(last) in bindings:
        last = bindings[text.of(last)][-1]
    named = text.options([last]).get("name")
    return last if named is None and last.kind_id == CALL and _is_keyword_call(last, text) else named


def _is_keyword_call(call: Node, text: Text) -> bool:
    return text.data[call.start_byte : call.start_byte + 8] == b"Keyword."


def process_uses(touch: Touch, text: Text, module: ModuleDraft) -> list[tuple[str, str]]:
    """Kind and name of each process that a touch may mean; none when its name cannot be told."""
    bindings = touch.clause.bindings if touch.clause else {}
    reader = _Reader(text, module, touch)
    found = reader.names(touch.node, bindings, _DEPTH)
    if touch.key is not None:
        key = text.literal(touch.key) or text.one_line(touch.key, 60)
        found = [(kind, f"{{{name}, {key}}}") for kind, name in found]
    return sorted({(kind if kind and touch.kind == "named" else touch.kind, name) for kind, name in found})


def module_names(node: Node, touch: Touch, text: Text, module: ModuleDraft) -> list[str]:
    """The names of the modules that a node stands for, where a table or cache is named as its module is."""
    if node.kind_id == TUPLE:
        return []
    bindings = touch.clause.bindings if touch.clause else {}
    return sorted({name for _, name in _Reader(text, module, touch).names(node, bindings, _DEPTH)})


class _Reader:
    def __init__(self, text: Text, module: ModuleDraft, touch: Touch) -> None:
        self.text = text
        self.module = module
        self.touch = touch

    def names(self, node: Node, bindings: Bindings, depth: int) -> list[tuple[str, str]]:
        """Kind (empty when the name itself tells none) and name of what a node stands for."""
        if depth == 0:
            return []
        kind = node.kind_id
        if kind in (ALIAS, DOT) or (kind == IDENTIFIER and self.text.raw(node) == b"__MODULE__"):
            name = module_name(node, self.text, self.touch.aliases, self.module.name)
            return [("", name)] if name else []
        if kind == ATOM:
            return [("", self.text.of(node)[1:])]
        if kind == TUPLE:
            return self._tuple(node, bindings, depth)
        if kind == BINARY and operator_of(node) == "||":
            return self.names(node.named_children[-1], bindings, depth - 1)
        if kind == CALL:
            option = self._option(node)
            if option is not None:
                return self.names(option, bindings, depth - 1)
        if kind == ACCESS:
            return []
        if kind == IDENTIFIER and self.text.of(node) not in bindings:
            default = self._default(node)
            if default is not None:
                return self.names(default, bindings, depth - 1)
            if parameter_index(node, self.text, self.touch.clause) is not None:
                return []
        steps = resolve_all(node, self.text, self.module, bindings)
        return [found for value, within in steps for found in self.names(value, within, depth - 1)]

    def _tuple(self, node: Node, bindings: Bindings, depth: int) -> list[tuple[str, str]]:
        """`{:via, Registry, {Shop.Registry, key}}`, `{:global, name}`, `{:local, name}`, `{name, node}`."""
        parts = node.named_children
        first = self.text.literal(parts[0]) if parts else None
        if first == "via" and len(parts) > 2:
            inner = parts[2].named_children if parts[2].kind_id == TUPLE else []
            if len(inner) < 2:
                return [("via", f"{{{self.text.one_line(parts[1], 60)}, {self.text.one_line(parts[2], 60)}}}")]
            key = self.text.literal(inner[1]) or self.text.one_line(inner[1], 60)
            return [("via", f"{{{name}, {key}}}") for _, name in self.names(inner[0], bindings, depth - 1)]
        if first in ("global", "local") and len(parts) > 1:
            inner_names = self.names(parts[1], bindings, depth - 1)
            return [("", name if first == "local" else f"{{:global, {name}}}") for _, name in inner_names]
        return self.names(parts[0], bindings, depth - 1) if len(parts) == 2 else []

    def _option(self, call: Node) -> Node | None:
        """The name that `Keyword.get(opts, :name, X)`, `Keyword.put_new(opts, :name, X)` and the like end in."""
        if not _is_keyword_call(call, self.text):
            return None
        given = arguments(call)
        if len(given) > 2 and self.text.literal(given[1]) == "name":
            return given[2]
        return self.text.options(given).get("name")

    def _default(self, node: Node) -> Node | None:
        r"""The default of the parameter that a node is (`server \\ __MODULE__`)."""
        index = parameter_index(node, self.text, self.touch.clause)
        if index is None or self.touch.clause is None:
            return None
        parameter = self.touch.clause.parameters[index]
        is_default = parameter.kind_id == BINARY and operator_of(parameter) == "\\\\"
        return parameter.named_children[-1] if is_default else None
