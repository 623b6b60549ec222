"""A draft says one thing of a module, of a number and of a statement, wherever it speaks of them."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import BEDS, CONTEXT, LIVE, PACK, at, criterion, evidence, requirement, waypoint
from tests.drafting.test_drafting_whole import REMARK
from tests.drafting.test_hosting import changed, context, drafted
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.taken import settle_named
from torusnb.drafting.offline.telling import tell_all
from torusnb.drafting.offline.wording import cure, head_of
from torusnb.models.knowledge import Knowledge, Unknown
from torusnb.models.modules import Function, Module
from torusnb.models.requirements import Mention, NonFunctional, Quantity, Risk, Statement
from torusnb.spec.budgets import job_deadlines, latency_targets

ALMANAC = "Garden.Almanac"
NAMED = Unknown(
    "A-3",
    "named modules",
    f"The pack names `{ALMANAC}`, which does not exist at this commit.",
    f"`{ALMANAC}` is created by this feature, under exactly this name.",
    "the design would build beside code that exists under another name.",
    f"Is `{ALMANAC}` new, planned elsewhere, or renamed?",
    "Declare it new in the design, and reuse what lies nearest.",
    "high",
    "engineering",
    evidence=("prd:70",),
)


def test_a_module_that_is_planned_elsewhere_is_so_in_all_sections() -> None:
    pack = changed(
        integration_notes=(Statement(f"The days of frost are read from `{ALMANAC}`.", at(70)),),
        mentions=(Mention("module", ALMANAC, at(70)),),
    )
    texts = drafted(evidence(pack, msgspec.structs.replace(CONTEXT, knowledge=Knowledge(unknown=(NAMED,)))))
    said = f"`{ALMANAC}` is planned elsewhere: this design calls it and does not add it."
    assert f"**A-3** (impact: high): {said}" in texts["2"]
    assert "Default: planned elsewhere, so this design calls it and does not add it." in texts["16"]
    assert "created by this feature" not in "".join(texts.values())
    assert "eclare it new" not in "".join(texts.values())


def test_of_several_modules_only_the_feature_s_own_are_created_by_it() -> None:
    both = msgspec.structs.replace(NAMED, text=f"The pack names `{ALMANAC}` and `Garden.Sheds`, which do not exist.")
    settled = settle_named(both, {ALMANAC})
    assert settled.assumption == (
        f"`Garden.Sheds` is created by this feature, under exactly that name; `{ALMANAC}` is not."
    )
    assert settled.question == "Is `Garden.Sheds` new, planned elsewhere, or renamed?"
    assert settle_named(both, set()) is both
    assert settle_named(msgspec.structs.replace(both, topic="load"), {ALMANAC}).topic == "load"


@pytest.mark.parametrize(
    ("asked", "given", "late"),
    [
        (
            "Beds are counted again in the background.",
            "when a plot moves, then all counts are new within 40 seconds.",
            1,
        ),
        ("Beds are counted again.", "when the job ends, then all counts are new within 40 seconds.", 1),
        ("The count of beds is shown.", "when a plot is opened, then the count appears within 2 s.", 0),
    ],
)
def test_by_when_a_job_is_done_is_no_latency(asked: str, given: str, late: int) -> None:
    bound = criterion(9, f"Given a plot, {given}", 39, "FR-004")
    bound = msgspec.structs.replace(bound, then=given.partition("then ")[2])
    pack = changed(requirement(4, asked, 23), criteria=(*PACK.criteria, bound))
    assert [found.id for found in job_deadlines(pack)] == ["AC-009"] * late
    assert len(latency_targets(pack)) == 2 - late
    texts = drafted(evidence(pack))
    line = "By when the work outside of the request is done (AC-009): all counts are new within 40 seconds. [@prd:39]"
    assert (line in texts["9.1"], "| ≤ 40 s" in texts["9.1"]) == (bool(late), False)
    assert "40 s" not in texts["11"]


def test_an_alert_tells_the_clause_that_has_the_share() -> None:
    rate = Quantity("99.5 %", 99.5, "%")
    said = "Recounting can be stopped at any point; 99.5 % of counts are right within the hour."
    pack = changed(nonfunctional=(NonFunctional("", "Reliability", said, at(40), (rate,)),))
    assert "- 99.5 % of counts are right within the hour. [@prd:40]" in drafted(evidence(pack))["11"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sorting behaves exactly as before this feature and no plan is shown", ""),
        ("rows are never taller than when the page was opened for the first time", ""),
        (
            "the plan of the bed is stored again before anything else happens to it",
            "the plan of the bed is stored again",
        ),
    ],
)
def test_a_name_is_not_cut_inside_a_comparison(text: str, name: str) -> None:
    assert head_of(text, 8) == (name or text)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mitigate by using the stored order.", "using the stored order"),
        ("Mitigated with a second read.", "a second read"),
        ("Mitigation: lock the row.", "lock the row"),
        ("We mitigate this by locking.", "locking"),
        ("Lock the row.", "Lock the row"),
        ("Mitigate early.", "Mitigate early"),
    ],
)
def test_a_mitigation_is_not_called_one_twice(said: str, told: str) -> None:
    assert cure(said) == told
    text = drafted(evidence(changed(risks=(Risk("Two move one plant", at(60), said),))))["1"]
    assert f"(mitigation: {told[0].lower()}{told[1:]})" in text


@pytest.mark.parametrize(
    ("key", "text", "lines"),
    [
        ("prd:41", "Rows are kept in the shed", 1),
        ("note:../prd.md:41", "Rows are kept in the shed", 2),
        ("prd:41", "Rows are kept for these gardens: small ones. Large ones keep theirs too", 2),
    ],
)
def test_only_single_sentences_of_one_document_share_a_line(key: str, text: str, lines: int) -> None:
    first = Placed(("prd:40",), "Plans are kept out of the page", "Care", "4.1", "nonfunctional", "")
    told = tell_all(Ledger(evidence()), [first, msgspec.structs.replace(first, keys=(key,), text=text)])
    assert len(told.splitlines()) == lines


TILE = Module(
    "GardenWeb.Components.BedTile",
    "lib/garden_web/components/bed_tile.ex",
    1,
    40,
    kinds=("component",),
    functions=(Function("tile", 1, "def", 10, 20, head="def tile(assigns)"),),
)


def test_a_function_component_owns_no_state() -> None:
    pack = changed(requirement(4, "The bed tile SHALL show the order of plants.", 23))
    lines = drafted(evidence(pack, context((TILE, "component"))))["4.2"].splitlines()
    [told] = [line for line in lines if "BedTile" in line and "state" in line]
    assert "what the caller passes; it owns no state" in told
    assert not any("BedTile" in line for line in lines if "on screen" in line)


def test_no_more_is_said_of_controllers_than_that_none_is_touched() -> None:
    hall = Module("GardenWeb.HallController", "lib/garden_web/controllers/hall_controller.ex", 1, 20)
    far = msgspec.structs.replace(waypoint(9, hall, "controller"), requirements=())
    near = msgspec.structs.replace(CONTEXT, waypoints=(*CONTEXT.waypoints, far))
    text = drafted(evidence(PACK, near))["5.1"]
    assert "no controller is among the modules this feature touches" in text
    assert "waypoints" not in text


@pytest.mark.parametrize(
    ("module", "symbol", "told"),
    [("Garden.Beds", "", True), ("Garden.Sheds", "", False), ("Garden.Sheds", "a/1", True)],
)
def test_what_authors_say_of_a_whole_module_is_told_where_the_feature_meets_it(
    module: str, symbol: str, told: bool
) -> None:
    trap = msgspec.structs.replace(REMARK, module=module, symbol=symbol)
    around = msgspec.structs.replace(CONTEXT, traps=(trap,))
    assert (BEDS.name, LIVE.name) == ("Garden.Beds", "GardenWeb.BedLive")
    assert ("Plants must never be ordered here" in drafted(evidence(PACK, around))["3"]) is told
