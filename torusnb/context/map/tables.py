"""The tables of the database as the migrations leave them: columns, indexes and constraints that are still there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from torusnb.models.base import Place
from torusnb.models.database import Constraint, Field, Index, Migration, Step, Table

_NO_WORD = re.compile(r"\W+")
_LONGEST_NAME = 63  # Postgres cuts the names of indexes and constraints
_FOLDER = re.compile(r"(?:.*/)?priv/[^/]+/migrations(?=/)")
_KEY_TYPE = re.compile(r"\btype:\s*(:?\w+)")


def fold_tables(migrations: Iterable[Migration]) -> dict[str, Table]:
    """Table name to the table as all migrations together leave it, sorted by name.

    Each folder of migrations is a database of its own, and each prefix a schema in it. The key is the plain name where
    no other table has it; else it begins with the prefix (`audit.carts`), and with the folder if the folders differ
    (`priv/repo/migrations:carts`). `Table.name` is always plain.

    Indexes and constraints that fall with a dropped column are gone too. A table that a library's own migrations
    create is there from the first migration that adds something to it. Names that no one gave are those that Ecto makes
    when it makes the index or foreign key (`carts_user_id_index`); a later renaming of table or column leaves them.

    Args:
        migrations: Oldest first, as `CodeMap.migrations` has them.
    """
    folded = _Tables()
    for migration in migrations:
        for step in migration.steps:
            folded.apply(step, migration.path)
    labels = _labels(folded.drafts)
    return {label: folded.drafts[key].freeze(key) for label, key in sorted(labels.items())}


def tables_named(tables: Mapping[str, Table], name: str) -> tuple[Table, ...]:
    """The folded tables that a name can mean: that of the key, and every one of that plain name, in order of keys."""
    return tuple(table for key, table in tables.items() if name in (key, table.name))


def index_name(index: Index) -> str:
    """The name an index has in the database: the given one, or the one that Ecto makes of table and columns."""
    if index.name:
        return index.name
    columns = (_NO_WORD.sub("_", column).removesuffix("_") for column in index.columns)
    return f"{index.table}_{'_'.join(columns)}_index"[:_LONGEST_NAME]


class _Key(NamedTuple):
    folder: str
    prefix: str
    name: str


def _labels(keys: Collection[_Key]) -> dict[str, _Key]:
    """What to call each table: no more than tells it from the others of its name."""
    folders: dict[str, set[str]] = {}
    named: dict[str, int] = {}
    for key in keys:
        folders.setdefault(key.name, set()).add(key.folder)
        named[key.name] = named.get(key.name, 0) + 1
    labels = {}
    for key in keys:
        prefix = f"{key.prefix}." if key.prefix and named[key.name] > 1 else ""
        folder = f"{key.folder}:" if len(folders[key.name]) > 1 else ""
        labels[f"{folder}{prefix}{key.name}"] = key
    return labels


@dataclass(slots=True)
class _Draft:
    created: Place
    columns: dict[str, Field] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    origins: dict[str, Place] = field(default_factory=dict)
    migrations: dict[str, None] = field(default_factory=dict)

    def freeze(self, key: _Key) -> Table:
        kept = {*self.columns, *self.indexes, *self.constraints}
        return Table(
            name=key.name,
            created=self.created,
            columns=tuple(self.columns.values()),
            indexes=tuple(index for _, index in sorted(self.indexes.items())),
            constraints=tuple(constraint for _, constraint in sorted(self.constraints.items())),
            origins={name: place for name, place in sorted(self.origins.items()) if name in kept},
            migrations=tuple(self.migrations),
            prefix=key.prefix,
            folder=key.folder,
        )


class _Tables:
    def __init__(self) -> None:
        self.drafts: dict[_Key, _Draft] = {}

    def apply(self, step: Step, path: str) -> None:
        """Do what a step of the migration at `path` does; a step on what is not there does nothing."""
        place, folder = Place(path, step.line), _folder(path)
        if step.kind in ("drop_index", "rename_index"):
            self._on_index(step, place, folder)
            return
        key = self._meant(step, folder)
        draft = self.drafts.get(key)
        if step.kind == "create_table":
            self._create(step, place, key)
        elif draft is None and step.kind in ("add", "modify", "create_constraint"):
            draft = self.drafts[key] = _Draft(place)
        if draft is None:
            return
        draft.migrations.setdefault(path)
        if step.kind == "drop_table":
            del self.drafts[key]
        elif step.kind == "rename_table":
            self._rename(key, step.to)
        else:
            _change(draft, step, place)

    def _meant(self, step: Step, folder: str) -> _Key:
        """The table a step speaks of; without a prefix also the only one of that name, as the search path finds it."""
        key = _Key(folder, step.prefix, step.table)
        if key in self.drafts or step.prefix or step.kind == "create_table":
            return key
        same = [known for known in self.drafts if (known.folder, known.name) == (folder, step.table)]
        return same[0] if len(same) == 1 else key

    def _create(self, step: Step, place: Place, key: _Key) -> None:
        if key in self.drafts and step.if_needed:
            return
        draft = self.drafts[key] = _Draft(place, migrations={place.path: None})
        if step.column is not None:
            draft.columns[step.column.name] = step.column
            draft.origins[step.column.name] = place

    def _rename(self, key: _Key, to: str) -> None:
        draft = self.drafts.pop(key)
        sole = all((known.folder, known.name) != (key.folder, key.name) for known in self.drafts)
        self.drafts[key._replace(name=to)] = draft
        draft.columns = {name: replace(column, table=to) for name, column in draft.columns.items()}
        draft.indexes = {name: replace(index, table=to) for name, index in draft.indexes.items()}
        draft.constraints = {name: replace(known, table=to) for name, known in draft.constraints.items()}
        for known, other in self.drafts.items():
            if known.folder != key.folder or not (sole or known.prefix == key.prefix):
                continue
            for name, column in other.columns.items():
                if column.references == key.name:
                    other.columns[name] = replace(column, references=to)

    def _on_index(self, step: Step, place: Place, folder: str) -> None:
        """Drop or rename an index: by its name, on whatever table it is by now, else by table and columns."""
        wanted = index_name(step.index) if step.index is not None else step.name[:_LONGEST_NAME]
        homes = [key for key in self.drafts if key.folder == folder and step.prefix in ("", key.prefix)]
        homes.sort(key=lambda key: (key.prefix != step.prefix, key.name != step.table))
        found = next(((self.drafts[key], wanted) for key in homes if wanted in self.drafts[key].indexes), None)
        if found is None and step.index is not None and not step.index.name:
            same = [
                (self.drafts[key], name)
                for key in homes
                if key.name == step.table
                for name, known in self.drafts[key].indexes.items()
                if known.columns == step.index.columns
            ]
            found = same[0] if len(same) == 1 else None
        if found is None:
            return
        draft, name = found
        index = draft.indexes.pop(name)
        draft.migrations.setdefault(place.path)
        if step.kind == "rename_index":
            draft.indexes[step.to] = replace(index, name=step.to)
            draft.origins[step.to] = place


def _folder(path: str) -> str:
    """The folder of migrations that a path lies in; folders inside it belong to it."""
    found = _FOLDER.match(path)
    return found[0] if found else path.rpartition("/")[0]


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
    if column.references:
        given = column.foreign_key or f"{step.table}_{column.name}_fkey"
        column = replace(column, foreign_key=given[:_LONGEST_NAME])
    if step.kind == "modify" and known is not None:
        told = {*step.sets, "foreign_key"} if "references" in step.sets else set(step.sets)
        column = replace(known, line=column.line, **{name: getattr(column, name) for name in sorted(told)})
    draft.columns[column.name] = column
    draft.origins[column.name] = place


def _word(name: str) -> re.Pattern[str]:
    """A column's name in SQL, or a text in quotes, which names nothing; a function or a type is no column."""
    return re.compile(rf"'[^']*'|(?<![\w$])(?<!::){re.escape(name)}(?![\w$]|\s*\()")


