"""The matrix of ids and sections as a Markdown table."""

from __future__ import annotations

from torusnb.models.review import TraceMatrix, TraceRow


def render_matrix(matrix: TraceMatrix) -> str:
    """A row for each id of the pack, a column for each section that names one, the lines in the cells.

    The last column has the lines that name the id together with a test. Ids the pack does not have follow below.
    """
    names = [_cell(column.key or "preamble") for column in matrix.columns]
    lines = [
        f"| {' | '.join(('Id', *names, 'Tests'))} |",
        f"|{'---|' * (len(names) + 2)}",
        *(f"| {' | '.join(_row(row, matrix))} |" for row in matrix.rows),
    ]
    if matrix.unknown:
        told = (f"{name} ({_numbers(found)})" for name, found in matrix.unknown.items())
        lines += ["", f"Not in the pack: {', '.join(told)}."]
    return "\n".join(lines) + "\n"


def _row(row: TraceRow, matrix: TraceMatrix) -> tuple[str, ...]:
    name = {"missing": f"**{row.id}** missing", "range": f"**{row.id}** only in a range"}.get(row.state, row.id)
    cells = (_numbers(row.places.get(column.key, ())) for column in matrix.columns)
    return (name, *cells, _numbers(row.tests))


def _numbers(lines: tuple[int, ...]) -> str:
    return ", ".join(map(str, lines))


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
