"""Telemetry, topics, caches and flags: the named things that a module touches when it runs."""

from __future__ import annotations

import functools
import re

from tree_sitter import Node

from torusnb.elixir.draft import Clause, ModuleDraft, Touch
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.patterns import text_patterns
from torusnb.elixir.processes import OPTIONS, SLOTS, module_names, name_option, process_uses, registry_key
from torusnb.elixir.syntax import (
    ATOM,
    BINARY,
    CALL,
    DOT,
    IDENTIFIER,
    LIST,
    STRING,
    UNARY,
    Text,
    arguments,
    first_child,
    line_of,
)
from torusnb.elixir.values import event_name, list_members, local_call_sites, parameter_index, value_name
from torusnb.models.modules import Use

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
# What a Presence module tracks is broadcast under the topic too.
_PRESENCE = {"track": ("track", 1), "update": ("track", 1), "untrack": ("track", 1), "list": ("track", 0)}
# With fewer arguments a socket is tracked, and its topic is told nowhere near.
_TRACKED = {"track": 4, "update": 4, "untrack": 3}
_ENDPOINT = {
    "broadcast": ("broadcast", 0),
    "broadcast_from": ("broadcast", 1),
    "local_broadcast": ("broadcast", 0),
    "local_broadcast_from": ("broadcast", 1),
    "subscribe": ("subscribe", 0),
}
_CACHES = {
    "Cachex": "cachex",
    "ConCache": "con_cache",
    ":ets": "ets",
    ":dets": "dets",
    ":mnesia": "mnesia",
    ":persistent_term": "persistent_term",
}
_NAMELESS = frozenset(("all", "erase_all", "fun2ms", "i", "match_spec_run", "match_spec_compile", "file2tab"))
_TABLE_CALLS = re.compile(
    r"(create_table|delete_table|add_table\w*|clear_table|(dirty_)?(read|write|delete|match|select)\w*)$"
)
# A function of the application that may broadcast or subscribe to a topic it is handed; the whole map tells.
_WRAPPER = re.compile(r"(?:\w+_)?(broadcast|publish|subscribe)(?:_\w+)?$")
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
    elif module in SLOTS:
        category, found = "processes", SLOTS[module].get(bare)
    elif module == "Presence" or module.endswith(".Presence"):
        found = _PRESENCE.get(bare)
    elif module in _CACHES and bare not in _NAMELESS:
        if module != ":mnesia" or _TABLE_CALLS.match(bare):
            category, found = "caches", ("start" if bare == "start_link" else _CACHES[module], 0)
    elif speaks_of_flags(module):
        kind = "change" if _FLAG_CHANGE.match(bare) else "check" if _FLAG_CHECK.search(name) else ""
        category, found = "flags", (kind, 0) if kind else None
    elif (wrapped := _WRAPPER.match(bare)) and not module.startswith(":"):
        verb = "subscribe" if wrapped[1] == "subscribe" else "broadcast"
        found = (f"{verb} via {module}.{name}", 0)
    return (category, *found) if found else None


def names_something(module: str, name: str) -> bool:
    """Whether `note_touch` looks at the arguments of `module.name` at all."""
    return _slot(module, name) is not None


def note_touch(
    module: ModuleDraft,
    target: str,
    name: str,
    given: list[Node],
    clause: Clause | None,
    text: Text,
    aliases: Aliases,
) -> None:
    """Record what a remote call names: `given` are its arguments, a piped value first."""
    slot = _slot(target, name)
    if slot is None or len(given) <= slot[2] or not given:
        return
    category, kind, position = slot
    node: Node | None = given[position]
    if category == "flags":
        if node is None or node.kind_id not in (ATOM, STRING, LIST, UNARY):
            return
    elif kind == "start" and node is not None:
        node = text.options([node]).get("name", node)
    elif position == OPTIONS:
        node = name_option(given, clause.bound_before(given[-1].start_byte) if clause else {}, text)
    if node is None or (kind == "track" and len(given) < _TRACKED.get(name, 0)):
        return
    touch = add_touch(module, category, kind, node, clause)
    touch.aliases = aliases
    touch.key = registry_key(target, name, given)
    if " via " in kind:
        touch.kind = f"{kind}/{len(given)}"
        touch.key = given[1] if len(given) > 1 else None


