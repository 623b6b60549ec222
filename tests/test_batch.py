"""The batch run: four notebooks by papermill, with no key, no network and no question."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from torusnb.batch import NOTEBOOKS, run_notebook, run_notebooks
from torusnb.errors import EvidenceError, NotebookError, PackError
from torusnb.models.record import Decision
from torusnb.resources import data_path, notebooks_path
from torusnb.session import Parameters, Session

PACK = "late_work_policies"


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a batch run over the sample leaves."""
    out = tmp_path_factory.mktemp("out")
    parameters = Parameters(str(data_path("sample_torus")), PACK, str(out), today="2026-01-01")
    return run_notebooks(parameters)


def _cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]  # type: ignore[no-any-return]


def test_the_walk_leaves_documents_trail_and_executed_notebooks(walked: Path) -> None:
    for name in ("fdd.md", "research.md", "trail.sqlite3", *(f"notebooks/{name}" for name in NOTEBOOKS)):
        assert (walked / name).is_file()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_ran_without_an_error(walked: Path, name: str) -> None:
    code = [cell for cell in _cells(walked / "notebooks" / name) if cell["cell_type"] == "code" and cell["source"]]
    assert all(cell["execution_count"] for cell in code)
    assert [o for cell in code for o in cell["outputs"] if o["output_type"] in ("error", "stream")] == []


def test_no_widget_is_drawn_where_nobody_clicks(walked: Path) -> None:
    shown = [o for name in NOTEBOOKS for cell in _cells(walked / "notebooks" / name) for o in cell.get("outputs", ())]
    assert shown
    assert not any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in shown)


def test_the_notebooks_write_what_one_process_writes(walked: Path, tmp_path: Path) -> None:
    parameters = Parameters(str(data_path("sample_torus")), PACK, str(tmp_path), today="2026-01-01", interactive=False)
    with Session(parameters) as session:
        export = session.export()
    assert (walked / "fdd.md").read_text(encoding="utf-8") == export.text
    assert (walked / "research.md").read_text(encoding="utf-8") == export.record.report


def test_a_second_run_changes_no_byte_of_the_documents(walked: Path) -> None:
    before = {name: (walked / name).read_bytes() for name in ("fdd.md", "research.md")}
    run_notebooks(Parameters(str(data_path("sample_torus")), PACK, str(walked.parent)))
    assert {name: (walked / name).read_bytes() for name in before} == before


def test_nbconvert_turns_the_final_cells_into_the_same_document(walked: Path, tmp_path: Path) -> None:
    notebook = shutil.copy(walked / "notebooks" / NOTEBOOKS[2], tmp_path / "drafting.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "fdd", str(notebook)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "drafting.md").read_bytes() == (walked / "fdd.md").read_bytes()


def test_plain_papermill_runs_a_notebook(tmp_path: Path) -> None:
    target = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebooks_path() / NOTEBOOKS[0]), str(target)]
    command += ["-p", "torus_root", str(data_path("sample_torus")), "-p", "pack", PACK]
    command += ["-p", "out_dir", str(tmp_path / "out"), "--no-progress-bar"]
    done = subprocess.run(command, cwd=tmp_path, env=_without_pack(), capture_output=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "out" / PACK / "trail.sqlite3").is_file()


def test_a_notebook_that_was_given_no_pack_names_the_ones_there_are(tmp_path: Path) -> None:
    target = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebooks_path() / NOTEBOOKS[1]), str(target)]
    command += ["-p", "torus_root", str(data_path("sample_torus")), "--no-progress-bar"]
    done = subprocess.run(command, cwd=tmp_path, env=_without_pack(), capture_output=True, timeout=180, check=False)
    assert done.returncode != 0
    assert "no spec pack was given" in done.stderr.decode()
    assert "docs/features/late_work_policies" in done.stderr.decode()


def test_a_failing_notebook_keeps_what_it_showed_and_names_the_cell(tmp_path: Path) -> None:
    parameters = Parameters(str(data_path("sample_torus")), PACK, str(tmp_path), interactive=False)
    with Session(parameters) as session:
        session.decide(Decision("section", "8", "accept", "It rests on nothing. [@code:lib/nowhere.ex:1]"))
    with pytest.raises(NotebookError, match=r"cell \d+ stopped: .*code:lib/nowhere\.ex:1") as caught:
        run_notebooks(parameters)
    assert caught.value.cause is EvidenceError
    assert str(caught.value).endswith(" What was recorded is kept, and a further run goes on from there.")
    assert ".;" not in str(caught.value)
    assert ".." not in str(caught.value).rpartition("/")[2]
    kept = Path(str(caught.value.path))
    assert kept.name == NOTEBOOKS[3]
    (shown,) = [o for cell in _cells(kept) for o in cell.get("outputs", ()) if o["output_type"] == "error"]
    assert len(shown["traceback"]) == 1
    assert not (tmp_path / PACK / "fdd.md").exists()


def test_a_persons_cell_outlives_the_notebooks_next_run_and_relative_files_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = data_path("fdd_template.yml").read_text(encoding="utf-8")
    (tmp_path / "team.yml").write_text(shipped.replace("Caching Strategy", "Caches We Keep"), encoding="utf-8")
    notebook = tmp_path / "out" / PACK / "notebooks" / NOTEBOOKS[2]
    notebook.parent.mkdir(parents=True)
    cell = {"cell_type": "markdown", "id": "a", "metadata": {"tags": ["fdd", "section:8"]}, "source": "By hand."}
    notebook.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    folder = run_notebooks(Parameters(str(data_path("sample_torus")), PACK, "out", template="team.yml"))
    assert "## 8. Caches We Keep\n\nBy hand.\n" in (folder / "fdd.md").read_text(encoding="utf-8")


def test_wrong_input_stops_the_run_before_a_kernel_starts(tmp_path: Path) -> None:
    with pytest.raises(PackError):
        run_notebooks(Parameters(str(data_path("sample_torus")), "no_such_pack", str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def _without_pack() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TORUSNB_")}


def test_a_cell_that_fails_for_a_reason_of_its_own_sends_to_the_notebook(tmp_path: Path) -> None:
    cell: dict[str, Any] = {"cell_type": "code", "metadata": {}, "source": "1 / 0", "outputs": [], "id": "a"}
    cell["execution_count"] = None
    (tmp_path / "a.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )
    with pytest.raises(NotebookError, match="cell 1 stopped with ZeroDivisionError: ") as caught:
        run_notebook(tmp_path / "a.ipynb", tmp_path / "b.ipynb", {}, {})
    assert caught.value.cause is None
    assert str(caught.value).endswith(". Open the notebook to see it.")
