"""`torusnb lab`: the notebooks it lays out, what it hands to them, and how it ends."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from jupyter_client.blocking.client import BlockingKernelClient

from tests.browser.running_lab import RunningLab, running_lab
from torusnb.batch import NOTEBOOKS
from torusnb.cli import main
from torusnb.errors import OutputError
from torusnb.lab import lay_out_notebooks
from torusnb.resources import notebooks_path

PACK = "late_work_policies"


def _evaluate(lab: RunningLab, expression: str) -> object:
    """The value of a literal-like expression in a fresh kernel, started as JupyterLab starts one for a notebook."""
    started = lab.request("api/kernels", {"name": "python3", "path": ""})
    assert isinstance(started, dict)
    client = BlockingKernelClient()
    client.load_connection_file(str(_wait_for_file(lab.runtime / f"kernel-{started['id']}.json")))
    client.start_channels(hb=False)  # it would take a kernel that is still starting for a dead one
    try:
        client.wait_for_ready(timeout=60)
        message = client.execute("", user_expressions={"it": expression}, reply=True, timeout=60)
        result = message["content"]["user_expressions"]["it"]
        assert result["status"] == "ok", result
        return ast.literal_eval(result["data"]["text/plain"])
    finally:
        client.stop_channels()


def _wait_for_file(path: Path, seconds: float = 30.0) -> Path:
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} did not appear"
        time.sleep(0.05)
    return path


def test_lab_hands_its_options_to_the_notebooks_and_ends_on_ctrl_c(tmp_path: Path, sample_torus: Path) -> None:
    options = ["--torus", "sample_torus", "--pack", PACK, "--out", "out"]
    (tmp_path / "home").mkdir()
    sample_torus.rename(tmp_path / "home" / "sample_torus")
    home = tmp_path / "home"
    with running_lab(home, *options) as lab:
        names = [entry["name"] for entry in lab.request("api/contents")["content"]]  # type: ignore[index]
        asked = "__import__('dataclasses').astuple(__import__('torusnb.session.places', fromlist=['x']).complete("
        asked += "__import__('torusnb.session', fromlist=['x']).Parameters()))[:3]"
        handed = _evaluate(lab, asked)
        page = next(lab.runtime.glob("jpserver-file-to-run-*-open.html")).read_text()
        family = lab.family()
        code = lab.interrupt()
        left = psutil.wait_procs(family, timeout=10)[1]
        said = lab.log.read_text(errors="replace")
    pack = home / "sample_torus" / "docs" / "features" / PACK
    assert sorted(names) == sorted(NOTEBOOKS)
    assert handed == (str(home / "sample_torus"), str(pack), str(home / "out"))
    assert len(family) == 2, "the server and its kernel"
    assert (code, left) == (0, [])
    assert "Traceback" not in said
    assert f"/lab/tree/{NOTEBOOKS[0]}" in page, "what a browser is sent to"


def test_missing_notebooks_are_copied_and_existing_ones_stay(tmp_path: Path) -> None:
    own = tmp_path / NOTEBOOKS[2]
    own.write_text("mine")
    assert lay_out_notebooks(tmp_path) == tuple(name for name in NOTEBOOKS if name != NOTEBOOKS[2])
    assert own.read_text() == "mine"
    assert lay_out_notebooks(tmp_path) == ()
    for name in set(NOTEBOOKS) - {own.name}:
        assert (tmp_path / name).read_bytes() == (notebooks_path() / name).read_bytes()


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / NOTEBOOKS[0]).symlink_to(tmp_path / "elsewhere.ipynb")
    assert NOTEBOOKS[0] not in lay_out_notebooks(folder)
    assert not (tmp_path / "elsewhere.ipynb").exists()


def test_a_file_where_the_notebooks_should_go_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="choose another folder"):
        lay_out_notebooks(tmp_path / "taken")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--torus", "nowhere"], "no such folder"),
        (["--torus", ".", "--pack", "x"], "no Elixir project"),
        (["--torus", "sample_torus", "--pack", "no_such_pack"], "No spec pack is named 'no_such_pack'"),
    ],
)
def test_a_checkout_or_pack_that_is_not_there_ends_before_anything_is_written(
    options: list[str], said: str, sample_torus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample_torus.parent)
    for name in [name for name in os.environ if name.startswith("TORUSNB")]:
        monkeypatch.delenv(name)
    result = CliRunner().invoke(main, ["lab", *options])
    assert result.exit_code == 2
    assert said in result.output
    assert not Path("torusnb-notebooks").exists()
