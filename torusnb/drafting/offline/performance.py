"""Section 9: budgets from the pack's numbers, the load test that checks them, and where time is lost first."""

from __future__ import annotations

import re

from torusnb.drafting.assumptions import LATENCY_UNITS, latency_targets, no_load_statement, rate_targets, target_words
from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import bullets, clip, code, count, listed, lower_first, paragraphs, plain, some
from torusnb.models.requirements import NonFunctional, Quantity

_LEADING = re.compile(
    r"[\s,;:]+(?:stays?|remains?|is|are|at|in|of|to|for|with|within|under|below|must|be|answers?|and|when|p\d\d)$",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\b(?:lists?|listing|tables?|rows?|grid|each|all|multiple|search\w*|filter\w*|paginat\w*|sort\w*)\b", re.IGNORECASE
)


def draft_performance(ledger: Ledger) -> str:
    """The posture in one sentence: which path is hot, and what bounds it."""
    targets = latency_targets(ledger.pack)
    hot = hot_path(ledger)
    if targets:
        return (
            f"The number that decides is {target_words(targets[0])}, on {hot}."
            f"{ledger.cite(place_key(targets[0].place))}"
        )
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        return (
            f"The pack sets no performance target: {lower_first(ledger.said(silent.text, 18))}. The "
            f"posture is that {hot} gets no slower.{ledger.cite(place_key(silent.place))}"
        )
    assumed = next((u for u in ledger.assumptions if u.topic == "latency"), None)
    return (
        f"The pack gives no latency number, so the budgets below are assumptions for {hot}."
        f"{ledger.cite(assumed.id if assumed else '')}"
    )


def hot_path(ledger: Ledger) -> str:
    """The path that is walked most: a route, else the way in, else the first component."""
    if ledger.routes:
        return f"`{ledger.routes[0].path}`"
    if ledger.entry is not None:
        return code(ledger.entry.module)
    lead = next(iter(ledger.plan.existing), None)
    return code(lead.name) if lead is not None else "the path of " + ledger.title


def draft_budgets(ledger: Ledger) -> str:
    """A table of measures with P50, P95 and P99, and the limits that are no latency."""
    rows = [_row(ledger, nfr) for nfr in latency_targets(ledger.pack)[:5]]
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
    table = "\n".join(["| Measure | P50 | P95 | P99 | Basis |", "|---|---|---|---|---|", *rows]) if rows else ""
    return paragraphs(table, bullets(_limits(ledger)))


def _row(ledger: Ledger, nfr: NonFunctional) -> str:
    cells: dict[str, str] = {}
    for quantity in nfr.quantities:
        if quantity.unit in LATENCY_UNITS:
            cells.setdefault(quantity.statistic.lower() or "p95", _figure(quantity))
    other = [f"{name} {value}" for name, value in cells.items() if name not in {"p50", "p95", "p99"}]
    measure = _measure(nfr) + (f" ({', '.join(other)})" if other else "")
    values = " | ".join(cells.get(name, "–") for name in ("p50", "p95", "p99"))
    return f"| {measure.replace('|', '/')} | {values} | given{ledger.cite(place_key(nfr.place))} |"


def _measure(nfr: NonFunctional) -> str:
    """What a target measures: the words before its first number, or the beginning of the statement."""
    text = plain(nfr.text)
    places = [text.find(plain(quantity.text)) for quantity in nfr.quantities]
    before = text[: min((place for place in places if place > 0), default=0)].strip(" ,;:(")
    while (shorter := _LEADING.sub("", before)) != before:
        before = shorter
    return clip(before if len(before.split()) > 1 else text, 14)


def _figure(quantity: Quantity) -> str:
    number = f"{quantity.value:g} {quantity.unit}".strip()
    sign = "≤" if quantity.comparison in {"<=", ">", ""} else quantity.comparison.replace(">=", "≥")
    return f"{sign} {number}"  # a duration "over" a number is the threshold of an alert: the budget ends there


def _limits(ledger: Ledger) -> list[str]:
    """Numbers that are not latencies, and what they mean for queries."""
    lines: list[str] = []
    shown = {nfr.place for nfr in latency_targets(ledger.pack)[:5]}
    for nfr in ledger.pack.nonfunctional:
        if nfr.quantities and nfr.place not in shown and len(lines) < 4:
            lines.append(
                f"{plain(nfr.area) or 'Limit'}: {clip(plain(nfr.text), 22)}.{ledger.cite(place_key(nfr.place))}"
            )
    load, basis = _load(ledger)
    reads = ledger.plan.asking("query", "compute")
    given = bool(rate_targets(ledger.pack))
    if load and given and reads and ledger.plan.storage.anchor is not None and no_load_statement(ledger.pack) is None:
        number = re.search(r"\d[\d,]*", load)
        queries = f"{2 * int(number.group(0).replace(',', '')):,}" if number else "twice as many"
        lines.append(f"At {load} and two queries for each, the Repo pool sees {queries} queries per second.{basis}")
    return lines


