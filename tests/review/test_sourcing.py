from __future__ import annotations

import pytest

from torusnb.models.codebase import LockedPackage
from torusnb.models.design import Template
from torusnb.models.review import Finding
from torusnb.models.sources import Citation, ProviderFailure, Question, Replacement, Research, Source
from torusnb.review.citations import review_citations
from torusnb.review.reading import Reading
from torusnb.review.sourcing import measure_sources

TEXT = """# T

## 4. Proposed Design

Writes are grouped [multi]. Jobs are unique [blog].

## 6. References

- **[multi]** Multi · https://hexdocs.pm/ecto/3.1.0/Ecto.Multi.html · Accessed 2026-03-04
- **[blog]** My jobs · https://jobs.example.org/unique · Accessed 2026-03-04
"""
PACKAGES = (LockedPackage("ecto", "3.1.0", 3), LockedPackage("own", "0.0.1", 4, source="git"))
SOURCES = (
    Source("src:multi", "Multi", "https://hexdocs.pm/ecto/3.1.0/Ecto.Multi.html", "deps", accessed="2026-03-04"),
    Source("src:blog", "My jobs", "https://jobs.example.org/unique", "web", primary=False, accessed="2026-03-04"),
    Source("src:oban", "Unique jobs", "https://hexdocs.pm/oban/2.0.0/unique.html", "deps", accessed="2026-03-04"),
)


def cited(label: str, verdict: str = "verified", question: str = "Q1") -> Citation:
    return Citation(source=f"src:{label}", question=question, quote="words", verdict=verdict, reason="")


def research(*citations: Citation, **more: object) -> Research:
    return Research(sources=SOURCES, citations=citations or (cited("multi"), cited("blog")), **more)  # type: ignore[arg-type]


def review(text: str, template: Template, found: Research | None = None) -> list[Finding]:
    reading = Reading(path="fdd.md", text=text, template=template)
    return list(review_citations(reading, research=found, packages=PACKAGES))


def rules(findings: list[Finding]) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.severity, finding.place.line) for finding in findings]


def test_verified_sources_give_no_finding(template: Template) -> None:
    assert review(TEXT, template, research()) == []


@pytest.mark.parametrize(
    ("verdict", "rule", "severity", "line"),
    [
        ("misattributed", "citation.misattributed", "error", 9),
        ("version-mismatch", "citation.version-mismatch", "warning", 9),
        ("near-match", "citation.near-match", "warning", 9),
        ("not-fetched", "citation.not-verified", "note", 7),
        ("unchecked", "citation.not-verified", "note", 7),
    ],
)
def test_each_verdict_has_its_finding(verdict: str, rule: str, severity: str, line: int, template: Template) -> None:
    found = research(cited("multi", verdict), cited("blog"))
    assert rules(review(TEXT, template, found)) == [(rule, severity, line)]


def test_a_reference_that_research_does_not_know_is_not_verified(template: Template) -> None:
    (finding,) = review(TEXT, template, research(cited("multi")))
    assert (finding.rule, "1 of 2 references" in finding.text) == ("citation.not-verified", True)


@pytest.mark.parametrize(
    ("address", "rule", "line"),
    [
        ("https://hexdocs.pm/ecto/3.0.0/Ecto.Multi.html", "citation.version-mismatch", 9),
        ("https://ecto.hexdocs.pm/3.0.0/Ecto.Multi.html", "citation.version-mismatch", 9),
        ("https://ecto.hexdocs.pm/3.1.0/Ecto.Multi.html", "", 0),
        ("https://hexdocs.pm/ecto/Ecto.Multi.html", "citation.unpinned-version", 9),
        ("v3.0.0 · https://hexdocs.pm/ecto/Ecto.Multi.html", "citation.version-mismatch", 9),
        ("v3.1.0 · https://hexdocs.pm/ecto/Ecto.Multi.html", "", 0),
        ("https://hexdocs.pm/elixir/Task.html", "", 0),
        ("https://hexdocs.pm/own/readme.html", "", 0),
        ("https://docs.example.org/ecto/3.0.0/x.html", "", 0),
    ],
)
def test_documentation_is_cited_for_the_locked_version(address: str, rule: str, line: int, template: Template) -> None:
    found = review(TEXT.replace("https://hexdocs.pm/ecto/3.1.0/Ecto.Multi.html", address), template)
    assert [(finding.rule, finding.place.line) for finding in found] == ([(rule, line)] if rule else [])


