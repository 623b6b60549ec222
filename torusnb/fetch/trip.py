"""Requests that share one budget of time: the host's pace, tries, and what is learnt from the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torusnb.fetch.address import Guard, Target
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.limits import Clock, Deadline, Limits
from torusnb.fetch.names import Names
from torusnb.fetch.pacing import Pacing, parse_retry_after
from torusnb.fetch.robots import RobotsShelf
from torusnb.fetch.verdict import is_challenge
from torusnb.fetch.wire import Answer, Headers, Judge, Wire
from torusnb.models.fetched import Exchange

_TRANSIENT = (429, 502, 503, 504)
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0


@dataclass
class Tools:
    """What every request of a client shares."""

    limits: Limits
    guard: Guard
    names: Names
    pacing: Pacing
    wire: Wire
    clock: Clock
    jitter: Callable[[], float]
    closed: Callable[[], bool]
    robots: RobotsShelf = field(default_factory=RobotsShelf)


class Trip:
    """An address and where it redirects to; used once. With an urlencoded form it asks once and follows nothing."""

    def __init__(self, tools: Tools, form: str = "") -> None:
        self._tools = tools
        self._form = form
        self._retries = 0 if form else tools.limits.retries
        self._left = tools.limits.fetch_seconds
        self.exchanges: list[Exchange] = []
        self.redirects: list[str] = []
        self.attempts = 0

    def ask(self, target: Target, headers: Headers, judge: Judge) -> Answer:
        """The answer, after as many tries as it takes and the limits allow.

        Raises:
            FetchFailure: No answer came.
        """
        tools = self._tools
        tries = 0
        while True:
            last = tries == self._retries
            self._wait(target.host)
            try:
                answer = self._ask_once(target, headers, judge)
                if not self._learn(target, answer) or last:
                    return answer
            except FetchFailure as failure:
                if last or not failure.transient:
                    raise
            # Full jitter: many clients that failed together do not come back together.
            tools.clock.sleep(tools.jitter() * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**tries))
            tries += 1

    def follow(self, target: Target, answer: Answer) -> Target:
        """Where an answer redirects to.

        Raises:
            FetchFailure: It is not to be followed (`refused`).
        """
        self.redirects.append(target.url)
        if self._form:
            text = "it sends on to another address, and a form is sent to no other"
            raise FetchFailure("refused", text, "Open it in a browser.")
        if len(self.redirects) > self._tools.limits.redirects:
            raise _unending(f"it redirects more than {self._tools.limits.redirects} times")
        location = answer.location.encode("latin-1").decode("utf-8", "replace")
        following = self._tools.guard.parse_redirect(target, location)
        if following.url in self.redirects:
            raise _unending(f"it redirects in a circle, back to {following.url}")
        return following

    def _ask_once(self, target: Target, headers: Headers, judge: Judge) -> Answer:
        if self._left <= 0:
            raise FetchFailure("too-slow", "the time for the address as a whole is up", "Try again later.")
        budget = Deadline(self._left)
        try:
            addresses = self._tools.names.find_addresses(target)
            self.attempts += 1
            answer = self._tools.wire.ask(target, addresses, headers, judge, budget.left(), form=self._form)
        finally:
            self._left = budget.left()
        self.exchanges.append(answer.exchange)
        return answer

    def _wait(self, host: str) -> None:
        held = self._tools.pacing.wait(host)
        if self._tools.closed():
            raise FetchFailure("no-answer", "the client was closed meanwhile", "Run the fetch again.")
        if held:
            text = f"{host} asks to wait {held:.0f} s more"
            raise FetchFailure("rate-limited", text, "Run the fetch again after that.", wait_seconds=held)

    def _learn(self, target: Target, answer: Answer) -> bool:
        """Whether asking again may help; the host's pace learns from the answer."""
        exchange, pacing = answer.exchange, self._tools.pacing
        if exchange.status in (429, 503):
            wait = parse_retry_after(exchange.header("retry-after"), self._tools.clock.now())
            pacing.slow_down(target.host, wait)
        else:
            pacing.recover(target.host)
        if answer.failure is not None:
            return answer.failure.transient
        return exchange.status in _TRANSIENT and not is_challenge(exchange)


def _unending(text: str) -> FetchFailure:
    return FetchFailure("refused", text, "Open it in a browser, and give the address where it ends.")
