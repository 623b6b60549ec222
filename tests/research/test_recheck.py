"""A quote, then and now: what a look at the page as it is today says of it."""

from __future__ import annotations

import pytest

from torusnb.models.recheck import FALLEN, STATES, QuoteNow, Recheck
from torusnb.models.sources import Citation
from torusnb.research.citations import check_quote
from torusnb.research.fragments import surround
from torusnb.research.pages import extract_page
from torusnb.research.pages.page import Page
from torusnb.research.recheck import PageNow, find_reworded, heading_at, recheck_quote
from torusnb.research.recheck_report import render_recheck

URL = "https://docs.example.org/tides.md"
QUOTE = "A tide table is read once a day, and a reader that finds none waits for the next one."
THEN = f"""# Tides

Boats leave with the ebb, and whoever is late stays until the evening.

## Reading the table

The harbour master signs it. {QUOTE} Nothing else is written on it.

## Leaving

A boat that leaves without a table comes back without a catch, as every skipper here has learnt.
"""


def page(text: str) -> Page:
    return extract_page(text.encode(), "text/markdown", url=URL, charset="utf-8")


def cited() -> Citation:
    held = page(THEN)
    check = check_quote(QUOTE, held.text)
    prefix, suffix = surround(held.text, check.start, check.end)
    return Citation(
        "src:tides",
        "Q-1",
        QUOTE,
        "verified",
        "Chosen.",
        heading="Reading the table",
        start=check.start,
        end=check.end,
        prefix=prefix,
        suffix=suffix,
        extractor=held.extractor,
    )


def look(text: str) -> QuoteNow:
    return recheck_quote(cited(), PageNow(URL, "read", page(text), snapshot="ab" * 32))


MOVED = THEN.replace(f" {QUOTE}", "").replace("A boat that", f"{QUOTE} A boat that")
REWORDED = THEN.replace(
    "read once a day, and a reader that finds none waits", "read twice a day, and whoever finds none waits"
)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (THEN, "unchanged"),
        (THEN.replace("Boats leave", "Since last year, boats of every size leave"), "unchanged"),
        (THEN.replace("once a day", "once\na *day*"), "unchanged"),
        (MOVED, "moved"),
        (THEN.replace("## Reading the table", "## The table"), "moved"),
        (REWORDED, "reworded"),
        (THEN.replace(QUOTE, "Ask somebody who knows."), "gone"),
        ("# Tides\n", "not-read"),
    ],
)
def test_each_change_of_a_page_has_its_state(text: str, state: str) -> None:
    found = look(text)
    assert found.state == state
    assert found.then == QUOTE


def test_a_rewording_is_told_then_and_now_with_how_much_is_alike() -> None:
    found = look(REWORDED)
    assert found.now == "A tide table is read twice a day, and whoever finds none waits for the next one."
    assert 75.0 <= found.score < 100.0
    assert found.heading_now == "Reading the table"


def test_a_changed_number_is_a_rewording() -> None:
    text = THEN.replace("once a day", "9 times a day")
    assert look(text).state == "reworded"


def test_words_that_are_denied_now_do_not_stand() -> None:
    found = look(THEN.replace(QUOTE, f"It is not {QUOTE}"))
    assert found.state == "reworded"
    assert found.now == f"It is not {QUOTE}"
    assert "deny" in found.note


def test_a_moved_quote_names_both_headings() -> None:
    found = look(MOVED)
    assert (found.heading_then, found.heading_now) == ("Reading the table", "Leaving")


def test_a_page_that_is_byte_for_byte_the_same_is_not_looked_into() -> None:
    found = recheck_quote(cited(), PageNow(URL, "same"))
    assert (found.state, found.score, found.now) == ("unchanged", 100.0, QUOTE)


@pytest.mark.parametrize(("outcome", "state"), [("gone", "page-gone"), ("not-read", "not-read")])
def test_a_page_that_did_not_come_says_why(outcome: str, state: str) -> None:
    found = recheck_quote(cited(), PageNow(URL, outcome, note="The host is down."))
    assert (found.state, found.note, found.now) == (state, "The host is down.", "")


def test_only_what_no_longer_stands_counts_as_fallen() -> None:
    found = [QuoteNow("src:a", URL, "Q-1", state, QUOTE) for state in STATES]
    assert {quote.state for quote in Recheck("r", tuple(found)).fallen} == FALLEN


def test_similar_words_are_given_by_whole_sentences() -> None:
    text = "One thing first. The keeper winds the lamp at dusk, every evening, and never later. Another thing last."
    start, end, score = find_reworded("The keeper winds the lamp at dawn, every morning, and never later.", text)
    assert text[start:end] == "The keeper winds the lamp at dusk, every evening, and never later."
    assert score > 75


@pytest.mark.parametrize("text", ["", "Nothing of that kind stands here, not in one word of this long sentence."])
def test_unlike_words_are_not_taken_for_a_rewording(text: str) -> None:
    assert find_reworded("The keeper winds the lamp at dawn, every morning.", text) == (0, 0, 0.0)


def test_text_before_the_first_heading_stands_under_the_title() -> None:
    held = page("Some words before any heading, which say little.\n\n# Late title\n\nMore.")
    assert heading_at(held, 3) == held.title


def test_the_report_puts_what_fell_first_and_shows_no_control_characters() -> None:
    quotes = (
        QuoteNow("src:a", URL, "Q-1", "unchanged", QUOTE, QUOTE, 100.0),
        QuoteNow("src:b", URL, "Q-2", "reworded", QUOTE, "It is\x1b[2J read twice.", 81.5, note="A note."),
        QuoteNow("src:c", URL, "", "moved", QUOTE, QUOTE, 100.0, "Here", "There"),
    )
    lines = render_recheck(Recheck("r", quotes))
    assert lines[0].startswith("reworded  [b] (Q-2)")
    assert "          now:  It is?[2J read twice. (81.5 % alike)" in lines
    assert '          now under "There"' in lines
    assert lines[-1] == "3 quotes: 1 unchanged, 1 moved, 1 reworded"


def test_a_design_without_captured_sources_is_told_so() -> None:
    assert render_recheck(Recheck("r")) == ["The design cites no captured source."]


def test_what_was_not_rechecked_is_told_with_the_way_to_do_it() -> None:
    quote = QuoteNow("src:a", URL, "Q-1", "unchanged", QUOTE, QUOTE, 100.0)
    lines = render_recheck(Recheck("r", (quote,), left_out=("src:b", "src:c"), not_captured=("src:d",)))
    assert ["2 sources" in lines[2], "--all" in lines[2], "1 source" in lines[3]] == [True, True, True]
