"""Inserts into a table with a unique index that no changeset waits for: the second one raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.map.tables import fold_tables, index_name, tables_named
from torusnb.context.map.words import plain_words, stems
from torusnb.context.traps.origins import walk
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FileBodies, FunctionBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import ALIAS, ATOM, BINARY, IDENTIFIER, LIST, operator_of
from torusnb.models.base import Place
from torusnb.models.database import Index, Table
from torusnb.models.modules import Module

_MADE = re.compile(r"(^|_)(id|guid|uuid|slug|token|hash|code|key|nonce|value|secret)$")
"""Columns that hold what the application makes up for each row, so that two rows do not meet by what people do."""
_MAKES = (
    r"\b(?:(?:creat|generat|duplicat|materiali[sz]|sav|stor)(?:e|es|ed|ing)|(?:insert|persist|upsert|add)(?:s|ed|ing)?|"
    r"record(?:ed|ing)|idempoten\w+|concurren\w+|unique\w*)\b"
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")
_TELLING = 0.35
_WITHIN = 5
"""So many words may stand between a name of several words and what is done; one between a common word and that."""
_MORE_FILES = 20
_MOST_CALLED = 8
_PLAIN = re.compile(r"\w+")
_TAKEN = re.compile(r"on_conflict|ConstraintError|rescue\b|\.delete_all\(")
_LOOKED = re.compile(r"\bRepo\.(get_by|exists\?|one)\b")


@dataclass(frozen=True)
class _Insert:
    """An insert of a schema's row, where it stands, and whether the request asks for such rows."""

    file: NearFile
    function: FunctionBody
    clause: Clause
    site: Site
    schema: Module
    wanted: bool


@dataclass(frozen=True)
class _Wait:
    """A `unique_constraint`: the name of the index it waits for, and the fields it speaks of."""

    name: str
    fields: frozenset[str]
    line: int


def find_unexpected_conflicts(scene: Scene) -> Iterator[Finding]:
    """Inserts near the feature whose changeset does not know a unique index of the table."""
    tables: Mapping[str, Table] | None = None
    wide = scene.widened(_MORE_FILES)
    for file, function in scene.functions():
        for clause in function.clauses:
            for site in clause.sites:
                value = _inserted(site)
                if value is None or _TAKEN.search(clause.text.of(clause.node)):
                    continue
                schema = _schema_of(scene, value, clause)
                if schema is None or schema.schema is None:
                    continue
                wanted = _is_asked_for(scene, schema)
                if not wanted and (function.module, function.name) not in scene.callers:
                    continue
                tables = fold_tables(scene.code_map.migrations) if tables is None else tables
                named = tables_named(tables, schema.schema.table)
                insert = _Insert(file, function, clause, site, schema, wanted)
                finding = _unexpected(wide, insert, named[0]) if len(named) == 1 else None
                if finding is not None:
                    yield finding


def _is_asked_for(scene: Scene, schema: Module) -> bool:
    """Whether a sentence of the request makes rows of a schema: its name, a telling one, beside such a word."""
    last = schema.name.rpartition(".")[2]
    if not any(scene.request.weight(word) >= _TELLING for word in stems(plain_words(last))):
        return False
    parts = [re.escape(part) for part in _PART.findall(last)]
    within = _WITHIN if len(parts) > 1 else 1
    name = rf"(?<![a-z-]){r'[ _-]?'.join(parts).removesuffix('y')}(?:y|ies|e?s)?(?![a-z])"
    beside = re.compile(
        rf"{_MAKES}\W+(?:\w+\W+){{0,{within}}}?{name}|{name}\W+(?:\w+\W+){{0,{within}}}?{_MAKES}", re.IGNORECASE
    )
    return any(beside.search(line) for line in scene.request.lines)


def _inserted(site: Site) -> Node | None:
    """The changeset or struct that a call inserts and whose refusal it would hand back, or None."""
    if site.captured or not site.given:
        return None
    if site.module.rpartition(".")[2] == "Repo" and site.name == "insert":
        return site.given[0]
    if site.module == "Ecto.Multi" and site.name == "insert" and len(site.given) > 2:
        return site.given[2]
    return None


def _schema_of(scene: Scene, value: Node, clause: Clause) -> Module | None:
    """The one schema with a table that an expression builds, itself or through the variable it is bound to."""
    if value.kind_id == IDENTIFIER:
        name = clause.text.of(value)
        bound = [
            part.named_children[-1]
            for part in walk(clause.node)
            if part.kind_id == BINARY
            and operator_of(part) == "="
            and clause.text.of(part.named_children[0]) == name
            and part.end_byte <= value.start_byte
        ]
        if not bound:
            return None
        value = bound[-1]
    found: dict[str, Module] = {}
    for part in walk(value):
        if part.kind_id == ALIAS:
            name = module_name(part, clause.text, clause.aliases, clause.module)
            module = scene.code_map.modules.get(name)
            if module is not None and module.schema is not None and module.schema.table:
                found[name] = module
        elif part.type == "struct" and clause.text.of(part) == "__MODULE__":
            module = scene.code_map.modules.get(clause.module)
            if module is not None and module.schema is not None:
                found[clause.module] = module
    return next(iter(found.values())) if len(found) == 1 else None


