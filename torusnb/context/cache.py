"""The outline cache: one SQLite file, keyed by content, that may vanish or break at any time without harm."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

import msgspec

import torusnb.elixir
import torusnb.models.codebase
from torusnb.models.codebase import FileOutline

_SECONDS = 5.0
_MOST_ROWS = 40_000
_TABLE = "CREATE TABLE IF NOT EXISTS outlines (key TEXT PRIMARY KEY, digest BLOB NOT NULL, outline BLOB NOT NULL)"


@cache
def outline_version() -> str:
    """A hash over the code that makes outlines; when it changes, no older outline is used."""
    package = Path(str(torusnb.elixir.__file__)).parent
    parts = sorted(path for path in package.rglob("*") if path.suffix in {".py", ".scm"})
    digest = hashlib.sha256()
    for path in (*parts, Path(str(torusnb.models.codebase.__file__))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def outline_key(path: str, sha256: str) -> str:
    """The key of a file's outline: equal only for the same path, bytes and outline version."""
    return f"{outline_version()}:{sha256}:{path}"


class OutlineCache:
    """Outlines kept between runs. Every failure of the file means "not in the cache", never an error.

    Rows carry a digest of their bytes, so a damaged row is not used. A file that is no database is replaced.
    Two processes may use it at once; whoever comes second waits a few seconds and then goes on without.
    """

    def __init__(self, path: Path) -> None:
        """The cache in the file `path`, which need not exist yet."""
        self._path = path

    def load(self, keys: Iterable[str]) -> dict[str, FileOutline]:
        """Those of the keys that are kept and sound, with their outlines."""
        found: dict[str, FileOutline] = {}
        decoder = msgspec.msgpack.Decoder(FileOutline)
        try:
            if not self._path.is_file():
                return found
            with closing(sqlite3.connect(self._path, timeout=_SECONDS)) as db:
                for key in keys:
                    row = db.execute("SELECT digest, outline FROM outlines WHERE key = ?", (key,)).fetchone()
                    outline = _sound(decoder, row)
                    if outline is not None:
                        found[key] = outline
        except (OSError, sqlite3.Error):
            return found
        return found

    def save(self, outlines: Mapping[str, FileOutline]) -> None:
        """Keep the outlines, all or none; what is too much is thrown away, never what was just given."""
        if not outlines:
            return
        encoder = msgspec.msgpack.Encoder()
        rows = [(key, _digest(data), data) for key in sorted(outlines) if (data := encoder.encode(outlines[key]))]
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
            db.execute(_TABLE)
            if db.execute("SELECT count(*) FROM outlines").fetchone()[0] > _MOST_ROWS:
                db.execute("DELETE FROM outlines")
            db.executemany("INSERT OR REPLACE INTO outlines VALUES (?, ?, ?)", rows)

    def _replace(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        try:
            self._path.unlink(missing_ok=True)
            self._write(rows)
        except (OSError, sqlite3.Error):
            return


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _sound(decoder: msgspec.msgpack.Decoder[FileOutline], row: tuple[bytes, bytes] | None) -> FileOutline | None:
    if row is None or not isinstance(row[1], bytes) or _digest(row[1]) != row[0]:
        return None
    try:
        return decoder.decode(row[1])
    except msgspec.MsgspecError:
        return None
