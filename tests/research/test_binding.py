from __future__ import annotations

import hashlib

import pytest
from msgspec.structs import replace

from tests.research.research_cases import CONTEXT, PACK, PLAYBOOK, TODAY
from torusnb.models.sources import VERDICTS, Citation, Passage, Query, Source
from torusnb.research.binding import check_citation, cite_hit, extract_hit
from torusnb.research.passage_index import PassageIndex
from torusnb.research.providers import Answer, Hit
from torusnb.research.run import run_research

WORDS = "A unique job keeps its key for the whole period, and a retry never counts as a conflict of its own key."
FOREIGN = "The ledger is written before the answer is sent, so that nothing is lost on the way."
URL = "https://hexdocs.pm/tide_jobs/2.1.0/TideJobs.Unique.html"


def exdoc(*paragraphs: str, version: str = "2.1.0") -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html><head><meta name="generator" content="ExDoc v0.38.1">'
        f'<meta name="project" content="tide_jobs v{version}">'
        '<title>TideJobs.Unique</title></head><body><div id="content"><h1>TideJobs.Unique</h1>'
        '<section class="detail" id="insert_unique/2"><h1 class="signature">insert_unique(job, keys)</h1>'
        f"{text}</section></div></body></html>"
    ).encode()


def hit(body: bytes, *, version: str = "2.1.0", words: str = WORDS, package: str = "tide_jobs") -> Hit:
    digest = hashlib.sha256(body).hexdigest() if body else ""
    source = Source(
        "src:unique", "Unique", URL, "hexdocs", package=package, version=version, sha256=digest, accessed=TODAY
    )
    bare = Hit(source, 0.9, "it speaks of keys", captured=body, media_type="text/html", fetched=f"{TODAY}T10:11:12Z")
    if not body:
        return bare
    start = extract_hit(bare).text.find(words)
    passage = Passage("src:unique", "insert_unique(job, keys)", words, start, start + len(words), "insert_unique/2")
    return Hit(
        source, 0.9, "it speaks of keys", passage, start, start + len(words), body, "text/html", fetched=bare.fetched
    )


def cite(given: Hit, locked: dict[str, str] | None = None) -> Citation:
    captured = {given.source.key: extract_hit(given)} if given.captured else {}
    return cite_hit("Q-1", given, captured, {"tide_jobs": "2.1.0"} if locked is None else locked, query="unique keys")


def claim(quote: str, given: Hit) -> Citation:
    """A quote that somebody else brings, of a captured page."""
    other = extract_hit(hit(exdoc(FOREIGN, FOREIGN), words=FOREIGN))
    page = extract_hit(given)
    claimed = Citation(given.source.key, "Q-1", quote, "unchecked", "Claimed.")
    return check_citation(claimed, given.source, page, {given.source.key: page, "src:ledger": other}, "2.1.0")


def test_a_verified_citation_carries_all_that_binds_it_to_its_bytes() -> None:
    given = hit(exdoc("First of all.", WORDS, "Last of all."))
    citation = cite(given)
    page = extract_hit(given)
    assert citation.verdict == "verified"
    assert citation.quote == page.text[citation.start : citation.end] == WORDS
    assert page.text[: citation.start].split()[-3:] == ["First", "of", "all."]
    assert citation.prefix.endswith("First of all. ")
    assert citation.suffix == " Last of all."
    assert citation.snapshot == hashlib.sha256(given.captured).hexdigest()
    assert citation.extractor == page.extractor
    assert citation.extractor.startswith("exdoc/")
    assert (citation.fetched, citation.release) == (f"{TODAY}T10:11:12Z", "tide_jobs@2.1.0")
    assert (citation.provider, citation.query) == ("hexdocs", "unique keys")
    assert citation.link.startswith(f"{URL}#insert_unique/2:~:text=A%20unique%20job%20keeps%20its%20key")
    assert (citation.anchor, citation.heading) == ("insert_unique/2", "insert_unique(job, keys)")


def test_each_verdict_is_provoked_by_what_it_says() -> None:
    good = hit(exdoc(WORDS, WORDS))
    given = {
        "verified": cite(good),
        "near-match": claim(WORDS.replace("whole", "half"), good),
        "misattributed": claim(FOREIGN, good),
        "version-mismatch": cite(hit(exdoc(WORDS, WORDS), version="2.0.9")),
        "not-fetched": cite(hit(b"")),
        "unchecked": cite(hit(b"<html><body><main>Please enable JavaScript.</main></body></html>")),
    }
    assert {name: citation.verdict for name, citation in given.items()} == {name: name for name in VERDICTS}
    reasons = {name: citation.reason for name, citation in given.items()}
    assert reasons["verified"] == "It speaks of keys."
    assert "differs in wording" in reasons["near-match"]
    assert "stand in src:ledger" in reasons["misattributed"]
    assert "tide_jobs 2.0.9; mix.lock pins 2.1.0" in reasons["version-mismatch"]
    assert "too thin" in reasons["unchecked"] or "too short" in reasons["unchecked"]


def test_a_page_that_names_another_version_than_its_address_is_a_mismatch() -> None:
    assert cite(hit(exdoc(WORDS, WORDS, version="2.2.0"))).verdict == "version-mismatch"
    assert "2.2.0" in cite(hit(exdoc(WORDS, WORDS, version="2.2.0"))).reason


def test_a_package_that_no_lock_pins_stays_unchecked() -> None:
    assert cite(hit(exdoc(WORDS, WORDS)), locked={}).verdict == "unchecked"


@pytest.mark.parametrize("quote", ["", "unique job", "... ... ... ... ... ... ..."])
def test_a_quote_that_proves_nothing_is_unchecked(quote: str) -> None:
    assert claim(quote, hit(exdoc(WORDS, WORDS))).verdict == "unchecked"


class Web:
    """A provider that has captured one HTML page."""

    name = "web"
    outbound = False

    def identify(self) -> str:
        return "one page"

    def search(self, query: Query) -> Answer:
        body = exdoc(WORDS, FOREIGN)
        digest = hashlib.sha256(body).hexdigest()
        source = Source("src:unique", "Unique", URL, "web", "tide_jobs", "2.1.0", sha256=digest)
        bare = Hit(source, 0.9, "", captured=body, media_type="text/html", fetched=TODAY)
        index = PassageIndex()
        index.add(extract_hit(bare), source=source.key, package="tide_jobs")
        found = index.search(query.text)
        return Answer(
            tuple(
                replace(bare, relevance=r.relevance, reason=r.reason, passage=r.passage, start=r.start, end=r.end)
                for r in found
            )
        )


def test_an_html_page_goes_the_same_way_as_a_guide_under_deps() -> None:
    found = run_research(PACK, CONTEXT, PLAYBOOK, (Web(),), TODAY, lambda query: None)
    citations = [citation for citation in found.research.citations if citation.quote]
    assert citations
    for citation in citations:
        assert (citation.verdict, citation.quote, citation.anchor) == ("verified", WORDS, "insert_unique/2")
        assert citation.query == next(q.text for q in found.research.queries if q.question == citation.question)
        assert found.snapshots[citation.snapshot] == exdoc(WORDS, FOREIGN)
