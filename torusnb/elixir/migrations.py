"""Migrations: what they create, alter and drop. What `down` undoes is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tree_sitter import Node

from torusnb.elixir.schemas import timestamp_fields
from torusnb.elixir.syntax import CALL, LIST, Text, arguments, line_of
from torusnb.models.codebase import Field, Index, Migration

_CREATES = frozenset((b"create", b"create_if_not_exists"))
_DROPS = frozenset((b"drop", b"drop_if_exists"))
_ADDS = frozenset((b"add", b"add_if_not_exists", b"modify"))
_REMOVES = frozenset((b"remove", b"remove_if_exists"))
STEPS = _CREATES | _DROPS | _ADDS | _REMOVES | {b"alter", b"rename", b"timestamps", b"execute"}
_VERSION = re.compile(r"^(\d{8,})")
_SQL = re.compile(
    r"\b(CREATE|ALTER|DROP)\s+TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?\"?(?:\w+\.)?\"?(\w+)", re.IGNORECASE
)


_CONCURRENT_INDEX = re.compile(r"\b(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b", re.IGNORECASE)


@dataclass(slots=True)
class MigrationDraft:
    """A migration so far; `table` is the one whose block is being read."""

    name: str
    line: int
    creates: list[str] = field(default_factory=list)
    alters: list[str] = field(default_factory=list)
    drops: list[str] = field(default_factory=list)
    columns: list[Field] = field(default_factory=list)
    removes: list[Field] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    concurrent: bool = False

    def freeze(self, path: str) -> Migration:
        """The outline's migration; its version is the number that the file's name begins with."""
        version = _VERSION.match(PurePosixPath(path).name)
        return Migration(
            version=version[1] if version else "",
            name=self.name,
            path=path,
            line=self.line,
            creates=tuple(dict.fromkeys(self.creates)),
            alters=tuple(dict.fromkeys(self.alters)),
            drops=tuple(dict.fromkeys(self.drops)),
            columns=tuple(self.columns),
            removes=tuple(self.removes),
            indexes=tuple(self.indexes),
            concurrent=self.concurrent,
        )


def read_step(migration: MigrationDraft, name: bytes, call: Node, text: Text, table: str) -> str:
    """Add what a step does; gives the table whose block the step opens, or empty."""
    given = arguments(call)
    if name == b"timestamps":
        stamps = timestamp_fields(given, text, line_of(call), ":naive_datetime")
        migration.columns.extend(Field(f.name, f.type, f.line, table) for f in stamps if table)
        return ""
    if not given:
        return ""
    if name in _ADDS or name in _REMOVES:
        _read_column(migration, name, given, text, table)
        return ""
    if name == b"execute":
        _read_sql(migration, text.of(given[0]))
        return ""
    return _read_object(migration, name, given[0], text)


def _read_column(migration: MigrationDraft, name: bytes, given: list[Node], text: Text, table: str) -> None:
    if not table:
        return
    kind = text.one_line(given[1], 120) if len(given) > 1 else ""
    column = Field(text.literal(given[0]) or text.one_line(given[0]), kind, line_of(given[0]), table)
    (migration.columns if name in _ADDS else migration.removes).append(column)


def _read_sql(migration: MigrationDraft, sql: str) -> None:
    lists = {"CREATE": migration.creates, "ALTER": migration.alters, "DROP": migration.drops}
    migration.concurrent |= _CONCURRENT_INDEX.search(sql) is not None
    for verb, table in _SQL.findall(sql):
        lists[verb.upper()].append(table)


def _read_object(migration: MigrationDraft, name: bytes, node: Node, text: Text) -> str:
    """A table, index or constraint that a step creates, alters, renames or drops."""
    target = node.named_child(0) if node.kind_id == CALL else None
    inner = arguments(node) if target is not None else []
    if target is None or not inner:
        return ""
    what = text.raw(target)
    table = text.literal(inner[0]) or text.one_line(inner[0], 80)
    if what == b"table":
        if name in _CREATES:
            migration.creates.append(table)
        elif name in _DROPS:
            migration.drops.append(table)
        else:
            migration.alters.append(table)
        return table
    if what in (b"index", b"unique_index") and name in _CREATES and len(inner) > 1:
        options = text.options(inner)
        concurrently = options.get("concurrently")
        unique = options.get("unique")
        if concurrently is not None and text.raw(concurrently) == b"true":
            migration.concurrent = True
        is_unique = what == b"unique_index" or (unique is not None and text.raw(unique) == b"true")
        migration.indexes.append(Index(table, _columns(inner[1], text), line_of(node), is_unique))
    return ""


def _columns(node: Node, text: Text) -> tuple[str, ...]:
    parts = node.named_children if node.kind_id == LIST else [node]
    return tuple(text.literal(part) or text.one_line(part, 120) for part in parts)