def _unexpected(scene: Scene, insert: _Insert, table: Table) -> Finding | None:
    indexes = [index for index in table.indexes if index.unique and _can_meet(index, insert.schema, table)]
    waits: list[tuple[str, _Wait]] = []
    for path in dict.fromkeys((insert.schema.path, insert.file.path, *_called(scene, insert.clause))):
        bodies = scene.bodies(path)
        waits += [(path, wait) for wait in _waits(bodies, table.name)] if bodies is not None else []
    names = {wait.name for _, wait in waits}
    if "" in names:
        return None
    open_ones = [index for index in indexes if index_name(index) not in names]
    return _finding(insert, table, open_ones, waits) if open_ones else None


def _called(scene: Scene, clause: Clause) -> list[str]:
    """The files of the modules that a clause calls: the changeset may be another module's than the schema's."""
    modules = (scene.code_map.modules.get(name) for name in dict.fromkeys(site.module for site in clause.sites))
    return [module.path for module in modules if module is not None][:_MOST_CALLED]


def _can_meet(index: Index, schema: Module, table: Table) -> bool:
    """Whether two rows can meet in an index by what people do: its columns are fields that nobody makes up."""
    fields = {field.source or field.name for field in schema.schema.fields} if schema.schema is not None else set()
    owners = {a.column or f"{a.name}_id" for a in schema.schema.associations} if schema.schema is not None else set()
    owners |= {column.name for column in table.columns if column.references}
    if not all(_PLAIN.fullmatch(column) and column in fields | owners for column in index.columns):
        return False
    alone = index.columns[0] if len(index.columns) == 1 else ""
    return alone in owners or not _MADE.search(alone)


def _waits(bodies: FileBodies, table: str) -> Iterator[_Wait]:
    """The `unique_constraint`s of a file; one whose name is not written out has an empty one."""
    for function in bodies.functions:
        for clause in function.clauses:
            for site in clause.sites:
                if site.name == "unique_constraint" and len(site.given) > 1:
                    yield _wait(site, clause, table)


def _wait(site: Site, clause: Clause, table: str) -> _Wait:
    text = clause.text
    fields = text.atoms(site.given[1]) if site.given[1].kind_id == LIST else (text.of(site.given[1]).lstrip(":"),)
    options = text.options(list(site.given[2:]))
    if "match" in options:
        return _Wait("", frozenset(fields), site.line)
    if "name" in options:
        written = options["name"]
        name = text.of(written).lstrip(":") if written.kind_id == ATOM else text.literal(written) or ""
    else:
        name = f"{table}_{'_'.join(fields)}_index"
    return _Wait(name, frozenset(fields), site.line)


def _finding(insert: _Insert, table: Table, indexes: Sequence[Index], waits: Sequence[tuple[str, _Wait]]) -> Finding:
    first, name = indexes[0], index_name(indexes[0])
    near = [(path, wait) for path, wait in waits if wait.fields == set(first.columns)]
    looked = bool(_LOOKED.search(insert.clause.text.of(insert.clause.node)))
    race = "; that it looks first does not help, for two requests at once both pass" if looked else ""
    more = f" (and {len(indexes) - 1} other unique one{'s' if len(indexes) > 2 else ''})" if len(indexes) > 1 else ""
    where = f" where {first.where}" if first.where else ""
    waited = f"`unique_constraint` waits for `{near[0][1].name}`, not for it" if near else "no changeset waits for it"
    origin = table.origins.get(name)
    function = insert.function
    return Finding(
        insert.file.path,
        insert.site.line,
        f"`{function.label}` inserts into `{table.name}`, whose index `{name}` keeps "
        f"{', '.join(f'`{column}`' for column in first.columns)} unique{where}{more}; {waited}{race}.",
        "A second row with the same values raises `Ecto.ConstraintError` (a 500) where the caller expects "
        "`{:error, changeset}`",
        (table.name, *first.columns, function.name, insert.schema.name.rpartition(".")[2]),
        symbol=function.label,
        module=function.module,
        severity="high" if near else "medium",
        also=(
            *(Place(path, wait.line) for path, wait in near[:1]),
            *((Place(origin.path, first.line),) if origin is not None else ()),
            Place(insert.schema.path, insert.schema.schema.line if insert.schema.schema is not None else 1),
        ),
        weight=0.9 if near else 0.6,
        narrow=True,
        wanted=insert.wanted,
        about=f"{table.name} {name}",
    )


RULES = (
    Rule(
        "unexpected-conflict",
        "A unique index that an insert does not expect",
        "data",
        "A row is inserted into a table whose migrations leave a unique index, with no `on_conflict` and no "
        "`unique_constraint` of the index's name: the second row is an exception and no `{:error, changeset}`. Columns "
        "that the application makes up for each row (a guid, a token), indexes on expressions, rows that are deleted "
        "first, and changesets that cannot be told are left out. Told where the request makes such rows, or a first "
        "waypoint calls the function and the request speaks of it.",
        "Add `unique_constraint` with the index's name, or `on_conflict` with its target, and test the second insert.",
        find_unexpected_conflicts,
    ),
)
