"""A hard stop: what may be spent, and what was."""

from __future__ import annotations

import math
from collections.abc import Iterable

from torusnb.errors import ParameterError
from torusnb.messages.failures import RequestError
from torusnb.models.messages import RecordedReply


class Budget:
    """What may be spent at most. A request that could pass it is refused before it is sent.

    Args:
        dollars: The most US dollars, for models with a price; None for no limit.
        tokens: The most tokens, in and out, for models without one; None for no limit.
        spent: US dollars that earlier runs took, which count too (`sum_spent`).

    Raises:
        ParameterError: A limit is negative or no number.
    """

    def __init__(self, dollars: float | None = None, tokens: int | None = None, *, spent: float = 0.0) -> None:
        for name, limit in (("dollars", dollars), ("tokens", tokens), ("spent", spent)):
            if limit is not None and (not math.isfinite(limit) or limit < 0):
                raise ParameterError(f"the budget's {name} must be 0 or more", key="budget")
        self.dollars = dollars
        self.tokens = tokens
        self.spent_dollars = spent
        self.spent_tokens = 0
        self.requests = 0

    def admits(self, cost: float | None, tokens: int) -> bool:
        """Whether what would cost so much at most stays within the limits."""
        if cost is not None:
            return self.dollars is None or self.spent_dollars + cost <= self.dollars
        return self.tokens is None or self.spent_tokens + tokens <= self.tokens

    def admit(self, model: str, cost: float | None, tokens: int) -> None:
        """Let a request pass, or refuse it.

        Args:
            model: The model's id, for the message.
            cost: The most US dollars it can cost; None for a model without a price.
            tokens: The most tokens it can take, in and out.

        Raises:
            RequestError: `over-budget`, or `no-price` where a limit in dollars cannot be held for want of a price.
        """
        if cost is None and self.dollars is not None and self.tokens is None:
            raise RequestError("no-price", model)
        if self.admits(cost, tokens):
            return
        asked = f"up to {cost:.4f} US dollars" if cost is not None else f"up to {tokens:,} tokens"
        limit = f"{self.dollars:.2f} US dollars" if cost is not None else f"{self.tokens:,} tokens"
        raise RequestError("over-budget", f"{asked} for it, with {self.render()} of {limit} spent")

    def book(self, cost: float | None, tokens: int) -> None:
        """Count what a request took, whether it was of use or not."""
        self.requests += 1
        if cost is not None:
            self.spent_dollars += cost
        else:
            self.spent_tokens += tokens

    def render(self) -> str:
        """What was spent, in words (`1.2034 US dollars and 5,120 tokens without a price`)."""
        unpriced = f" and {self.spent_tokens:,} tokens without a price" if self.spent_tokens else ""
        return f"{self.spent_dollars:.4f} US dollars{unpriced}"

    def __repr__(self) -> str:
        return f"Budget(dollars={self.dollars}, tokens={self.tokens}, spent={self.render()!r})"


def sum_spent(records: Iterable[RecordedReply]) -> float:
    """US dollars that the requests on record took by the price list of their day, failed and interrupted ones included.

    Nothing is known of a request that was on its way when the process was killed, and of a model without a price.
    """
    spent = 0.0
    for record in records:
        spent += record.cost or 0.0
        if record.reply is not None:
            spent += (record.reply.cost or 0.0) + record.reply.lost
    return round(spent, 8)
