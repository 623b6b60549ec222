"""Section 4.2: who owns which state, how a message travels, where load is held back."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import takes_events
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.journey import draft_journey
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.queueing import queued_today
from torusnb.drafting.offline.storage import CONTENT
from torusnb.drafting.offline.telling import tell_flows
from torusnb.drafting.offline.wording import bullets, clip, code, labelled, listed, lower_first, paragraphs, plain, some
from torusnb.drafting.offline.work import words_of

_CONDITION = re.compile(r"\b(?:only (?:when|if)|enabled|rollout|flags?)\b", re.IGNORECASE)
"""Words of a requirement that says when the feature is there, not what it does."""
_CONSTRAINT = re.compile(r"(?:keep|maintain|ensure|preserve|make|avoid|include|document)\b", re.IGNORECASE)
"""How a requirement begins that bounds the work and is no step of it."""
_REFUSES = re.compile(
    r"\b(?:reject\w*|refus\w*|invalid|malformed|block\w*|prevent\w*|disallow\w*|guard\w*|classif\w*|sanitiz\w*|"
    r"validat\w+ [^.;]{0,60}\b(?:inputs?|targets?|values?|payloads?|param\w*|fields?|requests?|references?))\b",
    re.IGNORECASE,
)
"""What a requirement says that turns something away; `validate the integration` asks for tests."""
_DENIES = re.compile(r"\b(?:makes?|has|have|performs?) no\b", re.IGNORECASE)
"""A requirement that forbids a call is no step of the flow."""
_OUTER = frozenset({"live_view", "component", "controller"})


def draft_flow(ledger: Ledger) -> str:
    """Ownership of state, the flows that the pack gives or else the main one, and where load is held back."""
    return paragraphs(
        draft_journey(ledger),
        labelled("Ownership of state", bullets(_owners(ledger))),
        tell_flows(ledger) or _main_flow(ledger),
        labelled("Backpressure", bullets([*_pressure(ledger), *ledger.advice("4.2")])),
    )


def _main_flow(ledger: Ledger) -> str:
    """The steps by the components of the plan; a single one is a call, and no flow."""
    steps = _steps(ledger)
    if ledger.ways:
        changed = "\n".join(f"{n}. {step}" for n, step in enumerate(steps, start=1))
        return labelled("What the change does on it", changed)
    if len(steps) > 1 or (steps and ledger.denied("5.2") is None):
        return labelled("Main flow", "\n".join(f"{n}. {step}" for n, step in enumerate(steps, start=1)))
    owner = next(iter((*ledger.plan.fresh, *ledger.plan.existing)), None)
    elsewhere = ledger.elsewhere
    if owner is None and elsewhere is not None:
        told = (
            f"No message travels: a caller passes values to the code under `{elsewhere.path}` and gets its result back"
        )
        return bullets([f"{told}.{ledger.cite(elsewhere.key)}"])
    if owner is None:
        return ""
    asked = some(list(owner.requirements), 6) or "the whole feature"
    told = f"No message travels: a caller passes values to {code(owner.name)} and gets its result back, for {asked}"
    return bullets([f"{told}.{ledger.cite(owner.key, *owner.requirements[:1])}"])


def _owners(ledger: Ledger) -> list[str]:
    storage, runtime, lines = ledger.plan.storage, ledger.plan.runtime, []
    if storage.migrates:
        tables = [code(change.table) for change in storage.changes]
        columns = list(dict.fromkeys(code(f.name) for f in storage.fields))[:4] if len(tables) == 1 else []
        held = f" ({listed(columns)})" if columns else ""
        verb = "is" if len(tables) == 1 else "are"
        lines.append(
            f"{some(tables, 4)} {verb} the only durable home of the feature's state{held}.{ledger.cite(*storage.basis)}"
        )
    elif storage.mode == CONTENT:
        fields = listed(code(f.name) for f in storage.fields[:4]) or "what the feature adds"
        lines.append(
            f"The authored JSON owns {fields}; a revision carries it from authoring to delivery."
            f"{ledger.cite(*storage.basis)}"
        )
    elif storage.requirements or ledger.plan.asking("copy"):
        kept = storage.requirements or ledger.plan.asking("copy")
        verb = "keeps" if len(kept) == 1 else "keep"
        lines.append(f"What {some(list(kept), 3)} {verb} lies in rows of today's tables.{ledger.cite(*kept)}")
    lines += _screens(ledger)
    own = ledger.cache_owner
    if own is not None:
        lines.append(
            f"{code(own.name)} owns the entries in memory; they are copies that may be lost, and the source is read "
            f"again on a miss.{ledger.cite(*runtime.caching, own.key)}"
        )
    for cache in runtime.caches[:2]:
        if runtime.caching and own is None:
            lines.append(
                f"`{cache.name}`, reached through {code(cache.module)}, holds copies only.{ledger.cite(cache.key)}"
            )
    return lines


def _screens(ledger: Ledger) -> list[str]:
    """The state that lives with a page and goes with it."""
    lines: list[str] = []
    if ledger.denied("5.2") is not None:
        return []
    shown = [c for c in ledger.plan.of_layer("live_view", "component") if not c.new]
    views = [c for c in shown if c.module is None or takes_events(c.module)][:2]
    passed = [c for c in shown if c not in views and c.module is not None and not takes_events(c.module)][:2]
    if views:
        names = listed(code(c.name) for c in views)
        asked = some(list(dict.fromkeys(r for c in views for r in c.requirements)), 3)
        verb = "own" if len(views) > 1 else "owns"
        lines.append(
            f"{names} {verb} what is only on screen for {asked}; it may be lost on reconnect.{_keys(ledger, views)}"
        )
    if passed:
        names, verb = listed(code(c.name) for c in passed), "shows" if len(passed) == 1 else "show"
        kind = "it owns" if len(passed) == 1 else "they own"
        lines.append(f"{names} {verb} what the caller passes; {kind} no state.{_keys(ledger, passed)}")
    return lines


def _keys(ledger: Ledger, components: list[Component]) -> str:
    return ledger.cite(*(component.key for component in components))


def _steps(ledger: Ledger) -> list[str]:
    """The way of one action from the edge to storage and back, by the components of the plan."""
    plan, steps = ledger.plan, []
    steps.append(_entry(ledger))
    gate = [r for r in plan.asking("authorize") if not _DENIES.search(plain(ledger.requirement(r).text))]
    if gate:
        steps.append(
            f"Access is decided before anything is read: {lower_first(ledger.short(gate[0], 16))}.{ledger.cite(*gate)}"
        )
    check = [r for r, kinds in plan.kinds.items() if kinds[0] == "validate" and r not in gate]
    check = [r for r in check if not ledger.is_boundary(r) and _REFUSES.search(plain(ledger.requirement(r).text))]
    if check:
        steps.append(f"Input is checked first: {lower_first(ledger.short(check[0], 16))}.{ledger.cite(*check)}")
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
    drawn = plan.asking("render") if ledger.denied("5.2") is None else ()
    show = [r for r in drawn if any(m.layer in web for m in plan.matches.get(r, ())[:1])]
    show = [r for r in show if plan.kinds[r][0] == "render" and not ledger.is_boundary(r)]
    if show:
        view = plan.matches[show[0]][0]
        show = [r for r in show if plan.matches[r][0].module.name == view.module.name]
        steps.append(
            f"{code(view.module.name)} renders the result for {some(show, 3)}: "
            f"{lower_first(ledger.short(show[0], 16))}.{ledger.cite(show[0], view.key)}"
        )
    return [step for step in steps if step]


def _entry(ledger: Ledger) -> str:
    """Where an action comes in: a route, a view or controller, or the module that calls most of the others.

    Nowhere when the path of today told it already, or the pack rules a screen out: callers come in as they always did.
    """
    if ledger.denied("5.2") is not None or ledger.ways:
        return ""
    own = {component.name for component in ledger.plan.existing} | ledger.named
    route = next((route for route in ledger.routes if route.module in own), None)
    if route is not None:
        verb = "opens" if route.verb == "LIVE" else "calls"
        basis = ledger.cite(code_key(route.file, route.line))
        return f"A person or client {verb} `{route.path}`, served by {code(route.module)}.{basis}"
    if ledger.entry is not None and ledger.entry.module in own:
        return f"The flow enters at {code(ledger.entry.module)}.{ledger.cite(ledger.entry.key)}"
    first = _caller(ledger)
    if first is None or not _calls(first, ledger):
        return ""
    return f"The flow enters at {code(first.name)} with {some(list(first.requirements), 3)}.{ledger.cite(first.key)}"


def _caller(ledger: Ledger) -> Component | None:
    return max(ledger.plan.existing, key=lambda component: _calls(component, ledger), default=None)


def _calls(component: Component, ledger: Ledger) -> int:
    """How many other components a component calls."""
    names = {other.name for other in ledger.plan.existing} - {component.name}
    return len({c.module for c in component.module.calls} & names) if component.module is not None else 0


def _domain(ledger: Ledger) -> str:
    """Who does the work: the feature's own module, else the module of today that best answers such a requirement."""
    plan = ledger.plan
    work = {"compute", "query", "copy", "integrate", "cache"}
    asked = [r for r, kinds in plan.kinds.items() if set(kinds[:2]) & work and not ledger.is_boundary(r)]
    asked.sort(key=lambda r: (plan.kinds[r][0] not in work, _CONDITION.search(ledger.requirement(r).text) is not None))
    owner = next((c for c in plan.fresh if c.layer == "context" and c.requirements), None)
    if owner is not None:
        asked = [r for r in asked if r in owner.requirements] or list(owner.requirements)
    else:
        inner = [c for c in plan.existing if c.layer not in _OUTER and not (c.module and serves_all(c.module))]
        owner = next((c for r in asked for c in inner if r in c.requirements), None)
        asked = [r for r in asked if owner is not None and r in owner.requirements]
    asked = [r for r in asked if not _CONSTRAINT.match(plain(ledger.requirement(r).text))] or asked[:1]
    if owner is None or not asked or (not owner.new and _CONSTRAINT.match(plain(ledger.requirement(asked[0]).text))):
        return ""
    told = some([ledger.named_in(asked[0], 16), *asked[1:]], 4)
    return f"{code(owner.name)} answers {told}.{ledger.cite(asked[0], owner.key)}"


