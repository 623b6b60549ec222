"""The code map: a whole checkout's outline, pinned to its commit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from torusnb.context.map.cache import FolderCache
from torusnb.context.map.checkout import outside, pack_folders, require_elixir_project
from torusnb.context.map.contents import read_bytes
from torusnb.context.map.guides import ReadGuide, load_guide
from torusnb.context.map.linking import link_modules
from torusnb.context.map.outlining import Outliner
from torusnb.context.map.reading import Reading, read_checkout
from torusnb.context.map.snapshot import ReadMix, Snapshot, collector_paused, load_snapshot, save_snapshot
from torusnb.context.map.text_cache import save_counted
from torusnb.elixir.mixfiles import parse_app, parse_lock
from torusnb.elixir.outline import hash_text
from torusnb.models.base import Place, Problem
from torusnb.models.codebase import CodeMap, FileOutline

_LARGEST = 2_000_000
_MOST_READ = 4 * _LARGEST + 4
"""Bytes: more than so many characters, whatever they are."""
_MOST_JOBS = 3
"""A process more costs about 90 MB, and the whole is to stay below 500."""


def load_code_map(root: Path, *, cache: Path | None = None, jobs: int | None = None) -> CodeMap:
    """The outline of everything under `lib` and `config` and of the migrations, with guides, packages, other paths.

    A file that cannot be read, or is too large is there with a problem and no modules. What lies in
    spec packs is left out: torusnb writes there, and its own output must not change what it reads.
    What changed is told by the files' bytes, all of which are read each time; so the cache changes the time, never the
    map.

    Args:
        root: The folder that holds `mix.exs`.
        cache: A folder in which outlines are kept between runs; it may be missing, damaged or shared.
        jobs: Processes that outline files when there are a few hundred new ones; None for as many as there are
            processors, up to three.

    Raises:
        CheckoutError: `root` is no Elixir project.
    """
    root = require_elixir_project(root)
    store = FolderCache(cache) if cache is not None else None
    with collector_paused():
        snapshot = load_snapshot(store, root) if store is not None else Snapshot()
        with Outliner(root, jobs or _processors()) as outliner:
            # Where nothing is known, other processes will be wanted: they start while the files are read.
            reading = read_checkout(root, snapshot.git_ids, None if snapshot.files else outliner.prepare)
            kept, unread, fresh = _sort_out(reading, snapshot)
            counting = store is not None and not kept and bool(fresh)
            outliner.begin(fresh, counting=counting)
            guides = _guides(reading, snapshot)
            outlined = outliner.finish()
        sound = kept | outlined.outlines
        lost = {path: _unread(reading, path) for path in fresh if path not in sound}
        outlines = sound | unread | lost
        files = tuple(outlines[path] for path in sorted(outlines))
        mix = _mix(reading, snapshot.mix)
        code_map = _assemble(reading, link_modules(files), guides, mix)
        if store is not None:
            good = tuple(sound[path] for path in sorted(sound))
            read = Snapshot(good, tuple(guide for guide in guides if guide.sha256), mix, reading.git_ids)
            if read.stamps != snapshot.stamps:
                save_snapshot(store, root, read)
            if counting:
                save_counted(store, code_map, outlined)
    return code_map


def source_reader(root: Path) -> Callable[[str], str]:
    """A reader of the checkout's files by their relative path; an unreadable one, or one outside, reads as empty.

    Of a huge file only the beginning is read, which is longer than anything that is outlined or shown.
    """
    top = os.path.realpath(root)

    def read(path: str) -> str:
        try:
            target = os.path.realpath(f"{top}/{path}")
            inside = os.path.commonpath((top, target)) == top
            if not inside:
                return ""
            with Path(target).open("rb") as file:
                return file.read(_MOST_READ).decode("utf-8-sig", "replace")
        except (OSError, ValueError):
            return ""

    return read


def _sort_out(
    reading: Reading, snapshot: Snapshot
) -> tuple[dict[str, FileOutline], dict[str, FileOutline], dict[str, int]]:
    """Outlines that are known already, outlines of what cannot be outlined, and path to size of the rest."""
    known = {file.path: file for file in snapshot.files}
    kept: dict[str, FileOutline] = {}
    unread: dict[str, FileOutline] = {}
    fresh: dict[str, int] = {}
    for path in reading.code:
        if not path.endswith((".ex", ".exs")) or path.endswith("mix.exs"):
            continue
        content = reading.contents[path]
        outline = known.get(path)
        if content.error or content.size > _LARGEST:
            unread[path] = _unread(reading, path)
        elif outline is not None and outline.sha256 == content.sha256:
            kept[path] = outline
        else:
            fresh[path] = content.size
    return kept, unread, fresh


def _unread(reading: Reading, path: str) -> FileOutline:
    """An outline that says why there is none."""
    problem, content = _read(reading.root, path)
    problems = (problem,) if problem is not None else ()
    return FileOutline(
        path,
        hashlib.sha256(content).hexdigest(),
        content.count(b"\n"),
        problems=problems,
        text_sha256=hash_text(content),
    )


def _read(root: Path, path: str) -> tuple[Problem | None, bytes]:
    try:
        content = read_bytes(root, path)
    except OSError as error:
        told = f"The file cannot be read ({error.strerror})."
        return Problem(Place(path), told, "Check its permissions.", "error"), b""
    if len(content) > _LARGEST:
        told = f"The file has {len(content):,} bytes and was not outlined."
        remedy = "Nothing is to be done for generated code; otherwise split the file."
        return Problem(Place(path), told, remedy, "error"), content
    return None, content


def _guides(reading: Reading, snapshot: Snapshot) -> tuple[ReadGuide, ...]:
    known = {guide.path: guide for guide in snapshot.guides}
    found = []
    for path in reading.guides:
        guide = known.get(path)
        if guide is None or guide.sha256 != reading.contents[path].sha256:
            guide = load_guide(reading.root, path)
        found.append(guide)
    return tuple(found)


def _mix(reading: Reading, known: ReadMix) -> ReadMix:
    """The app's name from the topmost `mix.exs` that tells it, and the packages of `mix.lock`."""
    projects = [path for path in reading.code if path.endswith("mix.exs")]
    listed = [*sorted(projects, key=lambda path: (path.count("/"), path)), "mix.lock"]
    stamps = tuple((path, reading.contents[path].sha256) for path in listed if path in reading.contents)
    if stamps == known.stamps:
        return known
    read = {path: _read(reading.root, path) for path, _ in stamps}
    texts = {path: data.decode("utf-8", "replace") for path, (problem, data) in read.items() if problem is None}
    packages = parse_lock(texts.pop("mix.lock", ""), "mix.lock")
    return ReadMix(stamps, next(filter(None, map(parse_app, texts.values())), ""), packages)


def _mix_problems(reading: Reading, mix: ReadMix) -> Iterator[Problem]:
    for path, _ in mix.stamps:
        content = reading.contents[path]
        if content.error or content.size > _LARGEST:
            yield from filter(None, _read(reading.root, path)[:1])


def _assemble(reading: Reading, files: tuple[FileOutline, ...], guides: tuple[ReadGuide, ...], mix: ReadMix) -> CodeMap:
    found = tuple(read.guide for read in guides if read.guide is not None)
    known = {*(file.path for file in files), *(guide.path for guide in found)}
    others = outside(reading.paths, pack_folders(reading.paths))
    return CodeMap(
        app=mix.app,
        commit=reading.commit,
        files=files,
        guides=found,
        packages=mix.packages,
        other_files=tuple(path for path in others if path not in known),
        problems=(
            *(problem for file in files for problem in file.problems),
            *(read.problem for read in guides if read.problem is not None),
            *_mix_problems(reading, mix),
        ),
    )


def _processors() -> int:
    """How many processes are worth while on this machine."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_JOBS)
