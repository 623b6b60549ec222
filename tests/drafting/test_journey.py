"""The feature's way through the code of today, its signatures, the checks before it, and what is decided."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.garden_feature import BED, BEDS, CONTEXT, LIVE, PACK, ROUTES, at, evidence, outline, requirement
from torusnb.drafting.offline.drafter import OfflineDrafter
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import FileOutline, Route
from torusnb.models.database import Field
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context, Unknown
from torusnb.models.modules import Call, Module, Schema, Use
from torusnb.models.requirements import PrdSection, SpecPack, Statement, Withdrawal

SAVE = Behaviour(
    LIVE.name,
    "handle_event",
    3,
    "def",
    LIVE.path,
    "live_view",
    (
        ClauseOutline('handle_event("select_plant", %{"id" => id}, socket)', 50, 55),
        ClauseOutline(
            'handle_event("reorder_plants", params, socket)',
            60,
            70,
            (Call(BEDS.name, "reorder_plants", 2, 62), Call(LIVE.name, "can_arrange?", 1, 61)),
        ),
    ),
    ("{:noreply, _}",),
)
GATE = Behaviour(
    LIVE.name, "can_arrange?", 1, "defp", LIVE.path, "live_view", (ClauseOutline("can_arrange?(socket)", 90, 92),)
)
REORDER = Behaviour(
    BEDS.name,
    "reorder_plants",
    2,
    "def",
    BEDS.path,
    "context",
    (
        ClauseOutline(
            "reorder_plants(%Bed{} = bed, order)", 30, 36, (Call("Garden.Repo", "update", 1, 33),), (BED.name,)
        ),
    ),
    ("{:ok, _}", "{:error, _}"),
)
RENAME = Behaviour(
    BEDS.name, "rename_label", 1, "def", BEDS.path, "context", (ClauseOutline("rename_label(label)", 70, 72),)
)


def with_behaviours(*behaviours: Behaviour, files: tuple[FileOutline, ...] = ()) -> Context:
    quotes = {
        f"code:{one.path}:{line}": "code"
        for one in behaviours
        for clause in one.clauses
        for line in (clause.line, *(call.line for call in clause.calls))
    }
    kept = tuple(file for file in CONTEXT.code.files if file.path not in {new.path for new in files})
    code = msgspec.structs.replace(CONTEXT.code, files=(*kept, *files))
    return msgspec.structs.replace(CONTEXT, behaviours=behaviours, quotes=quotes, code=code)


def drafted(pack: EvidencePack) -> dict[str, str]:
    return {draft.section: draft.text for draft in OfflineDrafter().draft_all(pack).sections}


WAY = with_behaviours(SAVE, GATE, REORDER)


def test_the_path_of_today_runs_from_the_event_to_the_table() -> None:
    text = drafted(evidence(context=WAY))["4.2"]
    path = text.split("**The path today**")[1].split("**Ownership")[0]
    first, second = [line for line in path.splitlines() if line[:2] in {"1.", "2."}]
    assert '`"reorder_plants"` on `/plots/:plot_id/beds` reaches `GardenWeb.BedLive.handle_event/3`' in first
    assert "`Garden.Beds.reorder_plants/2` gives `{:ok, _}` or `{:error, _}`" in second
    assert "writes `beds` by `Repo.update/1`" in second
    assert "code:lib/garden/beds.ex:33" in second


def test_the_change_enters_where_a_requirement_speaks_the_whole_name() -> None:
    text = drafted(evidence(context=WAY))["4.2"]
    assert "The change meets it: FR-002 at step 1. [@FR-002]" in text


def test_the_design_begins_with_the_path() -> None:
    assert "The path of today that it meets: the event" in drafted(evidence(context=WAY))["4"]


def test_code_that_speaks_of_nothing_the_feature_asks_is_no_path() -> None:
    other = msgspec.structs.replace(
        SAVE,
        clauses=(ClauseOutline('handle_event("open_help", p, s)', 60, 61, (Call(BEDS.name, "rename_label", 1, 61),)),),
    )
    assert "The path today" not in drafted(evidence(context=with_behaviours(other, RENAME)))["4.2"]


def test_functions_of_one_component_without_an_effect_are_no_path() -> None:
    inner = msgspec.structs.replace(REORDER, module=LIVE.name, path=LIVE.path, layer="live_view")
    inner = msgspec.structs.replace(inner, clauses=(ClauseOutline("reorder_plants(bed, order)", 90, 92),))
    first = msgspec.structs.replace(
        SAVE,
        clauses=(ClauseOutline('handle_event("reorder", p, s)', 60, 70, (Call(LIVE.name, "reorder_plants", 2, 62),)),),
    )
    assert "The path today" not in drafted(evidence(context=with_behaviours(first, inner)))["4.2"]


def test_without_bodies_nothing_is_said_of_a_path() -> None:
    assert "The path today" not in drafted(evidence())["4.2"]


def test_a_transaction_that_is_opened_is_no_write_of_the_schema_beside_it() -> None:
    opened = msgspec.structs.replace(
        REORDER,
        clauses=(
            ClauseOutline(
                "reorder_plants(bed, order)", 30, 36, (Call("Garden.Repo", "transaction", 1, 33),), (BED.name,)
            ),
        ),
    )
    text = drafted(evidence(context=with_behaviours(SAVE, GATE, opened)))["4.2"]
    assert "opens `Repo.transaction/1`" in text
    assert "writes `beds` by" not in text


def test_functions_that_call_each_other_end_the_path() -> None:
    again = msgspec.structs.replace(
        REORDER, clauses=(ClauseOutline("reorder_plants(a, b)", 30, 36, (Call(BEDS.name, "reorder_plants", 2, 31),)),)
    )
    assert drafted(evidence(context=with_behaviours(SAVE, GATE, again)))["4.2"]


def test_a_route_that_the_pack_names_is_where_the_path_begins() -> None:
    endpoint = Module(
        "GardenWeb.PlanController", "lib/garden_web/controllers/plan_controller.ex", 1, 40, kinds=("controller",)
    )
    upload = Behaviour(
        endpoint.name, "upload", 2, "def", endpoint.path, "controller",
        (ClauseOutline("upload(conn, params)", 5, 9, (Call(BEDS.name, "reorder_plants", 2, 6),)),),
    )  # fmt: skip
    routes = msgspec.structs.replace(
        ROUTES,
        routes=(
            *ROUTES.routes,
            Route("POST", "/api/plans/:id", endpoint.name, "upload", ROUTES.path, 30, ("api",)),
        ),
    )
    said = PrdSection("Interfaces", 2, at(55), "Reuse `POST /api/plans/:plan_id`.")
    context = with_behaviours(REORDER, upload, files=(routes, outline(endpoint)))
    text = drafted(evidence(msgspec.structs.replace(PACK, sections=(said,)), context))["4.2"]
    assert "1. `POST /api/plans/:id` runs `GardenWeb.PlanController.upload/2`" in text


def test_the_signatures_of_the_path_stand_in_the_interfaces() -> None:
    text = drafted(evidence(context=WAY))["5"]
    assert "`reorder_plants(%Bed{} = bed, order)` of `Garden.Beds`, gives `{:ok, _}` or `{:error, _}`." in text


def test_a_contract_of_the_pack_meets_the_head_that_its_name_has_today() -> None:
    note = Statement("`reorder_plants(bed_id, order, actor)`: stores the order.", at(57))
    text = drafted(evidence(msgspec.structs.replace(PACK, interface_notes=(note,)), WAY))["5"]
    assert (
        "`reorder_plants(bed_id, order, actor)`: stores the order. Today: `reorder_plants(%Bed{} = bed, order)`" in text
    )


def test_the_checks_before_a_page_are_told_with_their_lines() -> None:
    view = msgspec.structs.replace(LIVE, guards=(Use("on_mount", "{GardenWeb.Auth, :ensure_gardener}", 4),))
    route = Route(
        "LIVE", "/plots/:plot_id/beds", LIVE.name, "", ROUTES.path, 20, ("browser", "require_plot"), "plots",
        ("{GardenWeb.Auth, :mount_current_theme}",),
    )  # fmt: skip
    files = (outline(view), msgspec.structs.replace(ROUTES, routes=(route,)))
    text = drafted(evidence(context=with_behaviours(SAVE, GATE, REORDER, files=files)))["12"]
    assert "`live_session :plots`, the pipeline `:require_plot`" in text
    assert "`{GardenWeb.Auth, :mount_current_theme}` and `{GardenWeb.Auth, :ensure_gardener}`" in text
    assert "`can_arrange?/1` in `GardenWeb.BedLive.handle_event/3`" in text


def test_rows_of_a_permissions_table_stay_a_table() -> None:
    notes = (
        Statement("Allowed Actions: Arrange plants; Notes: Own plot only", at(70), "Instructor"),
        Statement("Allowed Actions: None; Notes: Beds are not shown", at(71), "Student"),
    )
    matrix = PrdSection("Permissions Matrix", 3, at(69), "| Role | Allowed Actions | Notes |")
    text = drafted(evidence(msgspec.structs.replace(PACK, interface_notes=notes, sections=(matrix,))))["12"]
    assert "| Role | Allowed Actions | Notes |" in text
    assert "| Instructor | Arrange plants | Own plot only [@prd:70] |" in text


def test_personal_columns_of_touched_tables_are_named() -> None:
    schema = Schema("beds", 5, fields=(Field("email", ":string", 6), Field("phone", ":string", 7)))
    context = with_behaviours(SAVE, GATE, REORDER, files=(outline(msgspec.structs.replace(BED, schema=schema)),))
    assert "`beds` holds `email` and `phone`" in drafted(evidence(context=context))["12"]


@pytest.mark.parametrize(("name", "told"), [("record", True), ("build_attrs", False)])
def test_only_what_makes_an_audit_entry_is_said_to(name: str, told: bool) -> None:
    call = Call("Garden.Auditing", name, 2, 34)
    audited = msgspec.structs.replace(
        REORDER,
        clauses=(
            ClauseOutline(
                "reorder_plants(bed, order)", 30, 36, (Call("Garden.Repo", "update", 1, 33), call), (BED.name,)
            ),
        ),
    )
    text = drafted(evidence(context=with_behaviours(SAVE, GATE, audited)))["12"]
    assert (f"`Garden.Auditing.{name}/2` writes audit entries today" in text) is told


@pytest.mark.parametrize("topic", ["permissions", "tenancy"])
def test_a_gap_of_another_page_is_no_gap_of_this_feature(topic: str) -> None:
    other = Unknown(
        "A-1", topic, "t", "The checks of the shed hold.", "r.", "Who may open the shed?", "those of the shed",
        impact="high", evidence=("code:lib/garden_web/live/shed_live.ex:3",),
    )  # fmt: skip
    own = msgspec.structs.replace(
        other,
        id="A-2",
        question="Who may open it?",
        default="those of today",
        assumption="Today's checks hold.",
        evidence=(f"code:{LIVE.path}:1",),
    )
    knowledge = msgspec.structs.replace(CONTEXT.knowledge, unknown=(other, own))
    text = drafted(evidence(context=msgspec.structs.replace(CONTEXT, knowledge=knowledge)))
    assert "shed" not in text["16"] + text["2"]
    assert "Who may open it?" in text["16"]


def test_a_statement_among_the_questions_is_a_decision() -> None:
    said = (Statement("Orders will be kept for each season.", at(61)),)
    text = drafted(evidence(msgspec.structs.replace(PACK, questions=said)))["16"]
    assert "Orders will be kept for each season." in text.split("**Decided by the pack**")[1]


def test_advice_names_the_requirement_that_asks_for_it() -> None:
    asked = (*PACK.requirements, requirement(4, "The system SHALL send a nightly digest by a background job.", 23))
    text = "\n".join(drafted(evidence(msgspec.structs.replace(PACK, requirements=asked))).values())
    told = [line for line in text.splitlines() if "@practice:" in line]
    assert told
    assert all("Advice for FR-" in line or "Advice for AC-" in line for line in told)


def test_a_kind_of_module_alone_is_no_reason_for_advice() -> None:
    quiet = SpecPack("a", "a", "Bed Plans", requirements=(requirement(1, "The order of plants SHALL be kept.", 20),))
    text = "\n".join(drafted(evidence(quiet)).values())
    assert "Treat the LiveView process" not in text


def test_the_same_evidence_gives_the_same_path_twice() -> None:
    assert drafted(evidence(context=WAY)) == drafted(evidence(context=WAY))


@pytest.mark.parametrize(
    ("unknown", "storing", "asked"),
    [
        (("retention", "How long is it kept?", "Rows go with `sheds`."), True, False),
        (("retention", "How long is it kept?", "Rows go with `beds`."), True, True),
        (("retention", "How long is it kept?", "Rows go with `beds`."), False, False),
        (("latency", "Which P95 must it hold?", "P95 300 ms."), True, False),
        (("acceptance", "How is FR-002 accepted?", "By a test."), False, True),
    ],
)
def test_a_gap_is_a_question_only_where_the_feature_has_the_matter(
    unknown: tuple[str, str, str], storing: bool, asked: bool
) -> None:
    topic, question, default = unknown
    gap = Unknown("A-1", topic, "t", "Something holds.", "r.", question, default, evidence=("prd:50",))
    knowledge = msgspec.structs.replace(CONTEXT.knowledge, unknown=(gap,))
    pack = PACK if storing else msgspec.structs.replace(PACK, data_notes=(), requirements=PACK.requirements[1:])
    text = drafted(evidence(pack, msgspec.structs.replace(CONTEXT, knowledge=knowledge)))["16"]
    assert (question in text) is asked


def test_what_is_decided_is_no_further_line_of_the_list_above_it() -> None:
    gone = (
        Statement("Remove `season_orders` from the domain.", at(72)),
        Statement("Remove the page that shows `season_orders`.", at(73)),
    )
    said = (Statement("Orders will be kept for each season.", at(61)),)
    asked = (*PACK.requirements, requirement(4, "The season page SHALL show `season_orders`.", 23))
    taken = (Withdrawal("Later", at(71), ("FR-004",), gone),)
    pack = msgspec.structs.replace(PACK, questions=said, requirements=asked, integration_notes=gone, withdrawals=taken)
    text = drafted(evidence(pack))["16"]
    assert text.startswith("- Does FR-004 still stand")
    assert "\n\n**Decided by the pack**\n\n- Orders will be kept" in text
