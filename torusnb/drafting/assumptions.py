"""Assumptions that only the drafting stage needs: numbers the pack does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.knowledge import Context, Unknown
from torusnb.models.requirements import SpecPack
from torusnb.spec.budgets import latency_targets, no_load_statement, rate_targets

_NUMBERED = re.compile(r"^A-(\d+)$")


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
