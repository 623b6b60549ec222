"""Kernels that are forked for a batch run: the same as plain ones, gone when the run is, and plain where that fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from jupyter_client.manager import AsyncKernelManager

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
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made; its name is short, since that of a socket must be."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


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


def test_a_plain_kernel_that_is_killed_is_told_too_and_in_one_sentence_alone(
    execute: Execute, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotebookError, match="ended from outside or ran out of memory"):
        execute({}, "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))")
    assert [record.getMessage() for record in caplog.records if "ernel" in record.getMessage()] == []


def test_a_kernel_that_does_not_start_is_told_in_a_sentence(execute: Execute) -> None:
    class Failing(AsyncKernelManager):
        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            return [sys.executable, "-c", "raise SystemExit(3)"]

    with pytest.raises(NotebookError, match=r"its kernel did not start \("):
        execute({"kernel_manager_class": Failing}, "1")


def test_where_nothing_can_be_forked_kernels_are_plain() -> None:
    with open_kernels(can_fork=False) as started:
        assert started == {}


@forking
def test_without_anybody_who_forks_the_door_becomes_the_plain_command(tmp_path: Path) -> None:
    assert _plain(tmp_path / "nobody") == "plain\n"


@forking
def test_when_the_run_ends_its_kernels_and_its_socket_end(places: Path, tmp_path: Path) -> None:
    with open_kernels() as started:
        assert list(places.glob("torusnb-*/kernels"))
        kernel, door = _open_kernel(started, tmp_path)
    assert door.wait(60) != 0
    _within(lambda: _has_ended(kernel))
    assert not list(places.glob("torusnb-*"))


@forking
def test_who_ends_the_door_ends_its_kernel(kernels: dict[str, Any], tmp_path: Path) -> None:
    kernel, door = _open_kernel(kernels, tmp_path)
    door.kill()
    door.wait(60)
    _within(lambda: _has_ended(kernel))


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
def test_a_run_that_is_killed_leaves_no_process_and_no_socket(places: Path) -> None:
    script = "import time\nfrom torusnb.batch_kernels import open_kernels\nwith open_kernels():\n    time.sleep(60)\n"
    run = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(places)})
    _within(psutil.Process(run.pid).children)
    (nursery,) = psutil.Process(run.pid).children()
    os.kill(run.pid, signal.SIGKILL)
    run.wait(60)
    _within(lambda: _has_ended(nursery))
    assert not list(places.iterdir())


@forking
def test_without_a_place_for_the_socket_kernels_are_plain(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = places / ("long" * 50)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    for made in (False, True):  # no such folder; then one with a longer name than a socket may have
        if made:
            folder.mkdir()
        with open_kernels() as started:
            assert started == {}
    assert not list(folder.iterdir())


NO_FORK = """
import os, sys
from torusnb import batch_nursery
def fork():
    raise BlockingIOError(11, "no more processes")
os.fork = fork
batch_nursery.IMPORTS = ()
batch_nursery.main(sys.argv[1], int(sys.argv[2]))
"""


@forking
@pytest.mark.parametrize("script", [NO_FORK, "import time; time.sleep(1); raise SystemExit('it fails')"])
def test_where_no_kernel_can_be_forked_the_door_becomes_the_plain_command(places: Path, script: str) -> None:
    path = places / "kernels"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        command = [sys.executable, "-c", script, str(path), str(listening.fileno())]
        nursery = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(listening.fileno(),))
    try:
        assert _plain(path) == "plain\n"
    finally:
        nursery.communicate(timeout=60)


@forking
def test_who_does_not_wait_for_a_kernel_gets_none_and_disturbs_nobody(
    kernels: dict[str, Any], execute: Execute
) -> None:
    manager = kernels["kernel_manager_class"](kernel_name="python3")
    request = {"arguments": [], "folder": "/", "environment": {}}
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(manager.format_kernel_cmd()[4])
        line.sendall(json.dumps(request).encode() + b"\n")
    assert execute(kernels, "import sys; print('torusnb.session.session' in sys.modules)") == ["True\n"]
    _within(lambda: not _forked())


@forking
def test_who_forks_has_one_thread(kernels: dict[str, Any], execute: Execute) -> None:
    execute(kernels, "1")
    assert [nursery.num_threads() for nursery in _nurseries()] == [1]


def _plain(path: Path) -> str:
    """What a door prints that becomes the plain command."""
    command = [sys.executable, "-c", "print('plain')"]
    door = [sys.executable, "-I", "-S", batch_door.__file__, str(path), *command]
    return subprocess.run(door, capture_output=True, text=True, timeout=120, check=True).stdout


def _open_kernel(kernels: dict[str, Any], folder: Path) -> tuple[psutil.Process, subprocess.Popen[bytes]]:
    """A forked kernel and the door that stands for it, opened as Jupyter does it."""
    manager = kernels["kernel_manager_class"](kernel_name="python3", connection_file=str(folder / "connection.json"))
    manager.write_connection_file()
    before = _forked()
    door = subprocess.Popen(manager.format_kernel_cmd(["--log-level=CRITICAL"]), start_new_session=True)
    _within(lambda: _forked() - before)
    (kernel,) = _forked() - before
    return kernel, door


def _nurseries() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "torusnb.batch_nursery" in child.cmdline()]


def _forked() -> set[psutil.Process]:
    """The kernels that were forked for this process."""
    return {kernel for nursery in _nurseries() for kernel in nursery.children()}


def _has_ended(process: psutil.Process) -> bool:
    """Whether it is gone, or is only kept in the table of processes by a container where nobody asks for it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _within(holds: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
