"""A document that ends in the middle, and one that a person shortened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.test_merge import ALL, TEMPLATE, fdd
from torusnb.export.broken import find_break
from torusnb.export.units import cut_units

WHOLE = fdd("one")


def broken(existing: str, seen: str = WHOLE) -> tuple[str, int] | None:
    found = find_break(existing, seen, TEMPLATE)
    return (found.name, found.missing) if found is not None else None


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("Text one o|f 4.1.", ("4.1", 3)),
        ("Text one of 4.1.|", ("4.1", 3)),
        ("Text one of 4.1.\n|", ("4.1", 3)),
        ("### 4.1 Compon|ent", ("4.1", 3)),
        ("##|# 4.1 Component", ("4.1", 3)),
        ("# Gate B|oard", ("front matter", 7)),
        ("Text one of 6|.", None),
        ("Text one of 5.\n\n- a point|", None),
    ],
)
def test_a_document_breaks_off_where_its_last_section_is_not_whole(end: str, said: tuple[str, int] | None) -> None:
    before, _, after = end.partition("|")
    assert broken(WHOLE[: WHOLE.index(before + after) + len(before)]) == said


def test_line_ends_of_another_system_break_off_alike() -> None:
    whole = WHOLE.replace("\n", "\r\n")
    assert broken(whole[: whole.index("of 4.1.")]) == ("4.1", 3)


def test_words_of_a_persons_own_that_break_off_before_most_of_the_document_count() -> None:
    edited = WHOLE.replace("Text one of 2.", "My own wor")
    assert broken(edited[: edited.index("wor") + 3]) == ("2", 5)


@pytest.mark.parametrize(
    "existing",
    [
        fdd("one", ALL[:3]),
        fdd("one", ALL[:3]).rstrip(),
        fdd("one", ("1", "2", "6")),
        fdd("one", ALL[:3]).rstrip() + "\n\nThe rest is in the plan.\n",
        WHOLE.replace("Text one of 4.1.", "Text one"),
        "My own notes.\n",
        "",
    ],
)
def test_what_a_person_shortened_is_theirs(existing: str) -> None:
    assert broken(existing) is None


@given(st.integers(1, len(WHOLE)))
def test_a_beginning_is_whole_or_breaks_off_but_never_both(size: int) -> None:
    units = [unit.words for unit in cut_units(WHOLE, TEMPLATE)]
    here = [unit.words for unit in cut_units(WHOLE[:size], TEMPLATE)]
    whole = here == units[: len(here)]
    assert (broken(WHOLE[:size]) is None) == (whole or len(here) == len(units))
