"""Pages that a provider only pointed to are fetched and read, so that what is cited is bound to bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec.structs import replace

from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import canonical_address, is_web_address, pinned_address
from torusnb.research.pages import extract_page
from torusnb.research.passage_index import PassageIndex
from torusnb.research.primary import is_primary
from torusnb.research.providers import Fetcher, Hit

MOST_PAGES = 4
"""Pages fetched for one question."""

NOT_CAPTURED = "it could not be captured"
"""Stands in the reason of a hit whose page was asked for in vain, before what came of it."""

_LEAST_RELEVANCE = 0.3
_SILENT = 0.5
_VERSION = re.compile(r"\d+\.\d+\.\d+[\w.+-]*")


class _Read(NamedTuple):
    fetched: Fetched
    passages: PassageIndex | None


class Capturer:
    """Fetches what was only pointed to; a page is fetched once, whichever questions it is found for."""

    def __init__(self, fetcher: Fetcher, on_fetch: Callable[[Fetched], None] | None = None) -> None:
        """A capturer.

        Args:
            fetcher: Fetches.
            on_fetch: Called with what came of each fetch.
        """
        self._fetcher = fetcher
        self._on_fetch = on_fetch
        self._read: dict[str, _Read] = {}

    def capture(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, those worth it with the captured page and the passage of it that answers.

        Args:
            query: The words that the passage has to speak of.
            hits: Hits under the shelf's keys, best first where two are equally relevant.
        """
        pointers = [hit for hit in hits if _is_worth(hit)]
        pointers.sort(key=lambda hit: (not hit.source.primary, -hit.relevance, hit.source.key))
        chosen = {hit.source.key: hit for hit in reversed(pointers[:MOST_PAGES])}
        self._fetch([chosen[key].source.url for key in sorted(chosen)])
        return [self._bind(hit, query) if chosen.get(hit.source.key) is hit else hit for hit in hits]

    def _fetch(self, urls: Sequence[str]) -> None:
        fresh = {canonical_address(url): url.partition("#")[0] for url in urls}
        wanted = [url for page, url in sorted(fresh.items()) if page not in self._read]
        requests = [FetchRequest(url, accept=("page",)) for url in wanted]
        for url, fetched in zip(wanted, self._fetcher.fetch_all(requests), strict=True):
            if self._on_fetch is not None:
                self._on_fetch(fetched)
            self._read[canonical_address(url)] = _Read(fetched, _index(fetched))

    def _bind(self, hit: Hit, query: Query) -> Hit:
        fetched, passages = self._read[canonical_address(hit.source.url)]
        if passages is None:
            said = fetched.message.strip().rstrip(".") or f"its outcome is `{fetched.outcome}`"
            return replace(hit, reason=f"{hit.reason}; {NOT_CAPTURED}: {said}")
        bound = replace(
            hit,
            source=replace(hit.source, sha256=fetched.sha256),
            captured=fetched.body,
            media_type=fetched.media_type,
            charset=fetched.charset,
            served_by=fetched.url if fetched.url != hit.source.url else "",
            fetched=fetched.fetched_at,
        )
        ranked = passages.search(query.text, package=hit.source.package, limit=1)
        if not ranked:
            less = round(hit.relevance * _SILENT, 3)
            return replace(bound, relevance=less, reason=f"{hit.reason}; no passage of it speaks of what is asked")
        best = ranked[0]
        return replace(
            bound,
            relevance=max(hit.relevance, best.relevance),
            reason=f"{hit.reason}; its passage {best.reason}",
            passage=replace(best.passage, source=hit.source.key),
            start=best.start,
            end=best.end,
        )


def name_release(source: Source, locked: Mapping[str, str], hosts: frozenset[str]) -> Source:
    """The source as documentation of a locked package where its address says so, pinned to the locked version.

    Args:
        source: A source that names no package.
        locked: Public package to its version.
        hosts: Beginnings of the addresses that count as primary.
    """
    if not is_web_address(source.url):
        return source
    source = replace(source, primary=source.primary or is_primary(source.url, hosts))
    parts = urlsplit(source.url)
    host = (parts.hostname or "").lower()
    steps = [step for step in parts.path.split("/") if step]
    if host.endswith(".hexdocs.pm"):
        steps = [host.removesuffix(".hexdocs.pm").replace("-", "_"), *steps]
    elif host != "hexdocs.pm":
        return source
    package = steps[0] if steps else ""
    if package not in locked:
        return source
    if len(steps) > 1 and _VERSION.fullmatch(steps[1]):
        return replace(source, package=package, version=steps[1], primary=True)
    address = f"https://hexdocs.pm/{'/'.join(steps)}" + (f"#{parts.fragment}" if parts.fragment else "")
    pinned = pinned_address(address, package, locked[package])
    return replace(source, url=pinned, package=package, version=locked[package], primary=True)


def _is_worth(hit: Hit) -> bool:
    return not hit.source.sha256 and hit.relevance >= _LEAST_RELEVANCE and is_web_address(hit.source.url)


def _index(fetched: Fetched) -> PassageIndex | None:
    """The passages of a page that a citation may rest on."""
    if not fetched.citable:
        return None
    page = extract_page(fetched.body, fetched.media_type, url=fetched.url, charset=fetched.charset)
    index = PassageIndex()
    index.add(page, source=canonical_address(fetched.requested))
    return index
