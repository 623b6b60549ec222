"""The archive: every response of a research in one WARC file that other tools open, its hash beside it.

A killed process leaves at most a torn end, which the next opening cuts off. A file that is shorter than its hash file
says, or whose bytes changed, is an error and is never read as if it were whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import msgspec

from torusnb.errors import TrailError
from torusnb.fetch.members import LARGEST_RECORD, ArchiveRecord, Damage, read_records
from torusnb.fetch.records import (
    Origin,
    metadata_id,
    render_info,
    render_metadata,
    render_request,
    render_response,
    request_id,
    response_id,
)
from torusnb.models.base import parse_json
from torusnb.models.fetched import Fetched

_PIECE = 2**20
_RESTORE = "Put back a copy that was kept, or move it away together with its hash file and research again."


class Archive:
    """An open archive; use it as a context manager, or call `close`. One process may append at a time."""

    def __init__(self, path: Path, file: IO[bytes], largest_record: int) -> None:
        self.path = path
        self._file = file
        self._largest = largest_record
        self._digest = hashlib.sha256()
        self._end = 0
        self._ids: set[str] = set()
        self._bodies: dict[str, ArchiveRecord] = {}
        self._made: list[ArchiveRecord] = []

    @classmethod
    def open(cls, path: Path, *, largest_record: int = LARGEST_RECORD) -> Self:
        """The archive at a path, for appending; made when it is not there. A torn end is cut off.

        Args:
            path: The `.warc.gz` file; its hash file lies beside it.
            largest_record: The most bytes a record may unpack to.

        Raises:
            TrailError: The file was changed or cut, or cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() and not hash_path(path).exists():
                # The hash file comes first, so that a file without one is never taken for good.
                _save_hash(path, hashlib.sha256().hexdigest(), 0)
            known = _load_hash(path)
            mode = "r+b" if path.exists() or known[1] else "x+b"
            archive = cls(path, path.open(mode, buffering=0), largest_record)
        except OSError as error:
            raise TrailError(f"the archive cannot be opened ({error.strerror or error}).", path=path) from error
        try:
            archive._check_start(known)
            archive._index(known[1])
            archive._cut_torn_end()
        except BaseException:
            archive.close()
            raise
        return archive

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the whole file, as it stands beside it."""
        return self._digest.hexdigest()

    def append(self, fetched: Fetched) -> str:
        """Keep what came of a fetch, durably: its requests, responses, and what was made of them.

        What the archive holds already is not written again; a body that it holds is referred to.

        Returns:
            The `WARC-Record-ID` of the last response; empty when no host was asked.

        Raises:
            TrailError: Another process wrote to the file, or it cannot be written.
        """
        if not fetched.exchanges:
            return ""
        parts = [] if self._end else [render_info(fetched.exchanges[0].fetched_at)]
        origins = {sha256: Origin(body.id, body.url, body.date) for sha256, body in self._bodies.items()}
        for identity, exchange in {response_id(exchange): exchange for exchange in fetched.exchanges}.items():
            if identity not in self._ids:
                shareable = exchange.body and not exchange.truncated
                parts.append(render_response(exchange, origins.get(exchange.sha256) if shareable else None))
                if shareable:
                    origins.setdefault(exchange.sha256, Origin(identity, exchange.url, exchange.fetched_at))
            # A killed process may have left the response without its request.
            if request_id(exchange) not in self._ids:
                parts.append(render_request(exchange))
        if metadata_id(fetched) not in self._ids:
            parts.append(render_metadata(fetched))
        self._write(b"".join(parts))
        return response_id(fetched.exchanges[-1])

    def fetched(self) -> Iterator[Fetched]:
        """What came of every fetch that was kept, in order, with its body and without its exchanges."""
        for place in tuple(self._made):
            fetched = parse_json(self._load(place), Fetched)
            body = self.load_body(fetched.sha256) if fetched.sha256 else b""
            yield msgspec.structs.replace(fetched, body=body)

    def find(self, requested: str) -> Fetched | None:
        """What came of the last good fetch of an address, with its body; None when none is kept.

        The answer to a form is none: another form to the same address would have got another.
        """
        for place in reversed(self._made):
            fetched = parse_json(self._load(place), Fetched)
            if fetched.requested == requested and fetched.outcome == "ok" and not fetched.form:
                return msgspec.structs.replace(fetched, body=self.load_body(fetched.sha256))
        return None

    def load_body(self, sha256: str) -> bytes:
        """The bytes of a stored body.

        Raises:
            TrailError: The archive holds no such body.
        """
        if sha256 == hashlib.sha256().hexdigest():
            return b""
        place = self._bodies.get(sha256)
        if place is None:
            raise TrailError(f"the archive holds no body with the hash {sha256[:12]}. {_RESTORE}", path=self.path)
        return self._load(place)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load(self, place: ArchiveRecord) -> bytes:
        return next(self._records(place.offset, place.offset + place.length)).payload

    def _records(self, start: int, end: int) -> Iterator[ArchiveRecord]:
        try:
            yield from read_records(self._file, start, end, self._largest)
        except Damage as damage:
            raise TrailError(f"{damage} (at byte {damage.offset:,}). {_RESTORE}", path=self.path) from damage

    def _check_start(self, known: tuple[str, int]) -> None:
        """Hold the bytes that the hash file speaks of against it."""
        digest, size = known
        _update(self._digest, self._file, self.path, size)
        if self._digest.hexdigest() != digest:
            raise TrailError(f"the archive's bytes are not those that were written. {_RESTORE}", path=self.path)

    def _index(self, size: int) -> None:
        for record in self._records(0, size):
            self._note(record)
        self._end = size

    def _cut_torn_end(self) -> None:
        """Keep whole records that were written after the hash file, and cut off what a killed process left."""
        length = self._file.seek(0, os.SEEK_END)
        if length == self._end:
            return
        start = self._end
        try:
            for record in read_records(self._file, start, length, self._largest):
                self._note(record)
                self._end = record.offset + record.length
        except Damage:
            self._file.truncate(self._end)
        self._file.seek(start)
        _update(self._digest, self._file, self.path, self._end - start)
        _save_hash(self.path, self.sha256, self._end)

    def _note(self, record: ArchiveRecord) -> None:
        self._ids.add(record.id)
        place = msgspec.structs.replace(record, payload=b"")
        if record.kind == "metadata":
            self._made.append(place)
        if record.kind == "response" and record.payload and not record.truncated:
            self._bodies.setdefault(record.payload_digest.removeprefix("sha256:"), place)

    def _write(self, data: bytes) -> None:
        if not data:
            return
        try:
            if self._file.seek(0, os.SEEK_END) != self._end:
                raise TrailError("another process writes to the archive. Wait until it has ended.", path=self.path)
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
            start, self._end = self._end, self._end + len(data)
            self._digest.update(data)
            for record in self._records(start, self._end):
                self._note(record)
            _save_hash(self.path, self.sha256, self._end)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(self._end)
            raise TrailError(f"the archive cannot be written ({error.strerror or error}).", path=self.path) from error


def read_archive(path: Path, *, largest_record: int = LARGEST_RECORD) -> Iterator[ArchiveRecord]:
    """Every record of an archive, in order; the whole file is held against its hash before the first one.

    Raises:
        TrailError: The file is missing, cut, changed, or has a torn end (open it for appending to cut that off).
    """
    digest, size = _load_hash(path)
    try:
        with path.open("rb") as file:
            running = hashlib.sha256()
            _update(running, file, path, size)
            if running.hexdigest() != digest:
                raise TrailError(f"the archive's bytes are not those that were written. {_RESTORE}", path=path)
            if file.read(1):
                text = "the archive goes on after what its hash file speaks of: a killed run left it so."
                raise TrailError(f"{text} Run the research again, which mends it.", path=path)
            yield from read_records(file, 0, size, largest_record)
    except Damage as damage:
        raise TrailError(f"{damage} (at byte {damage.offset:,}). {_RESTORE}", path=path) from damage
    except OSError as error:
        raise TrailError(f"the archive cannot be read ({error.strerror or error}).", path=path) from error


def hash_path(path: Path) -> Path:
    """Where an archive's hash lies: a file that `sha256sum --check` reads."""
    return path.with_name(path.name + ".sha256")


def _save_hash(path: Path, digest: str, size: int) -> None:
    beside = hash_path(path)
    temporary = beside.with_name(beside.name + ".part")
    temporary.write_text(f"# bytes: {size}\n{digest}  {path.name}\n")
    temporary.replace(beside)


def _load_hash(path: Path) -> tuple[str, int]:
    beside = hash_path(path)
    try:
        first, second = beside.read_text()[:1000].splitlines()
        return second.split()[0], int(first.removeprefix("# bytes: "))
    except (OSError, ValueError, IndexError) as error:
        raise TrailError(
            f"the archive's hash file {beside.name} is missing or damaged. {_RESTORE}", path=path
        ) from error


def _update(digest: hashlib._Hash, file: IO[bytes], path: Path, size: int) -> None:
    """Hash the first `size` bytes of a file."""
    left = size
    while left:
        piece = file.read(min(_PIECE, left))
        if not piece:
            raise TrailError(f"the archive is {left:,} bytes shorter than it was. {_RESTORE}", path=path)
        digest.update(piece)
        left -= len(piece)
