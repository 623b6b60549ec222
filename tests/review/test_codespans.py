"""Names of code as a document writes them."""

from __future__ import annotations

import pytest

from torusnb.review.codespans import find_functions, find_paths


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`lib/a/beds.ex:1`", [("lib/a/beds.ex", "1")]),
        ("`lib/a/beds.ex:1`; `…/beds.ex:22`", [("lib/a/beds.ex", "1"), ("lib/a/beds.ex", "22")]),
        (
            "`lib/a/beds.ex:1` `lib/b/beds.ex:1` `…/a/beds.ex:2`",
            [("lib/a/beds.ex", "1"), ("lib/b/beds.ex", "1"), ("lib/a/beds.ex", "2")],
        ),
        (
            "`lib/a/beds.ex:1` `lib/b/beds.ex:1` `…/beds.ex:2`",
            [("lib/a/beds.ex", "1"), ("lib/b/beds.ex", "1"), ("lib/b/beds.ex", "2")],
        ),
        ("`…/beds.ex:2` comes before `lib/a/beds.ex`", [("lib/a/beds.ex", "")]),
        ("`lib/a/beds.ex:1` is not `…/weeds.ex:2`", [("lib/a/beds.ex", "1")]),
        (
            "`beds.ex:1, 2` is in `lib/a/beds.ex`",
            [("lib/a/beds.ex", "1"), ("lib/a/beds.ex", "2"), ("lib/a/beds.ex", "")],
        ),
        ("`beds.ex:1` is in `lib/a/beds.ex` or `lib/b/beds.ex`", [("lib/a/beds.ex", ""), ("lib/b/beds.ex", "")]),
        ("`beds.ex` and beds.ex:1 are in `lib/a/beds.ex`", [("lib/a/beds.ex", "")]),
        ("`weeds.ex:1`\n\n**Code**: x.\n\n- `lib/a/beds.ex`\n", [("weeds.ex", "1"), ("lib/a/beds.ex", "")]),
        ("It stands in lib/a/beds.ex:41 today.", [("lib/a/beds.ex", "41")]),
    ],
)
def test_a_path_in_short_is_the_last_one_before_it_that_ends_so(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.name, span.detail) for span in find_paths(text)] == found


def test_a_number_that_nobody_writes_is_no_arity_and_no_line() -> None:
    long = "1" * 5_000
    assert list(find_functions(f"`Town.Gates.open_gate/{long}`")) == []
    assert [len(span.detail) for span in find_paths(f"`lib/a/beds.ex:{long}`")] == [7]
