from __future__ import annotations

from msgspec.structs import replace

from tests.research.research_cases import (
    CONTEXT,
    DOCS,
    JOBS_GUIDE,
    PACK,
    PLAYBOOK,
    TODAY,
    doc,
    providers,
    research,
)
from torusnb.models.base import render_json
from torusnb.models.record import Decision
from torusnb.models.sources import Query, Source
from torusnb.research.citations import check_quote
from torusnb.research.providers import Answer
from torusnb.research.run import run_research


def test_a_quote_of_a_locked_dependency_is_verified_and_bound_to_its_bytes() -> None:
    found = research()
    cited = [c for c in found.research.citations if c.source == "src:idempotent-jobs"]
    citation = next(c for c in cited if c.verdict == "verified")
    source = found.research.source(citation.source)
    assert source is not None
    text = found.snapshots[source.sha256].decode()
    assert text == JOBS_GUIDE
    assert " ".join(text[citation.start : citation.end].split()) == citation.quote
    assert check_quote(citation.quote, text).verdict == "verified"
    assert (source.accessed, source.version) == (TODAY, "2.1.0")
    assert citation.heading == "Retrying jobs"
    assert citation.anchor == "retrying-jobs"


def test_a_page_that_the_catalogue_knows_keeps_the_catalogue_key() -> None:
    source = research().research.source("src:idempotent-jobs")
    assert source is not None
    assert source.provider == "deps"
    assert source.url == "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"
    assert source.settles == "When a job counts as a duplicate."


def test_docs_of_another_version_than_the_locked_one_are_a_version_mismatch() -> None:
    found = research((doc("tide_jobs", "2.0.9", "Retrying jobs", JOBS_GUIDE, "retrying"),)).research
    verdicts = {c.verdict for c in found.citations if c.quote}
    assert verdicts == {"version-mismatch"}


def test_docs_of_a_git_dependency_stay_unchecked() -> None:
    found = research((doc("wild", "0.1.0", "Retrying jobs", JOBS_GUIDE, "retrying"),)).research
    assert {c.verdict for c in found.citations if c.quote} == {"unchecked"}


def test_a_catalogue_entry_is_never_fetched_and_carries_no_date() -> None:
    found = research().research
    citation = next(c for c in found.citations if c.source == "src:ttl")
    source = found.source("src:ttl")
    assert citation.verdict == "not-fetched"
    assert source is not None
    assert (citation.quote, source.accessed, source.sha256) == ("", "", "")


def test_every_query_is_recorded_before_the_provider_is_asked() -> None:
    told: list[str] = []

    class Recording:
        name = "recording"
        outbound = False

        def identify(self) -> str:
            return ""

        def search(self, query: Query) -> Answer:
            told.append(f"asked {query.question}")
            return Answer((), "empty", "Nothing.")

    def record(query: Query) -> None:
        told.append(f"recorded {query.question}")

    found = run_research(PACK, CONTEXT, PLAYBOOK, (Recording(),), TODAY, record).research
    assert told == [word for q in found.questions for word in (f"recorded {q.id}", f"asked {q.id}")]
    assert [q.question for q in found.queries] == [q.id for q in found.questions]


def test_a_question_that_nothing_answers_has_no_citation() -> None:
    found = research().research
    answered = {citation.question for citation in found.citations}
    unanswered = [q for q in found.questions if q.id not in answered]
    assert any("heaviest query" in question.text for question in unanswered)


def test_sources_that_practices_rest_on_are_there_to_be_cited() -> None:
    source = research().research.source("src:far-away")
    assert source is not None
    assert source.accessed == ""


def test_a_dropped_source_never_comes_back() -> None:
    for key in ("src:idempotent-jobs", "https://hexdocs.pm/tide_jobs/retrying.html"):
        found = research(decisions=(Decision("source", key, "drop", "too old"),)).research
        assert found.source("src:idempotent-jobs") is None
        assert "src:idempotent-jobs" not in {c.source for c in found.citations}
        assert any(not look.kept and "too old" in look.reason for look in found.looks)


