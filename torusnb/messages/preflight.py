"""What some requests will take, before the first of them is sent."""

from __future__ import annotations

from collections.abc import Sequence

from torusnb.messages.estimates import estimate_tokens, least_usage, most_cost
from torusnb.messages.prices import PriceList, estimate_cost
from torusnb.models.base import Value
from torusnb.models.messages import Model, ModelRequest


class Planned(Value, frozen=True):
    """One request to come.

    Attributes:
        tokens_in: What goes in. most_out: the most that may come out.
        least, most: US dollars; None for a model without a price. The least assumes that what an earlier request left
            in the cache is still there, and that the reply is short.
    """

    purpose: str
    model: str
    tokens_in: int
    most_out: int
    least: float | None
    most: float | None


class Preflight(Value, frozen=True):
    """What some requests will take.

    Attributes:
        requests: Each of them, in order.
        counted: Whether the endpoint counted the tokens; else they are estimated on the high side.
        as_of: The day of the price list.
        batch: Whether it is for a message batch.
    """

    requests: tuple[Planned, ...]
    counted: bool
    as_of: str
    batch: bool = False

    @property
    def tokens_in(self) -> int:
        """All tokens in."""
        return sum(each.tokens_in for each in self.requests)

    @property
    def most_out(self) -> int:
        """The most tokens out."""
        return sum(each.most_out for each in self.requests)

    @property
    def least(self) -> float | None:
        """The least US dollars; None where a model has no price."""
        return _sum([each.least for each in self.requests])

    @property
    def most(self) -> float | None:
        """The most US dollars; None where a model has no price."""
        return _sum([each.most for each in self.requests])

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The models without a price, sorted."""
        return tuple(sorted({each.model for each in self.requests if each.most is None}))


def plan_requests(
    requests: Sequence[ModelRequest], prices: PriceList, model: Model | None = None, *, batch: bool = False
) -> Preflight:
    """What the requests will take, if they are sent in this order.

    Args:
        requests: The requests.
        prices: What models cost.
        model: Who counts tokens, where it can; without one they are estimated.
        batch: Whether they go out as a message batch.

    Raises:
        ModelError: The endpoint could not be asked to count.
    """
    seen: set[str] = set()
    planned = []
    for request in requests:
        size = model.count_tokens(request) if model is not None else estimate_tokens(request)
        least = estimate_cost(prices, request.model, least_usage(request, size, seen), batch=batch)
        most = most_cost(prices, request, size, batch=batch)
        planned.append(Planned(request.purpose, request.model, size, request.max_tokens, least, most))
    return Preflight(tuple(planned), model is not None and model.native, prices.as_of, batch)


def render_preflight(preflight: Preflight) -> str:
    """The preflight as a Markdown table, with its sum in one sentence before it."""
    how = "counted" if preflight.counted else "estimated"
    number = len(preflight.requests)
    lines = [
        f"{number} {'request' if number == 1 else 'requests'}{' as a message batch' if preflight.batch else ''}: "
        f"{preflight.tokens_in:,} tokens in ({how}), at most {preflight.most_out:,} out; {_cost(preflight)}",
        "What the model looks up meanwhile, revisions and repeated tries come on top.",
        "",
        "| request | model | tokens in | most out | US dollars |",
        "|---|---|---:|---:|---:|",
    ]
    for each in preflight.requests:
        lines.append(
            f"| {_cell(each.purpose)} | {_cell(each.model)} | {each.tokens_in:,} | {each.most_out:,} | "
            f"{_span(each.least, each.most)} |"
        )
    return "\n".join(lines) + "\n"


def _cost(preflight: Preflight) -> str:
    if preflight.unpriced:
        names = ", ".join(preflight.unpriced)
        return f"the cost is not known, for the price list of {preflight.as_of} has no price for {names}."
    return f"{_span(preflight.least, preflight.most)} US dollars by the price list of {preflight.as_of}."


def _span(least: float | None, most: float | None) -> str:
    return f"{least:.4f} to {most:.4f}" if least is not None and most is not None else "not known"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sum(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return round(sum(known), 8) if len(known) == len(costs) else None
