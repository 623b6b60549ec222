"""Which of the gaps that context capture saw are gaps of this feature, by what its plan touches."""

from __future__ import annotations

import re
from collections.abc import Collection

from torusnb.drafting.offline.plan import Plan
from torusnb.models.knowledge import Unknown

_SPAN = re.compile(r"`([^`]+)`")
_ASSUMED_NUMBERS = frozenset({"latency", "load"})
"""Told as assumptions beside the budgets that rest on them; nobody has to answer them before work begins."""


def is_taken(unknown: Unknown, plan: Plan, entered: Collection[str]) -> bool:
    """Whether an assumption is about what this feature touches; one about another page's checks or rows is not.

    Args:
        unknown: The assumption. Those that the pack states or asks are always its own.
        plan: What the feature touches.
        entered: The paths of the files through which its ways of today lead.
    """
    if unknown.stated or unknown.topic not in {"permissions", "tenancy", "existing data", "retention"}:
        return True
    if (
        unknown.evidence
        and unknown.evidence[0].startswith(("prd:", "req:", "note:"))
        and unknown.topic == "permissions"
    ):
        return True
    if unknown.topic in {"existing data", "retention"}:
        return plan.storage.migrates and (not unknown.default or _is_of_tables(unknown, plan))
    paths = {component.path for component in plan.existing} | set(entered)
    return any(key.split(":")[1] in paths for key in unknown.evidence if key.startswith("code:"))


def is_asked(unknown: Unknown, plan: Plan, withdrawn: Collection[str]) -> bool:
    """Whether somebody has to answer it: no assumed number, no module that the design makes or the pack takes back."""
    if unknown.topic in _ASSUMED_NUMBERS or set(unknown.evidence) & set(withdrawn):
        return False
    if unknown.topic == "named modules":
        fresh = {component.name for component in plan.fresh}
        return not any(name in fresh for name in _SPAN.findall(unknown.question))
    return True


def _is_of_tables(unknown: Unknown, plan: Plan) -> bool:
    """Whether a default that quotes code quotes a table that the feature changes."""
    tables = {change.table for change in plan.storage.changes}
    spans = _SPAN.findall(unknown.default)
    return not spans or bool(tables & set(spans))
