"""Outlining many files, in this process and others at once."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Self

import msgspec

from torusnb.context.map.outliner import Chunk, Words, outline_chunk, read_frame, write_frame
from torusnb.context.map.tally import Tally
from torusnb.models.codebase import FileOutline

_LEAST_BYTES = 60_000
_MOST_BYTES = 400_000
_FEW_BYTES = 100_000
_AHEAD = 2
_WORTH_OTHERS = 300
_PATIENCE_SECONDS = 60.0
_STARTED = "import sys; sys.path[:] = sys.argv[1:]; from torusnb.context.map.outliner import serve; serve()"


_encode = msgspec.msgpack.encode


@dataclass
class Outlined:
    """What came of it.

    Attributes:
        numbers: Path to document number of every file that was asked for, from 0 in order of the paths.
        outlines: Path to outline, of those that could be read.
        words: What was counted.
        counted: The paths of which it was.
    """

    numbers: dict[str, int]
    outlines: dict[str, FileOutline] = field(default_factory=dict)
    words: list[Words] = field(default_factory=list)
    counted: set[str] = field(default_factory=set)


class _Queue:
    """Files that wait: other processes take many large ones, this process a few small ones at a time."""

    def __init__(self, sizes: Mapping[str, int], numbers: Mapping[str, int], takers: int) -> None:
        self._files = sorted(((size, path) for path, size in sizes.items()), reverse=True)
        self._numbers = numbers
        self._left = sum(sizes.values())
        self._takers = takers
        self._start = 0
        self._lock = Lock()

    def take_many(self) -> Chunk:
        """Less and less, so that nobody waits long for another at the end; empty when nothing is left."""
        with self._lock:
            goal = min(max(self._left // (4 * self._takers), _LEAST_BYTES), _MOST_BYTES)
            end, size = self._start, 0
            while end < len(self._files) and size < goal:
                size += self._files[end][0]
                end += 1
            taken = self._files[self._start : end]
            self._start, self._left = end, self._left - size
            return tuple((self._numbers[path], path) for _, path in taken)

    def take_few(self) -> Chunk:
        """Only so many that others, who are asked for answers in between, never wait for long."""
        with self._lock:
            goal = min(max(self._left // (4 * self._takers), 1), _FEW_BYTES)
            taken, size = [], 0
            while self._start < len(self._files) and size < goal:
                length, path = self._files.pop()
                size += max(length, 1)
                taken.append((self._numbers[path], path))
            self._left -= size
            return tuple(taken)


class Outliner:
    """Outlines the files of a checkout, in other processes from `begin` on and in this one at `finish`.

    Other processes are used for a few hundred files or more. That none can be had costs time and nothing else.
    """

    def __init__(self, root: Path, jobs: int) -> None:
        """Outlines below that folder with so many processes, this one included."""
        self._root = root
        self._others = jobs - 1 if sys.executable else 0
        self._counting = False
        self._result = Outlined({})
        self._stack = ExitStack()
        self._queue = _Queue({}, {}, 1)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[Thread] = []

    def prepare(self, paths: Sequence[str]) -> None:
        """Start the other processes, if it is worth while for so many files; they take a while until they can work."""
        if not self._processes and len(paths) >= _WORTH_OTHERS:
            self._start(self._others)

    def begin(self, sizes: Mapping[str, int], *, counting: bool) -> None:
        """Let the other processes work.

        Args:
            sizes: Path to size of the files.
            counting: Whether words are counted for the index.
        """
        self.prepare(tuple(sizes))
        self._counting = counting
        self._result = Outlined({path: number for number, path in enumerate(sorted(sizes))})
        self._queue = _Queue(sizes, self._result.numbers, len(self._processes) + 1)
        self._threads = [Thread(target=self._drive, args=(process,)) for process in self._processes]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._stack.close()

    def finish(self) -> Outlined:
        """Help, wait for the others, and do what they failed to do."""
        result, numbers = self._result, self._result.numbers
        tally = self._tally()
        while chunk := self._queue.take_few():
            self._alone(chunk, tally)
        self._close(tally)
        for thread in self._threads:
            thread.join(_PATIENCE_SECONDS)
        self._end()
        lost = tuple((numbers[path], path) for path in numbers if path not in result.outlines)
        if lost:
            tally = self._tally()
            self._alone(lost, tally)
            self._close(tally)
        return result

    def _tally(self) -> Tally | None:
        return Tally() if self._counting else None

    def _close(self, tally: Tally | None) -> None:
        if tally is not None:
            self._result.words.append(tally.close())

    def _end(self) -> None:
        """Nobody else works any more; who waits for an answer gets none."""
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()

    def _start(self, count: int) -> None:
        for _ in range(count):
            # -I: neither the current folder, which may be a checkout that is not trusted, nor the environment
            # decides what is imported, only what this process imports from.
            command = (sys.executable, "-I", "-c", _STARTED, *sys.path)
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except (OSError, ValueError):
                return
            self._processes.append(self._stack.enter_context(_ended(process)))

    def _alone(self, chunk: Chunk, tally: Tally | None) -> None:
        for outline in outline_chunk(self._root, chunk, tally):
            self._result.outlines[outline.path] = outline
            self._result.counted.add(outline.path)

    def _drive(self, process: subprocess.Popen[bytes]) -> None:
        """Keep one process busy; it always has a chunk in hand while the answer to the one before is on its way."""
        asked, answered, result = process.stdin, process.stdout, self._result
        if asked is None or answered is None:
            return
        sent: deque[Chunk] = deque()
        own: list[str] = []
        try:
            write_frame(asked, _encode((str(self._root), self._counting)))
            while not sent or sent[0]:
                while len(sent) < _AHEAD and (not sent or sent[-1]):
                    sent.append(self._queue.take_many())
                    write_frame(asked, _encode(sent[-1]))
                frame = read_frame(answered)
                if frame is None:
                    return
                if sent.popleft():
                    outlines = msgspec.msgpack.decode(frame, type=tuple[FileOutline, ...])
                    result.outlines.update((outline.path, outline) for outline in outlines)
                    own.extend(outline.path for outline in outlines)
            frame = read_frame(answered)
            if frame is not None:
                result.words.append(msgspec.msgpack.decode(frame, type=Words))
                result.counted.update(own)
        except (OSError, ValueError, msgspec.MsgspecError):
            return


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which is gone afterwards whatever happened."""
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()
