"""Names of code as a document writes them."""

from __future__ import annotations

import pytest

from torusnb.review.codespans import find_paths


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
    ],
)
def test_a_path_in_short_is_the_last_one_before_it_that_ends_so(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.name, span.detail) for span in find_paths(text)] == found
