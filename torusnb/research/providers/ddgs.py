"""DuckDuckGo's HTML search, and never anybody else: a rate limit, a challenge page and a true zero are told apart.

The package ddgs knows the form and the page. Its own client folds 202, 403, 429, challenge pages and emptiness into one
exception, and asks every engine it knows when a name is misspelt; here one engine is taken, and its client replaced by
one that follows no redirect.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from torusnb.models.base import fingerprint
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import is_web_address, make_label
from torusnb.research.providers.package_docs import plain_title
from torusnb.research.providers.protocol import Answer, Hit, answer_with
from torusnb.research.words import found_terms, split_terms, word_set

if TYPE_CHECKING:
    from ddgs.engines.duckduckgo import Duckduckgo
    from ddgs.results import TextResult

SEARCH_URL = "https://html.duckduckgo.com/html/"
INTERVAL = 2.0
"""Seconds between two queries."""

_TIMEOUT = 15
_MOST_BYTES = 2_000_000
_MOST = 8
_CHALLENGE = ("anomaly-modal", 'id="challenge-form"', "anomaly.js", "bots use duckduckgo too", "g-recaptcha")
_LIMITED = frozenset({202, 403, 429})
_ZERO = ("no-results", "result--no-result")
_WAIT = "Wait some minutes and run the research again, or take `ddgs` out of `providers`."


class _RefusalError(Exception):
    """The engine did not answer; `outcome` is a key of `ANSWERS`."""

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class _Page(NamedTuple):
    status: int
    text: str


class DuckDuckGo:
    """Answers with addresses that DuckDuckGo found; none of them is fetched here."""

    name = "ddgs"
    outbound = True

    def __init__(
        self,
        search_url: str = SEARCH_URL,
        *,
        interval: float = INTERVAL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A provider.

        Args:
            search_url: Where to ask; for tests, an address on loopback.
            interval: Seconds between two queries.
            sleep: Waits.
        """
        self._search_url = search_url
        self._interval = interval
        self._sleep = sleep
        self._asked = False

    def identify(self) -> str:
        """A digest of the address that is asked; what it answers changes from day to day."""
        return fingerprint(self.name, self._search_url)

    def search(self, query: Query) -> Answer:
        """The first results; `elixir` is put before a query that names no package."""
        if self._asked and self._interval:
            self._sleep(self._interval)
        self._asked = True
        try:
            results = self._engine.search(f"{query.package or 'elixir'} {query.text}")
        except _RefusalError as refusal:
            return Answer((), refusal.outcome, str(refusal))
        terms = split_terms(query.text)
        hits = [
            hit
            for place, result in enumerate((results or [])[:_MOST])
            if (hit := _make_hit(result, place, terms)) is not None
        ]
        return answer_with(hits, "DuckDuckGo says that it has no result for these words.")

    @cached_property
    def _engine(self) -> Duckduckgo:
        return _make_engine(self._search_url)


def _make_engine(url: str) -> Duckduckgo:
    import primp
    from ddgs.engines.duckduckgo import Duckduckgo
    from lxml.etree import LxmlError

    class Pinned(Duckduckgo):
        """The one engine, asked at one address; it raises where ddgs would report nothing."""

        search_url = url

        def __init__(self) -> None:
            super().__init__(timeout=_TIMEOUT)
            self.http_client.client = primp.Client(
                timeout=_TIMEOUT,
                impersonate="random",
                impersonate_os="random",
                follow_redirects=False,
                https_only=url.startswith("https://"),
            )

        def request(self, *args: Any, **kwargs: Any) -> str:
            page = _ask(self.http_client.client, args, kwargs)
            if page.status == 200 and any(result.href for result in self.extract_results(page.text)):
                return page.text
            _judge(page)
            return ""

        def extract_results(self, html_text: str) -> list[TextResult]:
            try:
                return super().extract_results(html_text)
            except (LxmlError, ValueError):  # no document at all
                return []

    return Pinned()


def _ask(client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Page:
    """One request; no more than 2 MB of the answer are read."""
    import primp

    data = bytearray()
    try:
        with client.request(*args, **kwargs, stream=True) as response:
            for part in response.iter_bytes(65_536):
                data += part
                if len(data) > _MOST_BYTES:
                    raise _RefusalError("broken", f"DuckDuckGo sent more than {_MOST_BYTES // 1_000_000} MB. {_WAIT}")
            return _Page(response.status_code, data.decode("utf-8", "replace"))
    except primp.PrimpError as error:
        raise _RefusalError("unreachable", f"DuckDuckGo did not answer ({type(error).__name__}). {_WAIT}") from error


def _judge(page: _Page) -> None:
    """Say what a page without results is; returns only for a true zero.

    Raises:
        _RefusalError: It is anything else.
    """
    text = page.text.lower()
    if any(mark in text for mark in _CHALLENGE):
        raise _RefusalError("challenge", f"DuckDuckGo answered with a challenge page (status {page.status}). {_WAIT}")
    if page.status in _LIMITED:
        raise _RefusalError("rate-limited", f"DuckDuckGo asks to slow down (status {page.status}). {_WAIT}")
    if 300 <= page.status < 400:
        raise _RefusalError("broken", f"DuckDuckGo sent on to another address, which is not followed. {_WAIT}")
    if page.status != 200:
        raise _RefusalError("unreachable", f"DuckDuckGo answered with status {page.status}. {_WAIT}")
    if not any(mark in text for mark in _ZERO):
        raise _RefusalError("broken", f"DuckDuckGo's page has neither results nor a word that there are none. {_WAIT}")


def _make_hit(result: TextResult, place: int, terms: dict[str, frozenset[str]]) -> Hit | None:
    url = _unwrap(result.href)
    title = plain_title(result.title) or url
    if not is_web_address(url) or len(url) > 1_000:
        return None
    found = found_terms(terms, word_set(title, result.body))
    share = len(found) / len(terms) if terms else 0.0
    reason = f"DuckDuckGo's result {place + 1}" + (f", which speaks of {', '.join(found[:5])}" if found else "")
    relevance = round(0.2 + 0.6 * share + 0.1 * (1 - place / _MOST), 3)
    label = make_label(urlsplit(url).hostname or "", title)
    return Hit(Source(f"src:{label}", title, url, DuckDuckGo.name, primary=False), relevance, reason)


def _unwrap(href: str) -> str:
    """The address behind DuckDuckGo's redirect; empty for an advertisement."""
    address = f"https:{href}" if href.startswith("//") else href
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if (parts.hostname or "").endswith("duckduckgo.com"):
        return parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else ""
    return address
