"""The SQLite file under a trail: its layout, how it is opened, and SQLite's errors as torusnb's."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torusnb.errors import OutputError, TrailError

FORMAT = 1
"""The number of the file's layout; a trail of another number is refused, never guessed at."""

_LAYOUT = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, step TEXT NOT NULL,
    key TEXT NOT NULL, summary TEXT NOT NULL, data BLOB NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX events_by_step ON events (step, key, seq);
CREATE TABLE snapshots (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a trail is append-only'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'a trail is append-only'); END;
CREATE TRIGGER snapshots_stay BEFORE UPDATE ON snapshots BEGIN SELECT RAISE(ABORT, 'a trail is append-only'); END;
CREATE TRIGGER snapshots_last BEFORE DELETE ON snapshots BEGIN SELECT RAISE(ABORT, 'a trail is append-only'); END;
"""
_COLUMNS = {
    "about": ["name", "value"],
    "events": ["seq", "at", "actor", "step", "key", "summary", "data", "digest"],
    "snapshots": ["sha256", "bytes"],
}


def open_database(path: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to a trail's file, whose tables are known to be there.

    Without `create` nothing is laid out, and a file that cannot be written is opened for reading alone. What a killed
    process left half-written is rolled back first.

    Raises:
        TrailError: The file is missing (without `create`), no trail, of another layout, or damaged.
        OutputError: The file or its folder cannot be written or read.
    """
    if not create and not path.is_file():
        raise _missing(path)
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder cannot be made ({error.strerror}); choose another one", path=path) from error
    with translated(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={_mode(path, create=create)}",
            timeout=20.0,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
    try:
        with translated(path):
            connection.text_factory = _decode
            connection.execute("PRAGMA synchronous = FULL")
            if create:
                _lay_out(connection, path)
            _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as torusnb's, with the file they happened in."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter when SQLite quotes damaged bytes
        # SQLITE_ERROR comes of statements, and since torusnb's are right it is the tables that are not.
        if isinstance(error, sqlite3.OperationalError) and _code(error) != sqlite3.SQLITE_ERROR:
            raise OutputError(
                f"the trail cannot be written or read ({error}); check the folder and the disk", path=path
            ) from error
        raise TrailError(f"this file is no trail, or is damaged ({error})", path=path) from error


def _code(error: sqlite3.Error) -> int | None:
    return getattr(error, "sqlite_errorcode", None)  # what Python's module raises by itself has none


def _mode(path: Path, *, create: bool) -> str:
    if create:
        return "rwc"
    # Not `immutable`: that takes no lock and overlooks a journal, so a trail that its owner writes would be read torn.
    return "rw" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "ro"


def _decode(text: bytes) -> str:
    """Text of a cell; bytes that are no UTF-8 come out as another text, whose digest does not fit."""
    return text.decode("utf-8", "replace")


def _lay_out(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # The size counts only now: to begin rolls back what a killed process left. SQLite takes some files that are no
    # databases for empty ones, so a file with bytes in it is left alone.
    if not _tables(connection) and path.stat().st_size == 0:
        for statement in _LAYOUT.strip().split(";\n"):
            connection.execute(statement)
        connection.execute("INSERT INTO about VALUES ('format', ?)", (str(FORMAT),))
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    tables = _tables(connection)
    if not tables and path.stat().st_size == 0:
        raise _missing(path)
    if "about" not in tables or "events" not in tables:
        raise TrailError("this SQLite file is no trail; choose another output folder", path=path)
    for table, wanted in _COLUMNS.items():
        columns = [row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        if columns != wanted:
            raise TrailError(f"the table {table} of this trail is not laid out as a trail's is", path=path)
    row = connection.execute("SELECT value FROM about WHERE name = 'format'").fetchone()
    if row is None or row[0] != str(FORMAT):
        found = row[0] if row else "none"
        raise TrailError(f"this trail has layout {found}, and this torusnb reads {FORMAT}", path=path)


def _tables(connection: sqlite3.Connection) -> set[object]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _missing(path: Path) -> TrailError:
    return TrailError(
        "there is no trail here; run `torusnb run` on the pack first, or name its folder with --out", path=path
    )
