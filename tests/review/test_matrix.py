from __future__ import annotations

from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import TraceMatrix
from torusnb.review.matrix import trace_matrix
from torusnb.review.reading import Reading

TEXT = """# T

Before all: FR-001.

## 2. Requirements

- FR-001, AC-001
- AC-001 again

## 4. Proposed Design

### 4.1 Component Roles

FR-001 and AC-002.

### Notes

AC-002.

## Decision Log

AC-002 and FR-088.

## Testing

AC-001; AC-001 through AC-003.
"""


def matrix(template: Template, pack: SpecPack) -> TraceMatrix:
    return trace_matrix(Reading(path="fdd.md", text=TEXT, template=template), pack)


def test_columns_are_the_parts_of_the_document_that_name_an_id(template: Template, pack: SpecPack) -> None:
    assert [(column.key, column.title, column.line) for column in matrix(template, pack).columns] == [
        ("", "", 0),
        ("2", "Requirements", 5),
        ("4", "Proposed Design", 10),
        ("4.1", "Component Roles", 12),
        ("Decision Log", "Decision Log", 20),
        ("Testing", "Testing", 24),
    ]


def test_rows_give_the_lines_of_each_id_by_column(template: Template, pack: SpecPack) -> None:
    rows = {row.id: row for row in matrix(template, pack).rows}
    assert list(rows) == ["FR-001", "FR-002", "AC-001", "AC-002", "AC-003", "AC-003b"]
    assert rows["FR-001"].places == {"": (3,), "2": (7,), "4.1": (14,)}
    assert rows["AC-001"].places == {"2": (7, 8), "Testing": (26,)}
    assert [row.kind for row in rows.values()] == ["requirement"] * 2 + ["criterion"] * 4


def test_a_row_says_how_the_id_is_there_and_which_lines_test_it(template: Template, pack: SpecPack) -> None:
    rows = {row.id: row for row in matrix(template, pack).rows}
    assert {name: row.state for name, row in rows.items()} == {
        "FR-001": "named",
        "FR-002": "missing",
        "AC-001": "named",
        "AC-002": "named",
        "AC-003": "named",
        "AC-003b": "range",
    }
    assert (rows["AC-003b"].ranges, rows["AC-003b"].tests, rows["FR-001"].tests) == ((26,), (26,), ())


def test_ids_the_pack_does_not_have_stand_apart(template: Template, pack: SpecPack) -> None:
    assert matrix(template, pack).unknown == {"FR-088": (22,)}


def test_a_pack_without_ids_of_its_own_gives_no_rows(template: Template) -> None:
    empty = SpecPack(slug="s", directory="d", title="t")
    assert trace_matrix(Reading(path="fdd.md", text=TEXT, template=template), empty) == TraceMatrix("fdd.md")
