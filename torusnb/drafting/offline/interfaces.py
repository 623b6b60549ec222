"""Section 5: routes, LiveView events and assigns, messages between processes."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import is_component, takes_events
from torusnb.drafting.offline.homes import FUNCTION
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.queueing import timed_work
from torusnb.drafting.offline.signatures import head_of_today, tell_contract, tell_heads
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    labelled,
    listed,
    lower_first,
    paragraphs,
    plain,
    some,
)  # fmt: skip
from torusnb.models.behaviour import Behaviour
from torusnb.models.codebase import Route
from torusnb.models.modules import Function, Module

_MOST_CONTRACTS, _MOST_FUNCTIONS = 7, 6


def draft_interfaces(ledger: Ledger) -> str:
    """The contracts that the pack writes down, and the functions it names besides, each there today or new."""
    contracts = ledger.given("5")[:_MOST_CONTRACTS]
    lines = [tell_contract(ledger, contract) for contract in contracts]
    written = " ".join(c.text for c in ledger.given("5"))
    named = _told_together(
        {span: _named(ledger, span, said) for span, said in named_functions(ledger).items() if span not in written}
    )
    heads = tell_heads(ledger, f"{written} {' '.join(named)}")
    if lines or named or heads:
        return paragraphs(
            labelled("Contracts the pack names", bullets(lines)),
            labelled("Functions the pack speaks of", bullets(named[:_MOST_FUNCTIONS])),
            labelled("Signatures on the path of 4.2", bullets(heads)),
        )
    lead = [c for c in ledger.plan.existing if c.functions][:3]
    names = listed(f"{code(c.functions[0].name + '/' + str(c.functions[0].arity))} of {code(c.name)}" for c in lead)
    keys = [code_key(c.path, c.functions[0].line) for c in lead]
    if lead:
        return f"The contracts to keep are {names}.{ledger.cite(*keys)}"
    asks = [r.id for r in ledger.pack.requirements[:1]]
    return f"Which functions carry the change is settled with the places of section 4.1.{ledger.cite(*asks)}"


def _told_together(told: dict[str, str]) -> list[str]:
    """The functions with what is said of each; new ones of which the pack says the same share a line."""
    shared: dict[tuple[str, str], list[str]] = {}
    for span, text in told.items():
        said = text.removeprefix(code(span))
        shared.setdefault((said, "" if said.startswith(" (new)") else span), []).append(span)
    return [f"{listed(code(span) for span in spans)}{said}" for (said, _), spans in shared.items()]


def named_functions(ledger: Ledger) -> dict[str, list[Placed]]:
    """Each function that statements name with its arity, or by a name that only code has, with those statements."""
    found: dict[str, list[Placed]] = {}
    for placed in ledger.placed:
        for match in FUNCTION.finditer(f"{placed.flow} {placed.label} {placed.text}"):
            span = match.group(0).strip("`")
            if re.search(r"^[\w.]+[?!]?/\d$|^\w*_\w*\(", span) and placed not in found.setdefault(span, []):
                found[span].append(placed)
    return found


def _named(ledger: Ledger, span: str, said: list[Placed]) -> str:
    """A function that the pack speaks of: where it is today, or that it is new, and where its steps stand."""
    place = _function_of_today(ledger, span)
    steps = "; its steps are the flow of 4.2" if any(span in placed.flow for placed in said) else ""
    keys = [key for placed in said for key in placed.keys][:2]
    if place is not None:
        module, function = place
        basis = ledger.cite(code_key(module.path, function.line), *keys[:1])
        body = next((b for b in ledger.context.behaviours if (b.path, b.line) == (module.path, function.line)), None)
        if body is not None:
            callers, lines = _callers(ledger, body)
            basis = ledger.cite(code_key(module.path, function.line), *lines[:1], *keys[:1])
            return f"{code(span)} is there today: {head_of_today(body)}{callers}{steps}.{basis}"
        return f"{code(span)} is there today in {code(module.name)}{steps}.{basis}"
    if any(re.search(rf"\b(?:existing|current|today's) {re.escape(code(span))}", placed.text) for placed in said):
        unseen = "the pack calls it existing; no module outlined here has it, so look it up before it is relied on"
        return f"{code(span)}: {unseen}{steps}.{ledger.cite(*keys)}"
    what = "" if steps else f": {lower_first(in_short(said[0].text))}"
    return f"{code(span)} (new){steps or what}.{ledger.cite(*keys[:1])}"


def _callers(ledger: Ledger, function: Behaviour) -> tuple[str, list[str]]:
    """Who calls a function among those that were read, in words, and the lines of the calls."""
    found = {
        f"{other.module}.{other.name}/{other.arity}": code_key(other.path, call.line)
        for other in ledger.context.behaviours
        for clause in other.clauses
        for call in clause.calls
        if (call.module, call.name) == (function.module, function.name) and other.name != function.name
    }
    return (f"; called by {some([code(name) for name in found], 4)}" if found else ""), list(found.values())


def _function_of_today(ledger: Ledger, span: str) -> tuple[Module, Function] | None:
    """The outlined public function that a call of that name and arity reaches, defaults counted.

    A module that the span names is the one; otherwise it lies in a module of the plan, its context, or the waypoints.
    """
    name, slash, arity = re.sub(r"\(.*$", "", span).partition("/")
    owner, _, bare = name.rpartition(".")
    own = [component.name for component in ledger.plan.existing]
    near = [*own, *ledger.named, *(w.module for w in ledger.context.waypoints)]
    context = ledger.plan.context
    found = [
        (m, f)
        for m in ledger.code.modules.values()
        for f in m.functions
        if f.public and f.name == bare and (not slash or f.arity - f.defaults <= int(arity) <= f.arity)
        and (m.name in near or owner or (context and m.name.startswith(context)))
        and (not owner or m.name == owner or m.name.endswith(f".{owner}"))
    ]  # fmt: skip
    return min(found, key=lambda pair: (pair[0].name not in own, not pair[0].name.startswith(context), pair[0].name),
               default=None)  # fmt: skip


def draft_http(ledger: Ledger) -> str:
    """Routes that lead to touched controllers and what changes there, or why no HTTP interface is touched."""
    controllers = [c for c in ledger.plan.of_layer("controller") if not c.new]
    routes = [r for r in ledger.routes if r.verb != "LIVE"]
    lines = _routes(ledger, routes[:5])
    for component in controllers[:2]:
        needs = [ledger.named_in(r) for r in component.requirements[:3]]
        actions = listed(code(f"{f.name}/{f.arity}") for f in component.functions[:3])
        at = f" in {actions}" if actions else ""
        lines.append(
            f"{code(component.name)} changes{at} for {listed(needs)}; parameters are validated "
            "before the domain call, and a refusal answers 4xx with a stable reason."
            f"{ledger.cite(component.key, *component.requirements[:1])}"
        )
    advice = ledger.advice("5.1") if lines else []
    if lines:
        return bullets([*lines, *advice])
    best = [w.key for w in ledger.context.waypoints[:1]]
    asks = [r.id for r in ledger.pack.requirements[:1]]
    return (
        "Not applicable: no requirement asks for an HTTP interface, and no controller is among the "
        f"modules this feature touches.{ledger.cite(*asks, *best)}"
    )


def _routes(ledger: Ledger, routes: list[Route]) -> list[str]:
    """One line for each controller with its routes."""
    by_module: dict[str, list[Route]] = {}
    for route in routes:
        by_module.setdefault(route.module, []).append(route)
    lines = []
    for module, found in by_module.items():
        names = listed(f"`{route.verb} {route.path}`" for route in found)
        keys = [code_key(route.file, route.line) for route in found]
        leads = "leads" if len(found) == 1 else "lead"
        lines.append(f"{names} {leads} to {code(module)}.{ledger.cite(*keys, most=2)}")
    return lines


def draft_live_view(ledger: Ledger) -> str:
    """For each view its events, new ones in its style, assigns and topics; none where the pack wants no screen."""
    denied = ledger.denied("5.2")
    if denied is not None:
        return f"Not applicable: {lower_first(in_short(denied.text))}.{ledger.cite(*denied.keys)}"
    views = [c for c in ledger.plan.of_layer("live_view", "component") if not c.new and c.module is not None]
    blocks = [block for view in views[:4] if (block := _view(ledger, view))]
    topics = _topics(ledger)
    routes = [
        f"`{r.path}` mounts {code(r.module)}"
        f"{f' in the live session `{r.live_session}`' if r.live_session else ''}."
        f"{ledger.cite(code_key(r.file, r.line))}"
        for r in ledger.routes
        if r.verb == "LIVE"
    ][: 1 if ledger.given("5.2") else 3]
    shown = [v for v in views if v.layer == "component" and v.module is not None and is_component(v.module)]
    quiet = [v for v in shown if v.module is not None and not takes_events(v.module)][:3]
    if quiet:
        names = listed(code(v.name) for v in quiet)
        told = "takes its data as attributes and hands" if len(quiet) == 1 else "take their data as attributes and hand"
        blocks.append(
            f"{names} {told} events to the LiveView that renders {'it' if len(quiet) == 1 else 'them'}."
            f"{ledger.cite(*(v.key for v in quiet[:2]))}"
        )
    lines = [*routes, *blocks, *topics, *(ledger.advice("5.2") if blocks else [])]
    if lines:
        return bullets(lines)
    asks = list(ledger.plan.asking("render"))[:1] or [r.id for r in ledger.pack.requirements[:1]]
    best = [w.key for w in ledger.context.waypoints[:1]]
    return (
        "Not applicable: no LiveView and no component is among the modules this feature touches."
        f"{ledger.cite(*asks, *best)}"
    )


def _topics(ledger: Ledger) -> list[str]:
    """PubSub topics at hand, each module and direction once."""
    found: dict[tuple[str, str, str], str] = {}
    own = {component.name for component in ledger.plan.existing}
    for module, use in (pair for pair in ledger.plan.runtime.topics if pair[0].name in own):
        verb = "subscribes to" if use.kind == "subscribe" else "broadcasts on"
        text = f"{code(module.name)} {verb} {code(use.name)}.{ledger.cite(code_key(module.path, use.line))}"
        found.setdefault((module.name, use.kind, use.name), text)
    return list(found.values())[:3]


def _view(ledger: Ledger, view: Component) -> str:
    module = view.module
    if module is None:
        return ""
    events = list(dict.fromkeys(u.name for u in module.callbacks if u.kind == "handle_event" and u.name))
    added = [e for e in ledger.new_events if e.component == view.name]
    parts = []
    near = [e.name for e in view.events] or (events if added else [])
    if near:
        parts.append(f"handles {some([f'`{name}`' for name in near], 4)} today")
    if added:
        told = listed(f"`{e.name}` for {e.requirement}" for e in added)
        parts.append(f"gets {told}")
    if not parts:
        return ""
    assigns = sorted({w for e in added for w in [e.name.replace("-", "_").replace(".", "_").split("_", 1)[-1]]})
    tail = f"; assigns touched: {listed(f'`@{name}`' for name in assigns[:3])}" if assigns else ""
    keys = [code_key(view.path, u.line) for u in view.events[:1]] or [view.key]
    return f"{code(view.name)} {listed(parts)}{tail}.{ledger.cite(*(e.requirement for e in added[:1]), *keys)}"


def draft_processes(ledger: Ledger) -> str:
    """Messages of the processes that are touched and the arguments of jobs, or why there are none."""
    lines = []
    for process in ledger.plan.processes[:2]:
        calls = list(
            dict.fromkeys(u.name for u in process.callbacks if u.kind in {"handle_call", "handle_cast"} and u.name)
        )
        if calls:
            lines.append(
                f"{code(process.name)} answers {some([code(clip(plain(c), 6)) for c in calls], 4)}"
                "; these messages keep their shape."
                f"{ledger.cite(code_key(process.path, process.line))}"
            )
    for worker in ledger.plan.of_layer("worker")[:2]:
        options = worker.module.options if worker.module is not None else ""
        told = f" ({code(options)})" if options else ""
        asked = some(list(worker.requirements), 3)
        lines.append(
            f"Pass identifiers to {code(worker.name)}{told}, never loaded records, for {asked}."
            f"{ledger.cite(worker.key, *worker.requirements[:1])}"
        )
    own = ledger.cache_owner
    if own is not None:
        lines.append(
            f"{code(own.name)} is reached through its functions alone; no caller sends a message to the process that "
            f"owns its entries.{ledger.cite(own.key)}"
        )
    if lines:
        return bullets([*lines, *ledger.advice("5.3")])
    runtime = ledger.plan.runtime
    if runtime.waiting and not runtime.jobs:
        asked = some(list(runtime.waiting), 3)
        told = "`{ref, result}` when it is done and `{:DOWN, ref, :process, pid, reason}` when it ends without one"
        return (
            f"The task of section 4.3 for {asked} answers its caller with {told}; a message whose reference is not the "
            f"one awaited is dropped.{ledger.cite(*runtime.waiting)}"
        )
    if runtime.no_job is not None:
        return f"Not applicable: the pack rules a process out.{ledger.cite(*runtime.no_job.evidence)}"
    timed = timed_work(ledger.pack)
    if timed is not None:
        return f"The job of section 4.3 takes identifiers, never loaded records.{ledger.cite(*timed.evidence)}"
    asks = [r.id for r in ledger.pack.requirements[:2]]
    basis = ledger.cite(*asks, *(c.key for c in ledger.plan.existing[:1]), most=2)
    return (
        "Not applicable: no requirement asks for a process, a registry or a pipeline, and none is among the modules "
        f"touched.{basis}"
    )
