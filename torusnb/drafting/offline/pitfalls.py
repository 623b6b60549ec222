"""What the traps around the waypoints bring to the design: behaviour to reckon with, and the risks it makes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import code, listed, lower_first, some
from torusnb.models.knowledge import Trap

_MOST_TOLD, _MOST_RISKS = 4, 3
_REMARK = "authors-warning"
_SAID = re.compile(r'"[^"]+"')


def tell_traps(ledger: Ledger) -> list[str]:
    """What code near the feature does that its name does not say, a line a trap, what matters most first."""
    met = [trap for trap in ledger.context.traps if _is_met(ledger, trap)]
    return [f"{_unmarked(trap.what)}{ledger.cite(*trap.evidence, most=2)}" for trap in met[:_MOST_TOLD]]


def _is_met(ledger: Ledger, trap: Trap) -> bool:
    """Whether the feature meets a trap: what authors say of a whole module holds for who changes or enters it."""
    if trap.rule != _REMARK or trap.symbol:
        return True
    entered = {hop.function.module for way in ledger.ways for hop in way.hops}
    return trap.module in {*entered, *ledger.places, *(component.name for component in ledger.plan.existing)}


def risks_of_traps(ledger: Ledger) -> list[str]:
    """The risks that the traps of section 3 make, each once with its places and what the design does about it."""
    found: dict[tuple[str, str], list[Trap]] = {}
    lines: list[str] = []
    for trap in [trap for trap in ledger.context.traps if _is_met(ledger, trap)][:_MOST_RISKS]:
        if trap.rule == _REMARK:
            lines += _remark(ledger, trap)
        elif trap.stake and trap.severity != "low":
            found.setdefault((trap.stake, trap.remedy), []).append(trap)
    return [*(_risk(ledger, stake, remedy, traps) for (stake, remedy), traps in found.items()), *lines]


def _remark(ledger: Ledger, trap: Trap) -> list[str]:
    """The risk of a warning that authors wrote where the design changes something: their words, and what holds them.

    A module that the design only reads brings none: section 3 quotes its remark already.
    """
    component = next((c for c in ledger.plan.existing if c.name == trap.module and c.requirements), None)
    said = _SAID.search(trap.what)
    if component is None or said is None:
        return []
    told = some(list(component.requirements), 3)
    verb = "keep" if " and " in told else "keeps"
    return [
        f"**{code(_place(trap) or trap.module)} carries the remark {said[0]}** → {told} {verb} to it; a "
        f"change that cannot rewrites the remark and says why.{ledger.cite(*trap.evidence[:1])}"
    ]


def _risk(ledger: Ledger, stake: str, remedy: str, traps: Sequence[Trap]) -> str:
    places = listed(code(place) for trap in traps if (place := _place(trap)))
    name = f" ({places})" if places else ""
    keys = [key for trap in traps for key in trap.evidence[:1]]
    return f"**{_unmarked(_whose(stake)).rstrip('.')}**{name} → {lower_first(_unmarked(remedy))}{ledger.cite(*keys)}"


def _unmarked(text: str) -> str:
    """Quoted code in which an attribute is a key (`claims[@context]`) written so that it is no marker."""
    return text.replace("[@", "[ @")


def _whose(stake: str) -> str:
    """A stake that speaks of no process as the reader's own: the call may be made in a task that nobody waits for."""
    return stake.replace("this process", "the process that makes the call").replace(
        ", and with it whoever waits for it", ", and so does whatever waits for that process"
    )


def _place(trap: Trap) -> str:
    """Where a trap lies; a symbol that is a module's whole name (one the pack takes for granted) stands by itself."""
    alone = not trap.module or trap.symbol[:1] in "@" or trap.symbol[:1].isupper()
    return (trap.symbol if alone else f"{trap.module}.{trap.symbol}").rstrip(".")
