"""Trying again: how often, and how long between."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from torusnb.messages.failures import RequestError
from torusnb.models.base import Value

Result = TypeVar("Result")


class Clock(Protocol):
    """Seconds that pass."""

    def monotonic(self) -> float:
        """Seconds since some moment; it never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        ...


class SystemClock:
    """The machine's own."""

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after that many seconds; Ctrl-C ends it."""
        time.sleep(seconds)


class Patience(Value, frozen=True):
    """How long torusnb puts up with an endpoint; all times in seconds.

    Attributes:
        tries: How often a request is sent, the first time included.
        first: The wait before the second try; it doubles for each further one.
        longest: The most that is waited between two tries, whatever `retry-after` asks for.
        silence: The most without a byte, which a slow model on one's own machine needs before its first word.
        reply: The most for a whole reply.
        poll: The first wait for a message batch; it doubles up to `longest`.
        batch: The most for a whole message batch; the API gives up after 24 hours.
    """

    tries: int = 4
    first: float = 2.0
    longest: float = 60.0
    silence: float = 600.0
    reply: float = 3600.0
    poll: float = 5.0
    batch: float = 25 * 3600.0


def try_patiently(
    attempt: Callable[[], Result], patience: Patience, clock: Clock, say: Callable[[str], None], what: str
) -> Result:
    """The attempt's result; a failure that may pass is waited out, a few times.

    Args:
        attempt: What is tried.
        patience: How often and how long.
        clock: What waits.
        say: Told before each wait, in one line.
        what: What is tried, for that line.

    Raises:
        RequestError: The last failure.
    """
    tried = 0
    while True:
        tried += 1
        try:
            return attempt()
        except RequestError as failure:
            if not failure.again or tried >= patience.tries:
                raise
            told, after = failure.reason, failure.after
        wait = min(patience.longest, after if after is not None else patience.first * 2 ** (tried - 1))
        say(f"{what}: {told}; try {tried + 1} of {patience.tries} in {wait:.0f} s")
        clock.sleep(wait)
