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
    ],
)
def test_a_path_in_short_is_the_last_one_before_it_that_ends_so(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.name, span.detail) for span in find_paths(text)] == found
