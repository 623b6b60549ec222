"""Placeholders in decisions: told as code, neither lost nor taken for markup."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.ledger import Entry, Ledger, merge_entries, render_table
from torusnb.drafting.claude.placeholders import quote_placeholders, without_placeholders

USABLE = ["FR-001", "FR-002", "code:lib/a.ex:1", "code:lib/a.ex:2", "code:lib/a.ex:3"]


def entry(decision: str, name: str = "row id", keys: tuple[str, ...] = ("FR-001",)) -> Entry:
    """A decision."""
    return Entry("rule", name, "new", decision, keys)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("expands row_<bed_id> once", "expands `row_<bed_id>` once"),
        ("ids are <parent unique id> alone", "ids are `<parent unique id>` alone"),
        ("`row_<bed_id>` stays", "`row_<bed_id>` stays"),
        ("from <bed_id>/<plant_id>.", "from `<bed_id>/<plant_id>.`"),
        ("fewer than 3 < 4 and <script> too", "fewer than 3 < 4 and <script> too"),
        ("a <b>_<bed_id> is no name", "a <b>_<bed_id> is no name"),
        ("nothing here", "nothing here"),
    ],
)
def test_a_word_with_a_placeholder_is_code(text: str, quoted: str) -> None:
    assert quote_placeholders(text) == quoted
    assert quote_placeholders(quoted) == quoted


@pytest.mark.parametrize("markup", ["<script>x", "<img src=x>", "</bed_id>", "<bed-id>", "<b>", "<a href>"])
def test_markup_is_still_seen(markup: str) -> None:
    assert "<" in without_placeholders(markup)


def test_a_decision_keeps_its_placeholder_in_the_document() -> None:
    ledger, told = merge_entries(Ledger(), [entry("Expands row_<bed_id> once.", name="row_<bed_id>")], USABLE)
    assert told == ()
    assert "rule `row_<bed_id>`" in render_table(ledger.entries)
    assert "Expands `row_<bed_id>` once." in render_table(ledger.entries)


def test_the_same_decision_again_is_no_other_one() -> None:
    said = entry("Expands row_<bed_id> once.")
    ledger, _ = merge_entries(Ledger(), [said], USABLE)
    assert merge_entries(ledger, [said], USABLE) == (ledger, ())


def test_an_element_is_refused_and_told() -> None:
    ledger, told = merge_entries(Ledger(), [entry("Shows <script>alert(1)</script>.")], USABLE)
    assert ledger.entries == ()
    assert "markup" in told[0]


def test_a_row_is_marked_with_all_that_it_serves_and_two_places() -> None:
    keys = ("code:lib/a.ex:1", "FR-001", "code:lib/a.ex:2", "FR-002", "code:lib/a.ex:3")
    row = render_table([entry("It is so.", keys=keys)])
    assert "[@FR-001; @FR-002; @code:lib/a.ex:1; @code:lib/a.ex:2]" in row
