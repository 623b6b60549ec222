"""Section 5: routes, LiveView events and assigns, messages between processes."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.decisions import takes_events
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, clip, code, labelled, listed, plain, some
from torusnb.models.codebase import Route
from torusnb.models.requirements import Statement

_HTTP = re.compile(
    r"\b(?:json api|REST|endpoints?|(?:GET|POST|PUT|PATCH|DELETE)\s+`?/|webhooks?|controllers?|"
    r"request parameters?|query param\w*)\b|`(?:(?:GET|POST|PUT|PATCH|DELETE) )?/[\w:/.-]+`"
)
_CALLABLE = re.compile(r"`[^`\n]*\([^`\n]*\)[^`\n]*`|`[A-Z][\w.]+/\d`|`[a-z_?!]+/\d`")


def draft_interfaces(ledger: Ledger) -> str:
    """One sentence on what the interfaces rest on, and the contracts that the pack itself writes down."""
    contracts = [s for s in (*ledger.pack.interface_notes, *ledger.pack.data_notes) if _CALLABLE.search(s.text)]
    lines = [f"{ledger.said(s.text, 26)}.{ledger.cite(place_key(s.place))}" for s in _once(contracts)[:6]]
    if lines:
        return labelled("Contracts the pack names", bullets(lines))
    lead = [c for c in ledger.plan.existing if c.functions][:3]
    names = listed(f"{code(c.functions[0].name + '/' + str(c.functions[0].arity))} of {code(c.name)}" for c in lead)
    keys = [code_key(c.path, c.functions[0].line) for c in lead]
    return f"The pack names no function; the contracts to keep are {names}.{ledger.cite(*keys)}" if lead else ""


def _once(statements: list[Statement]) -> list[Statement]:
    return list({plain(s.text): s for s in statements}.values())


def draft_http(ledger: Ledger) -> str:
    """Routes that lead to touched controllers and what changes there, or why no HTTP interface is touched."""
    controllers = [c for c in ledger.plan.of_layer("controller") if not c.new]
    routes = [r for r in ledger.routes if r.verb != "LIVE"]
    asked = [s for s in (*ledger.pack.interface_notes, *ledger.pack.data_notes) if _HTTP.search(plain(s.text))]
    lines = _routes(ledger, routes[:5])
    for component in controllers[:2]:
        needs = [f"{r} ({ledger.short(r, 10)})" for r in component.requirements[:3]]
        actions = listed(code(f"{f.name}/{f.arity}") for f in component.functions[:3])
        at = f" in {actions}" if actions else ""
        lines.append(
            f"{code(component.name)} changes{at} for {listed(needs)}; parameters are validated "
            "before the domain call, and a refusal answers 4xx with a stable reason."
            f"{ledger.cite(component.key, *component.requirements[:1])}"
        )
    lines += [f"The pack says: {ledger.said(s.text, 24)}.{ledger.cite(place_key(s.place))}" for s in _once(asked)[:3]]
    advice = ledger.advice("5.1") if lines else []
    if lines:
        return bullets([*lines, *advice])
    best = [w.key for w in ledger.context.waypoints[:1]]
    asks = [r.id for r in ledger.pack.requirements[:1]]
    return (
        "Not applicable: no requirement asks for an HTTP interface, and no controller is among the "
        f"waypoints.{ledger.cite(*asks, *best)}"
    )


def _routes(ledger: Ledger, routes: list[Route]) -> list[str]:
    """One line for each controller with its routes, whose path and pipeline stay."""
    by_module: dict[str, list[Route]] = {}
    for route in routes:
        by_module.setdefault(route.module, []).append(route)
    lines = []
    for module, found in by_module.items():
        names = listed(f"`{route.verb} {route.path}`" for route in found)
        keys = [code_key(route.file, route.line) for route in found]
        leads = "leads" if len(found) == 1 else "lead"
        lines.append(f"{names} {leads} to {code(module)}; path and pipeline stay.{ledger.cite(*keys, most=2)}")
    return lines


def draft_live_view(ledger: Ledger) -> str:
    """For each view: its events at hand, the new ones in its style, assigns and topics."""
    views = [c for c in ledger.plan.of_layer("live_view", "component") if not c.new and c.module is not None]
    blocks = [block for view in views[:4] if (block := _view(ledger, view))]
    topics = _topics(ledger)
    routes = [
        f"`{r.path}` mounts {code(r.module)}"
        f"{f' in the live session `{r.live_session}`' if r.live_session else ''}."
        f"{ledger.cite(code_key(r.file, r.line))}"
        for r in ledger.routes
        if r.verb == "LIVE"
    ][:3]
    quiet = [v for v in views if v.layer == "component" and v.module is not None and not takes_events(v.module)][:3]
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
    for module, use in ledger.plan.runtime.topics:
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
            f"{code(worker.name)}{told} takes identifiers only, never loaded records, for {asked}."
            f"{ledger.cite(worker.key, *worker.requirements[:1])}"
        )
    if lines:
        return bullets([*lines, *ledger.advice("5.3")])
    runtime = ledger.plan.runtime
    if runtime.no_job is not None:
        return f"Not applicable: the pack rules a process out.{ledger.cite(*runtime.no_job.evidence)}"
    asks = [r.id for r in ledger.pack.requirements[:2]]
    basis = ledger.cite(*asks, *(c.key for c in ledger.plan.existing[:1]), most=2)
    return (
        "Not applicable: no requirement asks for a process, a registry or a pipeline, and none is among the modules "
        f"touched.{basis}"
    )
