"""What the pack does not say and a design has to know, found by rule and written for this feature."""

from __future__ import annotations

import msgspec

from torusnb.context.knowledge import gap_numbers, gap_runtime, gap_scope
from torusnb.context.knowledge.gap import Gap, Rule
from torusnb.context.knowledge.unseen import tests_unseen
from torusnb.context.knowledge.withdrawn import list_withdrawn
from torusnb.models.knowledge import Unknown

_MOST = 8


def list_gaps(gap: Gap, taken: int) -> list[Unknown]:
    """At most eight gaps, the most important first, nothing that the pack answers; then what the checkout hides.

    What the pack takes back of its own list stands before them all. Each rule has its own number after the `taken`
    ones, so that an id keeps its meaning when another gap closes; the parts that take something back have the last.
    """
    found = ((number, rule(gap)) for number, rule in enumerate(_RULES, taken + 1))
    gaps = [msgspec.structs.replace(unknown, id=f"A-{number}") for number, unknown in found if unknown is not None]
    beyond = tests_unseen(gap.unseen, gap.waypoints)
    last = taken + len(_RULES) + 1
    taken_back = [
        msgspec.structs.replace(unknown, id=f"A-{number}")
        for number, unknown in enumerate(list_withdrawn(gap.pack), last + 1)
    ]
    hidden = [msgspec.structs.replace(beyond, id=f"A-{last}")] if beyond is not None else []
    return [*taken_back, *gaps[:_MOST], *hidden]


_RULES: tuple[Rule, ...] = (
    gap_scope.find_missing_modules,
    gap_scope.find_uncovered,
    gap_numbers.find_latency,
    gap_numbers.find_load,
    gap_runtime.find_roles,
    gap_runtime.find_tenancy,
    gap_scope.find_rollout,
    gap_runtime.find_existing_data,
    gap_runtime.find_retention,
    gap_scope.find_telemetry,
    gap_scope.find_reading,
)
"""In the order of their importance, which is also the order of their numbers: add new ones at the end."""
