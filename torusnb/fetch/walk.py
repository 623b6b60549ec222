"""One request followed to its end: robots.txt, redirects, and the answer."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from torusnb.fetch.address import Target
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.media import check_type, find_media_type, render_accept
from torusnb.fetch.robots import RobotsFile, Rules
from torusnb.fetch.trip import Tools, Trip
from torusnb.fetch.verdict import failed_answer, judge_answer
from torusnb.fetch.wire import Headers, Judge
from torusnb.models.fetched import Exchange, Fetched, FetchRequest, RobotsDecision

_ERROR_BODY = 2**20
_KEPT_FAILURE_SECONDS = 300.0


class Walk:
    """The way of one request; used once."""

    def __init__(self, tools: Tools, request: FetchRequest) -> None:
        self._tools = tools
        self._request = request
        self._form = urlencode(request.form)
        self._trip = Trip(tools, self._form)
        self._robots = RobotsDecision()
        self._robots_exchanges: dict[str, tuple[Exchange, ...]] = {}

    def fetch(self) -> Fetched:
        """What came of it."""
        url = self._request.url
        try:
            target = self._tools.guard.parse_target(url)
            self._check_form()
            snapshot = self._request.snapshot_url or target.url
            while True:
                url = target.url
                self._ask_robots(target)
                answer = self._trip.ask(target, self._headers(target.url == snapshot), self._judge(target))
                if not answer.location:
                    break
                target = self._trip.follow(target, answer)
            fetched = judge_answer(self._request, target, answer, self._tools.clock.now())
        except FetchFailure as failure:
            fetched = failed_answer(self._request, url, failure)
        robots = (exchange for exchanges in self._robots_exchanges.values() for exchange in exchanges)
        return msgspec.structs.replace(
            fetched,
            redirects=tuple(self._trip.redirects),
            robots=self._robots,
            attempts=self._trip.attempts,
            exchanges=(*robots, *self._trip.exchanges),
            form=self._form,
        )

    def _check_form(self) -> None:
        most = self._tools.limits.url_characters
        if len(self._form) > most:
            text = f"the form to send has {len(self._form)} characters, more than {most}"
            raise FetchFailure("refused", text, "Ask with fewer words.")

    def _headers(self, conditional: bool) -> Headers:
        given = self._request
        sent = [("Accept", render_accept(given.accept))]
        if conditional:
            validators = (("If-None-Match", given.etag), ("If-Modified-Since", given.last_modified))
            sent += [(name, value) for name, value in validators if value and value.isascii() and value.isprintable()]
        return tuple(sent)

    def _judge(self, target: Target) -> Judge:
        def judge(status: int, headers: Headers) -> int:
            if status not in (200, 203):
                return _ERROR_BODY
            declared = next((value for name, value in headers if name.lower() == "content-type"), "")
            check_type(find_media_type(declared, target.resource.split("?")[0]), self._request.accept)
            return 0

        return judge

    def _ask_robots(self, target: Target) -> None:
        """Go on when the host allows it; what it says is recorded in any case."""
        tools = self._tools
        kept = tools.robots.find(target.origin)
        with kept.lock:
            if kept.url == "" or (kept.failure is not None and tools.clock.monotonic() > kept.ask_again):
                _load_robots(tools, target, kept)
            self._robots_exchanges[kept.url] = kept.exchanges
            if kept.failure is not None:
                self._robots = RobotsDecision("unreachable", kept.url)
                raise kept.failure
            if kept.rules is None:
                self._robots = RobotsDecision("unavailable", kept.url)
                return
            self._robots = kept.rules.decide(kept.url, target)
        if self._robots.crawl_delay:
            delay = min(self._robots.crawl_delay, tools.limits.crawl_delay_seconds)
            tools.pacing.keep_crawl_delay(target.host, delay)
        if self._robots.verdict == "disallowed" and not self._form:
            rule = f" ('{self._robots.line}')" if self._robots.line else ""
            raise FetchFailure("robots", f"robots.txt forbids it{rule}", "Read it by hand, or cite another page.")


def _load_robots(tools: Tools, target: Target, kept: RobotsFile) -> None:
    """Ask a host for its robots.txt, once for all requests, and keep what came of it."""
    trip = Trip(tools)
    kept.url = f"{target.origin}/robots.txt"
    kept.rules, kept.failure = None, None
    try:
        body = _fetch_robots(tools, trip, kept.url)
        kept.rules = None if body is None else Rules(body)
    except FetchFailure as failure:
        # Without a connection the robots.txt is not what is missing.
        away = failure.outcome == "no-answer"
        text = failure.text if away else f"its robots.txt could not be read: {failure.text}"
        kept.failure = FetchFailure(failure.outcome, text, failure.remedy, wait_seconds=failure.wait_seconds)
        kept.ask_again = tools.clock.monotonic() + _KEPT_FAILURE_SECONDS
    kept.exchanges = tuple(trip.exchanges)


def _fetch_robots(tools: Tools, trip: Trip, url: str) -> bytes | None:
    """The start of a robots.txt; None when the host says that there is none (RFC 9309 2.3.1)."""
    target = tools.guard.parse_target(url)
    while True:
        answer = trip.ask(target, (("Accept", "text/plain"),), lambda _status, _headers: tools.limits.robots_bytes)
        status = answer.exchange.status
        if answer.location:
            if len(trip.redirects) == tools.limits.redirects:
                return None
            target = trip.follow(target, answer)
        elif status == 429:
            raise FetchFailure("rate-limited", "the host answers 429 and asks to slow down", "Try again later.")
        elif status >= 500:
            raise FetchFailure("robots", f"the host answers {status}", "Try again later; until then it is forbidden.")
        elif not 200 <= status < 300:
            return None
        elif answer.failure is not None:
            raise answer.failure
        else:
            return answer.exchange.body
