"""What a draft will cost, told before its first request, and what its pack has cost so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from torusnb.messages import Forecast, forecast, load_prices, render_forecast, sum_spent
from torusnb.models.design import EvidencePack
from torusnb.models.messages import ModelRequest, RecordedReply
from torusnb.models.planned import Course, Planned
from torusnb.session.voice import say
from torusnb.trail.store import Trail

if TYPE_CHECKING:
    from torusnb.session.session import Session


@runtime_checkable
class Foreseeing(Protocol):
    """A drafter that can tell what it would ask a model."""

    def foresee(self, pack: EvidencePack) -> tuple[Planned, ...]:
        """The requests of a draft, as far as they can be known before the first reply."""
        ...

    def courses(self) -> tuple[Course, ...]:
        """How the work on them may go: the least, the likely, the most."""
        ...


def load_spent(trail: Trail) -> float:
    """US dollars that all runs over a trail took for its pack, by the price lists of their days."""
    return sum_spent(trail.parse(event, RecordedReply) for event in trail.events("model"))


def say_cost(session: Session, pack: EvidencePack) -> None:
    """Tell a person what a draft from this evidence will cost by the dated price list: a line, and a table of steps.

    Nothing is told where nobody is asked, or where the model has no price. Where the draft has begun before and goes
    on from its record, the line tells only what of the budget is spent. Tokens are estimated, so that nothing is sent.

    Raises:
        TemplateError: The price file is unusable.
    """
    parameters = session.parameters
    if parameters.offline or not isinstance(session.drafter, Foreseeing):
        return
    planned = session.drafter.foresee(pack)
    prices = load_prices(Path(parameters.prices).expanduser() if parameters.prices else None)
    if not planned or prices.price(parameters.model) is None:
        return
    spent = load_spent(session.trail)
    budget = f"{spent:.2f} of the budget of {parameters.budget:.2f} US dollars for this pack is spent"
    if _is_recorded(session, planned[0].request):
        say(f"{budget}; what is on record is not paid for again")
        return
    found = forecast(planned, session.drafter.courses(), prices)
    say(f"preflight: {_line(found)}; it stops at the budget: {budget}")
    say(render_forecast(found).rstrip())


def _line(found: Forecast) -> str:
    least, likely, most = found.total
    return (
        f"about {likely.dollars:.2f} US dollars by the price list of {found.as_of}, {least.dollars:.2f} at least and "
        f"{most.dollars:.2f} at most, look-ups, repairs and revisions included ({least.requests:,.0f} requests at "
        f"least, about {likely.requests:,.0f}, {most.requests:,.0f} at most)"
    )


def _is_recorded(session: Session, request: ModelRequest) -> bool:
    recorded = session.trail.value(RecordedReply, "model", request.fingerprint)
    return recorded is not None and recorded.reply is not None
