"""Wording: short, safe, and complete sentences."""

from __future__ import annotations

import pytest

from torusnb.drafting.offline.wording import (
    clip,
    count,
    criterion,
    head_of,
    listed,
    lower_first,
    plain,
    plural_of,
    restate,
    sentence,
    singular_of,
    some,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and *soft* words", "bold and soft words"),
        ("see [the guide](https://example.org/x)", "see the guide"),
        ("| a | b |", "/ a / b /"),
        ("- [ ] item\n- other", "item other"),
        ("a `span` stays", "a `span` stays"),
        ("an odd ` goes", "an odd goes"),
        ("TBD by product", "still to settle by product"),
        ("a [@key] of its own", "a (@key] of its own"),
        ("a <b>bold</b> tag", "a bold tag"),
        ("<script src=x and no end", "&lt;script src=x and no end"),
        ("<!-- no end", "&lt;!-- no end"),
        ("p95 < 100 ms and a <= b", "p95 < 100 ms and a <= b"),
        ("file:///home/someone/app/lib/a.ex", "a.ex"),
    ],
)
def test_text_of_others_is_made_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("short enough.", 5, "short enough"),
        ("keep the order of the plants, which gardeners chose, and the rest", 7, "keep the order of the plants"),
        ("keep the order of the plants (by title) as chosen", 8, "keep the order of the plants as chosen"),
        ("beds keep the order; plots keep the names of all beds", 6, "beds keep the order"),
    ],
)
def test_a_text_is_shortened_where_a_clause_or_an_aside_ends(text: str, words: int, expected: str) -> None:
    assert clip(text, words) == expected


@pytest.mark.parametrize(
    "text",
    [
        "keep the order of plants, the names of beds, and the rest",
        "keep the whole order and remember the names of beds",
        "show beds only when plots and plants are both enabled",
        "call `a b, which c d` now and then go on",
    ],
)
def test_a_text_without_such_a_place_stays_whole(text: str) -> None:
    assert clip(text, 5) == text


def test_what_no_person_wrote_as_a_sentence_is_cut_and_shows_it() -> None:
    assert clip("word " * 400, 20) == f"{'word ' * 90}…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("show all the beds only when plots and plants are enabled", "show all the beds"),
        (
            "plan the beds using the season, the soil, and the plot",
            "plan the beds using the season, the soil, and the plot",
        ),
        ("plan all the beds using the season, the soil, and the plot", "plan all the beds"),
    ],
)
def test_a_name_ends_before_a_circumstance_and_never_inside_a_list(text: str, expected: str) -> None:
    assert head_of(text, 6) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The system SHALL keep the order.", "keep the order"),
        ("The bed page must show plants.", "The bed page must show plants"),
        ("Gardeners MUST NOT see others.", "Gardeners must not see others"),
    ],
)
def test_a_requirement_is_restated_without_its_ceremony(text: str, expected: str) -> None:
    assert restate(text, 20) == expected


def test_a_leading_condition_never_hides_the_statement() -> None:
    text = "When a gardener returns to a plot closed for the winter, the page shall offer the plan of last year"
    assert restate(text, 12).startswith("the page shall offer the plan of last year, when a gardener")
    assert restate(text, 12, as_name=True) == "the page shall offer the plan of last year"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Given a bed, when it is opened by its owner, then plants show.",
            "given a bed, when it is opened by its owner → plants show",
        ),
        ("Given a bed, when opened, then plants show.", "given a bed, when opened → plants show"),
        ("Given a bed, then plants show.", "given a bed → plants show"),
        ("When a bed is opened, then plants show.", "when a bed is opened → plants show"),
        ("Plants show.", "Plants show"),
    ],
)
def test_a_criterion_keeps_its_circumstances_its_trigger_and_its_outcome(text: str, expected: str) -> None:
    assert criterion(text, 20) == expected


def test_small_words_for_sentences() -> None:
    assert sentence("a bed") == "A bed."
    assert sentence("`a` bed?") == "`a` bed?"
    assert lower_first("LTI launch") == "LTI launch"
    assert lower_first("A bed") == "a bed"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert some(["a", "b", "c"], 1) == "a and 2 more"
    assert count(0, "query") == "no query"
    assert count(1200, "query") == "1,200 queries"


@pytest.mark.parametrize(
    ("one", "many"), [("query", "queries"), ("bed", "beds"), ("box", "boxes"), ("class", "classes")]
)
def test_plurals_go_both_ways(one: str, many: str) -> None:
    assert plural_of(one) == many
    assert singular_of(many) == one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("beds wait", "Beds wait."),
        ("bed_plans is off", "bed_plans is off."),
        ("lib/a.ex is new", "lib/a.ex is new."),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_it_begins_with_a_name_of_code(text: str, expected: str) -> None:
    assert sentence(text) == expected
