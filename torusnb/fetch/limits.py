"""How much, how long and how fast a fetch may be, and the clock that it goes by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from torusnb.models.base import Value


class Limits(Value, frozen=True):
    """Bounds on what one fetch may cost.

    Attributes:
        wire_bytes: Bytes of one response on the wire, headers included.
        body_bytes: Bytes of one body, unpacked.
        ratio: How many times larger than on the wire a body may unpack to, once it is larger than a mebibyte.
        header_bytes: Bytes of one response's headers.
        robots_bytes: How much of a robots.txt is read; RFC 9309 asks for at least 500 KiB.
        url_characters: The longest address, also as a redirect's target.
        connect_seconds: For one address of a host, its TLS handshake included. resolve_seconds: for its name.
        read_seconds: Between two arrivals of bytes.
        response_seconds: For one response as a whole, however steadily it drips.
        fetch_seconds: For everything about one address: redirects and retries; waiting for the host's turn is not
            counted.
        redirects, retries: How many of each.
        wait_seconds: The longest that a host's Retry-After is waited for.
        crawl_delay_seconds: The most that a robots.txt can ask for between two requests.
        addresses: How many of a host's addresses are tried.
    """

    wire_bytes: int = 20 * 2**20
    body_bytes: int = 40 * 2**20
    ratio: int = 100
    header_bytes: int = 64 * 2**10
    robots_bytes: int = 500 * 2**10
    url_characters: int = 2048
    connect_seconds: float = 10.0
    resolve_seconds: float = 5.0
    read_seconds: float = 20.0
    response_seconds: float = 60.0
    fetch_seconds: float = 180.0
    redirects: int = 5
    retries: int = 3
    wait_seconds: float = 180.0
    crawl_delay_seconds: float = 30.0
    addresses: int = 4


class Clock:
    """The system's time; tests pass another with the same three methods.

    A `sleep` ends early when `stop` is called, so that a client can be closed while it waits.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> str:
        """The time of day, ISO 8601 in UTC with seconds."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Seconds from some fixed point; never runs backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, or less when `stop` was called."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """End every sleep now and from now on."""
        self._stopped.set()


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, seconds: float, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._end = timer() + seconds

    def left(self) -> float:
        """Seconds that are left; 0 or less when the moment is past."""
        return self._end - self._timer()
