"""The code map: a whole checkout's outline, pinned to its commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import msgspec

from torusnb.context.cache import OutlineCache, outline_key
from torusnb.context.checkout import (
    code_paths,
    in_folders,
    list_files,
    pack_folders,
    pin_checkout,
    require_elixir_project,
)
from torusnb.context.guides import load_guides
from torusnb.elixir.mixfiles import parse_app, parse_lock
from torusnb.elixir.outline import parse_file
from torusnb.models.base import Place, Problem
from torusnb.models.codebase import CodeMap, FileOutline, LockedPackage

_LARGEST = 2_000_000
_WORTH_A_POOL = 300


def load_code_map(root: Path, *, cache: Path | None = None, jobs: int = 1) -> CodeMap:
    """The outline of everything under `lib` and of the migrations, with guides, locked packages and other paths.

    A file that cannot be read, or is too large is there with a problem and no modules. What lies in
    spec packs is left out: torusnb writes there, and its own output must not change what it reads.

    Args:
        root: The folder that holds `mix.exs`.
        cache: A file in which outlines are kept between runs; it may be missing, damaged or shared.
        jobs: Processes that outline new files; with fewer than a few hundred of them one is used in any case.

    Raises:
        CheckoutError: `root` is no Elixir project.
    """
    root = require_elixir_project(root)
    paths = list_files(root)
    code = [path for path in code_paths(paths) if path.endswith((".ex", ".exs")) and not path.endswith("mix.exs")]
    files = _outlines(root, code, OutlineCache(cache) if cache else None, jobs)
    guides, problems = load_guides(root, paths)
    app, packages, mix_problems = _load_mix(root, paths)
    packs = pack_folders(paths)
    known = {*code, *(guide.path for guide in guides)}
    return CodeMap(
        app=app,
        commit=pin_checkout(root),
        files=files,
        guides=guides,
        packages=packages,
        other_files=tuple(path for path in paths if path not in known and not in_folders(path, packs)),
        problems=(*(problem for file in files for problem in file.problems), *problems, *mix_problems),
    )


def source_reader(root: Path) -> Callable[[str], str]:
    """A reader of the checkout's files by their relative path; an unreadable one reads as empty text."""
    top = root.resolve()

    def read(path: str) -> str:
        try:
            return (top / path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return ""

    return read


def _outlines(root: Path, paths: Iterable[str], cache: OutlineCache | None, jobs: int) -> tuple[FileOutline, ...]:
    outlines: dict[str, FileOutline] = {}
    contents: dict[str, bytes] = {}
    for path in paths:
        content = _read(root, path)
        if isinstance(content, bytes):
            contents[path] = content
        else:
            outlines[path] = content
    if cache is None:
        outlines |= _parse_all(contents, jobs)
    else:
        outlines |= _cached_outlines(contents, cache, jobs)
    return tuple(outlines[path] for path in sorted(outlines))


def _cached_outlines(contents: dict[str, bytes], cache: OutlineCache, jobs: int) -> dict[str, FileOutline]:
    keys = {path: outline_key(path, hashlib.sha256(content).hexdigest()) for path, content in contents.items()}
    kept = cache.load(keys.values())
    fresh = _parse_all({path: contents[path] for path, key in keys.items() if key not in kept}, jobs)
    cache.save({keys[path]: outline for path, outline in fresh.items()})
    return {path: fresh[path] if path in fresh else kept[key] for path, key in keys.items()}


def _parse_all(contents: dict[str, bytes], jobs: int) -> dict[str, FileOutline]:
    """The outlines of the files; a pool that cannot be had costs time, never the outlines."""
    if jobs > 1 and len(contents) >= _WORTH_A_POOL:
        chunks = [dict(list(contents.items())[start :: jobs * 4]) for start in range(jobs * 4)]
        try:
            with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
                decoder = msgspec.msgpack.Decoder(tuple[FileOutline, ...])
                parsed = [decoder.decode(data) for data in pool.map(_parse_chunk, chunks)]
                return {outline.path: outline for outlines in parsed for outline in outlines}
        except (BrokenProcessPool, OSError):
            pass
    return {path: parse_file(path, content) for path, content in contents.items()}


def _parse_chunk(contents: dict[str, bytes]) -> bytes:
    return msgspec.msgpack.encode(tuple(parse_file(path, content) for path, content in contents.items()))


def _read(root: Path, path: str) -> bytes | FileOutline:
    """The file's bytes, or an outline that says why there are none."""
    try:
        content = (root / path).read_bytes()
    except OSError as error:
        return _unread(path, b"", f"The file cannot be read ({error.strerror}).", "Check its permissions.")
    if len(content) > _LARGEST:
        text = f"The file has {len(content):,} bytes and was not outlined."
        return _unread(path, content, text, "Nothing is to be done for generated code; otherwise split the file.")
    return content


def _unread(path: str, content: bytes, text: str, remedy: str) -> FileOutline:
    problem = Problem(Place(path), text, remedy, "error")
    return FileOutline(path, hashlib.sha256(content).hexdigest(), content.count(b"\n"), problems=(problem,))


def _load_mix(root: Path, paths: tuple[str, ...]) -> tuple[str, tuple[LockedPackage, ...], tuple[Problem, ...]]:
    app = ""
    problems: list[Problem] = []
    packages: tuple[LockedPackage, ...] = ()
    for path in sorted(
        (path for path in code_paths(paths) if path.endswith("mix.exs")), key=lambda p: (p.count("/"), p)
    ):
        content = _read(root, path)
        if isinstance(content, FileOutline):
            problems.extend(content.problems)
        else:
            app = app or parse_app(content.decode("utf-8", "replace"))
    if "mix.lock" in paths:
        content = _read(root, "mix.lock")
        if isinstance(content, FileOutline):
            problems.extend(content.problems)
        else:
            packages = parse_lock(content.decode("utf-8", "replace"), "mix.lock")
    return app, packages, tuple(problems)
