"""What runs inside a database transaction and should not: broadcasts, HTTP, mail, cache writes, transactions."""

from __future__ import annotations

from collections.abc import Iterator

from torusnb.context.traps.effects import Effect
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Frame, Site
from torusnb.models.base import Place

_TELLS = {
    "broadcast": (
        "broadcasts",
        "Subscribers hear of rows that a rollback takes back, or read before the commit and see the old ones",
    ),
    "http": (
        "calls another server",
        "A slow answer holds the database connection and its locks, and a rollback cannot take the call back",
    ),
    "mail": ("sends mail", "A rollback cannot take the mail back"),
    "cache": ("writes a cache", "A rollback leaves the cache with what was never committed"),
    "task": ("starts a process", "The process stands outside the transaction: it may read before the commit"),
}


def find_effects_in_transactions(scene: Scene) -> Iterator[Finding]:
    """Broadcasts, HTTP, mail, cache writes and new processes inside a transaction, and in what is called there."""
    for file, function in scene.functions():
        told: set[str] = set()
        for site in function.sites:
            frame = _transaction(site)
            if frame is None:
                continue
            for effect in scene.effects.of_site(site, function.module):
                if effect.kind in _TELLS and effect.kind not in told:
                    told.add(effect.kind)
                    yield _effect(scene, file, function, site, frame, effect)


def _transaction(site: Site) -> Frame | None:
    frame = site.within("transaction")
    if frame is None or site.within("task") is not None:
        return None
    return frame


def _effect(scene: Scene, file: NearFile, function: FunctionBody, site: Site, frame: Frame, effect: Effect) -> Finding:
    verb, stake = _TELLS[effect.kind]
    steps = dict.fromkeys([effect.through[0], effect.through[-1]] if effect.through else ())
    way = f", through {' and '.join(f'`{step}`' for step in steps)}" if steps else ""
    what = f"`{function.module}.{function.label}` {verb} (`{effect.site.label}`) inside `{frame.name}`{way}."
    also = [Place(file.path, frame.line)]
    outline = scene.code_map.modules.get(effect.owner)
    if effect.through and outline is not None:
        also.append(Place(outline.path, effect.site.line))
    return Finding(
        file.path,
        site.line,
        what,
        stake,
        (function.name, function.module.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="medium" if effect.through else "high",
        also=tuple(also),
        weight=0.6 if effect.through else 0.9,
        about=f"{effect.kind} {effect.through[0]}" if effect.through else "",
    )


def find_nested_transactions(scene: Scene) -> Iterator[Finding]:
    """A transaction opened inside another one whose result nobody looks at, also through functions called there."""
    for file, function in scene.functions():
        for site in function.sites:
            frame = _transaction(site)
            if frame is None or not site.dropped:
                continue
            effects = scene.effects.of_site(site, function.module)
            inner = next((effect for effect in effects if effect.kind == "transaction"), None)
            if inner is not None:
                yield _nested(scene, file, function, site, frame, inner)
                break


def _nested(scene: Scene, file: NearFile, function: FunctionBody, site: Site, frame: Frame, inner: Effect) -> Finding:
    outline = scene.code_map.modules.get(inner.owner)
    also = [Place(file.path, frame.line)]
    if inner.through and outline is not None:
        also.append(Place(outline.path, inner.site.line))
    way = f"`{inner.through[0]}`, which opens a transaction" if inner.through else f"`{site.label}`"
    return Finding(
        file.path,
        site.line,
        f"`{function.module}.{function.label}` calls {way}, inside `{frame.name}` and drops its result.",
        "When the inner one rolls back, the outer one fails with `{:error, :rollback}` at its end, whatever follows",
        (function.name, site.name, function.module.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="medium",
        also=tuple(also),
        weight=0.7,
        asked=True,
        about=inner.through[0] if inner.through else "",
    )


RULES = (
    Rule(
        "effect-in-transaction",
        "Broadcast, HTTP or mail in a transaction",
        "data",
        "Inside `Repo.transaction` or a step of `Ecto.Multi` something happens that a rollback cannot take back, or "
        "that holds the connection while another machine answers; also through functions that are called there. A job "
        "is well there: Oban's row is committed with the rest.",
        "Do it after the commit: return what is needed from the transaction, or enqueue a job in the same transaction.",
        find_effects_in_transactions,
        quiet=True,
    ),
    Rule(
        "nested-transaction",
        "A transaction inside a transaction",
        "data",
        "A function that opens a transaction is called inside another one, and nobody looks at its result. Ecto joins "
        "the two: the inner rollback dooms the outer one, which goes on and fails at its end. Told where the request "
        "names one of the functions or speaks of what they do.",
        "Match the inner result and roll back on purpose, or give the inner function a form without a transaction.",
        find_nested_transactions,
    ),
)
