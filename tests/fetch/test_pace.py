"""How fast hosts are asked, what they teach, and many at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.fetch.hostile_web import (
    FakeClock,
    HostileWeb,
    Talk,
    answering,
    in_turn,
    open_for,
    redirecting,
    reply,
    with_limits,
)
from torusnb.fetch.batch import WINDOW, fetch_in_turn
from torusnb.fetch.pacing import Pacing, parse_retry_after
from torusnb.models.fetched import Fetched, FetchRequest

NOW = "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("9" * 60, 10**8),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60),
        ("Friday, 02-Jan-26 03:05:05 GMT", 60),
        ("Fri, 02 Jan 2026 03:00:00 GMT", 0),
        ("Fri, 99 Foo 2026 03:00:00 GMT", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("٣", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert parse_retry_after(value, NOW) == seconds


def test_a_host_is_asked_once_an_interval_and_hosts_do_not_wait_for_each_other() -> None:
    clock = FakeClock()
    pacing = Pacing(clock, 1.0, 180.0)
    assert [pacing.wait(host) for host in ("a", "b", "a", "a", "b")] == [0] * 5
    assert clock.slept == [1, 1]


def test_a_host_that_says_slow_down_is_asked_half_as_often_and_slowly_faster_again() -> None:
    clock = FakeClock()
    pacing = Pacing(clock, 1.0, 180.0)
    pacing.slow_down("a", 10)
    pacing.slow_down("a", 0)
    assert pacing.interval("a") == 4
    pacing.wait("a")
    assert clock.slept == [10]
    steps = []
    while pacing.interval("a") > 1:
        pacing.recover("a")
        steps.append(round(pacing.interval("a"), 2))
    assert steps == [3.2, 2.56, 2.05, 1.64, 1.31, 1.05, 1]
    for _ in range(20):
        pacing.slow_down("a", 0)
    assert pacing.interval("a") == 180


def test_a_rate_limit_is_waited_for_and_then_passes() -> None:
    clock = FakeClock()
    page = in_turn(answering(429, b"", Retry_After="20"), answering())
    with HostileWeb(page=page) as web, open_for(web, clock=clock, interval=1) as client:
        fetched = client.fetch(web.url("/page"))
    assert (fetched.outcome, fetched.attempts) == ("ok", 2)
    assert sum(clock.slept) == 21
    assert [exchange.status for exchange in fetched.exchanges] == [404, 429, 200]


def test_a_wait_that_is_too_long_is_left_to_the_reader_and_the_host_to_itself() -> None:
    clock = FakeClock()
    limited = answering(429, b"", Retry_After="Fri, 02 Jan 2026 04:04:05 GMT")
    with HostileWeb(page=limited, other=answering()) as web, open_for(web, clock=clock) as client:
        fetched = client.fetch(web.url("/page"))
        other = client.fetch(web.url("/other"))
        clock.sleep(3600)
        later = client.fetch(web.url("/other"))
    assert (fetched.outcome, fetched.wait_seconds, fetched.attempts) == ("rate-limited", 3600, 1)
    assert (other.outcome, other.attempts) == ("rate-limited", 0)
    assert "asks to wait 3600 s more" in other.message
    assert (later.outcome, web.paths) == ("ok", ["/page", "/other"])


@pytest.mark.parametrize(("jitter", "pauses"), [(0.0, [0, 0, 0]), (0.5, [0.25, 0.5, 1]), (1.0, [0.5, 1, 2])])
def test_pauses_between_tries_double_and_are_jittered_in_full(jitter: float, pauses: list[float]) -> None:
    clock = FakeClock()
    with HostileWeb(page=answering(502)) as web:
        client = open_for(web, clock=clock, jitter=jitter, limits=with_limits(retries=3))
        fetched = client.fetch(web.url("/page"))
    assert (fetched.outcome, fetched.attempts, clock.slept) == ("http-error", 4, pauses)


def test_the_time_for_an_address_as_a_whole_is_bounded() -> None:
    def slow(talk: Talk) -> None:
        talk.wait(0.2)
        talk.send(reply(502))

    with HostileWeb(page=slow) as web:
        client = open_for(web, limits=with_limits(retries=50, fetch_seconds=0.5))
        fetched = client.fetch(web.url("/page"))
    assert fetched.outcome == "too-slow"
    assert 1 <= len(web.paths) <= 3


def test_a_kept_snapshot_is_asked_for_only_if_it_changed() -> None:
    def page(talk: Talk) -> None:
        fresh = talk.headers.get("if-none-match") != '"v1"'
        if fresh:
            talk.send(reply(ETag='"v1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT"))
        else:
            talk.send(reply(304, b"", Content_Length="", ETag='"v1"'))

    with HostileWeb(page=page, old=redirecting("/page")) as web, open_for(web) as client:
        first = client.fetch(web.url("/old"))
        again = client.fetch(FetchRequest(web.url("/old"), etag=first.etag, snapshot_url=first.url))
        moved = client.fetch(FetchRequest(web.url("/old"), etag=first.etag))
    assert (first.outcome, first.etag, first.last_modified) == ("ok", '"v1"', "Thu, 01 Jan 2026 00:00:00 GMT")
    assert (again.outcome, again.body, again.status) == ("not-modified", b"", 304)
    # Validators belong to the address that gave them, and are sent to no other.
    assert moved.outcome == "ok"
    assert "if-none-match" not in dict(web.seen)["/page"]


def test_validators_that_no_header_can_hold_are_not_sent() -> None:
    with HostileWeb(page=answering()) as web, open_for(web) as client:
        fetched = client.fetch(FetchRequest(web.url("/page"), etag='"a"\r\nX-Evil: 1', last_modified="ü"))
    assert (fetched.outcome, "x-evil" in web.seen[-1][1]) == ("ok", False)


def test_many_pages_come_in_the_order_they_were_asked_for() -> None:
    with HostileWeb() as web, open_for(web) as client:
        paths = [f"/{number}" for number in range(30)]
        web.pages |= {path: answering(body=b"<p>page " + path.encode()) for path in paths}
        urls = [web.url(path, host=f"host{number % 4}.test") for number, path in enumerate(paths)]
        bad = "http://10.0.0.1/"
        fetched = list(client.fetch_all([*urls[:10], bad, *urls[10:]], width=3))
    assert [one.requested for one in fetched] == [*urls[:10], bad, *urls[10:]]
    assert [one.outcome for one in fetched] == ["ok"] * 10 + ["refused"] + ["ok"] * 20
    assert [one.text for one in fetched[:10]] == [f"<p>page {path}" for path in paths[:10]]


def test_hosts_are_asked_side_by_side_and_one_host_never_twice_at_once() -> None:
    lock = threading.Lock()
    now: dict[str, int] = {}
    most: dict[str, int] = {"all": 0}
    together = threading.Barrier(3)

    def fetch(request: FetchRequest) -> Fetched:
        host = request.url.split("/")[2]
        with lock:
            now[host] = now.get(host, 0) + 1
            most[host] = max(most.get(host, 0), now[host])
            most["all"] = max(most["all"], sum(now.values()))
        if request.url.endswith("/0"):
            together.wait(10)
        with lock:
            now[host] -= 1
        return Fetched(request.url, request.url, "ok")

    requests = [FetchRequest(f"https://{host}.test/{number}") for number in range(5) for host in "abc"]
    answers = list(fetch_in_turn(requests, fetch, 3))
    assert [answer.requested for answer in answers] == [request.url for request in requests]
    assert most == {"all": 3, "a.test": 1, "b.test": 1, "c.test": 1}


def test_answers_that_wait_for_an_earlier_one_are_bounded() -> None:
    started: list[str] = []
    first = threading.Event()

    def fetch(request: FetchRequest) -> Fetched:
        started.append(request.url)
        if request.url.startswith("https://slow.test"):
            first.wait(10)
        return Fetched(request.url, request.url, "ok")

    requests = [FetchRequest("https://slow.test/"), *(FetchRequest(f"https://a.test/{n}") for n in range(WINDOW * 2))]
    seen: list[int] = []

    def read(answers: Iterator[Fetched]) -> None:
        seen.extend(1 for _ in answers)

    reader = threading.Thread(target=read, args=(fetch_in_turn(requests, fetch, 2),), daemon=True)
    reader.start()
    while len(started) < WINDOW:
        reader.join(0.01)
    reader.join(0.1)
    assert len(started) == WINDOW
    first.set()
    reader.join(10)
    assert len(seen) == len(requests)


def test_to_stop_reading_stops_the_asking() -> None:
    asked: list[str] = []

    def fetch(request: FetchRequest) -> Fetched:
        asked.append(request.url)
        return Fetched(request.url, request.url, "ok")

    requests = [FetchRequest(f"https://a.test/{number}") for number in range(WINDOW * 10)]
    answers = fetch_in_turn(requests, fetch, 4)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert len(asked) <= WINDOW + 2


def test_a_request_that_is_wrong_in_itself_is_an_error_where_the_answers_are_read() -> None:
    with HostileWeb() as web, open_for(web) as client:
        with pytest.raises(ValueError, match="accept must name some of page, data, archive"):
            client.fetch(FetchRequest("https://docs.test/", accept=("video",)))
        with pytest.raises(ValueError, match="accept"):
            list(client.fetch_all([FetchRequest("https://docs.test/", accept=())]))


def test_a_closed_client_fetches_nothing() -> None:
    with HostileWeb(page=answering()) as web:
        with open_for(web) as client:
            pass
        with pytest.raises(ValueError, match="closed"):
            client.fetch(web.url("/page"))
        assert web.seen == []
