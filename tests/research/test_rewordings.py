"""What counts as the same statement in other words, over the corpus of `benchmarks/rewordings.py`."""

from __future__ import annotations

import pytest

from benchmarks.rewordings import CASES, Case, choose, measure
from torusnb.research.recheck import LIKE, find_reworded

OTHERS = " ".join(f"{case.said} {case.sister}" for case in CASES[12:])


def test_the_threshold_is_the_one_that_errs_least() -> None:
    errors = measure()
    assert choose(errors) == LIKE
    assert errors[LIKE].accepted < 0.05
    assert errors[LIKE].refused < 0.2


def test_a_changed_word_an_inserted_or_a_dropped_clause_is_never_missed() -> None:
    missed = measure()[LIKE].by_kind
    assert {kind for kind in missed if missed[kind] == 0.0} >= {"near", "word1", "word2", "longer", "shorter"}


@pytest.mark.parametrize("case", CASES[:12], ids=lambda case: case.said[:20])
def test_the_sentence_in_its_place_is_given_whole(case: Case) -> None:
    text = f"{OTHERS}\n\n{case.near} {CASES[13].sister}"
    start, end, score = find_reworded(case.said, text)
    assert text[start:end] == case.near
    assert LIKE <= score < 100


def test_two_sentences_that_became_three_are_found_together() -> None:
    said = f"{CASES[0].said} {CASES[1].said}"
    now = f"{CASES[0].near} Nobody is told of it. {CASES[1].near}"
    text = f"{OTHERS} {now} {OTHERS}"
    start, end, _ = find_reworded(said, text)
    assert text[start:end] == now


@pytest.mark.parametrize("text", ["", " \n\n ", "...", "a" * 5_000, "## Heading"])
def test_a_text_that_says_nothing_holds_nothing_like_it(text: str) -> None:
    assert find_reworded(CASES[0].said, text) == (0, 0, 0.0)


def test_a_page_of_a_million_letters_is_looked_through() -> None:
    text = "\n\n".join([OTHERS] * 520 + [CASES[0].near])
    assert len(text) > 1_000_000
    start, end, _ = find_reworded(CASES[0].said, text)
    assert text[start:end] == CASES[0].near


@pytest.mark.parametrize(("sentences", "found"), [(40, True), (41, False)])
def test_a_quote_of_very_many_sentences_is_not_looked_for(sentences: int, found: bool) -> None:
    quote = " ".join(f"The keeper winds lamp {number}." for number in range(sentences))
    assert (find_reworded(quote, f"{quote} The sea is calm.")[2] > LIKE) == found
