"""What a later part of a request takes back of its own list, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.models.base import parse_json, render_json
from torusnb.models.requirements import SpecPack
from torusnb.spec.prd import parse_prd
from torusnb.spec.reader import load_pack

LIST = """requirements:
- id: FR-001
  title: Bakers send bulk mail to every customer.
- id: FR-002
  title: Each order keeps a `print_ticket` row until it expires.
- id: FR-003
  title: A loaf shows its weight.
- id: FR-004
  title: The bakery shall remove the bulk mail of last year.
acceptance_criteria:
- id: AC-001
  title: Given an order, when its print-ticket expires, then the row is gone.
- id: AC-002
  title: Given a loaf, when it is shown, then its weight is there.
"""
HEAD = """# Loaf labels

## 1. Overview

Labels for loaves.

## 2. Functional Requirements

Requirements are found in requirements.yml

## 3. Risks

- Mail is slow.
"""


def load(folder: Path, prd: str, listed: str = LIST) -> SpecPack:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prd.md").write_text(prd)
    if listed:
        (folder / "requirements.yml").write_text(listed)
    return load_pack(folder)


def test_a_follow_on_takes_back_what_speaks_of_its_subject_in_the_same_words(tmp_path: Path) -> None:
    later = """
## 4. Follow-on: remove bulk mail

### Decision

The pilot showed that nobody reads it.

### Goals

- Remove the `PrintTicket` model and its cleanup jobs.
- Keep the weight on each loaf.
"""
    [withdrawal] = load(tmp_path / "labels", HEAD + later).withdrawals
    assert withdrawal.ids == ("FR-001", "FR-002", "AC-001")
    assert withdrawal.title == "Follow-on: remove bulk mail"
    assert [line.place.line for line in withdrawal.lines] == [15, 23]
    assert withdrawal.place.line == 15


@pytest.mark.parametrize(
    ("heading", "line", "ids"),
    [
        ("Notes", "FR-002 is withdrawn.", ("FR-002",)),
        ("Notes", "FR-001 and FR-003 have been removed from scope.", ("FR-001", "FR-003")),
        ("Notes", "2026-05-02: dropped FR-001 through FR-003 after the pilot.", ("FR-001", "FR-002", "FR-003")),
        ("Notes", "Superseded: FR-002, AC-001", ("FR-002", "AC-001")),
        ("Notes", "FR-003 is superseded by FR-001.", ("FR-003",)),
        ("Notes", "**FR-003** no longer applies: the scales are gone.", ("FR-003",)),
        ("Removed requirements", "FR-003: the weight of a loaf.", ("FR-003",)),
        ("Withdrawn", "| FR-001 | bulk mail | too slow |", ("FR-001",)),
        ("Amendment 1", "Bulk mail is no longer required.", ("FR-001",)),
        ("Decision log", "- 2026-05-02: Removed bulk mail from the first release.", ("FR-001",)),
        ("Decision log", "- Change: dropped the print-ticket.", ("FR-002", "AC-001")),
        ("Scope changes", "The service no longer includes bulk mail.", ("FR-001",)),
    ],
)
def test_words_of_withdrawal_name_what_is_taken_back(
    tmp_path: Path, heading: str, line: str, ids: tuple[str, ...]
) -> None:
    line = f"| id | what | why |\n| --- | --- | --- |\n{line}" if line.startswith("|") else line
    [withdrawal] = load(tmp_path / "labels", f"{HEAD}\n## 4. {heading}\n\n{line}\n").withdrawals
    assert (withdrawal.ids, withdrawal.title) == (ids, heading)


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Amendment", "Remove bulk mail from the menu of the admin, and keep it in the shop."),
        ("Amendment", "Remove the print ticket after it expires."),
        ("Withdrawals", "FR-003 is shown to whoever takes money out."),
        ("Notes", "FR-002 must not be removed."),
        ("Notes", "If FR-001 is dropped, the mail server goes."),
        ("Notes", "Is FR-001 withdrawn?"),
        ("Notes", "FR-001 to FR-003 are implemented or explicitly deferred with a reason."),
        ("Notes", "FR-003 removed loaves are shown in grey."),
        ("Notes", "A removed loaf is hidden; see FR-003."),
        ("Notes", "Keep FR-001, FR-002 and their tests out of scope creep."),
        ("Notes", "Remove bulk mail."),
        ("Removed loaves", "A loaf of FR-003 can be restored."),
        ("Decision log", "- 2026-05-02: Renamed the print-ticket. Impact: clarifies FR-002 and AC-001."),
        ("Decision log", "- Should we drop bulk mail?"),
        ("Decision log", "- Do not remove bulk mail."),
        ("Follow-on non-goals", "- Remove bulk mail."),
        ("Follow-on", "- Remove the tray from the print-ticket page."),
        ("Follow-on", "- Remove bulk mail.\n- Keep the bulk mail of the shop."),
        ("Follow-on", "```\nRemove bulk mail.\n```"),
    ],
)
def test_what_only_sounds_like_a_withdrawal_is_none(tmp_path: Path, heading: str, line: str) -> None:
    assert load(tmp_path / "labels", f"{HEAD}\n## 4. {heading}\n\n{line}\n").withdrawals == ()


def test_a_requirement_below_the_words_is_not_taken_back_by_them(tmp_path: Path) -> None:
    prd = """# Labels

