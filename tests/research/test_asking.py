"""What research makes of refusals, of nothing, and of what must stay inside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.research.fake_web import (
    CHALLENGE,
    FakeWeb,
    PageShelf,
    Reply,
    exdoc_page,
    make_tarball,
    results_page,
    search_answer,
)
from tests.research.research_cases import (
    CATALOGUE,
    CONTEXT,
    DOCS,
    JOBS_GUIDE,
    PACK,
    PLAYBOOK,
    SECTIONS,
    TODAY,
    evidence_pack,
    providers,
)
from torusnb.errors import ParameterError, TorusnbError, TrailError
from torusnb.models.base import render_json
from torusnb.models.fetched import Fetched
from torusnb.models.record import Decision
from torusnb.models.sources import ANSWERS, Query, Question, Research, Source
from torusnb.research.asking import Asker
from torusnb.research.capturing import name_release
from torusnb.research.providers import Answer, Fetcher, Hit, Provider, open_providers
from torusnb.research.providers.ddgs import DuckDuckGo
from torusnb.research.providers.deps import DependencyDocs
from torusnb.research.providers.hexdocs import Hexdocs
from torusnb.research.providers.opening import find_hex_home
from torusnb.research.providers.replay import (
    RecordedAnswer,
    RecordedFetch,
    ReplayFetcher,
    open_replay,
    record_answer,
    record_fetch,
)
from torusnb.research.report import render_research
from torusnb.research.run import ResearchResult, run_research

PAGE_URL = "https://blog.example.org/unique-jobs"
PAGE = (
    "<html><head><title>Unique jobs</title></head><body><main><h1 id='top'>Unique jobs and retries</h1><p>"
    "A job is unique for its period, and a retry of the same job never counts as a duplicate in any state. "
    "Inserting a second unique job with the same keys while the first waits is a conflict and returns the first one."
    "</p><p>Everything else on this page is only here so that the page is long enough to be a page at all, with "
    "sentences that speak of the weather on the coast and of the people who watch it.</p></main></body></html>"
)


class Outside:
    """A provider that sends words out, and gives one answer to all."""

    name = "outside"
    outbound = True

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Query] = []

    def identify(self) -> str:
        return "outside"

    def search(self, query: Query) -> Answer:
        self.asked.append(query)
        return self.answer


def pointer(url: str = PAGE_URL) -> Hit:
    return Hit(Source("src:blog", "Unique jobs", url, "outside", primary=False), 0.7, "the search found it")


def page(url: str = PAGE_URL, outcome: str = "ok") -> Fetched:
    body = PAGE.encode()
    if outcome != "ok":
        return Fetched(url, url, outcome, "The host says no.")
    return Fetched(
        url,
        url,
        outcome,
        media_type="text/html",
        charset="utf-8",
        fetched_at="2031-05-06T07:08:09Z",
        sha256="ab" * 32,
        body=body,
    )


def run(*asked: Provider, keep: tuple[str, ...] = (), fetcher: Fetcher | None = None) -> ResearchResult:
    return run_research(PACK, CONTEXT, PLAYBOOK, asked, TODAY, lambda _: None, keep_inside=keep, fetcher=fetcher)


def outcomes(found: Research) -> set[str]:
    return {failure.outcome for failure in found.failures}


@pytest.mark.parametrize("outcome", ["rate-limited", "challenge", "unreachable"])
def test_a_provider_that_refuses_is_named_and_left_alone_and_blocks_what_depends_on_it(outcome: str) -> None:
    outside = Outside(Answer((), outcome, "It says no. Wait."))
    found = run(outside).research
    assert len(outside.asked) == 1
    assert found.blocked == tuple(question.id for question in found.questions)
    assert [failure.outcome for failure in found.failures] == [outcome] + ["not-asked"] * (len(found.questions) - 1)
    assert {failure.provider for failure in found.failures} == {"outside"}
    assert found.failures[0].message == "It says no. Wait."
    assert len(found.queries) == 1


def test_an_answer_that_cannot_be_read_does_not_end_the_asking() -> None:
    outside = Outside(Answer((), "broken", "Junk."))
    found = run(outside).research
    assert len(outside.asked) == len(found.questions)
    assert outcomes(found) == {"broken"}


def test_verified_words_from_elsewhere_keep_a_question_open_for_drafting_and_the_refusal_is_told_all_the_same() -> None:
    found = run(*providers(), Outside(Answer((), "rate-limited", "Wait."))).research
    verified = {citation.question for citation in found.citations if citation.verdict == "verified"}
    assert verified
    assert not verified & set(found.blocked)
    assert {f.question for f in found.failures if f.provider == "outside"} == {q.id for q in found.questions}
    pointed = {c.question for c in found.citations} - verified
    assert pointed <= set(found.blocked)


def test_nothing_found_anywhere_blocks_the_question_and_names_everybody_who_was_asked() -> None:
    found = run(*providers()).research
    assert found.blocked
    for name in found.blocked:
        told = {failure.provider for failure in found.failures if failure.question == name}
        assert told == {"deps", "catalogue"}
    assert outcomes(found) == {"empty"}
    assert {failure.question for failure in found.failures} == set(found.blocked)


def test_hits_that_are_too_weak_are_told_as_such() -> None:
    weak = replace(pointer(), relevance=0.1)
    found = run(Outside(Answer((weak,)))).research
    assert found.blocked == tuple(question.id for question in found.questions)
    assert all("too little of the question" in failure.message for failure in found.failures)


def test_an_outcome_that_nobody_knows_counts_as_broken() -> None:
    found = run(Outside(Answer((), "fine", ""))).research
    assert outcomes(found) == {"broken"}
    assert outcomes(found) <= set(ANSWERS)


def test_what_must_stay_inside_is_in_no_query_that_leaves_and_in_every_local_one() -> None:
    outside = Outside(Answer((), "empty", "Nothing."))
    local = DependencyDocs(lambda: DOCS)
    found = run(local, outside, keep=("unique jobs", "heron")).research
    sent = [query for query in found.queries if query.provider == "outside"]
    asked = {query.question: query for query in found.queries if query.provider == "deps"}
    assert sent == outside.asked
    assert any(query.removed for query in sent)
    assert all("heron" not in f"{query.text} {query.package}".lower() for query in sent)
    assert any("unique" in query.text for query in asked.values())
    for query in sent:
        assert len(query.text.split()) + query.removed >= len(asked[query.question].text.split())


def test_a_query_with_nothing_left_is_not_sent_and_says_so() -> None:
    everything = tuple(term for question in run().research.questions for term in question.terms)
    outside = Outside(Answer((pointer(),)))
    found = run(outside, keep=everything).research
    assert outside.asked == []
    assert found.queries == ()
    assert outcomes(found) == {"not-sent"}
    assert set(found.blocked) == {question.id for question in found.questions}


def test_what_a_record_of_a_query_holds_never_tells_what_was_taken_out() -> None:
    outside = Outside(Answer((), "empty", "Nothing."))
    found = run(outside, keep=("retry",)).research
    assert any(query.removed for query in found.queries)
    assert b"retry" not in render_json(found.queries)


def test_a_page_that_was_only_pointed_to_is_fetched_and_quoted() -> None:
    shelf = PageShelf({PAGE_URL: page()})
    found = run(Outside(Answer((pointer(),))), fetcher=shelf)
    cited = [citation for citation in found.research.citations if citation.verdict == "verified"]
    assert cited
    assert all(citation.quote in " ".join(PAGE.split()) for citation in cited)
    source = found.research.source("src:blog")
    assert source is not None
    assert (source.accessed, source.sha256, source.primary) == ("2031-05-06", "ab" * 32, False)
    assert found.snapshots["ab" * 32] == PAGE.encode()
    assert shelf.asked == [PAGE_URL]
    assert cited[0].fetched == "2031-05-06T07:08:09Z"


OLD_URL = "https://old.example.org/jobs?page=7"


def test_two_pages_for_which_one_name_was_wished_are_two_sources() -> None:
    found = run(Outside(Answer((pointer(), pointer(OLD_URL))))).research
    assert {source.url: source.key for source in found.sources if source.provider == "outside"}.keys() == {
        PAGE_URL,
        OLD_URL,
    }
    assert len({citation.source for citation in found.citations}) == 2


def test_an_address_that_only_sends_on_to_a_page_is_the_same_source() -> None:
    shelf = PageShelf({PAGE_URL: page(), OLD_URL: replace(page(OLD_URL), url=PAGE_URL)})
    found = run(Outside(Answer((pointer(), pointer(OLD_URL)))), fetcher=shelf).research
    assert sorted(shelf.asked) == sorted([PAGE_URL, OLD_URL])
    assert len({citation.source for citation in found.citations if citation.verdict == "verified"}) == 1
    assert len({source.key for source in found.sources if source.sha256}) == 1


def test_a_dropped_page_does_not_come_back_by_an_address_that_sends_on_to_it() -> None:
    shelf = PageShelf({OLD_URL: replace(page(OLD_URL), url=PAGE_URL)})
    dropped = (Decision("source", PAGE_URL, "drop", "a blog"),)
    asked = (Outside(Answer((pointer(OLD_URL),))),)
    found = run_research(PACK, CONTEXT, PLAYBOOK, asked, TODAY, lambda _: None, dropped, fetcher=shelf).research
    assert found.citations == ()


@pytest.mark.parametrize("outcome", ["refused", "challenge", "thin", "gone", "too-slow"])
def test_a_page_that_cannot_be_had_stays_a_pointer_and_says_why(outcome: str) -> None:
    found = run(Outside(Answer((pointer(),))), fetcher=PageShelf({PAGE_URL: page(outcome=outcome)})).research
    assert {citation.verdict for citation in found.citations} == {"not-fetched"}
    assert all("could not be captured: The host says no" in citation.reason for citation in found.citations)


def test_a_page_that_a_person_dropped_is_not_even_fetched() -> None:
    shelf = PageShelf({PAGE_URL: page()})
    dropped = (Decision("source", PAGE_URL, "drop", "a blog"),)
    asked = (Outside(Answer((pointer(),))),)
    found = run_research(PACK, CONTEXT, PLAYBOOK, asked, TODAY, lambda _: None, dropped, fetcher=shelf).research
    assert shelf.asked == []
    assert found.citations == ()


def test_documentation_of_a_locked_package_is_asked_for_at_the_locked_version() -> None:
    pinned = "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"
    shelf = PageShelf({pinned: page(pinned)})
    found = run(Outside(Answer((pointer("https://tide-jobs.hexdocs.pm/retrying.html"),))), fetcher=shelf).research
    assert shelf.asked == [pinned]
    source = next(source for source in found.sources if source.url == pinned)
    assert (source.package, source.version, source.primary) == ("tide_jobs", "2.1.0", True)


def test_the_report_names_who_refused_what_was_kept_inside_and_what_stays_open() -> None:
    found = run(*providers(), Outside(Answer((), "rate-limited", "It says no. Wait."))).research
    report = render_research(evidence_pack(found), SECTIONS)
    assert "No answer from outside (rate-limited): It says no. Wait." in report
    assert "not-asked" in report
    assert report.count("**Open**") + report.count("**Unanswered**") == len(found.blocked)
    kept = run(Outside(Answer((), "empty", "Nothing.")), keep=("retry",)).research
    assert "(1 kept inside)" in render_research(evidence_pack(kept), SECTIONS)


def recorded_run() -> tuple[ResearchResult, list[RecordedAnswer], list[RecordedFetch], dict[str, bytes]]:
    answers: list[RecordedAnswer] = []
    fetches: list[RecordedFetch] = []
    bodies: dict[str, bytes] = {}

    def keep(provider: Provider, query: Query, answer: Answer) -> None:
        recorded, held = record_answer(query, answer, outbound=provider.outbound)
        answers.append(recorded)
        bodies.update(held)

    def keep_fetch(fetched: Fetched) -> None:
        recorded, held = record_fetch(fetched)
        fetches.append(recorded)
        bodies.update(held)

    found = run_research(
        PACK,
        CONTEXT,
        PLAYBOOK,
        (*providers(), Outside(Answer((pointer(),)))),
        TODAY,
        lambda _: None,
        keep_inside=("retry",),
        fetcher=PageShelf({PAGE_URL: page()}),
        on_answer=keep,
        on_fetch=keep_fetch,
    )
    return found, answers, fetches, bodies


def test_a_replay_gives_the_same_research_byte_for_byte_without_asking_anybody() -> None:
    found, answers, fetches, bodies = recorded_run()
    again = run_research(
        PACK,
        CONTEXT,
        PLAYBOOK,
        open_replay(answers, bodies.get, CATALOGUE),
        TODAY,
        lambda _: None,
        keep_inside=("retry",),
        fetcher=ReplayFetcher(fetches, bodies.get),
    )
    assert render_json(again.research) == render_json(found.research)
    assert again.snapshots == found.snapshots


def test_a_replay_that_misses_a_query_says_whose_and_which() -> None:
    _, answers, _, bodies = recorded_run()
    provider = open_replay(answers, bodies.get)[0]
    with pytest.raises(TrailError, match="no answer of deps to the query 'never asked'"):
        provider.search(Query("Q-1", "deps", "never asked"))


def test_a_replay_without_the_captured_bytes_is_an_error() -> None:
    _, answers, fetches, _ = recorded_run()
    full = next(held for held in answers if any(hit.source.sha256 for hit in held.answer.hits))
    provider = open_replay(answers, lambda _: None)[0]
    with pytest.raises(TrailError, match="lacks the captured bytes"):
        provider.search(full.query)
    with pytest.raises(TrailError, match=r"holds no fetch of https://else\.example"):
        ReplayFetcher(fetches, lambda _: None).fetch("https://else.example/")


def test_a_record_that_a_page_is_unchanged_leaves_the_captured_page() -> None:
    _, _, fetches, bodies = recorded_run()
    held = next(each for each in fetches if each.fetched.sha256)
    unchanged, _ = record_fetch(replace(held.fetched, outcome="not-modified", sha256="", body=b""))
    fetcher = ReplayFetcher([*fetches, unchanged], bodies.get)
    assert fetcher.fetch(held.fetched.requested).body == bodies[held.fetched.sha256]


class Careless(Outside):
    """A provider that raises, or returns, what it should not."""

    def search(self, query: Query) -> Answer:
        if query.question == "Q-1":
            raise KeyError("coral")
        return ()  # type: ignore[return-value]


def test_a_provider_that_raises_or_returns_junk_is_named() -> None:
    careless = Careless(Answer())
    with pytest.raises(TorusnbError, match=r"provider 'outside' failed \(KeyError: 'coral'\)"):
        run(careless)
    asker = Asker((careless,), (), {}, lambda _: None)
    with pytest.raises(TorusnbError, match="provider 'outside' gave tuple instead of an Answer"):
        asker.ask(Question("Q-2", "?", "conc", terms=("retry",)))


@pytest.mark.parametrize("url", ["", "http://[", "javascript:alert(1)", "https://hexdocs.pm", "https://hexdocs.pm//x"])
def test_an_address_that_makes_no_sense_stays_as_it_is(url: str) -> None:
    source = Source("src:x", "X", url, "outside", primary=False)
    assert name_release(source, {"tide_jobs": "2.1.0"}, frozenset()) == source


def test_hexs_folder_is_found_where_hex_looks_for_it(tmp_path: Path) -> None:
    assert find_hex_home({"HEX_HOME": str(tmp_path)}) == tmp_path
    assert find_hex_home({"HEX_HOME": str(tmp_path / "none")}) is None


PLUGIN = """
from torusnb.research.providers import Answer

