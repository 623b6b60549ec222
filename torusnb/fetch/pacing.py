"""How fast a host is asked: one request after the other, slower when it says so, then slowly back."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from torusnb.fetch.limits import Clock

_RECOVERY = 0.8
_DATE = re.compile(r"[A-Za-z]{3,9}[, ]")


@dataclass
class _Pace:
    interval: float
    base: float
    next_start: float = 0.0
    held_until: float = 0.0


class Pacing:
    """The pace of every host asked so far; safe to use from several threads.

    Args:
        interval: Seconds between the starts of two requests to one host.
        longest: The most seconds that a wait may grow to.
    """

    def __init__(self, clock: Clock, interval: float, longest: float) -> None:
        self._clock = clock
        self._interval = interval
        self._longest = longest
        self._lock = threading.Lock()
        self._paces: dict[str, _Pace] = {}

    def wait(self, host: str) -> float:
        """Wait for the host's turn, and take it.

        Returns:
            0 when the turn is taken; else the seconds that the host asked for, more than is waited here.
        """
        with self._lock:
            pace = self._pace(host)
            now = self._clock.monotonic()
            held = pace.held_until - now
            if held > self._longest:
                return held
            start = max(now, pace.next_start, pace.held_until)
            pace.next_start = start + pace.interval
        if start > now:
            self._clock.sleep(start - now)
        return 0.0

    def slow_down(self, host: str, retry_after: float) -> None:
        """A host said 429 or 503: hold it for what it asked, and double its interval."""
        with self._lock:
            pace = self._pace(host)
            now = self._clock.monotonic()
            pace.interval = min(self._longest, max(pace.interval, 0.5) * 2)
            pace.held_until = max(pace.held_until, now + max(retry_after, pace.interval))

    def recover(self, host: str) -> None:
        """A host answered: come a step closer to its usual interval."""
        with self._lock:
            pace = self._pace(host)
            pace.interval = max(pace.base, pace.interval * _RECOVERY)

    def keep_crawl_delay(self, host: str, seconds: float) -> None:
        """A robots.txt asks for an interval of its own: never ask faster."""
        with self._lock:
            pace = self._pace(host)
            if seconds > pace.base:
                pace.base = seconds
                pace.interval = max(pace.interval, seconds)
                pace.next_start = max(pace.next_start, self._clock.monotonic() + seconds)

    def interval(self, host: str) -> float:
        """Seconds between two requests to a host, as things stand."""
        with self._lock:
            return self._pace(host).interval

    def _pace(self, host: str) -> _Pace:
        return self._paces.setdefault(host, _Pace(self._interval, self._interval))


def parse_retry_after(value: str, now: str) -> float:
    """Seconds that a `Retry-After` header asks for (RFC 9110 10.2.3: seconds or a date); 0 when it says nothing.

    Args:
        value: The header.
        now: The time of day, ISO 8601 in UTC.
    """
    text = value.strip()[:64]
    if text.isascii() and text.isdigit():
        return float(min(int(text), 10**8))
    if not _DATE.match(text):
        return 0.0
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.fromisoformat(now)).total_seconds())
