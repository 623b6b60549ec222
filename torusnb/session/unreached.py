"""What a session that may ask outside could not reach, told once for each provider and for the pages as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from torusnb.models.fetched import Fetched
from torusnb.models.sources import REFUSALS
from torusnb.research.addresses import canonical_address
from torusnb.research.providers.replay import RecordedFetch

if TYPE_CHECKING:
    from torusnb.session.session import Session

_NO_PAGE = frozenset({"no-answer", "too-slow"})
_MOST_HOSTS = 3
_WHAT_TO_DO = (
    "The design was written without it. Check the network and the proxy and run again: what came is kept, and only "
    "what is missing is asked for."
)


def find_unreached(session: Session) -> tuple[str, ...]:
    """A sentence for each provider that refused or could not be reached, and one for the pages; then what to do.

    Empty where everybody answered, and offline, where nobody was asked.
    """
    if session.parameters.offline:
        return ()
    told: dict[str, str] = {}
    for failure in session.research().failures:
        if failure.outcome in REFUSALS - {"not-asked"}:
            told.setdefault(failure.provider, f"{failure.provider} ({failure.outcome}): {failure.message}")
    lines = [*told.values(), *_pages(session)]
    return (*lines, _WHAT_TO_DO) if lines else ()


def _pages(session: Session) -> list[str]:
    """What is told of the pages of the research as it stands; an earlier one may have asked for others."""
    wanted = {canonical_address(source.url) for source in session.research().sources}
    last: dict[str, Fetched] = {}
    for event in session.trail.events("fetch"):
        fetched = session.trail.parse(event, RecordedFetch).fetched
        if canonical_address(fetched.requested) in wanted:
            last[fetched.requested] = fetched
    missing = [fetched for fetched in last.values() if fetched.outcome in _NO_PAGE]
    if not missing:
        return []
    hosts = sorted({urlsplit(fetched.requested).hostname or "" for fetched in missing})
    more = f" and {len(hosts) - _MOST_HOSTS} more" if len(hosts) > _MOST_HOSTS else ""
    pages = "1 page" if len(missing) == 1 else f"{len(missing)} pages"
    return [f"{pages} could not be fetched, of {', '.join(hosts[:_MOST_HOSTS])}{more}: cited as not fetched"]
