"""The project's own files agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def _project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]  # type: ignore[no-any-return]


def _conda_dependencies() -> list[str]:
    found: list[str] = []
    for entry in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        found += entry["pip"] if isinstance(entry, dict) else [entry]
    return found


def test_environment_and_pyproject_name_the_same_dependencies() -> None:
    extras = {"pip", "--editable ."}
    conda = {entry for entry in _conda_dependencies() if entry not in extras and not entry.startswith("python")}
    assert conda == set(_project()["dependencies"])  # type: ignore[call-overload]


def test_environment_and_pyproject_ask_for_the_same_python() -> None:
    assert f"python{_project()['requires-python']}" in _conda_dependencies()


@pytest.mark.parametrize("name", ["jupyterlab", "ipywidgets", "pandas", "anthropic", "ddgs", "nbconvert", "papermill"])
def test_what_the_project_is_built_on_is_a_dependency(name: str) -> None:
    assert any(re.match(rf"{name}\b", entry) for entry in _conda_dependencies())


def test_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert entries
    assert [line for line in entries if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+!]*", line)] == []


def test_constraints_pin_every_dependency() -> None:
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    named = {re.split(r"[<>=]", str(entry))[0].lower() for entry in _project()["dependencies"]}  # type: ignore[attr-defined]
    assert named <= pinned
