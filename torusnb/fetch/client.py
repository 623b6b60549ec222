"""The client: one address in, one value out, whatever the other side does."""

from __future__ import annotations

import random
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

import truststore

from torusnb import __version__
from torusnb.fetch.address import Allowed, Guard
from torusnb.fetch.batch import fetch_in_turn
from torusnb.fetch.limits import Clock, Limits
from torusnb.fetch.names import Names, Resolver, resolve_name
from torusnb.fetch.pacing import Pacing
from torusnb.fetch.robots import AGENT
from torusnb.fetch.trip import Tools
from torusnb.fetch.verdict import offline_answer
from torusnb.fetch.walk import Walk
from torusnb.fetch.wire import Wire
from torusnb.models.fetched import KINDS, Fetched, FetchRequest

PAGE_INTERVAL = 1.0
"""Seconds between the starts of two requests to one host."""

WIDTH = 8
"""How many hosts are asked at the same time."""


class Client:
    """Fetches pages; the only thing in torusnb that opens a connection to one. Use it as a context manager.

    Nothing is taken from the environment: no proxy, no netrc, no cookies, none kept between requests.

    Args:
        offline: No socket is opened and no name resolved; every outcome is `offline`.
        contact: An address or e-mail that hosts can complain to; it goes into the `User-Agent`.
        interval: Seconds between the starts of two requests to one host.
        ports: Ports that may be asked besides 80 and 443.
        allowed_networks: Exceptions from the guard, for tests against loopback. Nothing else may pass any.
        clock, resolver, jitter, tls: Time, names, random numbers from 0 to 1, TLS settings; the system's own.
    """

    def __init__(
        self,
        *,
        offline: bool = False,
        contact: str = "",
        limits: Limits | None = None,
        interval: float = PAGE_INTERVAL,
        ports: tuple[int, ...] = (),
        allowed_networks: tuple[Allowed, ...] = (),
        clock: Clock | None = None,
        resolver: Resolver = resolve_name,
        jitter: Callable[[], float] = random.random,
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._offline = offline
        self._closed = False
        self._clock = clock or Clock()
        bounds = limits or Limits()
        guard = Guard(ports, allowed_networks, bounds.url_characters)
        self._tools = Tools(
            limits=bounds,
            guard=guard,
            names=Names(guard, resolver, bounds.resolve_seconds, bounds.addresses, self._clock.monotonic),
            pacing=Pacing(self._clock, interval, bounds.wait_seconds),
            wire=Wire(bounds, render_agent(contact), tls or _TlsOnce(), self._clock.now),
            clock=self._clock,
            jitter=jitter,
            closed=lambda: self._closed,
        )

    def fetch(self, request: FetchRequest | str) -> Fetched:
        """What came of a request; a failure is a value too.

        Raises:
            ValueError: The request itself is wrong (an unknown kind), or the client is closed.
        """
        asked = FetchRequest(request) if isinstance(request, str) else request
        if self._closed:
            raise ValueError("the client is closed; open another")
        if not asked.accept or not set(asked.accept) <= set(KINDS):
            raise ValueError(f"accept must name some of {', '.join(KINDS)}, not {asked.accept}")
        if self._offline:
            return offline_answer(asked)
        return Walk(self._tools, asked).fetch()

    def fetch_all(self, requests: Iterable[FetchRequest | str], *, width: int = WIDTH) -> Iterator[Fetched]:
        """What came of each request, in their order; hosts are asked at the same time, each at its own pace.

        Stopping to iterate stops the asking.

        Args:
            requests: Addresses, or requests that say more.
            width: How many hosts at a time.
        """
        asked = [FetchRequest(request) if isinstance(request, str) else request for request in requests]
        return fetch_in_turn(asked, self.fetch, width)

    def close(self) -> None:
        """End every wait; the client fetches nothing any more."""
        self._closed = True
        self._clock.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_client(*, offline: bool, contact: str = "") -> Client:
    """A client with the usual limits; with `offline` one that asks nobody."""
    return Client(offline=offline, contact=contact)


def render_agent(contact: str) -> str:
    """The `User-Agent` header.

    Raises:
        ValueError: The contact holds what a header cannot.
    """
    if not contact.isascii() or not all(character.isprintable() for character in contact):
        raise ValueError("the contact must be printable ASCII: an address or an e-mail")
    return f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")


class _TlsOnce:
    """The system's trust store, opened at the first https request and kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def __call__(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return self._context
