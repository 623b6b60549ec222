"""Section 9: budgets from the pack's numbers, and the load test that checks them."""

from __future__ import annotations

import re

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.measures import measure, split_targets
from torusnb.drafting.offline.retention import keeps_or_hides
from torusnb.drafting.offline.storage import CONTENT, NONE
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    listed,
    lower_first,
    paragraphs,
    plain,
    sentence,
)
from torusnb.drafting.offline.work import words_of
from torusnb.models.behaviour import Behaviour
from torusnb.models.requirements import NonFunctional, Quantity
from torusnb.spec.budgets import (
    deciding_quantity,
    general_targets,
    is_rate,
    job_deadlines,
    latency_targets,
    load_given,
    no_load_statement,
    rate_targets,
    target_words,
)
from torusnb.spec.durations import latency_quantities
from torusnb.spec.quantities import parse_quantities

_MOST_ROWS = 12
_LEAST_SPOKEN = 2
"""Words that a function and a target share before the target is about it."""
_LOAD = re.compile(r"\b(?:load|throughput|concurren\w+|peak|scale[sd]?|per second|many users)\b", re.IGNORECASE)


def draft_performance(ledger: Ledger) -> str:
    """The posture in one sentence: which path is hot, and what bounds it."""
    targets = latency_targets(ledger.pack)
    hot = hot_path(ledger)
    if targets:
        return (
            f"The number that decides is {target_words(targets[0])} for {lower_first(measure(targets[0]))}."
            f"{ledger.cite(place_key(targets[0].place))}"
        )
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        return (
            f"The pack sets no performance target: {lower_first(ledger.said(silent.text, 18))}. The "
            f"posture is that {hot} gets no slower.{ledger.cite(place_key(silent.place))}"
        )
    assumed = next((u for u in ledger.assumptions if u.topic == "latency"), None)
    said = next(iter(ledger.given("9.1")), None)
    if said is not None:
        told = f"{sentence(in_short(said.text))}{ledger.cite(*said.keys)}"
        if assumed is None:
            return f"{told} The pack gives no time for it."
        return (
            f"{told} The pack gives no time for it, so the budgets "
            f"below are assumptions for {hot}.{ledger.cite(assumed.id if assumed else '')}"
        )
    if assumed is None:
        asked = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        return f"The pack gives no latency number, and none is assumed.{asked}"
    return (
        f"The pack gives no latency number, so the budgets below are assumptions for {hot}."
        f"{ledger.cite(assumed.id if assumed else '')}"
    )


def hot_path(ledger: Ledger) -> str:
    """The path that is walked most: a route, else the way in, else a component; no page where none is wanted."""
    if ledger.denied("5.2") is not None:
        own = next(iter((*ledger.plan.fresh, *ledger.plan.existing)), None)
        return code(own.name) if own is not None else "the path of " + ledger.title
    page = next((c for c in ledger.plan.fresh if c.layer == "live_view"), None)
    if page is not None:
        return code(page.name)
    opened = next((route for route in ledger.routes if route.verb in {"GET", "LIVE"}), None)
    if opened is not None:
        return f"`{opened.path}`"
    if ledger.entry is not None:
        return code(ledger.entry.module)
    lead = next(iter((*ledger.plan.existing, *ledger.plan.fresh)), None)
    return code(lead.name) if lead is not None else "the path of " + ledger.title


def draft_budgets(ledger: Ledger) -> str:
    """A table of measures with P50, P95 and P99, and the limits that are no latency."""
    targets, wider = latency_targets(ledger.pack), general_targets(ledger.pack)
    rows = [_row(ledger, part) for nfr in targets for part in _bounded(nfr)][:_MOST_ROWS]
    if not rows:
        assumed = next((u for u in ledger.assumptions if u.topic == "latency"), None)
        if assumed is not None:
            rows = [
                f"| Server work on {hot_path(ledger)} | 100 ms | 300 ms | 800 ms | assumed{ledger.cite(assumed.id)} |"
            ]
    if not rows and (silent := no_load_statement(ledger.pack)) is not None:
        return (
            f"No budget is set; today's timing of {hot_path(ledger)} is the bar that a release must "
            f"not lower.{ledger.cite(place_key(silent.place))}"
        )
    if not rows and not wider and not _limits(ledger):
        asked = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        return f"No budget in time is set: the pack gives none.{asked}"
    rows += [_row(ledger, part) for nfr in wider for part in _bounded(nfr)][: _MOST_ROWS - len(rows)]
    table = "\n".join(["| Measure | P50 | P95 | P99 | Basis |", "|---|---|---|---|---|", *rows]) if rows else ""
    return paragraphs(table, bullets(_limits(ledger)))


