"""Which lists are steps of a plan, and which are part of the prose."""

from __future__ import annotations

import pytest

from torusnb.spec.steps import without_steps

PLAN = "**Order of building**\n\n1. The table first. (FR-001)\n2. The list,\n   which sorts. (FR-002)\n"


def test_steps_below_a_label_are_taken_out_with_it() -> None:
    assert without_steps(f"One sentence.\n\n{PLAN}\nAnother one.\n").split() == ["One", "sentence.", "Another", "one."]


def test_steps_apart_by_blank_lines_are_one_list() -> None:
    assert without_steps("**Steps:**\n1. One.\n\n2. Two.").strip() == ""


@pytest.mark.parametrize(
    "kept",
    [
        "Text:\n\n1. One sentence.\n2. Another.\n",
        "**Label**\n\n- One sentence.\n- Another.\n",
        "**Bold words** begin this sentence.\n1. One.\n",
        "**Label**\n\nA paragraph.\n\n1. One.\n",
    ],
)
def test_other_lists_and_labels_stay(kept: str) -> None:
    assert without_steps(kept) == kept


def test_time_grows_with_the_length_only() -> None:
    many = "**a**\n" * 20_000 + "1. x\n" * 20_000
    assert "1. x" not in without_steps(many)


def test_code_goes_first_so_that_no_fence_is_left_open() -> None:
    fenced = "**Steps**\n1. One.\n   ```\nx = 1\n   ```\n\n2. Two.\n\nA sentence. Another.\n"
    assert without_steps(fenced).split() == ["A", "sentence.", "Another."]
    assert without_steps("Text.\n```\n**Steps**\n1. One.\n```\nMore.") == "Text.\n\nMore."
