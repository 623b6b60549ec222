"""The wheel: notebooks and data travel inside, and are found from any directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from torusnb.batch import NOTEBOOKS

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without isolation (so without a network) and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def _run(unpacked: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the unpacked wheel in front of the clone that is installed beside it."""
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_notebooks_and_data_travel_in_the_wheel(unpacked: Path) -> None:
    share = unpacked / "torusnb" / "_share"
    assert sorted(path.name for path in (share / "notebooks").glob("*.ipynb")) == sorted(NOTEBOOKS)
    for name in ("fdd_template.yml", "playbook.yml", "catalogue.yml", "sample_torus/mix.exs"):
        assert (share / "data" / name).read_bytes() == (ROOT / "data" / name).read_bytes()
    assert list((share / "data" / "sample_torus" / "deps").glob("*/README.md"))
    assert (share / "docs" / "review-rules.md").read_bytes() == (ROOT / "docs" / "review-rules.md").read_bytes()
    assert (unpacked / "torusnb" / "py.typed").is_file()


def test_every_module_of_the_package_is_in_the_wheel(unpacked: Path) -> None:
    here = {path.relative_to(ROOT) for path in (ROOT / "torusnb").rglob("*.py")}
    there = {path.relative_to(unpacked) for path in (unpacked / "torusnb").rglob("*.py") if "_share" not in path.parts}
    assert there == here


def test_the_installed_package_finds_its_own_files_in_any_directory(unpacked: Path, tmp_path: Path) -> None:
    code = "from torusnb.resources import data_path, notebooks_path as n; print(data_path('playbook.yml')); print(n())"
    done = _run(unpacked, tmp_path, "-c", code)
    assert [Path(line).is_relative_to(unpacked) for line in done.stdout.splitlines()] == [True, True]


def test_the_wheel_walks_its_own_sample(unpacked: Path, tmp_path: Path) -> None:
    sample = unpacked / "torusnb" / "_share" / "data" / "sample_torus"
    command = ["-m", "torusnb", "export", "late_work_policies", "--torus", str(sample), "--out", str(tmp_path / "out")]
    done = _run(unpacked, tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "late_work_policies" / "fdd.md").is_file()
