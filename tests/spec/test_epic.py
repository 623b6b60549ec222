"""The documents of the epic above a pack: what of them binds the feature, how it is named, what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from torusnb.models.base import Place, parse_json, render_json
from torusnb.models.requirements import SpecPack, place_key
from torusnb.spec.changes import compare_packs
from torusnb.spec.epic import MOST_DOCUMENTS
from torusnb.spec.epic_lines import MOST_BUDGETS, MOST_LINES, MOST_RULES
from torusnb.spec.notes import LARGEST_NOTE
from torusnb.spec.reader import load_pack
from torusnb.spec.rests import parse_rests
from torusnb.spec.template import load_template

PRD = "# Oven timer\n\n## Functional Requirements\n- FR-001: The timer rings when a loaf reaches its crust colour.\n"
EPIC = """# The bakery - Master PRD

Last updated: 2026-03-01

## 1. Overview

A bakery that knows its loaves.

## 2. Functional Requirements

| ID | Requirement | Owner |
|---|---|---|
| FR-001 | The shop window lights up at dawn. | Ana |
| FR-002 | The oven timer watches the crust colour of each loaf. | Ben |

## 3. Non-Functional Requirements

### Performance

- NFR-1: A screen must show within p95 <= 250ms.
- NFR-2: A ring must be heard:
  - `small`: p95 <= 1s
  - `large`: p95 <= 2s
- NFR-3: No screen asks the till directly.

## 4. Data

- Crust colour of a loaf is kept as a number on one scale, for timer and window alike.
- The till closes at night.

## 5. Open Questions

