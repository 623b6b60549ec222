"""The tables of the database as the migrations leave them: columns, indexes and constraints that are still there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from torusnb.models.base import Place
from torusnb.models.codebase import Constraint, Field, Index, Migration, Step, Table

_NO_WORD = re.compile(r"\W+")
_LONGEST_NAME = 63  # Postgres cuts the names of indexes and constraints


def fold_tables(migrations: Iterable[Migration]) -> dict[str, Table]:
    """Table name to the table as all migrations together leave it, sorted by name.

    Indexes and constraints that fall with a dropped column are gone too. A table that a library's own migrations
    create is there from the first migration that adds something to it. Index names that no one gave are those that
    Ecto makes (`carts_user_id_index`).

    Args:
        migrations: Oldest first, as `CodeMap.migrations` has them.
    """
    folded = _Tables()
    for migration in migrations:
        for step in migration.steps:
            folded.apply(step, migration.path)
    return {name: draft.freeze(name) for name, draft in sorted(folded.drafts.items())}


def index_name(index: Index) -> str:
    """The name an index has in the database: the given one, or the one that Ecto makes of table and columns."""
    if index.name:
        return index.name
    columns = (_NO_WORD.sub("_", column).removesuffix("_") for column in index.columns)
    return f"{index.table}_{'_'.join(columns)}_index"[:_LONGEST_NAME]


@dataclass(slots=True)
class _Draft:
    created: Place
    columns: dict[str, Field] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    migrations: dict[str, None] = field(default_factory=dict)

    def freeze(self, name: str) -> Table:
        kept = {*self.columns, *self.indexes, *self.constraints}
        return Table(
            name=name,
            created=self.created,
            columns=tuple(self.columns.values()),
            indexes=tuple(index for _, index in sorted(self.indexes.items())),
            constraints=tuple(constraint for _, constraint in sorted(self.constraints.items())),
            origins={name: place for name, place in sorted(self.origins.items()) if name in kept},
            migrations=tuple(self.migrations),
        )


class _Tables:
    def __init__(self) -> None:
        self.drafts: dict[str, _Draft] = {}

    def apply(self, step: Step, path: str) -> None:
        """Do what a step of the migration at `path` does; a step on what is not there does nothing."""
        place = Place(path, step.line)
        if step.kind in ("drop_index", "rename_index"):
            self._on_index(step, place)
            return
        draft = self.drafts.get(step.table)
        if step.kind == "create_table":
            self._create(step, place, draft)
        elif draft is None and step.kind in ("add", "modify", "create_constraint"):
            draft = self.drafts[step.table] = _Draft(place)
        if draft is None:
            return
        draft.migrations.setdefault(path)
        if step.kind == "drop_table":
            del self.drafts[step.table]
        elif step.kind == "rename_table":
            self._rename(step)
        else:
            _change(draft, step, place)

    def _create(self, step: Step, place: Place, known: _Draft | None) -> None:
        if known is not None and step.if_needed:
            return
        draft = self.drafts[step.table] = _Draft(place, migrations={place.path: None})
        if step.column is not None:
            draft.columns[step.column.name] = step.column
            draft.origins[step.column.name] = place

    def _rename(self, step: Step) -> None:
        draft = self.drafts.pop(step.table)
        self.drafts[step.to] = draft
        draft.columns = {name: replace(column, table=step.to) for name, column in draft.columns.items()}
        draft.indexes = {name: replace(index, table=step.to) for name, index in draft.indexes.items()}
        draft.constraints = {name: replace(known, table=step.to) for name, known in draft.constraints.items()}
        for other in self.drafts.values():
            for name, column in other.columns.items():
                if column.references == step.table:
                    other.columns[name] = replace(column, references=step.to)

    def _on_index(self, step: Step, place: Place) -> None:
        """Drop or rename an index, by its name or by table and columns; by name alone it may be on any table."""
        wanted = index_name(step.index) if step.index is not None else step.name
        for name, draft in self.drafts.items():
            if step.table and step.table != name:
                continue
            index = draft.indexes.pop(wanted, None)
            if index is None and step.index is not None and not step.index.name:
                same = [key for key, known in draft.indexes.items() if known.columns == step.index.columns]
                index = draft.indexes.pop(same[0]) if len(same) == 1 else None
            if index is None:
                continue
            draft.migrations.setdefault(place.path)
            if step.kind == "rename_index":
                draft.indexes[step.to] = replace(index, name=step.to)
                draft.origins[step.to] = place


def _change(draft: _Draft, step: Step, place: Place) -> None:
    """Do what a step does inside one table."""
    if step.kind in ("add", "modify") and step.column is not None:
        _set_column(draft, step, step.column, place)
    elif step.kind == "remove":
        _remove_column(draft, step.name)
    elif step.kind == "rename_column":
        _rename_column(draft, step, place)
    elif step.kind == "create_index" and step.index is not None:
        name = index_name(step.index)
        draft.indexes[name] = replace(step.index, name=name)
        draft.origins[name] = place
    elif step.kind == "create_constraint" and step.constraint is not None:
        draft.constraints[step.name] = step.constraint
        draft.origins[step.name] = place
    elif step.kind == "drop_constraint":
        _drop_constraint(draft, step)


def _set_column(draft: _Draft, step: Step, column: Field, place: Place) -> None:
    known = draft.columns.get(column.name)
    if step.kind == "add" and known is not None and step.if_needed:
        return
    if step.kind == "modify" and known is not None:
        sets = {name: getattr(column, name) for name in step.sets}
        column = replace(known, line=column.line, **sets)
    draft.columns[column.name] = column
    draft.origins[column.name] = place


def _remove_column(draft: _Draft, name: str) -> None:
    draft.columns.pop(name, None)
    whole = re.compile(rf"\b{re.escape(name)}\b")
    for key, index in list(draft.indexes.items()):
        if any(whole.search(column) for column in (*index.columns, index.where)):
            del draft.indexes[key]
    for key, constraint in list(draft.constraints.items()):
        if whole.search(constraint.text):
            del draft.constraints[key]


def _rename_column(draft: _Draft, step: Step, place: Place) -> None:
    if step.name not in draft.columns:
        return
    draft.columns = {
        (step.to if name == step.name else name): (
            replace(column, name=step.to, line=step.line) if name == step.name else column
        )
        for name, column in draft.columns.items()
    }
    draft.origins[step.to] = place
    for key, index in draft.indexes.items():
        columns = tuple(step.to if column == step.name else column for column in index.columns)
        draft.indexes[key] = replace(index, columns=columns)


def _drop_constraint(draft: _Draft, step: Step) -> None:
    """Drop a check, a unique constraint (which is an index) or a foreign key, which Ecto names by its column."""
    draft.constraints.pop(step.name, None)
    draft.indexes.pop(step.name, None)
    column = step.name.removesuffix("_fkey").removeprefix(f"{step.table}_")
    if step.name.endswith("_fkey") and column in draft.columns:
        draft.columns[column] = replace(draft.columns[column], references="")
