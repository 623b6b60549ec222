"""Kernels that are forked for a batch run: the same as plain ones, gone when the run is, and plain where that fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from torusnb import batch_door
from torusnb.batch import run_notebook
from torusnb.batch_kernels import CAN_FORK, open_kernels
from torusnb.errors import NotebookError

Execute = Callable[..., list[str]]

forking = pytest.mark.skipif(not CAN_FORK, reason="only Linux forks kernels; elsewhere they are plain")


@pytest.fixture(scope="module")
def kernels() -> Iterator[dict[str, Any]]:
    with open_kernels() as started:
        yield started


@pytest.fixture
def execute(tmp_path: Path) -> Execute:
    """Runs a notebook of some cells, and gives what each printed."""

    def run(kernels: dict[str, Any], *cells: str, name: str = "cells") -> list[str]:
        made: list[dict[str, Any]] = [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
            for n, cell in enumerate(cells)
        ]
        language = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": language}, "cells": made}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        run_notebook(tmp_path / f"{name}.ipynb", tmp_path / f"{name}.out.ipynb", {}, kernels)
        return [_shown(cell) for cell in json.loads((tmp_path / f"{name}.out.ipynb").read_bytes())["cells"]]

    return run


def _shown(cell: dict[str, Any]) -> str:
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell["outputs"]]
    return "".join("".join(text) for text in texts)


LOOK = (
    "import os, sys; print(os.getcwd())",
    "print(os.environ.get('TORUSNB_OF_THE_TEST'), __name__, sys.path[0] in ('', os.getcwd()))",
    "%timeit -n1 -r1 -q pass",
    "1 + 1",
    "import torusnb.session as s; s.Parameters().pack",
)


@forking
def test_a_forked_kernel_shows_what_a_plain_one_shows(
    kernels: dict[str, Any], execute: Execute, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORUSNB_OF_THE_TEST", "set since")
    forked = execute(kernels, *LOOK)
    assert forked == execute({}, *LOOK)
    assert forked[0].strip() == str(tmp_path)
    assert forked[1].startswith("set since __main__")


@forking
def test_a_forked_kernel_has_imported_what_the_notebooks_need(kernels: dict[str, Any], execute: Execute) -> None:
    look = "import sys; print('torusnb.session.session' in sys.modules, 'pandas' in sys.modules)"
    assert execute(kernels, look) == ["True True\n"]
    assert execute({}, look) == ["False False\n"]


@forking
def test_notebooks_share_no_variables(kernels: dict[str, Any], execute: Execute) -> None:
    execute(kernels, "left_behind = 1")
    assert execute(kernels, "print('left_behind' in globals())") == ["False\n"]


@forking
def test_a_kernel_that_is_killed_is_told_and_the_next_one_runs(kernels: dict[str, Any], execute: Execute) -> None:
    with pytest.raises(NotebookError, match="ended from outside or ran out of memory"):
        execute(kernels, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert execute(kernels, "print('here')") == ["here\n"]


def test_a_plain_kernel_that_is_killed_is_told_too(execute: Execute) -> None:
    with pytest.raises(NotebookError, match="ended from outside or ran out of memory"):
        execute({}, "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))")


def test_where_nothing_can_be_forked_kernels_are_plain() -> None:
    with open_kernels(can_fork=False) as started:
        assert started == {}


@forking
def test_without_anybody_who_forks_the_door_becomes_the_plain_command(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('plain')"]
    door = [sys.executable, "-I", "-S", batch_door.__file__, str(tmp_path / "nobody"), *command]
    done = subprocess.run(door, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "plain\n"


@forking
def test_when_the_run_ends_its_kernels_end(kernels: dict[str, Any], tmp_path: Path) -> None:
    with open_kernels() as started:
        door = _open_door(started, tmp_path)
        kernel = _kernel_of(door)
        assert kernel.is_running()
    assert door.wait(20) != 0
    psutil.wait_procs([kernel], timeout=20)
    assert not kernel.is_running()


@forking
def test_who_ends_the_door_ends_its_kernel(kernels: dict[str, Any], tmp_path: Path) -> None:
    door = _open_door(kernels, tmp_path)
    kernel = _kernel_of(door)
    door.kill()
    door.wait(20)
    psutil.wait_procs([kernel], timeout=20)
    assert not kernel.is_running()


@forking
def test_an_interrupt_reaches_the_kernel_and_not_its_life(kernels: dict[str, Any]) -> None:
    manager = kernels["kernel_manager_class"](kernel_name="python3")
    from jupyter_core.utils import run_sync

    run_sync(manager.start_kernel)(extra_arguments=["--log-level=CRITICAL"])
    client = manager.client()
    client.start_channels()
    try:
        run_sync(client.wait_for_ready)(timeout=60)
        asked = client.execute("print('begun', flush=True); import time; time.sleep(60)")
        while run_sync(client.get_iopub_msg)(timeout=60)["msg_type"] != "stream":
            pass
        run_sync(manager.interrupt_kernel)()
        while (reply := run_sync(client.get_shell_msg)(timeout=60))["parent_header"]["msg_id"] != asked:
            pass
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert run_sync(manager.is_alive)()
    finally:
        client.stop_channels()
        run_sync(manager.shutdown_kernel)(now=True)


@forking
def test_a_run_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    script = "import time\nfrom torusnb.batch_kernels import open_kernels\nwith open_kernels():\n    time.sleep(60)\n"
    run = subprocess.Popen([sys.executable, "-c", script])
    (nursery,) = _within(lambda: psutil.Process(run.pid).children())
    os.kill(run.pid, signal.SIGKILL)
    run.wait(20)
    psutil.wait_procs([nursery], timeout=60)
    assert not nursery.is_running()


def _open_door(kernels: dict[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """A door that was opened for a kernel, as Jupyter does it."""
    manager = kernels["kernel_manager_class"](kernel_name="python3", connection_file=str(folder / "connection.json"))
    manager.write_connection_file()
    return subprocess.Popen(manager.format_kernel_cmd(["--log-level=CRITICAL"]), start_new_session=True)


def _kernel_of(door: subprocess.Popen[bytes]) -> psutil.Process:
    """The forked kernel of a door, found by the command that it took over."""

    def forked() -> list[psutil.Process]:
        nurseries = [child for child in psutil.Process().children() if "torusnb.batch_nursery" in child.cmdline()]
        return [kernel for nursery in nurseries for kernel in nursery.children()]

    assert door.poll() is None
    return _within(forked)[-1]


def _within(found: Callable[[], list[psutil.Process]], seconds: float = 60.0) -> list[psutil.Process]:
    until = time.monotonic() + seconds
    while not (processes := found()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return processes
