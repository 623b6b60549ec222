"""A small feature of an invented codebase, as the stages before drafting would hand it on."""

from __future__ import annotations

from typing import Any

from torusnb.drafting.evidence import build_evidence
from torusnb.drafting.playbook import load_playbook
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Commit, FileOutline, Route
from torusnb.models.database import Field, Index, Migration
from torusnb.models.design import EvidencePack, Template
from torusnb.models.knowledge import Context, Knowledge, Reason, Restatement, Waypoint
from torusnb.models.modules import Association, Call, Child, Function, Module, Schema, Use
from torusnb.models.requirements import (
    AcceptanceCriterion,
    NonFunctional,
    Quantity,
    Requirement,
    Risk,
    SpecPack,
    Statement,
)
from torusnb.models.sources import Research, Source
from torusnb.spec.template import load_template

PRD = "docs/features/bed_plans/prd.md"


def at(line: int) -> Place:
    return Place(PRD, line)


def function(name: str, arity: int, line: int, kind: str = "def") -> Function:
    return Function(name, arity, kind, line, line + 3, head=f"{kind} {name}(...)")


def requirement(number: int, text: str, line: int) -> Requirement:
    return Requirement(f"FR-{number:03}", text, at(line))


def criterion(number: int, text: str, line: int, *requirements: str) -> AcceptanceCriterion:
    return AcceptanceCriterion(f"AC-{number:03}", text, at(line), requirements)


BED = Module(
    "Garden.Beds.Bed",
    "lib/garden/beds/bed.ex",
    1,
    30,
    kinds=("schema",),
    doc="A bed of a garden.",
    schema=Schema(
        "beds",
        5,
        fields=(Field("title", ":string", 6), Field("plant_order", "{:array, :string}", 7)),
        associations=(Association("belongs_to", "plot", "Garden.Plots.Plot", 8),),
    ),
)
BEDS = Module(
    "Garden.Beds",
    "lib/garden/beds.ex",
    1,
    90,
    doc="Beds and what grows in them.",
    functions=(
        function("update_bed", 2, 10),
        function("list_beds", 1, 20),
        function("reorder_plants", 2, 30),
        function("normalize", 1, 40, "defp"),
    ),
)
LIVE = Module(
    "GardenWeb.BedLive",
    "lib/garden_web/live/bed_live.ex",
    1,
    200,
    kinds=("live_view",),
    callbacks=(Use("mount", "", 10), Use("handle_event", "save_bed", 40), Use("handle_event", "select_plant", 50)),
    calls=(Call("Garden.Beds", "update_bed", 2, 42),),
)
APPLICATION = Module(
    "Garden.Application",
    "lib/garden/application.ex",
    1,
    40,
    kinds=("application",),
    children=(Child("Garden.Repo", "Garden.Repo,", 12), Child("Oban", "{Oban, oban_config()},", 14)),
)
MIGRATION = FileOutline(
    "priv/repo/migrations/20240101000000_create_beds.exs",
    "0",
    20,
    migration=Migration(
        "20240101000000",
        "Garden.Repo.Migrations.CreateBeds",
        "priv/repo/migrations/20240101000000_create_beds.exs",
        1,
        creates=("beds",),
        indexes=(Index("beds", ("plot_id",), 12),),
    ),
)
ROUTES = FileOutline(
    "lib/garden_web/router.ex",
    "0",
    50,
    routes=(
        Route("LIVE", "/plots/:plot_id/beds", "GardenWeb.BedLive", "", "lib/garden_web/router.ex", 20, ("browser",)),
    ),
)


def outline(module: Module) -> FileOutline:
    return FileOutline(module.path, "0", module.end_line, (module,))


def waypoint(rank: int, module: Module, layer: str, *requirements: str) -> Waypoint:
    return Waypoint(
        f"code:{module.path}:{module.line}",
        module.path,
        module.name,
        layer,
        rank,
        3.0 - rank / 10,
        module.line,
        f"defmodule {module.name} do",
        (Reason("text", "shares words", 1.0),),
        requirements,
        "changed",
    )


SAVING = Quantity("p95 <= 120 ms", 120.0, "ms", "<=", "p95")

PACK = SpecPack(
    slug="bed_plans",
    directory="docs/features/bed_plans",
    title="Bed Plans",
    summary=(Statement("Gardeners arrange the plants of a bed and find the same order the next day.", at(5)),),
    requirements=(
        requirement(1, "The system SHALL persist the order of plants in a bed for its plot.", 20),
        requirement(2, "Gardeners can drag to reorder plants on the bed page.", 21),
        requirement(3, "The system SHALL list the beds of a plot sorted by title.", 22),
    ),
    criteria=(
        criterion(1, "Given a saved order, when the bed is opened again, then the plants show in it.", 30, "FR-001"),
        criterion(
            2, "Given a plant list, when saving fails, then the page keeps the last stored order.", 31, "FR-001"
        ),
        criterion(3, "Given two plants, when one is dragged, then the order changes at once.", 32, "FR-002"),
        criterion(4, "Given a plot, when its beds are listed, then they are sorted by title.", 33, "FR-003"),
    ),
    nonfunctional=(
        NonFunctional("", "Performance", "Saving answers in p95 <= 120 ms.", at(40), (SAVING,)),
        NonFunctional("", "Reliability", "No order is lost on reconnect.", at(41)),
    ),
    roles=(Statement("may arrange the plants of their own plot", at(45), "Gardener"),),
    data_notes=(Statement("Add `season_plan` and `is_shared` to `beds`.", at(50)),),
    risks=(Risk("Two gardeners move plants at once", at(60), "The last write wins and the page says so."),),
    questions=(Statement("Should a shared bed show who moved a plant?", at(61)),),
)  # fmt: skip

CONTEXT = Context(
    commit_id="abc123",
    waypoints=(
        waypoint(1, BEDS, "context", "FR-001", "FR-003"),
        waypoint(2, LIVE, "live_view", "FR-002"),
        waypoint(3, BED, "schema", "FR-001"),
    ),
    notes=(),
    knowledge=Knowledge(),
    restatement=Restatement(),
    code=CodeMap(
        "garden",
        Commit("abc123"),
        files=(outline(BEDS), outline(BED), outline(LIVE), outline(APPLICATION), ROUTES, MIGRATION),
    ),
    totals={"modules": 4, "schemas": 1},
    telemetry_prefixes=("garden.beds",),
    tests={BEDS.path: ("test/garden/beds_test.exs",)},
)


def evidence(
    pack: SpecPack = PACK, context: Context = CONTEXT, template: Template | None = None, **changes: Any
) -> EvidencePack:
    """The evidence pack of the garden, with every source that the playbook rests on."""
    playbook = load_playbook()
    sources = tuple(
        Source(key, key.removeprefix("src:"), f"https://example.org/{key.removeprefix('src:')}", "catalogue")
        for key in sorted({practice.source for area in playbook for practice in area.practices})
    )
    research = changes.get("research", Research(sources=sources))
    return build_evidence(pack, context, research, template or load_template(), playbook)
