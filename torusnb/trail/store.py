"""The trail's store: one SQLite file per spec pack, written by appending only.

Every record is chained to the one before it by a SHA-256 digest, so a record that was changed,
removed or slipped in later is seen by `Trail.verify`. A record is there as a whole or not at all:
each append is one durable transaction, so a process killed anywhere leaves a trail that opens.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from torusnb.errors import OutputError, TrailError
from torusnb.models.base import parse_json, render_json
from torusnb.models.record import Decision, Event

FORMAT = 1
"""The number of the file's layout; a trail of another number is refused, never guessed at."""

LARGEST_RECORD = 256 * 2**20
"""The most bytes one record or snapshot may unpack to: a bound on hostile files."""

ValueType = TypeVar("ValueType")

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


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Trail:
    """An open trail; use it as a context manager, or call `close`.

    Two processes may append to the same trail: SQLite's lock puts their records one after the other.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, clock: Callable[[], str]) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], str] = _now, create: bool = True) -> Self:
        """The trail at a path; made when it is not there and `create` is true.

        Args:
            path: The SQLite file; missing parent folders are made.
            clock: Gives the time of each record, ISO 8601 in UTC.
            create: Whether a missing file is made.

        Raises:
            TrailError: The file is missing (without `create`), no trail, of another layout, or damaged.
            OutputError: The folder cannot be written.
        """
        if not create and not path.is_file():
            raise TrailError("there is no trail here; run `torusnb run` on the pack first", path=path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"the folder cannot be made ({error.strerror}); choose another one", path=path) from error
        filled = path.is_file() and path.stat().st_size > 0
        with _translated(path):
            connection = sqlite3.connect(path, timeout=20.0, isolation_level=None, check_same_thread=False)
        try:
            with _translated(path):
                connection.execute("PRAGMA synchronous = FULL")
                _lay_out(connection, path, filled=filled)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection, clock)

    def append(self, step: str, summary: str, *, key: str = "", value: object = None, actor: str = "torusnb") -> Event:
        """Add one record, durable on return.

        Args:
            step: What kind of record (see `Event.step`).
            summary: One line for a person.
            key: What it is about; for a computed value the fingerprint of its inputs.
            value: A value object, kept as canonical JSON.
            actor: `torusnb` or `person`.
        """
        data = render_json(value).decode() if value is not None else ""
        with self._transaction():
            row = self._connection.execute("SELECT seq, digest FROM events ORDER BY seq DESC LIMIT 1").fetchone()
            seq, before = (row[0] + 1, row[1]) if row else (1, "")
            event = Event(seq, self._clock(), actor, step, key, " ".join(summary.split()), data, "")
            event = msgspec.structs.replace(event, digest=_digest(event, before))
            self._connection.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (seq, event.at, actor, step, key, event.summary, zlib.compress(data.encode(), 6), event.digest),
            )
        return event

    def events(self, step: str = "", key: str = "") -> Iterator[Event]:
        """The records in order, all of them or those of a step (and key)."""
        query, values = _selection(step, key)
        with _translated(self.path):
            rows = self._connection.execute(query + " ORDER BY seq", values).fetchall()
        for row in rows:
            yield self._event(row)

    def latest(self, step: str, key: str = "") -> Event | None:
        """The newest record of a step (and key), or None."""
        query, values = _selection(step, key)
        with _translated(self.path):
            row = self._connection.execute(query + " ORDER BY seq DESC LIMIT 1", values).fetchone()
        return self._event(row) if row else None

    def value(self, kind: type[ValueType], step: str, key: str = "") -> ValueType | None:
        """The value of the newest record of a step (and key), or None where there is none.

        Raises:
            TrailError: The record holds something else.
        """
        event = self.latest(step, key)
        if event is None or not event.data:
            return None
        return self.parse(event, kind)

    def parse(self, event: Event, kind: type[ValueType]) -> ValueType:
        """The value a record holds."""
        try:
            return parse_json(event.data, kind)
        except msgspec.DecodeError as error:
            raise TrailError(
                f"record {event.seq} ({event.step}) was written by another version of torusnb ({error}); "
                "run the pack again to record it anew",
                path=self.path,
            ) from error

    def decisions(self) -> tuple[Decision, ...]:
        """What people decided; of several decisions on one thing the newest, in the order they were made."""
        newest: dict[tuple[str, str], Decision] = {}
        for event in self.events("decision"):
            decision = self.parse(event, Decision)
            newest.pop((decision.subject, decision.key), None)
            newest[(decision.subject, decision.key)] = decision
        return tuple(newest.values())

    def put_snapshot(self, data: bytes) -> str:
        """Keep captured bytes; returns their hex SHA-256. The same bytes are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self._transaction():
            self._connection.execute("INSERT OR IGNORE INTO snapshots VALUES (?, ?)", (sha256, zlib.compress(data, 6)))
        return sha256

    def snapshot(self, sha256: str) -> bytes | None:
        """The captured bytes of that hash, or None.

        Raises:
            TrailError: The bytes kept do not have that hash.
        """
        with _translated(self.path):
            row = self._connection.execute("SELECT bytes FROM snapshots WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            return None
        data = self._unpack(row[0])
        if hashlib.sha256(data).hexdigest() != sha256:
            raise TrailError(f"the snapshot {sha256[:12]} was changed after it was captured", path=self.path)
        return data

    def verify(self) -> int:
        """The number of records, once the whole chain and every snapshot have been checked.

        Raises:
            TrailError: A record or snapshot was changed, removed or added outside torusnb.
        """
        before, count = "", 0
        for event in self.events():
            count += 1
            if event.seq != count or event.digest != _digest(event, before):
                raise TrailError(f"record {event.seq} does not follow from the one before it", path=self.path)
            before = event.digest
        with _translated(self.path):
            hashes = [row[0] for row in self._connection.execute("SELECT sha256 FROM snapshots ORDER BY sha256")]
        for sha256 in hashes:
            self.snapshot(sha256)
        return count

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy, also while another process appends."""
        with _translated(self.path):
            copy = sqlite3.connect(target)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _event(self, row: tuple[int, str, str, str, str, str, bytes, str]) -> Event:
        data = self._unpack(row[6]).decode("utf-8", "replace")
        return Event(row[0], row[1], row[2], row[3], row[4], row[5], data, row[7])

    def _unpack(self, packed: bytes) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(packed, LARGEST_RECORD)
        except zlib.error as error:
            raise TrailError("a record's bytes are damaged; use another copy of the trail", path=self.path) from error
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise TrailError("a record is cut off or larger than a record may be", path=self.path)
        return data

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _selection(step: str, key: str) -> tuple[str, tuple[str, ...]]:
    query = "SELECT seq, at, actor, step, key, summary, data, digest FROM events"
    if step and key:
        return query + " WHERE step = ? AND key = ?", (step, key)
    if step:
        return query + " WHERE step = ?", (step,)
    return query, ()


def _digest(event: Event, before: str) -> str:
    fields = (event.seq, event.at, event.actor, event.step, event.key, event.summary, event.data, before)
    return hashlib.sha256(render_json(fields)).hexdigest()


def _lay_out(connection: sqlite3.Connection, path: Path, *, filled: bool) -> None:
    connection.execute("BEGIN IMMEDIATE")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables and not filled:  # SQLite takes some files that are no databases for empty ones
        for statement in _LAYOUT.strip().split(";\n"):
            connection.execute(statement)
        connection.execute("INSERT INTO about VALUES ('format', ?)", (str(FORMAT),))
        connection.execute("COMMIT")
        return
    connection.execute("ROLLBACK")
    if "about" not in tables or "events" not in tables:
        raise TrailError("this SQLite file is no trail; choose another output folder", path=path)
    row = connection.execute("SELECT value FROM about WHERE name = 'format'").fetchone()
    if row is None or row[0] != str(FORMAT):
        found = row[0] if row else "none"
        raise TrailError(f"this trail has layout {found}, and this torusnb reads {FORMAT}", path=path)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """SQLite's errors as torusnb's, with the file they happened in."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"the trail cannot be written or read ({error}); check the folder and the disk", path=path
        ) from error
    except sqlite3.DatabaseError as error:
        raise TrailError(f"this file is no trail, or is damaged ({error})", path=path) from error
