"""Sharing a trail: one zip that a colleague opens, checks and replays offline.

The zip is an RO-Crate 1.1 (https://www.researchobject.org/ro-crate/1.1/): beside the files lies
`ro-crate-metadata.json`, which says what each is, and holds its SHA-256. Sharing the same files twice
gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torusnb.errors import TrailError
from torusnb.export.writing import save_bytes
from torusnb.trail.crate import render_metadata
from torusnb.trail.store import LARGEST_RECORD, Trail

TRAIL_NAME = "trail.sqlite3"
METADATA_NAME = "ro-crate-metadata.json"
MOST_MEMBERS = 200
MOST_BYTES = 2 * 2**30
"""Bounds on a bundle that is opened: members, and bytes once unpacked."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def save_bundle(folder: Path, target: Path) -> tuple[str, ...]:
    """Write the bundle of a pack's output folder; returns the names inside.

    Only what torusnb made goes in: trail, fdd.md, research.md and the executed notebooks.

    Raises:
        TrailError: There is no trail, or it is damaged.
        OutputError: The zip cannot be written.
    """
    with tempfile.TemporaryDirectory() as scratch, Trail.open(folder / TRAIL_NAME, create=False) as trail:
        trail.verify()
        copy = Path(scratch) / TRAIL_NAME
        trail.copy_to(copy)
        files = {TRAIL_NAME: copy.read_bytes()}
        begun, ended = next(trail.events()), list(trail.events())[-1]
    for path in sorted([*folder.glob("*.md"), *folder.glob("notebooks/*.ipynb")]):
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    hashes = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in sorted(files.items())}
    files[METADATA_NAME] = render_metadata(begun.summary.removeprefix("begin "), ended.at, hashes)
    save_bytes(target, _render_zip(files))
    return tuple(sorted(files))


@contextmanager
def open_bundle(path: Path) -> Iterator[tuple[Trail, dict[str, bytes]]]:
    """The trail of a bundle (or of a bare trail file), and the other files in it, each checked by its hash.

    Raises:
        TrailError: The file is no bundle, exceeds its bounds, or a file in it is not what the metadata says.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files = {} if _is_trail(path) else _read_zip(path)
        copy = Path(scratch) / TRAIL_NAME
        copy.write_bytes(files.pop(TRAIL_NAME) if files else path.read_bytes())
        with Trail.open(copy, create=False) as trail:
            yield trail, files


def _is_trail(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        raise TrailError(f"the file cannot be read ({error.strerror}); give a bundle or a trail", path=path) from error


def _render_zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _read_zip(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
                raise TrailError("this bundle is larger than a bundle may be; it was not opened", path=path)
            if METADATA_NAME not in archive.namelist():
                raise TrailError(f"this zip holds no {METADATA_NAME}; it is no shared trail", path=path)
            declared = _declared(_read_member(archive, METADATA_NAME, path), path)
            files = {name: _read_member(archive, name, path) for name in declared}
    except (zipfile.BadZipFile, OSError) as error:
        raise TrailError(f"this file is no readable zip ({error}); ask for the bundle again", path=path) from error
    for name, sha256 in declared.items():
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise TrailError(f"{name} in the bundle is not the file that was shared: its hash differs", path=path)
    return files


def _read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """A member's bytes, read into memory: no name from the archive ever becomes a path on this disk."""
    try:
        with archive.open(name) as file:
            data = file.read(LARGEST_RECORD + 1)
    except KeyError as error:
        raise TrailError(f"the bundle lacks {name}, which its metadata lists", path=path) from error
    except Exception as error:  # zlib.error, NotImplementedError, RuntimeError …: whatever a damaged member raises
        raise TrailError(f"{name} in the bundle cannot be unpacked ({error})", path=path) from error
    if len(data) > LARGEST_RECORD:
        raise TrailError(f"{name} in the bundle unpacks to more than a bundle may hold", path=path)
    return data


def _declared(metadata: bytes, path: Path) -> dict[str, str]:
    """File names and hashes that the crate's metadata lists."""
    try:
        graph = json.loads(metadata)["@graph"]
        found = {str(entity["@id"]): str(entity["sha256"]) for entity in graph if "sha256" in entity}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrailError(f"{METADATA_NAME} cannot be read ({error})", path=path) from error
    if TRAIL_NAME not in found:
        raise TrailError(f"{METADATA_NAME} lists no {TRAIL_NAME}; it is no shared trail", path=path)
    return found
