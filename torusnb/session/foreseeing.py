"""What a draft will cost, told before its first request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from torusnb.messages import load_prices, plan_requests
from torusnb.models.design import EvidencePack
from torusnb.models.messages import ModelRequest, RecordedReply
from torusnb.session.voice import say

if TYPE_CHECKING:
    from torusnb.session.session import Session


@runtime_checkable
class Foreseeing(Protocol):
    """A drafter that can tell what it would ask a model."""

    def foresee(self, pack: EvidencePack) -> tuple[ModelRequest, ...]:
        """The requests of a draft, as far as they can be known before the first reply."""
        ...


def say_cost(session: Session, pack: EvidencePack) -> None:
    """Tell a person in one line what a draft from this evidence will cost, by the dated price list.

    Nothing is told where nobody is asked, where the draft has begun before and goes on from its record, or where the
    model has no price. Tokens are estimated, so that telling it sends nothing.

    Raises:
        TemplateError: The price file is unusable.
    """
    parameters = session.parameters
    if parameters.offline or not isinstance(session.drafter, Foreseeing):
        return
    requests = session.drafter.foresee(pack)
    if not requests or _is_recorded(session, requests[0]):
        return
    prices = load_prices(Path(parameters.prices).expanduser() if parameters.prices else None)
    # Not every request of a draft goes out in a batch, so that the most is told at the full price.
    least = plan_requests(requests, prices, batch=parameters.batches).least
    plan = plan_requests(requests, prices)
    if least is None or plan.most is None:
        return
    say(
        f"preflight: {len(requests)} requests with about {plan.tokens_in:,} tokens in and at most {plan.most_out:,} "
        f"out, {least:.2f} to {plan.most:.2f} US dollars by the price list of {plan.as_of}; look-ups, repairs and "
        f"revisions come on top, and it stops at the budget of {parameters.budget:.2f}"
    )


def _is_recorded(session: Session, request: ModelRequest) -> bool:
    recorded = session.trail.value(RecordedReply, "model", request.fingerprint)
    return recorded is not None and recorded.reply is not None
