"""Assumptions that are cited are told."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.assumed import tell_assumed
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.models.design import Evidence, TemplateSection
from torusnb.models.knowledge import Unknown

SECTION = TemplateSection("2", "Requirements & Assumptions")
EVIDENCE = {f"A-{n}": Evidence(f"A-{n}", "assumption", f"A bed holds {n}00 plants.") for n in (1, 2, 10)}
EVIDENCE["FR-001"] = Evidence("FR-001", "requirement", "Plants have an order.")
UNKNOWN = Unknown("A-2", "scale", "", "A bed holds 200 plants.", "The list pages.", "How many | at most?", "200")


def told(own: str, ledger: Ledger | None = None) -> str:
    texts = {"2": own, "9.1": "300 ms at most. [@A-10; @FR-001]"}
    return tell_assumed(own, SECTION, texts, ledger or Ledger(), EVIDENCE, [UNKNOWN])


def test_an_assumption_that_is_cited_and_not_named_is_told_in_the_order_of_its_id() -> None:
    ledger = Ledger((Entry("rule", "cap", "new", "At most 200.", ("A-2", "A-1")),))
    assert told("| **A-1**: beds | x [@A-1] |", ledger).split("\n")[2:] == [
        "| Assumption | If wrong | How to find out |",
        "|---|---|---|",
        "| A-2: A bed holds 200 plants. | The list pages. | How many / at most? [@A-2] |",
        "| A-10: A bed holds 1000 plants. | Not known | Not known [@A-10] |",
    ]


@pytest.mark.parametrize(
    ("assumption", "question", "asked"),
    [
        ("Beds are never full.", "Does this hold: beds are never full?", "Ask product"),
        ("Beds are never full.", "how full is a bed?", "How full is a bed?"),
        ("Beds are never full.", "`Beds.full?/1` is asked?", "`Beds.full?/1` is asked?"),
    ],
)
def test_a_question_that_only_repeats_the_assumption_says_whom_to_ask(
    assumption: str, question: str, asked: str
) -> None:
    unknown = Unknown("A-2", "scale", "", assumption, "the list pages.", question, "200")
    evidence = {"A-2": Evidence("A-2", "assumption", assumption)}
    said = tell_assumed("", SECTION, {"9": "x [@A-2]"}, Ledger(), evidence, [unknown])
    assert said.endswith(f"| A-2: {assumption} | The list pages. | {asked} [@A-2] |")


@pytest.mark.parametrize("after", ["", "\n\n**Non-goals**\n\n| a | b |\n|---|---|\n| c | d [@FR-001] |"])
def test_it_joins_the_table_of_assumptions_that_the_section_has(after: str) -> None:
    table = "| Assumption | If wrong | How to find out |\n|---|:--:|---|\n| A-1: beds | more | count [@A-1] |"
    row = "| A-10: A bed holds 1000 plants. | Not known | Not known [@A-10] |"
    assert told(table + after) == f"{table}\n{row}{after}"


def test_a_table_of_another_form_is_left_alone() -> None:
    table = "| Assumption | Impact |\n|---|---|\n| A-1: beds | more [@A-1] |"
    assert told(table).startswith(f"{table}\n\n| Assumption | If wrong |")


def test_a_marker_alone_names_no_assumption() -> None:
    assert "| A-1: " in told("Beds are full. [@A-1]")


def test_nothing_is_added_where_nothing_is_cited_or_in_another_section() -> None:
    assert tell_assumed("x", SECTION, {"2": "Beds. [@FR-001]"}, Ledger(), EVIDENCE) == "x"
    assert tell_assumed("x", TemplateSection("3", "Context"), {"3": "Beds. [@A-1]"}, Ledger(), EVIDENCE) == "x"


def test_a_table_in_a_code_block_is_no_table_of_the_section() -> None:
    block = "```\n| Assumption | If wrong | How to find out |\n|---|---|---|\n| A-1: beds | x | y [@A-1] |\n```"
    assert told(block).startswith(f"{block}\n\n| Assumption | If wrong |")
