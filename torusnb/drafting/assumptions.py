"""Assumptions that only the drafting stage needs: numbers the pack does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.drafting.durations import latency_quantities
from torusnb.models.knowledge import Context, Unknown
from torusnb.models.requirements import NonFunctional, Quantity, SpecPack, name_in_pack
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
_APART = re.compile(
    r"\b(?:in|as) (?:the |a )?background\b|\bbackground (?:jobs?|work|tasks?)\b|\bnightly\b|\boban\b|\bworkers?\b|"
    r"\bcron\b|\b(?:a|the|its|by) jobs?\b",
    re.IGNORECASE,
)
"""Words of work that nobody waits for."""
_SIZE = re.compile(
    r"\b(?:profiles?|data ?sets?)\b|"
    r"\b(?:small|medium|normal|large|typical)\W{1,5}\d[\d,]* (?:users|learners|students)\b",
    re.IGNORECASE,
)
"""What tells how large the data is that a budget holds for, which is no load."""


def no_load_statement(pack: SpecPack) -> NonFunctional | None:
    """The pack's own word that load or performance tests are not wanted, or None."""
    return next((nfr for nfr in pack.nonfunctional if _NO_LOAD.search(nfr.text)), None)


def latency_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """What bounds a response or processing time, in ms or s: non-functional requirements, criteria, the epic's budgets.

    A criterion stands as one with its id; of its text only what must then be true counts, and only an upper bound; what
    a job has to be done with by then is no time that anybody waits for an answer (see `job_deadlines`). A
    budget of the epic counts where it is about the feature.
    """
    late = job_deadlines(pack)
    asked = (bound for bound in _asked(pack) if bound not in late)
    stated = [n for n in pack.nonfunctional if not n.general]
    above = [n for n in stated if is_above(n)]
    return tuple(n for n in (*(n for n in stated if n not in above), *asked, *above) if latency_quantities(n))


def job_deadlines(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The criteria that say by when work outside of any request is done, each with its id and its upper bounds."""
    apart = {r.id for r in pack.requirements if _APART.search(f"{r.title} {r.text}")}
    late = {c.id for c in pack.criteria if apart & set(c.requirements) or _APART.search(c.text)}
    return tuple(n for n in _asked(pack) if n.id in late and latency_quantities(n))


def _asked(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The criteria as bounds on what must then be true."""
    said = ((c, c.then or c.text) for c in pack.criteria)
    return tuple(NonFunctional(c.id, "", text, c.place, _upper_bounds(text)) for c, text in said)


def general_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The bounds of the epic on a response time that are not about the feature: told, and decisive for nothing."""
    return tuple(n for n in pack.nonfunctional if n.general and latency_quantities(n))


def is_above(nfr: NonFunctional) -> bool:
    """Whether a requirement is one of the epic's documents, in the folder above the pack."""
    return name_in_pack(nfr.place.path).startswith("../")


def _upper_bounds(text: str) -> tuple[Quantity, ...]:
    return tuple(q for q in parse_quantities(text) if q.comparison in {"<=", "<"})


def rate_targets(pack: SpecPack) -> tuple[NonFunctional, ...]:
    """The non-functional requirements that set a load: requests per second, concurrent users.

    How many people the data of a benchmark holds (`Large: 2,000 learners`) is no load.
    """
    return tuple(n for n in pack.nonfunctional if not n.general and any(_loads(n, q) for q in n.quantities))


def _loads(nfr: NonFunctional, quantity: Quantity) -> bool:
    if _RATE.match(quantity.unit) is None:
        return False
    return is_rate(quantity) or _SIZE.search(nfr.text) is None


def deciding_quantity(nfr: NonFunctional) -> Quantity:
    """The duration of a target that a release hangs on: its P95, else a further percentile of the tail, else its first.

    A median says nothing of those who wait longest; the target must have a duration (see `latency_targets`).
    """
    found = latency_quantities(nfr)
    tail = {q.statistic.lower(): q for q in reversed(found)}
    return next((tail[name] for name in ("p95", "p99", "p90") if name in tail), found[0])


def load_given(pack: SpecPack) -> tuple[NonFunctional, Quantity] | None:
    """The load that the pack gives, with its statement: a rate before a number of people, or None."""
    rated = [(n, q) for n in rate_targets(pack) for q in n.quantities if _loads(n, q)]
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
