"""Sections 4.2 and 4.3: who owns which state, how a message travels, what is supervised."""

from __future__ import annotations

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.plan import Component
from torusnb.drafting.offline.storage import CONTENT
from torusnb.drafting.offline.wording import bullets, clip, code, labelled, listed, lower_first, paragraphs, plain, some


def draft_flow(ledger: Ledger) -> str:
    """Ownership of state, the steps of the main flow, and where load is held back."""
    return paragraphs(
        labelled("Ownership of state", bullets(_owners(ledger))),
        labelled("Main flow", "\n".join(f"{n}. {step}" for n, step in enumerate(_steps(ledger), start=1))),
        labelled("Backpressure", bullets([*_pressure(ledger), *ledger.advice("4.2")])),
    )


def _owners(ledger: Ledger) -> list[str]:
    storage, runtime, lines = ledger.plan.storage, ledger.plan.runtime, []
    if storage.migrates:
        fields = f" ({listed(code(f.name) for f in storage.fields[:4])})" if storage.fields else ""
        lines.append(
            f"`{storage.table}` is the only durable home of the feature's state{fields}.{ledger.cite(*storage.basis)}"
        )
    elif storage.mode == CONTENT:
        fields = listed(code(f.name) for f in storage.fields[:4]) or "what the feature adds"
        lines.append(
            f"The authored JSON owns {fields}; a revision carries it from authoring to delivery."
            f"{ledger.cite(*storage.basis)}"
        )
    elif storage.anchor is not None and storage.anchor.schema is not None:
        basis = ledger.cite(*storage.basis, code_key(storage.anchor.path, storage.anchor.schema.line))
        lines.append(
            f"Durable state stays where it is, in `{storage.anchor.schema.table}`; this feature adds none.{basis}"
        )
    views = [c for c in ledger.plan.of_layer("live_view", "component") if not c.new][:2]
    if views:
        names = listed(code(c.name) for c in views)
        asked = some(list(dict.fromkeys(r for c in views for r in c.requirements)), 3)
        verb = "own" if len(views) > 1 else "owns"
        lines.append(
            f"{names} {verb} what is only on screen for {asked}; it may be lost on reconnect.{_keys(ledger, views)}"
        )
    for cache in runtime.caches[:2]:
        if runtime.caching:
            lines.append(
                f"`{cache.name}`, reached through {code(cache.module)}, holds copies only.{ledger.cite(cache.key)}"
            )
    return lines


def _keys(ledger: Ledger, components: list[Component]) -> str:
    return ledger.cite(*(component.key for component in components))


def _steps(ledger: Ledger) -> list[str]:
    """The way of one action from the edge to storage and back, by the components of the plan."""
    plan, steps = ledger.plan, []
    steps.append(_entry(ledger))
    gate = plan.asking("authorize")
    if gate:
        steps.append(
            f"Access is decided before anything is read: {lower_first(ledger.short(gate[0], 16))}.{ledger.cite(*gate)}"
        )
    check = [r for r, kinds in plan.kinds.items() if kinds[0] == "validate" and r not in gate]
    if check:
        steps.append(
            f"Input is checked: {lower_first(ledger.short(check[0], 16))}; a refusal ends the "
            f"flow without a write.{ledger.cite(*check)}"
        )
    steps += [_domain(ledger), _write(ledger)]
    if plan.runtime.jobs:
        worker = next((c for c in plan.of_layer("worker") if set(c.requirements) & set(plan.runtime.jobs)), None)
        name = f" to {code(worker.name)}" if worker else ""
        steps.append(
            f"Work that may outlast the request is handed{name} after the commit.{ledger.cite(*plan.runtime.jobs)}"
        )
    if plan.runtime.notifying:
        topic = next((f"`{use.name}`" for _, use in plan.runtime.topics), "a topic named after the record")
        keys = [code_key(m.path, use.line) for m, use in plan.runtime.topics[:1]]
        steps.append(f"Others hear of it on {topic}.{ledger.cite(*plan.runtime.notifying[:1], *keys)}")
    web = {"live_view", "component"}
    show = [r for r in plan.asking("render") if any(m.layer in web for m in plan.matches.get(r, ())[:1])]
    if show:
        steps.append(
            f"The view is assigned anew: {lower_first(ledger.short(show[0], 16))}."
            f"{ledger.cite(show[0], *(m.key for m in plan.matches[show[0]][:1]))}"
        )
    return [step for step in steps if step]


def _entry(ledger: Ledger) -> str:
    """Where an action comes in: a route, a view or controller, or the module that calls most of the others."""
    if ledger.routes:
        route = ledger.routes[0]
        verb = "opens" if route.verb == "LIVE" else "calls"
        basis = ledger.cite(code_key(route.file, route.line))
        return f"A person or client {verb} `{route.path}`, served by {code(route.module)}.{basis}"
    if ledger.entry is not None:
        return f"The flow enters at {code(ledger.entry.module)}.{ledger.cite(ledger.entry.key)}"
    first = _caller(ledger)
    if first is None:
        return ""
    return f"The flow enters at {code(first.name)} with {some(list(first.requirements), 3)}.{ledger.cite(first.key)}"


def _caller(ledger: Ledger) -> Component | None:
    names = {component.name for component in ledger.plan.existing}

    def calls(component: Component) -> int:
        return len({c.module for c in component.module.calls} & names) if component.module is not None else 0

    return max(ledger.plan.existing, key=calls, default=None)


