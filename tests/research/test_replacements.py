"""A cited source that is not primary is compared with every captured primary page, cited or not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from tests.research.fake_web import PageShelf
from tests.research.research_cases import CONTEXT, JOBS_GUIDE, PACK, PLAYBOOK, TODAY, evidence_pack
from tests.research.test_asking import PAGE_URL, Outside, page, pointer
from torusnb.models.fetched import Fetched
from torusnb.models.record import Decision
from torusnb.models.sources import Citation, Replacement, Source
from torusnb.research.pages import Page, extract_page
from torusnb.research.providers import Answer, Hit
from torusnb.research.replacements import contradicts, find_replacements
from torusnb.research.report import render_research
from torusnb.research.run import ResearchResult, run_research

GUIDE_URL = "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"


def captured(url: str = GUIDE_URL, text: str = JOBS_GUIDE) -> Fetched:
    body = text.encode()
    sha256 = hashlib.sha256(body).hexdigest()
    return Fetched(url, url, "ok", media_type="text/markdown", charset="utf-8", sha256=sha256, body=body)


def run(*, pages: Sequence[Fetched] = (), hits: Sequence[Hit] = (), dropped: str = "") -> ResearchResult:
    """Research in which a blog is all that is cited."""
    decisions = (Decision("source", dropped, "drop", "not ours"),) if dropped else ()
    return run_research(
        PACK,
        CONTEXT,
        PLAYBOOK,
        (Outside(Answer((pointer(), *hits))),),
        TODAY,
        lambda _: None,
        decisions,
        fetcher=PageShelf({PAGE_URL: page()}),
        pages=lambda: pages,
    )


def told(found: ResearchResult) -> set[tuple[str, str, str]]:
    return {(each.source, each.title, each.url) for each in found.research.replacements}


def test_a_blog_is_compared_with_a_page_that_an_earlier_run_captured_and_nobody_cites() -> None:
    found = run(pages=[captured()])
    (replacement, *_) = found.research.replacements
    assert {citation.source for citation in found.research.citations} == {"src:blog"}
    assert told(found) == {("src:blog", "Retrying jobs", f"{GUIDE_URL}#retrying-jobs")}
    assert replacement.quote.startswith("A job is unique for its period, and a retry of the same job never counts")
    assert found.research.source(replacement.instead) is None
    assert found.snapshots[replacement.sha256] == JOBS_GUIDE.encode()
    report = render_research(evidence_pack(found.research), ())
    assert f"A primary source says the same: Retrying jobs · <{GUIDE_URL}#retrying-jobs>" in report


def test_a_blog_is_compared_with_what_this_run_captured_and_did_not_keep() -> None:
    body = JOBS_GUIDE.encode()
    source = Source("src:guide", "Retrying", GUIDE_URL, "outside", sha256=hashlib.sha256(body).hexdigest())
    found = run(hits=[Hit(source, 0.1, "it was found", captured=body)])
    assert not [look for look in found.research.looks if look.source == "src:guide" and look.kept]
    assert told(found) == {("src:blog", "Retrying", f"{GUIDE_URL}#retrying-jobs")}


@pytest.mark.parametrize("dropped", [GUIDE_URL, "https://tide_jobs.hexdocs.pm/2.1.0/retrying.html#top"])
def test_a_primary_source_that_a_person_dropped_is_not_offered(dropped: str) -> None:
    assert told(run(pages=[captured()], dropped=dropped)) == set()


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://hexdocs.pm/tide_jobs/1.0.0/retrying.html", JOBS_GUIDE),
        ("https://other.example.org/retrying", JOBS_GUIDE),
        (GUIDE_URL, "# Queues\n\nA queue is paused by hand, and its jobs wait for whoever starts it again at dawn.\n"),
    ],
)
def test_neither_another_version_nor_another_blog_nor_another_matter_is(url: str, text: str) -> None:
    assert told(run(pages=[captured(url, text)])) == set()


def test_no_page_is_read_where_all_that_is_cited_is_primary() -> None:
    def never() -> list[Fetched]:
        raise AssertionError("nobody needs the pages")

    found = run_research(PACK, CONTEXT, PLAYBOOK, (), TODAY, lambda _: None, pages=never)
    assert found.research.replacements == ()


BLOG = Source("src:blog", "A post", "https://blog.example.org/a", "ddgs", primary=False)
SAID = "The journal keeps at most one thousand entries on each node and drops the oldest first."
NEAR = "The journal keeps at most one thousand entries on each node, dropping the oldest entries first."
FARTHER = "At most one thousand entries are kept by a journal on a node; whichever of them is oldest is dropped."


def pages_of(**texts: str) -> tuple[tuple[Source, ...], dict[str, Page]]:
    sources = tuple(Source(f"src:{name}", name, f"https://docs.example.org/{name}", "hexdocs") for name in texts)
    made = {
        f"src:{name}": extract_page(f"# {name}\n\n{text}\n".encode(), "text/markdown", url="https://docs.example.org/x")
        for name, text in texts.items()
    }
    return (BLOG, *sources), made


def find(quote: str = SAID, **texts: str) -> list[Replacement]:
    sources, pages = pages_of(**texts)
    return list(find_replacements([Citation("src:blog", "Q-1", quote, "verified", "r")], sources, pages))


@pytest.mark.parametrize("order", [("far", "near"), ("near", "far")])
def test_of_two_primary_sources_the_nearest_is_named(order: tuple[str, str]) -> None:
    texts = {"far": FARTHER, "near": NEAR}
    (found,) = find(**{name: texts[name] for name in order})
    assert (found.instead, found.quote) == ("src:near", NEAR)


def test_only_the_sentences_that_say_it_are_quoted() -> None:
    before = "Every node writes a journal of what it did to the queue, and reads it when it starts."
    (found,) = find(guide=f"{before} {NEAR} It lies in the folder of the release, beside its logs and its pid.")
    assert found.quote == NEAR


@pytest.mark.parametrize(
    ("quote", "other"),
    [
        (SAID, SAID.replace("one thousand", "two thousand")),
        (SAID, SAID.replace("one thousand", "500")),
        (SAID, SAID.replace("at most", "at least")),
        (SAID, SAID.replace("keeps", "never keeps")),
        (
            "The hook runs before the row is written to the table, in the same transaction as the write.",
            "The hook runs after the row is written to the table, in the same transaction as the write.",
        ),
        (
            "The token is signed and not encrypted, so that anybody who holds it reads what it says.",
            "The token is signed and encrypted, so that anybody who holds it reads what it says.",
        ),
    ],
)
def test_a_primary_source_that_says_otherwise_is_no_replacement(quote: str, other: str) -> None:
    assert contradicts(quote, other)
    assert find(quote, guide=other) == []
    assert [found.quote for found in find(quote, guide=quote)] == [quote]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It waits 5 seconds.", "It waits five seconds."),
        ("It keeps 1,000 rows.", "It keeps 1000 rows, no more and no less."),
        ("Rows are not read.", "No row is read."),
        ("It runs before the write.", "Before the write it runs, and after that it sleeps."),
        ("See `insert/2` for it.", "See `insert/3` for it."),
    ],
)
def test_the_same_in_other_words_contradicts_nothing(one: str, other: str) -> None:
    assert not contradicts(one, other)
