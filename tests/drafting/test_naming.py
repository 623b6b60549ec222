"""Names and kinds of work: what counts as an action of a person, and what does not."""

from __future__ import annotations

import pytest

from torusnb.drafting.offline.naming import action_of, feature_words
from torusnb.drafting.offline.work import is_boundary, kinds_of
from torusnb.models.requirements import SpecPack


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gardeners can drag to reorder the plant rows within a bed.", ("reorder", "row")),
        ("Add a knob that switches the sprinkler from rain to mist.", ("switch", "sprinkler")),
        ("Filter beds by their title.", ("filter", "bed")),
        ("Filter the list to the ripe beds of a plot.", ()),
        ("The user shall select one or more hoses from the shed.", ("select", "hose")),
        ("A user removes the selected plant.", ("remove", "plant")),
    ],
)
def test_an_action_is_a_verb_of_a_person_with_the_head_of_its_object(text: str, expected: tuple[str, ...]) -> None:
    assert action_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Make the spade, hoses, taps and sprinkler controls operable.",
        "Add a column to the table of beds.",
        "The system shall create rows for each bed.",
        "The update of a bed is logged.",
    ],
)
def test_nouns_and_the_work_of_developers_are_no_actions(text: str) -> None:
    assert action_of(text) == ()


def test_non_ui_code_is_no_work_on_screen() -> None:
    assert kinds_of("Work out each bed's harvest in non-UI code.")[0] == "compute"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The system SHALL NOT show beds of others.", True),
        ("Preserve the order of beds.", True),
        ("Preserve the order of beds, and expose their history.", False),
        ("Preserve the shell while adding a way back.", False),
    ],
)
def test_a_boundary_asks_for_nothing_besides(text: str, expected: bool) -> None:
    assert is_boundary(text) is expected


@pytest.mark.parametrize(
    ("slug", "title", "words"),
    [
        ("bed_plans", "Bed Plans", ("bed", "plans")),
        ("ticket-2236-watering-schedule", "Watering", ("watering", "schedule")),
        ("gdn-17", "Plant Labels (draft)", ("plant", "labels")),
        ("GDN_17_plant_labels", "Other", ("plant", "labels")),
    ],
)
def test_a_ticket_number_is_no_part_of_a_features_name(slug: str, title: str, words: tuple[str, ...]) -> None:
    assert feature_words(SpecPack(slug, f"docs/features/{slug}", title)) == words