def _bounded(nfr: NonFunctional) -> list[NonFunctional]:
    """A statement as one for each clause that bounds a time, so that each number stands with what it measures."""
    quantities = latency_quantities(nfr)
    held: dict[str, list[Quantity]] = {}
    for clause in split_targets(nfr.text):
        for quantity in quantities:
            if quantity.text in clause and not any(quantity in found for found in held.values()):
                held.setdefault(clause.strip(), []).append(quantity)
    parts = [msgspec.structs.replace(nfr, text=text, quantities=tuple(found)) for text, found in held.items()]
    return parts if sum(len(found) for found in held.values()) == len(quantities) else [nfr]


def _row(ledger: Ledger, nfr: NonFunctional) -> str:
    cells: dict[str, str] = {}
    for quantity in latency_quantities(nfr):
        cells.setdefault(quantity.statistic.lower() or "p95", _figure(quantity))  # a bound for all holds the tail
    other = [f"{name} {value}" for name, value in cells.items() if name not in {"p50", "p95", "p99"}]
    named = measure(nfr) + (f" ({', '.join(other)})" if other else "")
    values = " | ".join(cells.get(name, "–") for name in ("p50", "p95", "p99"))
    basis = f"{'given for the whole epic' if nfr.general else 'given'}{ledger.cite(place_key(nfr.place))}"
    return f"| {sentence(named).rstrip('.').replace('|', '/')} | {values} | {basis} |"


def _figure(quantity: Quantity) -> str:
    number = f"{quantity.value:g} {quantity.unit}".strip()
    sign = "≤" if quantity.comparison in {"<=", ">", ""} else quantity.comparison.replace(">=", "≥")
    return f"{sign} {number}"  # a duration "over" a number is the threshold of an alert: the budget ends there


def _limits(ledger: Ledger) -> list[str]:
    """Numbers that are not latencies, and what they mean for queries."""
    lines: list[str] = []
    shown = {nfr.place for nfr in (*latency_targets(ledger.pack), *general_targets(ledger.pack))}
    for nfr in ledger.pack.nonfunctional:
        if nfr.quantities and nfr.place not in shown and not keeps_or_hides(nfr) and len(lines) < 4:
            lines.append(
                f"{plain(nfr.area) or 'Limit'}: {clip(plain(nfr.text), 22)}.{ledger.cite(place_key(nfr.place))}"
            )
    for late in job_deadlines(ledger.pack):
        told = f"{clip(plain(late.text), 22)}.{ledger.cite(place_key(late.place))}"
        lines.append(f"By when the work outside of the request is done ({late.id}): {told}")
    load, basis = _load(ledger)
    reads = ledger.plan.asking("query", "compute")
    rated = load_given(ledger.pack)
    counted = rated is not None and is_rate(rated[1]) and no_load_statement(ledger.pack) is None
    if rated is not None and counted and reads and ledger.plan.storage.anchor is not None:
        queries = f"{2 * rated[1].value:,.0f}"
        lines.append(f"At {load} and two queries for each, the Repo pool sees {queries} queries per second.{basis}")
    return lines


def _load(ledger: Ledger) -> tuple[str, str]:
    """The load in words with its marker: from the pack, else the assumed one."""
    given = load_given(ledger.pack)
    if given is not None:
        return plain(given[1].text), ledger.cite(place_key(given[0].place))
    assumed = next((u for u in ledger.assumptions if u.topic == "load"), None)
    if assumed is None:
        return "", ""
    rate = next((q.text for q in parse_quantities(assumed.assumption) if is_rate(q)), "20 requests per second")
    return rate, ledger.cite(assumed.id)


