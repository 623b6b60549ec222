"""Telemetry, topics, caches and flags: the named things that a module touches when it runs."""

from __future__ import annotations

import functools
import re

from tree_sitter import Node

from torusnb.elixir.draft import Clause, ModuleDraft, Touch
from torusnb.elixir.syntax import ATOM, IDENTIFIER, LIST, STRING, UNARY, Text, line_of
from torusnb.elixir.values import event_name, list_members, local_call_sites, parameter_index, value_name
from torusnb.models.codebase import Use

METRICS = frozenset((b"counter", b"distribution", b"last_value", b"sum", b"summary"))
FLAG_DEFINITIONS = frozenset((b"def_feature", b"def_flag", b"deffeature", b"defflag", b"feature_flag"))
# Function name to the position of the event, topic or table it names; `+` on the kind: a list of them.
_TELEMETRY = {"execute": ("execute", 0), "span": ("span", 0), "attach": ("attach", 1), "attach_many": ("attach+", 1)}
_PUBSUB = {
    "broadcast": ("broadcast", 1),
    "broadcast_from": ("broadcast", 2),
    "direct_broadcast": ("broadcast", 2),
    "direct_broadcast_from": ("broadcast", 3),
    "local_broadcast": ("broadcast", 1),
    "local_broadcast_from": ("broadcast", 2),
    "subscribe": ("subscribe", 1),
}
_ENDPOINT = {
    "broadcast": ("broadcast", 0),
    "broadcast_from": ("broadcast", 1),
    "local_broadcast": ("broadcast", 0),
    "local_broadcast_from": ("broadcast", 1),
    "subscribe": ("subscribe", 0),
}
_CACHES = {"Cachex": "cachex", "ConCache": "con_cache", ":ets": "ets", ":persistent_term": "persistent_term"}
_NAMELESS = frozenset(("all", "erase_all", "fun2ms", "info", "i", "match_spec_run", "match_spec_compile", "file2tab"))
_FLAG_MODULE = re.compile(r"(Feature|FeatureFlag|FeatureToggle|FeatureGate|FeatureSwitch|Flag)s?$|^FunWithFlags$")
_FLAG_CHANGE = re.compile(r"^(enable|disable|set|put|clear|remove|delete|toggle|change|update)(_|!|$)")
_FLAG_CHECK = re.compile(r"\?$|^(can|check|enabled|get|is|require|rollout|state|variant|fetch)(_|!|$)")


@functools.lru_cache(maxsize=4096)
def speaks_of_flags(module: str) -> bool:
    """Whether a module's name says that it keeps feature flags."""
    return _FLAG_MODULE.search(module.rpartition(".")[2]) is not None


@functools.lru_cache(maxsize=16384)
def _slot(module: str, name: str) -> tuple[str, str, int] | None:
    """Category, kind and argument position of what `module.name` names, or None when it names nothing."""
    bare = name.rstrip("!")
    found: tuple[str, int] | None = None
    category = "topics"
    if module == ":telemetry":
        category, found = "telemetry", _TELEMETRY.get(bare)
    elif module == "Phoenix.PubSub":
        found = _PUBSUB.get(bare)
    elif module == "Endpoint" or module.endswith(".Endpoint"):
        found = _ENDPOINT.get(bare)
    elif module == "Telemetry.Metrics" and bare.encode() in METRICS:
        category, found = "telemetry", ("metric", 0)
    elif module in _CACHES and bare not in _NAMELESS:
        category, found = "caches", ("start" if bare == "start_link" else _CACHES[module], 0)
    elif speaks_of_flags(module):
        kind = "change" if _FLAG_CHANGE.match(bare) else "check" if _FLAG_CHECK.search(name) else ""
        category, found = "flags", (kind, 0) if kind else None
    return (category, *found) if found else None


def note_touch(
    module: ModuleDraft, target: str, name: str, given: list[Node], clause: Clause | None, text: Text
) -> None:
    """Record what a remote call names: `given` are its arguments, a piped value first."""
    slot = _slot(target, name)
    if slot is None or len(given) <= slot[2]:
        return
    category, kind, position = slot
    node = given[position]
    if category == "flags":
        if node.kind_id not in (ATOM, STRING, LIST, UNARY):
            return
    elif kind == "start":
        node = text.options([node]).get("name", node)
    add_touch(module, category, kind, node, clause)


def add_touch(module: ModuleDraft, category: str, kind: str, node: Node, clause: Clause | None) -> None:
    """Record that a node names something; a kind that ends in `+` means that it names several."""
    expand = kind.endswith("+") or category == "flags"
    module.touches.append(Touch(category, kind.rstrip("+"), node, line_of(node), clause, expand))


def settle_touches(module: ModuleDraft, text: Text) -> dict[str, tuple[Use, ...]]:
    """Category to what was touched, in line order, names worked out from the whole module."""
    found: dict[str, set[tuple[int, str, str]]] = {}
    sites: dict[str, list[list[Node]]] | None = None
    for touch in module.touches:
        bindings = touch.clause.bindings if touch.clause else {}
        nodes = list_members(touch.node, text, module, bindings) if touch.expand else [touch.node]
        for node in nodes:
            names = _names(touch, node, module, text)
            if not names and parameter_index(node, text, touch.clause) is not None:
                if sites is None:
                    sites = local_call_sites(module.node, text) if module.node else {}
                names = _names_at_call_sites(touch, node, module, text, sites)
            kept = names or _as_written(touch, node, text)
            found.setdefault(touch.category, set()).update((touch.line, touch.kind, name) for name in kept)
    return {
        category: tuple(Use(kind, name, line) for line, kind, name in sorted(uses)) for category, uses in found.items()
    }


def _names(touch: Touch, node: Node, module: ModuleDraft, text: Text) -> list[str]:
    bindings = touch.clause.bindings if touch.clause else {}
    if touch.category == "telemetry":
        name = event_name(node, text, module, bindings)
        if name or touch.kind != "metric":
            return [name] if name else []
    value = value_name(node, text, module, bindings)
    return [value] if value else []


def _names_at_call_sites(
    touch: Touch, node: Node, module: ModuleDraft, text: Text, sites: dict[str, list[list[Node]]]
) -> list[str]:
    """What the module's own calls of the function pass for the variable that a node is."""
    index = parameter_index(node, text, touch.clause)
    if touch.clause is None or index is None:
        return []
    outside = Touch(touch.category, touch.kind, node, touch.line, None)
    names = {
        name
        for given in sites.get(touch.clause.name, ())
        if len(given) > index and given[index].kind_id != IDENTIFIER
        for name in _names(outside, given[index], module, text)
    }
    return sorted(names)


def _as_written(touch: Touch, node: Node, text: Text) -> list[str]:
    if touch.category == "flags" or (touch.category == "caches" and node.kind_id == IDENTIFIER):
        return []  # a variable says nothing about which cache or flag it is
    current: Node | None = node
    if node.kind_id == IDENTIFIER and touch.clause is not None:
        bound = touch.clause.bindings.get(text.of(node))
        current = bound[-1] if bound else node
    return [text.one_line(current or node, 120)]