@pytest.mark.parametrize(
    "url",
    [
        "https://stackoverflow.com/q/1",
        "https://blog.example.org/x",
        "https://example.org/blog/x",
        "https://me.medium.com/x",
    ],
)
def test_without_research_a_blog_is_told_by_its_address(url: str, template: Template) -> None:
    text = TEXT.replace("https://jobs.example.org/unique", url).replace(
        "- **[blog]**", f"- **[other]** Other · {url}/2 · Accessed 2026-03-04\n- **[blog]**"
    )
    (finding,) = review(text.replace("[blog].", "[blog] [other]."), template)
    assert (finding.rule, finding.place.line) == ("citation.low-primary-share", 7)
    assert finding.text == "Only 1 of 3 references are primary sources; the others are other, blog."


def test_the_measures_count_references_and_primary_ones(template: Template) -> None:
    reading = Reading(path="fdd.md", text=TEXT, template=template)
    assert measure_sources(reading, None) == {"references": 2, "references_primary": 2}
    assert measure_sources(reading, research()) == {"references": 2, "references_primary": 1}
    assert measure_sources(Reading(path="fdd.md", text="# T\n", template=template), None) == {}


def test_a_source_that_a_primary_one_can_replace_is_told_with_it(template: Template) -> None:
    instead = Replacement("src:blog", "Q1", "src:oban", "Jobs are unique by their arguments.", 0, 9, 0.9)
    (finding,) = review(TEXT, template, research(replacements=(instead, instead)))
    assert (finding.rule, finding.severity, finding.place.line) == ("citation.replaceable", "warning", 10)
    assert "Jobs are unique by their arguments." in finding.text
    assert finding.remedy == "Cite [oban] instead: Unique jobs · https://hexdocs.pm/oban/2.0.0/unique.html"


def test_a_primary_source_that_nobody_cites_is_named_with_title_address_and_words(template: Template) -> None:
    url = "https://hexdocs.pm/oban/2.0.0/scaling.html#unique"
    instead = Replacement(
        "src:blog", "Q1", "src:scaling", "Jobs are unique by their arguments.", 0, 9, 0.9, title="Scaling", url=url
    )
    (finding,) = review(TEXT, template, research(replacements=(instead,)))
    assert (finding.rule, finding.place.line) == ("citation.replaceable", 10)
    assert "Scaling says the same: “Jobs are unique by their arguments.”" in finding.text
    assert finding.remedy == f"Cite [scaling] instead: Scaling · {url}"


def test_a_provider_that_failed_is_told_once_with_its_questions(template: Template) -> None:
    message = "It asks to slow down. Wait a minute."
    failures = tuple(ProviderFailure("web", name, "words", "rate-limited", message) for name in ("Q1", "Q2", "Q1"))
    found = research(failures=failures, questions=(Question("Q1", "How do locks wait?", "otp"),))
    (finding,) = review(TEXT, template, found)
    assert (finding.rule, finding.severity) == ("citation.search-failed", "warning")
    assert finding.text == (
        "web gave no answer (rate-limited) to Q1 (How do locks wait?), Q2. It asks to slow down. Wait a minute."
    )


def test_a_source_cited_for_a_blocked_question_only_is_an_error(template: Template) -> None:
    found = research(cited("multi"), cited("blog", question="Q7"), blocked=("Q7",))
    (finding,) = review(TEXT, template, found)
    assert (finding.rule, finding.severity, finding.place.line) == ("citation.blocked-cited", "error", 5)
    assert "[blog] is cited as if it answered Q7" in finding.text


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        (TEXT.replace("unique · Accessed 2026-03-04", "unique · Not accessed"), (cited("blog", question="Q7"),)),
        (TEXT, (cited("blog", question="Q7"), cited("blog", question="Q1"))),
    ],
)
def test_a_source_that_says_it_was_not_read_or_serves_another_question_is_not(
    text: str, citations: tuple[Citation, ...], template: Template
) -> None:
    found = review(text, template, research(cited("multi"), *citations, blocked=("Q7",)))
    assert "citation.blocked-cited" not in [finding.rule for finding in found]