def _load(ledger: Ledger) -> tuple[str, str]:
    """The load in words with its marker: from the pack, else the assumed one."""
    rates = rate_targets(ledger.pack)
    if rates:
        quantity = next((q for q in rates[0].quantities if q.unit not in {"ms", "s", "%"}), rates[0].quantities[0])
        return plain(quantity.text), ledger.cite(place_key(rates[0].place))
    assumed = next((u for u in ledger.assumptions if u.topic == "load"), None)
    return ("20 requests per second", ledger.cite(assumed.id)) if assumed is not None else ("", "")


def draft_load(ledger: Ledger) -> str:
    """The scenario, its ramp and its gates; or why there is none."""
    silent = no_load_statement(ledger.pack)
    if silent is not None:
        return f"Not applicable: {lower_first(ledger.said(silent.text, 20))}.{ledger.cite(place_key(silent.place))}"
    load, basis = _load(ledger)
    targets = latency_targets(ledger.pack)
    gate = next((_gate(nfr) for nfr in targets), "P95 over 300 ms")
    key = (
        place_key(targets[0].place) if targets else next((u.id for u in ledger.assumptions if u.topic == "latency"), "")
    )
    asked = [
        r
        for kind in ("query", "persist", "integrate", "compute", "render")
        for r in ledger.plan.asking(kind)
        if not ledger.is_boundary(r)
    ]
    steps = list(dict.fromkeys(asked))[:3] or [r.id for r in ledger.pack.requirements[:2]]
    through = f"with the steps of {listed(steps)}, " if steps else "with "
    lines = [
        f"Scenario (k6): {hot_path(ledger)} {through}two seconds of "
        f"think time, five minutes up to {load or 'the peak'}, ten minutes there.{basis}",
        f"Stop the line: {gate}, an error rate over {_error_rate(ledger)}, or a Repo queue time "
        f"over 50 ms for a minute.{ledger.cite(key)}",
    ]
    return bullets([*lines, *ledger.advice("9.2")])


def _gate(nfr: NonFunctional) -> str:
    quantity = next(q for q in nfr.quantities if q.unit in LATENCY_UNITS)
    return f"{quantity.statistic.upper() or 'P95'} over {quantity.value:g} {quantity.unit}"


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


def draft_hotspots(ledger: Ledger) -> str:
    """Where time or memory is lost first, by what the code and the requirements show."""
    lines = [
        *_waits(ledger), *_lists(ledger), *_big_modules(ledger), *_fan_out(ledger), *ledger.advice("9.3")
    ]  # fmt: skip
    if lines:
        return bullets(lines)
    asks = [r.id for r in ledger.pack.requirements[:2]]
    return (
        "No hotspot shows in the requirements: none reads lists, tells many subscribers or waits for another system."
        f"{ledger.cite(*asks)}"
    )


def _waits(ledger: Ledger) -> list[str]:
    """Calls to systems outside that hold a request."""
    waiting = [r for r in ledger.outside if r not in ledger.plan.runtime.jobs]
    if not waiting:
        return []
    calls, verb = ("call", "holds") if len(waiting) == 1 else ("calls", "hold")
    return [
        f"The outside {calls} of {some(waiting, 3)} {verb} the caller for as long as the other system takes: set a "
        f"timeout within the budget of 9.1, make it outside any transaction.{ledger.cite(*waiting)}"
    ]


def _lists(ledger: Ledger) -> list[str]:
    lines = []
    reading = [r for r, kinds in ledger.plan.kinds.items() if kinds[0] == "query" and not ledger.is_boundary(r)]
    many = [r for r in reading if _MANY.search(plain(ledger.requirement(r).text))]
    for requirement in many[:2]:
        match = next(iter(ledger.plan.matches[requirement]), None)
        function = next((f for m in ledger.plan.matches[requirement] for f in m.functions if f.public), None)
        where = f"; {code(f'{function.name}/{function.arity}')} is where it would show" if function is not None else ""
        key = match.key if match is not None else ""
        lines.append(
            f"N+1 in {requirement} ({ledger.short(requirement, 10)}): load associations with the "
            f"list, in a fixed number of queries{where}.{ledger.cite(requirement, key)}"
        )
    return lines


def _big_modules(ledger: Ledger) -> list[str]:
    """Views that are long and would be rendered more often."""
    for component in ledger.plan.of_layer("live_view", "component"):
        module = component.module
        if module is not None and module.end_line - module.line > 600:
            size = count(module.end_line - module.line, "line")
            return [
                f"{code(component.name)} has {size} and diffs its whole template on each assign: "
                "keep new state in a component or in `temporary_assigns`, which leaves the rest of the page alone "
                f"for {some(list(component.requirements), 2)}."
                f"{ledger.cite(component.key)}"
            ]
    return []


def _fan_out(ledger: Ledger) -> list[str]:
    runtime = ledger.plan.runtime
    if runtime.notifying and runtime.topics:
        module, use = runtime.topics[0]
        return [
            f"Fan-out on `{use.name}`: send identifiers, not records, and let each subscriber "
            "decide whether it must read again."
            f"{ledger.cite(runtime.notifying[0], code_key(module.path, use.line))}"
        ]
    return []
