"""Which section names which requirement: a heat map of ids against sections, with a column for tests."""

from __future__ import annotations

from torusnb.models.review import TraceColumn, TraceMatrix, TraceRow
from torusnb.pictures.svg import FAINT, FONT, Drawing, box, clip, text, width_of

_ROW, _CELL, _MARGIN, _LONGEST = 20, 34, 16, 14
_TESTS = "tests"
_STATES = {"missing": "missing", "range": "only in a range"}
# From light to dark as a section names an id more often; the dark text on each has a contrast of at least 4.5:1.
_HEAT = ("#ffffff", "#dbeafe", "#93c5fd", "#60a5fa")
_ALARM, _DOUBT = "#fecaca", "#fde68a"
_LEGEND = (
    (_HEAT[1], "named once"),
    (_HEAT[2], "2 or 3 times"),
    (_HEAT[3], "more often"),
    (_DOUBT, "only in a range, or without a test"),
    (_ALARM, "missing"),
)


def draw_coverage(matrix: TraceMatrix) -> Drawing:
    """Ids as rows, sections as columns, the number of lines that name an id in each cell.

    The numbers stand in the cells, so that nothing is told by colour alone; `told` has a line for each id.
    """
    if not matrix.rows:
        return Drawing("The spec pack gives no ids to look for.", 0, 0, ())
    columns = [column for column in matrix.columns if any(column.key in row.places for row in matrix.rows)]
    left = 2 * _MARGIN + max(width_of(row.id) for row in matrix.rows)
    places = _places(columns, left)
    tests = places[-1][1] + places[-1][2] if places else left
    top = _MARGIN + 2 * FONT + _ROW
    parts = [*_legend(), *_headings(places, tests, top)]
    for number, row in enumerate(matrix.rows):
        parts += _row(row, places, tests, top + number * _ROW)
    named = sum(row.state == "named" for row in matrix.rows)
    title = f"Where the {len(matrix.rows)} ids of the pack are addressed: {named} named in {len(columns)} sections"
    width = max(tests + _width(_TESTS) + max(map(width_of, _STATES.values())), _legend_width()) + _MARGIN
    told = tuple(_told(row, columns) for row in matrix.rows)
    return Drawing(title, width, top + len(matrix.rows) * _ROW + _MARGIN, tuple(parts), told)


def _places(columns: list[TraceColumn], left: int) -> list[tuple[TraceColumn, int, int]]:
    """Each column with its left edge and its width."""
    found, x = [], left
    for column in columns:
        found.append((column, x, _width(_name(column))))
        x += found[-1][2]
    return found


def _name(column: TraceColumn) -> str:
    return clip(column.key or "preamble", _LONGEST)


def _width(name: str) -> int:
    return max(_CELL, width_of(name) + 8)


def _headings(places: list[tuple[TraceColumn, int, int]], tests: int, top: int) -> list[str]:
    parts = [text(x + 4, top - 6, _name(column), fill=FAINT, bold=True) for column, x, _ in places]
    return [*parts, text(tests + 4, top - 6, _TESTS, fill=FAINT, bold=True)]


def _row(row: TraceRow, places: list[tuple[TraceColumn, int, int]], tests: int, y: int) -> list[str]:
    parts = [text(_MARGIN, y + FONT + 2, row.id, bold=row.kind == "requirement")]
    for column, x, width in places:
        count = len(row.places.get(column.key, ()))
        fill = {"missing": _ALARM, "range": _DOUBT}.get(row.state, _HEAT[0]) if not count else _heat(count)
        hint = f"{row.id} in {column.key} {column.title}: {_lines(row.places.get(column.key, ()))}" if count else ""
        parts.append(box(x + 1, y + 1, width - 2, _ROW - 2, fill=fill, hint=hint))
        if count:
            parts.append(text(x + 8, y + FONT + 3, str(count)))
    fill = _heat(len(row.tests)) if row.tests else _DOUBT if row.kind == "criterion" else _HEAT[0]
    parts.append(box(tests + 1, y + 1, _width(_TESTS) - 2, _ROW - 2, fill=fill, hint=f"{row.id}: {_on_tests(row)}"))
    if row.tests or row.kind == "criterion":
        parts.append(text(tests + 8, y + FONT + 3, str(len(row.tests))))
    if row.state != "named":
        parts.append(text(tests + _width(_TESTS) + 6, y + FONT + 3, _STATES[row.state]))
    return parts


def _heat(count: int) -> str:
    return _HEAT[1] if count == 1 else _HEAT[2] if count <= 3 else _HEAT[3]


def _legend() -> list[str]:
    parts, x = [], _MARGIN
    for fill, words in _LEGEND:
        parts += [box(x, _MARGIN, 12, 12, fill=fill), text(x + 17, _MARGIN + 11, words, fill=FAINT)]
        x += 17 + width_of(words) + 14
    return parts


def _legend_width() -> int:
    return _MARGIN + sum(17 + width_of(words) + 14 for _, words in _LEGEND)


def _told(row: TraceRow, columns: list[TraceColumn]) -> str:
    if row.state == "missing":
        return f"{row.id}: missing"
    if row.state == "range":
        return f"{row.id}: only in a range, {_lines(row.ranges)}"
    where = [
        f"{column.key or 'preamble'} ({len(row.places[column.key])})" for column in columns if column.key in row.places
    ]
    return f"{row.id}: {', '.join(where)}; {_on_tests(row)}"


def _on_tests(row: TraceRow) -> str:
    return f"tests: {_lines(row.tests)}" if row.tests else "no test names it"


def _lines(numbers: tuple[int, ...]) -> str:
    return f"line{'' if len(numbers) == 1 else 's'} {', '.join(map(str, numbers))}"
