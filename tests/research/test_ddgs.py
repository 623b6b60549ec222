from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.research.fake_web import CHALLENGE, ZERO, FakeWeb, Reply, results_page
from torusnb.models.sources import Query
from torusnb.research.providers.ddgs import DuckDuckGo

QUERY = Query("Q-1", "ddgs", "unique jobs retry period", "tide_jobs")


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb({}) as served:
        yield served


def open_ddgs(web: FakeWeb) -> DuckDuckGo:
    return DuckDuckGo(web.url("/html/"), interval=0.0)


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


def test_a_server_that_is_gone_is_unreachable() -> None:
    with FakeWeb({}) as served:
        address = served.url("/html/")
    assert DuckDuckGo(address, interval=0.0).search(QUERY).outcome == "unreachable"


def test_two_queries_leave_a_pause_between_them(web: FakeWeb) -> None:
    web.replies["/html/"] = Reply(ZERO.encode())
    pauses: list[float] = []
    provider = DuckDuckGo(web.url("/html/"), interval=2.0, sleep=pauses.append)
    for _ in range(3):
        provider.search(Query("Q-1", "ddgs", "links"))
    assert pauses == [2.0, 2.0]
    assert {asked.fields["q"] for asked in web.asked} == {"elixir links"}
