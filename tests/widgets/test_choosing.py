"""Choosing the pack, where nobody gave one."""

from __future__ import annotations

import shutil
from pathlib import Path

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from torusnb.errors import CheckoutError, ParameterError
from torusnb.resources import notebooks_path
from torusnb.session import Session
from torusnb.widgets import choose_pack

PACK = "docs/features/late_work_policies"


@pytest.fixture(autouse=True)
def _nothing_is_handed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TORUSNB_TORUS", "TORUSNB_PACK", "TORUSNB_OUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))


def test_a_given_pack_is_the_choice(sample_root: Path) -> None:
    choice = choose_pack(str(sample_root), "late_work_policies")
    assert (choice.value, choice.widget) == ("late_work_policies", None)
    assert choice.fallback == "The pack is `late_work_policies`."


def test_what_the_command_line_handed_over_is_the_choice(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORUSNB_PACK", PACK)
    assert choose_pack(str(sample_root), "").value == PACK


def test_without_one_the_packs_of_the_checkout_are_listed_and_one_can_be_chosen(sample_root: Path) -> None:
    choice = choose_pack(str(sample_root), "")
    assert choice.value == ""
    assert choice.widget is not None
    choice.widget.value = PACK
    assert choice.value == PACK
    assert f"- `{PACK}`" in choice.fallback


def test_the_checkout_that_was_handed_over_is_searched(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORUSNB_TORUS", str(sample_root))
    assert f"- `{PACK}`" in choose_pack(".", "").fallback


def test_where_nobody_can_click_the_packs_are_named_all_the_same(sample_root: Path) -> None:
    choice = choose_pack(str(sample_root), "", interactive=False)
    assert choice.widget is None
    assert f"- `{PACK}`" in choice.fallback


def test_a_checkout_without_packs_says_so(sample_torus: Path) -> None:
    shutil.rmtree(sample_torus / "docs")
    choice = choose_pack(str(sample_torus), "")
    assert (choice.widget, choice.value) == (None, "")
    assert "none was found" in choice.fallback


def test_a_folder_that_is_no_elixir_project_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError, match=r"mix\.exs"):
        choose_pack(str(tmp_path), "")


def test_a_session_without_a_pack_names_the_packs_where_nobody_can_answer(sample_root: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=rf"set `pack` .*{PACK}"):
        Session.open(torus_root=str(sample_root), out_dir=str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_papermill_without_a_pack_stops_with_a_sentence_that_names_them(sample_torus: Path, tmp_path: Path) -> None:
    given = {"torus_root": str(sample_torus), "out_dir": str(tmp_path / "out"), "interactive": False}
    notebook = notebooks_path() / "01_context_capture.ipynb"
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(notebook, tmp_path / "done.ipynb", given, progress_bar=False, kernel_name="python3")
    assert caught.value.ename == "ParameterError"
    assert PACK in caught.value.evalue
    assert not (tmp_path / "out").exists()
