"""Where the waypoints lie: a bar for each area of the code base, cut into its layers."""

from __future__ import annotations

from collections import Counter, defaultdict

from torusnb.models.knowledge import Context, Waypoint
from torusnb.pictures.svg import FAINT, FONT, LINE, Drawing, box, clip, colour_of, text, width_of

_UNIT, _ROW, _MARGIN, _MOST_AREAS, _LONGEST = 22, 24, 16, 20, 40


def draw_whereabouts(context: Context) -> Drawing:
    """Areas (the first two parts of the modules' names) against layers; the longest bar first, ties by name."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for waypoint in context.waypoints:
        counted[_area(waypoint)][waypoint.layer] += 1
    if not counted:
        return Drawing("There are no waypoints to count.", 0, 0, ())
    areas = sorted(counted, key=lambda area: (-counted[area].total(), area))[:_MOST_AREAS]
    layers = sorted({layer for area in areas for layer in counted[area]})
    left = _MARGIN * 2 + max(width_of(clip(area, _LONGEST)) for area in areas)
    parts, x = [], _MARGIN
    for layer in layers:  # the legend
        name = layer.replace("_", " ")
        parts += [box(x, _MARGIN, 12, 12, fill=colour_of(layer)), text(x + 17, _MARGIN + 11, name, fill=FAINT)]
        x += 17 + width_of(name) + 14
    y = _MARGIN + LINE + 12
    for area in areas:
        parts += _bar(area, counted[area], layers, left, y)
        y += _ROW
    width = max(x, left + _UNIT * max(counted[area].total() for area in areas) + 40) + _MARGIN
    told = tuple(
        f"{area}: " + ", ".join(f"{counted[area][n]} {n.replace('_', ' ')}" for n in layers if counted[area][n])
        for area in areas
    )
    title = f"Where the {len(context.waypoints)} waypoints lie: areas against layers"
    return Drawing(title, width, y + _MARGIN, tuple(parts), told)


def _bar(area: str, counts: Counter[str], layers: list[str], left: int, y: int) -> list[str]:
    parts, x = [text(_MARGIN, y + FONT + 1, clip(area, _LONGEST))], left
    for layer in layers:
        if counts[layer]:
            width = _UNIT * counts[layer]
            hint = f"{area}: {counts[layer]} {layer.replace('_', ' ')}"
            parts.append(box(x, y, width, _ROW - 6, fill=colour_of(layer), hint=hint))
            x += width
    return [*parts, text(x + 6, y + FONT + 1, str(counts.total()), fill=FAINT)]


def _area(waypoint: Waypoint) -> str:
    if waypoint.module:
        return ".".join(waypoint.module.split(".")[:2])
    return waypoint.path.rpartition("/")[0] or waypoint.path