- Which crust colour does the timer take for rye, at 300 ms?
"""
WHERE = "docs/plans/bakery"


def make(root: Path, epic: dict[str, str | bytes], slug: str = "oven_timer", prd: str = PRD) -> Path:
    folder = root / WHERE / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prd.md").write_text(prd)
    for name, text in epic.items():
        (folder.parent / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def above(pack: SpecPack) -> dict[str, list[tuple[int, str]]]:
    return {
        note.name: [(said.place.line, said.text) for said in note.statements]
        for note in pack.beside
        if note.name.startswith("../")
    }


def test_numbers_rules_and_lines_that_share_the_features_words_are_kept_without_the_epics_ids(tmp_path: Path) -> None:
    pack = load_pack(make(tmp_path, {"prd.md": EPIC}), tmp_path)
    assert above(pack) == {
        "../prd.md": [
            (14, "The oven timer watches the crust colour of each loaf.; Owner: Ben"),
            (20, "A screen must show within p95 <= 250ms."),
            (21, "A ring must be heard: `small`: p95 <= 1s; `large`: p95 <= 2s"),
            (24, "No screen asks the till directly."),
            (28, "Crust colour of a loaf is kept as a number on one scale, for timer and window alike."),
        ]
    }
    assert {said.label for said in pack.beside[0].statements} == {"Functional Requirements", "Performance", "Data"}


def test_the_epics_budgets_are_non_functional_requirements_behind_the_features_own(tmp_path: Path) -> None:
    prd = PRD + "\n## Non-Functional Requirements\n- Performance: the timer rings within 90 ms.\n"
    pack = load_pack(make(tmp_path, {"prd.md": EPIC}, prd=prd), tmp_path)
    told = [(entry.id, entry.area, [number.text for number in entry.quantities]) for entry in pack.nonfunctional]
    assert told == [
        ("", "Performance", ["within 90 ms"]),
        ("", "Performance", ["p95 <= 250ms"]),
        ("", "Performance", ["p95 <= 1s", "p95 <= 2s"]),
        ("", "Performance", []),
    ]
    assert [place_key(entry.place) for entry in pack.nonfunctional] == [
        "prd:7",
        "note:../prd.md:20",
        "note:../prd.md:21",
        "note:../prd.md:24",
    ]
    assert [requirement.id for requirement in pack.requirements] == ["FR-001"]
    assert pack.questions == ()


def test_a_target_of_performance_is_a_budget_wherever_the_epic_gives_it(tmp_path: Path) -> None:
    epic = "# E\n\n## Phase 1\n\n- Performance target: a bake is planned within 20 ms.\n- The shop opens within 20 s.\n"
    pack = load_pack(make(tmp_path, {"prd.md": epic}), tmp_path)
    assert [(entry.place.line, [number.text for number in entry.quantities]) for entry in pack.nonfunctional] == [
        (5, ["within 20 ms"])
    ]


def test_a_line_of_the_epic_is_told_from_the_same_line_of_the_feature() -> None:
    assert place_key(Place("docs/plans/bakery/oven_timer/../prd.md", 20)) == "note:../prd.md:20"
    assert place_key(Place("../an overview.md", 2)) == "note:../an%20overview.md:2"
    said = "It rings (../prd.md:20, 21; prd.md:4; ../an%20overview.md:2, docs/x/../prd.md:9)."
    text = f"# Timer\n\n## 1. Executive Summary\n\n{said}\n"
    assert parse_rests(text, load_template()) == {
        "note:../prd.md:20": ("1",),
        "note:../prd.md:21": ("1",),
        "prd:4": ("1",),
        "note:../an%20overview.md:2": ("1",),
    }


def test_the_pack_is_written_and_read_back_and_an_older_record_still_loads(tmp_path: Path) -> None:
    folder = make(tmp_path, {"prd.md": EPIC})
    pack = load_pack(folder, tmp_path)
    assert parse_json(render_json(pack), SpecPack) == pack
    assert [stamp.path for stamp in pack.stamps] == [f"{WHERE}/oven_timer/prd.md", f"{WHERE}/oven_timer/../prd.md"]
    (folder.parent / "prd.md").unlink()
    older = load_pack(folder, tmp_path)
    assert b"sha256" not in render_json(older).replace(render_json(older.stamps), b"")
    [change] = compare_packs(older, pack)
    assert (change.key, change.state) == ("note:../prd.md", "new")


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("p95 <= 250ms", "p95 <= 200ms", ("changed", "A screen must show within p95 <= 200ms.")),
        ("The till closes at night.", "The till stays open.", None),
        ("- NFR-1: A screen must show within p95 <= 250ms.\n", "", ("changed", "")),
    ],
)
def test_a_change_of_the_epic_is_told_where_it_binds_the_feature(
    tmp_path: Path, old: str, new: str, change: tuple[str, str] | None
) -> None:
    then = load_pack(make(tmp_path / "then", {"prd.md": EPIC}), tmp_path / "then")
    now = load_pack(make(tmp_path / "now", {"prd.md": EPIC.replace(old, new)}), tmp_path / "now")
    told = [(change.key, change.state, change.new) for change in compare_packs(then, now)]
    assert told == ([("note:../prd.md", *change)] if change else [])


def test_a_feature_that_is_rewritten_does_not_change_its_epic(tmp_path: Path) -> None:
    folder = make(tmp_path, {"prd.md": EPIC})
    then = load_pack(folder, tmp_path)
    (folder / "prd.md").write_text("# Oven timer\n\n## Functional Requirements\n- FR-001: The till rings at night.\n")
    now = load_pack(folder, tmp_path)
    assert above(then) != above(now)
    assert [change.key for change in compare_packs(then, now)] == ["FR-001"]


def test_other_documents_of_the_epic_count_but_not_its_design_and_plan(tmp_path: Path) -> None:
    rule = "# Doc\n\n- The oven_timer must never ring at night.\n"
    own = dict.fromkeys(("fdd.md", "plan.md", "research.md"), rule)
    pack = load_pack(
        make(tmp_path, {"prd.md": EPIC, "edd.md": rule, "informal.md": rule.replace("ring", "smoke"), **own}), tmp_path
    )
    assert list(above(pack)) == ["../prd.md", "../informal.md", "../edd.md"]
    assert above(pack)["../edd.md"] == [(3, "The oven_timer must never ring at night.")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("# Lanes\n\n- The lane of oven_timer comes first.\n", True),
        ("# Lanes\n\n- See bakery/shop_window/prd.md for the crust colour of loaves and its timer.\n", True),
        ("# Lanes\n\n- The crust colour of each loaf and its timer.\n", False),
    ],
)
def test_a_folder_without_a_request_is_an_epic_where_its_documents_name_its_packs(
    tmp_path: Path, text: str, read: bool
) -> None:
    make(tmp_path, {}, "shop_window")
    pack = load_pack(make(tmp_path, {"overview.md": text}), tmp_path)
    assert bool(above(pack)) is read


def test_a_folder_of_many_things_is_no_epic(tmp_path: Path) -> None:
    folder = make(tmp_path, {"overview.md": "# Lanes\n\n- The lane of oven_timer comes first.\n"})
    for name in ("drawings", "talks"):
        (folder.parent / name).mkdir()
    assert above(load_pack(folder, tmp_path)) == {}


def test_what_lies_at_the_checkouts_root_or_above_it_is_no_epics(tmp_path: Path) -> None:
    folder = make(tmp_path, {"prd.md": EPIC})
    assert above(load_pack(folder, folder.parent)) == {}
    assert above(load_pack(folder, folder)) == {}
    assert above(load_pack(folder)) != {}


def test_no_link_out_of_the_epics_folder_is_followed_and_what_is_unreadable_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Key\n\n- The oven_timer key lies under the mat.\n")
    folder = make(tmp_path, {"prd.md": EPIC, "long.md": "x" * (LARGEST_NOTE + 1), "zeros.md": b"\0\0"})
    (folder.parent / "edd.md").symlink_to("../../../secret.md")
    os.mkfifo(folder.parent / "pipe.md")
    pack = load_pack(folder, tmp_path)
    assert list(above(pack)) == ["../prd.md"]
    assert "under the mat" not in render_json(pack).decode()
    told = {problem.place.path.rpartition("/")[2]: problem.severity for problem in pack.problems}
    assert told == {"edd.md": "note", "long.md": "note", "zeros.md": "note"}


def test_an_epics_own_link_as_its_request_is_not_followed_either(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(EPIC)
    folder = make(tmp_path, {})
    (folder.parent / "prd.md").symlink_to("../../../secret.md")
    pack = load_pack(folder, tmp_path)
    assert above(pack) == {}
    assert [problem.severity for problem in pack.problems] == ["note"]


def test_what_is_kept_of_an_epic_is_bounded(tmp_path: Path) -> None:
    told = (
        "The oven timer rings at crust {} within {} ms",
        "Screen {} shows within {} ms",
        "Screen {} never blinks {}",
    )
    several = "".join(f"- {text.format(number, number)}.\n" for text in told for number in range(1, 60))
    qualities = "".join(f"- Screen {number} is quiet at night.\n" for number in range(1, 60))
    long = f"# E\n\n## Non-Functional Requirements\n{several}{qualities}"
    others = {f"n{number:02}.md": f"# N\n\n- The oven_timer rings {number} times.\n" for number in range(12)}
    pack = load_pack(make(tmp_path, {"prd.md": long, **others}), tmp_path)
    kept = above(pack)
    assert len(kept) <= MOST_DOCUMENTS
    assert sum(map(len, kept.values())) == MOST_LINES
    assert sum(bool(entry.quantities) for entry in pack.nonfunctional) == MOST_BUDGETS
    assert sum(not entry.quantities for entry in pack.nonfunctional) == MOST_RULES
    assert [line for line, _ in kept["../prd.md"]] == sorted(line for line, _ in kept["../prd.md"])


def test_bad_bytes_of_an_epic_are_survived(tmp_path: Path) -> None:
    raw = b"# E\r\n\r\n- The oven_timer caf\xe9 closes at night.\r\n"
    pack = load_pack(make(tmp_path, {"prd.md": raw}), tmp_path)
    assert above(pack) == {"../prd.md": [(3, "The oven_timer caf\ufffd closes at night.")]}


LISTED = """requirements:
- id: FR-900
  title: The oven timer watches the crust colour of each loaf on its shelf.
