"""Names of hosts to addresses: asked once, checked as a whole, and kept.

A DNS answer that changes between the check and the connection cannot matter, since the connection is made to an
address that was checked, and the name is not asked again while the client lives.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from torusnb.fetch.address import Guard, Target
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.networks import Address, parse_ip

Resolver = Callable[[str], list[str]]
"""A host's name to the spellings of its addresses, in the order to try; raises OSError for an unknown name."""


def resolve_name(host: str) -> list[str]:
    """The addresses that the system knows for a name, in its order."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Names:
    """The addresses of every host asked so far."""

    def __init__(self, guard: Guard, resolver: Resolver, seconds: float, most: int) -> None:
        self._guard = guard
        self._resolver = resolver
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._pinned: dict[str, tuple[Address, ...]] = {}

    def find_addresses(self, target: Target) -> tuple[Address, ...]:
        """The addresses to connect to, at least one, all of them public.

        Raises:
            FetchFailure: The name is unknown (`no-answer`), or one of its addresses is closed (`refused`).
        """
        literal = parse_ip(target.host)
        if literal is not None:
            self._guard.check_ip(target, literal)
            return (literal,)
        with self._lock:
            pinned = self._pinned.get(target.host)
        if pinned is None:
            found = self._resolve(target.host)
            with self._lock:
                # The first answer stays, also when two threads asked at once.
                pinned = self._pinned.setdefault(target.host, found)
        for address in pinned:
            self._guard.check_ip(target, address)
        return pinned[: self._most]

    def _resolve(self, host: str) -> tuple[Address, ...]:
        # The system's resolver knows no timeout of its own: it is left behind when it takes too long.
        answer: list[list[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                answer.append(self._resolver(host))
            except (OSError, UnicodeError) as error:
                answer.append(error)

        thread = threading.Thread(target=ask, name="torusnb-resolve", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not answer:
            raise _unknown(f"the name '{host}' was not resolved within {self._seconds:g} s")
        found = answer[0]
        if not isinstance(found, list):
            raise _unknown(f"the name '{host}' is unknown ({found})")
        addresses = tuple(address for text in found if (address := parse_ip(text)) is not None)
        if not addresses:
            raise _unknown(f"the name '{host}' has no address")
        return addresses


def _unknown(text: str) -> FetchFailure:
    remedy = "Check the spelling and the network; a page that moved needs its new address."
    return FetchFailure("no-answer", text, remedy, transient=True)
