from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.research.fake_web import CHALLENGE, ZERO, FakeWeb, PageShelf, Reply, results_page
from torusnb.fetch import Archive, Client
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import Query
from torusnb.research.providers.ddgs import DuckDuckGo

QUERY = Query("Q-1", "ddgs", "unique jobs retry period", "tide_jobs")


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb({}) as served:
        yield served


def open_ddgs(web: FakeWeb) -> DuckDuckGo:
    return DuckDuckGo(web.client(), web.url("/html/"), interval=0.0)


def test_results_are_addresses_that_were_not_fetched(web: FakeWeb) -> None:
    web.replies["/html/"] = Reply(
        results_page(
            [
                ("https://example.org/jobs", "Unique jobs", "A job with a retry and a period."),
                ("//duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fwrapped&amp;rut=1", "Wrapped", "retry"),
                ("https://duckduckgo.com/y.js?ad_domain=x", "Buy jobs", "An advertisement."),
                ("javascript:alert(1)", "No address", "unique jobs"),
            ]
        )
    )
    answer = open_ddgs(web).search(QUERY)
    assert answer.outcome == "answered"
    assert [hit.source.url for hit in answer.hits] == ["https://example.org/jobs", "https://example.org/wrapped"]
    assert all(not hit.source.sha256 and not hit.source.primary for hit in answer.hits)
    assert answer.hits[0].relevance > answer.hits[1].relevance
    assert "speaks of unique, jobs, retry, period" in answer.hits[0].reason
    assert [(asked.method, asked.fields["q"]) for asked in web.asked] == [
        ("POST", "tide_jobs unique jobs retry period")
    ]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(ZERO.encode()), "empty"),
        (Reply(b"<html></html>", 202), "rate-limited"),
        (Reply(b"", 403), "rate-limited"),
        (Reply(b"slow down", 429), "rate-limited"),
        (Reply(CHALLENGE.encode()), "challenge"),
        (Reply(CHALLENGE.encode(), 202), "challenge"),
        (Reply(b"down", 503), "unreachable"),
        (Reply(b"", 302, headers={"Location": "/elsewhere"}), "broken"),
        (Reply(b"<html><body>Something new</body></html>"), "broken"),
        (Reply(b"\xff\x00 not html"), "broken"),
        (Reply(b"<p>" * 800_000), "broken"),
        (Reply(b""), "broken"),
    ],
)
def test_zero_rate_limit_and_challenge_are_three_different_things(web: FakeWeb, reply: Reply, outcome: str) -> None:
    web.replies["/html/"] = reply
    answer = open_ddgs(web).search(QUERY)
    assert (answer.hits, answer.outcome) == ((), outcome)
    assert "DuckDuckGo" in answer.message
    assert [asked.path for asked in web.asked] == ["/html/"]


def test_a_result_that_speaks_of_challenge_pages_is_a_result(web: FakeWeb) -> None:
    text = "What an anomaly-modal is, and no-results of bots use DuckDuckGo too"
    web.replies["/html/"] = Reply(results_page([("https://example.org/a", "Captcha", text)]))
    assert open_ddgs(web).search(QUERY).outcome == "answered"


def test_a_name_that_is_unknown_is_told_shortly() -> None:
    url = "https://search.test/html/"
    gone = Fetched(url, url, "no-answer", f"{url}: the name 'search.test' is unknown. Check the network.")
    answer = DuckDuckGo(PageShelf({url: gone}), url, interval=0.0).search(QUERY)
    assert (answer.outcome, answer.message) == (
        "unreachable",
        "DuckDuckGo gave nothing that can be read: the name 'search.test' is unknown. Check the network. To go on "
        "without it, take `ddgs` out of `providers`.",
    )


def test_a_server_that_is_gone_is_unreachable() -> None:
    with FakeWeb({}) as served:
        provider = open_ddgs(served)
    assert provider.search(QUERY).outcome == "unreachable"


def test_two_queries_leave_a_pause_between_them(web: FakeWeb) -> None:
    web.replies["/html/"] = Reply(ZERO.encode())
    pauses: list[float] = []
    provider = DuckDuckGo(web.client(), web.url("/html/"), interval=2.0, sleep=pauses.append)
    for _ in range(3):
        provider.search(Query("Q-1", "ddgs", "links"))
    assert pauses == [2.0, 2.0]
    assert {asked.fields["q"] for asked in web.asked} == {"elixir links"}


def test_the_engine_has_no_client_of_its_own_to_ask_anybody_with(web: FakeWeb) -> None:
    engine = open_ddgs(web)._engine
    assert not hasattr(engine, "http_client")


@pytest.mark.parametrize("address", ["https://html.duckduckgo.com/html/", "https://other.example/html/"])
def test_one_address_is_asked_whatever_the_package_names(web: FakeWeb, address: str) -> None:
    web.replies["/html/"] = Reply(results_page([("https://example.org/jobs", "Unique jobs", "retry")]))
    engine = open_ddgs(web)._engine
    assert "example.org/jobs" in engine.request("GET", address, params={"q": "retry"})
    assert [(asked.method, asked.path, asked.fields) for asked in web.asked] == [("POST", "/html/", {"q": "retry"})]


def test_an_answer_is_told_from_its_archived_bytes_as_it_was_from_the_wire(web: FakeWeb, tmp_path: Path) -> None:
    results = [
        ("https://example.org/jobs", "Unique jobs", "retry"),
        ("https://example.org/b", "Period", "retry period"),
    ]
    web.replies["/html/"] = Reply(results_page(results))
    client = web.client()
    answer = open_ddgs(web).search(QUERY)
    with Archive.open(tmp_path / "pages.warc.gz") as archive:
        kept = _Keeping(client, archive)
        assert DuckDuckGo(kept, web.url("/html/"), interval=0.0).search(QUERY) == answer
        (held,) = archive.fetched()
        again = PageShelf({web.url("/html/"): held})
        assert DuckDuckGo(again, web.url("/html/"), interval=0.0).search(QUERY) == answer
    assert len(answer.hits) == 2


class _Keeping:
    """A fetcher that archives what a client fetches."""

    def __init__(self, client: Client, archive: Archive) -> None:
        self._client = client
        self._archive = archive

    def fetch(self, request: FetchRequest | str) -> Fetched:
        fetched = self._client.fetch(request)
        self._archive.append(fetched)
        return fetched

    def fetch_all(self, requests: Sequence[FetchRequest | str]) -> Iterator[Fetched]:
        return iter([self.fetch(request) for request in requests])
