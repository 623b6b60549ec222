"""What the command line says of a question to the code map."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from torusnb.context.map.checkout import require_elixir_project
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.errors import InputError
from torusnb.session import places
from torusnb.session.code import CodeQuestions

if TYPE_CHECKING:
    from torusnb.session.table import Table

Say = Callable[[str], None]

QUESTIONS = {
    "callers": "callers",
    "callees": "callees",
    "users": "users_of",
    "live-views": "live_views_using",
    "writers": "writers_of",
    "readers": "readers_of",
    "table": "table",
    "subscribers": "subscribers",
    "events": "events",
    "flags": "flags",
    "routes": "routes_to",
    "reach": "reach",
    "find": "find",
}
"""Question on the command line to the method that answers it."""

_NAMELESS = frozenset(("subscribers", "events", "flags"))
_WITH_HOPS = frozenset(("live-views", "reach"))
_WIDEST = 72
_WHOLE = frozenset({"place"})
"""Columns that are of no use when cut: a path without its line number."""


def report_code(
    question: str, name: str, torus_root: Path, hops: int | None, as_json: bool, say: Say, *, whole: bool = True
) -> None:
    """Answer one question about a checkout, as a plain table or as JSON (a list of objects, a row each).

    Args:
        question: A key of `QUESTIONS`.
        name: What it asks about.
        torus_root: The checkout.
        hops: How far it follows a way; None leaves that to the question.
        as_json: Whether rows are told as JSON.
        say: Told the lines.
        whole: Whether cells stay as wide as they are; a program that reads a table needs whole names.

    Raises:
        InputError: The name is missing or unknown, or `hops` goes with another question.
    """
    if not name and question not in _NAMELESS:
        raise InputError(f"{question} asks about something; give its name")
    if hops is not None and question not in _WITH_HOPS:
        raise InputError(f"--hops goes with {' and '.join(sorted(_WITH_HOPS))}")
    root = require_elixir_project(torus_root.resolve())
    code = CodeQuestions(load_code_map(root, cache=places.outline_cache()), source_reader(root))
    given = {"hops": hops} if hops is not None else {}
    table: Table = getattr(code, QUESTIONS[question])(name, **given)
    looked_at = str(table.attrs["looked_at"])
    if as_json:
        say(json.dumps({"looked_at": looked_at, "rows": table.to_dict("records")}, ensure_ascii=False, indent=2))
        return
    for line in _plain(table, whole=whole):
        say(line)
    say(f"{len(table)} {'row' if len(table) == 1 else 'rows'}; looked at {looked_at}")


def _plain(table: Table, *, whole: bool) -> list[str]:
    """The table's rows under its columns, cut where a line would be too wide for a screen; places are never cut."""
    if table.empty:
        return []
    rows = [
        [str(name) for name in table.columns],
        *([str(value) for value in row] for row in table.itertuples(index=False)),
    ]
    longest = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    kept = frozenset(rows[0]) if whole else _WHOLE
    widths = [size if name in kept else min(_WIDEST, size) for name, size in zip(rows[0], longest, strict=True)]
    return ["  ".join(_cut(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cut(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)
