"""docs/drafting.md tells the bounds, prompts and failures as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from torusnb.drafting.claude import (
    blocks,
    checking,
    choosing,
    editing,
    exchange,
    ledger,
    lengths,
    mending,
    notes,
    reading_ahead,
    requests,
)
from torusnb.drafting.claude.prompts import PLACEHOLDERS

HOLDERS = (blocks, checking, choosing, editing, exchange, ledger, lengths, mending, notes, reading_ahead, requests)
DOC = (Path(__file__).parents[2] / "docs" / "drafting.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([A-Z_]+)` \| ([\d,]+) \|", DOC, re.MULTILINE)


def test_every_row_of_the_bounds_is_found() -> None:
    assert len(ROWS) == 38


@pytest.mark.parametrize(("name", "value"), ROWS)
def test_a_bound_is_as_the_document_says(name: str, value: str) -> None:
    holders = [module for module in HOLDERS if name in vars(module)]
    assert holders
    assert {vars(module)[name] for module in holders} == {int(value.replace(",", ""))}


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_every_prompt_file_is_named(name: str) -> None:
    assert f"`{name}" in DOC
