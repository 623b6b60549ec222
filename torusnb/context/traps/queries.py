"""Queries in a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.context.layers import layer_of
from torusnb.context.traps.effects import Effect
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody
from torusnb.elixir.body_calls import Frame, Site
from torusnb.models.base import Place

_MOST_CLAUSES = 4
_LITERAL = re.compile(r"(<- |(Enum|Stream)\.\w+\()(\[|~w|@)")
_DISPATCH = re.compile(r"\s*:\w+ ->")
_DELIBERATE = ("chunk_every", "chunk_by", "Repo.stream")


def find_queries_in_loops(scene: Scene) -> Iterator[Finding]:
    """A query for each member of a collection, also through the functions called for each."""
    for file, function in scene.functions():
        if file.path not in scene.served:
            continue
        told: set[int] = set()
        for site in function.sites:
            frame = site.within("loop")
            if frame is None or frame.line in told or site.within("task") is not None:
                continue
            effect = _query(scene, site, function)
            if effect is not None and not _is_deliberate(scene, file, frame, site):
                told.add(frame.line)
                yield _finding(scene, file, function, frame, site, effect)


def _query(scene: Scene, site: Site, function: FunctionBody) -> Effect | None:
    effects = scene.effects.of_site(site, function.module, 2)
    if any(effect.kind in ("write", "transaction") for effect in effects):
        return None  # a command that writes one by one mostly has few to write
    found = [e for e in effects if e.kind == "read" and not _through_cache(scene, e)]
    # A preload further down mostly does nothing, because the association is loaded by then.
    found = [e for e in found if e.site.name != "preload" or not e.through]
    target = scene.function(site.module or function.module, site.name, site.arity)
    if target is not None and len(target.clauses) > _MOST_CLAUSES:
        return None  # it does another thing for each kind of member: a script, not a list of rows
    return min(found, key=lambda e: len(e.through), default=None)


def _through_cache(scene: Scene, effect: Effect) -> bool:
    """Whether a cache stands on the way, so that most members cost no query."""
    for step in effect.through:
        name = step.rpartition(".")[0]
        module = scene.code_map.modules.get(name)
        if module is not None and (module.caches or layer_of(module.path, module) == "cache"):
            return True
    return False


def _is_deliberate(scene: Scene, file: NearFile, frame: Frame, site: Site) -> bool:
    """Whether the loop goes over batches, a stream or a few commands, each of which does something else."""
    bodies = scene.bodies(file.path)
    if bodies is None:
        return False
    before = bodies.lines[max(frame.line - 4, 0) : frame.line]
    dispatched = any(_DISPATCH.match(line) for line in bodies.lines[max(site.line - 2, 0) : site.line])
    return dispatched or any(sign in line for line in before for sign in _DELIBERATE) or _over_literal(before)


def _over_literal(lines: Sequence[str]) -> bool:
    """Whether the loop's line goes over a list that is written out, and so stays short."""
    return bool(lines) and bool(_LITERAL.search(lines[-1]))


def _finding(scene: Scene, file: NearFile, function: FunctionBody, frame: Frame, site: Site, effect: Effect) -> Finding:
    way = f" through `{effect.through[0]}`" if effect.through else ""
    also = [Place(file.path, frame.line)] if frame.line != site.line else []
    outline = scene.code_map.modules.get(effect.owner)
    if effect.through and outline is not None:
        also.append(Place(outline.path, effect.site.line))
    return Finding(
        file.path,
        site.line,
        f"`{function.module}.{function.label}` runs a query (`{effect.site.label}`){way} for each member "
        f"of a collection in `{frame.name}`.",
        "Its cost grows with the collection: what is well with ten is slow with a thousand",
        (function.name, function.module.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="medium",
        also=tuple(also),
        weight=0.6,
    )


RULES = (
    Rule(
        "query-in-loop",
        "A query for each member of a collection",
        "data",
        "A query stands inside `for`, `Enum` or `Stream`, or in a function that is called there. Batches, streams, "
        "lists that are written out, calls that a cache answers and what also writes are left out.",
        "Read the set in one query (`where … in`, a join, a preload), and budget the rows.",
        find_queries_in_loops,
        quiet=True,
    ),
)
