"""What a draft says of numbers, of notes, of storage and of rights is what the pack says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.drafting.garden_feature import CONTEXT, evidence
from tests.drafting.test_hosting import drafted
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.knowledge import Knowledge, Unknown
from torusnb.spec.reader import load_pack

BARE = msgspec.structs.replace(
    CONTEXT,
    waypoints=(),
    behaviours=(),
    knowledge=Knowledge(),
    code=CodeMap("garden", Commit("abc123"), files=()),
)
HEAD = (
    "# Seed lists\n\n## Overview\nA gardener prints the list of all seeds of one bed.\n\n## Functional Requirements\n"
)
SPEED = "\n## Non-Functional Requirements\n- P95 for short lists: 700 ms.\n- P99 of the bed list stays below 850 ms.\n"
ASKED = "- FR-001: A learner prints the list of seeds.\n"
WISH = """# Star a seed

As an editor I want to star one seed so that everybody sees it first.

- Only editors may star.
- At most 4 starred seeds for each bed.
- What happens when the starred seed is removed?
"""


def draft(folder: Path, context: object = BARE, **files: str) -> dict[str, str]:
    home = folder / "seed_lists"
    home.mkdir()
    for name, text in files.items():
        (home / f"{name}.md").write_text(text)
    return drafted(evidence(load_pack(home), context))  # type: ignore[arg-type]


def heavy(number: int, topic: str) -> Unknown:
    told = "Not said.", "The checks of `Garden.Elsewhere` hold.", "somebody could do more than they may."
    return Unknown(f"A-{number}", topic, *told, "?", "Yes.", "high", "security")


def test_a_percentile_stands_in_its_column_and_the_operation_beside_it(tmp_path: Path) -> None:
    texts = draft(tmp_path, prd=HEAD + ASKED + SPEED)
    rows = [line.split(" | given")[0] for line in texts["9.1"].splitlines() if "given" in line]
    assert rows == ["| Short lists | – | ≤ 700 ms | –", "| Bed list | – | – | < 850 ms"]
    assert "P95 ≤ 700 ms for short lists." in texts["1"]
    assert "The number that decides is P95 ≤ 700 ms for short lists." in texts["9"]
    assert "- P95 over 700 ms for 15 minutes (short lists)." in texts["11"]


def test_work_in_a_job_is_weighed_against_a_bound_and_no_bare_number(tmp_path: Path) -> None:
    job = "- FR-002: The list is made in the background with Oban.\n"
    said = "\n## Non-Functional Requirements\n- Printing answers within 3 s.\n"
    assert "would break the bound of at most 3 s and" in draft(tmp_path, prd=HEAD + ASKED + job + said)["4.4"]


def test_the_time_that_a_criterion_bounds_is_a_budget(tmp_path: Path) -> None:
    criteria = (
        "\n## Acceptance Criteria\n- AC-001: Given a bed, when they press Print, then a list appears within 2 s.\n"
    )
    texts = draft(tmp_path, prd=HEAD + ASKED + criteria)
    assert "| A list appears | – | ≤ 2 s | – | given" in texts["9.1"]
    assert "gives no latency number" not in texts["1"] + texts["9"]


def test_the_question_the_bound_and_the_document_of_a_wish_are_told(tmp_path: Path) -> None:
    texts = draft(tmp_path, informal=WISH)
    assert "At most 4 starred seeds for each bed." in texts["2"]
    assert "What happens when the starred seed is removed?" in texts["16"]
    assert "states no open question" not in texts["1"]
    assert "informal.md`" in texts["17"]
    assert "prd.md`" not in texts["17"]


def test_where_nothing_tells_of_storage_the_draft_says_so(tmp_path: Path) -> None:
    texts = draft(tmp_path, informal=WISH)
    assert texts["6"].startswith("The pack does not tell whether anything new is stored; no table is proposed.")
    assert "nothing new is written" not in texts["7"]
    assert "no schema changes" not in texts["6.1"]


def test_a_pack_that_rules_a_schema_out_stores_nothing_new(tmp_path: Path) -> None:
    said = HEAD + ASKED + "\n## Data Model\n- No schema changes.\n"
    assert draft(tmp_path, prd=said)["6"].startswith("Nothing new is stored in the database.")


@pytest.mark.parametrize(
    "right",
    [
        "Instructors and TAs cannot print the private lists of learners.",
        "Only editors may print a list.",
        "Guests may not see a list.",
        "A learner may print a list of their own bed.",
    ],
)
def test_no_section_on_rights_is_left_out_beside_a_sentence_on_them(tmp_path: Path, right: str) -> None:
    text = draft(tmp_path, prd=f"{HEAD}- FR-001: {right}\n")["12"]
    assert right in text
    assert "Not applicable" not in text


def test_a_pack_without_a_word_on_rights_keeps_its_not_applicable(tmp_path: Path) -> None:
    text = draft(tmp_path, prd=f"{HEAD}- FR-001: The list shows the newest seed first.\n")["12"]
    assert text.startswith("- Not applicable: nothing here says that roles or permissions change")


def test_what_is_assumed_of_roles_and_tenants_is_told_where_no_check_is_known(tmp_path: Path) -> None:
    unknown = (heavy(1, "permissions"), heavy(2, "tenancy"))
    context = msgspec.structs.replace(BARE, knowledge=Knowledge(unknown=unknown))
    text = draft(tmp_path, context, prd=HEAD + ASKED)["12"]
    assert "**A-1** (impact: high): the checks of the page or call" in text
    assert "**A-2** (impact: high): what it reads and writes stays within" in text
    assert "Garden.Elsewhere" not in text
    assert "Not applicable" not in text


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        ("As an editor I want to star one seed.", "Star a seed: as an editor I want to star one seed."),
        ("An editor can star a seed.", "Star a seed: an editor can star a seed."),
    ],
)
def test_the_first_sentence_of_a_wish_is_one(tmp_path: Path, wish: str, first: str) -> None:
    assert draft(tmp_path, informal=f"# Star a seed\n\n- {wish}\n")["1"].startswith(first)
