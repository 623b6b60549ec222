"""Kernels for a batch run that need not import everything anew for each notebook."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

CAN_FORK = sys.platform == "linux"
"""Elsewhere a process that has imported much is not safe to fork (macOS), or there is no fork (Windows)."""

_PLAIN = ("-m", "ipykernel_launcher")
_FAREWELL = 5.0  # seconds


@contextmanager
def open_kernels(can_fork: bool = CAN_FORK) -> Iterator[dict[str, Any]]:
    """What papermill is given besides to start its kernels by; empty where each kernel is started plainly.

    Kernels are forked from one process that has imported what the notebooks need (`torusnb.batch_nursery`), which is
    started here and ended here. Whatever goes wrong with that, a kernel is a plain one, only slower.
    """
    with ExitStack() as closing:
        path = _start_nursery(closing) if can_fork else None
        yield {} if path is None else {"kernel_manager_class": _manager(path)}


def _start_nursery(closing: ExitStack) -> Path | None:
    """The socket at which kernels are asked for; None where there is no place for one, or no process to be had."""
    try:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="torusnb-", ignore_cleanup_errors=True))
        path = Path(folder) / "kernels"
        # Listening begins here, so that nobody who asks has to wait for the process to begin with it.
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))  # fails for a folder with a very long name
            listening.listen()
            command = [sys.executable, "-P", "-m", "torusnb.batch_nursery", str(path), str(listening.fileno())]
            passed = (listening.fileno(),)
            nursery = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=passed, start_new_session=True)
    except OSError:
        return None
    closing.callback(_end, nursery)
    return path


def _end(nursery: subprocess.Popen[bytes]) -> None:
    if nursery.stdin is not None:
        nursery.stdin.close()
    try:
        nursery.wait(_FAREWELL)
    except subprocess.TimeoutExpired:
        nursery.kill()
        nursery.wait()


def _manager(path: Path) -> type[Any]:
    from jupyter_client.manager import AsyncKernelManager

    class ForkingKernelManager(AsyncKernelManager):
        """Starts a kernel by its door; one of another Python than this is started plainly."""

        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            plain: list[str] = super().format_kernel_cmd(extra_arguments)
            if plain[0] != sys.executable or tuple(plain[1:3]) != _PLAIN:
                return plain
            door = Path(__file__).with_name("batch_door.py")
            return [sys.executable, "-I", "-S", str(door), str(path), *plain]

    return ForkingKernelManager
