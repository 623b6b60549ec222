"""The neighbourhood of the waypoints: who uses whom, from the pages on the left to the schemas on the right."""

from __future__ import annotations

from torusnb.context.graph import FileGraph
from torusnb.models.knowledge import Context, Waypoint
from torusnb.pictures.layered import Box, lay_out
from torusnb.pictures.svg import Drawing, clip, colour_of

_MOST = 24
_LONGEST = 34
_HEADINGS = {0: "Pages and endpoints", 1: "Components", 2: "Jobs, processes, caches", 3: "Contexts", 4: "Schemas"}
_COLUMNS = {
    "live_view": 0,
    "controller": 0,
    "component": 1,
    "worker": 2,
    "process": 2,
    "cache": 2,
    "context": 3,
    "other": 3,
    "schema": 4,
}


def draw_neighbourhood(context: Context, most: int = _MOST) -> Drawing:
    """The best `most` waypoints that hold code, with an arrow from each to those it uses.

    A dashed border is a place that is likely only to be known; a solid one is likely to be changed.
    """
    shown = [w for w in context.waypoints if w.layer in _COLUMNS and w.module][:most]
    if not shown:
        return Drawing("No waypoint holds code that could be drawn.", 0, 0, ())
    names = _short_names([waypoint.module for waypoint in shown])
    routes = {route.module: route.path for route in reversed(context.code.routes)}
    boxes = [_box(waypoint, names[waypoint.module], routes.get(waypoint.module, "")) for waypoint in shown]
    uses = FileGraph(context.code).uses
    paths = {waypoint.path for waypoint in shown}
    edges = [(w.path, target) for w in shown for target in uses.get(w.path, ()) if target in paths]
    layout = lay_out(boxes, edges, {column: _HEADINGS[column] for column in {box.column for box in boxes}})
    title = f"The neighbourhood of the {len(shown)} best waypoints; solid: likely to change, dashed: to know"
    by_path = {waypoint.path: waypoint for waypoint in shown}
    told = tuple(
        _tell(waypoint, [by_path[end].module for start, end in edges if start == path])
        for path, waypoint in by_path.items()
    )
    return Drawing(title, layout.width, layout.height, layout.parts, told)


def _box(waypoint: Waypoint, name: str, route: str) -> Box:
    lines = [clip(name, _LONGEST), f"{waypoint.rank} · {waypoint.layer.replace('_', ' ')}"]
    if route:
        lines.append(clip(route, _LONGEST + 6))
    return Box(
        waypoint.path,
        _COLUMNS[waypoint.layer],
        tuple(lines),
        colour_of(waypoint.layer),
        dashed=waypoint.likely != "changed",
        hint=f"{waypoint.module} · {waypoint.path}:{waypoint.line}",
    )


def _short_names(modules: list[str]) -> dict[str, str]:
    """Each module by its last part, or by as many parts as tell it from the others."""
    found = {}
    for module in modules:
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            tail = ".".join(parts[-length:])
            if sum(f".{other}".endswith(f".{tail}") for other in modules) == 1:
                break
        found[module] = tail
    return found


def _tell(waypoint: Waypoint, used: list[str]) -> str:
    uses = f" uses {', '.join(used)}" if used else " uses none of the others"
    return f"{waypoint.rank}. {waypoint.module} ({waypoint.layer.replace('_', ' ')}, {waypoint.likely}){uses}"
