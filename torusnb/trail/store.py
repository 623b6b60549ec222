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

from torusnb.errors import TrailError
from torusnb.models.base import Value, parse_json, render_json
from torusnb.models.record import Decision, Event
from torusnb.trail.database import open_database, translated

LARGEST_RECORD = 256 * 2**20
"""The most bytes one record or snapshot may unpack to: a bound on hostile files."""

ValueType = TypeVar("ValueType")


class _Captured(Value, frozen=True):
    """What a research record says of a source's bytes; the rest of it may be of any version."""

    key: str = ""
    sha256: str = ""


class _Found(Value, frozen=True):
    sources: tuple[_Captured, ...] = ()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Trail:
    """An open trail; use it as a context manager, or call `close`.

    Two processes may append to the same trail: SQLite's lock puts their records one after the other.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, clock: Callable[[], str], largest_record: int
    ) -> None:
        self.path = path
        self._connection = connection
        self._clock = clock
        self._largest_record = largest_record

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Callable[[], str] = _now,
        create: bool = True,
        largest_record: int = LARGEST_RECORD,
    ) -> Self:
        """The trail at a path; made when it is not there and `create` is true.

        Args:
            path: The SQLite file; missing parent folders are made.
            clock: Gives the time of each record, ISO 8601 in UTC.
            create: Whether a missing file is made; without it a trail that cannot be written opens for reading.
            largest_record: The most bytes a record or snapshot may unpack to.

        Raises:
            TrailError: The file is missing (without `create`), no trail, of another layout, or damaged.
            OutputError: The folder cannot be written.
        """
        return cls(path, open_database(path, create=create), clock, largest_record)

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
        with translated(self.path):
            rows = self._connection.execute(query + " ORDER BY seq", values).fetchall()
        for row in rows:
            yield self._event(row)

    def latest(self, step: str, key: str = "") -> Event | None:
        """The newest record of a step (and key), or None."""
        query, values = _selection(step, key)
        with translated(self.path):
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
        except (msgspec.DecodeError, RecursionError) as error:
            raise TrailError(
                f"record {event.seq} ({event.step}) was written by another version of torusnb ({error}); "
                "run the pack again to record it anew",
                path=self.path,
            ) from error

    def decisions(self, before: int | None = None) -> tuple[Decision, ...]:
        """What people decided; of several decisions on one thing the newest, in the order they were made.

        Args:
            before: Only what was decided before the record of that number.
        """
        newest: dict[tuple[str, str], Decision] = {}
        for event in self.events("decision"):
            if before is None or event.seq < before:
                decision = self.parse(event, Decision)
                newest.pop((decision.subject, decision.key), None)
                newest[(decision.subject, decision.key)] = decision
        return tuple(newest.values())

    def head(self) -> tuple[int, str]:
        """Number and digest of the newest record; 0 and an empty text for a trail without one."""
        with translated(self.path):
            row = self._connection.execute("SELECT seq, digest FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], self._typed(row[1], str)) if row else (0, "")

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
        with translated(self.path):
            row = self._connection.execute("SELECT bytes FROM snapshots WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            return None
        data = self._unpack(row[0])
        if hashlib.sha256(data).hexdigest() != sha256:
            raise TrailError(f"the snapshot {sha256[:12]} was changed after it was captured", path=self.path)
        return data

    def snapshots(self) -> Iterator[tuple[str, bytes]]:
        """Every snapshot with its hash, each checked against it."""
        with translated(self.path):
            rows = self._connection.execute("SELECT sha256 FROM snapshots ORDER BY sha256").fetchall()
        for row in rows:
            sha256 = self._typed(row[0], str)
            data = self.snapshot(sha256)
            if data is not None:
                yield sha256, data

    def captured(self) -> dict[str, str]:
        """The hash of every snapshot that a research record names, with the key of its source."""
        found = (self.parse(event, _Found) for event in self.events("research") if event.data)
        return {source.sha256: source.key for each in found for source in each.sources if source.sha256}

    def verify(self) -> int:
        """The number of records, once the whole chain and every snapshot have been checked.

        Records taken away at the end leave a whole, shorter chain, which a trail by itself cannot tell; a shared
        bundle states the number and digest of its last record, and `open_bundle` compares them.

        Raises:
            TrailError: A record was changed, slipped in, or removed before the last one; a snapshot was changed, or
                one that a research record names is not there.
        """
        before, count = "", 0
        for event in self.events():
            count += 1
            if event.seq != count or event.digest != _digest(event, before):
                raise TrailError(f"record {event.seq} does not follow from the one before it", path=self.path)
            before = event.digest
        kept = {sha256 for sha256, _ in self.snapshots()}
        for sha256, key in self.captured().items():
            if sha256 not in kept:
                raise TrailError(f"the snapshot {sha256[:12]} of {key} was removed; use another copy", path=self.path)
        return count

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy, also while another process appends."""
        with translated(self.path):
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

    def _event(self, row: tuple[object, ...]) -> Event:
        seq, (at, actor, step, key, summary) = self._typed(row[0], int), (self._typed(cell, str) for cell in row[1:6])
        data = self._unpack(row[6]).decode("utf-8", "replace")
        return Event(seq, at, actor, step, key, summary, data, self._typed(row[7], str))

    def _typed(self, cell: object, kind: type[ValueType]) -> ValueType:
        """A cell as it must be: SQLite lets any value stand in any column."""
        if not isinstance(cell, kind):
            raise TrailError(
                f"a record holds {type(cell).__name__} where {kind.__name__} belongs; use another copy of the trail",
                path=self.path,
            )
        return cell

    def _unpack(self, packed: object) -> bytes:
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(self._typed(packed, bytes), self._largest_record)
        except zlib.error as error:
            raise TrailError("a record's bytes are damaged; use another copy of the trail", path=self.path) from error
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise TrailError("a record is cut off or larger than a record may be", path=self.path)
        return data

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with translated(self.path):
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
