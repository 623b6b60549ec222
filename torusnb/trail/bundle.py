"""Sharing a trail: one zip that a colleague opens, checks and replays offline.

The zip is an RO-Crate 1.1 (https://www.researchobject.org/ro-crate/1.1/): beside the files lies
`ro-crate-metadata.json`, which says what each is, holds its SHA-256, and states the trail's last record.
Sharing the same files twice gives the same bytes.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from torusnb.errors import OutputError, TrailError
from torusnb.export.writing import save_bytes
from torusnb.trail.crate import HEAD, RECORDS, render_metadata
from torusnb.trail.scrub import name_place, scrub_notebook, scrub_text
from torusnb.trail.secrets import find_secrets
from torusnb.trail.store import LARGEST_RECORD, Trail

TRAIL_NAME = "trail.sqlite3"
METADATA_NAME = "ro-crate-metadata.json"
DOCUMENTS = ("fdd.md", "research.md", "research.latest.md", "research.warc.gz", "research.warc.gz.sha256")
"""What torusnb writes beside the trail; nothing else of the folder is ever shared, besides the walk's notebooks."""

_REPORTS = frozenset({"research.md", "research.latest.md"})

MOST_MEMBERS = 200
MOST_BYTES = 2 * 2**30
"""Bounds on a bundle that is opened: members, and bytes once unpacked."""

_GZIP = b"\x1f\x8b"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save_bundle(
    folder: Path, target: Path, notebooks: Iterable[str] = (), *, allow_secrets: bool = False
) -> tuple[str, ...]:
    """Write the bundle of a pack's output folder; returns the names inside.

    Only what torusnb made goes in: the trail, the documents and the executed notebooks, and of these a copy without
    the paths of this machine.

    Args:
        folder: The output folder.
        target: The zip to write.
        notebooks: File names of the walk's notebooks; those that are there are shared.
        allow_secrets: Share also what looks like a secret.

    Raises:
        TrailError: There is no trail, it is damaged, or something in it looks like a secret.
        OutputError: A file cannot be read, or the zip cannot be written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / TRAIL_NAME
        with Trail.open(folder / TRAIL_NAME, create=False) as written:
            written.copy_to(copy)
        # What is checked is the copy, since a run may go on writing to the trail itself.
        with Trail.open(copy, create=False) as trail:
            trail.verify()
            pack = _read_owner(trail)
            files = _documents(folder, notebooks, pack)
            if not allow_secrets:
                _refuse_secrets(trail, files, folder)
            head, events = trail.head(), list(trail.events())
        if not events:
            raise TrailError("this trail holds no record yet; run `torusnb run` first", path=folder / TRAIL_NAME)
        files[TRAIL_NAME] = copy.read_bytes()
    hashes = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in sorted(files.items())}
    title = scrub_text(events[0].summary.removeprefix("begin "), name_place(pack))
    files[METADATA_NAME] = render_metadata(title, events[-1].at, hashes, TRAIL_NAME, head)
    save_bytes(target, _render_zip(files))
    return tuple(sorted(files))


@contextmanager
def open_bundle(
    path: Path, *, most_bytes: int = MOST_BYTES, largest_member: int = LARGEST_RECORD
) -> Iterator[tuple[Trail, dict[str, bytes]]]:
    """The trail of a bundle (or of a bare trail file), and the other files in it, each checked by its hash.

    Args:
        path: The zip, or the trail.
        most_bytes: What the whole bundle may unpack to.
        largest_member: What one file in it may unpack to.

    Raises:
        TrailError: The file is no bundle, exceeds its bounds, a file in it is not what the metadata says, or its
            trail does not end with the record that was the last when it was shared.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files, head = ({}, None) if _is_trail(path) else _read_zip(path, most_bytes, largest_member)
        copy = Path(scratch) / TRAIL_NAME
        copy.write_bytes(files.pop(TRAIL_NAME) if files else path.read_bytes())
        with _opened(copy, path) as trail:
            if head is not None and trail.head() != head:
                raise TrailError("records at the end of the trail are not those that were shared", path=path)
            yield trail, files


@contextmanager
def _opened(copy: Path, path: Path) -> Iterator[Trail]:
    """The copied trail; what is wrong with it is told of the file that was given."""
    try:
        trail = Trail.open(copy, create=False)
    except TrailError as error:
        raise TrailError(error.message, path=path) from error
    with trail:
        yield trail


def _read_owner(trail: Trail) -> str:
    """The pack's folder, as the trail's first record has it."""
    first = next(trail.events("run"), None)
    return first.key if first is not None else ""


