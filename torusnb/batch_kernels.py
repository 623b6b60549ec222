"""Kernels for a batch run that need not import everything anew for each notebook."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    if not can_fork:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="torusnb-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "kernels"
        command = [sys.executable, "-P", "-m", "torusnb.batch_nursery", str(path)]
        nursery = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        try:
            yield {"kernel_manager_class": _manager(path)}
        finally:
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
