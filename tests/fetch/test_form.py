"""A form: sent once to one address, with the bounds of every request, and archived with what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.fetch.hostile_web import SMALL, FakeClock
from tests.research.fake_web import FakeWeb, Reply
from torusnb.fetch import Allowed, Archive, Client
from torusnb.models.fetched import FetchRequest

PAGE = b"<!doctype html><html><title>Found</title><body><h1>Found</h1><p>" + b"A reef keeps its polyps. " * 40


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb({"/find": Reply(PAGE)}) as served:
        yield served


def form(web: FakeWeb, *fields: tuple[str, str]) -> FetchRequest:
    return FetchRequest(web.url("/find"), accept=("page",), form=fields or (("q", "warm & cold"), ("l", "us-en")))


def patient_client(web: FakeWeb) -> tuple[Client, FakeClock]:
    """A client that would try again, on a clock that tells what it waited for."""
    clock = FakeClock()
    port = int(web.url("").rpartition(":")[2])
    return Client(interval=1.0, limits=SMALL, clock=clock, allowed_networks=(Allowed("127.0.0.0/8", port),)), clock


def test_a_form_is_posted_and_its_answer_is_a_page_like_any_other(web: FakeWeb) -> None:
    fetched = web.client().fetch(form(web))
    assert (fetched.outcome, fetched.body) == ("ok", PAGE)
    assert [(asked.method, asked.fields) for asked in web.asked] == [("POST", {"q": "warm & cold", "l": "us-en"})]
    assert fetched.form == "q=warm+%26+cold&l=us-en"


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_form_is_sent_once_whatever_comes_of_it(web: FakeWeb, status: int) -> None:
    web.replies["/find"] = Reply(b"later", status)
    client, _ = patient_client(web)
    assert client.fetch(form(web)).status == status
    assert len(web.asked) == 1
    assert client.fetch(web.url("/find")).status == status
    assert len(web.asked) > 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_form_is_sent_on_to_nobody(web: FakeWeb, status: int) -> None:
    web.replies["/find"] = Reply(b"", status, headers={"Location": "/other"})
    fetched = web.client().fetch(form(web))
    assert (fetched.outcome, [asked.path for asked in web.asked]) == ("refused", ["/find"])


def test_a_form_keeps_the_pace_of_its_host(web: FakeWeb) -> None:
    client, clock = patient_client(web)
    for _ in range(3):
        client.fetch(form(web))
    assert sum(clock.slept) >= 2.0


def test_the_decision_of_robots_txt_is_kept_and_a_rule_for_crawlers_does_not_stop_a_form(web: FakeWeb) -> None:
    web.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /find\n", media_type="text/plain")
    client = web.client()
    sent, crawled = client.fetch(form(web)), client.fetch(web.url("/find"))
    assert (sent.outcome, sent.robots.verdict, sent.robots.line) == ("ok", "disallowed", "Disallow: /find")
    assert (crawled.outcome, crawled.robots.verdict) == ("robots", "disallowed")
    assert [asked.method for asked in web.asked] == ["POST"]


@pytest.mark.parametrize("status", [500, 503])
def test_a_host_that_fails_to_say_what_it_allows_gets_no_form(web: FakeWeb, status: int) -> None:
    web.replies["/robots.txt"] = Reply(b"down", status)
    fetched = web.client().fetch(form(web))
    assert (fetched.outcome, fetched.robots.verdict, web.asked) == ("robots", "unreachable", [])


def test_a_form_that_is_too_long_or_offline_asks_nobody(web: FakeWeb) -> None:
    assert web.client().fetch(form(web, ("q", "x" * 3_000))).outcome == "refused"
    assert Client(offline=True).fetch(form(web)).outcome == "offline"
    assert web.asked == []


def test_a_form_into_the_readers_network_is_refused(web: FakeWeb) -> None:
    assert Client().fetch(form(web)).outcome == "refused"
    assert web.asked == []


def test_a_form_is_archived_with_what_was_sent_and_is_no_answer_to_its_address(web: FakeWeb, tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    with Archive.open(path) as archive:
        fetched = web.client().fetch(form(web))
        archive.append(fetched)
        assert archive.find(web.url("/find")) is None
        assert [kept.form for kept in archive.fetched()] == [fetched.form]
    with path.open("rb") as file:
        sent = [
            (record.http_headers.protocol, record.content_stream().read().decode())
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "request" and record.rec_headers.get_header("WARC-Target-URI") == web.url("/find")
        ]
    assert sent == [("POST", "q=warm+%26+cold&l=us-en")]


def test_two_forms_to_one_address_are_two_answers_in_the_archive(web: FakeWeb, tmp_path: Path) -> None:
    client, _ = patient_client(web)  # whose clock stands still, so that only the form tells them apart
    with Archive.open(tmp_path / "pages.warc.gz") as archive:
        for words in ("one", "two"):
            archive.append(client.fetch(form(web, ("q", words))))
        assert [kept.form for kept in archive.fetched()] == ["q=one", "q=two"]
