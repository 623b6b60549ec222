"""A process of its own that outlines files: `outline_chunk` does the work, `serve` reads requests and writes answers.

It is started with `python -c` and not by multiprocessing, which would run the caller's main module again, would fork
a notebook's threads, and takes twice as long to start. It imports no more than it needs.
"""

from __future__ import annotations

import gc
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

import msgspec

from torusnb.context.map.contents import read_bytes
from torusnb.context.map.documents import CODE, document, is_indexed
from torusnb.context.map.tally import Tally
from torusnb.elixir.outline import parse_files
from torusnb.models.codebase import FileOutline

Words = tuple[dict[str, bytes], dict[int, int]]
"""What `Tally.close` gives."""

Chunk = tuple[tuple[int, str], ...]
"""Document numbers and paths."""

_LENGTH = struct.Struct("<Q")


def write_frame(file: IO[bytes], data: bytes) -> None:
    """Send some bytes with their length before them."""
    file.write(_LENGTH.pack(len(data)) + data)
    file.flush()


def read_frame(file: IO[bytes]) -> bytes | None:
    """The bytes that `write_frame` sent, or None when the other side is gone."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = file.read(length)
    return data if len(data) == length else None


def outline_chunk(root: Path, chunk: Iterable[tuple[int, str]], tally: Tally | None) -> Iterator[FileOutline]:
    """The files' outlines; those that the index wants are counted too. A file that has vanished has none."""
    read: list[tuple[int, str, bytes]] = []
    for number, path in chunk:
        with suppress(OSError):
            read.append((number, path, read_bytes(root, path)))
    outlines = parse_files([(path, source) for _, path, source in read])
    for (number, _, source), outline in zip(read, outlines, strict=True):
        if tally is not None and is_indexed(outline):
            tally.add(number, document(outline, ""))
            tally.add_bytes(number, CODE, source)
        yield outline


def serve() -> None:
    """Answer each chunk with its outlines and an empty one with the words; ends when nobody asks any more."""
    gc.disable()  # what a file leaves behind is freed by its reference counts
    frames: SimpleQueue[bytes | None] = SimpleQueue()
    # Requests are always taken at once, so that neither side can wait for the other to read.
    Thread(target=_listen, args=(sys.stdin.buffer, frames), daemon=True).start()
    first = frames.get()
    if first is None:
        return
    root, counting = msgspec.msgpack.decode(first, type=tuple[str, bool])
    tally = Tally() if counting else None
    while (frame := frames.get()) is not None:
        chunk = msgspec.msgpack.decode(frame, type=Chunk)
        if chunk:
            outlines = tuple(outline_chunk(Path(root), chunk, tally))
            write_frame(sys.stdout.buffer, msgspec.msgpack.encode(outlines))
        else:
            words: Words = tally.close() if tally is not None else ({}, {})
            write_frame(sys.stdout.buffer, msgspec.msgpack.encode(words))


def _listen(file: IO[bytes], frames: SimpleQueue[bytes | None]) -> None:
    frame: bytes | None = b""
    while frame is not None:
        frame = read_frame(file)
        frames.put(frame)
