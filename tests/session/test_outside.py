"""A session that may ask outside: what it fetches is archived, recorded, and not asked for twice."""

from __future__ import annotations

import importlib
import socket
import sys
from pathlib import Path

import pytest

from tests.research.fake_web import FakeWeb, Reply, results_page
from tests.session.opening import Opener
from torusnb.errors import ParameterError, TrailError
from torusnb.fetch import read_archive
from torusnb.models.record import Decision
from torusnb.models.sources import Query
from torusnb.research.providers.ddgs import DuckDuckGo
from torusnb.session import Parameters, Session
from torusnb.session.exporting import Outputs
from torusnb.session.outside import Outside
from torusnb.trail.store import Trail

PAGE = b"""<!doctype html><html><head><title>Deadlines in queues</title></head><body><main><h1>Deadlines in queues</h1>
<p>Whoever sweeps a table with a periodic job does well to claim a bounded batch of rows, oldest first, and to come back
for the rest in the next run, so that one run never holds the queue longer than a lease.</p>
<p>A unique constraint on the natural key turns a retried insert into an update, and makes the job idempotent.</p>
<p>Telemetry spans measure the duration of each run, and a metric without labels of a person stays cheap.</p>
</main></body></html>"""

PROVIDER = """
from torusnb.models.fetched import FetchRequest
from torusnb.models.sources import Source
from torusnb.research.providers import Answer, Hit

class Reef:
    name = "reef"
    outbound = True
    def __init__(self, opening):
        self.fetcher = opening.fetcher
    def identify(self):
        return "reef-1"
    def search(self, query):
        found = self.fetcher.fetch(FetchRequest("{base}/search?q=" + query.text.replace(" ", "+"), accept=("data",)))
        if found.outcome != "ok":
            return Answer((), "rate-limited" if found.status == 429 else "unreachable", found.message)
        source = Source("src:reef-deadlines", "Deadlines in queues", "{base}/deadlines", "reef", primary=False)
        return Answer((Hit(source, 0.9, "Reef knows it"),))
"""


