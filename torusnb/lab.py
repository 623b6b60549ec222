"""Opening JupyterLab on the notebooks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from torusnb.batch import NOTEBOOKS
from torusnb.errors import InputError, OutputError
from torusnb.resources import notebooks_path
from torusnb.session.places import ENVIRONMENT


def lay_out_notebooks(folder: Path) -> tuple[str, ...]:
    """Copy the notebooks that are missing in a folder; returns the names copied. What is there is never touched.

    Raises:
        OutputError: The folder cannot be written.
    """
    copied = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NOTEBOOKS:
            if not (folder / name).exists():
                shutil.copyfile(notebooks_path() / name, folder / name)
                copied.append(name)
    except OSError as error:
        raise OutputError(
            f"the notebooks cannot be copied here ({error.strerror}); choose another folder", path=folder
        ) from error
    return tuple(copied)


def open_lab(folder: Path, *, torus_root: str, pack: str, out_dir: str, browser: bool) -> int:
    """Run JupyterLab on the notebooks until it is stopped; returns its exit code.

    The checkout, the pack and the output folder reach the notebooks through the environment, as defaults.

    Raises:
        InputError: The checkout's folder does not exist.
    """
    root = Path(torus_root).expanduser().resolve()
    if not root.is_dir():
        raise InputError("there is no such folder; give the checkout with --torus", path=root)
    lay_out_notebooks(folder)
    handed = {"torus_root": str(root), "pack": pack, "out_dir": str(Path(out_dir).expanduser().resolve())}
    environment = os.environ | {ENVIRONMENT[name]: value for name, value in handed.items() if value}
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={folder.resolve()}"]
    command += [] if browser else ["--no-browser"]
    try:
        return subprocess.run([*command, NOTEBOOKS[0]], env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0  # Ctrl-C is how JupyterLab is stopped
