"""Whether words of documentation tell how a library behaves."""

from __future__ import annotations

import pytest

from torusnb.models.telling import count_told


@pytest.mark.parametrize(
    "said",
    [
        "It raises when a key is missing.",
        "The rows are rolled back together.",
        "Keys are unique in a pantry.",
        "The hook runs before the page is drawn.",
        "Time stamps won't be filled in.",
        "The function is invoked in a separate process.",
        "It waits at most ten seconds.",
        "What was stored is removed.",
        "The colour defaults to green.",
    ],
)
def test_each_kind_of_behaviour_counts_once(said: str) -> None:
    assert count_told(said) == 1


@pytest.mark.parametrize(
    "said",
    [
        "A map of fields and their values.",
        "For example, a row that fails is ignored.",
        "See the part on rows that fail.",
        "If you don't want colours, a style may be set.",
        "You can drop rows that fail.",
        "`:error` and `:not_found` are atoms of a `before_hook`.",
    ],
)
def test_examples_references_advice_and_mere_names_tell_none(said: str) -> None:
    assert count_told(said) == 0


def test_an_error_that_is_returned_counts_also_in_code() -> None:
    assert count_told("The value comes as `{:error, value}`.") == 1


def test_several_kinds_add_up() -> None:
    assert count_told("A write that fails is rolled back and never retried.") == 4