def _speaks_of(text: str, word: re.Pattern[str]) -> bool:
    return any(found[0][0] != "'" for found in word.finditer(text))


def _remove_column(draft: _Draft, name: str) -> None:
    draft.columns.pop(name, None)
    word = _word(name)
    for key, index in list(draft.indexes.items()):
        if any(_speaks_of(text, word) for text in (*index.columns, index.where)):
            del draft.indexes[key]
    for key, constraint in list(draft.constraints.items()):
        if _speaks_of(constraint.text, word):
            del draft.constraints[key]


def _rename_column(draft: _Draft, step: Step, place: Place) -> None:
    """Rename a column where it stands and in every expression that speaks of it, as Postgres does."""
    if step.name not in draft.columns:
        return
    draft.columns = {
        (step.to if name == step.name else name): (
            replace(column, name=step.to, line=step.line) if name == step.name else column
        )
        for name, column in draft.columns.items()
    }
    draft.origins[step.to] = place
    word = _word(step.name)

    def renamed(text: str) -> str:
        return word.sub(lambda found: found[0] if found[0][0] == "'" else step.to, text)

    for key, index in draft.indexes.items():
        columns = tuple(renamed(column) for column in index.columns)
        draft.indexes[key] = replace(index, columns=columns, where=renamed(index.where))
    for key, constraint in draft.constraints.items():
        draft.constraints[key] = replace(constraint, text=renamed(constraint.text))


def _drop_constraint(draft: _Draft, step: Step) -> None:
    """Drop a check, a unique constraint (which is an index) or a foreign key, whose column stays."""
    name = step.name[:_LONGEST_NAME]
    draft.constraints.pop(step.name, None)
    draft.indexes.pop(name, None)
    for key, column in draft.columns.items():
        if column.references and column.foreign_key == name:
            draft.columns[key] = replace(column, type=_type_of_key(column.type), references="", foreign_key="")


def _type_of_key(written: str) -> str:
    """The type of a column that refers to nothing any more; `bigint` is what Ecto gives it if no other is told."""
    if not written.startswith("references("):
        return written
    told = _KEY_TYPE.search(written)
    return told[1] if told else ":bigint"
