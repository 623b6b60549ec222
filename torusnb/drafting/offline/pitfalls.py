"""What the traps around the waypoints bring to the design: behaviour to reckon with, and the risks it makes."""

from __future__ import annotations

from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import code, lower_first
from torusnb.models.knowledge import Trap

_MOST_TOLD, _MOST_RISKS = 4, 3


def tell_traps(ledger: Ledger) -> list[str]:
    """What code near the feature does that its name does not say, a line a trap, what matters most first."""
    return [f"{trap.what}{ledger.cite(*trap.evidence, most=2)}" for trap in ledger.context.traps[:_MOST_TOLD]]


def risks_of_traps(ledger: Ledger) -> list[str]:
    """The risks that the traps of section 3 make, each with what the design does about it."""
    return [_risk(ledger, trap) for trap in ledger.context.traps[:_MOST_RISKS] if trap.stake and trap.severity != "low"]


def _risk(ledger: Ledger, trap: Trap) -> str:
    """The place stands first, since two traps of a kind put the same thing at stake.

    A symbol that is a module's whole name (one that the pack takes for granted) stands by itself.
    """
    alone = not trap.module or trap.symbol[:1] in "@" or trap.symbol[:1].isupper()
    place = trap.symbol if alone else f"{trap.module}.{trap.symbol}"
    name = f" ({code(place.rstrip('.'))})" if place else ""
    return f"**{trap.stake.rstrip('.')}**{name} → {lower_first(trap.remedy)}{ledger.cite(*trap.evidence[:1])}"
