"""Names of hosts to addresses: asked once, checked as a whole, and kept.

A DNS answer that changes between the check and the connection cannot matter, since the connection is made to an
address that was checked, and the name is not asked again while the client lives. A name that came to nothing is not
asked again for a while either: every question of a research would wait for it anew. Where no name was ever resolved
and two could not even be asked for, none is asked for that while: there is no name service here. One such name may lie
with those who serve that name.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

from torusnb.fetch.address import Guard, Target
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.networks import Address, parse_ip

Resolver = Callable[[str], list[str]]
"""A host's name to the spellings of its addresses, in the order to try; raises OSError for an unknown name."""


KEPT_FAILURE_SECONDS = 300.0
"""How long a name that came to nothing is not asked for again."""
_NO_SERVICE_NAMES = 2
"""How many names must have come to no answer at all before none is asked for."""


def resolve_name(host: str) -> list[str]:
    """The addresses that the system knows for a name, in its order."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Names:
    """The addresses of every host asked so far."""

    def __init__(
        self,
        guard: Guard,
        resolver: Resolver,
        seconds: float,
        most: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._pinned: dict[str, tuple[Address, ...]] = {}
        self._monotonic = monotonic
        self._failed: dict[str, tuple[float, str]] = {}
        self._unanswered: dict[str, float] = {}

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
            failed = self._known_failure(target.host) if pinned is None else None
        if failed is not None:
            raise failed
        if pinned is None:
            found = self._find(target.host)
            with self._lock:
                # The first answer stays, also when two threads asked at once.
                pinned = self._pinned.setdefault(target.host, found)
        for address in pinned:
            self._guard.check_ip(target, address)
        return pinned[: self._most]

    def _known_failure(self, host: str) -> FetchFailure | None:
        """Why a name need not be asked for again yet; under the lock."""
        since, told = self._failed.get(host, (0.0, ""))
        now = self._monotonic()
        if told and now - since < KEPT_FAILURE_SECONDS:
            return _unknown(told)
        unanswered = sum(now - since < KEPT_FAILURE_SECONDS for since in self._unanswered.values())
        if not self._pinned and unanswered >= _NO_SERVICE_NAMES:
            return _unknown(f"the name '{host}' was not asked for, since no name can be resolved here")
        return None

    def _find(self, host: str) -> tuple[Address, ...]:
        try:
            return self._resolve(host)
        except FetchFailure as failure:
            with self._lock:
                now = self._monotonic()
                self._failed[host] = now, failure.text
                if isinstance(failure, _NoServiceError):
                    self._unanswered[host] = now
            raise

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
            raise _NoServiceError(f"the name '{host}' was not resolved within {self._seconds:g} s")
        found = answer[0]
        if isinstance(found, socket.gaierror) and found.errno == socket.EAI_AGAIN:
            raise _NoServiceError(f"the name '{host}' could not be asked for ({_said(found)})")
        if isinstance(found, socket.gaierror):
            raise _unknown(f"the name '{host}' is unknown")
        if not isinstance(found, list):
            raise _unknown(f"the name '{host}' is unknown ({_said(found)})")
        addresses = tuple(address for text in found if (address := parse_ip(text)) is not None)
        if not addresses:
            raise _unknown(f"the name '{host}' has no address")
        return addresses


_REMEDY = "Check the network and the spelling."


class _NoServiceError(FetchFailure):
    """Nobody answered what a name stands for, which says nothing about the name."""

    def __init__(self, text: str) -> None:
        super().__init__("no-answer", text, _REMEDY)


def _unknown(text: str) -> FetchFailure:
    return FetchFailure("no-answer", text, _REMEDY)


def _said(error: OSError | UnicodeError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