def install(root: Path, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an outside package with a provider that asks a server on the path."""
    (root / "reef_online.py").write_text(PROVIDER.replace("{base}", base))
    info = root / "reef_online-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: reef-online\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[torusnb.providers]\nreef = reef_online:Reef\n")
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.delitem(sys.modules, "reef_online", raising=False)


@pytest.fixture
def pages() -> dict[str, Reply]:
    return {"/deadlines": Reply(PAGE), "/search": Reply(b"{}", media_type="application/json")}


def captured(session: Session) -> set[str]:
    return {citation.source for citation in session.research().citations if citation.snapshot}


def test_a_page_that_a_person_adds_is_fetched_quoted_and_archived(opener: Opener, pages: dict[str, Reply]) -> None:
    with FakeWeb(pages) as web:
        session = opener(offline=False, client=web.client())
        session.decide(Decision("source", web.url("/deadlines"), "add"))
        (citation,) = (c for c in session.research().citations if c.source.endswith("deadlines"))
    assert citation.verdict == "verified"
    assert citation.quote in " ".join(PAGE.decode().split())
    assert citation.link.startswith(web.url("/deadlines"))
    archived = [record.url for record in read_archive(session.outputs.archive) if record.kind == "response"]
    assert web.url("/deadlines") in archived


def test_what_was_fetched_once_is_read_from_the_trail_offline(opener: Opener, pages: dict[str, Reply]) -> None:
    with FakeWeb(pages) as web:
        session = opener(offline=False, client=web.client())
        session.decide(Decision("source", web.url("/deadlines"), "add"))
        found = captured(session)
        dates = {source.key: source.accessed for source in session.research().sources if source.sha256}
        session.close()
        asked = len(web.asked)
        again = opener(today="2026-03-01")
        assert captured(again) == found
        assert len(web.asked) == asked
    later = {source.key: source.accessed for source in again.research().sources if source.key.endswith("deadlines")}
    assert later == {key: date for key, date in dates.items() if key.endswith("deadlines")}
    assert "2026-03-01" not in later.values()


def test_an_answer_is_recorded_and_replayed_without_asking(
    opener: Opener, pages: dict[str, Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWeb(pages) as web:
        install(tmp_path, web.url(""), monkeypatch)
        session = opener(providers="deps,reef", offline=False, client=web.client())
        asked_outside = session.research()
        session.close()
        requests = len(web.asked)
        replayed = opener(providers="deps,replay")
        assert replayed.research().citations == asked_outside.citations
        assert len(web.asked) == requests
    queries = [event for event in replayed.trail.events("query") if event.summary.startswith("reef")]
    answers = list(replayed.trail.events("answer"))
    assert len(queries) == len(answers) > 0
    assert queries[0].seq < answers[0].seq


def test_an_answer_for_another_lock_is_not_taken_for_one_for_this(
    opener: Opener, pages: dict[str, Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWeb(pages) as web:
        install(tmp_path, web.url(""), monkeypatch)
        first = opener(providers="reef", offline=False, client=web.client())
        first.research()
        first.close()
        asked = len(web.asked)
        (tmp_path / "reef_online.py").write_text(
            PROVIDER.replace("{base}", web.url("")).replace('"reef-1"', '"reef-of-another-lock"')
        )
        monkeypatch.delitem(sys.modules, "reef_online")
        importlib.invalidate_caches()
        opener(providers="reef", offline=False, client=web.client()).research()
        searched = [request for request in web.asked[asked:] if request.path == "/search"]
    assert searched


def test_only_who_refused_is_asked_again_and_only_on_a_retry(
    opener: Opener, pages: dict[str, Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = {**pages, "/search": Reply(b"slow down", 429)}
    with FakeWeb(refusing) as web:
        install(tmp_path, web.url(""), monkeypatch)
        session = opener(providers="deps,reef", offline=False, client=web.client())
        assert {failure.outcome for failure in session.research().failures} >= {"rate-limited", "not-asked"}
        first = len(web.asked)
        session.research()
        assert len(web.asked) == first
        web.replies["/search"] = pages["/search"]
        assert not [f for f in session.research(retry=True).failures if f.outcome in {"rate-limited", "not-asked"}]
        assert len(web.asked) > first


def test_terms_that_stay_inside_are_in_no_query_and_nowhere_in_the_trail(
    opener: Opener, pages: dict[str, Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWeb(pages) as web:
        install(tmp_path, web.url(""), monkeypatch)
        free = opener(providers="reef", offline=False, client=web.client())
        words = {word for query in free.research().queries for word in query.text.split()}
        secret = max(sorted(words), key=len)
        kept = opener(out="kept", providers="reef", offline=False, client=web.client(), keep_inside=secret)
        queries = kept.research().queries
    assert queries
    assert not [query for query in queries if secret in query.text]
    assert any(query.removed for query in queries)


def test_offline_refuses_a_provider_that_asks_outside_before_anything_is_written(opener: Opener) -> None:
    with pytest.raises(ParameterError, match="offline"):
        opener(providers="hexdocs", out="never")


def test_a_replay_of_nothing_is_an_error(opener: Opener) -> None:
    with pytest.raises(TrailError, match="no answer of any provider to replay"):
        opener(providers="replay")


def test_an_answer_of_duckduckgo_is_archived_recorded_and_given_again_offline(opener: Opener) -> None:
    query = Query("Q-1", "ddgs", "deadlines periodic job", "")
    with FakeWeb({"/html/": Reply(results_page([("https://example.org/a", "Deadlines", "a periodic job")]))}) as web:
        session = opener(offline=False, client=web.client())
        provider = DuckDuckGo(session.outside, web.url("/html/"), interval=0.0)
        answer = provider.search(query)
        session.outside.keep_answer(provider, query, answer)
        archived = [(r.kind, r.status) for r in read_archive(session.outputs.archive) if r.url == web.url("/html/")]
        session.close()
        asked = len(web.asked)
        later = opener()
        (replayed,) = later.outside.replay(())
        assert replayed.search(query) == later.outside.recall(provider, query) == answer
        assert len(web.asked) == asked == 1
    assert answer.hits
    assert archived == [("response", 200), ("request", 0), ("metadata", 0)]


def test_a_source_that_a_person_keeps_survives_a_run_that_does_not_find_it(opener: Opener) -> None:
    session = opener(providers="deps,catalogue")
    found = session.research()
    kept = next(source for source in found.sources if source.provider == "deps" and source.sha256)
    session.decide(Decision("source", kept.key, "keep"))
    assert kept.key in {citation.source for citation in session.research().citations}
    session.close()
    again = opener(providers="catalogue")
    assert kept.url in {source.url for source in again.research().sources}
    recorded = len(list(again.trail.events("research")))
    again.research()
    assert len(list(again.trail.events("research"))) == recorded


LATER = "2099-01-01"
TAGGED = Reply(PAGE, headers={"ETag": '"one"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})


def accessed(session: Session) -> str:
    return next(source.accessed for source in session.research().sources if source.key.endswith("deadlines"))


def first_run(opener: Opener, web: FakeWeb) -> tuple[str, set[str], int]:
    """A run that captures the page; when, which sources, and how many requests it took."""
    session = opener(offline=False, client=web.client())
    session.decide(Decision("source", web.url("/deadlines"), "add"))
    found = accessed(session), captured(session), len(web.asked)
    session.close()
    return found


def rerun(opener: Opener, web: FakeWeb, today: str) -> Session:
    """A later run that looks at the sources again, since a person decided something."""
    session = opener(offline=False, client=web.client(), today=today)
    session.decide(Decision("source", "https://nobody.example/", "drop"))
    return session


def test_a_page_that_was_captured_long_ago_is_asked_only_whether_it_changed(opener: Opener) -> None:
    with FakeWeb({"/deadlines": TAGGED}) as web:
        day, sources, requests = first_run(opener, web)
        session = rerun(opener, web, LATER)
        assert (accessed(session), captured(session)) == (day, sources)
        asked = [request for request in web.asked[requests:] if request.path == "/deadlines"]
        assert [request.validators for request in asked] == [('"one"', "Thu, 01 Jan 2026 00:00:00 GMT")]
        session.decide(Decision("source", "https://nobody.example/two", "drop"))
        session.research()
        assert len([request for request in web.asked[requests:] if request.path == "/deadlines"]) == 1
    summaries = [event.summary for event in session.trail.events("fetch") if "/deadlines" in event.summary]
    assert [summary.split(":")[0] for summary in summaries] == ["ok", "not-modified"]


def test_a_page_that_changed_since_is_captured_anew(opener: Opener) -> None:
    with FakeWeb({"/deadlines": TAGGED}) as web:
        first_run(opener, web)
        changed = PAGE.replace(b"oldest first", b"youngest first")
        web.replies["/deadlines"] = Reply(changed, headers={"ETag": '"two"'})
        session = rerun(opener, web, LATER)
        quotes = [c.quote for c in session.research().citations if c.source.endswith("deadlines")]
        (page,) = (fetched for fetched in session.outside.pages() if fetched.requested == web.url("/deadlines"))
    assert page.body == changed
    assert quotes
    assert not [quote for quote in quotes if "oldest first" in quote]


@pytest.mark.parametrize("reply", [Reply(b"down", 503), Reply(b"gone", 404), Reply(b"slow down", 429)])
def test_where_no_page_comes_the_captured_one_stays(opener: Opener, reply: Reply) -> None:
    with FakeWeb({"/deadlines": TAGGED}) as web:
        day, sources, _ = first_run(opener, web)
        web.replies["/deadlines"] = reply
        session = rerun(opener, web, LATER)
        assert (accessed(session), captured(session)) == (day, sources)


@pytest.mark.parametrize(("headers", "today"), [({}, LATER), (dict(TAGGED.headers), "2026-01-01")])
def test_a_page_without_validators_or_of_these_days_is_not_asked_again(
    opener: Opener, headers: dict[str, str], today: str
) -> None:
    with FakeWeb({"/deadlines": Reply(PAGE, headers=headers)}) as web:
        _, sources, requests = first_run(opener, web)
        assert captured(rerun(opener, web, today)) == sources
        assert not [request for request in web.asked[requests:] if request.path == "/deadlines"]


def test_who_asks_again_asks_names_again_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(str(host))
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Trail.open(tmp_path / "trail.sqlite3") as trail:
        outside = Outside(Outputs(tmp_path), lambda: trail, Parameters(offline=False))
        for _ in range(2):
            assert outside.fetch("https://reef.example/deadlines").outcome == "no-answer"
        before = len(asked)
        assert before > 0
        assert outside.fetch("https://reef.example/deadlines").outcome == "no-answer"
        assert len(asked) == before
        outside.begin_anew()
        assert outside.fetch("https://reef.example/deadlines").outcome == "no-answer"
        assert len(asked) > before
        outside.close()
