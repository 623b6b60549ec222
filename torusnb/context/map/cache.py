"""The cache on disk: a folder of files that may vanish or break at any time without harm.

A file is written beside its place and then put there in one step, so whoever reads sees all of it or the one before:
there is no lock to wait for, and a crash leaves nothing half written. It begins with a checksum of the rest, so that a
damaged one is not used. What it holds is checked by its reader against what lies on disk; the cache itself decides
nothing.
"""

from __future__ import annotations

import os
import secrets
import time
import zlib
from contextlib import suppress
from pathlib import Path

_MAGIC = b"torusnb cache 2\n"
_DIGEST = 4
_UNFINISHED = ".unfinished"
_ABANDONED_SECONDS = 3600.0
_MOST_FILES = 32
_MOST_BYTES = 256_000_000


class FolderCache:
    """Named bytes kept between runs. Every failure of the disk means "not in the cache", never an error.

    Many processes may use it at once; of two that save under one name the later counts. What was used longest ago is
    thrown away when there are more than 32 files or 256 MB.
    """

    def __init__(self, folder: Path) -> None:
        """The cache in that folder, which need not exist yet."""
        self._folder = folder

    def load(self, name: str) -> bytes | None:
        """What was saved under that name, or None when there is nothing sound."""
        path = self._folder / name
        try:
            data = path.read_bytes()
        except OSError:
            return None
        start = len(_MAGIC) + _DIGEST
        body = memoryview(data)[start:]
        if data[: len(_MAGIC)] != _MAGIC or _checksum(body) != data[len(_MAGIC) : start]:
            return None
        with suppress(OSError):
            os.utime(path)  # used: others are thrown away first
        return bytes(body)

    def newest(self, prefix: str) -> str:
        """The name last used among those that begin so, or empty."""
        found = [entry for entry in self._entries() if entry[2].startswith(prefix) and not _unfinished(entry[2])]
        return max(found, default=(0.0, 0, ""))[2]

    def save(self, name: str, data: bytes) -> None:
        """Keep the bytes, all or none."""
        unfinished = self._folder / f"{name}.{os.getpid()}-{secrets.token_hex(4)}{_UNFINISHED}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("xb") as file:
                file.write(_MAGIC + _checksum(data))
                file.write(data)
            unfinished.replace(self._folder / name)
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            return
        self._prune(name)

    def _prune(self, name: str) -> None:
        """Throw away what a crash left behind, and the oldest of what is too much, never what was just given."""
        files, size = 0, 0
        for used, length, other in sorted(self._entries(), reverse=True):
            if _unfinished(other):
                doomed = used < time.time() - _ABANDONED_SECONDS
            else:
                files, size = files + 1, size + length
                doomed = other != name and (files > _MOST_FILES or size > _MOST_BYTES)
            if doomed:
                with suppress(OSError):
                    (self._folder / other).unlink()

    def _entries(self) -> list[tuple[float, int, str]]:
        """Last use, size and name of every file."""
        found = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    with suppress(OSError):
                        if entry.is_file(follow_symlinks=False):
                            told = entry.stat(follow_symlinks=False)
                            found.append((told.st_mtime, told.st_size, entry.name))
        except OSError:
            return found
        return found


def _checksum(data: bytes | memoryview) -> bytes:
    """Tells damage, not malice: whoever can write the cache can write the checksum."""
    return zlib.crc32(data).to_bytes(_DIGEST, "big")


def _unfinished(name: str) -> bool:
    return name.endswith(_UNFINISHED)
