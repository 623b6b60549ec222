"""The miniature Torus, read in place or as a copy that a test may change, and torusnb run over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from torusnb.cli import main
from torusnb.resources import data_path


@pytest.fixture(scope="session")
def sample_root() -> Path:
    """The miniature Torus where it lies; for tests that only read."""
    return data_path("sample_torus")


@pytest.fixture
def sample_torus(sample_root: Path, tmp_path: Path) -> Path:
    """A fresh copy of the miniature Torus, without git, that a test may change."""
    return Path(shutil.copytree(sample_root, tmp_path / "sample_torus"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample_root: Path) -> Callable[..., Result]:
    """Runs torusnb over the sample, in an empty folder beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORUSNB_TORUS", str(sample_root))
    for name in ("TORUSNB_PACK", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])
