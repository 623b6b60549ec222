"""Packed bodies, unpacked piece by piece so that a bomb is stopped before it fills the memory."""

from __future__ import annotations

import zlib

from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.limits import Limits

ACCEPT_ENCODING = "gzip, deflate"

_PIECE = 2**18
_RATIO_FROM = 2**20
_MOST_MEMBERS = 64


class Unpacker:
    """Takes a body as it comes from the wire and gives it without its content coding.

    Args:
        coding: The `Content-Encoding` header; empty for none.
        limits: `body_bytes` and `ratio` bound what comes out.

    Raises:
        FetchFailure: The coding was not offered (`broken`).
    """

    def __init__(self, coding: str, limits: Limits) -> None:
        self._coding = coding.strip().lower().removeprefix("x-")
        if self._coding not in {"", "identity", "gzip", "deflate"}:
            raise _broken(f"it is packed with '{coding[:40]}', which was not offered")
        self._limits = limits
        self._inner: zlib._Decompress | None = None
        self._packed = 0
        self._unpacked = 0
        self._members = 0

    def feed(self, data: bytes) -> bytes:
        """The next part of the body.

        Raises:
            FetchFailure: It grows too large (`too-large`), or is not what the header says (`broken`).
        """
        self._packed += len(data)
        if self._coding in {"", "identity"}:
            return self._counted(data)
        parts = []
        more = bool(data)
        while more and (inner := self._member(data)) is not None:
            try:
                piece = inner.decompress(data, _PIECE)
            except zlib.error as error:
                raise _broken(f"its {self._coding} data is damaged") from error
            parts.append(self._counted(piece))
            data = inner.unused_data if inner.eof else inner.unconsumed_tail
            # A full piece may have left output behind although all input is taken.
            more = bool(data) or (len(piece) == _PIECE and not inner.eof)
        return b"".join(parts)

    def finish(self) -> None:
        """Say that no more comes.

        Raises:
            FetchFailure: The packed data ends in the middle (`broken`).
        """
        if self._inner is not None and not self._inner.eof:
            raise _broken(f"its {self._coding} data ends in the middle")

    def _member(self, data: bytes) -> zlib._Decompress | None:
        """What unpacks the data that comes next; None for bytes after the end, which mean nothing."""
        if self._inner is None or (self._inner.eof and self._coding == "gzip" and data.startswith(b"\x1f\x8b")):
            self._members += 1
            if self._members > _MOST_MEMBERS:
                raise _broken(f"its gzip data has more than {_MOST_MEMBERS} parts")
            self._inner = zlib.decompressobj(self._window(data))
        return None if self._inner.eof else self._inner

    def _window(self, data: bytes) -> int:
        if self._coding == "gzip":
            return zlib.MAX_WBITS + 16
        # RFC 9110 8.4.1.2: "deflate" is the zlib format, but some servers send it without that envelope.
        envelope = len(data) > 1 and data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0
        return zlib.MAX_WBITS if envelope else -zlib.MAX_WBITS

    def _counted(self, piece: bytes) -> bytes:
        self._unpacked += len(piece)
        if self._unpacked > self._limits.body_bytes:
            raise too_large(f"its body is larger than {self._limits.body_bytes:,} bytes")
        if self._unpacked > _RATIO_FROM and self._unpacked > self._packed * self._limits.ratio:
            raise too_large(f"its body unpacks to more than {self._limits.ratio} times its size on the wire")
        return piece


def too_large(text: str) -> FetchFailure:
    """The failure of an answer that is larger than allowed."""
    return FetchFailure("too-large", text, "Cite a smaller page of the same documentation.")


def _broken(text: str) -> FetchFailure:
    return FetchFailure("broken", text, "Open it in a browser; the server may be at fault, and later may be mended.")
