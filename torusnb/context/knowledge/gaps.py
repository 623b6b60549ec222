"""What the pack does not say and a design has to know, found by rule and written for this feature."""

from __future__ import annotations

import msgspec

from torusnb.context.knowledge import gap_runtime, gap_scope
from torusnb.context.knowledge.gap import Gap, Rule
from torusnb.context.knowledge.unseen import tests_unseen
from torusnb.models.knowledge import Unknown

_MOST = 8


def list_gaps(gap: Gap, taken: int) -> list[Unknown]:
    """At most eight gaps, the most important first, nothing that the pack answers; then what the checkout hides.

    Each rule has its own number after the `taken` ones, so that an id keeps its meaning when another gap closes.
    """
    found = ((number, rule(gap)) for number, rule in enumerate(_RULES, taken + 1))
    gaps = [msgspec.structs.replace(unknown, id=f"A-{number}") for number, unknown in found if unknown is not None]
    beyond = tests_unseen(gap.unseen, gap.waypoints)
    number = f"A-{taken + len(_RULES) + 1}"
    return [*gaps[:_MOST], *([msgspec.structs.replace(beyond, id=number)] if beyond is not None else [])]


_RULES: tuple[Rule, ...] = (
    gap_scope.find_missing_modules,
    gap_scope.find_uncovered,
    gap_runtime.find_latency,
    gap_runtime.find_load,
    gap_runtime.find_roles,
    gap_runtime.find_tenancy,
    gap_scope.find_rollout,
    gap_runtime.find_existing_data,
    gap_runtime.find_retention,
    gap_scope.find_telemetry,
    gap_scope.find_reading,
)
"""In the order of their importance, which is also the order of their numbers: add new ones at the end."""
