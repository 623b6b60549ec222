"""The snapshot: what was read of a checkout the last time, kept in the cache, each part with the hash of its bytes."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

import torusnb.context.map.guides
import torusnb.context.map.words
import torusnb.elixir
import torusnb.models
from torusnb.context.map.cache import FolderCache
from torusnb.context.map.guides import ReadGuide
from torusnb.context.map.reading import GitIds
from torusnb.models.base import Value
from torusnb.models.codebase import FileOutline, LockedPackage

_PARSERS = ("tree-sitter", "tree-sitter-elixir", "markdown-it-py", "mdit-py-plugins")


class ReadMix(Value, frozen=True):
    """What the mix files tell.

    Attributes:
        stamps: Path and hash of each, the topmost first and the lock last.
    """

    stamps: tuple[tuple[str, str], ...] = ()
    app: str = ""
    packages: tuple[LockedPackage, ...] = ()


class Snapshot(Value, frozen=True):
    """What was read, each part to be used only for files of the same paths and bytes.

    Attributes:
        git_ids: The ids that git may know the bytes under, by their SHA-256.
    """

    files: tuple[FileOutline, ...] = ()
    guides: tuple[ReadGuide, ...] = ()
    mix: ReadMix = ReadMix()
    git_ids: GitIds = msgspec.field(default_factory=dict)

    @property
    def stamps(self) -> list[object]:
        """Path and hash of everything in it; two snapshots of one version with the same stamps are equal."""
        stamps = [(file.path, file.sha256) for file in self.files]
        return [len(self.git_ids), self.mix.stamps, *stamps, *((guide.path, guide.sha256) for guide in self.guides)]


def load_snapshot(cache: FolderCache, root: Path) -> Snapshot:
    """What is kept of this checkout; of the one last read, when there is nothing; otherwise an empty one."""
    for name in (_name(root), cache.newest(_prefix())):
        data = cache.load(name) if name else None
        if data is not None:
            try:
                return msgspec.msgpack.decode(data, type=Snapshot)
            except msgspec.MsgspecError:
                continue
    return Snapshot()


def save_snapshot(cache: FolderCache, root: Path, snapshot: Snapshot) -> None:
    """Keep it for this checkout, in the place of the one before."""
    cache.save(_name(root), msgspec.msgpack.encode(snapshot))


@cache
def outline_version() -> str:
    """A hash over the code that makes outlines and guides; when it changes, nothing older is used."""
    sources = [Path(str(module.__file__)) for module in (torusnb.context.map.guides, torusnb.context.map.words)]
    for package in (torusnb.elixir, torusnb.models):
        folder = Path(str(package.__file__)).parent
        sources += sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".scm"})
    digest = hashlib.sha256(" ".join(version(name) for name in _PARSERS).encode())
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the garbage collector: it would look through a hundred thousand new values again and again.

    What was made meanwhile is put with the old objects, which are looked through rarely, for it stays.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # what somebody else set aside stays there
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _prefix() -> str:
    return f"map-{outline_version()}-"


def _name(root: Path) -> str:
    return _prefix() + hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
