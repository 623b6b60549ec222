"""Foreign keys that no index leads with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.context.map.tables import fold_tables
from torusnb.context.map.words import plain_words, stems
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.models.base import Place
from torusnb.models.database import Field, Table
from torusnb.models.modules import Module

_OFTEN = 2
_LOOKUPS = re.compile(r"(type|kind|role|strateg|statuse?|option|categor|policie|level)s?$|(ies)$")
_MOST_SHOWN = 4


def find_unindexed_keys(scene: Scene) -> Iterator[Finding]:
    """Foreign keys without an index of the near schemas' tables, where the request speaks of both ends."""
    tables = fold_tables(scene.code_map.migrations)
    for file in scene.files:
        for module in file.outline.modules:
            table = tables.get(module.schema.table) if module.schema is not None else None
            if table is None or not _spoken_of(scene, table.name):
                continue
            bare = [column for column in _unindexed(table) if _matters(scene, column)]
            bare = [column for column in bare if not _indexed_otherwise(scene, table, column.name)]
            used = [(column, place) for column in bare if (place := _filtered(scene, module, column.name)) is not None]
            if used:
                yield _finding(file, module, table, used)


def _unindexed(table: Table) -> list[Field]:
    leading = {index.columns[0].strip(':"') for index in table.indexes if index.columns}
    return [column for column in table.columns if column.references and column.name not in leading]


def _matters(scene: Scene, column: Field) -> bool:
    """A key to a table of some size that the request speaks of; a handful of kinds or roles needs no index."""
    return not _LOOKUPS.search(column.references) and _spoken_of(scene, column.name.removesuffix("_id"))


def _spoken_of(scene: Scene, name: str) -> bool:
    words = stems(plain_words(name))
    return bool(words) and all(scene.request.counts.get(word, 0) >= _OFTEN for word in words)


def _indexed_otherwise(scene: Scene, table: Table, column: str) -> bool:
    """Whether the column is a primary key's, or a migration makes the index in SQL, which folding does not read."""
    place = table.origins.get(column)
    lines = scene.read_source(place.path).split("\n")[place.line - 1 : place.line + 1] if place is not None else []
    if any("primary_key: true" in line for line in lines):
        return True
    made = re.compile(
        rf"create\s+(unique\s+)?index[^;]*?\bon\s+\S*{re.escape(table.name)}\b[^;(]*\(\s*\"?{re.escape(column)}", re.I
    )
    return any(made.search(scene.read_source(path)) for path in table.migrations)


def _filtered(scene: Scene, module: Module, column: str) -> Place | None:
    """The first line of a near file that speaks of the schema and compares the column in a query."""
    compared = re.compile(rf"\w\.{column}\s*(==|in\b)|==\s*\w+\.{column}\b")
    for file in scene.files:
        if not any(_speaks(other, module.name) for other in file.outline.modules):
            continue
        bodies = scene.bodies(file.path)
        for number, line in enumerate(bodies.lines if bodies is not None else (), 1):
            if column in line and compared.search(line):
                return Place(file.path, number)
    return None


def _speaks(module: Module, schema: str) -> bool:
    return schema in module.mentions or any(reference.module == schema for reference in module.references)


def _finding(file: NearFile, module: Module, table: Table, used: Sequence[tuple[Field, Place]]) -> Finding:
    bare = [column for column, _ in used]
    names = ", ".join(f"`{column.name}`" for column in bare[:_MOST_SHOWN])
    associations = module.schema.associations if module.schema is not None else ()
    line = next((entry.line for entry in associations if f"{entry.name}_id" == bare[0].name), module.line)
    origins = (table.origins.get(column.name) for column in bare[:2])
    which = "No index begins with" if len(bare) == 1 else "No index begins with any of"
    return Finding(
        file.path,
        line,
        f"{which} {names} of `{table.name}`, and queries near the feature compare it.",
        "A filter, join or cascading delete by it reads the whole table",
        (table.name, *(column.name for column in bare)),
        symbol=f"{table.name}.{bare[0].name}",
        module=module.name,
        severity="medium",
        also=(used[0][1], *(Place(place.path, place.line) for place in origins if place is not None)),
        weight=0.6,
        asked=True,
    )


RULES = (
    Rule(
        "unindexed-key",
        "A foreign key without an index",
        "data",
        "A column of a near schema's table refers to another table, and no index that is left after all migrations "
        "begins with it, although a query near the feature compares it; Postgres makes none by itself. Keys to small "
        "lookup tables, and tables that the request does not speak of, are left out.",
        "Add an index (concurrently, in a migration of its own) if the design filters, joins or deletes by the column.",
        find_unindexed_keys,
        quiet=True,
    ),
)
