"""What the offline drafter decides from a pack and a checkout: owners, storage, failures, what it leaves out."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import CONTEXT, LIVE, PACK, at, evidence, function, requirement, waypoint
from torusnb.drafting.drafters import open_drafter
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.work import words_of
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context
from torusnb.models.modules import Module, Use
from torusnb.models.requirements import Mention, NonFunctional, Requirement, SpecPack, Statement


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in open_drafter("offline").draft_all(pack).sections}


def changed(**fields: Any) -> SpecPack:
    return msgspec.structs.replace(PACK, **fields)


def also(*texts: str) -> tuple[Requirement, ...]:
    first = len(PACK.requirements) + 1
    return (*PACK.requirements, *(requirement(first + n, text, 70 + n) for n, text in enumerate(texts)))


def with_module(module: Module, layer: str) -> Context:
    """The garden with one more module among its first waypoints."""
    files = (*CONTEXT.code.files, FileOutline(module.path, "0", module.end_line, (module,)))
    return msgspec.structs.replace(
        CONTEXT,
        waypoints=(waypoint(1, module, layer), *CONTEXT.waypoints),
        code=CodeMap("garden", Commit("abc123"), files=files),
    )


@pytest.mark.parametrize(
    "name", ["Garden.Beds.Telemetry", "Garden.FeatureFlags", "Garden.Application", "Garden.Seeder"]
)
def test_plumbing_that_serves_every_feature_is_no_home_of_domain_rules(name: str) -> None:
    plumbing = Module(
        name, f"lib/{name.rsplit('.', 1)[-1].lower()}.ex", 1, 50, functions=(function("track_beds", 1, 5),)
    )
    texts = drafted(evidence(context=with_module(plumbing, "context")))
    assert f"`{name}` answers" not in texts["4.2"]
    assert "`Garden.Beds` answers FR-003" in texts["4.2"]


def test_a_requirement_that_wants_rows_in_the_database_gets_a_table() -> None:
    asked = also("The system SHALL persist each visit as a database row with `left_at`.")
    notes = (Statement("Photos are shown without a persisted copy.", at(50)),)
    texts = drafted(evidence(changed(requirements=asked, data_notes=notes)))
    assert "State goes into the new table `bed_plans`" in texts["6"]
    assert "`left_at`: `:utc_datetime`" in texts["6.1"]


def test_values_in_brackets_are_one_column_and_not_one_each() -> None:
    note = Statement("`bed_shares`: stores stages (`draft`, `open_for_all`, `closed_down`).", at(50))
    text = drafted(evidence(changed(data_notes=(note,))))["6.1"]
    assert "`stage`: `Ecto.Enum`" in text
    assert "`open_for_all`:" not in text


def test_a_note_that_keeps_a_table_as_it_is_changes_nothing_there() -> None:
    notes = (Statement("Add `season_plan` to `beds`.", at(50)), Statement("No changes to `plot_maps` schema.", at(51)))
    text = drafted(evidence(changed(data_notes=notes)))["6"]
    assert "`beds`" in text
    assert "plot_maps" not in text


def test_the_label_of_a_list_says_that_its_items_are_json_content() -> None:
    notes = (
        Statement("No database migration is required.", at(50)),
        Statement("`bed-card`: `shownFrom`.", at(51), "Page JSON gains new fields"),
    )
    assert drafted(evidence(changed(data_notes=notes)))["6"].startswith("State lives in the authored JSON content")


def test_a_cache_that_the_pack_names_gets_an_owner_and_the_requirements() -> None:
    asked = (
        requirement(1, "The system SHALL cache the plan of a bed by its plot.", 20),
        requirement(2, "The system SHALL evict cached plans after a TTL.", 21),
    )
    mentions = (Mention("module", "Garden.Plans.PlanCache", at(50)),)
    notes = (Statement("`Garden.Plans.PlanCache` keeps plans in memory for a while.", at(50)),)
    texts = drafted(evidence(changed(requirements=asked, criteria=(), mentions=mentions, data_notes=notes)))
    assert "It answers FR-001 and FR-002" in texts["4.1"]
    assert "`PlanCache` owns the entries in memory" in texts["4.2"]
    assert "needs an owner that outlives its callers" in texts["4.3"]
    assert "No new process" not in texts["4.3"]


def test_a_requirement_to_fail_closed_is_told_among_the_failures() -> None:
    asked = also("The page SHALL fail closed for beds of unknown size.")
    assert "fail closed for beds of unknown size. [@FR-004]" in drafted(evidence(changed(requirements=asked)))["10"]


def test_a_call_to_another_system_is_a_hotspot_and_a_risk() -> None:
    texts = drafted(evidence(changed(requirements=also("The system SHALL ask an external service for the weather."))))
    assert "The outside call of FR-004 holds the caller" in texts["9.3"]
    assert "The system behind FR-004 is slow" in texts["10"]
    assert "FR-004 waits for another system inside the caller's process" in texts["4.2"]


def test_what_must_not_be_done_is_a_boundary_and_no_candidate_for_a_job() -> None:
    texts = drafted(evidence(changed(requirements=also("The system SHALL NOT export or copy beds of others."))))
    assert "**Boundaries**" in texts["4.1"]
    assert "FR-004" not in texts["4.4"]


def test_style_tokens_and_addresses_of_drawings_are_neither_private_nor_an_interface() -> None:
    style = NonFunctional("", "Style", "Prefer tokenized colours and the names of the palette.", at(40))
    link = Statement("The drawing lies at https://drawings.example.org/file/1?node=2.", at(50))
    texts = drafted(evidence(changed(nonfunctional=(style,), interface_notes=(link,))))
    assert "tokenized" not in texts["12"]
    assert texts["5.1"].startswith("Not applicable")


def test_an_alert_watches_something_that_can_fail() -> None:
    said = (Statement("Emit `bed_card_opened` when a person opens a card.", at(62)),)
    context = msgspec.structs.replace(CONTEXT, waypoints=(waypoint(1, LIVE, "live_view", "FR-001"),))
    asked = (requirement(1, "Gardeners can open a card on the bed page.", 20),)
    pack = changed(requirements=asked, criteria=(), nonfunctional=(), telemetry=said, data_notes=())
    text = drafted(evidence(pack, context))["11"]
    assert ":bed_card_opened]`: measures `count`." in text
    assert "failed outcome" not in text


def test_a_question_that_the_pack_answers_is_a_decision() -> None:
    asked = (Statement("May two people share a bed? ANSWER: Only people of one plot may.", at(61)),)
    text = drafted(evidence(changed(questions=asked)))["16"]
    open_ones, decided = text.split("**Decided by the pack**")
    assert "share a bed" not in open_ones
    assert "May two people share a bed? → only people of one plot may. [@prd:61]" in decided


def test_requirements_that_meet_a_component_in_one_place_share_a_line() -> None:
    asked = also("The system SHALL list the beds of a plot with their size.")
    text = drafted(evidence(changed(requirements=asked)))["4.1"]
    line = next(line for line in text.splitlines() if "`list_beds/1`" in line)
    assert "[@FR-003, @FR-004" in line or "[@FR-003; @FR-004" in line


def test_roles_are_named_once_and_in_the_plural() -> None:
    roles = (Statement("arranges plants", at(45), "Gardener"), Statement("shares a bed", at(46), "Gardener"))
    assert "It affects gardeners." in drafted(evidence(changed(roles=roles)))["1"]


def test_a_helper_that_the_pack_names_in_passing_does_not_own_the_feature() -> None:
    asked = also("The system SHALL compute the order of plants from their height.")
    mentions = (Mention("module", "Garden.Almanac", at(50)),)
    notes = (Statement("The days of frost are read from `Garden.Almanac` as they are.", at(50)),)
    text = drafted(evidence(changed(requirements=asked, mentions=mentions, data_notes=notes)))["4.1"]
    assert "**`Garden.Almanac`**" not in text
    assert "`Garden.Almanac` is planned elsewhere" in text


def test_a_demand_for_accessibility_is_answered_where_the_screen_is_designed_whatever_else_is_told() -> None:
    demand = NonFunctional("", "Accessibility", "WCAG 2.1 AA: each control works with the keyboard.", at(91))
    texts = drafted(evidence(pack=changed(nonfunctional=(*PACK.nonfunctional, demand))))
    assert "practice:dev-9" in texts["5.2"] or "practice:dev-10" in texts["5.2"]
    before = re.findall(r"practice:[\w-]+", "".join(drafted(evidence()).values()))
    assert set(before) <= set(re.findall(r"practice:[\w-]+", "".join(texts.values())))


@pytest.mark.parametrize(("event", "spoken"), [("rotate_photo", False), ("show_photo_wall", True), ("photo", True)])
def test_an_event_that_shares_one_word_of_several_is_not_where_a_requirement_starts(event: str, spoken: bool) -> None:
    view = msgspec.structs.replace(LIVE, callbacks=(Use("handle_event", event, 40),), calls=())
    files = tuple(f for f in CONTEXT.code.files if f.path != LIVE.path)
    files += (FileOutline(view.path, "0", view.end_line, (view,)),)
    context = msgspec.structs.replace(CONTEXT, code=CodeMap("garden", Commit("abc123"), files=files))
    asked = requirement(1, "The page shall show the photo of a wall.", 20)
    matcher = Matcher(evidence(changed(requirements=(asked,)), context=context))
    assert bool(matcher.events(view, words_of(asked.text))) is spoken
