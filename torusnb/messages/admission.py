"""Whether requests may be sent: the most they can cost, against what is left of the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torusnb.messages.budget import Budget
from torusnb.messages.estimates import most_cost, size_in_bytes
from torusnb.messages.prices import PriceList
from torusnb.models.messages import ModelRequest


def admit_requests(
    requests: Sequence[ModelRequest],
    budget: Budget,
    prices: PriceList,
    count: Callable[[ModelRequest], int],
    *,
    batch: bool = False,
) -> None:
    """Let the requests pass together, or refuse them all.

    Args:
        requests: What is to be sent.
        budget: What may be spent.
        prices: What models cost.
        count: Counts a request's tokens; called only where the bytes, one or more for each token, are too many.
        batch: Whether they go out as a message batch.

    Raises:
        RequestError: `over-budget` or `no-price`.
    """
    for priced in (True, False):
        some = [request for request in requests if (prices.price(request.model) is not None) is priced]
        if not some:
            continue
        cost, tokens = _most(some, [size_in_bytes(request) for request in some], prices, batch)
        if not budget.admits(cost, tokens):
            cost, tokens = _most(some, [count(request) for request in some], prices, batch)
        budget.admit(some[0].model, cost, tokens)


def _most(
    requests: Sequence[ModelRequest], tokens_in: Sequence[int], prices: PriceList, batch: bool
) -> tuple[float | None, int]:
    """The most US dollars, None without a price, and the most tokens of requests that all have a price or all none."""
    sized = zip(requests, tokens_in, strict=True)
    costs = [most_cost(prices, request, size, batch=batch) for request, size in sized]
    known = [cost for cost in costs if cost is not None]
    tokens = sum(tokens_in) + sum(request.max_tokens for request in requests)
    return (sum(known) if known else None), tokens
