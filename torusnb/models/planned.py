"""Requests to a model that are still to come, and how the work on them may go."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.messages import ModelRequest


class Course(Value, frozen=True):
    """How the work on each request may go; every number is a bound or a stated guess of whoever plans it.

    Attributes:
        name: `least`, `likely`, `most`.
        written: The share of its `max_tokens` that a reply takes.
        grown: Tokens by which a request is longer than it can be foreseen (what is decided and written by then).
        lookups: The share of the look-ups it may make that it makes, each in a turn of its own.
        asking: The share of its `max_tokens` that a reply takes which only asks for a look-up.
        answer: Tokens of one answer to a look-up.
        repaired: The share of requests that are asked once more.
        revised: How often each is asked for anew after a review.
        rounds: In how many rounds the draft is revised as a whole.
        cached: Whether each turn finds the one before it in the cache.
    """

    name: str
    written: float
    grown: int = 0
    lookups: float = 0.0
    asking: float = 0.0
    answer: int = 0
    repaired: float = 0.0
    revised: float = 0.0
    rounds: float = 0.0
    cached: bool = True


class Planned(Value, frozen=True):
    """A request to come.

    Attributes:
        request: As far as it can be known.
        lookups: The look-ups it may make.
        batched: Whether it may go out in a batch.
        revisable: Whether what it brings may be asked for anew after a review.
        when_revised: The look-ups of a request that went out in a batch, when it is asked for anew by itself.
        each_round: Whether it is asked for in each round of revision, since it is about the whole draft.
        first: Whether it is asked for before any revision.
    """

    request: ModelRequest
    lookups: int = 0
    batched: bool = False
    revisable: bool = True
    when_revised: int = 0
    each_round: bool = False
    first: bool = True
