from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from torusnb.context.map.git import run_git


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull})
    return tmp_path


def test_what_git_prints_comes_back_as_bytes(empty: Path) -> None:
    assert run_git(empty, "rev-parse", "--is-inside-work-tree") == b"true\n"


def test_what_is_given_reaches_git(empty: Path) -> None:
    assert run_git(empty, "hash-object", "--stdin", given=b"") == b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"


@pytest.mark.parametrize("arguments", [("no-such-command",), ("rev-parse", "--verify", "HEAD")])
def test_a_failing_command_gives_nothing(empty: Path, arguments: tuple[str, ...]) -> None:
    assert run_git(empty, *arguments) is None


def test_more_than_is_allowed_gives_nothing(empty: Path) -> None:
    assert run_git(empty, "rev-parse", "--is-inside-work-tree", most=4) is None
    assert run_git(empty, "rev-parse", "--is-inside-work-tree", most=5) == b"true\n"


def test_a_folder_that_does_not_exist_gives_nothing(tmp_path: Path) -> None:
    assert run_git(tmp_path / "none", "rev-parse", "--git-dir") is None


def test_the_environment_cannot_point_git_elsewhere(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert run_git(empty, "rev-parse", "--git-dir") == b".git\n"


def test_without_git_there_is_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run_git(empty, "rev-parse", "--git-dir") is None
