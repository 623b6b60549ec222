"""`torusnb lab`, started for a test in folders of its own and stopped with everything it started."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

RUN = "from torusnb.cli import main; main()"
START_SECONDS = 90.0
STOP_SECONDS = 30.0

SETTINGS = """
c.ServerApp.ip = "127.0.0.1"
c.LabApp.expose_app_in_browser = True
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False, "jupyter_server_terminals": False}
"""
"""The person's own Jupyter settings, as far as this test is a person; the last two start it sooner."""


@dataclass(frozen=True)
class RunningLab:
    """A JupyterLab that answers.

    Attributes:
        process: The server, the leader of its own process group.
        url: Its address, ending in `/`. token: what it asks for. folder: where its notebooks lie.
        log: What it printed. runtime: where its kernels put their connection files.
    """

    process: subprocess.Popen[bytes]
    url: str
    token: str
    folder: Path
    log: Path
    runtime: Path

    def request(self, path: str, data: Mapping[str, object] | None = None) -> object:
        """The JSON answer of the server's REST interface; a POST when there is something to send."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.url + path, data=body, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def family(self) -> list[psutil.Process]:
        """The server's own processes, kernels and all."""
        return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOP_SECONDS)


@contextlib.contextmanager
def running_lab(home: Path, *arguments: str, **variables: str) -> Iterator[RunningLab]:
    """`torusnb lab` on `home/notebooks`, once it answers; nothing of it is left afterwards, also after a failure.

    Args:
        home: A folder of the test's own: notebooks, settings, logs and the home folder itself.
        arguments: More arguments of the command.
        variables: More environment variables; those of the calling shell that Jupyter or torusnb read are taken out.
    """
    folder, log, runtime = home / "notebooks", home / "lab.log", home / "runtime"
    (home / "config").mkdir(parents=True)
    (home / "config" / "jupyter_lab_config.py").write_text(SETTINGS)
    news = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false"}')  # the person has answered Jupyter's question long ago
    controller, terminal = pty.openpty()  # Jupyter treats Ctrl-C differently where nobody sits at a terminal
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, "lab", str(folder), "--no-browser", *arguments],
                cwd=home,
                env=_environment(home) | variables,
                stdin=terminal,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            server = _wait_for_server(process, runtime, log)
            yield RunningLab(process, server["url"], server["token"], folder, log, runtime)
        finally:
            _stop(process)
    finally:
        os.close(controller)
        os.close(terminal)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "TORUSNB"))}
    folders = {
        "HOME": "home",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "TORUSNB_CACHE": "cache",
        "XDG_CACHE_HOME": "cache",
    }
    return kept | {name: str(home / folder) for name, folder in folders.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"}


def _wait_for_server(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> dict[str, str]:
    """What the server says of itself, once it answers; the port is the first free one it found."""
    note = runtime / f"jpserver-{process.pid}.json"
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            server: dict[str, str] = json.loads(note.read_text())
            with urllib.request.urlopen(f"{server['url']}api", timeout=5):
                return server
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server so that it ends its kernels, and by force whatever of its family is left."""
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)  # kernels lead groups of their own
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        for member in psutil.wait_procs(family, timeout=3)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_SECONDS)
