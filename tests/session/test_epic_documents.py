"""A walk over a feature of an epic: what the epic's own prd.md gives is drafted, cited, watched and replayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.session.opening import PACKS, Opener
from tests.session.opening import opener as opener
from torusnb.session import documents
from torusnb.session.status import judge_packs
from torusnb.trail.replay import replay_trail

BUDGET = "The page of a nightly import must show within p95 <= 430 ms."
EPIC = f"""# Roster sync - PRD

## Overview

Rosters come by themselves.

## Non-Functional Requirements

- NFR-7: {BUDGET}
"""


@pytest.fixture
def epic(sample_torus: Path) -> Path:
    """The prd.md of the epic above the pack."""
    path = sample_torus / PACKS[2] / "../prd.md"
    path.write_text(EPIC)
    return path


def test_the_epics_budget_is_drafted_cited_and_replayed(opener: Opener, epic: Path) -> None:
    session = opener(PACKS[2])
    assert session.evidence().evidence["note:../prd.md:9"].text == BUDGET
    assert list(documents.beside(session.pack)["place"]) == ["../prd.md:9"]
    text = session.export().text
    assert "p95 <= 430 ms. (../prd.md:9)" in text
    assert "[@" not in text
    assert replay_trail(session.trail).differences == ()


def test_a_changed_budget_of_the_epic_is_told_with_the_sections_that_rest_on_it(
    opener: Opener, epic: Path, sample_torus: Path, tmp_path: Path
) -> None:
    opener(PACKS[2]).export()
    epic.write_text(EPIC.replace("430", "250").replace("by themselves", "at night"))
    [status] = judge_packs(sample_torus, [PACKS[2]], tmp_path / "out")
    [change] = status.open
    assert (change.key, change.state) == ("note:../prd.md", "changed")
    assert "430 ms" in change.old
    assert "250 ms" in change.new
    assert change.sections[:2] == ("1", "2")


def test_what_binds_no_feature_may_change_in_an_epic(
    opener: Opener, epic: Path, sample_torus: Path, tmp_path: Path
) -> None:
    opener(PACKS[2]).export()
    epic.write_text(EPIC.replace("by themselves", "at night"))
    [status] = judge_packs(sample_torus, [PACKS[2]], tmp_path / "out")
    assert status.open == ()


def test_an_epic_that_is_there_only_now_is_new_to_an_older_trail(
    opener: Opener, sample_torus: Path, tmp_path: Path
) -> None:
    session = opener(PACKS[2])
    session.export()
    (sample_torus / PACKS[2] / "../prd.md").write_text(EPIC)
    [status] = judge_packs(sample_torus, [PACKS[2]], tmp_path / "out")
    assert [(change.key, change.state) for change in status.open] == [("note:../prd.md", "new")]
    assert replay_trail(session.trail).differences == ()
