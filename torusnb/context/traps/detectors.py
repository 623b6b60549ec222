"""The registry: every rule of every family, in the order in which docs/traps.md lists them."""

from __future__ import annotations

from torusnb.context.traps import (
    absent_values,
    author_warnings,
    cache_shapes,
    caches,
    callbacks,
    closed_lists,
    dom_ids,
    ets,
    events,
    flags,
    hidden_writes,
    keys,
    local_stores,
    page_scripts,
    phantoms,
    preloads,
    processes,
    queries,
    repeated_keys,
    return_shapes,
    routes,
    scales,
    tasks,
    tenancy,
    transactions,
    unique_indexes,
    unsafe_input,
    waiting,
)
from torusnb.context.traps.scene import Rule

_DATA = (
    *(closed_lists, return_shapes, transactions, hidden_writes),
    *(queries, preloads, keys, unique_indexes, absent_values, repeated_keys, scales, author_warnings, callbacks),
)
_RUNTIME = (processes, waiting, caches, cache_shapes, local_stores, ets, tasks, flags, events)
_WEB = (unsafe_input, page_scripts, dom_ids, routes, tenancy, phantoms)
_ORDER = ("data", "runtime", "web")

_FOUND = sorted(
    (rule for module in (*_DATA, *_RUNTIME, *_WEB) for rule in module.RULES), key=lambda rule: _ORDER.index(rule.family)
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _FOUND}
"""Rule id to rule; families together."""
