"""Contents: the bytes of a checkout's files, and what tells whether they changed.

Every file is read every time. Times and sizes on disk are not trusted: an editor, a script or a clock may set them,
and reading a large checkout from the system's own cache takes a few hundredths of a second.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

# Where the system knows them: what became a link or a pipe after it was listed is not followed and does not block.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SHA256_DIGITS = 64
_PIECE = 1_000_000


class Content(msgspec.Struct, frozen=True):
    """What a file held when it was read; `sha256` is empty where it could not be read, and `error` says why.

    Attributes:
        size: In bytes.
        git_ids: What git may know it under, where that was asked for.
    """

    sha256: str
    size: int = 0
    error: str = ""
    git_ids: tuple[str, ...] = ()


def read_bytes(root: Path, path: str) -> bytes:
    """The file's bytes.

    Raises:
        OSError: It is not there, is no regular file (any longer), or may not be read.
    """
    handle = os.open(f"{root}/{path}", _FLAGS)
    try:
        size = os.fstat(handle).st_size
        data = os.read(handle, size + 1)
        if len(data) == size:  # the byte more that was asked for did not come: this is all
            return data
        while more := os.read(handle, _PIECE):
            data += more
        return data
    finally:
        os.close(handle)


def read_contents(
    root: Path, paths: Iterable[str], commit: str = "", known: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, Content]:
    """Path to content, for each of the paths relative to `root`; a file that cannot be read has one too.

    Args:
        root: The checkout's folder.
        paths: What to read.
        commit: The commit's id when git's ids are wanted, otherwise empty.
        known: SHA-256 of some bytes to git's ids of them, from any earlier reading.
    """
    known = known or {}
    found = {}
    for path in paths:
        try:
            data = read_bytes(root, path)
        except OSError as error:
            found[path] = Content("", error=error.strerror or type(error).__name__)
            continue
        sha256 = hashlib.sha256(data).hexdigest()
        ids = known.get(sha256, ()) if commit else ()
        if commit and (not ids or len(ids[0]) != len(commit)):
            ids = git_ids(data, commit)
        found[path] = Content(sha256, len(data), git_ids=ids)
    return found


def git_ids(data: bytes, commit: str) -> tuple[str, ...]:
    """The ids that git may know some bytes under: as they are, and with git's line ends.

    The length of a commit's id tells by which algorithm a repository makes them.
    """
    algorithm = hashlib.sha256 if len(commit) == _SHA256_DIGITS else hashlib.sha1
    forms = (data, data.replace(b"\r\n", b"\n")) if b"\r\n" in data else (data,)
    return tuple(algorithm(b"blob %d\0" % len(form) + form).hexdigest() for form in forms)
