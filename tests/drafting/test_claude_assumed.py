"""Assumptions that are cited are told."""

from __future__ import annotations

from torusnb.drafting.claude.assumed import render_assumed
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.models.design import Evidence, TemplateSection

SECTION = TemplateSection("2", "Requirements & Assumptions")
EVIDENCE = {f"A-{n}": Evidence(f"A-{n}", "assumption", f"A bed holds {n}00 plants.") for n in (1, 2, 10)}
EVIDENCE["FR-001"] = Evidence("FR-001", "requirement", "Plants have an order.")


def test_an_assumption_that_is_cited_and_not_named_is_told_in_the_order_of_its_id() -> None:
    texts = {"2": "| **A-1**: beds | x [@A-1] |", "9.1": "300 ms at most. [@A-10; @FR-001]"}
    ledger = Ledger((Entry("rule", "cap", "new", "At most 200.", ("A-2", "A-1")),))
    assert render_assumed(SECTION, texts, ledger, EVIDENCE).split("\n")[2:] == [
        "| A-2 | A bed holds 200 plants. [@A-2] |",
        "| A-10 | A bed holds 1000 plants. [@A-10] |",
    ]


def test_a_marker_alone_names_no_assumption() -> None:
    assert "A-1" in render_assumed(SECTION, {"2": "Beds are full. [@A-1]"}, Ledger(), EVIDENCE)


def test_nothing_is_added_where_nothing_is_cited_or_in_another_section() -> None:
    assert render_assumed(SECTION, {"2": "Beds. [@FR-001]"}, Ledger(), EVIDENCE) == ""
    assert render_assumed(TemplateSection("3", "Context"), {"3": "Beds. [@A-1]"}, Ledger(), EVIDENCE) == ""