non_functional_requirements:
- id: NFR-7
  title: The oven timer must never ring at night.
- id: NFR-8
  title: A ring of the timer is heard within p95 <= 400ms.
"""


def test_the_epics_list_of_requirements_is_read_with_keys_of_its_own(tmp_path: Path) -> None:
    pack = load_pack(make(tmp_path, {"prd.md": EPIC, "requirements.yml": LISTED}), tmp_path)
    told = [(entry.epic_id, entry.text, place_key(entry.place)) for entry in pack.nonfunctional]
    assert ("NFR-7", "The oven timer must never ring at night.", "note:../requirements.yml:6") in told
    assert ("NFR-8", "A ring of the timer is heard within p95 <= 400ms.", "note:../requirements.yml:8") in told
    assert [requirement.id for requirement in pack.requirements] == ["FR-001"]
    assert pack.stamps[-1].path.endswith("../requirements.yml")
    rests = parse_rests("# T\n\n## 1. Executive Summary\n\nQuiet (../requirements.yml:6).\n", load_template())
    assert rests == {"note:../requirements.yml:6": ("1",)}


def test_what_the_epics_prd_says_already_is_not_read_again_from_its_list(tmp_path: Path) -> None:
    same = "non_functional_requirements:\n- id: NFR-1\n  title: A screen must show within p95 <= 250ms\n"
    pack = load_pack(make(tmp_path, {"prd.md": EPIC, "requirements.yml": same}), tmp_path)
    assert list(above(pack)) == ["../prd.md"]


def test_the_same_words_with_another_number_are_told_beside_the_epics_prd(tmp_path: Path) -> None:
    other = "non_functional_requirements:\n- id: NFR-1\n  title: A screen must show within p95 <= 900ms\n"
    pack = load_pack(make(tmp_path, {"prd.md": EPIC, "requirements.yml": other}), tmp_path)
    assert list(above(pack)) == ["../prd.md", "../requirements.yml"]


def test_a_broken_list_of_an_epic_is_read_as_far_as_it_goes_and_told_in_one_note(tmp_path: Path) -> None:
    broken = LISTED.replace("night.", "night: not once.") + "]]\n"
    pack = load_pack(make(tmp_path, {"prd.md": EPIC, "requirements.yml": broken}), tmp_path)
    assert "NFR-7" in {entry.epic_id for entry in pack.nonfunctional}
    [problem] = pack.problems
    assert (problem.severity, problem.broken) == ("note", False)
    assert "not valid YAML" in problem.text
    assert "Of the epic's list what can be read counts." in problem.text


def test_an_epics_list_that_is_a_link_out_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    folder = make(tmp_path, {"prd.md": EPIC})
    (tmp_path / "other.yml").write_text(LISTED)
    (folder.parent / "requirements.yml").symlink_to("../../../other.yml")
    pack = load_pack(folder, tmp_path)
    assert list(above(pack)) == ["../prd.md"]
    assert [problem.severity for problem in pack.problems] == ["note"]


def test_an_epic_may_lie_one_folder_further_up_where_it_has_a_request_and_holds_packs(tmp_path: Path) -> None:
    folder = make(tmp_path, {}, "group/oven_timer")
    epic = folder.parent.parent
    (epic / "prd.md").write_text(EPIC)
    pack = load_pack(folder, tmp_path)
    assert "../../prd.md" in above(pack)
    keys = {place_key(entry.place) for entry in pack.nonfunctional}
    assert "note:../../prd.md:20" in keys
    rests = parse_rests("# T\n\n## 1. Executive Summary\n\nIt shows (../../prd.md:20).\n", load_template())
    assert rests == {"note:../../prd.md:20": ("1",)}
    for name in ("drawings", "talks"):
        (epic / name).mkdir()
    assert above(load_pack(folder, tmp_path)) == {}


def test_above_a_pack_outside_of_a_checkout_only_a_folder_of_packs_is_an_epic(tmp_path: Path) -> None:
    folder = make(tmp_path / "mine", {"prd.md": EPIC})
    (tmp_path / "checkout").mkdir()
    assert "../prd.md" in above(load_pack(folder, tmp_path / "checkout"))
    for name in ("letters", "pictures"):
        (folder.parent / name).mkdir()
    assert above(load_pack(folder, tmp_path / "checkout")) == {}
    assert above(load_pack(folder)) == {}
    assert above(load_pack(folder, tmp_path / "mine")) != {}


def test_nothing_is_read_above_a_pack_that_is_a_link_out_of_the_checkout(tmp_path: Path) -> None:
    elsewhere = make(tmp_path / "mine", {"prd.md": EPIC})
    root = tmp_path / "checkout"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "oven_timer").symlink_to(elsewhere)
    assert above(load_pack(root / "docs" / "oven_timer", root)) == {}
