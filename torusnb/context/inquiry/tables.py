"""A table as the migrations leave it, as rows that quote the line which gave each part its present form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torusnb.context.inquiry.answers import Answer
from torusnb.context.inquiry.sources import Sources
from torusnb.context.map.tables import index_name
from torusnb.models.base import Place
from torusnb.models.database import Constraint, Field, Index, Table
from torusnb.models.modules import Module


def table_rows(tables: Iterable[Table], schemas: tuple[Module, ...], sources: Sources) -> tuple[Answer, ...]:
    """Columns, indexes and constraints that are left, the schemas that map the table, and where it was made."""
    rows = []
    for schema in schemas:
        if schema.schema is not None:
            place = Place(schema.path, schema.schema.line)
            rows.append(Answer(schema.name, place, sources.quote(place), "schema", "schema"))
    for table in tables:
        rows.append(_row(table.name, table.created, "table", sources))
        rows += [_row(name, place, relation, sources) for name, place, relation in _parts(table)]
    return tuple(rows)


def _parts(table: Table) -> Iterator[tuple[str, Place, str]]:
    for column in table.columns:
        yield column.name, table.origins.get(column.name, table.created), _column(column)
    for index in table.indexes:
        name = index_name(index)
        yield name, table.origins.get(name, table.created), _index(index)
    for constraint in table.constraints:
        yield constraint.name, table.origins.get(constraint.name, table.created), _constraint(constraint)


def _column(column: Field) -> str:
    parts = [f"column {column.type}"]
    if not column.null:
        parts.append("not null")
    if column.default:
        parts.append(f"default {column.default}")
    if column.references and not column.type.startswith("references("):
        parts.append(f"references {column.references}")
    return ", ".join(parts)


def _index(index: Index) -> str:
    only = f" where {index.where}" if index.where else ""
    return f"{'unique index' if index.unique else 'index'} on {', '.join(index.columns)}{only}"


def _constraint(constraint: Constraint) -> str:
    return f"{constraint.kind} constraint: {constraint.text}" if constraint.text else f"{constraint.kind} constraint"


def _row(name: str, place: Place, relation: str, sources: Sources) -> Answer:
    return Answer(name, place, sources.quote(place), relation, "migration")
