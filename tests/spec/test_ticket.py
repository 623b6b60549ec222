"""An informal description alone: what its prose asks for, what is said of the document, criteria without a bullet."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.models.requirements import SpecPack
from torusnb.spec.reader import load_pack
from torusnb.spec.scenarios import split_criteria, trim_lead, trim_title

LINK = (
    "This is the full link to the ticket. Use this to get access to any attached pictures.\nhttps://tracker.test/X-12\n"
)
FLAT = (
    "User Story As a gardener, I want to see which beds are dry within the garden so that I can water them first. "
    "Acceptance Criteria Positive Acceptance Criteria Bed List & Scope Given  a gardener is viewing the garden Then  a "
    "“Dry beds”  list is displayed The list holds the beds of the chosen garden only. Watering When  a gardener "
    "selects a  bed : Then  the bed is opened And  its last watering is shown Given  a garden has  no beds : Then  the "
    "list is not displayed Negative Acceptance Criteria Given  the sensor fails: Then  a hint is shown Design Notes   "
    "Accessibility Guidelines  List Controls And Rows Rows of the list must have a visible focus. Technical Notes "
    "Testing Notes"
)


def load(root: Path, text: str) -> SpecPack:
    folder = root / "dry_beds"
    folder.mkdir(exist_ok=True)
    (folder / "informal.md").write_text(text)
    return load_pack(folder, root)


def asked(pack: SpecPack) -> list[str]:
    return [requirement.text for requirement in pack.requirements]


def test_a_ticket_on_one_line_gives_its_story_its_criteria_and_its_demands(tmp_path: Path) -> None:
    pack = load(tmp_path, f"{LINK}\n## Ticket Description\n{FLAT}\n")
    assert asked(pack) == [
        "As a gardener, I want to see which beds are dry within the garden so that I can water them first.",
        "Rows of the list must have a visible focus.",
    ]
    assert [criterion.text for criterion in pack.criteria] == [
        "Given a gardener is viewing the garden Then a “Dry beds” list is displayed",
        "The list holds the beds of the chosen garden only.",
        "When a gardener selects a bed : Then the bed is opened And its last watering is shown",
        "Given a garden has no beds : Then the list is not displayed",
        "Given the sensor fails: Then a hint is shown",
    ]
    assert [(role.label, role.place.line) for role in pack.roles] == [("Gardener", 5)]
    assert {requirement.place.line for requirement in pack.requirements} == {5}
    assert pack.summary == ()


def test_prose_is_read_by_its_sentences(tmp_path: Path) -> None:
    text = (
        "# Dry beds\n\nWhen a gardener opens the garden, show the dry beds (by name,\nby row). Dismissable. Must not "
        "slow the page by more than 50ms at p95.\nNot for guests. Ann: keep it in the bed, not in the plot.\n"
        "Open: do helpers see it too?\n"
    )
    pack = load(tmp_path, text)
    assert asked(pack) == [
        "When a gardener opens the garden, show the dry beds (by name, by row).",
        "Not for guests.",
        "Keep it in the bed, not in the plot.",
    ]
    assert [(bound.area, [q.statistic for q in bound.quantities]) for bound in pack.nonfunctional] == [
        ("Performance", ["p95"])
    ]
    assert [said.text for said in pack.questions] == ["Do helpers see it too?"]


@pytest.mark.parametrize(
    "sentence",
    [
        "This is the full link to the ticket.",
        "See attached screenshots.",
        "https://tracker.test/X-12",
        "![](blob:https://tracker.test/a?b=c) ![](blob:https://tracker.test/d)",
        "This is a feature, use slug dry_beds",
        "This document may be shared.",
        "Note to engineer: you must read the plan before you write the requirements.",
    ],
)
def test_what_speaks_of_the_document_is_no_requirement(tmp_path: Path, sentence: str) -> None:
    assert asked(load(tmp_path, f"{sentence}\n\nA bed must have a name.\n")) == ["A bed must have a name."]


@pytest.mark.parametrize(
    ("text", "story", "role"),
    [
        ("As an owner I want beds, so that they grow.", "As an owner I want beds, so that they grow.", "Owner"),
        ("As a garden helper, I would like a list.", "As a garden helper, I would like a list.", "Garden helper"),
        ("## User Stories\n\nAs a guest:\n\n* I want to see beds.\n", "As a guest, I want to see beds.", "Guest"),
        ("## User Stories\n\n**As a guest:**\n\n* I want to see beds.\n", "As a guest, I want to see beds.", "Guest"),
    ],
)
def test_a_story_is_a_requirement_and_names_a_role(tmp_path: Path, text: str, story: str, role: str) -> None:
    pack = load(tmp_path, f"# Beds\n\n{text}\n")
    assert (asked(pack), [said.label for said in pack.roles]) == ([story], [role])


def test_a_bound_among_the_criteria_is_a_non_functional_requirement(tmp_path: Path) -> None:
    text = (
        "# Beds\n\nBeds must be listed.\n\n## Acceptance criteria\n- Given a bed, when it is opened within 7 days, "
        "then it shows.\n- The page must not get slower than p95 50ms more.\n"
    )
    pack = load(tmp_path, text)
    assert [criterion.text[:11] for criterion in pack.criteria] == ["Given a bed"]
    assert [bound.text for bound in pack.nonfunctional] == ["The page must not get slower than p95 50ms more."]


def test_steps_in_a_sentence_of_prose_are_a_criterion(tmp_path: Path) -> None:
    pack = load(tmp_path, "# Beds\n\nBeds must be listed. Given a dry bed, when it rains, then it leaves the list.\n")
    assert asked(pack) == ["Beds must be listed."]
    [criterion] = pack.criteria
    assert (criterion.given, criterion.when, criterion.then) == ("a dry bed", "it rains", "it leaves the list.")


def test_notes_below_the_heading_of_criteria_are_no_criteria(tmp_path: Path) -> None:
    text = (
        "# Acceptance Criteria\n\n## Positive\n* Given a bed, then it shows.\n\n## Design Notes\n"
        "* Add a mark to each bed.\n* Location: under the plan.\n\n## Technical Guidance Comment\n\n"
        "Beds must keep their number. They are blue today.\n"
    )
    pack = load(tmp_path, text)
    assert [criterion.text for criterion in pack.criteria] == ["Given a bed, then it shows."]
    assert asked(pack) == ["Add a mark to each bed.", "Beds must keep their number."]


def test_a_flat_list_is_cut_at_its_items_and_its_titles_are_left_out(tmp_path: Path) -> None:
    text = (
        "1) Scope of it - A bed must have one owner. - Rationale: two would quarrel. 2) Save flow - On save: - The "
        "plan should be stored. 3) Later - Nothing."
    )
    assert asked(load(tmp_path, f"# Beds\n\n{text}\n")) == [
        "A bed must have one owner.",
        "On save: The plan should be stored.",
    ]


def test_numbered_criteria_and_non_goals_of_a_flat_ticket_are_told_apart(tmp_path: Path) -> None:
    text = (
        "Summary: Keep beds in order. Non-Goals: Do not draw beds in this ticket. Key Requirements: Store the order "
        "of beds. Acceptance Criteria: AC1: The order of beds is stored. AC2: A bed can be moved twice."
    )
    pack = load(tmp_path, f"# Beds\n\n{text}\n")
    assert asked(pack) == ["Keep beds in order.", "Store the order of beds."]
    assert [said.text for said in pack.non_goals] == ["Do not draw beds in this ticket."]
    assert [(c.id, c.text) for c in pack.criteria] == [
        ("AC-1", "The order of beds is stored."),
        ("AC-2", "A bed can be moved twice."),
    ]


def test_criteria_are_not_owned_by_the_tickets_number(tmp_path: Path) -> None:
    text = "# MOW-5211 - beds\n\nBeds must be listed.\n\n## Acceptance Criteria\n* Given a bed, then it shows.\n"
    assert [criterion.requirements for criterion in load(tmp_path, text).criteria] == [()]


def test_a_description_with_ids_is_read_by_its_ids_alone(tmp_path: Path) -> None:
    text = "# Beds\n\nThis must be quick.\n\n## Requirements\n- FR-1: Beds are listed.\n"
    assert [(r.id, r.derived) for r in load(tmp_path, text).requirements] == [("FR-1", False)]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("the row is opened. Watering Plan", "the row is opened."),
        ("the row is opened Bed List & Scope", "the row is opened"),
        ("they are led to Garden → All Beds", "they are led to Garden → All Beds"),
        ("a gardener views the Garden Board", "a gardener views the Garden Board"),
    ],
)
def test_the_title_of_what_follows_is_left_out(text: str, bare: str) -> None:
    assert trim_title(text) == bare


def test_the_title_before_a_sentence_is_left_out() -> None:
    assert trim_lead("Open / Close Controls Rows of beds must open.") == "Rows of beds must open."
    assert trim_lead("Garden Board shows beds.") == "Garden Board shows beds."


@given(
    st.lists(st.sampled_from(["Given", "When", "Then", "And", "a bed", "The list", "shows.", "AC1:", "—"]), max_size=40)
)
def test_any_run_of_steps_is_survived_and_nothing_is_told_that_is_not_there(words: list[str]) -> None:
    text = " ".join(words)
    assert all(part in text for part in split_criteria(text))


def test_a_long_line_is_read_in_bounded_numbers(tmp_path: Path) -> None:
    pack = load(tmp_path, f"# Beds\n\n{'Beds must be listed by name. ' * 3000}\n" + "A bed must be dry.\n" * 500)
    assert len(pack.requirements) <= 30


def test_lines_without_marks_are_a_list_under_the_title_above_them(tmp_path: Path) -> None:
    text = (
        "# Dry beds\n\nRequirements\n\nShow the dry beds by row\nHide the beds of guests\n"
        "Keep the order of the plan\n\n"
        "Acceptance Criteria\n\nDry beds stand first\nBeds of guests are gone\nThe order is that of the plan\n"
    )
    pack = load(tmp_path, text)
    assert asked(pack) == ["Show the dry beds by row", "Hide the beds of guests", "Keep the order of the plan"]
    assert [(said.text, said.place.line) for said in pack.criteria] == [
        ("Dry beds stand first", 11),
        ("Beds of guests are gone", 12),
        ("The order is that of the plan", 13),
    ]
    assert "- Show" not in "".join(section.text for section in pack.sections)


def test_demands_that_follow_each_other_on_one_line_are_told_apart(tmp_path: Path) -> None:
    text = "# Dry beds\n\nRequirements: Show the dry beds by row Hide the beds of guests Keep the order of the plan\n"
    assert asked(load(tmp_path, text)) == [
        "Show the dry beds by row",
        "Hide the beds of guests",
        "Keep the order of the plan",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The garden must show its beds when\nthe gardener comes home from the\nmarket with new seeds.",
        "A gardener must press the Add button and then the Save button and the Keep sign.",
        "The Keep watch must go on when the Keep watch or the Show room or the Keep watch is shut.",
    ],
)
def test_wrapped_prose_and_names_with_capitals_are_not_cut(tmp_path: Path, text: str) -> None:
    assert asked(load(tmp_path, f"# Dry beds\n\n{text}\n")) == [" ".join(text.split())]
