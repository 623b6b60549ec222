"""robots.txt: asked once for each host, obeyed, and recorded (RFC 9309)."""

from __future__ import annotations

import pytest

from tests.fetch.hostile_web import FakeClock, Handler, HostileWeb, Talk, answering, open_for, redirecting, with_limits
from torusnb.fetch.robots import find_rule
from torusnb.models.fetched import Fetched, RobotsDecision


def _robots(text: str) -> Handler:
    return answering(body=text.encode(), Content_Type="text/plain")


def _fetch(handler: Handler, *paths: str) -> tuple[list[Fetched], HostileWeb]:
    with HostileWeb() as web, open_for(web) as client:
        web.pages["/robots.txt"] = handler
        web.pages |= {path: answering() for path in paths}
        return [client.fetch(web.url(path)) for path in paths], web


def test_what_robots_txt_forbids_is_not_asked() -> None:
    rules = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n"
    (closed, opened, other), web = _fetch(_robots(rules), "/private/page", "/private/open", "/page")
    assert (closed.outcome, opened.outcome, other.outcome) == ("robots", "ok", "ok")
    assert closed.robots == RobotsDecision("disallowed", web.url("/robots.txt"), "Disallow: /private/")
    assert "('Disallow: /private/')" in closed.message
    assert other.robots.verdict == "allowed"
    assert web.paths == ["/private/open", "/page"]


def test_robots_txt_is_asked_once_for_a_host_and_kept_with_each_answer() -> None:
    fetched, web = _fetch(_robots("User-agent: *\nAllow: /\n"), "/a", "/b", "/c")
    assert [path for path, _ in web.seen] == ["/robots.txt", "/a", "/b", "/c"]
    assert {one.exchanges[0].url for one in fetched} == {web.url("/robots.txt")}


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ("User-agent: torusnb\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "robots"),
        ("User-agent: TorusNB\nDisallow: /\n", "robots"),
        ("User-agent: other\nDisallow: /\n", "ok"),
        ("User-agent: *\nDisallow: /\n\nUser-agent: torusnb\nAllow: /\n", "ok"),
        ("User-agent: a\nUser-agent: torusnb\nDisallow: /page\n", "robots"),
        ("User-agent: *\nDisallow: /*.html$\n", "ok"),
        ("User-agent: *\nDisallow: /pa*e$\n", "robots"),
        ("User-agent: *\nDisallow: /page\nAllow: /page\n", "ok"),
        ("User-agent: *\nDisallow: /%70age\n", "robots"),
        ("\ufeffUser-agent: *\r\nDisallow: /page # all of it\r\n", "robots"),
        ("Disallow: /page\n", "ok"),
        ("<!doctype html><title>Not found</title>", "ok"),
        ("\x00\x01\x02", "ok"),
        ("", "ok"),
    ],
)
def test_rules_are_read_as_the_standard_says(rules: str, outcome: str) -> None:
    (fetched,), _ = _fetch(_robots(rules), "/page")
    assert fetched.outcome == outcome


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_without_robots_txt_allows_everything(status: int) -> None:
    (fetched,), _ = _fetch(answering(status, b""), "/page")
    assert (fetched.outcome, fetched.robots.verdict) == ("ok", "unavailable")


@pytest.mark.parametrize(("status", "outcome"), [(500, "robots"), (503, "robots"), (429, "rate-limited")])
def test_a_host_that_fails_to_say_allows_nothing(status: int, outcome: str) -> None:
    (fetched, again), web = _fetch(answering(status, b""), "/page", "/other")
    assert (fetched.outcome, fetched.robots.verdict) == (outcome, "unreachable")
    assert "its robots.txt could not be read" in fetched.message
    assert (again.outcome, web.paths) == (outcome, [])


