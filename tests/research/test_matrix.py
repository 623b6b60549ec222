"""From requirement to sentence: which chain holds, and where it has gaps."""

from __future__ import annotations

import pytest

from tests.research.research_cases import SECTIONS, evidence_pack, research
from torusnb.models.design import SectionDraft
from torusnb.models.sources import Citation, Question, Research, Source
from torusnb.research.matrix import Claim, Matrix, split_claims, trace_evidence
from torusnb.research.report import render_research
from torusnb.research.report_matrix import render_chains

LOCKS = Source("src:locks", "Locks", "https://example.org/locks", "catalogue", sha256="ab")
HELD, GIVEN = "A lock is held to the end.", "Nobody gives a lock back early."


def found(*citations: Citation) -> Research:
    questions = (Question("Q-1", "How long?", "conc", ("FR-001",)), Question("Q-2", "Who?", "cache", ("FR-002",)))
    return Research(questions=questions, sources=(LOCKS,), citations=citations)


def cite(question: str, quote: str, verdict: str = "verified") -> Citation:
    return Citation("src:locks", question, quote, verdict, "Chosen.", link="https://example.org/locks#held")


def matrix(*texts: str, citations: tuple[Citation, ...] = (cite("Q-1", HELD),)) -> Matrix:
    drafts = tuple(SectionDraft(section, text) for section, text in zip(("4.1", "7"), texts, strict=False))
    return trace_evidence(evidence_pack(found(*citations)), drafts)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("One thing holds. [@FR-001] Another too. [@A-1]", [("One thing holds.", 1), ("Another too.", 1)]),
        (
            "- **Locks**: held. [@FR-001]\n- Nobody says why this is so.",
            [("Locks: held.", 1), ("Nobody says why this is so.", 0)],
        ),
        ("A sentence over\ntwo lines. [@FR-001]", [("A sentence over two lines.", 1)]),
        ("| Measure | P95 |\n|---|---|\n| Load | 5 ms [@FR-001] |", [("Load 5 ms", 1)]),
        ("**Roles**\n\n### Heading of this part here\n\nSaid. [@FR-001]", [("Said.", 1)]),
        ("```elixir\nno claim is made in here\n```\nSaid. [@FR-001]", [("Said.", 1)]),
        (
            "- Three columns are new: [@FR-001]\n  - one is a number of days\n- A last one that rests on nothing",
            [("Three columns are new:", 1), ("A last one that rests on nothing", 0)],
        ),
        ("Too short.", []),
        ("", []),
    ],
)
def test_a_section_is_taken_apart_at_its_markers(text: str, claims: list[tuple[str, int]]) -> None:
    assert [(claim.text, len(claim.keys)) for claim in split_claims(SectionDraft("7", text))] == claims


def test_a_chain_leads_from_the_requirement_to_the_sentence() -> None:
    (chain,) = matrix("Writes wait. [@FR-001; @src:locks]").chains
    assert (chain.serves, chain.question, chain.source, chain.verdict) == (("FR-001",), "Q-1", "src:locks", "verified")
    assert (chain.quote, chain.link) == (HELD, "https://example.org/locks#held")
    assert chain.claims == (Claim("4.1", "Writes wait.", ("FR-001", "src:locks")),)


def test_a_practice_counts_for_the_source_it_rests_on() -> None:
    pack = evidence_pack(research().research)
    chains = trace_evidence(pack, SECTIONS).chains
    assert {chain.source for chain in chains if chain.claims} == {"src:idempotent-jobs"}


def test_a_sentence_with_a_quote_belongs_to_that_quote_alone() -> None:
    both = (cite("Q-1", HELD), cite("Q-2", GIVEN))
    text = f"Writes wait; locks 1.0.0 says: “{GIVEN}” [@src:locks] Nothing is lost by it. [@src:locks]"
    first, second = matrix(text, citations=both).chains
    assert [claim.text for claim in first.claims] == ["Nothing is lost by it."]
    assert len(second.claims) == 2


def test_requirements_without_evidence_and_claims_without_citation_are_gaps() -> None:
    traced = matrix("Writes wait for each other. [@src:locks]", "Somebody wrote this down without a reason.")
    gaps = {trace.requirement: trace.gap for trace in traced.gaps}
    assert gaps["FR-003"] == "no section names it, no question asked"
    assert gaps["FR-002"] == "no section names it, nothing found"
    assert [claim.text for claim in traced.unmarked] == ["Somebody wrote this down without a reason."]


def test_what_only_leads_in_to_marked_rows_is_no_claim_without_citation() -> None:
    rows = "| Write | Waits |\n|---|---|\n| an order of a bed | for the one before [@src:locks] |"
    assert matrix(f"No write is new, and none runs again.\n\n{rows}").unmarked == ()
    bare = matrix(f"No write is new, and none runs again.\n\n{rows}\n| the name of a bed | for nothing else |")
    assert [claim.text.split()[0] for claim in bare.unmarked] == ["No", "the"]


def test_the_table_tells_each_chain_and_each_gap() -> None:
    text = "\n".join(render_chains(matrix("Writes | wait. [@src:locks]", "Nothing is said of why it is so.")))
    assert f"| FR-001 | Q-1 | \\[locks\\] (verified) | “{HELD}” | §4.1 Writes wait. |" in text
    assert "- Said without naming what it rests on: §7 Nothing is said of why it is so." in text
    assert "- No section names it, no question asked: FR-003, NFR-1" in text


def test_long_words_are_cut_and_many_sentences_counted() -> None:
    quote = "A lock is held. " * 40
    text = " ".join(f"Sentence {number} of many rests on it. [@src:locks]" for number in range(5))
    (row,) = [line for line in render_chains(matrix(text, citations=(cite("Q-1", quote),))) if "Q-1" in line]
    assert "…”" in row
    assert "and 2 more" in row
    assert len(row) < 800


def test_pointers_that_nothing_rests_on_are_only_counted() -> None:
    lines = render_chains(matrix(citations=(cite("Q-1", "", "not-fetched"),)))
    assert "Left out: 1 pointer never fetched, on which no sentence rests." in lines
    assert not any("| Q-1 |" in line for line in lines)


def test_a_research_without_citations_says_so() -> None:
    assert "No source was cited for any question." in render_chains(matrix(citations=()))


def test_the_report_holds_the_matrix_and_is_the_same_twice() -> None:
    pack = evidence_pack(research().research)
    text = render_research(pack, SECTIONS)
    assert text.count("## From requirement to sentence\n") == 1
    assert text.index("## From requirement to design") < text.index("## From requirement to sentence")
    assert render_research(pack, SECTIONS) == text