def test_of_two_decisions_on_one_source_the_later_holds() -> None:
    drop, keep = Decision("source", "src:ttl", "drop"), Decision("source", "src:ttl", "keep")
    assert research(decisions=(drop, keep)).research.source("src:ttl") is not None
    assert research(decisions=(keep, drop)).research.source("src:ttl") is None


def test_a_kept_source_stays_though_nobody_finds_it_again() -> None:
    earlier = (
        Source(
            "src:old-notes", "Unique jobs in practice", "https://example.org/n", "ddgs", accessed=TODAY, sha256="aa"
        ),
        Source("src:other", "Heraldry", "https://example.org/h", "ddgs", accessed=TODAY, sha256="bb"),
    )
    keep = Decision("source", "src:old-notes", "keep")
    for decisions, kept in (((keep,), True), ((keep, replace(keep, verdict="drop")), False), ((), False)):
        found = run_research(
            PACK, CONTEXT, PLAYBOOK, providers(), TODAY, lambda _: None, decisions, earlier=earlier
        ).research
        assert ("src:old-notes" in {citation.source for citation in found.citations}) is kept
        assert found.source("src:other") is None
        if kept:
            source = found.source("src:old-notes")
            assert source is not None
            assert (source.sha256, source.accessed) == ("", "")
            assert "keeps it" in next(c.reason for c in found.citations if c.source == "src:old-notes")


def test_an_added_source_is_cited_as_never_fetched() -> None:
    add = Decision("source", "https://example.org/notes", "add", "Unique jobs in practice")
    found = research(decisions=(add,)).research
    citation = next(c for c in found.citations if c.source == "src:unique-jobs-in-practice")
    assert citation.verdict == "not-fetched"
    assert "unique jobs" in next(q.text for q in found.questions if q.id == citation.question)
    dropped = Decision("source", "src:unique-jobs-in-practice", "drop")
    assert research(decisions=(add, dropped)).research.source(citation.source) is None


def test_an_added_source_that_fits_no_question_belongs_to_the_whole_feature() -> None:
    found = research(decisions=(Decision("source", "https://example.org/x", "add", "Heraldry"),)).research
    assert [c.question for c in found.citations if c.source == "src:heraldry"] == [""]


def test_at_most_three_sources_are_cited_for_a_question_captured_ones_first() -> None:
    found = research(tuple(doc("tide_jobs", "2.1.0", f"Jobs {n}", JOBS_GUIDE, f"jobs{n}") for n in range(6))).research
    for question in found.questions:
        verdicts = [c.verdict for c in found.citations if c.question == question.id]
        assert len(verdicts) <= 3
        assert verdicts == sorted(verdicts, key=lambda verdict: verdict == "not-fetched")


def test_two_documents_with_one_title_get_two_stable_keys() -> None:
    docs = tuple(doc("tide_jobs", "2.1.0", "Jobs", JOBS_GUIDE, page) for page in ("a", "b"))
    keys = {s.key for s in research(docs).research.sources if s.sha256}
    assert keys == {s.key for s in research(tuple(reversed(docs))).research.sources if s.sha256}
    assert len(keys) == 2


def test_running_twice_gives_the_same_bytes() -> None:
    assert render_json(research().research) == render_json(research(tuple(reversed(DOCS))).research)


def test_bytes_that_are_no_text_are_captured_and_cited_without_harm() -> None:
    broken = "# Re\x00trying\n\nA unique job \udcff retry period conflict insert states keys.\n\n" + JOBS_GUIDE
    found = research((doc("tide_jobs", "2.1.0", "Broken \x00 \udcff", broken, "broken"),))
    assert all(data.decode() for data in found.snapshots.values())
    assert all("\x00" not in c.quote for c in found.research.citations)
    assert render_json(found.research)


def test_a_huge_line_is_no_obstacle() -> None:
    found = research((doc("tide_jobs", "2.1.0", "Huge", JOBS_GUIDE + "unique job retry " * 60_000, "huge"),))
    assert any(c.verdict == "verified" for c in found.research.citations)