def test_a_host_that_failed_to_say_is_asked_again_later() -> None:
    clock = FakeClock()
    with HostileWeb(page=answering()) as web, open_for(web, clock=clock) as client:
        web.pages["/robots.txt"] = answering(500, b"")
        assert client.fetch(web.url("/page")).outcome == "robots"
        web.pages["/robots.txt"] = answering(404, b"")
        assert client.fetch(web.url("/page")).outcome == "robots"
        clock.sleep(301)
        assert client.fetch(web.url("/page")).outcome == "ok"


def test_robots_txt_may_redirect_but_not_into_the_readers_network() -> None:
    with HostileWeb(page=answering(), elsewhere=_robots("User-agent: *\nDisallow: /page\n")) as web:
        web.pages["/robots.txt"] = redirecting("/elsewhere")
        assert open_for(web).fetch(web.url("/page")).outcome == "robots"
        web.pages["/robots.txt"] = redirecting("http://169.254.169.254/robots.txt")
        fetched = open_for(web).fetch(web.url("/page"))
        assert (fetched.outcome, fetched.robots.verdict) == ("refused", "unreachable")
        web.pages["/robots.txt"] = redirecting("/robots.txt?again")
        assert open_for(web).fetch(web.url("/page")).outcome == "refused"
        assert "/page" not in web.paths


def test_of_an_endless_robots_txt_only_the_start_is_read() -> None:
    def endless(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /page\n")
        while talk.send(b"# more\n" * 500):
            pass

    with HostileWeb(page=answering(), open=answering()) as web:
        web.pages["/robots.txt"] = endless
        with open_for(web, limits=with_limits(robots_bytes=50_000)) as client:
            closed, opened = client.fetch(web.url("/page")), client.fetch(web.url("/open"))
    assert (closed.outcome, opened.outcome) == ("robots", "ok")
    assert (len(closed.exchanges[0].body), closed.exchanges[0].truncated) == (50_000, "length")


def test_a_pattern_made_to_be_slow_is_not() -> None:
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 200 + "*b$\n"
    (fetched,), _ = _fetch(_robots(rules), "/" + "a" * 1000)
    assert fetched.outcome == "ok"


def test_a_redirect_to_another_host_asks_that_host_first() -> None:
    with HostileWeb(page=answering()) as inner, HostileWeb() as web:
        inner.pages["/robots.txt"] = _robots("User-agent: *\nDisallow: /\n")
        web.pages["/page"] = redirecting(f"http://127.0.0.1:{inner.port}/page")
        fetched = open_for(web, inner).fetch(web.url("/page"))
    assert (fetched.outcome, inner.paths) == ("robots", [])
    assert [exchange.status for exchange in fetched.exchanges] == [404, 200, 302]
    assert fetched.robots.url == f"http://127.0.0.1:{inner.port}/robots.txt"


def test_the_crawl_delay_is_kept_up_to_a_cap() -> None:
    clock = FakeClock()
    with HostileWeb(a=answering(), b=answering()) as web, open_for(web, clock=clock) as client:
        web.pages["/robots.txt"] = _robots("User-agent: *\nCrawl-delay: 7\n")
        assert client.fetch(web.url("/a")).robots.crawl_delay == 7
        client.fetch(web.url("/b"))
        assert clock.slept == [7, 7]
    clock = FakeClock()
    with HostileWeb(a=answering()) as web, open_for(web, clock=clock) as client:
        web.pages["/robots.txt"] = _robots("User-agent: *\nCrawl-delay: 86400\n")
        client.fetch(web.url("/a"))
        assert clock.slept == [30]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("User-agent: *\nDisallow: /a\nDisallow: /a/b\nDisallow: /c", "Disallow: /a/b"),
        ("User-agent: other\nDisallow: /a/b\n\nUser-agent: *\nDisallow: /a", "Disallow: /a"),
        ("User-agent: *\nDisallow: /a/b\n\nUser-agent: torusnb\nDisallow: /a", "Disallow: /a"),
        ("User-agent: *\nDisallow:", ""),
    ],
)
def test_the_rule_that_forbids_is_named(text: str, line: str) -> None:
    assert find_rule(text, "https://docs.test/a/b") == line
