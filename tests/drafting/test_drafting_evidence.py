"""The evidence pack: every key that a section may mark, with what it says."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import BEDS, CONTEXT, PACK, PRD, evidence, waypoint
from torusnb.drafting.assumptions import derive_assumptions
from torusnb.models.base import Place
from torusnb.models.knowledge import Knowledge, Unknown
from torusnb.models.requirements import Requirement, Statement


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("FR-001", "requirement"),
        ("AC-004", "criterion"),
        ("prd:60", "prd"),
        ("code:lib/garden/beds.ex:30", "code"),
        ("code:lib/garden/beds/bed.ex:7", "code"),
        ("code:lib/garden_web/live/bed_live.ex:42", "code"),
        ("code:lib/garden/application.ex:14", "code"),
        ("code:lib/garden_web/router.ex:20", "code"),
        ("src:ecto-migration", "source"),
    ],
)
def test_everything_that_can_be_marked_is_there(key: str, kind: str) -> None:
    assert evidence().evidence[key].kind == kind


def test_a_waypoint_keeps_its_verbatim_line_over_the_outline() -> None:
    quoted = msgspec.structs.replace(waypoint(1, BEDS, "context"), quote="defmodule Garden.Beds do # the heart")
    context = msgspec.structs.replace(CONTEXT, waypoints=(quoted,))
    assert evidence(context=context).evidence["code:lib/garden/beds.ex:1"].text.endswith("# the heart")


def test_code_says_the_line_that_the_context_quotes_and_else_what_the_outline_tells() -> None:
    told = evidence().evidence
    keys = ("code:lib/garden/beds/bed.ex:7", "code:lib/garden_web/router.ex:20")
    quoted = {keys[0]: "field :name, :string, default: nil # as written", keys[1]: ""}
    found = evidence(context=msgspec.structs.replace(CONTEXT, quotes=quoted)).evidence
    assert found[keys[0]].text == quoted[keys[0]] != told[keys[0]].text
    assert found[keys[0]].place == told[keys[0]].place
    assert found[keys[1]].text == told[keys[1]].text


def test_a_quoted_line_outside_the_outline_can_be_marked_too() -> None:
    context = msgspec.structs.replace(CONTEXT, quotes={"code:lib/garden/far.ex:3": "@limit 12"})
    found = evidence(context=context).evidence["code:lib/garden/far.ex:3"]
    assert (found.kind, found.text, found.place) == ("code", "@limit 12", Place("lib/garden/far.ex", 3))


def test_statements_on_the_rollout_and_notes_can_be_marked() -> None:
    stages = Statement("Open it to one garden first.", Place(PRD, 91))
    note = Statement("Gardeners were asked in spring.", Place(PRD, 95))
    found = evidence(msgspec.structs.replace(PACK, rollout=(stages,), notes=(note,))).evidence
    assert [found[key].text for key in ("prd:91", "prd:95")] == [stages.text, note.text]


def test_lines_of_requirements_yml_have_keys_of_their_own() -> None:
    asked = Requirement("FR-010", "Keep plants.", Place("docs/features/bed_plans/requirements.yml", 4))
    pack = msgspec.structs.replace(PACK, requirements=(asked,))
    found = evidence(pack).evidence
    assert found["req:4"].place == asked.place
    assert found["FR-010"].text == "Keep plants."


def test_a_practice_names_the_source_it_rests_on() -> None:
    practices = [item for item in evidence().evidence.values() if item.kind == "practice"]
    assert practices
    assert all(item.cites.startswith("src:") for item in practices)


def test_derived_assumptions_are_numbered_after_those_of_the_capture() -> None:
    known = Unknown("A-3", "roles", "Who may?", "Gardeners only.", "others see it", "Who may?", "gardeners")
    context = msgspec.structs.replace(CONTEXT, knowledge=Knowledge(unknown=(known,)))
    pack = msgspec.structs.replace(PACK, nonfunctional=())
    assert [unknown.id for unknown in derive_assumptions(pack, context)] == ["A-4", "A-5"]


def test_no_number_is_assumed_that_the_pack_gives() -> None:
    assert [unknown.topic for unknown in derive_assumptions(PACK, CONTEXT)] == ["load"]


def test_places_keep_their_path() -> None:
    assert evidence().evidence["prd:20"].place == Place(PRD, 20)
