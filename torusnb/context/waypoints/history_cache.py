"""Commits kept between runs: one SQLite file, keyed by commit, that may vanish or break at any time without harm."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from torusnb.models.history import LoggedCommit

_SECONDS = 5.0
_MOST_ROWS = 100_000
_TABLE = "commits_2"
"""Carries a version: it changes when commits are read in another way, so that no older row is used."""


class HistoryCache:
    """Commits kept between runs. Every failure of the file means "not in the cache", never an error.

    A commit never changes, so a row is right for ever if it was read in a clone that has its parents and its files.
    It carries a digest of its bytes and its id, so a damaged one is not used. A file that is no database is replaced.
    """

    def __init__(self, path: Path) -> None:
        """The cache in the file `path`, which need not exist yet."""
        self._path = path

    def load(self, ids: Sequence[str]) -> dict[str, LoggedCommit]:
        """Those of the commits that are kept and sound."""
        wanted = frozenset(ids)
        decoder = msgspec.msgpack.Decoder(LoggedCommit)
        found: dict[str, LoggedCommit] = {}
        try:
            if not self._path.is_file():
                return found
            with closing(sqlite3.connect(self._path, timeout=_SECONDS)) as db:
                for name, digest, data in db.execute(f"SELECT id, digest, data FROM {_TABLE}"):  # noqa: S608
                    if name in wanted and isinstance(data, bytes) and digest == _digest(name, data):
                        found[name] = decoder.decode(data)
        except (OSError, sqlite3.Error, msgspec.MsgspecError):
            return found
        return found

    def save(self, commits: Iterable[LoggedCommit]) -> None:
        """Keep the commits, all or none; what is too much is thrown away, never what was just given."""
        encoder = msgspec.msgpack.Encoder()
        rows = [(entry.id, _digest(entry.id, data), data) for entry in commits if (data := encoder.encode(entry))]
        if not rows:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write(rows)
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            self._replace(rows)
        except OSError:
            return

    def _write(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        with closing(sqlite3.connect(self._path, timeout=_SECONDS)) as db, db:
            db.execute(
                f"CREATE TABLE IF NOT EXISTS {_TABLE} (id TEXT PRIMARY KEY, digest BLOB NOT NULL, data BLOB NOT NULL)"
            )
            if db.execute(f"SELECT count(*) FROM {_TABLE}").fetchone()[0] > _MOST_ROWS:  # noqa: S608
                db.execute(f"DELETE FROM {_TABLE}")  # noqa: S608
            db.executemany(f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?, ?)", rows)  # noqa: S608

    def _replace(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        try:
            self._path.unlink(missing_ok=True)
            self._write(rows)
        except (OSError, sqlite3.Error):
            return


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.blake2b(name.encode() + b"\0" + data, digest_size=16).digest()
