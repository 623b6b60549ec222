"""What Jupyter starts in place of a kernel: asks for a forked one, and stands for it until it ends.

Run as a script with nothing but the standard library, so that it is there in milliseconds:
`batch_door.py SOCKET COMMAND...`. Where no forked kernel comes, it becomes the plain one.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path

ANSWER = 50.0  # seconds; who listens may still be importing, and Jupyter gives a kernel 60


def main(path: str, command: list[str]) -> int:
    """The exit code of the kernel, once it has ended; does not return where the plain kernel takes this process."""
    line = _knock(path)
    pid = _ask(line, command) if line is not None else 0
    if line is None or not pid:
        os.execv(command[0], command)  # noqa: S606  # no shell is wanted
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: _pass_on(pid, received))
    told = _read_line(line)
    return int(told) if told.lstrip("-").isdecimal() else 1


def _knock(path: str) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(ANSWER)
    try:
        line.connect(path)
    except OSError:
        line.close()
        return None
    return line


def _ask(line: socket.socket, command: list[str]) -> int:
    """The process of the forked kernel; 0 where none came."""
    request = {"arguments": command[3:], "folder": str(Path.cwd()), "environment": dict(os.environ)}
    try:
        line.sendall(json.dumps(request).encode() + b"\n")
        answer = _read_line(line)
        line.settimeout(None)
    except OSError:
        line.close()
        return 0
    return int(answer) if answer.isdecimal() else 0


def _read_line(line: socket.socket) -> str:
    read = b""
    while not read.endswith(b"\n") and (piece := line.recv(1024)):
        read += piece
    return read.decode("ascii", "replace").strip()


def _pass_on(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:  # it ended meanwhile, and its exit code is on the way
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
