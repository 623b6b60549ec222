"""Section 11: events by name, what they measure, what they must not carry, and when they wake someone."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.decisions import Signal
from torusnb.drafting.offline.emitting import adds_none
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.measures import measure, split_targets
from torusnb.drafting.offline.wording import (
    bullets,
    clip,
    code,
    labelled,
    listed,
    lower_first,
    paragraphs,
    plain,
    sentence,
    singular_of,
    some,
)
from torusnb.drafting.offline.work import TITLES
from torusnb.spec.budgets import deciding_quantity, latency_targets

_FAILS = re.compile(r"fail|error|reject|denied|timeout")


def draft_observability(ledger: Ledger) -> str:
    """The events in the checkout's convention, the guard on cardinality, and the alerts."""
    silent = ledger.plan.runtime.no_telemetry
    if silent is not None:
        none = f"No event is added; the pack says: {lower_first(clip(silent.text, 26))}.{ledger.cite(*silent.evidence)}"
        return bullets([none, *_kept(ledger)])
    if not ledger.signals and (said := _left_open(ledger)):
        return bullets([said, *_kept(ledger)])
    return paragraphs(
        labelled("Events", bullets([*(_event(ledger, signal) for signal in ledger.signals), *_kept(ledger)])),
        labelled("Metadata and logs", bullets(_metadata(ledger))),
        labelled("Alerts", bullets(_alerts(ledger))),
        bullets(ledger.advice("11")),
    )


def _left_open(ledger: Ledger) -> str:
    """Why no event is added, where the pack leaves it open or keeps today's; in the pack's words."""
    said = adds_none(ledger.pack)
    if said is None:
        return ""
    told = lower_first(ledger.said(said.text))
    return f"No event is added; the pack says: {told}.{ledger.cite(place_key(said.place))}"


def _event(ledger: Ledger, signal: Signal) -> str:
    """One event with measurements that fit what it tells, and the tags that the pack lists for it."""
    if signal.tags:
        tags = listed(f"`{tag}`" for tag in signal.tags)
        return f"`{signal.name}`: measures `duration` and `count`, tagged with {tags}.{ledger.cite(signal.key)}"
    verb = signal.name.rstrip("]").rsplit(":", 1)[-1]
    timed = signal.about not in {"", "validate", "background"}
    measures = "`duration` and `count`" if timed else "`count`"
    tags = ", tagged with `outcome` and `reason`" if signal.about else ", tagged with `reason`"
    tags = tags if signal.about or _FAILS.search(verb) else ""
    told = f" for the {TITLES[signal.about]} of {signal.key}" if signal.about else ""
    return f"`{signal.name}`{told}: measures {measures}{tags}.{ledger.cite(signal.key)}"


def _kept(ledger: Ledger) -> list[str]:
    """The events that touched modules emit today: their names and shape stay."""
    found: dict[str, str] = {}
    for component in ledger.plan.existing:
        for use in component.module.telemetry if component.module is not None else ():
            if "." in use.name and use.kind in {"execute", "span"}:
                found.setdefault(use.name, code_key(component.path, use.line))
    if not found:
        return []
    names = some([code(name) for name in found], 4)
    return [
        f"Kept in name and shape, because touched modules emit them today: {names}."
        f"{ledger.cite(*found.values(), most=2)}"
    ]


def _metadata(ledger: Ledger) -> list[str]:
    """Which identifiers go along, by the tables at hand; and where the events are attached."""
    tables = [c for c in ledger.plan.existing if c.module is not None and c.module.schema is not None][:2]
    ids = [f"`{singular_of(c.module.schema.table)}_id`" for c in tables if c.module and c.module.schema] or [
        "`section_id`" if _speaks(ledger, "section") else "the record's id"
    ]
    asks = [r.id for r in ledger.pack.requirements[:1]]
    given = any(signal.tags for signal in ledger.signals) or bool(ledger.given("11"))
    lines = (
        []
        if given
        else [
            f"Identifiers such as {listed(ids)} go into logs and traces, not into metric tags; tags are limited to "
            f"outcome, reason and role.{ledger.cite(*(c.key for c in tables), *asks, most=2)}"
        ]
    )
    attached = next(
        ((m, u) for m in ledger.code.modules.values() for u in m.telemetry if u.kind == "metric" and u.name), None
    )
    if attached is not None and ledger.signals and not _has_own(ledger):
        module, use = attached
        lines.append(
            f"Their metrics are declared in {code(module.name)}.{ledger.cite(code_key(module.path, use.line))}"
        )
    return lines


def _has_own(ledger: Ledger) -> bool:
    """Whether a module near the feature hands its events on itself, so that the common one need not be the place."""
    return any(w.module.endswith(".Telemetry") and w.module.count(".") > 1 for w in ledger.context.waypoints)


def _speaks(ledger: Ledger, word: str) -> bool:
    return any(word in r.text.lower() for r in ledger.pack.requirements)


def _alerts(ledger: Ledger) -> list[str]:
    """Thresholds from the targets; where there is none, from the assumption."""
    lines = []
    for nfr in latency_targets(ledger.pack)[:2]:
        quantity = deciding_quantity(nfr)
        name = quantity.statistic.upper() or "Time"
        lines.append(
            f"{name} over {quantity.value:g} {quantity.unit} for 15 minutes ("
            f"{lower_first(measure(nfr))}).{ledger.cite(place_key(nfr.place))}"
        )
    for nfr in ledger.pack.nonfunctional:
        rate = next((q for q in nfr.quantities if q.unit == "%"), None)
        if rate is not None and nfr not in latency_targets(ledger.pack)[:2] and len(lines) < 3:
            told = next((part for part in split_targets(nfr.text) if rate.text in part), nfr.text)
            lines.append(f"{sentence(clip(plain(told), 20))}{ledger.cite(place_key(nfr.place))}")
    failing = next((s for s in ledger.signals if s.about or _FAILS.search(s.name)), None)
    if not lines and failing is not None:
        outcome = "" if _FAILS.search(failing.name) else " with a failed outcome"
        lines.append(f"`{failing.name}`{outcome} in more than 1 % of an hour's events.{ledger.cite(failing.key)}")
    return lines
