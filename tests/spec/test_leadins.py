"""Which sentences only lead in to what stands right below them."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.spec.leadins import LEAD_IN_WORDS, find_lead_ins

TABLE = "| Query | Rows |\n|---|---|\n| plants of a bed | up to 200 [@FR-001] |\n| beds of a garden | one [@FR-002] |"
LIST = "- The bed is read once. [@FR-001]\n- Its plants are read\n  with it. [@FR-002]"
SHORT = "All of them run once for each bed."


def leads_in(text: str) -> bool:
    """Whether the first paragraph leads in."""
    return 1 in find_lead_ins(text, lambda item: "[@" in item)


@pytest.mark.parametrize(
    "text",
    [
        f"{SHORT}\n\n{TABLE}",
        f"{SHORT}\n{TABLE}",
        f"{SHORT}\n\n\n{LIST}",
        f"No message, job or process is added;\nthe ones there are carry the work.\n\n{TABLE}",
        f"**Queries.** Nothing new is read.\n\n{TABLE}",
        f"{SHORT}\n\n| Query | Rows |\n|---|---|\n| plants of a bed | up to 200 [@FR-001] |\n| - | none |",
        f"{SHORT}\n\n1. First the bed is read.\n\n   Then its plants. [@FR-001]\n2. Last the garden. [@FR-002]",
        "What a client gets:\n\n```json\n{}\n```",
        "These rules hold, in this order, and nothing else decides in which of the many beds a plant may stand:\n\n- x",
    ],
)
def test_a_short_sentence_above_items_that_all_rest_on_something_leads_in(text: str) -> None:
    assert leads_in(text)


@pytest.mark.parametrize(
    "text",
    [
        SHORT,
        f"{SHORT}\n\nA bed is read. [@FR-001]\n\n{TABLE}",
        f"{SHORT}\n\n```elixir\n:ok\n```\n\n{TABLE}",
        f"{SHORT}\n\n```elixir\n:ok # [@FR-001]\n```",
        f"{SHORT}\n\n{TABLE}\n| a third row | which rests on nothing |",
        f"{SHORT}\n\n{LIST}\n- A third item rests on nothing.",
        f"{SHORT}\n\n| Query | Rows |\n|---|---|",
        f"{SHORT} Nothing else does.\n\n{TABLE}",
        f"All 12 of them run once for each bed.\n\n{TABLE}",
        f"Three of them run once for each bed.\n\n{TABLE}",
        f"All of `order` runs once for each bed.\n\n{TABLE}",
        f"All of plant_order runs once.\n\n{TABLE}",
        f"All of Garden.Beds runs once.\n\n{TABLE}",
        f"All of FR-001 runs once.\n\n{TABLE}",
        f"Postgres never locks a bed.\n\n{TABLE}",
        f"{'A bed is read ' * 4}now.\n\n{TABLE}",
        f"- {SHORT}\n\n{TABLE}",
        "What a client gets:",
        f"## {SHORT}\n\n{TABLE}",
    ],
)
def test_what_says_more_or_has_less_below_it_states_something(text: str) -> None:
    assert not leads_in(text)


def test_only_the_words_of_the_sentence_are_counted() -> None:
    most = " ".join(["word"] * LEAD_IN_WORDS)
    assert leads_in(f"{most}.\n\n{TABLE}")
    assert not leads_in(f"{most} more.\n\n{TABLE}")


def test_each_paragraph_is_told_by_its_first_line() -> None:
    text = f"{SHORT}\n\n{TABLE}\n\nNothing new\nis read.\n\n{LIST}\n\nIt ends here."
    assert find_lead_ins(text, lambda item: "[@" in item) == {1, 8}


@given(st.text(alphabet="aZ1 \n|-`:.[@]#\t", max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = find_lead_ins(text, lambda item: True)
    assert all(1 <= number <= text.count("\n") + 1 for number in found)


@pytest.mark.parametrize("hanging", [f"\n\n  {SHORT}\n\n", f"\n{SHORT}\n"])
def test_what_hangs_on_an_item_leads_in_to_no_other_item(hanging: str) -> None:
    assert not find_lead_ins(f"- A bed is read. [@FR-001]{hanging}- So are its plants. [@FR-002]", lambda _: True)


@pytest.mark.parametrize(
    "block", [f"- A bed is read. [@FR-001]\n\n  {SHORT}\n\n", f"{SHORT}\n- A bed is read. [@FR-001]\n"]
)
def test_each_item_of_a_long_list_is_looked_at_a_few_times_only(block: str) -> None:
    looked = count()
    find_lead_ins(block * 300, lambda _: next(looked) >= 0)
    assert next(looked) <= 2 * 300


def test_a_row_of_blanks_is_no_rule_of_a_table() -> None:
    assert leads_in(f"{SHORT}\n\n| a bed [@FR-001] |{' ' * 200_000}x\n| another bed is read [@FR-001] |")
