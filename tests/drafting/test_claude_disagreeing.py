"""What in a section disagrees with a decision that was made anew."""

from __future__ import annotations

import pytest

from torusnb.drafting.claude.disagreeing import tell_disagreement
from torusnb.drafting.claude.ledger import Entry
from torusnb.drafting.claude.numbers import find_numbers


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


@pytest.mark.parametrize(
    "text",
    [
        "`order/1` is called by `load/2`.",
        "2. `order/1` gives the order.",
        "- first\n  2. `order/1` gives the order.",
        "`order/1` serves AC-2, FR-002 and A-2.",
        "`order/1` stands at `lib/garden/beds.ex:2, 33`.",
        "`order/1` is read on line 2; see section 2 and § 2.",
        "`order/1` keeps p2 of v2 in `row_2`.",
        "`order/1` is launched by LTI 2 over HTTP/2 with OAuth 2.",
        "`order/1` reads 2 rows of 2.5 kB.",
    ],
)
def test_digits_of_a_name_an_id_a_place_or_a_list_are_no_number_of_the_earlier_decision(text: str) -> None:
    assert tell_disagreement(text, FIRST, NOW, lenient=True) == ""


@pytest.mark.parametrize("text", ["It waits 20s for `order/1`.", "`order/1`: 20 s", "`order/1` on 2026-01-20 is 20."])
def test_a_larger_number_counts_wherever_it_stands_beside_the_name(text: str) -> None:
    first, now = entry("Waits for 20 seconds."), entry("Waits for 30 seconds.")
    assert "still has 20." in tell_disagreement(text, first, now, lenient=True)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Up to 2,000 rows in 250ms, 1.5 times a day, 50%.", ("2,000", "250", "1.5", "50")),
        ("From 2026-01-20 on, 3-5 of them.", ("2026-01-20", "3", "5")),
        ("`take(2)` of `a/2` gives `{:ok, 7}`.", ("2", "7")),
        ("WCAG 2.1, RFC 7519, lines 3, 4 and 9, `x.ex:3-9`, sections 4.1 and 5", ()),
        ("A TTL 20 is kept.", ("20",)),
    ],
)
def test_the_numbers_of_a_text(text: str, numbers: tuple[str, ...]) -> None:
    assert find_numbers(text) == numbers


@pytest.mark.parametrize("text", ["a." * 60_000, "\n" * 60_000, "a" * 60_000])
def test_a_long_word_and_many_blank_lines_are_read_once(text: str) -> None:
    assert find_numbers(f"{text} 7 beds") == ("7",)
