"""Tasks: those whose answer nobody waits for, and those that do what must happen and can be lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torusnb.context.traps.origins import walk
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_close
from torusnb.elixir.bodies import FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import IDENTIFIER, TUPLE
from torusnb.models.base import Place

_ASYNC = frozenset((("Task", "async"), ("Task.Supervisor", "async")))
_AWAITS = frozenset(("await", "await_many", "yield", "yield_many", "shutdown", "ignore"))
_LOOSE = frozenset((("Task", "start"), ("Task.Supervisor", "start_child"), ("", "spawn")))
_DOING = {
    "write": "writes to the database",
    "job": "enqueues a job",
    "mail": "sends mail",
    "http": "calls another service",
}
_RECEIVERS = frozenset(("live_view", "live_component", "genserver", "channel"))


def _detect_unawaited(scene: Scene) -> Iterable[Finding]:
    for file in filter(is_close, scene.files):  # a habit of a page: it matters to those that work on that page
        bodies = scene.bodies(file.path)
        outlines = {module.name: module for module in file.outline.modules}
        for module in bodies.modules if bodies is not None else ():
            outline = outlines.get(module.name)
            kinds = frozenset(outline.kinds) if outline is not None else frozenset()
            if kinds & _RECEIVERS and "test" not in kinds:
                yield from _unawaited(file, module, "live_component" in kinds)


def _unawaited(file: NearFile, module: ModuleBody, component: bool) -> Iterator[Finding]:
    if any(site.module == "Task" and site.name in _AWAITS for f in module.functions for site in f.sites):
        return
    started = [
        (function, site)
        for function in module.functions
        for site in function.sites
        if (site.module, site.name) in _ASYNC and site.within("task") is None
    ]
    if not started:
        return
    function, first = started[0]
    count = f"{len(started)} tasks" if len(started) > 1 else "a task"
    taker, expects = _taker(module)
    if component:
        fate = "the reply goes to the page that holds the component"
    elif expects:
        fate = f"`handle_info` at line {taker} takes the reply"
    elif taker:
        fate = f"the reply `{{ref, result}}` falls to the `handle_info` for anything at line {taker}"
    else:
        fate = "no clause of `handle_info` takes the reply `{ref, result}`"
    labels = list(dict.fromkeys(f"`{f.label}`" for f, _ in started))
    yield Finding(
        path=file.path,
        line=first.line,
        what=f"{_listed(labels)} {'start' if len(labels) > 1 else 'starts'} {count} with `Task.async` that no "
        "`Task.await` "
        f"or `Task.yield` ever takes up; {fate}.",
        stake="the task is linked, so an exception in it takes this process and the page's state with it",
        topic=(module.name.rpartition(".")[2], *(f.name for f, _ in started), *_called_in_task(function, first)),
        symbol=function.label,
        module=module.name,
        severity="low" if expects else "medium" if taker or component else "high",
        also=tuple(Place(file.path, site.line) for _, site in started[1:4]),
        weight=0.5 if expects else 0.7 if taker else 0.9,
    )


def _taker(module: ModuleBody) -> tuple[int, bool]:
    """The line of the `handle_info` clause that takes a task's reply, 0 for none, and whether it expects one.

    A pair that begins with a variable expects it; a clause for any message only lets it pass.
    """
    for function in module.functions:
        if (function.name, function.arity) != ("handle_info", 2):
            continue
        for clause in function.clauses:
            pattern = clause.parameters[0]
            parts = pattern.named_children
            if pattern.kind_id == IDENTIFIER and clause.guard is None:
                return clause.line, False
            if pattern.kind_id == TUPLE and len(parts) == 2 and parts[0].kind_id == IDENTIFIER:
                return clause.line, True
    return 0, False


def _called_in_task(function: FunctionBody, task: Site) -> list[str]:
    """The names of what a task calls."""
    below = {node.id for node in walk(task.node)}
    return [site.name for site in function.sites if site.node.id in below and site.node.id != task.node.id][:4]


def _listed(labels: list[str]) -> str:
    if len(labels) > 3:
        return f"{', '.join(labels[:2])} and {len(labels) - 2} more"
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def _detect_loose(scene: Scene) -> Iterable[Finding]:
    for file, function in scene.functions():
        for task in function.sites:
            if (task.module, task.name) in _LOOSE and task.given and not task.captured:
                found = _loose(scene, file, function, task)
                if found is not None:
                    yield found


def _loose(scene: Scene, file: NearFile, function: FunctionBody, task: Site) -> Finding | None:
    below = {node.id for node in walk(task.node)}
    for site in function.sites:
        if site.node.id not in below or site.node.id == task.node.id:
            continue
        for effect in scene.effects.of_site(site, function.module):
            if effect.kind not in _DOING:
                continue
            means = "" if not effect.through else f" through `{effect.site.label}`"
            return Finding(
                path=file.path,
                line=task.line,
                what=f"`{function.label}` hands `{site.label}`, which {_DOING[effect.kind]}{means}, to "
                f"`{task.label}` and goes on.",
                stake="nobody learns when it fails, nothing retries it, and a deploy or a crash of the node loses it",
                topic=(function.name, site.name, effect.site.name, function.module.rpartition(".")[2]),
                symbol=function.label,
                module=function.module,
                narrow=True,
                severity="medium" if effect.kind in ("write", "job", "mail") else "low",
                also=() if site.line == task.line else (Place(file.path, site.line),),
                weight=0.8 if effect.kind in ("write", "job") else 0.6,
            )
    return None


RULES: tuple[Rule, ...] = (
    Rule(
        "unawaited-task",
        "A linked task whose reply nobody takes",
        "runtime",
        "`Task.async` links the task to its caller and sends it a reply. Where no `Task.await` or `Task.yield` takes "
        "the reply up, it arrives as a message, and an exception in the task kills the caller.",
        "Use `start_async`/`assign_async`, or `Task.Supervisor.async_nolink` with `handle_info` clauses for the reply "
        "and for `:DOWN`.",
        _detect_unawaited,
        quiet=True,
    ),
    Rule(
        "lost-task",
        "Work that must happen, in a task that can be lost",
        "runtime",
        "`Task.start`, `Task.Supervisor.start_child` and `spawn` run once, unobserved, in memory. A write, a "
        "job, a mail or a call of "
        "another service that is given to them is lost when the node stops, and its failure is seen by nobody.",
        "Make it a job with a retry policy and a unique key when it must happen; say so in the design when "
        "it need not.",
        _detect_loose,
        quiet=True,
    ),
)
