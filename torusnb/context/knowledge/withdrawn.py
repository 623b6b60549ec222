"""The request against itself: a later part takes back what the list of requirements still holds."""

from __future__ import annotations

from torusnb.context.knowledge.sentences import finished, listed, place_key, plain, shortened
from torusnb.models.knowledge import Unknown
from torusnb.models.requirements import SpecPack, Statement, Withdrawal
from torusnb.spec.inline import expand_ids
from torusnb.spec.pieces import holds
from torusnb.spec.withdrawals import withdrawal_of

_NAMED = 12


def list_withdrawn(pack: SpecPack) -> list[Unknown]:
    """An unknown for each later part that takes something back, without ids, in the order of the parts."""
    return [_contradiction(withdrawal) for withdrawal in pack.withdrawals]


def fallen_with(said: Statement, pack: SpecPack) -> Unknown | None:
    """An assumption or a question that speaks of what a later part takes back, as what falls with it; else None."""
    withdrawal = withdrawal_of(said, pack)
    if withdrawal is None:
        return None
    asked = {entry.id: f"{entry.title} {entry.text}" for entry in pack.requirements}
    asked |= {entry.id: entry.text for entry in pack.criteria}
    names = [name for name in withdrawal.names if holds(said.text, name)]
    told = expand_ids(said.text)
    ids = [name for name in withdrawal.ids if name in told or any(holds(asked[name], term) for term in names)]
    named = listed(ids[:_NAMED] or list(withdrawal.ids[:_NAMED]))
    return Unknown(
        id="",
        topic="scope",
        text=f"It speaks of what {_part(withdrawal)} takes back.",
        assumption=f"It falls with {named}; nothing is built on it: “{finished(shortened(said.text, 40))}”",
        risk=f"if {named} should stand after all, it has to be looked at again.",
        question=f"Does it fall with {named}?",
        default="Yes, as long as the later part stands.",
        impact="low",
        owner="product",
        stated=True,
        evidence=tuple(dict.fromkeys((place_key(said.place), place_key(withdrawal.lines[0].place), *ids))),
    )


def _part(withdrawal: Withdrawal) -> str:
    title = plain(withdrawal.title)
    return f"“{title}” (line {withdrawal.place.line})" if title else f"Line {withdrawal.lines[0].place.line}"


def _contradiction(withdrawal: Withdrawal) -> Unknown:
    ids = withdrawal.ids
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    named = f"{', '.join(ids[:_NAMED])}{more}" if more else listed(ids)
    lines = tuple(dict.fromkeys(place_key(line.place) for line in withdrawal.lines))
    it, stands = ("it", "stands") if len(ids) == 1 else ("they", "stand")
    return Unknown(
        id="",
        topic="withdrawn requirements",
        text=f"{_part(withdrawal)} takes back what the list still asks for: {named}.",
        assumption=f"The later part stands: of {named} nothing is built that it removes.",
        risk=f"the list still holds {named}: what {it} ask{'s' if it == 'it' else ''} for would be built and removed "
        "again, or, if the list is right, be missing.",
        question=f"Does the later part stand, or {'does' if it == 'it' else 'do'} {named} still {stands.rstrip('s')}?",
        default="The later part stands; the list is brought in line with it before the plan is made.",
        impact="high",
        owner="product",
        evidence=(place_key(withdrawal.place), *(key for key in lines if key != place_key(withdrawal.place)), *ids),
    )
