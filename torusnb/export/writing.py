"""A text from disk as it is, and to disk whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from torusnb.errors import InputError, OutputError


def load_text(path: Path) -> str | None:
    """The file's text with its newlines as they are, or None when there is no file.

    Raises:
        InputError: It is a folder, cannot be read, or is no UTF-8 text.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"The file cannot be read ({error.strerror}). Check the path.", path=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError("The file is no UTF-8 text. Save it as UTF-8.", path=path, line=line) from error


def save_text(path: Path, text: str) -> None:
    """Writes the text as UTF-8, with its newlines as they are, as `save_bytes` does."""
    save_bytes(path, text.encode("utf-8"))


def save_bytes(path: Path, data: bytes) -> None:
    """Writes the bytes; readers see the old file or the new one, never a part.

    The parent folder is created when it is missing, and an existing file keeps its mode. A symbolic link
    is followed: the file it points to is replaced, the link stays.

    Raises:
        OutputError: The folder cannot be made or written, a folder stands where the file should be, or
            the disk is full. The file is then as it was before.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(
            "A folder stands where this file should be written. Move it, or choose another name.", path=path
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"The file cannot be written ({reason}). Check the folder's permissions and the free space.", path=path
        ) from error


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_for(target))
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _mode_for(target: Path) -> int:
    """The existing file's mode, or what a new file gets here (`mkstemp` gives 0600)."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
