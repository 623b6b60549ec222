"""What the pack states is told whole; what it does not state is neither denied nor taken from a web page's habits."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, at, criterion, evidence, requirement, waypoint
from tests.drafting.test_hosting import changed, context, drafted
from torusnb.drafting.offline.guards import stands_before
from torusnb.drafting.offline.sides import find_sides, is_of_server, is_on_page
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Knowledge, Unknown
from torusnb.models.modules import Module
from torusnb.models.requirements import PrdSection, SpecPack, Statement

ASSUMED = (
    "Seeds are counted by weight.",
    "A row holds 40 seeds.",
    "Depth is in centimetres.",
    "Rows run north to south.",
    "A packet is opened once.",
    "Labels are printed in black.",
    "Tolerance is `0.5` cm either way.",
)


def assuming(texts: tuple[str, ...] = ASSUMED, risk: str = "the design of FR-001 has to be looked at again.") -> Any:
    stated = tuple(Statement(text, at(80 + n)) for n, text in enumerate(texts))
    unknown = tuple(
        Unknown(
            f"A-{n}",
            "scope",
            "The pack takes this for granted.",
            text,
            risk,
            "?",
            "Go on.",
            "medium",
            "product",
            stated=True,
            evidence=(f"prd:{80 + n}",),
        )
        for n, text in enumerate(texts)
    )
    pack = msgspec.structs.replace(PACK, assumptions=stated)
    return evidence(pack, msgspec.structs.replace(context(), knowledge=Knowledge(unknown=unknown)))


def test_every_assumption_that_the_pack_states_is_told() -> None:
    text = drafted(assuming())["2"]
    assert [f"**A-{n}**" in text for n in range(len(ASSUMED))] == [True] * len(ASSUMED)
    assert all(said.rstrip(".") in text for said in ASSUMED)


def test_what_an_assumption_costs_is_told_only_where_a_requirement_speaks_of_it() -> None:
    far, near = "Labels are printed in black.", "The order of plants in a bed belongs to its plot."
    text = drafted(assuming((far, near)))["2"]
    assert f"{far} [" in text
    assert f"{near} If wrong: FR-001 to be designed again." in text


def test_the_non_goals_of_the_pack_are_told_whole() -> None:
    goal = "Do not draw complex beds, terraces that step, or beds in units of feet."
    assert (
        goal.rstrip(".") in drafted(evidence(msgspec.structs.replace(PACK, non_goals=(Statement(goal, at(90)),))))["2"]
    )


HARNESS = (
    requirement(1, "Add a reusable test harness for the planting of rows.", 20),
    requirement(2, "Add representative fixtures for beds with frost.", 21),
    requirement(3, "Document the coverage of the remaining rows.", 22),
    requirement(4, "Validate planted rows across persisted state and the printed label.", 23),
)


def harness(**fields: Any) -> EvidencePack:
    pack = msgspec.structs.replace(
        PACK, slug="row_checks", title="Row checks", requirements=HARNESS, criteria=(), nonfunctional=(), **fields
    )
    return evidence(pack, context())


def test_a_harness_gets_no_latency_no_load_and_no_store_of_a_page() -> None:
    texts = drafted(harness(data_notes=()))
    whole = "".join(texts.values())
    assert not is_of_server(harness().pack, find_sides(harness().pack))
    assert "300 ms" not in whole
    assert "requests per second" not in whole
    assert "goes through the writes of today" not in whole


def test_a_feature_of_pages_keeps_its_assumed_numbers() -> None:
    pack = msgspec.structs.replace(PACK, nonfunctional=())
    assert is_of_server(pack, find_sides(pack))
    assert "300 ms" in drafted(evidence(pack))["9.1"]


def test_a_line_below_a_heading_of_flags_that_leaves_them_out_counts() -> None:
    said = PrdSection("11. Feature Flagging & Rollout", 2, at(95), "No feature flags present in this work item")
    sections = (*PACK.sections, said)
    pack = msgspec.structs.replace(PACK, sections=sections)
    assert "ships without a feature flag" in drafted(evidence(pack))["1"]
    assert "ships without a feature flag" not in drafted(evidence())["1"]


@pytest.mark.parametrize(
    ("plug", "covers"),
    [
        ("Garden.Plugs.Gate when action in [:export, :print]", False),
        ("Garden.Plugs.Gate when action in [:show, :print]", True),
        ("Garden.Plugs.Gate when action not in [:export]", True),
        ("Garden.Plugs.Gate", True),
    ],
)
def test_a_plug_that_lists_its_actions_stands_before_those_alone(plug: str, covers: bool) -> None:
    route = Route("GET", "/beds/:id", "GardenWeb.BedController", ":show", "lib/garden_web/router.ex", 9)
    assert stands_before(plug, route) is covers


def test_a_requirement_whose_criterion_names_a_live_view_lies_in_the_application() -> None:
    pack: SpecPack = changed(
        requirement(4, "Show the weight of each packet to developers.", 23),
        criteria=(criterion(9, "The Packet LiveView has a panel with the weight.", 39, "FR-004"),),
    )
    assert is_on_page(pack, "FR-004")
    assert not is_on_page(pack, "FR-001")


def test_the_interfaces_tell_the_apis_that_the_pack_speaks_of() -> None:
    asked = requirement(1, "Expose a raw API and a weighed API through the gauge boundary.", 20)
    note = Statement("Exposes a raw API and a weighed API through the gauge boundary.", at(71))
    pack = msgspec.structs.replace(
        PACK, slug="gauge", title="Gauge", requirements=(asked,), criteria=(), data_notes=(), interface_notes=(note,)
    )
    texts = drafted(evidence(pack, context()))
    assert "weighed API" in "".join(text for number, text in texts.items() if number not in {"1", "2"})
    assert "names no function" not in texts["5"]


def test_routes_of_a_contract_are_told_beyond_the_room_of_a_section() -> None:
    filler = tuple(
        Statement(f"The bed page shows panel {n} with " + "many words of the garden " * 6, at(100 + n), f"State {n}")
        for n in range(8)
    )
    contract = Statement("The page opens at `/plots/:plot_id/preview/:bed_id` and shows the bed.", at(120), "Preview")
    texts = drafted(evidence(msgspec.structs.replace(PACK, interface_notes=(*filler, contract))))
    assert "`/plots/:plot_id/preview/:bed_id`" in "".join(texts.values())


def test_code_that_nobody_enters_by_a_page_gets_no_assumed_latency() -> None:
    asked = (
        requirement(1, "Calculate the frost risk of a terrace from its slope.", 20),
        requirement(2, "Compare two terraces by their risk.", 21),
    )
    pack = msgspec.structs.replace(
        PACK,
        slug="terrace",
        title="Terrace",
        requirements=asked,
        criteria=(),
        nonfunctional=(),
        data_notes=(),
        roles=(),
    )
    beds = (("Garden.Frost.Scale", "lib/garden/frost/scale.ex"), ("Garden.Frost.Slope", "lib/garden/frost/slope.ex"))
    modules = tuple((Module(name, path, 1, 20), "context") for name, path in beds)
    alone = msgspec.structs.replace(
        context(), waypoints=tuple(waypoint(n, module, layer) for n, (module, layer) in enumerate(modules, start=1))
    )
    texts = drafted(evidence(pack, alone))
    assert "assumed" not in texts["9.1"]
    assert "20 requests per second" not in "".join(texts.values())


def test_rules_in_another_language_get_no_advice_on_elixir() -> None:
    asked = (
        requirement(1, "Parse and normalize a seed formula and validate it.", 20),
        requirement(2, "Normalize and validate the units of a seed formula.", 21),
    )
    note = Statement("The formulas live in `gleam/src/seeds/`.", at(71))
    pack = msgspec.structs.replace(
        PACK, slug="formulas", title="Formulas", requirements=asked, criteria=(), data_notes=(), roles=()
    )
    away = evidence(msgspec.structs.replace(pack, integration_notes=(note,)), context())
    assert "Advice for" in "".join(drafted(evidence(pack, context())).values())
    assert "Advice for" not in "".join(drafted(away).values())


def test_a_table_of_failures_has_no_column_that_says_nothing() -> None:
    text = drafted(evidence(msgspec.structs.replace(PACK, requirements=PACK.requirements[2:], data_notes=())))["10"]
    assert "not said" not in text
    assert "structured log" not in text


def test_a_question_without_a_default_is_no_risk_and_nothing_taken_for_granted() -> None:
    asked = Statement("Should packets be weighed twice?", at(61))
    open_one = Unknown(
        "A-3",
        "scope",
        "The pack leaves this open.",
        "Undecided: Should packets be weighed twice?",
        "a different answer changes the design of FR-001.",
        "Should packets be weighed twice?",
        "To be decided by product before FR-001 is built.",
        "high",
        "product",
        evidence=("prd:61",),
    )
    pack = msgspec.structs.replace(PACK, questions=(asked,), risks=())
    texts = drafted(evidence(pack, msgspec.structs.replace(context(), knowledge=Knowledge(unknown=(open_one,)))))
    assert "A-3 is wrong" not in texts["15"]
    assert "Undecided" not in texts["2"]