def _domain(ledger: Ledger) -> str:
    """Who does the work: the feature's own module, else the first module of today that carries such a requirement."""
    plan = ledger.plan
    wanted = plan.asking("compute", "query", "copy", "integrate", "cache")
    asked = [r for r in wanted if not ledger.is_boundary(r)]
    owner = next((c for c in plan.fresh if c.layer == "context" and c.requirements), None)
    if owner is not None:
        asked = [r for r in asked if r in owner.requirements] or list(owner.requirements)
    if not asked:
        return ""
    inner = [c for c in plan.components if c.layer not in {"live_view", "component"}]
    owner = owner or next((c for c in inner if asked[0] in c.requirements), None)
    owner = owner or next((c for c in inner if c.layer == "context"), None)
    name = code(owner.name) if owner else "The domain layer"
    rest = f"; {some(asked[1:], 4)} {'follows' if len(asked) == 2 else 'follow'} the same way" if len(asked) > 1 else ""
    what = lower_first(ledger.short(asked[0], 16))
    return f"{name} does the work: {what}{rest}.{ledger.cite(asked[0], owner.key if owner else '')}"


def _write(ledger: Ledger) -> str:
    plan = ledger.plan
    if not plan.storage.migrates:
        return ""
    asked = [r for r in plan.storage.requirements if plan.kinds.get(r)] or list(plan.asking("persist"))
    what = f": {lower_first(ledger.short(asked[0], 16))}" if asked else ""
    return f"One transaction writes `{plan.storage.table}`{what}.{ledger.cite(*asked[:2], *plan.storage.basis)}"


def _pressure(ledger: Ledger) -> list[str]:
    """Where work piles up first, and what holds it back."""
    plan, lines = ledger.plan, []
    events = ledger.new_events
    if events:
        names = listed(f"`{event.name}`" for event in events[:3])
        lines.append(
            f"{names} can be sent as fast as a person clicks; the client waits for the reply "
            f"before it sends the next.{ledger.cite(*(e.requirement for e in events))}"
        )
    if plan.runtime.jobs:
        lines.append(
            f"The queue's concurrency bounds the jobs of {some(list(plan.runtime.jobs), 3)}; the "
            f"request only inserts.{ledger.cite(*plan.runtime.jobs)}"
        )
    bounded = [
        n
        for n in ledger.pack.nonfunctional
        if any(q.unit in {"rows", "users", "rps", "MB", "KB", "items"} for q in n.quantities)
    ]
    lines += [f"Bound given: {clip(plain(n.text), 24)}.{ledger.cite(place_key(n.place))}" for n in bounded[:2]]
    if not lines:
        asked = [r.id for r in ledger.pack.requirements][:1]
        lines.append(
            f"Each call{_of_lead(ledger)} runs in its caller's process and ends with it, so no "
            f"mailbox can grow.{ledger.cite(*asked)}"
        )
    return lines


def _of_lead(ledger: Ledger) -> str:
    """The component that carries most, as a part of a sentence."""
    return f" of {code(ledger.plan.existing[0].name)}" if ledger.plan.existing else ""


def draft_lifecycle(ledger: Ledger) -> str:
    """What is supervised: new jobs and caches under what is there, or the reason for no new process."""
    return bullets([*_processes(ledger), *_isolation(ledger), *ledger.advice("4.3")])


def _processes(ledger: Ledger) -> list[str]:
    runtime, lines = ledger.plan.runtime, []
    worker = next((c for c in ledger.plan.fresh if c.layer == "worker"), None)
    if worker is not None:
        lines.append(
            f"{code(worker.name)} runs under the Oban instance that the application starts"
            f"{_queue(ledger)}; no supervisor is added."
            f"{ledger.cite(*runtime.jobs, _child_key(ledger, 'Oban'))}"
        )
    for process in runtime.processes[:3]:
        child = _child_of(ledger, process.name)
        where = "is supervised by the application" if child else "is started elsewhere"
        lines.append(
            f"{code(process.name)} {where} and keeps its restart strategy."
            f"{ledger.cite(child or code_key(process.path, process.line))}"
        )
    if worker is None and not runtime.jobs:
        if runtime.no_job is not None:
            lines.insert(
                0,
                f"No new process; the pack says so: {lower_first(clip(runtime.no_job.text, 24))}."
                f"{ledger.cite(*runtime.no_job.evidence)}",
            )
        else:
            asked = [r.id for r in ledger.pack.requirements][:2]
            reason = "no requirement asks for work outside the request, for a timer or for shared memory"
            lines.insert(0, f"No new process: {reason}.{ledger.cite(*asked, _application_key(ledger), most=2)}")
    return lines


def _queue(ledger: Ledger) -> str:
    """The queue a new worker would use: that of a neighbouring worker, else one of the checkout's."""
    for worker in ledger.plan.runtime.workers:
        if "queue:" in worker.options:
            queue = worker.options.split("queue:", 1)[1].strip().split(",")[0].strip(" :")
            return f", on the queue `{queue}` that {code(worker.name)} uses"
    return ""


def _child_key(ledger: Ledger, word: str) -> str:
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            if word in (child.module or child.text):
                return code_key(module.path, child.line)
    return ""


def _child_of(ledger: Ledger, name: str) -> str:
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            if child.module == name or name in child.text:
                return code_key(module.path, child.line)
    return ""


def _application_key(ledger: Ledger) -> str:
    module = next(iter(ledger.code.of_kind("application")), None)
    return code_key(module.path, module.line) if module is not None else ""


def _isolation(ledger: Ledger) -> list[str]:
    """What a failure takes with it."""
    view = next((c for c in ledger.plan.of_layer("live_view") if not c.new), None)
    if view is not None:
        basis = ledger.cite(view.key, *view.requirements[:1])
        return [
            f"A crash in {code(view.name)} ends one person's session page; it mounts again from durable state.{basis}"
        ]
    return []
