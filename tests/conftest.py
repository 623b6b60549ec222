"""The miniature Torus, read in place or as a copy that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from torusnb.resources import data_path


@pytest.fixture(scope="session")
def sample_root() -> Path:
    """The miniature Torus where it lies; for tests that only read."""
    return data_path("sample_torus")


@pytest.fixture
def sample_torus(sample_root: Path, tmp_path: Path) -> Path:
    """A fresh copy of the miniature Torus, without git, that a test may change."""
    return Path(shutil.copytree(sample_root, tmp_path / "sample_torus"))
