"""Opening JupyterLab on the notebooks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from torusnb.batch import NOTEBOOKS
from torusnb.context.map.checkout import require_elixir_project
from torusnb.errors import InputError, OutputError
from torusnb.export.writing import save_text
from torusnb.resources import notebooks_path
from torusnb.session.packs import find_pack
from torusnb.session.places import ENVIRONMENT

SERVER = (
    "--ServerApp.answer_yes=True",  # one Ctrl-C stops it: what was decided lies in the trail, not in a kernel
    "--allow-root",  # only matters in a container; the server listens on this machine alone and asks for a token
    "--LabApp.news_url=None",  # nothing goes out that nobody asked for
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
"""How JupyterLab is started, besides what the person's own Jupyter settings say."""


def lay_out_notebooks(folder: Path) -> tuple[str, ...]:
    """Copy the notebooks that are missing in a folder; returns the names copied. What is there is never touched.

    Raises:
        OutputError: The folder cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError("a file stands where the notebooks should go; choose another folder", path=folder)
    missing = [name for name in NOTEBOOKS if not os.path.lexists(folder / name)]
    for name in missing:
        save_text(folder / name, (notebooks_path() / name).read_text(encoding="utf-8"))
    return tuple(missing)


def open_lab(folder: Path, *, torus_root: str, pack: str, out_dir: str, browser: bool) -> NoReturn:
    """Become JupyterLab on the notebooks: this process is replaced, so signals and the exit code are Jupyter's own.

    The checkout, the pack and the output folder reach the notebooks through the environment, as defaults.

    Raises:
        InputError: The checkout's folder does not exist, or holds no such pack.
        OutputError: The notebooks cannot be copied.
    """
    root = Path(torus_root).expanduser().resolve()
    if not root.is_dir():
        raise InputError("there is no such folder; give the checkout with --torus", path=root)
    handed = {"torus_root": str(root), "out_dir": str(Path(out_dir).expanduser().resolve())}
    if pack:
        # A kernel runs in the notebooks' folder, where a relative path would mean something else.
        handed["pack"] = str(find_pack(require_elixir_project(root), pack, Path(out_dir).expanduser()).resolve())
    lay_out_notebooks(folder)
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder.resolve()}", *SERVER]
    command += [] if browser else ["--no-browser"]
    command.append(str(folder.resolve() / NOTEBOOKS[0]))
    environment = os.environ | {ENVIRONMENT[name]: value for name, value in handed.items()}
    sys.stdout.flush()
    os.execve(sys.executable, command, environment)  # noqa: S606  # no shell is wanted
