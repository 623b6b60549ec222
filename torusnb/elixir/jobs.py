"""Oban's queues and crontabs, in a config file or in the options of a supervisor's child."""

from __future__ import annotations

import re

from tree_sitter import Node

from torusnb.elixir.draft import Bindings, ModuleDraft
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import INTEGER, KEYWORDS, LIST, STRING, TUPLE, Text, line_of
from torusnb.elixir.values import list_members, resolve
from torusnb.models.codebase import Schedule
from torusnb.models.modules import Use

_OBAN = re.compile(rb"oban", re.IGNORECASE)
CRON_PLUGINS = frozenset(("Oban.Plugins.Cron", "Oban.Pro.Plugins.DynamicCron"))
_DEPTH = 8


def job_options(given: list[Node], text: Text) -> list[tuple[str, Node]]:
    """The `queues` and `crontab` options of `config :app, Oban, …`; none for a call that configures something else."""
    if not any(_OBAN.search(text.raw(node)) for node in given[:2] if node.kind_id != KEYWORDS):
        return []
    options = text.options(given)
    return [(name, options[name]) for name in ("queues", "crontab") if name in options]


def read_queues(node: Node, module: ModuleDraft, text: Text, bindings: Bindings) -> list[Use]:
    """A queue for each pair of a keyword list; `limit=10` is its kind where the limit is written as a number."""
    current: Node | None = node
    for _ in range(_DEPTH):
        if current is None or current.kind_id in (LIST, KEYWORDS):
            break
        current = resolve(current, text, module, bindings)
    if current is None:
        return []
    pairs = [current] if current.kind_id == KEYWORDS else [n for n in current.named_children if n.kind_id == KEYWORDS]
    found = []
    for keywords in pairs:
        for pair in keywords.named_children:
            if pair.named_child_count < 2:
                continue
            name = text.of(pair.named_children[0]).strip().rstrip(":").strip('"')
            value = pair.named_children[-1]
            limit = text.options([value]).get("limit", value)
            kind = f"limit={text.of(limit).replace('_', '')}" if limit.kind_id == INTEGER else "queue"
            found.append(Use(kind, name, line_of(pair)))
    return found


def read_crontab(node: Node, module: ModuleDraft, text: Text, bindings: Bindings, aliases: Aliases) -> list[Schedule]:
    """A schedule for each `{"0 2 * * *", Shop.Worker, …}` of a list."""
    found = []
    for entry in list_members(node, text, module, bindings):
        parts = entry.named_children
        if entry.kind_id != TUPLE or len(parts) < 2 or parts[0].kind_id != STRING:
            continue
        worker = module_name(parts[1], text, aliases, module.name)
        if worker:
            found.append(Schedule(worker, text.literal(parts[0]) or "", line_of(entry)))
    return found
