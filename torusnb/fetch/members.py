"""The records of a WARC file, one gzip member each: read within bounds, so that a damaged one is never read as whole.

Record-at-a-time compression is what the WARC specification recommends (annex D): other tools can jump to a record, and
a torn end costs no record before it.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from torusnb.models.base import Value

LARGEST_RECORD = 64 * 2**20
"""The most bytes one record may unpack to: a bound on hostile files."""

_PIECE = 2**16


class Damage(Exception):  # noqa: N818 - says where a file stops being good; never leaves the package
    """A record that is torn or changed; `offset` is where it begins in the file."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


class ArchiveRecord(Value, frozen=True):
    """A record of a WARC file.

    Attributes:
        kind: `warcinfo`, `response`, `request`, `revisit`, `metadata`.
        id: Its `WARC-Record-ID`.
        date: ISO 8601 in UTC.
        offset, length: Where its gzip member lies in the file, in bytes.
        status: The HTTP status of a response or revisit; 0 for others.
        headers: The HTTP headers of a response, revisit or request; empty for others.
        payload: The body; empty for a revisit, whose body is that of `refers_to`.
        payload_digest: `sha256:` and the hex hash of the body; empty when the record names none.
        refers_to: The record whose payload a revisit shares, or that a metadata record is about.
        truncated: Why the payload is not all there; empty when it is.
    """

    kind: str
    id: str
    url: str
    date: str
    offset: int
    length: int
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    payload: bytes = b""
    payload_digest: str = ""
    refers_to: str = ""
    truncated: str = ""


def read_records(file: IO[bytes], start: int, end: int, largest: int = LARGEST_RECORD) -> Iterator[ArchiveRecord]:
    """The records between two offsets of a file, their digests verified.

    Raises:
        Damage: A record is torn, changed, too large or none.
    """
    offset = start
    while offset < end:
        data, length = _read_member(file, offset, end, largest)
        yield _parse_record(data, offset, length)
        offset += length


def _read_member(file: IO[bytes], offset: int, end: int, largest: int) -> tuple[bytes, int]:
    """A gzip member unpacked, and how many bytes of the file it takes."""
    file.seek(offset)
    inner = zlib.decompressobj(zlib.MAX_WBITS + 16)
    parts: list[bytes] = []
    size = taken = 0
    while not inner.eof:
        packed = inner.unconsumed_tail or file.read(min(_PIECE, end - offset - taken))
        taken += 0 if inner.unconsumed_tail else len(packed)
        if not packed:
            raise Damage("its last record is torn", offset)
        try:
            piece = inner.decompress(packed, largest)
        except zlib.error as error:
            raise Damage("a record is damaged", offset) from error
        size += len(piece)
        if size > largest:
            raise Damage(f"a record unpacks to more than {largest:,} bytes", offset)
        parts.append(piece)
    return b"".join(parts), taken - len(inner.unused_data)


def _parse_record(data: bytes, offset: int, length: int) -> ArchiveRecord:
    try:
        records = ArchiveIterator(io.BytesIO(data), check_digests="raise")
        record = next(records)
        payload = record.raw_stream.read()
        parsed = _describe(record, payload, offset, length)
        if next(records, None) is not None:
            raise Damage("two records share a gzip member", offset)
    except (ArchiveLoadFailed, StopIteration, ValueError, EOFError) as error:
        raise Damage(f"a record cannot be read ({error})", offset) from error
    return parsed


def _describe(record: object, payload: bytes, offset: int, length: int) -> ArchiveRecord:
    fields = record.rec_headers.get_header  # type: ignore[attr-defined]
    http = record.http_headers  # type: ignore[attr-defined]
    if not fields("WARC-Block-Digest"):
        raise ValueError("it has no digest")
    code = http.get_statuscode() if http and fields("WARC-Type") != "request" else ""
    return ArchiveRecord(
        kind=fields("WARC-Type") or "",
        id=fields("WARC-Record-ID") or "",
        url=fields("WARC-Target-URI") or "",
        date=fields("WARC-Date") or "",
        offset=offset,
        length=length,
        status=int(code) if code else 0,
        headers=tuple((str(name), str(value)) for name, value in http.headers) if http else (),
        payload=payload,
        payload_digest=fields("WARC-Payload-Digest") or "",
        refers_to=fields("WARC-Refers-To") or "",
        truncated=fields("WARC-Truncated") or "",
    )