class Reef:
    name = "reef"
    outbound = {outbound}
    def __init__(self, opening):
        self.root = opening.root
    def identify(self):
        return "reef"
    def search(self, query):
        return Answer((), "empty", "Nothing.")

def explode(opening):
    raise OSError("no coral")
"""


def install(root: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str, outbound: object = False) -> None:
    """Put an outside package on the path, with its entry point."""
    (root / "reef_search.py").write_text(PLUGIN.replace("{outbound}", repr(outbound)))
    info = root / "reef_search-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: reef-search\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[torusnb.providers]\n{name} = {target}\n")
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.delitem(sys.modules, "reef_search", raising=False)


def test_an_outside_package_adds_a_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "reef", "reef_search:Reef")
    (opened,) = open_providers(("reef",), Path(), ())
    assert opened.search(Query("Q-1", "reef", "coral")).outcome == "empty"


@pytest.mark.parametrize(
    ("name", "target", "outbound", "said"),
    [
        ("reef", "reef_search:Missing", False, "package reef-search cannot be used: AttributeError"),
        ("reef", "no_such_module:Reef", False, "package reef-search cannot be used: ModuleNotFoundError"),
        ("reef", "reef_search:explode", False, "cannot be used: OSError: no coral"),
        ("reef", "builtins:str", False, "lacks `search` or `identify`"),
        ("reef", "reef_search:Reef", "yes", "does not say with `outbound`"),
        ("coast", "reef_search:Reef", False, "calls itself 'reef'"),
        ("reef", "reef_search:Reef", True, "sends queries out, and torusnb works offline"),
        ("deps", "reef_search:Reef", False, "comes from torusnb and from reef-search"),
    ],
)
def test_an_outside_package_that_is_broken_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str, outbound: object, said: str
) -> None:
    install(tmp_path, monkeypatch, name, target, outbound)
    with pytest.raises(ParameterError, match=said):
        open_providers((name,), Path(), ())


def test_a_whole_run_against_a_web_that_answers_refuses_and_challenges() -> None:
    jobs = exdoc_page("TideJobs", f"<section id='moduledoc'><p>{JOBS_GUIDE.split(chr(10) * 2)[1]}</p></section>")
    tarball = make_tarball({"TideJobs.html": jobs})
    with FakeWeb({}) as web, web.client() as client:
        web.replies |= {
            "/search": search_answer([("tide_jobs-2.1.0", "TideJobs.html")]),
            "/tide_jobs-2.1.0.tar.gz": Reply(tarball, media_type="application/gzip"),
            "/html/": Reply(results_page([(web.url("/blog"), "Unique jobs, retry and period", "keys and states")])),
            "/blog": Reply(PAGE.encode()),
        }
        known, address = ("tide_jobs",), web.url("/{package}-{version}.tar.gz")
        hexdocs = Hexdocs(client, {"tide_jobs": "2.1.0"}, known, search_url=web.url("/search"), tarball_url=address)
        ddgs = DuckDuckGo(client, web.url("/html/"), interval=0.0)
        found = run(hexdocs, ddgs, fetcher=client)
        web.replies["/html/"] = Reply(CHALLENGE.encode(), 202)
        web.replies["/search"] = Reply(b"", 503)
        refused = run(hexdocs, DuckDuckGo(client, web.url("/html/"), interval=0.0), fetcher=client).research
    verified = {c.provider for c in found.research.citations if c.verdict == "verified"}
    assert verified == {"hexdocs", "ddgs"}
    release = {c.release for c in found.research.citations if c.provider == "hexdocs"}
    assert release == {"tide_jobs@2.1.0"}
    assert {asked.path for asked in web.asked} == {"/search", "/tide_jobs-2.1.0.tar.gz", "/html/", "/blog"}
    assert {(f.provider, f.outcome) for f in refused.failures} >= {("ddgs", "challenge"), ("hexdocs", "unreachable")}
    answered = {c.question for c in refused.citations if c.verdict == "verified"}
    assert set(refused.blocked) == {q.id for q in refused.questions} - answered
