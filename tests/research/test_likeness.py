from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.research.citations import check_quote
from torusnb.research.likeness import liken

PAGE = (
    "At most 5.5 rows wait for put_new_lazy/3 at -7 degrees, and 10,000 pits (10\u00b2 metres deep) never fill up in "
    "2031."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dig\u00a0 it\n now", "dig it now"),
        ("\u201cdig\u201d it\u2019s", '"dig" it\'s'),
        ("non\u2011stop \u2013 5 \u2212 3", "non-stop - 5 - 3"),
        ("so\u00adft ze\u200bro", "soft zero"),
        ("o\ufb04ine \ufb01le", "offline file"),
        ("cafe\u0301 A\u030angstrom", "caf\u00e9 \u00c5ngstrom"),
        ("a &lt; b &amp; c&nbsp;d &#8217;", "a < b & c d '"),
        ("use `dig/2` **now** and _here_", "use dig/2 now and here"),
        ("see [the guide](https://example.org/a_(b)) first", "see the guide first"),
        ("and so on\u2026", "and so on..."),
        ("\u212b", "\u00c5"),
    ],
)
def test_what_copying_changes_is_left_aside(one: str, other: str) -> None:
    assert liken(one).text == liken(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10\u00b2", "102"),
        ("H\u2082O", "H2O"),
        ("\u00bd", "1/2"),
        ("snake_case", "snakecase"),
        ("SELECT * FROM", "SELECT FROM"),
        ("2 * 3", "2 3"),
        ("Pit", "pit"),
        ("resume", "r\u00e9sum\u00e9"),
        ("a-b", "ab"),
        ("dig\u202eit", "digit"),
        ("a < b", "a b"),
        ("pit[0](x y)", "pit0"),
    ],
)
def test_what_has_a_meaning_is_not(one: str, other: str) -> None:
    assert liken(one).text != liken(other).text


@pytest.mark.parametrize(
    "quote",
    [
        "and 10,000 pits (10\u00b2 metres deep) never fill up",
        "rows wait for put_new_lazy/3 at -7 degrees",
        "At most 5.5 rows wait for put_new_lazy/3",
    ],
)
def test_whole_words_and_numbers_are_verified(quote: str) -> None:
    assert check_quote(quote, PAGE).verdict == "verified"


@pytest.mark.parametrize(
    "quote",
    [
        "5 rows wait for put_new_lazy/3 at -7 degrees",
        "7 degrees, and 10,000 pits (10\u00b2 metres",
        "000 pits (10\u00b2 metres deep) never fill up",
        "at -7 degrees, and 10",
        "At most 5.5 rows wait for put_new",
        "At most 5.5 rows wait for put",
        "At most 5.5 rows wait for put_new_lazy/3 at -7 degrees, and 10,000 pits (102 metres deep)",
        "deep) never fill up in 203",
        "fill up in 2031. And then",
    ],
)
def test_cut_words_and_numbers_are_not(quote: str) -> None:
    assert check_quote(quote, PAGE).verdict != "verified"


def test_a_quote_that_begins_after_a_denial_is_not_verified() -> None:
    page = "Because of the lock it is not safe to run the job twice in one minute."
    check = check_quote("safe to run the job twice in one minute.", page)
    assert check.verdict == "near-match"
    assert "deny" in check.reason
    assert check_quote("it is not safe to run the job twice", page).verdict == "verified"


@pytest.mark.parametrize("above", ["## What it does not do\n", "It does not.\n\n", "## Do not\n\n", "Never\n \n"])
def test_a_denial_in_the_heading_or_paragraph_above_denies_nothing(above: str) -> None:
    page = f"{above}Run the job twice in one minute, and nothing comes of it."
    assert check_quote("Run the job twice in one minute", page).verdict == "verified"


@pytest.mark.parametrize("before", ["You must not\n", "You do not **", "You can't ", "## Of runs\nYou should never "])
def test_a_denial_in_the_same_paragraph_counts_however_it_is_written(before: str) -> None:
    page = f"{before}Run the job twice in one minute, for nothing comes of it."
    assert check_quote("Run the job twice in one minute", page).verdict == "near-match"


PIECES = st.sampled_from(
    [" ", "\n", "\u00a0", "`", "*", "_", "&amp;", "&nbsp;", "&", ";", "[", "](", ")", "a", "b", "Z", "1", ".", "\u00ad",
     "\u0301", "e", "\ufb03", "\u2019", "\u2026", "-", "\u1100", "\u1161"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_character_leads_back_to_a_stretch_of_the_original(text: str) -> None:
    made = liken(text)
    reached = 0
    for at in range(len(made.text)):
        start, end = made.original(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert start >= reached or made.original(at - 1, at) == (start, end)
        reached = start
    assert "  " not in made.text
    assert all(0 <= made.position(offset) <= len(made.text) for offset in range(len(text) + 1))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(categories=["L", "M", "N", "Z", "P"]), max_size=60))
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    bare = text.replace("&", "")
    one, other = unicodedata.normalize("NFC", bare), unicodedata.normalize("NFD", bare)
    known = all(ord(char) < 0x250 or 0x300 <= ord(char) < 0x370 for char in one + other)
    assert not known or liken(one).text == liken(other).text