def add_touch(module: ModuleDraft, category: str, kind: str, node: Node, clause: Clause | None) -> Touch:
    """Record that a node names something; a kind that ends in `+` means that it names several."""
    expand = kind.endswith("+") or category == "flags"
    touch = Touch(category, kind.rstrip("+"), node, line_of(node), clause, expand)
    module.touches.append(touch)
    return touch


def settle_touches(module: ModuleDraft, text: Text) -> dict[str, tuple[Use, ...]]:
    """Category to what was touched, in line order, names worked out from the whole module."""
    found: dict[str, set[tuple[int, str, str]]] = {}
    sites: dict[str, list[list[Node]]] | None = None
    for touch in module.touches:
        if touch.category == "processes":
            uses = {(touch.line, kind, name) for kind, name in process_uses(touch, text, module)}
            found.setdefault(touch.category, set()).update(uses)
            continue
        if " via " in touch.kind:
            found.setdefault(touch.category, set()).update(_handed_on(touch, module, text))
            continue
        bindings = touch.clause.bindings if touch.clause else {}
        nodes = list_members(touch.node, text, module, bindings) if touch.expand else [touch.node]
        for node in nodes:
            names = _names(touch, node, module, text)
            if not names and parameter_index(node, text, touch.clause) is not None:
                if sites is None:
                    sites = local_call_sites(module.node, text) if module.node else {}
                names = _names_at_call_sites(touch, node, module, text, sites)
            kept = names or _as_written(touch, node, module, text)
            found.setdefault(touch.category, set()).update((touch.line, touch.kind, name) for name in kept)
    return {
        category: tuple(Use(kind, name, line) for line, kind, name in sorted(uses)) for category, uses in found.items()
    }


def _handed_on(touch: Touch, module: ModuleDraft, text: Text) -> list[tuple[int, str, str]]:
    """The topic among the first two arguments of what may be a wrapper; only a text can be told from other values."""
    bindings = touch.clause.bindings if touch.clause else {}
    for node in (touch.node, touch.key):
        if node is not None and node.kind_id in (STRING, BINARY, CALL, UNARY, IDENTIFIER):
            names = text_patterns(node, text, module, bindings)
            if names:
                return [(touch.line, touch.kind, name) for name in names]
    return []


def _names(touch: Touch, node: Node, module: ModuleDraft, text: Text) -> list[str]:
    bindings = touch.clause.bindings if touch.clause else {}
    if touch.category == "telemetry":
        name = event_name(node, text, module, bindings)
        if name or touch.kind != "metric":
            return [name] if name else []
    if touch.category == "topics":
        return text_patterns(node, text, module, bindings)
    value = value_name(node, text, module, bindings)
    if value is None and touch.category == "caches":
        return module_names(node, touch, text, module)
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


def _as_written(touch: Touch, node: Node, module: ModuleDraft, text: Text) -> list[str]:
    if touch.category == "flags" or (touch.category == "caches" and node.kind_id == IDENTIFIER):
        return []  # a variable says nothing about which cache or flag it is
    current: Node | None = node
    if node.kind_id == IDENTIFIER and touch.clause is not None:
        bound = touch.clause.bindings.get(text.of(node))
        current = bound[-1] if bound else node
    current = current or node
    if touch.category == "topics" and current.kind_id == CALL:
        return [_call_form(current, touch, module, text)]
    return [text.one_line(current, 120)]


def _call_form(call: Node, touch: Touch, module: ModuleDraft, text: Text) -> str:
    """`Shop.Topics.cart(_)` for a topic that a function of another module makes: its name in full and its arity."""
    target = first_child(call)
    blanks = ", ".join("_" for _ in arguments(call))
    if target is not None and target.kind_id == DOT:
        owner = module_name(target.named_children[0], text, touch.aliases, module.name)
        if owner:
            return f"{owner}.{text.of(target.named_children[-1])}({blanks})"
    if target is not None and target.kind_id == IDENTIFIER:
        return f"{text.of(target)}({blanks})"
    return text.one_line(call, 120)
