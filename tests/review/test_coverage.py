"""The matrix of ids and sections, as a table."""

from __future__ import annotations

from torusnb.models.review import TraceColumn, TraceMatrix, TraceRow
from torusnb.review.coverage import render_matrix

MATRIX = TraceMatrix(
    "fdd.md",
    (TraceColumn("2", "Requirements", 5), TraceColumn("Night | Watch", "Night | Watch", 9)),
    (
        TraceRow("FR-001", "requirement", {"2": (6,), "Night | Watch": (10, 11)}, (11,)),
        TraceRow("AC-001", "criterion", ranges=(7,)),
        TraceRow("AC-002", "criterion"),
    ),
    {"AC-009": (12, 14)},
)


def test_a_row_an_id_and_a_column_a_section_with_lines_in_the_cells() -> None:
    assert render_matrix(MATRIX).splitlines() == [
        "| Id | 2 | Night \\| Watch | Tests |",
        "|---|---|---|---|",
        "| FR-001 | 6 | 10, 11 | 11 |",
        "| **AC-001** only in a range |  |  |  |",
        "| **AC-002** missing |  |  |  |",
        "",
        "Not in the pack: AC-009 (12, 14).",
    ]
