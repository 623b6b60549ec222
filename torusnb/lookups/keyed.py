"""How the tables that a function speaks of are keyed: what may stand in them once, and by what they are found.

Whether a query can give two rows, and whether a second insert raises, is decided by indexes in a migration, far from
the function that a reader looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.lookups.sheet import Sheet
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_MOST_TABLES = 3
_MOST_UNIQUE = 4
_NAME = re.compile(r"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*")
_ASKS = re.compile(r"\bRepo\b|\bMulti\b|\bin\s+[A-Z]|\bfrom\(|changeset")
"""A line that reads or writes rows, and does not merely take one."""
_UNIQUE, _INDEX = "unique index on ", "index on "


def find_tables(lines: Iterable[str | None], module: Module, code: CodeMap) -> tuple[str, ...]:
    """The tables of the schemas that some lines of a module name, each once; those of lines that ask for rows first."""
    short = {ref.as_name or ref.module.rpartition(".")[2]: ref.module for ref in module.references}
    tables: dict[str, None] = {}
    for line in sorted((line or "" for line in lines), key=lambda line: not _ASKS.search(line)):
        for name in _NAME.findall(line):
            first, dot, rest = name.partition(".")
            full = f"{short[first]}{dot}{rest}" if first in short else name
            found = code.modules.get(full)
            if found is not None and found.schema is not None and found.schema.table:
                tables.setdefault(found.schema.table)
    return tuple(tables)


def tell_keys(sheet: Sheet, inquiry: Inquiry, tables: Iterable[str]) -> None:
    """For each table its unique indexes with their lines, and the columns of the others; for three tables at most.

    A table is told once in an answer, whichever of several functions speak of it.
    """
    for table in tuple(tables)[:_MOST_TABLES]:
        rows = inquiry.table(table).rows
        unique = [row for row in rows if row.relation.startswith(_UNIQUE)]
        others = dict.fromkeys(row.relation.removeprefix(_INDEX) for row in rows if row.relation.startswith(_INDEX))
        by = f"; indexed by {'; '.join(others)}" if others else ""
        columns = "; ".join(row.relation.removeprefix(_UNIQUE) for row in unique)
        told = f"unique by {columns}" if unique else "no unique index besides its primary key"
        if not sheet.say_once(f"keys of {table}", f"{table}: {told}{by}"):
            continue
        for row in unique[:_MOST_UNIQUE]:
            sheet.quote(row.place.path, row.place.line)
