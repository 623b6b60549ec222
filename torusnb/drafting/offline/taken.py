"""Which of the gaps that context capture saw are gaps of this feature, by what its plan touches."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from torusnb.drafting.offline.plan import Plan
from torusnb.drafting.offline.wording import listed
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


def is_asked(unknown: Unknown, plan: Plan) -> bool:
    """Whether somebody has to answer it: no assumed number, no module that the design makes."""
    if unknown.topic in _ASSUMED_NUMBERS:
        return False
    if unknown.topic == "named modules":
        fresh = {component.name for component in plan.fresh}
        return not any(name in fresh for name in _SPAN.findall(unknown.question))
    return True


def settle_named(unknown: Unknown, elsewhere: Collection[str]) -> Unknown:
    """The assumption on modules that the pack names and the checkout lacks, in accord with the design.

    Args:
        unknown: The assumption.
        elsewhere: Those of such modules that other work makes: the design calls them and adds none of them.
    """
    names = dict.fromkeys(_SPAN.findall(unknown.text)) if unknown.topic == "named modules" else {}
    others = [f"`{name}`" for name in names if name in elsewhere]
    own = [f"`{name}`" for name in names if name not in elsewhere]
    if not others:
        return unknown
    is_made, it = ("is", "it") if len(others) == 1 else ("are", "them")
    if own:
        are = "is" if len(own) == 1 else "are"
        said = f"{listed(own)} {are} created by this feature, under exactly that name; {listed(others)} {is_made} not."
        question = unknown.question.replace(others[0], own[0])
        return msgspec.structs.replace(unknown, assumption=said, question=question)
    return msgspec.structs.replace(
        unknown,
        assumption=f"{listed(others)} {is_made} planned elsewhere: this design calls {it} and does not add {it}.",
        risk=f"nothing answers the calls to {listed(others)}, or they go to another name",
        default=f"Planned elsewhere, so this design calls {it} and does not add {it}.",
    )


def _is_of_tables(unknown: Unknown, plan: Plan) -> bool:
    """Whether a default that quotes code quotes a table that the feature changes."""
    tables = {change.table for change in plan.storage.changes}
    spans = _SPAN.findall(unknown.default)
    return not spans or bool(tables & set(spans))
