"""The supervision tree: what the application starts, in order, and what its supervisors start in turn."""

from __future__ import annotations

import re

from torusnb.models.knowledge import Context
from torusnb.models.modules import Child, Module
from torusnb.pictures.svg import FAINT, LINE, Drawing, box, clip, rule, text, width_of

_MOST_ROWS, _LONGEST, _INDENT, _MARGIN = 80, 70, 22, 16
_ROW = LINE + 8
_NAMED = re.compile(r"\bname: (:?[\w.?!]+)")


def draw_supervision(context: Context) -> Drawing:
    """The tree of children from the application down, as one indented row a child; waypoints are filled.

    Children whose module is computed are shown as written.
    """
    modules = context.code.modules
    near = {waypoint.module for waypoint in context.waypoints if waypoint.module}
    rows: list[tuple[int, str, bool]] = []
    for application in context.code.of_kind("application"):
        rows.append((0, application.name, application.name in near))
        _add_children(application, modules, near, rows, (application.name,))
    if not rows:
        return Drawing("No application module was found whose children could be drawn.", 0, 0, ())
    cut = len(rows) - _MOST_ROWS
    shown = rows[:_MOST_ROWS] + ([(0, f"and {cut} more", False)] if cut > 0 else [])
    told = tuple(f"{'  ' * depth}{name}{' (a waypoint)' if marked else ''}" for depth, name, marked in shown)
    width = max(_MARGIN * 2 + depth * _INDENT + width_of(clip(name, _LONGEST)) + 16 for depth, name, _ in shown)
    title = f"The supervision tree: {len(rows)} processes; filled: waypoints of this feature"
    return Drawing(title, width, _MARGIN * 2 + _ROW * len(shown), tuple(_draw(shown)), told)


def _add_children(
    module: Module,
    modules: dict[str, Module],
    near: set[str],
    rows: list[tuple[int, str, bool]],
    above: tuple[str, ...],
) -> None:
    for child in module.children:
        rows.append((len(above), _name(child), child.module in near))
        below = modules.get(child.module)
        if below is not None and below.children and child.module not in above:
            _add_children(below, modules, near, rows, (*above, child.module))


def _name(child: Child) -> str:
    """The module, with the name it is started under, since an application starts many a `Registry`."""
    if not child.module:
        return " ".join(child.text.split())
    named = _NAMED.search(child.text)
    return f"{child.module} · {named[1]}" if named else child.module


def _draw(rows: list[tuple[int, str, bool]]) -> list[str]:
    parts = []
    last: dict[int, int] = {}  # depth -> y of the row a deeper one hangs from
    for number, (depth, name, marked) in enumerate(rows):
        words = clip(name, _LONGEST)
        x, y = _MARGIN + depth * _INDENT, _MARGIN + number * _ROW
        last[depth] = y
        if depth:
            corner = x - _INDENT + 8
            parts.append(rule(corner, last[depth - 1] + _ROW - 4, corner, y + _ROW // 2))
            parts.append(rule(corner, y + _ROW // 2, x, y + _ROW // 2))
        fill = "#fde68a" if marked else "#ffffff"
        parts.append(box(x, y + 2, width_of(words) + 12, _ROW - 4, fill=fill, hint=name))
        parts.append(text(x + 6, y + _ROW - 8, words, fill=FAINT if name.startswith("and ") else "#111827"))
    return parts