def draft_load(ledger: Ledger) -> str:
    """The scenario, its ramp and its gates; or why there is none."""
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        told = "the pack sets no performance target, as section 9 quotes"
        return f"Not applicable: {told}.{ledger.cite(place_key(silent.place))}"
    load, basis = _load(ledger)
    targets = latency_targets(ledger.pack)
    away = (ledger.elsewhere is not None or not load) and not targets and not rate_targets(ledger.pack)
    if away or not _hints_at_load(ledger):
        return _no_load(ledger, basis)
    if not load:
        basis = ledger.cite(*(place_key(nfr.place) for nfr in targets))
        return f"Not applicable: the pack gives no load; what holds the time of 9.1 is its test and its alert.{basis}"
    gate = next((_gate(nfr) for nfr in targets), "P95 over 300 ms")
    key = (
        place_key(targets[0].place) if targets else next((u.id for u in ledger.assumptions if u.topic == "latency"), "")
    )
    asked = [
        r
        for kind in ("query", "persist", "integrate", "compute", "render")
        for r in ledger.plan.asking(kind)
        if not ledger.is_boundary(r) and r not in ledger.plan.foreign
    ]
    steps = list(dict.fromkeys(asked))[:3] or [r.id for r in ledger.pack.requirements[:2]]
    through = f"with the steps of {listed(steps)}, " if steps else "with "
    lines = [
        f"Scenario ({_tool(ledger)}): {loaded_path(ledger)} {through}two seconds of "
        f"think time, five minutes up to {load or 'the peak'}, ten minutes there.{basis}",
        f"Stop the line: {gate}, an error rate over {_error_rate(ledger)}, or a Repo queue time "
        f"over 50 ms for a minute.{ledger.cite(key)}",
    ]
    return bullets([*lines, *ledger.advice("9.2")])


def loaded_path(ledger: Ledger) -> str:
    """What the load test drives: the route or the function that the first target speaks of, else the hot path."""
    target = next(iter(latency_targets(ledger.pack)), None)
    spoken = set(words_of(measure(target))) if target is not None else set()
    if not spoken or ledger.denied("5.2") is not None:
        return hot_path(ledger)
    route = next((r for r in ledger.routes if spoken & set(words_of(re.sub(r":\w+", " ", r.path)))), None)
    if route is not None:
        return f"`{route.path}`"
    scored = [
        (len(spoken & set(words_of(f"{b.name} {_doc_of(ledger, b)}"))), b)
        for b in ledger.context.behaviours
        if b.public and b.layer in {"context", "live_view", "controller"}
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is None or best[0] < min(_LEAST_SPOKEN, len(spoken)):
        return hot_path(ledger)
    return code(f"{best[1].module}.{best[1].name}/{best[1].arity}")


def _doc_of(ledger: Ledger, behaviour: Behaviour) -> str:
    """The first sentence of a function's doc: what it does."""
    module = ledger.code.modules.get(behaviour.module)
    function = module.function(behaviour.name, behaviour.arity) if module is not None else None
    return plain(function.doc).split(".")[0] if function is not None else ""


def _tool(ledger: Ledger) -> str:
    """What drives the load: a route is called from outside, a function from a script beside it."""
    return "k6" if loaded_path(ledger).startswith("`/") else "a script on a node of the test cluster"


def _hints_at_load(ledger: Ledger) -> bool:
    """Whether anything asks for speed or load, or the work is of a kind that many people cause at once."""
    if latency_targets(ledger.pack) or rate_targets(ledger.pack) or ledger.outside or ledger.plan.runtime.jobs:
        return True
    if ledger.given("8") or ledger.plan.storage.mode not in {NONE, CONTENT}:
        return True
    if ledger.denied("5.2") is not None:
        return any(_LOAD.search(placed.text) for placed in ledger.given("9.1"))
    return bool(ledger.plan.asking("query", "persist", "integrate", "background", "cache"))


def _no_load(ledger: Ledger, basis: str) -> str:
    """What stands in for a load test where nothing hints at load."""
    return (
        "Not applicable: the pack hints at no load, and the feature adds no read, write or outside call that many "
        f"people cause at once.{basis or ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))}"
    )


def _gate(nfr: NonFunctional) -> str:
    quantity = deciding_quantity(nfr)
    bound = f"{quantity.statistic.upper() or 'P95'} over {quantity.value:g} {quantity.unit}"
    return f"{bound} ({lower_first(measure(nfr))})"


def _error_rate(ledger: Ledger) -> str:
    """The pack's error or failure rate where it gives one, else one percent."""
    for nfr in ledger.pack.nonfunctional:
        for quantity in nfr.quantities:
            if (
                quantity.unit == "%"
                and quantity.value <= 10
                and ("error" in nfr.text.lower() or "fail" in nfr.text.lower())
            ):
                return f"{quantity.value:g} %"
    return "1 %"
