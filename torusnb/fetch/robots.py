"""robots.txt (RFC 9309): what a host allows, asked once for each scheme, host and port."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field

from protego import Protego

from torusnb.fetch.address import Target
from torusnb.fetch.failure import FetchFailure
from torusnb.models.fetched import Exchange, RobotsDecision

AGENT = "torusnb"
"""The product token that a robots.txt can name."""

_MOST_LINES = 2000
_LONGEST_LINE = 8192


@dataclass
class RobotsFile:
    """What came of asking for a host's robots.txt; whoever finds no `url` asks, under the lock.

    Attributes:
        rules: What it says; None when the host has none.
        failure: Why it is not known; until `ask_again` on the client's clock nobody asks again.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""
    exchanges: tuple[Exchange, ...] = ()
    rules: Rules | None = None
    failure: FetchFailure | None = None
    ask_again: float = 0.0


class RobotsShelf:
    """The robots.txt of every host asked so far."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, RobotsFile] = {}

    def find(self, origin: str) -> RobotsFile:
        """The place for one scheme, host and port; empty at first."""
        with self._lock:
            return self._files.setdefault(origin, RobotsFile())


class Rules:
    """A robots.txt that was read; not for two threads at once.

    Args:
        body: Its bytes, as far as they are taken; RFC 9309 says that they are UTF-8.
    """

    def __init__(self, body: bytes) -> None:
        lines = body.decode("utf-8-sig", "replace").replace("\x00", "").splitlines()
        # No address that torusnb asks is as long as the lines that are left out.
        self._text = "\n".join(line for line in lines if len(line) <= _LONGEST_LINE)
        self._rules = Protego.parse(self._text)

    def decide(self, url: str, target: Target) -> RobotsDecision:
        """What it says of an address.

        Args:
            url: Where the robots.txt was asked for.
            target: The address that is to be fetched.
        """
        delay = self._rules.crawl_delay(AGENT) or 0.0
        delay = delay if math.isfinite(delay) and delay > 0 else 0.0
        if self._rules.can_fetch(target.url, AGENT):
            return RobotsDecision("allowed", url, crawl_delay=delay)
        return RobotsDecision("disallowed", url, find_rule(self._text, target.url), delay)


def find_rule(text: str, url: str) -> str:
    """The longest `Disallow` line of torusnb's group that forbids an address; empty when none is found."""
    found = ""
    for pattern in _patterns(text):
        line = f"Disallow: {pattern}"
        if len(line) > len(found) and not Protego.parse(f"User-agent: *\n{line}\n").can_fetch(url, AGENT):
            found = line
    return found[:300]


def _patterns(text: str) -> list[str]:
    """The `Disallow` patterns of the group that names torusnb, or of the group for everybody."""
    own: list[str] = []
    common: list[str] = []
    agents: list[str] = []
    in_rules = named = False
    for raw in text.splitlines()[:_MOST_LINES]:
        field, _, value = (part.strip() for part in raw.split("#")[0].partition(":"))
        if field.lower() == "user-agent":
            agents = [*(() if in_rules else agents), value.lower()]
            in_rules = False
            named = named or AGENT in agents
        elif field.lower() in {"allow", "disallow"}:
            in_rules = True
            if field.lower() == "disallow" and value:
                own += [value] if AGENT in agents else []
                common += [value] if "*" in agents else []
    return own if named else common
