"""A later part of a PRD gives a requirement or a criterion new words; what only looks like it gives none."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.base import Place
from torusnb.models.requirements import SpecPack, Statement
from torusnb.spec.reader import load_pack

HEAD = """# Loaf labels

## Functional Requirements
- FR-001: A loaf shows its weight on the label.
- FR-002: The baker prints labels of a whole batch.

## Acceptance Criteria
- AC-001 (FR-001): Given a loaf, when it is shown, then its weight is there.

"""
OLD = "A loaf shows its weight on the label."
NEW = "a loaf shows its weight on the label and on the shelf"
LISTED = "requirements:\n- id: FR-001\n  title: A loaf shows its weight on the label.\n"


def load(folder: Path, prd: str, listed: str = "") -> SpecPack:
    folder.mkdir()
    (folder / "prd.md").write_text(prd)
    if listed:
        (folder / "requirements.yml").write_text(listed)
    return load_pack(folder)


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Amendment", f"- FR-001 now reads: {NEW}"),
        ("Amendment", f"- **FR-001** now reads: {NEW}"),
        ("Notes", f"FR-001 reads now: {NEW}"),
        ("Notes", f"FR-001 is amended to read: {NEW}"),
        ("Notes", f"FR-001 is changed to “{NEW}”"),
        ("Notes", f"FR-001 (revised 2026-05-02): {NEW}"),
        ("Notes", f"FR-001 shall now read as follows: {NEW}"),
        ("Amendment 2", f"- FR-001: {NEW}"),
        ("Amended requirements", f"### Functional Requirements\n- FR-001: {NEW}"),
        ("Addendum", f"| ID | Description |\n|---|---|\n| FR-001 | {NEW} |"),
    ],
)
def test_the_later_words_are_the_requirement(tmp_path: Path, heading: str, line: str) -> None:
    pack = load(tmp_path / "labels", f"{HEAD}## {heading}\n{line}\n")
    asked = pack.requirements[0]
    assert (asked.text, asked.place.line > 9) == (NEW, True)
    assert asked.before == (Statement(OLD, Place("prd.md", 4)),)
    assert asked.also == (Place("prd.md", 4),)
    [told] = [problem for problem in pack.problems if problem.place.line == 4]
    assert (told.severity, told.text) == ("note", f"FR-001 gets other words at {asked.place}.")


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Amendment", "- FR-001 is clarified, see the mockup of the label of a loaf."),
        ("Amendment", "- FR-001: see the weight of the label."),
        ("Amendment", "- FR-001: was moved to the label of the loaf with its weight."),
        ("Amendment", "- FR-001: asked for by the shop around the corner before Easter."),
        ("Amendment", "- FR-001: weight, label."),
        ("Notes", f"- FR-001: {NEW}"),
        ("Notes", "FR-001 now reads well."),
        ("Notes", "FR-001 is changed: the shop wanted it."),
        ("Revision history", f"- FR-001: {NEW}"),
    ],
)
def test_what_speaks_about_a_requirement_is_not_its_words(tmp_path: Path, heading: str, line: str) -> None:
    asked = load(tmp_path / "labels", f"{HEAD}## {heading}\n{line}\n").requirements[0]
    assert (asked.text, asked.before) == (OLD, ())


def test_a_criterion_gets_new_words_and_keeps_its_link(tmp_path: Path) -> None:
    later = "## Amendment\n- AC-001 now reads: Given a loaf, when it is sold, then its weight is on the bill.\n"
    [asked] = load(tmp_path / "labels", HEAD + later).criteria
    assert (asked.when, asked.then) == ("it is sold", "its weight is on the bill.")
    assert (asked.requirements, len(asked.before)) == (("FR-001",), 1)


def test_the_list_beside_the_prd_is_amended_by_it(tmp_path: Path) -> None:
    prd = f"# Labels\n\n## Overview\nLabels.\n\n## Amendment\n- FR-001 now reads: {NEW}\n"
    [asked] = load(tmp_path / "labels", prd, LISTED).requirements
    assert (asked.text, asked.title, asked.place) == (NEW, "", Place("prd.md", 7))
    assert [(said.text, said.place.path) for said in asked.before] == [(OLD, "requirements.yml")]


def test_the_last_of_several_amendments_holds(tmp_path: Path) -> None:
    later = f"## Amendment\n- FR-001 now reads: {NEW}\n\n## Amendment 2\n- FR-001 now reads: no loaf shows its weight\n"
    asked = load(tmp_path / "labels", HEAD + later).requirements[0]
    assert asked.text == "no loaf shows its weight"
    assert [said.text for said in asked.before] == [OLD, NEW]


def test_new_words_for_an_id_that_nothing_defined_define_it(tmp_path: Path) -> None:
    pack = load(tmp_path / "labels", f"# Labels\n\n## Functional Requirements\n- FR-007 now reads: {NEW}\n")
    assert [(asked.id, asked.text, asked.before) for asked in pack.requirements] == [("FR-007", NEW, ())]


def test_an_amended_requirement_can_still_be_withdrawn(tmp_path: Path) -> None:
    later = f"## Amendment\n- FR-001 now reads: {NEW}\n\n## Amendment 2\n- FR-001 is withdrawn.\n"
    assert [gone.ids for gone in load(tmp_path / "labels", HEAD + later).withdrawals] == [("FR-001",)]


def test_a_criterion_falls_with_what_the_sentence_before_takes_back(tmp_path: Path) -> None:
    prd = (
        "# Labels\n\n## Functional Requirements\n- FR-001: A.\n\n## Acceptance Criteria\n- AC-001: B.\n- AC-002: C.\n\n"
    )
    later = "## Amendment\n- FR-001 is withdrawn. AC-001 goes with it. AC-002 goes well with it.\n"
    assert [gone.ids for gone in load(tmp_path / "labels", prd + later).withdrawals] == [("FR-001", "AC-001")]
    assert load(tmp_path / "other", f"{prd}## Amendment\n- AC-001 goes with it.\n").withdrawals == ()
