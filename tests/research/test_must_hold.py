"""What no change may break: nothing false passes as verified, nothing true is refused."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.research.invented_pages import FALSE_KINDS, SHAPES, false_case, true_case

CASES = 500


@pytest.mark.parametrize("seed", [11])
def test_none_of_500_false_citations_passes_as_verified(seed: int) -> None:
    cases = [false_case(number, seed) for number in range(CASES)]
    assert {case.kind for case in cases} == set(FALSE_KINDS)
    assert {case.shape for case in cases} == {shape.name for shape in SHAPES}
    assert [case for case in cases if case.verdict == "verified"] == []


@pytest.mark.parametrize("seed", [11])
def test_none_of_500_true_quotes_is_refused(seed: int) -> None:
    cases = [true_case(number, seed) for number in range(CASES)]
    assert Counter(case.shape for case in cases) == {shape.name: CASES // len(SHAPES) for shape in SHAPES}
    assert [case for case in cases if case.verdict != "verified"] == []
