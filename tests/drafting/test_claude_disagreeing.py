"""What in a section disagrees with a decision that was made anew."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.disagreeing import tell_disagreement
from torusnb.drafting.claude.ledger import Entry


def entry(decision: str, standing: str = "new") -> Entry:
    return Entry("function", "Garden.Beds.order/1", standing, decision, ("FR-001",))  # type: ignore[arg-type]


FIRST = entry("Gives version 2 of the wanted order as `{:ok, ids}`.")
NOW = entry("Gives version 3 of the wanted order as `{:ok, plants}`.")
HEAD = f"`Garden.Beds.order/1` was decided anew since this was written: {NOW.decision}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`order/1` gives version 2. [@FR-001]", f"{HEAD} Here “`order/1` gives version 2.” still has 2."),
        ("- `order/1` matches `{:ok, ids}`. [@f1:1]", f"{HEAD} Here “- `order/1` matches `{{:ok, ids}}`.” still has"),
        (
            "`order/1` gives version 3 of the wanted order. [@A-1]\n\n- `order/1`, version 2, is read.",
            f"{HEAD} Here “- `order/1`, version 2, is read.” still has 2.",
        ),
        ("It took 2 days; `order/10` has 2.", ""),
        ("`order/1` gives version 3 of the wanted order as `{:ok, plants}`. [@FR-001]", ""),
        ("The page calls `order/1` once. [@FR-001]", ""),
        ("Nothing else has version 2. [@FR-001]", ""),
        ("`order/1` is called by `Garden.Plots.load/2`. [@FR-001]", ""),
    ],
)
def test_what_still_says_the_earlier_decision_is_told_with_its_words(text: str, told: str) -> None:
    said = tell_disagreement(text, FIRST, NOW)
    assert said.startswith(told)
    assert bool(said) is bool(told)


def test_a_sentence_that_speaks_of_the_first_decision_is_told_unless_another_holds_the_new_one() -> None:
    first, now = entry("Carries the whole wanted order."), entry("Carries one plant with its place.")
    old, new = "`order/1` carries the wanted order.", "- `order/1` carries one plant with its place."
    assert tell_disagreement(old, first, now).endswith(f"Here it says: “{old}”")
    assert tell_disagreement(f"{old}\n\n{new}", first, now) == ""
    assert tell_disagreement(old, first, now, lenient=True) == ""


def test_what_was_only_added_to_a_decision_is_told_where_the_decision_is_spoken_of() -> None:
    first, now = entry("Gives the order."), entry("Gives the order, or an error for a stale bed.")
    assert "Here it says: “`order/1` gives the order.”" in tell_disagreement("`order/1` gives the order.", first, now)


def test_a_standing_that_changed_is_told_where_the_text_has_the_old_one() -> None:
    first, now = entry("Gives the order."), entry("Gives the order.", "changed")
    assert "still has “new”, which is changed now." in tell_disagreement("- `order/1` (new) is called.", first, now)
    for text in (
        "| function `Garden.Beds.order/1` | new | x |",
        "The new function `order/1` is called.",
        "**order/1** is new.",
    ):
        assert "still has “new”" in tell_disagreement(text, first, now)
    assert tell_disagreement("The new page calls `order/1`; it makes a new bed.", first, now) == ""
    assert tell_disagreement("- `order/1` gives the order.", first, now) == ""


def test_a_long_sentence_is_cut() -> None:
    said = tell_disagreement(f"`order/1` has version 2 {'and more ' * 200}", FIRST, NOW)
    assert len(said) < 500