def _write(ledger: Ledger) -> str:
    plan = ledger.plan
    if not plan.storage.migrates:
        return ""
    asked = _asking_for(ledger, plan.storage.table)
    what = f": {lower_first(ledger.short(asked[0], 16))}" if asked else ""
    return f"One transaction writes `{plan.storage.table}`{what}.{ledger.cite(*asked[:2], *plan.storage.basis)}"


def _asking_for(ledger: Ledger, table: str) -> list[str]:
    """The requirements that want rows of a table, those first that share most words with its name.

    For a new table one that shares fewer than two words is none of them: a pack asks for more to be kept than one
    table holds. For a table of today that gains columns it has to speak a word of theirs.
    """
    plan = ledger.plan
    asked = [r for r in plan.storage.requirements if plan.kinds.get(r)] or list(plan.asking("persist"))
    fresh = next((change for change in plan.storage.changes if change.new and change.table == table), None)
    grown = next((change for change in plan.storage.changes if change.table == table and change.fields), None)
    if fresh is None and grown is not None:
        named = set(words_of(" ".join(field.name for field in grown.fields)))
        return [
            r for r in asked if named & set(words_of(plain(ledger.requirement(r).text or ledger.requirement(r).title)))
        ]
    if fresh is None:
        return asked
    wanted = set(words_of(table.replace("_", " ")))

    def shared(requirement: str) -> int:
        spoken = ledger.requirement(requirement)
        return len(wanted & set(words_of(plain(f"{spoken.title} {spoken.text}"))))

    ranked = sorted((r for r in asked if r != fresh.key and shared(r) > 1), key=lambda r: -shared(r))
    return [fresh.key, *ranked] if fresh.key in plan.kinds else ranked


def _pressure(ledger: Ledger) -> list[str]:
    """Where work piles up first, and what holds it back."""
    plan, lines = ledger.plan, []
    events = ledger.new_events
    if events:
        names = listed(f"`{event.name}`" for event in events[:3])
        lines.append(
            f"{names} can be sent again before the last one is answered; the client waits for the reply "
            f"first.{ledger.cite(*(e.requirement for e in events))}"
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
    outside = [r for r in ledger.outside if r not in (*plan.runtime.jobs, *plan.runtime.waiting)]
    today = queued_today(ledger) if outside and not plan.runtime.jobs else None
    if today is not None:
        lines.append(
            f"{today[0]}: what nobody waits for in {some(outside, 3)} goes that way, the rest within a timeout."
            f"{ledger.cite(today[1], *outside)}"
        )
    elif outside and not plan.runtime.jobs:
        lines.append(
            f"{some(outside, 3)} {'waits' if len(outside) == 1 else 'wait'} for another system inside the caller's "
            f"process: a timeout bounds the wait, and a limit on calls at a time bounds their number."
            f"{ledger.cite(*outside)}"
        )
    return lines