def _documents(folder: Path, notebooks: Iterable[str], pack: str) -> dict[str, bytes]:
    files = {name: _read(folder / name) for name in DOCUMENTS if (folder / name).is_file()}
    for name in _REPORTS & files.keys():  # an older torusnb wrote the whole path of a pack outside the checkout
        files[name] = scrub_text(files[name].decode("utf-8", "surrogateescape"), name_place(pack)).encode(
            "utf-8", "surrogateescape"
        )
    for name in notebooks:
        path = folder / "notebooks" / name
        if path.is_file():
            files[f"notebooks/{name}"] = scrub_notebook(_read(path), folder=folder, path=path, pack=pack)
    return files


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutputError(f"the file cannot be read ({error.strerror}); it was not shared", path=path) from error


def _refuse_secrets(trail: Trail, files: dict[str, bytes], folder: Path) -> None:
    found = [f"{name} ({kind})" for name, data in sorted(files.items()) for kind in _secrets_in(data)]
    for event in trail.events():
        kinds = find_secrets("\n".join((event.summary, event.key, event.data)))
        found += [f"record {event.seq}, {event.step} ({kind})" for kind in kinds]
    sources = trail.captured()
    for sha256, data in trail.snapshots():
        found += [f"the captured bytes of {sources.get(sha256, sha256[:12])} ({kind})" for kind in _secrets_in(data)]
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise TrailError(
            f"what looks like a secret stands in {'; '.join(found[:5])}{more}; nothing was shared. Take it out and run "
            "the pack into a new output folder, since a trail forgets nothing; if it is no secret, or void, share "
            "with --even-with-secrets",
            path=folder,
        )


def _secrets_in(data: bytes) -> tuple[str, ...]:
    """The kinds of secrets in a file; a packed one is unpacked first, as far as it can be."""
    if data.startswith(_GZIP):
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed, contextlib.suppress(OSError, EOFError, zlib.error):
            data = packed.read(LARGEST_RECORD)
    return find_secrets(data.decode("utf-8", "replace"))


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


def _read_zip(path: Path, most_bytes: int, largest_member: int) -> tuple[dict[str, bytes], tuple[object, object]]:
    """The files that the metadata lists, and the number and digest of the trail's last record it states."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > most_bytes:
                raise TrailError("this bundle is larger than a bundle may be; it was not opened", path=path)
            if METADATA_NAME not in archive.namelist():
                raise TrailError(f"this zip holds no {METADATA_NAME}; it is no shared trail", path=path)
            declared, head = _declared(_read_member(archive, METADATA_NAME, path, largest_member), path)
            files = {name: _read_member(archive, name, path, largest_member) for name in declared}
    except TrailError:
        raise
    except Exception as error:  # BadZipFile, NotImplementedError, struct.error …: whatever damaged bytes lead to
        raise TrailError(f"this file is no readable zip ({error}); ask for the bundle again", path=path) from error
    for name, sha256 in declared.items():
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise TrailError(f"{name} in the bundle is not the file that was shared: its hash differs", path=path)
    return files, head


def _read_member(archive: zipfile.ZipFile, name: str, path: Path, largest: int) -> bytes:
    """A member's bytes, read into memory: no name from the archive ever becomes a path on this disk."""
    try:
        with archive.open(name) as file:
            data = file.read(largest + 1)
    except KeyError as error:
        raise TrailError(f"the bundle lacks {name}, which its metadata lists", path=path) from error
    except Exception as error:  # zlib.error, NotImplementedError, RuntimeError …: whatever a damaged member raises
        raise TrailError(f"{name} in the bundle cannot be unpacked ({error})", path=path) from error
    if len(data) > largest:
        raise TrailError(f"{name} in the bundle unpacks to more than a bundle may hold", path=path)
    return data


def _declared(metadata: bytes, path: Path) -> tuple[dict[str, str], tuple[object, object]]:
    """File names and hashes that the crate's metadata lists, and the trail's last record."""
    try:
        graph = json.loads(metadata)["@graph"]
        found = {str(entity["@id"]): str(entity["sha256"]) for entity in graph if "sha256" in entity}
        stated = {entity["@id"]: entity["value"] for entity in graph if entity["@id"] in (RECORDS, HEAD)}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrailError(f"{METADATA_NAME} cannot be read ({error})", path=path) from error
    if TRAIL_NAME not in found:
        raise TrailError(f"{METADATA_NAME} lists no {TRAIL_NAME}; it is no shared trail", path=path)
    if len(stated) < 2:
        raise TrailError(f"{METADATA_NAME} does not state the trail's last record; ask for it again", path=path)
    return found, (stated[RECORDS], stated[HEAD])
