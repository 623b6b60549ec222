"""The database as migrations make it: columns, indexes, constraints, tables, and the steps that lead there."""

from __future__ import annotations

from torusnb.models.base import Place, Value


class Field(Value, frozen=True):
    """A schema field, or a column of a migration; `type` as written (`:string`, `{:array, :integer}`).

    Attributes:
        table: The table a migration's column belongs to; empty for a schema's field.
        null: A column may hold NULL (`null: false` makes it False).
        default: The default as written, or empty.
        references: The table a column points to, or empty.
        virtual: A schema's field that no column stands behind.
        source: The column a schema's field is kept in, where it is named otherwise.
        foreign_key: The name a migration gives the constraint behind `references`; empty for the one by default.
    """

    name: str
    type: str
    line: int
    table: str = ""
    null: bool = True
    default: str = ""
    references: str = ""
    virtual: bool = False
    source: str = ""
    foreign_key: str = ""


class Index(Value, frozen=True):
    """An index a migration creates: table, columns as written, whether unique; `where` for a partial one."""

    table: str
    columns: tuple[str, ...]
    line: int
    unique: bool = False
    name: str = ""
    where: str = ""


class Constraint(Value, frozen=True):
    """A check or exclusion constraint of a migration; `text` is its expression as written."""

    table: str
    name: str
    kind: str
    text: str
    line: int


class Table(Value, frozen=True):
    """A table as the migrations leave it.

    Attributes:
        created: Where the migration that creates it does so (path and line).
        columns: Those that are left, in order of their making; each's line lies in the migration of `origins`.
        origins: Column or index or constraint name to the migration that gave it its present form.
        migrations: Paths of all migrations that touched it, oldest first.
        prefix: The schema of Postgres it lies in; empty for `public`, and where no migration tells one.
        folder: The folder of its migrations, one for each repo (`priv/repo/migrations`).
    """

    name: str
    created: Place
    columns: tuple[Field, ...] = ()
    indexes: tuple[Index, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    origins: dict[str, Place] = {}
    migrations: tuple[str, ...] = ()
    prefix: str = ""
    folder: str = ""


class Step(Value, frozen=True):
    """One change of a migration, in the order the migration makes them.

    Attributes:
        kind: `create_table`, `alter_table`, `drop_table`, `rename_table`, `add`, `modify`, `remove`, `rename_column`,
            `create_index`, `drop_index`, `rename_index`, `create_constraint`, `drop_constraint`.
        table: The table it changes; empty when an index is dropped by its name alone.
        name: The column, index or constraint; of an index without a name of its own it is empty.
        to: The new name, for what is renamed.
        column: What is added or modified; with `create_table` the primary key that Ecto adds by itself.
        sets: For `modify`, which of `type`, `null`, `default` and `references` it sets; the others stay.
        index, constraint: What is created; an index that is dropped by its columns is here too.
        if_needed: It does nothing when what it makes is there already.
        prefix: The schema of Postgres that the table lies in, where one is told; empty for `public`.
    """

    kind: str
    table: str
    line: int
    name: str = ""
    to: str = ""
    column: Field | None = None
    sets: tuple[str, ...] = ()
    index: Index | None = None
    constraint: Constraint | None = None
    if_needed: bool = False
    prefix: str = ""


class Migration(Value, frozen=True):
    """A migration: what it does to which tables; `removes` are the columns it takes away.

    Attributes:
        columns: Those it adds or modifies. steps: Everything it does when it is applied, in order.
    """

    version: str
    name: str
    path: str
    line: int
    creates: tuple[str, ...] = ()
    alters: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    indexes: tuple[Index, ...] = ()
    concurrent: bool = False
    removes: tuple[Field, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    steps: tuple[Step, ...] = ()
