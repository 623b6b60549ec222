"""What of an epic binds a feature: rules before budgets, budgets by what they measure, its ids beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.requirements import NonFunctional, SpecPack
from torusnb.spec.epic_lines import MOST_BUDGETS, MOST_RULES
from torusnb.spec.reader import load_pack

PRD = """# Oven timer

## Functional Requirements
- FR-001: The timer rings when a loaf reaches its crust colour.
- FR-002: A baker sees the time that is left for each loaf.
"""
EPIC = "# The bakery - Master PRD\n\n## Non-Functional Requirements\n\n### Performance\n\n"


def load(root: Path, epic: str, prd: str = PRD, **others: str) -> SpecPack:
    folder = root / "plans" / "bakery" / "oven_timer"
    folder.mkdir(parents=True)
    (folder / "prd.md").write_text(prd)
    (folder.parent / "prd.md").write_text(epic)
    for name, text in others.items():
        (folder.parent / f"{name}.md").write_text(text)
    return load_pack(folder, root)


def rules(pack: SpecPack) -> list[str]:
    return [entry.text for entry in pack.nonfunctional if not entry.quantities]


def budgets(pack: SpecPack) -> list[NonFunctional]:
    return [entry for entry in pack.nonfunctional if entry.quantities]


@pytest.mark.parametrize(
    "rule",
    [
        "Nothing shown here may name a guest to another guest.",
        "A late answer must never overwrite a newer one.",
        "A till may not be opened by guests.",
        "Only bakers may open the till.",
        "No screen asks the till directly.",
        "Each part must declare the shelves that it reads.",
        "Every sale must go through the till.",
    ],
)
def test_a_statement_under_a_heading_of_rules_binds_the_feature_whatever_words_they_share(
    tmp_path: Path, rule: str
) -> None:
    pack = load(tmp_path, f"# The bakery\n\n## Shared rules\n- {rule}\n")
    [entry] = pack.nonfunctional
    assert (entry.text, entry.area, entry.id, entry.general) == (rule, "Shared rules", "", False)
    assert str(entry.place).endswith("../prd.md:4")


@pytest.mark.parametrize(
    "text",
    [
        "## Work items\n- The till is drawn before the oven and the shelves.",
        "## Notes\n- The shelf may not exist in each shop yet.",
        "## Functional Requirements\n- The till must never close at noon.",
        "## Goals\n- A guest never waits at the till.",
        "## Non-Goals\n- The till must never be moved.",
    ],
)
def test_what_only_tells_or_is_asked_of_another_part_is_no_rule(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, f"# The bakery\n\n{text}\n").nonfunctional == ()


def test_a_demand_of_a_quality_is_a_rule_where_it_speaks_the_features_words(tmp_path: Path) -> None:
    epic = EPIC + "- A timer must bound its work to one loaf at once.\n- The till must count the coins of a day.\n"
    pack = load(tmp_path, epic)
    assert rules(pack) == ["A timer must bound its work to one loaf at once."]
    assert [said.text for note in pack.beside for said in note.statements] == [
        "A timer must bound its work to one loaf at once.",
        "The till must count the coins of a day.",
    ]


def test_prose_of_another_document_is_a_rule_only_where_it_is_short_and_speaks_of_the_feature(tmp_path: Path) -> None:
    long = "The timer and the loaf " + "and the shelf beside them " * 12 + "must never be moved."
    text = f"# Talk\n\n- A crust colour of a loaf must never be guessed.\n- The till must never be guessed.\n- {long}\n"
    assert rules(load(tmp_path, EPIC, talk=text)) == ["A crust colour of a loaf must never be guessed."]


def test_rules_of_rights_come_before_others_and_rules_on_tests_last(tmp_path: Path) -> None:
    many = "".join(f"- Loaf {number} must never be counted twice by the timer.\n" for number in range(20))
    tests = "- The timer and the colour of each loaf must be covered by tests.\n"
    privacy = "- No name of a guest may be told to another guest.\n"
    told = rules(load(tmp_path, f"{EPIC}{tests}{many}{privacy}"))
    assert len(told) == MOST_RULES
    assert "No name of a guest may be told to another guest." in told
    assert "The timer and the colour of each loaf must be covered by tests." not in told


def test_a_rule_is_kept_before_any_budget_however_many_there_are(tmp_path: Path) -> None:
    many = "".join(f"- NFR-{number}: Till {number} shows the coins within {number} ms.\n" for number in range(1, 99))
    pack = load(tmp_path, f"{EPIC}{many}\n## Rules\n- Nothing may name a guest to another guest.\n")
    assert rules(pack) == ["Nothing may name a guest to another guest."]


def test_budgets_that_measure_what_the_feature_is_about_come_before_those_of_another_part(tmp_path: Path) -> None:
    others = "".join(
        f"- Till screen {number} (crust, colour, loaf) opens in p95 <= {number}ms.\n" for number in (7, 8, 9, 10)
    )
    own = "- NFR-PERF-004: A timer ring must be heard within p95 <= 90ms.\n"
    found = budgets(load(tmp_path, f"{EPIC}{others}{own}"))
    assert [(entry.epic_id, entry.general) for entry in found][-1] == ("NFR-PERF-004", False)
    assert [entry.general for entry in found] == [True, True, True, False]


def test_at_most_six_budgets_are_kept(tmp_path: Path) -> None:
    many = "".join(f"- The timer rings at crust {number} in p95 <= {number}ms.\n" for number in range(1, 30))
    assert len(budgets(load(tmp_path, EPIC + many))) == MOST_BUDGETS == 6


def test_the_epics_own_id_is_kept_beside_and_is_none_of_the_packs(tmp_path: Path) -> None:
    text = "- NFR-PERF-002: A timer rings in p95 <= 9ms.\n- NFR-REL-001: A timer must never ring at night.\n"
    pack = load(tmp_path, EPIC + text)
    assert [(entry.id, entry.epic_id) for entry in pack.nonfunctional] == [("", "NFR-PERF-002"), ("", "NFR-REL-001")]


def test_the_id_of_a_row_is_kept_like_that_of_a_line(tmp_path: Path) -> None:
    table = "| ID | Requirement |\n|---|---|\n| NFR-7 | A timer rings in p95 <= 9ms. |\n"
    [entry] = load(tmp_path, EPIC + table).nonfunctional
    assert (entry.epic_id, entry.text) == ("NFR-7", "A timer rings in p95 <= 9ms.")


def test_what_budgets_are_measured_with_comes_first_among_those_that_are_not_about_the_feature(tmp_path: Path) -> None:
    others = "".join(f"- Till {number} opens in p95 <= {number}ms.\n" for number in range(1, 9))
    sizes = "- Budgets hold for these profiles: `Small`: 20 learners. `Large`: 2,000 learners.\n"
    found = budgets(load(tmp_path, f"{EPIC}{others}{sizes}"))
    assert any("profiles" in entry.text for entry in found)
    assert all(entry.general for entry in found)


def test_the_miniatures_rule_of_privacy_reaches_the_feature(sample_torus: Path) -> None:
    folder = sample_torus / "docs/exec-plans/current/epics/classroom_pulse/activity_feed"
    pack = load_pack(folder, sample_torus)
    above = [entry for entry in pack.nonfunctional if "../prd.md" in entry.place.path]
    assert [(entry.place.line, entry.area) for entry in above] == [(18, "Shared rules"), (19, "Shared rules")]
    assert any("another learner" in said.text for note in pack.beside for said in note.statements)
