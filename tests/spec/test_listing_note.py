"""A requirements.md that holds the list of requirements: when it is read, how its lines are named, what follows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.gates import PackDocuments
from torusnb.models.requirements import SpecPack, place_key
from torusnb.spec.changes import compare_packs
from torusnb.spec.gates import judge_gates
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template

POINTS = "# Seed shelf\n\n## Overview\nGardeners keep seeds.\n\n## Functional Requirements\nSee requirements.md\n"
TABLE = """# Requirements

| ID | Requirement | Acceptance |
|---|---|---|
| FR-001 | A gardener stores a packet. | AC-001: Given a packet, when it is stored, then it is on the shelf. |
| FR-002 | A gardener lists packets. | AC-002: Given 51 packets, then 50 show.<br>AC-003: Given none, then a hint. |
| FR-003 | Old packets are thrown away. | - |
"""
LIST = """# What is asked

- FR-001: A gardener stores a packet.
- FR-002: A gardener lists packets.

## Acceptance Criteria
- AC-001 (FR-001): Given a packet, when it is stored, then it is on the shelf.
"""


def load(root: Path, prd: str = POINTS, listing: str = TABLE, **others: str) -> SpecPack:
    folder = root / "seed_shelf"
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"prd.md": prd, "requirements.md": listing, **{f"{name}.yml": text for name, text in others.items()}}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return load_pack(folder, root)


def test_a_table_of_requirements_and_their_criteria_is_read_from_requirements_md(tmp_path: Path) -> None:
    pack = load(tmp_path)
    assert [(r.id, r.text, place_key(r.place), r.derived) for r in pack.requirements] == [
        ("FR-001", "A gardener stores a packet.", "note:requirements.md:5", False),
        ("FR-002", "A gardener lists packets.", "note:requirements.md:6", False),
        ("FR-003", "Old packets are thrown away.", "note:requirements.md:7", False),
    ]
    assert [(c.id, c.requirements, c.given, c.then) for c in pack.criteria] == [
        ("AC-001", ("FR-001",), "a packet", "it is on the shelf."),
        ("AC-002", ("FR-002",), "51 packets", "50 show."),
        ("AC-003", ("FR-002",), "none", "a hint."),
    ]
    assert [problem for problem in pack.problems if problem.severity != "note"] == []


def test_a_list_with_its_own_headings_is_read_too(tmp_path: Path) -> None:
    pack = load(tmp_path, listing=LIST)
    assert [(r.id, r.place.line) for r in pack.requirements] == [("FR-001", 3), ("FR-002", 4)]
    assert [(c.id, c.requirements) for c in pack.criteria] == [("AC-001", ("FR-001",))]


@pytest.mark.parametrize(
    "prd",
    [
        "# Seed shelf\n\nSee requirements.md.\n",
        "# Seed shelf\n\n## Overview\nGardeners keep seeds.\n",
        "# Seed shelf\n\n## Functional Requirements\nSee `requirements.yml`.\n",
        POINTS + "\n## Notes\n- FR-9: A note is no requirement here.\n",
    ],
)
def test_it_is_read_where_the_prd_lists_no_requirement_itself(tmp_path: Path, prd: str) -> None:
    assert {"FR-001", "FR-002", "FR-003"} <= {r.id for r in load(tmp_path, prd).requirements}


def test_where_the_prd_lists_its_requirements_it_stays_a_note(tmp_path: Path) -> None:
    prd = "# Seed shelf\n\n## Functional Requirements\n- FR-007: A packet has a name.\n"
    pack = load(tmp_path, prd)
    assert [r.id for r in pack.requirements] == ["FR-007"]
    assert [note.name for note in pack.beside] == ["requirements.md"]


def test_requirements_yml_comes_before_it(tmp_path: Path) -> None:
    pack = load(tmp_path, requirements="requirements:\n  - id: FR-100\n    title: A packet has a name.\n")
    assert [r.id for r in pack.requirements] == ["FR-100"]


def test_a_pointer_to_a_document_without_ids_is_told(tmp_path: Path) -> None:
    pack = load(tmp_path, listing="# Talk\n\nWe spoke of packets.\n")
    assert any("points to requirements.md" in problem.text for problem in pack.problems)
    assert [r.text for r in pack.requirements] == ["Gardeners keep seeds."]


def test_what_it_says_besides_its_list_stays_a_note_and_its_file_is_stamped(tmp_path: Path) -> None:
    pack = load(tmp_path, listing=TABLE + "\nThe shelf is made of oak and stays dry.\n")
    [note] = pack.beside
    assert [said.text for said in note.statements] == ["The shelf is made of oak and stays dry."]
    assert [stamp.path for stamp in pack.stamps] == ["seed_shelf/prd.md", "seed_shelf/requirements.md"]
    assert load(tmp_path).beside == ()


def test_a_change_of_its_list_is_one_of_the_requirement(tmp_path: Path) -> None:
    then = load(tmp_path)
    now = load(tmp_path, listing=TABLE.replace("lists packets", "lists packets by name"))
    assert [(change.key, change.state) for change in compare_packs(then, now)] == [("FR-002", "changed")]


@pytest.mark.parametrize(("text", "left"), [(TABLE, 0), (TABLE.replace("Old packets", "TODO packets"), 1)])
def test_the_first_gate_is_judged_by_it(tmp_path: Path, text: str, left: int) -> None:
    pack = load(tmp_path, listing=text)
    documents = PackDocuments("seed_shelf", {"prd.md": POINTS, "requirements.md": text}, pack)
    gate = judge_gates(documents, load_template()).gates[0]
    assert [obstacle.text for obstacle in gate.obstacles] == ["requirements.md:7: TODO is left in the text."] * left


def test_a_row_of_the_prd_itself_may_hold_its_criteria_as_well(tmp_path: Path) -> None:
    prd = "# Seed shelf\n\n## Functional Requirements\n" + TABLE.split("\n", 2)[2]
    assert [(c.id, c.requirements) for c in load(tmp_path, prd, "").criteria] == [
        ("AC-001", ("FR-001",)),
        ("AC-002", ("FR-002",)),
        ("AC-003", ("FR-002",)),
    ]


def test_a_cell_that_only_names_criteria_defines_none(tmp_path: Path) -> None:
    table = "| ID | Requirement | Criteria |\n|---|---|---|\n| FR-1 | A name. | AC-1, AC-2 |\n"
    assert load(tmp_path, f"# Shelf\n\n## Functional Requirements\n{table}", "").criteria == ()
