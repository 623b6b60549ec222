"""Stores of one node that only jobs fill: a job runs on one node, and the others stay empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from torusnb.context.traps.caches import PUTS, STORES, Touch, cache_name, child_text, find_touches
from torusnb.context.traps.effects import message_tag
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_tooling
from torusnb.models.base import Place

_READS = frozenset(
    (
        *("exists?", "get", "get!", "get_all", "keys", "lookup", "lookup_element", "match", "match_object", "member"),
        *("select", "stream", "tab2list"),
    )
)
_SHARED = ("nodes:", "router:", "Ring")
_SENDS = {"handle_call": "call", "handle_cast": "cast"}
_MOST_STEPS = 200

_Step = tuple[str, str]


@dataclass(frozen=True)
class _Ways:
    """Who calls whom, function by function; only what the checkout writes out."""

    scene: Scene

    @cached_property
    def _callers(self) -> dict[_Step, list[tuple[str, int]]]:
        found: dict[_Step, list[tuple[str, int]]] = defaultdict(list)
        for module in self.scene.code_map.modules.values():
            for call in module.calls:
                found[call.module, call.name].append((module.name, call.line))
        return found

    def beginnings(self, steps: Iterable[_Step]) -> frozenset[_Step] | None:
        """The functions that nobody calls and that lead to the given ones; None where that cannot be told."""
        waiting = list(steps)
        seen = set(waiting)
        found: set[_Step] = set()
        while waiting:
            step = waiting.pop()
            before = self._before(step)
            if before is None or len(seen) > _MOST_STEPS:
                return None
            if not before:
                found.add(step)
            fresh = [other for other in sorted(before) if other not in seen]
            seen.update(fresh)
            waiting += fresh
        return frozenset(found)

    def _before(self, step: _Step) -> set[_Step] | None:
        module, name = step
        body = self.scene.module(module)
        if body is None:
            return None
        found = {(module, f.name) for f in body.functions for s in f.sites if not s.module and s.name == name}
        found.discard(step)
        for caller, line in self._callers.get(step, ()):
            outline = self.scene.code_map.modules[caller]
            owners = {(caller, f.name) for f in outline.functions if f.line <= line <= f.end_line}
            if not owners:
                return None
            found |= owners - {step}
        return found


def _detect(scene: Scene) -> Iterable[Finding]:
    ways = _Ways(scene)
    told: set[str] = set()
    for file in scene.files:
        for name in _names(scene, file):
            if name not in told:
                told.add(name)
                yield from _local(scene, file, name, ways)


def _names(scene: Scene, file: NearFile) -> list[str]:
    if not any(module.caches for module in file.outline.modules):
        return []
    bodies = scene.bodies(file.path)
    found = (
        cache_name(site.given[0], module)
        for module in (bodies.modules if bodies is not None else ())
        for function in module.functions
        for site in function.sites
        if site.module in STORES and site.given
    )
    return [name for name in dict.fromkeys(found) if name]


def _local(scene: Scene, file: NearFile, name: str, ways: _Ways) -> Iterator[Finding]:
    touches = list(find_touches(scene, name))
    puts = [touch for touch in touches if touch.site.name in PUTS]
    gets = [touch for touch in touches if touch.site.name in _READS]
    if not puts or not gets or any(word in child_text(scene.code_map, name) for word in _SHARED):
        return
    filling = _beginnings(puts, ways)
    workers = sorted(_jobs(scene, filling)) if filling else []
    reading = _beginnings(gets, ways)
    owners = {touch.module.name for touch in touches}
    others = {module for module, _ in reading or () if module not in owners}
    if not workers or all("worker" in scene.code_map.modules[module].kinds for module in others):
        return
    put, get = puts[0], gets[0]
    path = scene.code_map.modules[put.module.name].path
    reader = f"{get.module.name}.{get.function.label}"
    yield Finding(
        path=path,
        line=put.site.line,
        what=f"Only the job `{workers[0]}` fills `{name}` (`{put.site.label}` in `{put.function.label}`), which each "
        f"node keeps for itself, and `{reader}` reads it.",
        stake="a job runs on one node, so the other nodes never see what it stored and answer as if it were missing",
        topic=(name, put.function.name, get.function.name, put.module.name.rpartition(".")[2], workers[0]),
        symbol=get.function.label,
        module=get.module.name,
        severity="high",
        also=(Place(scene.code_map.modules[get.module.name].path, get.site.line),),
        weight=0.8,
        beside=file.path,
    )


def _beginnings(touches: Iterable[Touch], ways: _Ways) -> frozenset[_Step] | None:
    steps: set[_Step] = set()
    for touch in touches:
        steps |= _senders(touch) or {(touch.module.name, touch.function.name)}
    return ways.beginnings(sorted(steps))


def _senders(touch: Touch) -> set[_Step]:
    """The functions beside it that send the message which the touching clause of `handle_call` answers."""
    verb = _SENDS.get(touch.function.name)
    if verb is None:
        return set()
    line = touch.site.line
    clauses = [c for c in touch.function.clauses if c.line <= line <= c.end_line and c.parameters]
    tags = {message_tag(clause.parameters[0]) for clause in clauses} - {b""}
    return {
        (touch.module.name, function.name)
        for function in touch.module.functions
        for site in function.sites
        if (site.module, site.name) == ("GenServer", verb)
        and len(site.given) > 1
        and message_tag(site.given[1]) in tags
    }


def _jobs(scene: Scene, filling: Iterable[_Step]) -> set[str]:
    """The workers that fill it; empty as soon as anything else that runs does."""
    modules = scene.code_map.modules
    running = [step for step in filling if not is_tooling(modules[step[0]].path)]
    if any(name != "perform" or "worker" not in modules[module].kinds for module, name in running):
        return set()
    return {module for module, _ in running}


RULES: tuple[Rule, ...] = (
    Rule(
        "node-local-store",
        "A store of one node that only a job fills",
        "runtime",
        "A named ETS table or Cachex without other nodes is filled by nothing but the `perform` of job workers, as far "
        "as the calls of the checkout can be followed, and read by something else. A job runs on one node.",
        "Fill it on every node (a broadcast, a timer in its owner, or a read that fills what is missing), or keep it "
        "in the database.",
        _detect,
        quiet=True,
    ),
)
