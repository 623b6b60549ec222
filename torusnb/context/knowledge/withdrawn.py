"""The request against itself: a later part takes back what the list of requirements still holds."""

from __future__ import annotations

from torusnb.context.knowledge.sentences import listed, place_key, plain
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import SpecPack, Withdrawal

_NAMED = 12


def list_withdrawn(pack: SpecPack) -> list[Unknown]:
    """An unknown for each later part that takes something back, without ids, in the order of the parts."""
    return [_contradiction(withdrawal) for withdrawal in pack.withdrawals]


def _contradiction(withdrawal: Withdrawal) -> Unknown:
    ids = withdrawal.ids
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    named = f"{', '.join(ids[:_NAMED])}{more}" if more else listed(ids)
    lines = tuple(dict.fromkeys(place_key(line.place) for line in withdrawal.lines))
    title = plain(withdrawal.title)
    part = f"“{title}” (line {withdrawal.place.line})" if title else f"Line {withdrawal.lines[0].place.line}"
    it, stands = ("it", "stands") if len(ids) == 1 else ("they", "stand")
    return Unknown(
        id="",
        topic="withdrawn requirements",
        text=f"{part} takes back what the list still asks for: {named}.",
        assumption=f"The later part stands: of {named} nothing is built that it removes.",
        risk=f"the list still holds {named}: what {it} ask{'s' if it == 'it' else ''} for would be built and removed "
        "again, or, if the list is right, be missing.",
        question=f"Does the later part stand, or {'does' if it == 'it' else 'do'} {named} still {stands.rstrip('s')}?",
        default="The later part stands; the list is brought in line with it before the plan is made.",
        impact="high",
        owner="product",
        evidence=(place_key(withdrawal.place), *(key for key in lines if key != place_key(withdrawal.place)), *ids),
    )
