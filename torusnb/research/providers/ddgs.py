"""DuckDuckGo's HTML search, and never anybody else: a rate limit, a challenge page and a true zero are told apart.

The package ddgs knows the form and reads the page. Its own client folds 202, 403, 429, challenge pages and emptiness
into one exception, and asks every engine it knows when a name is misspelt; here one engine is taken and gets no client
at all: its form goes out through torusnb's own, to one address, and the answer is archived like every other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from torusnb.errors import ParameterError
from torusnb.models.base import fingerprint
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import is_web_address, make_label
from torusnb.research.providers.opening import Opening
from torusnb.research.providers.outcomes import outcome_of, told_by
from torusnb.research.providers.package_docs import plain_title
from torusnb.research.providers.protocol import Answer, Fetcher, Hit, answer_with
from torusnb.research.words import found_terms, split_terms, word_set

if TYPE_CHECKING:
    from ddgs.engines.duckduckgo import Duckduckgo
    from ddgs.results import TextResult

SEARCH_URL = "https://html.duckduckgo.com/html/"
INTERVAL = 2.0
"""Seconds between two queries, besides the client's own pace."""

_MOST = 8
_CHALLENGE = ("anomaly-modal", 'id="challenge-form"', "anomaly.js", "bots use duckduckgo too", "g-recaptcha")
_LIMITED = frozenset({202, 403, 429})
_READ = frozenset({"ok", "thin", "challenge"})
_ZERO = ("no-results", "result--no-result")
_WAIT = "Wait some minutes and run the research again, or take `ddgs` out of `providers`."


_NETWORK = "To go on without it, take `ddgs` out of `providers`."


class _RefusalError(Exception):
    """The engine did not answer; `outcome` is a key of `ANSWERS`."""

    def __init__(self, outcome: str, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class DuckDuckGo:
    """Answers with addresses that DuckDuckGo found; none of them is fetched here."""

    name = "ddgs"
    outbound = True

    def __init__(
        self,
        fetcher: Fetcher,
        search_url: str = SEARCH_URL,
        *,
        interval: float = INTERVAL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A provider.

        Args:
            fetcher: Sends the search's form.
            search_url: Where to ask; for tests, an address on loopback.
            interval: Seconds between two queries.
            sleep: Waits.
        """
        self._fetcher = fetcher
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
        return _make_engine(self._fetcher, self._search_url)


def open_ddgs(opening: Opening) -> DuckDuckGo:
    """The provider.

    Raises:
        ParameterError: There is nothing to ask with.
    """
    if opening.fetcher is None:
        raise ParameterError(
            "the research provider 'ddgs' needs the network, and torusnb works offline; set `offline` to false, "
            "or take it out of the parameter `providers`",
            key="providers",
        )
    return DuckDuckGo(opening.fetcher)


def _make_engine(fetcher: Fetcher, url: str) -> Duckduckgo:
    from ddgs.engines.duckduckgo import Duckduckgo
    from lxml.etree import LxmlError

    class Pinned(Duckduckgo):
        """The one engine, asked at one address; it raises where ddgs would report nothing."""

        def __init__(self) -> None:
            # Not the one of ddgs, which would make a client of its own.
            self.results = []

        def request(self, *_: Any, **named: Any) -> str:
            fields = named.get("data") or named.get("params") or {}
            form = tuple((str(name), str(value)) for name, value in fields.items())
            fetched = fetcher.fetch(FetchRequest(url, accept=("page",), form=form))
            if fetched.outcome in _READ and any(result.href for result in self.extract_results(fetched.text)):
                return fetched.text
            _judge(fetched)
            return ""

        def extract_results(self, html_text: str) -> list[TextResult]:
            try:
                return super().extract_results(html_text)
            except (LxmlError, ValueError):  # no document at all
                return []

    return Pinned()


def _judge(fetched: Fetched) -> None:
    """Say what an answer without results is; returns only for a true zero.

    Raises:
        _RefusalError: It is anything else.
    """
    text, status = _shown(fetched), f"(status {fetched.status})"
    if fetched.outcome == "challenge" or any(mark in text for mark in _CHALLENGE):
        raise _RefusalError("challenge", f"DuckDuckGo answered with a challenge page {status}. {_WAIT}")
    if fetched.outcome == "rate-limited" or fetched.status in _LIMITED:
        raise _RefusalError("rate-limited", f"DuckDuckGo asks to slow down {status}. {_WAIT}")
    if fetched.outcome == "gone":
        raise _RefusalError("unreachable", f"DuckDuckGo has no such search any more {status}. {_WAIT}")
    if fetched.outcome not in _READ:
        remedy = _NETWORK if fetched.outcome == "no-answer" else _WAIT
        raise _RefusalError(
            outcome_of(fetched), f"DuckDuckGo gave nothing that can be read: {told_by(fetched)} {remedy}"
        )
    if not any(mark in text for mark in _ZERO):
        raise _RefusalError("broken", f"DuckDuckGo's page has neither results nor a word that there are none. {_WAIT}")


def _shown(fetched: Fetched) -> str:
    """What came, in lower case; of an error page, which is not kept as a page, what was heard of it."""
    heard = fetched.exchanges[-1].body if fetched.exchanges else b""
    return (fetched.text or heard.decode("utf-8", "replace")).lower()


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
