"""A model opened from what a person gives: its name, an address, a key, a budget."""

from __future__ import annotations

from collections.abc import Callable

from torusnb.errors import ParameterError
from torusnb.messages.budget import Budget
from torusnb.messages.client import MessagesModel
from torusnb.messages.patience import Clock, Patience, SystemClock
from torusnb.messages.prices import PriceList, load_prices
from torusnb.messages.wire import API, Key, check_address, check_key, is_native

MOST_BYTES = 64 * 2**20
"""The most bytes of one reply; a batch may have that for each of its requests."""


def _nothing(_: str) -> None:
    """Nobody is told."""


def open_model(
    *,
    name: str,
    base_url: str = "",
    key: str = "",
    native: bool | None = None,
    stream: bool = True,
    batches: bool = False,
    prices: PriceList | None = None,
    budget: Budget | None = None,
    patience: Patience | None = None,
    clock: Clock | None = None,
    say: Callable[[str], None] = _nothing,
    most_bytes: int = MOST_BYTES,
) -> MessagesModel:
    """A model behind the Messages API; nothing is imported or sent before the first request.

    Args:
        name: The model's id, for messages to a person; a request names its own.
        base_url: Another endpoint than the Messages API itself.
        key: The API key, which callers take from the environment only. It is kept in no record, error or repr.
        native: Whether the endpoint has citations, caching and counting; by default only the API's own address does.
        stream: Whether replies come in pieces; without it a long reply may meet a proxy's time limit.
        batches: Whether `reply_all` sends a message batch, at half the price and within 24 hours.
        prices: What models cost; by default the list that travels with torusnb.
        budget: What may be spent; by default there is no limit.
        patience: How often and how long to wait.
        clock: What waits; tests pass their own.
        say: Told one line for each wait.
        most_bytes: The most bytes of one reply.

    Raises:
        ParameterError: The name or address is unusable, or batches are asked of an endpoint that has none.
        ModelError: `no-key`, or `unsafe-address`.
    """
    hidden = Key(key, base_url)
    check_address(base_url or API, hidden)
    whole = is_native(base_url) if native is None else native
    if not name.strip():
        raise ParameterError("the model has no name; give its id", key="model")
    if batches and not whole:
        raise ParameterError("only the Messages API itself has message batches; leave them off", key="batches")
    check_key(hidden, whole)
    return MessagesModel(
        name=name,
        base_url=(base_url or API).rstrip("/").removesuffix("/v1"),
        key=hidden,
        native=whole,
        stream=stream,
        batches=batches,
        prices=prices or load_prices(),
        budget=budget or Budget(),
        patience=patience or Patience(),
        clock=clock or SystemClock(),
        say=say,
        most_bytes=most_bytes,
    )
