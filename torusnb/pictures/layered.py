"""Boxes in columns with arrows between them: a layered layout that crosses few lines.

The order inside a column follows the mean position of a box's neighbours (the barycentre heuristic of Sugiyama,
Tagawa and Toda, 1981), swept to and fro a fixed number of times, so the same boxes always lie the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from torusnb.models.base import Value
from torusnb.pictures.svg import FAINT, FONT, LINE, box, curve, text, width_of

_SWEEPS = 8
_GAP, _BETWEEN, _MARGIN, _PAD = 12, 90, 16, 8
_SMALL = 10


class Box(Value, frozen=True):
    """A box: the first line is its name, the others are set small.

    Attributes:
        key: What edges name it by. column: 0 is the leftmost.
        dashed: Its border is dashed. hint: The whole name.
    """

    key: str
    column: int
    lines: tuple[str, ...]
    fill: str
    dashed: bool = False
    hint: str = ""

    @property
    def width(self) -> int:
        """In pixels."""
        name, *small = self.lines
        return max([width_of(name, bold=True), *(width_of(line, _SMALL) for line in small)]) + 2 * _PAD

    @property
    def height(self) -> int:
        """In pixels."""
        return LINE * len(self.lines) + _PAD


class Layout(Value, frozen=True):
    """Where everything lies, as SVG elements, and how much room it takes."""

    parts: tuple[str, ...]
    width: int
    height: int


def order_columns(boxes: Sequence[Box], edges: Iterable[tuple[str, str]]) -> dict[int, list[Box]]:
    """Column to its boxes from top to bottom; the given order holds where neighbours do not tell."""
    columns: dict[int, list[Box]] = defaultdict(list)
    for item in boxes:
        columns[item.column].append(item)
    near: dict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        near[start].append(end)
        near[end].append(start)
    numbers = sorted(columns)
    for sweep in range(_SWEEPS):
        for number in numbers if sweep % 2 == 0 else reversed(numbers):
            place = {b.key: i / max(len(column) - 1, 1) for column in columns.values() for i, b in enumerate(column)}

            def mean(item: Box, place: dict[str, float] = place) -> float:
                beside = [place[key] for key in near[item.key] if key in place]
                return sum(beside) / len(beside) if beside else place[item.key]

            columns[number].sort(key=mean)
    return dict(sorted(columns.items()))


def lay_out(
    boxes: Sequence[Box], edges: Sequence[tuple[str, str]], headings: dict[int, str] | None = None, top: int = 0
) -> Layout:
    """The boxes in their columns, centred, with an arrow for each edge between two of them; `top` pixels stay free."""
    columns = order_columns(boxes, edges)
    tallest = max((_height(column) for column in columns.values()), default=0)
    first = top + _MARGIN + (LINE + _GAP if headings else 0)
    parts: list[str] = []
    at: dict[str, tuple[int, int, Box]] = {}
    x = _MARGIN
    for number, column in columns.items():
        title = (headings or {}).get(number, "")
        width = max([item.width for item in column] + [width_of(title, bold=True)])
        if title:
            parts.append(text(x, top + _MARGIN + FONT, title, fill=FAINT, bold=True))
        y = first + (tallest - _height(column)) // 2
        for item in column:
            at[item.key] = (x, y, item)
            y += item.height + _GAP
        x += width + _BETWEEN
    lines = [_arrow(at[start], at[end]) for start, end in edges if start in at and end in at and start != end]
    drawn = [part for x0, y0, item in at.values() for part in _draw(x0, y0, item)]
    return Layout((*parts, *lines, *drawn), x - _BETWEEN + _MARGIN + _BETWEEN // 2, first + tallest + _MARGIN)


def _height(column: Sequence[Box]) -> int:
    return sum(item.height for item in column) + _GAP * max(len(column) - 1, 0)


def _draw(x: int, y: int, item: Box) -> list[str]:
    parts = [box(x, y, item.width, item.height, fill=item.fill, dashed=item.dashed, hint=item.hint)]
    for number, line in enumerate(item.lines):
        base = y + _PAD // 2 + FONT + number * LINE
        parts.append(text(x + _PAD, base, line, size=_SMALL if number else FONT, bold=not number))
    return parts


def _arrow(start: tuple[int, int, Box], end: tuple[int, int, Box]) -> str:
    (x1, y1, from_box), (x2, y2, to_box) = start, end
    middle1, middle2 = y1 + from_box.height // 2, y2 + to_box.height // 2
    right1, right2 = x1 + from_box.width, x2 + to_box.width
    if x1 == x2:  # within a column the arrow bulges to the right
        bulge = max(right1, right2) + _BETWEEN // 3
        return curve(((right1, middle1), (bulge, middle1), (bulge, middle2), (right2, middle2)))
    if x1 < x2:
        half = (right1 + x2) // 2
        return curve(((right1, middle1), (half, middle1), (half, middle2), (x2, middle2)))
    half = (x1 + right2) // 2
    return curve(((x1, middle1), (half, middle1), (half, middle2), (right2, middle2)))
