"""The text index of a checkout, kept between runs and brought up to date document by document."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from torusnb.context.map import documents, index, tally, words
from torusnb.context.map.cache import FolderCache
from torusnb.context.map.documents import NAMES, document, further_names, is_indexed
from torusnb.context.map.index import Postings, TextIndex, Weights
from torusnb.context.map.outlining import Outlined
from torusnb.context.map.snapshot import collector_paused, outline_version
from torusnb.context.map.tally import Tally
from torusnb.models.codebase import CodeMap, FileOutline


def open_text_index(
    code_map: CodeMap,
    read_source: Callable[[str], str],
    *,
    cache: Path | None = None,
    weights: Weights | None = None,
) -> TextIndex:
    """The index over every file of the map that can be a waypoint, as `TextIndex` would make it of their documents.

    Only files whose bytes, path or names from elsewhere the kept index does not know are read. Close it after use.

    Args:
        code_map: The whole checkout.
        read_source: The text of a file of the checkout by its path.
        cache: The folder that `load_code_map` was given.
        weights: How BM25F counts; they are no part of what is kept.
    """
    store = FolderCache(cache) if cache is not None else None
    with collector_paused():
        postings = _load(store, code_map.app) if store is not None else Postings()
        if _update(postings, code_map, read_source) and store is not None:
            _save(store, code_map.app, postings)
        return TextIndex.of(postings, weights)


def save_counted(store: FolderCache, code_map: CodeMap, outlined: Outlined) -> None:
    """Keep an index of what was counted while the files of the map were outlined."""
    further = further_names(code_map)
    keys = _keys(code_map, further)
    postings, linked = Postings(), Tally()
    for path, number in outlined.numbers.items():
        postings.reserve(path, keys.get(path, ""))
        if path not in outlined.counted or path not in keys:
            postings.drop(number)
        elif path in further:
            linked.add_field(number, NAMES, " ".join(further[path]))
    for part in (*outlined.words, linked.close()):
        postings.join(*part)
    _save(store, code_map.app, postings)


def _update(postings: Postings, code_map: CodeMap, read_source: Callable[[str], str]) -> bool:
    """Make the postings hold just what the map holds; whether anything was to be done."""
    further = further_names(code_map)
    keys = _keys(code_map, further)
    held = {path: number for number, path in enumerate(postings.paths) if path}
    stale = [number for path, number in held.items() if keys.get(path) != postings.keys[number]]
    if len(postings.paths) - len(held) + len(stale) > len(keys):
        held, stale = {}, []
        postings.clear()
    for number in stale:
        del held[postings.paths[number]]
        postings.drop(number)
    missing = [path for path in keys if path not in held]
    fresh = Tally()
    for path in missing:
        outline, source = code_map.by_path[path], read_source(path)
        number = postings.reserve(path, keys[path] if _is_source_of(outline, source) else "")
        fresh.add(number, document(outline, source))
        fresh.add_field(number, NAMES, " ".join(further.get(path, ())))
    postings.join(*fresh.close())
    return bool(stale or missing)


def _is_source_of(outline: FileOutline, source: str) -> bool:
    """Whether the text is surely the one that was outlined; a file may change between the two."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest() == (outline.text_sha256 or outline.sha256)


def _keys(code_map: CodeMap, further: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Path to what its document is made from, by path."""
    return {
        file.path: "\n".join((file.sha256, *further.get(file.path, ()))) for file in code_map.files if is_indexed(file)
    }


@cache
def _version() -> str:
    """A hash over the code that makes documents and counts them, and over how this machine writes numbers."""
    digest = hashlib.sha256(f"{outline_version()} {sys.byteorder} {array('Q').itemsize}".encode())
    for file in (__file__, *(module.__file__ for module in (documents, index, tally, words))):
        digest.update(Path(str(file)).read_bytes())
    return digest.hexdigest()[:16]


def _name(app: str) -> str:
    return f"text-{_version()}-{hashlib.sha256(app.encode()).hexdigest()[:16]}"


def _load(store: FolderCache, app: str) -> Postings:
    data = store.load(_name(app))
    try:
        return msgspec.msgpack.decode(data, type=Postings) if data is not None else Postings()
    except msgspec.MsgspecError:
        return Postings()


def _save(store: FolderCache, app: str, postings: Postings) -> None:
    store.save(_name(app), msgspec.msgpack.encode(postings))
