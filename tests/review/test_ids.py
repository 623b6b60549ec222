from __future__ import annotations

import pytest

from torusnb.review.ids import covered_by, find_ids, find_ranges, split_id

LONG = f"FR-{'1' * 5_000}"
"""No number that anybody gives."""


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("AC-001 through AC-003", ("AC-001", "AC-002", "AC-003")),
        ("`FR-1`–`FR-3`", ("FR-1", "FR-2", "FR-3")),
        ("FR-1–3", ("FR-1", "FR-2", "FR-3")),
        ("**AC-009**…**AC-011**", ("AC-009", "AC-010", "AC-011")),
        ("AC-001/002/003", ("AC-002", "AC-003")),
        ("AC-001, 003 and 004", ("AC-003", "AC-004")),
    ],
)
def test_ranges_and_short_forms_stand_for_ids(text: str, ids: tuple[str, ...]) -> None:
    (found,) = find_ranges(f"We meet {text}.")
    assert found.offset == len("We meet ") + len(text) - len(text.lstrip("`*"))
    assert found.ids == ids


@pytest.mark.parametrize(
    "text",
    [
        "AC-003 to AC-001",
        "2026-03-04",
        "AC-001, 12 of them",
        "AC-001 / AC-002",
        "FR-1 - 100000",
        "AC-001, 50%",
        f"FR-1 to FR-{'1' * 5_000}",
    ],
)
def test_other_numbers_are_no_ranges(text: str) -> None:
    assert list(find_ranges(text)) == []


def test_a_range_covers_ids_with_other_zeros_and_letters() -> None:
    ranges = tuple(find_ranges("AC-1 to AC-9"))
    assert [name for name in ("AC-004b", "AC-010", "FR-004") if any(covered_by(ranges, name))] == ["AC-004b"]


def test_every_place_of_an_id_is_found_as_a_word_of_its_own() -> None:
    text = "AC-1 AC-10 AC-1b AC-1, (AC-1) XAC-1 AC-1-2"
    assert [(offset, name) for offset, name in find_ids(text, ("AC-1", "AC-1b"))] == [
        (0, "AC-1"), (11, "AC-1b"), (17, "AC-1"), (24, "AC-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("AC-004b", ("AC-", 4, "b")),
        ("FR1", ("FR", 1, "")),
        ("PERF", ("PERF", 0, "")),
        ("A2-10", ("A2-", 10, "")),
        (LONG, (LONG, 0, "")),
    ],
)
def test_an_id_has_a_family_a_number_and_a_letter(name: str, parts: tuple[str, int, str]) -> None:
    assert split_id(name) == parts
