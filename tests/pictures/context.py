"""A context of an invented garden, small enough to know what its pictures must say."""

from __future__ import annotations

from torusnb.models.codebase import CodeMap, Commit, FileOutline, Route
from torusnb.models.database import Field
from torusnb.models.knowledge import Context, Knowledge, Restatement, Waypoint
from torusnb.models.modules import Association, Call, Child, Module, Schema

BED = Module(
    "Garden.Beds.Bed",
    "lib/garden/beds/bed.ex",
    1,
    20,
    ("schema",),
    schema=Schema(
        "beds",
        3,
        (Field("width", ":integer", 4), Field("inserted_at", ":utc_datetime", 5)),
        (Association("belongs_to", "plot", "Garden.Plot", 6),),
    ),
)
PLOT = Module("Garden.Plot", "lib/garden/plot.ex", 1, 9, ("schema",), schema=Schema("plots", 2))
BEDS = Module("Garden.Beds", "lib/garden/beds.ex", 1, 30, calls=(Call("Garden.Beds.Bed", "changeset", 2, 8),))
PAGE = Module(
    "GardenWeb.BedsLive",
    "lib/garden_web/beds_live.ex",
    1,
    30,
    ("live_view",),
    calls=(Call("Garden.Beds", "list", 0, 5),),
)
APP = Module(
    "Garden.Application",
    "lib/garden/application.ex",
    1,
    20,
    ("application",),
    children=(
        Child("Garden.Repo", "Garden.Repo", 5),
        Child("Registry", "{Registry, keys: :unique, name: Garden.Names}", 6),
        Child("Garden.Waterer", "Garden.Waterer", 7),
    ),
)
WATERER = Module(
    "Garden.Waterer",
    "lib/garden/waterer.ex",
    1,
    9,
    ("supervisor",),
    children=(Child("Garden.Tap", "Garden.Tap", 4), Child("Garden.Waterer", "Garden.Waterer", 5)),
)


def _file(module: Module, *routes: Route) -> FileOutline:
    return FileOutline(module.path, "0" * 64, 30, (module,), routes)


def _waypoint(rank: int, module: Module, layer: str, likely: str = "known") -> Waypoint:
    return Waypoint(f"code:{module.path}:1", module.path, module.name, layer, rank, 1.0, 1, "quote", likely=likely)


def garden() -> Context:
    """Three waypoints (a page, a context, a schema that belongs to one that is no waypoint) and a supervision tree."""
    route = Route("LIVE", "/beds/<new>", PAGE.name, "index", PAGE.path, 3)
    files = (_file(BED), _file(PLOT), _file(BEDS), _file(PAGE, route), _file(APP), _file(WATERER))
    return Context(
        commit_id="c",
        waypoints=(
            _waypoint(1, BEDS, "context", "changed"),
            _waypoint(2, PAGE, "live_view", "changed"),
            _waypoint(3, BED, "schema"),
            Waypoint("code:lib/garden/tap.ex:1", "lib/garden/tap.ex", "Garden.Tap", "process", 4, 0.5, 1, "quote"),
        ),
        notes=(),
        knowledge=Knowledge(),
        restatement=Restatement(),
        code=CodeMap("garden", Commit("c"), tuple(sorted(files, key=lambda file: file.path))),
    )
