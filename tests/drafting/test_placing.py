"""Placing the pack's statements: the home of each, what is told there, and what no section may deny any more."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, PRD, at, criterion, evidence, requirement
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.placing import Placed, keep_normative, place_statements
from torusnb.drafting.offline.telling import in_short
from torusnb.models.base import Place
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import NonFunctional, PrdSection, SpecPack, Statement, Withdrawal


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def changed(**fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, **fields)


def heading(title: str, line: int, level: int = 2) -> PrdSection:
    return PrdSection(title, level, Place(PRD, line), "")


def placed(**fields: Any) -> list[Placed]:
    bare = {"nonfunctional": (), "roles": (), "data_notes": (), "criteria": (), "requirements": ()}
    return list(place_statements(changed(**(bare | fields))))


WATERING = "Watering Check (`may_water?/2`)"
STEPS = tuple(
    Statement(text, at(80 + position), WATERING)
    for position, text in enumerate(
        (
            "Read the soil through the existing `list_beds/1`. If it is wet, refuse.",
            "Resolve the plan from the narrowest scope: bed, plot, garden.",
            "Ask the drought list before the plan (see below).",
        )
    )
)
LEVELS = tuple(
    Statement(text, at(84 + position), "Apply the level")
    for position, text in enumerate(("`dry`: allow.", "`mixed`: split by a CRC-32 hash of `{bed, day}`."))
)


@pytest.mark.parametrize(
    ("field", "text", "label", "home"),
    [
        ("integration_notes", "Cache bed plans via Cachex with a 2-hour TTL; read again on a miss.", "", "8"),
        ("integration_notes", "Telemetry events for watering decisions (`bed`, `level`).", "", "11"),
        ("integration_notes", "Ensure moves are monotonic by default; a move back needs a reason.", "", "7"),
        ("integration_notes", "Implementation belongs under `lib/garden/plans/` behind the plan boundary.", "", "4.1"),
        ("integration_notes", "Testing should use ExUnit for plans and one browser test.", "", "13"),
        ("interface_notes", "Show a badge on beds that belong to a shared plot.", "Bed page", "5.2"),
        ("interface_notes", "`/beds/:id/plan` returns the plan as JSON.", "", "5.1"),
        ("interface_notes", "`Garden.Plans.next_bed/2`: Input: plot, opts. Output: a bed or nil.", "", "5"),
        ("notes", "Maintain a `bed_locks` table keyed by `{bed_id, day}` with `kind` values.", "Locks", "6.1"),
        ("notes", "Locks override the plan but do not bypass the plot's own switch.", "Locks", "4.2"),
        ("flags", "All changes of a plan use the audit hooks of today, with actor and note.", "Auditing", "12"),
        ("rollout", "Enable the plan for one pilot garden first.", "", "14"),
        ("integration_notes", "The Jira ticket of this garden comes later; plan in this folder until then.", "", ""),
    ],
)
def test_a_statement_has_one_home_by_what_it_speaks_of(field: str, text: str, label: str, home: str) -> None:
    found = placed(**{field: (Statement(text, at(70), label),)})
    assert [one.home for one in found] == [home]


@pytest.mark.parametrize(
    ("area", "text", "home"),
    [
        ("Performance", "A plan is drawn in time bounded by the number of beds.", "9.1"),
        ("Security", "Only gardeners of the plot read its plan.", "12"),
        ("Reliability", "A broken plan must return a structured error.", "10"),
        ("Determinism", "The same beds give the same plan on each node.", "7"),
    ],
)
def test_a_quality_goes_where_its_area_belongs(area: str, text: str, home: str) -> None:
    assert [one.home for one in placed(nonfunctional=(NonFunctional("", area, text, at(70)),))] == [home]


def test_nothing_is_placed_that_stands_under_a_heading_that_looks_back_or_rules_out() -> None:
    notes = (Statement("Show beds of other plots on the page.", at(71)),)
    assert placed(notes=notes, sections=(heading("Out of Scope", 70),)) == []
    assert len(placed(notes=notes, sections=(heading("Screens", 70),))) == 1


def test_a_non_goal_below_another_heading_is_no_contract() -> None:
    note = Statement("Bring back `water_all/1` for every bed.", at(71))
    pack = changed(data_notes=(note,), sections=(heading("Data", 60), heading("Follow-Up Non-Goals", 70, 3)))
    assert note in keep_normative(pack).non_goals
    assert "water_all" not in drafted(evidence(pack))["5"]


def test_two_statements_of_the_same_words_become_one_with_both_places() -> None:
    said = "Plans of a shared plot stay readable while a gardener edits them."
    found = placed(integration_notes=(Statement(said, at(70)), Statement(f"{said} ", at(75))))
    assert [one.keys for one in found] == [("prd:70", "prd:75")]


def test_statements_that_differ_in_a_name_or_a_number_stay_two() -> None:
    notes = (
        Statement("Show the plan of `early` beds for 5 days on the page.", at(70)),
        Statement("Show the plan of `late` beds for 9 days on the page.", at(71)),
    )
    assert len(placed(interface_notes=notes)) == 2


def test_what_a_requirement_says_already_is_told_by_its_id() -> None:
    asked = requirement(1, "The system SHALL persist the order of plants in a bed for its plot.", 20)
    note = Statement("The order of plants in a bed is persisted for its plot.", at(70))
    found = placed(requirements=(asked,), data_notes=(note,))
    assert [one.ids for one in found] == [("FR-001",)]


def test_the_steps_of_a_named_function_are_the_flow_in_their_order() -> None:
    text = drafted(evidence(changed(flags=(*STEPS, *LEVELS))))["4.2"]
    assert f"**Flow: {WATERING}**" in text
    assert re.search(
        r"1\. Read the soil.*\n2\. Resolve the plan.*\n3\. Ask the drought list.*\n4\. Apply the level", text
    )
    assert "   - `mixed`: split by a CRC-32 hash of `{bed, day}`. [@prd:85]" in text
    assert "see below" not in text
    assert "Main flow" not in text


def test_a_function_that_the_pack_names_stands_among_the_interfaces_with_its_arity() -> None:
    text = drafted(evidence(changed(flags=(*STEPS, *LEVELS))))["5"]
    assert "names no function" not in text
    assert "`may_water?/2` (new); its steps are the flow of 4.2. [@prd:80]" in text
    assert re.search(r"`list_beds/1` is there today in `(?:Garden\.)?Beds`", text)


def test_a_function_of_another_arity_is_not_taken_for_the_one_of_today() -> None:
    steps = (*STEPS, Statement("Tell others through the existing `update_bed/5`.", at(83), WATERING))
    text = drafted(evidence(changed(flags=steps)))["5"]
    assert "`update_bed/5`: the pack calls it existing; no module outlined here has it" in text


def test_each_value_of_a_table_is_told_with_its_meaning() -> None:
    note = Statement(
        "Maintain a `bed_locks` table keyed by `{bed_id, day}` with `kind` values: `:frost`: gardeners never water the "
        "bed, whatever the plan says (also in the greenhouse). `:feast`: gardeners always water the bed when its plot "
        "is switched on.",
        at(70),
        "Locks",
    )
    text = drafted(evidence(changed(notes=(note,))))["6.1"]
    assert "`:frost`: gardeners never water the bed" in text
    assert "`:feast`: gardeners always water the bed" in text


def test_no_section_says_that_there_is_nothing_where_the_pack_gives_something() -> None:
    notes = (
        Statement("Cache bed plans via Cachex with a 2-hour TTL; read again on a miss.", at(70)),
        Statement("`/beds/:id/plan` returns the plan as JSON.", at(71)),
    )
    texts = drafted(evidence(changed(integration_notes=notes)))
    assert "2-hour TTL" in texts["8"]
    assert "`/beds/:id/plan`" in texts["5.1"]
    assert "Not applicable" not in texts["8"] + texts["5.1"]
    assert "shared memory" not in texts["4.3"]


def test_a_pack_that_wants_no_screen_gets_none() -> None:
    texts = drafted(evidence(changed(interface_notes=(Statement("No page changes in this work.", at(70)),))))
    assert texts["5.2"] == "Not applicable: no page changes in this work. [@prd:70]"
    assert "opens `/plots" not in texts["4.2"]
    assert "session page" not in texts["4.3"]


def test_every_statement_stands_in_some_section() -> None:
    names = ("soil", "light", "water", "frost", "shade", "wind", "slope", "depth", "age", "owner")
    notes = tuple(
        Statement(f"Show the {name} of a bed beside its plants on the page for gardeners who ask.", at(100 + number))
        for number, name in enumerate(names)
    )
    text = "\n".join(drafted(evidence(changed(interface_notes=notes))).values())
    assert all(f"prd:{100 + number}" in text for number in range(len(notes)))


def test_a_note_on_the_work_is_named_once_and_not_designed() -> None:
    note = Statement("The Jira ticket of this garden comes later; plan in this folder until then.", at(70))
    texts = drafted(evidence(changed(integration_notes=(note,))))
    assert f"what the pack says on the work itself: {note.text} [@prd:70]" in texts["16"]
    assert sum("@prd:70" in text for text in texts.values()) == 1


def test_a_long_note_on_the_work_is_pointed_at_and_not_cut() -> None:
    text = "The Jira ticket of this garden comes later, so plan in this folder until the board of the plot meets again."
    texts = drafted(evidence(changed(integration_notes=(Statement(text, at(70)),))))
    assert "what the pack says on the work itself. [@prd:70]" in texts["16"]
    assert "…" not in texts["16"]


def test_what_a_section_has_no_room_for_is_counted_and_not_cut() -> None:
    long = "of a bed beside its plants on the page for gardeners who ask, with the day on which it was last measured"
    names = ("soil", "light", "water", "frost", "shade", "wind", "slope", "depth", "age", "owner")
    notes = tuple(Statement(f"Show the {name} {long}.", at(100 + number)) for number, name in enumerate(names))
    text = drafted(evidence(changed(interface_notes=notes)))["5.2"]
    assert re.search(r"- More in the pack: \d+ statements\.", text)
    assert "…" not in text


def test_statements_that_differ_in_a_name_or_in_one_word_stay_apart() -> None:
    texts = (
        "Show the frost of `north` beds beside their plants.",
        "Show the frost of `south` beds beside their plants.",
        "Show the light of `south` beds beside their plants.",
    )
    notes = tuple(Statement(text, at(100 + number)) for number, text in enumerate((*texts, texts[0])))
    assert [one.keys for one in placed(interface_notes=notes)] == [("prd:100", "prd:103"), ("prd:101",), ("prd:102",)]


def test_what_the_pack_takes_back_is_asked_and_gets_no_job() -> None:
    asked = (*PACK.requirements, requirement(4, "The system SHALL clean up `bed_drafts` by a background job.", 23))
    notes = (
        Statement("Remove the `bed_drafts` table and its clean-up jobs.", at(70)),
        Statement("Remove the page of `bed_drafts`.", at(71)),
    )
    gone = (Withdrawal("Later", at(69), ("FR-004",), notes),)
    texts = drafted(evidence(changed(requirements=asked, data_notes=notes, withdrawals=gone)))
    assert "Does FR-004 still stand" in texts["16"]
    assert "Worker" not in "".join(texts.values())


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Beds keep their order.", "Beds keep their order"),
        (
            "The plan of a bed must stay readable for each gardener of the plot while another one edits it, so that "
            "nobody waits for somebody else to finish, which would be a step back for those who share",
            "The plan of a bed must stay readable for each gardener of the plot while another one edits it",
        ),
        (
            "We tried a shared plan for two seasons and in all of the gardens that took part in it. Plans must be kept "
            "for each plot.",
            "Plans must be kept for each plot",
        ),
    ],
)
def test_a_statement_is_shortened_where_a_clause_ends(text: str, short: str) -> None:
    assert in_short(text, 22) == short


def test_a_statement_that_lists_values_keeps_them() -> None:
    text = (
        "A plan must use structured reasons such as missing soil, missing light, frost, too many guests, a closed "
        "plot, an unknown bed, a plant without water, a broken fence, and a lost key of the shed"
    )
    assert in_short(text, 30) == text


def test_the_whole_document_stays_deterministic_with_statements() -> None:
    pack = evidence(
        changed(flags=(*STEPS, *LEVELS), criteria=(criterion(1, "Given a bed, then it waits.", 30, "FR-001"),))
    )
    assert drafted(pack) == drafted(pack)


def test_a_section_that_the_pack_denies_and_still_speaks_of_says_both() -> None:
    notes = (
        Statement("No page changes in this work.", at(70)),
        Statement("Messages on the page that come later must name the bed.", at(71)),
    )
    text = drafted(evidence(changed(interface_notes=notes)))["5.2"]
    assert text.startswith("- No page changes in this work. [@prd:70]")
    assert "must name the bed. [@prd:71]" in text


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("No page changes in this work.", True),
        ("No new page for beds.", True),
        ("There is no migration in this step.", True),
        ("No page, dialog or badge of its own is required.", True),
        ("None planned.", True),
        ("Words for gardeners are out of scope.", True),
        ("No name of a gardener in a log line.", False),
        ("Do not show locked beds on the page.", False),
        ("No more than three changes of a bed are required on the page.", False),
        ("No gardener may see what changes are planned by others.", False),
    ],
)
def test_what_forbids_something_is_a_demand_and_no_denial(text: str, denies: bool) -> None:
    (one,) = placed(interface_notes=(Statement(text, at(70)),))
    assert one.denies is denies


def test_a_page_that_must_not_show_something_is_still_a_page() -> None:
    text = drafted(evidence(changed(interface_notes=(Statement("Do not show locked beds on the page.", at(70)),))))[
        "5.2"
    ]
    assert "Not applicable" not in text
    assert "Do not show locked beds on the page. [@prd:70]" in text
