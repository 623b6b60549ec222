"""A process that has imported what the notebooks import, and forks a kernel each time one is asked for.

Importing costs seconds in each notebook, a fork costs milliseconds. It holds no thread, no connection and no event loop
when it forks. It ends, and its kernels with it, when its standard input is closed: that is when the run ends, however.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "pandas",
    "torusnb.session.session",
    "torusnb.session.pictures",
    "torusnb.session.table",
    "torusnb.session.tables",
    "torusnb.session.views",
    "torusnb.widgets",
)
"""What the notebooks need, ipykernel first: others look at import time whether it is there."""

_TURN = 0.05  # seconds between two looks for kernels that have ended
_MOST_BYTES = 4_000_000


def main(path: str, listening: int) -> None:
    """Serve until standard input is closed; in a forked process, be the kernel.

    Args:
        path: Where the socket lies, in a folder of its own; both are removed at the end.
        listening: The socket's file descriptor.
    """
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read once, at import: a kernel ends when this process does
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # likewise; else numpy starts threads, and no process with some may fork
    for name in IMPORTS:
        importlib.import_module(name)
    request = Nursery(socket.socket(fileno=listening)).serve()
    if request is not None:
        _become_kernel(request)
        return
    with suppress(OSError):  # whoever started this process removes them too, unless it was killed
        Path(path).unlink()
        Path(path).parent.rmdir()


class Nursery:
    """The kernels that were forked, each with the line to who asked for it."""

    def __init__(self, listening: socket.socket) -> None:
        """A nursery that is asked over a listening socket."""
        self._listening = listening
        self._lines: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listening, selectors.EVENT_READ)
        self._selector.register(0, selectors.EVENT_READ)

    def serve(self) -> dict[str, Any] | None:
        """None when the run has ended; in a forked process, what its kernel was asked to be."""
        try:
            while True:
                for key, _ in self._selector.select(_TURN if self._lines else None):
                    if key.fileobj == 0:
                        return None
                    if key.fileobj is self._listening:
                        line, _ = self._listening.accept()
                        request = self._fork(line)
                        if request is not None:
                            return request
                    else:
                        self._end(key.data)  # who stood for the kernel is gone, so nobody wants it any more
                self._reap()
        finally:
            for pid in self._lines:
                _kill(pid)
                os.waitpid(pid, 0)

    def _fork(self, line: socket.socket) -> dict[str, Any] | None:
        """In the new process the request, in this one None."""
        request = _read_request(line)
        try:
            pid = os.fork() if request is not None else None
        except OSError:  # too many processes, or too little memory
            pid = None
        if pid is None:
            line.close()  # who asked takes a plain kernel
            return None
        if not pid:
            self._selector.close()
            for held in (self._listening, line, *self._lines.values()):
                held.close()
            self._lines.clear()
            return request
        with suppress(OSError):  # who asked went away just now, which the selector tells too
            line.sendall(f"{pid}\n".encode())
        self._lines[pid] = line
        self._selector.register(line, selectors.EVENT_READ, pid)
        return None

    def _end(self, pid: int) -> None:
        self._selector.unregister(self._lines[pid])
        _kill(pid)

    def _reap(self) -> None:
        for pid in list(self._lines):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                line = self._lines.pop(pid)
                if line in self._selector.get_map():
                    self._selector.unregister(line)
                with suppress(OSError):  # who stood for it may be gone
                    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                line.close()


def _read_request(line: socket.socket) -> dict[str, Any] | None:
    """What is asked; None for nonsense, and where who asked did not wait for an answer."""
    read = b""
    line.settimeout(5.0)
    try:
        while not read.endswith(b"\n") and len(read) < _MOST_BYTES:
            piece = line.recv(65536)
            if not piece:
                return None
            read += piece
        request: dict[str, Any] = json.loads(read)
        line.setblocking(False)
        line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:  # nothing more to read, and not closed: it is waited for
        return request
    except (OSError, ValueError):
        return None
    return None


def _kill(pid: int) -> None:
    """End a kernel with all that it started."""
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _become_kernel(request: dict[str, Any]) -> None:
    os.setsid()
    with open(os.devnull) as nothing:  # noqa: PTH123  # a file descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody debugs a batch run, and it takes long to import
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
