"""Edits of sections: read from an answer, and put into a text or refused with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.drafting.claude.editing import (
    LONGEST_EDIT,
    MOST_EDITS,
    Applied,
    Edit,
    apply_edits,
    find_torn,
    parse_edits,
)

TEXT = (
    "Beds keep an order. [@FR-001]\n\n- The limit is 200 plants. [@A-2]\n- A stale write is refused. [@FR-002]\n\n"
    "| Case | What | Why |\n|---|---|---|\n| two tabs | refused | `a \\| b` [@FR-002] |\n"
    "| one tab | written | [@FR-001] |"
)


def edit(old: str, new: str, section: str = "8", **more: Any) -> Edit:
    return Edit(section, old, new, **more)


def apply(*edits: Edit, text: str = TEXT, **others: str) -> Applied:
    return apply_edits(text, edits, {name[1:]: other for name, other in others.items()})


def why(applied: Applied) -> str:
    [refused] = applied.refused
    return refused.why


def block(*edits: Any, name: str = "edits") -> str:
    return f"```{name}\n{json.dumps(edits)}\n```"


GIVEN = {"section": "8", "old": "200", "new": "300", "mends": [1]}


@pytest.mark.parametrize(
    "answer",
    [
        block(GIVEN),
        block(GIVEN, name="json"),
        json.dumps([GIVEN]),
        json.dumps(GIVEN),
        json.dumps({"edits": [GIVEN]}),
        f"I looked.\n\n{block(GIVEN)}\n\nThat is all.",
        block({**GIVEN, "section": "Section 8."}),
        block(GIVEN, GIVEN),
    ],
)
def test_edits_are_read_however_the_answer_is_put(answer: str) -> None:
    assert parse_edits(answer).edits == (Edit("8", "200", "300", mends=(1,)),)


def test_a_line_break_that_is_not_escaped_is_taken_as_it_is() -> None:
    answer = parse_edits('```edits\n[{"section": "8", "old": "a", "new": "- one\n- two"}]\n```')
    assert answer.edits[0].new == "- one\n- two"


@pytest.mark.parametrize("answer", ["All is well.", "```edits\n{]\n```", "[" * 100_000, "3", '"x"', "", "NaN"])
def test_an_answer_without_edits_is_told_apart_from_one_with_none(answer: str) -> None:
    read = parse_edits(answer)
    assert not read.readable
    assert read.wrong
    assert parse_edits("```edits\n[]\n```").readable


@pytest.mark.parametrize(
    "part",
    [
        {"old": "a", "new": "b"},
        {"section": 8, "old": "a"},
        {"section": "8", "old": None},
        {"section": "8", "mends": ["one"]},
        {"section": "8", "old": "a", "new": "b" * (LONGEST_EDIT + 1)},
        {"section": "8" * 99, "old": "a"},
        {"section": "8", "mends": [*range(101)]},
        "edit",
        None,
    ],
)
def test_an_edit_that_cannot_be_read_is_told_and_the_others_are_taken(part: Any) -> None:
    read = parse_edits(block(part, GIVEN))
    assert [each.section for each in read.edits] == ["8"]
    assert read.wrong[0].startswith("Edit 1 cannot be read: ")


def test_of_thousands_of_edits_only_so_many_are_read() -> None:
    many = [{**GIVEN, "old": str(number)} for number in range(3_000)]
    read = parse_edits(block(*many))
    assert len(read.edits) == MOST_EDITS
    assert read.wrong == (f"Only the first {MOST_EDITS} of 3000 edits were read.",)


def test_half_a_character_is_left_out() -> None:
    [read] = parse_edits(r'[{"section": "8\ud800", "old": "a\ud800b", "new": "\udfff"}]').edits
    assert (read.section, read.old, read.new) == ("8", "ab", "")


def test_edits_are_put_in_where_their_passages_stood_before_any_of_them() -> None:
    applied = apply(edit("refused. [@FR-002]", "told. [@FR-003]"), edit("200 plants", "300 plants, not 200 plants"))
    assert applied.text == TEXT.replace("200 plants", "300 plants, not 200 plants").replace(
        "refused. [@FR-002]", "told. [@FR-003]"
    )
    assert len(applied.taken) == 2
    assert applied.refused == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("- The limit  is\n200 plants. [@A-2]", "- The limit is 300. [@A-3]", "- The limit is 300. [@A-3]\n- A stale"),
        ("- The limit is 200 plants.", "- The limit is 300. [@A-3]", "- The limit is 300. [@A-3]\n- A stale"),
        ("The limit is 200 plants. [@A-9]", "It is 300. [@A-3]", "- It is 300. [@A-3]\n- A stale"),
        ("The  limit is 200 plants.", "It is 300.", "- It is 300. [@A-2]\n- A stale"),
        (
            "| two tabs | refused | `a \\| b` |",
            "| two tabs | told | x [@A-3] |",
            "---|\n| two tabs | told | x [@A-3] |\n|",
        ),
    ],
)
def test_a_passage_may_differ_in_blanks_and_markers_where_it_stands_once(old: str, new: str, expected: str) -> None:
    assert expected in apply(edit(old, new)).text


@pytest.mark.parametrize(
    ("old", "reason"),
    [
        ("", "An edit has an empty `old`"),
        (" \n", "An edit has an empty `old`"),
        ("[@FR-009]", "does not stand in section 8; copy it letter for letter."),
        ("no such words", "“no such words” does not stand in section 8; copy it"),
        ("tab", "“tab” stands there more than once"),
        ("t a b", "“t a b” stands there more than once"),
        ("It is told elsewhere.", "does not stand in section 8, but in section 9.1; copy it"),
    ],
)
def test_a_passage_that_is_not_clear_is_refused_with_the_reason(old: str, reason: str) -> None:
    applied = apply(edit(old, "x"), _9_1="x", **{"_9.1": "It is told elsewhere. [@A-1]"})
    assert applied.text == TEXT
    assert reason in why(applied)


def test_edits_that_overlap_are_not_both_put_in() -> None:
    applied = apply(edit("limit is 200", "bound is 300"), edit("200 plants", "9 plants"))
    assert "bound is 300 plants" in applied.text
    assert "overlaps the passage of another edit" in why(applied)


@pytest.mark.parametrize("first", [True, False])
def test_a_section_is_given_whole_or_by_edits(first: bool) -> None:
    whole, other = edit("", "", whole="All anew. [@FR-001]"), edit("200", "300")
    applied = apply(*((whole, other) if first else (other, whole)))
    assert applied.text == ("All anew. [@FR-001]" if first else TEXT.replace("200", "300"))
    assert "given whole" in why(applied)


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        ("| two tabs | refused | `a \\| b` [@FR-002] |", "|---|---|---|\n| one tab |"),
        ("| one tab | written | [@FR-001] |", "`a \\| b` [@FR-002] |"),
        ("- The limit is 200 plants. [@A-2]", "[@FR-001]\n\n- A stale"),
        (" The limit is 200 plants. [@A-2]", "[@FR-001]\n\n-\n- A stale"),
    ],
)
def test_a_line_that_is_taken_out_leaves_no_blank_one(old: str, expected: str) -> None:
    text = apply(edit(old, "")).text
    assert expected in text
    assert old not in text


def test_the_last_two_lines_are_taken_out_by_an_edit_each() -> None:
    rows = TEXT.split("\n")[-2:]
    applied = apply(*(edit(row, "") for row in rows))
    assert applied.refused == ()
    assert applied.text == f"{TEXT.partition('| two tabs')[0]}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("**Limits**: 200.", "200.", "It lost its part **Limits**."),
        ("| a | b |", "| a |", "A row has not as many cells as the head of its table"),
        ("x = 1\n```", "x = 1", "It holds a fence that is never closed."),
    ],
)
def test_what_an_edit_tears_is_told(old: str, new: str, told: str) -> None:
    before = "**Limits**: 200.\n\n| A | B |\n|---|---|\n| a | b |\n\n```elixir\nx = 1\n```"
    holds = "Two labels in bold: **Limits** and **Reasons**."
    [said] = find_torn(before, before.replace(old, new), holds)
    assert said.startswith(told)
    assert not [*find_torn(before, f"{before}\n\nMore.", holds)]


def test_what_was_torn_before_is_no_fault_of_an_edit() -> None:
    before = "| A | B |\n|---|---|\n| a |\n\n```elixir\nx = 1"
    assert not [*find_torn(before, before.replace("a", "c"), "")]


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_a_passage_that_stands_once_is_replaced_and_all_else_stays(text: str, old: str, new: str) -> None:
    applied = apply_edits(text, (Edit("8", old, new),), {})
    if old.strip() and text.count(old) == 1 and new.strip():
        assert applied.text == text.replace(old, new)
    elif not applied.taken:
        assert applied.text == text
