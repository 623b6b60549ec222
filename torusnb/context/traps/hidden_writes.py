"""Functions named like reads that write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.context.traps.effects import Effect, Effects
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.models.base import Place

_READING = re.compile(r"(get|list|fetch|find|lookup|load|read|is|has|can|count|search|browse|retrieve|resolve)_|\w+\?$")
_SAYS_SO = re.compile(
    r"_(or|and|then)_|create|insert|upsert|ensure|update|save|persist|refresh|delete"
    r"|(?:^|_)(?:store|set|mark|touch|sync|record|seed)(?:_|$)"
)
_VERBS = {"write": "writes", "job": "enqueues a job", "forget": "takes an entry out"}
_ANSWERS = (".handle_call/3", ".handle_cast/2")


def find_hidden_writes(scene: Scene) -> Iterator[Finding]:
    """Public functions named like a read (`get_`, `has_`, `…?`) that write rows, enqueue a job or empty a cache.

    What the module's own process does for it counts.
    """
    found = Effects(scene.function, asking=True)
    for file, function in scene.functions():
        if not function.public or not _READING.match(function.name) or _SAYS_SO.search(function.name):
            continue
        effects = [e for e in found.of_function(function) if e.kind in _VERBS]
        if effects:
            yield _finding(scene, file, function, min(effects, key=lambda e: (len(e.through), e.kind)))


def _finding(scene: Scene, file: NearFile, function: FunctionBody, effect: Effect) -> Finding:
    steps = effect.through[1:]
    asks = next((step for step in steps if step.endswith(_ANSWERS)), "")
    waits = asks.endswith(_ANSWERS[0])
    way = f" through {' and '.join(f'`{step}`' for step in steps)}" if steps else ""
    outline = scene.code_map.modules.get(effect.owner)
    also = (Place(outline.path, effect.site.line),) if outline is not None else ()
    return Finding(
        file.path,
        function.line,
        f"`{function.module}.{function.label}` is named like a read but {_VERBS[effect.kind]} "
        f"(`{effect.site.label}`){way}{', so it waits for one process' if waits else ''}.",
        "Called for a page view, a poll, a dry run or a read replica it changes data"
        + (", and readers that meet this queue behind each other" if waits else ""),
        (function.name, function.module.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="high" if len(steps) < 2 else "medium",
        also=also,
        weight=max(0.9 - 0.2 * len(steps), 0.3),
        about=f"{effect.owner}:{effect.site.line}",
    )


RULES = (
    Rule(
        "hidden-write",
        "A write in a function named like a read",
        "data",
        "A public function whose name promises a read (`get_`, `list_`, `find_`, `has_`, `…?`) inserts, updates, "
        "deletes, enqueues or takes an entry out of a cache or table, itself, through what it calls or "
        "through a message to its own process. Names that say so (`get_or_create_…`) are left out.",
        "Say in the design which path may write, and give pure readers a function of their own.",
        find_hidden_writes,
    ),
)
