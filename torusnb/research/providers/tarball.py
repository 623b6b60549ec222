"""Unpacking a documentation tarball in memory, within bounds: nothing in it reaches the disk.

A tarball is hostile input. One that holds what no documentation needs (links, devices, names that leave the folder,
a name twice) is refused whole.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from torusnb.models.base import Value


class TarballError(Exception):
    """A tarball that is refused; the message says why, without a full stop."""


class TarballLimits(Value, frozen=True):
    """Bounds on one tarball.

    Attributes:
        members: Entries of any kind. file_bytes: of one file that is wanted. total_bytes: unpacked, headers included.
        name_characters: Of one name.
    """

    members: int = 20_000
    file_bytes: int = 8_000_000
    total_bytes: int = 150_000_000
    name_characters: int = 300


def unpack_files(data: bytes, wanted: Callable[[str], bool], limits: TarballLimits | None = None) -> dict[str, bytes]:
    """The wanted files of a gzipped tarball by name, sorted.

    Args:
        data: The tarball.
        wanted: Whether a file of that name is kept; others are passed over unread.
        limits: Bounds; the usual ones by default.

    Raises:
        TarballError: It is damaged or cut short, beyond the bounds, or holds what documentation does not need.
    """
    bounds = limits or TarballLimits()
    found: dict[str, bytes] = {}
    seen: set[str] = set()
    stream = cast(BinaryIO, _Inflated(data, bounds.total_bytes))
    try:
        with tarfile.open(fileobj=stream, mode="r|", ignore_zeros=False) as archive:
            for member in archive:
                if len(seen) >= bounds.members:
                    raise TarballError(f"it holds more than {bounds.members} files")
                name = _check_member(member, bounds)
                if name in seen and not member.isdir():
                    raise TarballError(f"it holds {name!r} twice")
                seen.add(name)
                if not member.isfile() or not wanted(name):
                    continue
                if member.size > bounds.file_bytes:
                    raise TarballError(f"{name!r} is larger than {bounds.file_bytes} bytes")
                held = archive.extractfile(member)
                found[name] = held.read(bounds.file_bytes + 1) if held is not None else b""
    except (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError, UnicodeError) as error:
        raise TarballError("it is damaged or no tarball") from error
    return {name: found[name] for name in sorted(found)}


def _check_member(member: tarfile.TarInfo, bounds: TarballLimits) -> str:
    name = member.name.removeprefix("./") if member.name != "." else ""
    if len(name) > bounds.name_characters or any(ord(letter) < 32 or letter == "\\" for letter in name):
        raise TarballError("it holds a name that no file should have")
    if name.startswith("/") or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        raise TarballError(f"it holds {name!r}, which leaves its folder")
    if member.issparse() or not (member.isfile() or member.isdir()):
        raise TarballError(f"it holds {name!r}, which is neither a file nor a folder")
    return name


class _Inflated:
    """A gzip stream that gives no more than so many bytes, and says so when it is cut short."""

    def __init__(self, data: bytes, most: int) -> None:
        self._rest = data
        self._left = most
        self._inflater = zlib.decompressobj(wbits=31)
        self._ended = False

    def read(self, size: int) -> bytes:
        made = bytearray()
        wanted = min(size, self._left + 1)
        while len(made) < wanted and not self._ended:
            part = self._inflater.decompress(self._rest, wanted - len(made))
            self._rest = self._inflater.unconsumed_tail
            made += part
            self._ended = self._inflater.eof
            if not part and not self._rest and not self._ended:
                raise EOFError("the gzip stream is cut short")
        self._left -= len(made)
        if self._left < 0:
            raise TarballError("it unpacks to more bytes than documentation has")
        return bytes(made)
