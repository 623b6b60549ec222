"""The scorecard: parts of wholes, without a judgement."""

from __future__ import annotations

from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import NameCounts, Scorecard
from torusnb.models.sources import Citation, Research, Source
from torusnb.review.scorecard import count_names, render_scorecard, score_design

TEXT = """# Gate Board - Design

## 1. Executive Summary

Wardens of the town see every gate on one board, and open it from there (FR-001).

## 4. Proposed Design

- The board reads all gates of a warden in one query (`lib/town/gates.ex:3`).
- The list stays in memory for the time of one page view, as Oban asks [oban-unique].
- The list is sorted by the name of each gate and nothing else at all.
- Short.

| Part | What it does |
|---|---|
| `Town.Gates` | It owns the gates of the town and their state, AC-001 |

## 6. References

- **[oban-unique]** Unique jobs · https://hexdocs.pm/oban/unique.html · Accessed 2026-01-01
- **[blog]** A blog on boards · https://blog.example.org/boards · Not accessed
"""


def _research() -> Research:
    sources = (
        Source("src:oban-unique", "Unique jobs", "https://hexdocs.pm/oban/unique.html", "deps"),
        Source("src:blog", "A blog", "https://blog.example.org/boards", "catalogue", primary=False),
        Source("src:other", "Never cited", "https://other.example.org", "catalogue"),
    )
    citations = (
        Citation("src:oban-unique", "Q-1", "", "not-fetched", "why"),
        Citation("src:oban-unique", "Q-2", "A job is unique", "verified", "why"),
        Citation("src:other", "Q-2", "x", "near-match", "why"),
    )
    return Research(sources=sources, citations=citations)


def test_each_measure_is_a_part_of_a_whole(template: Template, pack: SpecPack) -> None:
    card = score_design(TEXT.replace("as Oban asks", "[blog], as Oban asks"), template, pack, _research())
    assert (card.ids, card.ids_missing) == (6, ("FR-002", "AC-002", "AC-003", "AC-003b"))
    assert (card.claims, card.claims_cited) == (5, 4)
    assert (card.sources, card.sources_primary) == (2, 1)
    assert card.verdicts == {"unchecked": 1, "verified": 1}
    assert card.names is None


def test_a_sentence_that_only_leads_in_to_cited_rows_is_no_claim(template: Template, pack: SpecPack) -> None:
    lead = "What owns the state of each gate is told below, part by part.\n\n"
    before = score_design(TEXT, template, pack, _research())
    led = score_design(TEXT.replace("| Part |", f"{lead}| Part |"), template, pack, _research())
    assert (led.claims, led.claims_cited) == (before.claims, before.claims_cited)
    bare = TEXT.replace("| Part |", f"{lead}| Part |").replace(", AC-001", " and nothing else")
    assert score_design(bare, template, pack, _research()).claims == before.claims + 1


def test_names_of_code_are_counted_by_what_the_checkout_knows(template: Template, code: CodeMap) -> None:
    text = "# D\n\n## 4. Proposed Design\n\n`Town.Gates` calls `Town.Gatez`; `Town.Wardens` is new.\n"
    counts = count_names(text, template, code)
    assert (counts.existing, counts.unresolved) == (1, ("Town.Gatez",))
    assert counts.new == 1


def test_the_scorecard_reads_as_a_table() -> None:
    names = NameCounts(7, 1, ("Town.Gatez", "a|b"))
    card = Scorecard(4, ("AC-002",), 10, 9, 2, 1, {"unchecked": 1, "verified": 1}, names)
    assert render_scorecard(card).splitlines() == [
        "## Scorecard of the design",
        "",
        "| Measure | Part | Share | Beside it |",
        "|---|---:|---:|---|",
        "| Ids of the pack in the text | 3 of 4 | 75% | not: `AC-002` |",
        "| Claims that say what they rest on | 9 of 10 | 90% |  |",
        "| Cited sources with a quote verified word for word | 1 of 2 | 50% | 1 unchecked |",
        "| Cited sources that are primary | 1 of 2 | 50% |  |",
        "| Names of code resolved | 8 of 10 | 80% | not: `Town.Gatez`, `a\\|b` |",
    ]


def test_a_measure_without_a_whole_says_so_and_missing_names_are_left_out() -> None:
    text = render_scorecard(Scorecard())
    assert "| Ids of the pack in the text | 0 of 0 | none |" in text
    assert "Names of code" not in text
