"""Assumptions that only the drafting stage needs: numbers the pack does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.drafting.durations import latency_quantities
from torusnb.models.knowledge import Context, Unknown
from torusnb.models.requirements import NonFunctional, Quantity, SpecPack
from torusnb.spec.quantities import parse_quantities

_NUMBERED = re.compile(r"^A-(\d+)$")
_NO_LOAD = re.compile(
    r"\bno\b[^.;]{0,40}\b(?:load|performance)\b[^.;]{0,30}\b(?:test|requirement|target|budget)|"
    r"\bno\b[^.;]{0,20}\blatency (?:requirement|target|budget)|"
    r"\b(?:does|do|is|are) not (?:set|give|state|define|require)\b[^.;]{0,30}\b(?:latency|performance|load)\b"
    r"[^.;]{0,20}\b(?:target|budget|requirement|test)|"
    r"\b(?:load|performance) (?:test\w*|verification|validation)[^.;]{0,20}\bnot (?:required|needed|in scope)",
    re.IGNORECASE,
)
_RATE = re.compile(r"^(?:rps|req/s|qps|ops/s|requests/s|users|learners|students|sessions|events/s|rows/s)")
_PER_SECOND = re.compile(r"^(?:rps|qps|\w+/s)$")


def no_load_statement(pack: SpecPack) -> NonFunctional | None:
    """The pack's own word that load or performance tests are not wanted, or None."""
    return next((nfr for nfr in pack.nonfunctional if _NO_LOAD.search(nfr.text)), None)


def latency_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """What bounds a response or processing time, in ms or s: non-functional requirements, then criteria.

    A criterion stands as one with its id; of its text only what must then be true counts, and only an upper bound.
    """
    asked = (NonFunctional(c.id, "", c.then or c.text, c.place, _upper_bounds(c.then or c.text)) for c in pack.criteria)
    return tuple(n for n in (*pack.nonfunctional, *asked) if latency_quantities(n))


def _upper_bounds(text: str) -> tuple[Quantity, ...]:
    return tuple(q for q in parse_quantities(text) if q.comparison in {"<=", "<"})


def rate_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The non-functional requirements that set a load: requests per second, concurrent users."""
    return tuple(n for n in pack.nonfunctional if any(_RATE.match(q.unit) for q in n.quantities))


def deciding_quantity(nfr: NonFunctional) -> Quantity:
    """The duration of a target that a release hangs on: its P95, else a further percentile of the tail, else its first.

    A median says nothing of those who wait longest; the target must have a duration (see `latency_targets`).
    """
    found = latency_quantities(nfr)
    tail = {q.statistic.lower(): q for q in reversed(found)}
    return next((tail[name] for name in ("p95", "p99", "p90") if name in tail), found[0])


def load_given(pack: SpecPack) -> tuple[NonFunctional, Quantity] | None:
    """The load that the pack gives, with its statement: a rate before a number of people, or None."""
    rated = [(n, q) for n in rate_targets(pack) for q in n.quantities if _RATE.match(q.unit)]
    return min(rated, key=lambda pair: not is_rate(pair[1]), default=None)


def is_rate(quantity: Quantity) -> bool:
    """Whether a quantity counts what comes in a second; a number of people is a size."""
    return _PER_SECOND.match(quantity.unit) is not None


def target_words(nfr: NonFunctional) -> str:
    """The duration that decides, as a person writes it: `P95 ≤ 100 ms`; a threshold of an alert counts as one."""
    quantity = deciding_quantity(nfr)
    return f"{quantity.statistic.upper() or 'at most'} ≤ {quantity.value:g} {quantity.unit}".replace(
        "at most ≤", "at most"
    )


def derive_assumptions(pack: SpecPack, context: Context) -> tuple[Unknown, ...]:
    """The assumptions a draft adds to those of context capture, numbered after them.

    Only for numbers: a latency target and a load that neither the pack nor the knowledge list gives.
    """
    highest = max((int(m.group(1)) for m in map(_NUMBERED.match, _taken(pack, context)) if m), default=0)
    return tuple(_numbered(fact, highest + position) for position, fact in enumerate(_facts(pack, context), start=1))


def _taken(pack: SpecPack, context: Context) -> Iterator[str]:
    yield from (unknown.id for unknown in context.knowledge.unknown)
    yield from (requirement.id for requirement in pack.requirements)
    yield from (criterion.id for criterion in pack.criteria)


def _facts(pack: SpecPack, context: Context) -> Iterator[Unknown]:
    spoken = " ".join(f"{u.topic} {u.text}" for u in context.knowledge.unknown).lower()
    silent = no_load_statement(pack)
    if silent is None and not latency_targets(pack) and "latency" not in spoken and "response time" not in spoken:
        yield Unknown(
            id="A-0",
            topic="latency",
            text="The pack gives no latency number.",
            assumption="Interactive server work of this feature is held to P50 100 ms, P95 300 ms and P99 800 ms.",
            risk="a stricter expectation would move work out of the request or into a cache",
            question="Which P95 latency must the interactive path of this feature hold?",
            default="P95 300 ms on the server, measured without the browser",
            impact="medium",
            owner="product",
        )
    if not rate_targets(pack) and silent is None and "throughput" not in spoken and "load" not in spoken:
        yield Unknown(
            id="A-0",
            topic="load",
            text="The pack gives no number of concurrent users or requests.",
            assumption="The peak is one large section in use at once: 200 people, one action each in ten seconds, 20 "
            "requests per second.",
            risk="a larger peak would need its own load test before the rollout",
            question="How many people use this feature at the same time at its peak?",
            default="200 people in one section, 20 requests per second",
            impact="low",
            owner="infrastructure",
        )


def _numbered(unknown: Unknown, number: int) -> Unknown:
    return Unknown(
        id=f"A-{number}",
        topic=unknown.topic,
        text=unknown.text,
        assumption=unknown.assumption,
        risk=unknown.risk,
        question=unknown.question,
        default=unknown.default,
        impact=unknown.impact,
        owner=unknown.owner,
    )
