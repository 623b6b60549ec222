"""What a locked package's documentation promises stands in a draft only where it decides something."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, evidence, requirement
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.documented import tell_documented
from torusnb.drafting.offline.documented_forms import FORMS, Documented
from torusnb.drafting.offline.ledger import Ledger
from torusnb.models.design import EvidencePack, parse_keys
from torusnb.models.sources import Citation, Question, Research, Source
from torusnb.spec.template import load_template

QUOTE = "When a step fails, everything before it is rolled back and the error is returned."
ASKS = "The system SHALL move all plants of a bed in one transaction."


def cited(quote: str = QUOTE, **changes: Any) -> Citation:
    known = Citation("src:ecto-steps", "Q-1", quote, "verified", "Chosen.", release="ecto@3.13.2")
    return msgspec.structs.replace(known, **changes)


def garden(*citations: Citation, asks: str = ASKS, blocked: tuple[str, ...] = ()) -> EvidencePack:
    """The garden with one more requirement, and with what research found in documentation."""
    pack = msgspec.structs.replace(PACK, requirements=(*PACK.requirements, requirement(9, asks, 70)))
    sources = tuple(
        Source(key, key, f"https://hexdocs.pm/{key}", "deps", package="ecto", version="3.13.2", sha256="ab")
        for key in sorted({citation.source for citation in citations})
    )
    questions = (Question("Q-1", "What is rolled back?", "data", ("FR-009",), package="ecto"),)
    found = Research(questions=questions, sources=sources, citations=citations, blocked=blocked)
    return evidence(pack, research=found)


def told(pack: EvidencePack) -> dict[str, tuple[str, ...]]:
    return tell_documented(Ledger(pack))


def test_a_decision_names_whom_it_serves_the_locked_version_and_the_words() -> None:
    (line,) = told(garden(cited()))["7"]
    assert line.startswith("The writes behind FR-009 are steps of one transaction")
    assert f"; ecto 3.13.2 says: “{QUOTE}” [@" in line
    assert parse_keys(line) == ("FR-009", "src:ecto-steps")


def test_a_promise_on_the_whole_transaction_bears_it_out_without_the_word_error() -> None:
    quote = "Once an inner step is rolled back, the whole outer transaction is aborted."
    (line,) = told(garden(cited(quote)))["7"]
    assert f"says: “{quote}”" in line


def test_the_draft_carries_it_in_its_section_and_nowhere_else() -> None:
    pack = garden(cited())
    drafts = open_drafter("offline").draft_all(pack).sections
    assert [draft.section for draft in drafts if QUOTE in draft.text] == ["7"]
    assert open_drafter("offline").draft_all(pack).sections == drafts


@pytest.mark.parametrize(
    "citation",
    [
        cited(verdict="near-match"),
        cited(verdict="version-mismatch"),
        cited(verdict="unchecked"),
        cited("", verdict="not-fetched"),
        cited(release=""),
        cited(release="cachex@3.6.0"),
        cited("A transaction begins with the first step and ends with the last one of them."),
        cited(heading="MySQL"),
        cited(source="src:ecto-adapters-tds"),
    ],
)
def test_words_that_do_not_bear_it_out_are_left_alone(citation: Citation) -> None:
    assert told(garden(citation)) == {}


def test_a_blocked_question_bears_nothing_out() -> None:
    assert told(garden(cited(), blocked=("Q-1",))) == {}


@pytest.mark.parametrize(
    "asks",
    [
        "The system SHALL show the name of a bed.",
        "The report page reads without a transaction.",
        "No transaction is opened by the report page.",
        "Each export to ClickHouse is one transaction.",
    ],
)
def test_without_a_requirement_that_asks_for_it_nothing_is_said(asks: str) -> None:
    assert told(garden(cited(), asks=asks)) == {}


@pytest.mark.parametrize(
    "quote",
    [
        "This is why everything is rolled back when a step fails.",
        f"{'Step by step and one after the other, ' * 6}everything is rolled back when a step fails.",
        "Everything is rolled back when a step `fails.",
        "Everything is *rolled back* when a step fails.",
    ],
)
def test_words_that_cannot_stand_alone_are_pointed_to_and_not_quoted(quote: str) -> None:
    (line,) = told(garden(cited(quote)))["7"]
    assert "leaves none of them behind, as ecto 3.13.2 documents. [@" in line
    assert quote not in line


def test_of_a_longer_quote_only_the_sentence_that_bears_it_out_is_taken() -> None:
    (line,) = told(garden(cited(f"Steps have names. {QUOTE} Names are atoms.")))["7"]
    assert f"“{QUOTE}”" in line


def test_two_sources_that_say_the_same_are_used_once() -> None:
    found = told(garden(cited(), cited(source="src:ecto-other")))
    assert sum(len(lines) for lines in found.values()) == 1


@pytest.mark.parametrize("borne_out", [True, False])
def test_a_source_that_an_advice_of_the_document_is_cited_by_is_not_told_again(*, borne_out: bool) -> None:
    pack = evidence()
    practices = [allotted.practice for group in Ledger(pack).practices.values() for allotted in group]
    assert practices
    quote = f"{practices[0].advice} {QUOTE}" if borne_out else QUOTE
    again = garden(cited(quote, source=practices[0].source))
    sources = (*pack.research.sources, *again.research.sources)
    found = msgspec.structs.replace(again.research, sources=sources)
    both = evidence(again.pack, research=found)
    resting = {a.practice.source for group in Ledger(both).practices.values() for a in group}
    assert practices[0].source in resting
    assert (told(both) == {}) is borne_out


def test_at_most_two_stand_in_a_section() -> None:
    quotes = (
        QUOTE,
        "On conflict the row that is there can be updated or ignored.",
        "A bulk `insert_all` won't autogenerate values like timestamps.",
    )
    citations = [cited(quote, source=f"src:ecto-{number}") for number, quote in enumerate(quotes)]
    asks = "The bulk import SHALL be idempotent and run in one transaction."
    assert len(told(garden(*citations, asks=asks))["7"]) == 2


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.section}-{form.says[:20]}")
def test_each_decision_belongs_to_a_section_and_its_patterns_hold(form: Documented) -> None:
    assert load_template().section(form.section) is not None
    assert form.packages
    assert form.when or form.traps
    assert "{who}" in form.says
    assert not form.layers or "{place}" in form.says
    assert not form.says.endswith(".")
    assert all(re.compile(pattern) for pattern in (*form.needs, form.when))
    assert form.given in {"", "jobs", "caching", "migrates", "stores", "events"}


def test_the_references_promise_no_reading_that_was_not() -> None:
    drafts = {draft.section: draft.text for draft in open_drafter("offline").draft_all(evidence()).sections}
    assert "or that it was not accessed" in drafts["17"]