## Functional Requirements
- FR-001: Bulk mail is sent.
- FR-002: A removed loaf is shown in grey.

## Amendment
- Remove bulk mail.

## Functional Requirements, second part
- FR-003: Bulk mail is printed.
- FR-004 (supersedes FR-002): A removed loaf is hidden.
"""
    found = load(tmp_path / "labels", prd, "").withdrawals
    assert [withdrawal.ids for withdrawal in found] == [("FR-001",), ("FR-002",)]


def test_a_name_that_most_of_the_list_speaks_of_tells_nothing_apart(tmp_path: Path) -> None:
    many = "".join(f"- FR-{number:03}: Step {number} of the oven-plan is shown.\n" for number in range(1, 13))
    prd = f"# Plans\n\n## Functional Requirements\n{many}\n## Follow-on\n- Remove the oven-plan.\n"
    assert load(tmp_path / "plans", prd, "").withdrawals == ()


def test_ids_that_torusnb_gave_are_not_taken_back(tmp_path: Path) -> None:
    prd = "# Labels\n\n## Functional Requirements\n- Bulk mail is sent.\n\n## Amendment\n- Remove bulk mail.\n"
    assert load(tmp_path / "labels", prd, "").withdrawals == ()


def test_a_pack_recorded_before_there_were_withdrawals_still_loads(tmp_path: Path) -> None:
    pack = load(tmp_path / "labels", HEAD)
    assert b"withdrawals" not in render_json(pack)
    assert parse_json(render_json(pack), SpecPack) == pack


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="# FR-0123,.;:?`_()[]\nremovdisngltcpuk|*~", max_size=200))
def test_any_text_is_survived(text: str) -> None:
    told = parse_prd(f"# A\n\n## Functional Requirements\n\n## Amendment\n\n{text}", "prd.md").retractions
    assert all(retraction.ids or retraction.terms for retraction in told)


@pytest.mark.parametrize(
    "said",
    [
        "## 4. Acceptance Criteria\n\n- AC-003: Given an order that was cancelled (FR-003), then it stays.",
        "## 4. Acceptance Criteria\n\n- AC-003: When FR-003 is dropped onto the scale, its weight is there.",
        "## 4. Notes\n\nFR-003 is out of scope for the small bakery.",
        "## 4. Notes\n\nFR-003 was removed from the second stage and comes first.",
        "## 4. Removed\n\n- Nothing yet: FR-003 stays.",
        "## 4. Decision log\n\n- D1: Bulk mail is dropped when the queue is full.",
        "## 4. Decision log\n\n- Bulk mail is removed after 30 days.",
        "## 4. Decision log\n\n- Bulk mail is cancelled by the baker with one click.",
    ],
)
def test_what_happens_to_a_thing_and_what_holds_in_one_place_takes_nothing_back(tmp_path: Path, said: str) -> None:
    assert load(tmp_path / "labels", f"{HEAD}\n{said}\n").withdrawals == ()


@pytest.mark.parametrize(
    "said",
    [
        "## 4. Superseded requirements\n\n- FR-003 is superseded by FR-001",
        "## 4. Removed requirements\n\n| Id | Why |\n|---|---|\n| FR-003 | replaced by FR-001 |",
        "## 4. Amendment\n\n- FR-003: withdrawn",
        "## 4. Amendment\n\n| Id | State |\n|---|---|\n| FR-003 | withdrawn |\n| FR-001 | kept |",
        "## 4. Notes\n\nFR-003 is out of scope for this release.",
        "## 4. Notes\n\nFR-003 was removed from the scope.",
    ],
)
def test_only_what_is_taken_back_is_told_and_not_what_takes_its_place(tmp_path: Path, said: str) -> None:
    (found,) = load(tmp_path / "labels", f"{HEAD}\n{said}\n").withdrawals
    assert found.ids == ("FR-003",)


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("## 4. Notes\n\nFR-001 superseded by FR-002.", ("FR-001",)),
        ("## 4. Notes\n\n- FR-001 superseded by FR-002", ("FR-001",)),
        ("## 4. Notes\n\n- FR-001: replaced by FR-002 (see D7)", ("FR-001",)),
        ("## 4. Notes\n\nFR-001, FR-003: withdrawn", ("FR-001", "FR-003")),
        ("## 4. Notes\n\nAfter the pilot FR-001 and FR-003: withdrawn.", ("FR-001", "FR-003")),
        ("## 4. Notes\n\nThe following are withdrawn:\n\n- FR-001\n- FR-003 for its weight", ("FR-001", "FR-003")),
        ("## 4. Notes\n\nThese have been removed from scope:\n- FR-001 because of FR-002", ("FR-001",)),
        ("## 4. Notes\n\nRemove: FR-003.", ("FR-003",)),
        ("## 4. Part 2\n\nPart 2 removes bulk mail.", ("FR-001",)),
        ("## 4. Amendment\n\nThis amendment removes bulk mail.", ("FR-001",)),
        ("## 4. Amendment\n\nRemove bulk mail from the product.", ("FR-001",)),
        ("## 4. Amendment\n\nRemove bulk mail from the loaf screen.", ("FR-001",)),
    ],
)
def test_a_list_before_or_behind_its_colon_and_words_without_a_verb_take_back(
    tmp_path: Path, said: str, ids: tuple[str, ...]
) -> None:
    [withdrawal] = load(tmp_path / "labels", f"{HEAD}\n{said}\n").withdrawals
    assert withdrawal.ids == ids


@pytest.mark.parametrize(
    "said",
    [
        "## 4. Amendment\n\nRemove bulk mail from the admin menu.",
        "## 4. Amendment\n\nThis amendment removes bulk mail from the admin menu.",
        "## 4. Part 2\n\nRemove bulk mail.",
        "## 4. Rollout\n\nPart 2 removes bulk mail.",
        "## 4. Notes\n\nIt is saved after each drop (FR-003).",
        "## 4. Notes\n\nThe label of the button changes to Remove: FR-003.",
        "## 4. Notes\n\nThe following still hold:\n\n- FR-001\n- FR-003",
        "## 4. Notes\n\nWhen a baker leaves, these are removed:\n\n- FR-003 for its weight",
        "## 4. Notes\n\nNothing is removed:\n\n- FR-001",
        "## 4. Notes\n\nNone of these were removed:\n\n- FR-001",
        "## 4. Functional Requirements\n\nA baker drops a loaf onto the tray:\n\n- FR-003: shows its weight",
        "## 4. Acceptance Criteria\n\nThe loaf is removed:\n\n- FR-003 has no weight then",
        "## 4. Notes\n\nThese are removed from the tray:\n\n- FR-003 for its weight",
        "## 4. Notes\n\nFR-001 replaced by the baker by hand.",
    ],
)
def test_a_removal_from_one_place_and_a_word_that_is_no_verb_take_nothing_back(tmp_path: Path, said: str) -> None:
    assert load(tmp_path / "labels", f"{HEAD}\n{said}\n").withdrawals == ()


def test_the_names_by_which_entries_are_taken_back_are_told_where_nothing_standing_has_them(tmp_path: Path) -> None:
    [withdrawal] = load(tmp_path / "a", f"{HEAD}\n## 4. Amendment\n\n- Remove bulk mail.\n").withdrawals
    assert withdrawal.names == (("bulk", "mail"),)
    kept = LIST.replace("A loaf shows its weight", "A loaf shows its print ticket as well")
    [withdrawal] = load(tmp_path / "b", f"{HEAD}\n## 4. Notes\n\nFR-002 is withdrawn.\n", kept).withdrawals
    assert withdrawal.names == ()


def test_a_long_title_is_read_once_and_not_for_each_of_its_words(tmp_path: Path) -> None:
    head = HEAD.replace("# ", f"# {'oven ' * 20_000}", 1)
    said = f"## 4. Amendment\n\nRemove bulk mail from {'place ' * 20_000}.\n"
    assert load(tmp_path / "long", f"{head}\n{said}").withdrawals == ()
