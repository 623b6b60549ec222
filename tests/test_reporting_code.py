"""What the command line prints of a question to the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.reporting_code import report_code


def test_a_place_keeps_its_line_number_however_long_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    folder = "lib/shop_web/components/" + "a_very_long_folder_name/" * 3
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")
    (tmp_path / "lib/shop.ex").write_text("defmodule Shop do\n  def total(items), do: items\nend\n")
    caller = "defmodule ShopWeb.Page do\n  def show(items) do\n    Shop.total(items)\n  end\nend\n"
    (tmp_path / folder / "page.ex").write_text(caller)
    told: list[str] = []
    report_code("callers", "Shop.total/1", tmp_path, None, as_json=False, say=told.append)
    assert any(f"{folder}page.ex:3" in line for line in told)


LONG = "a_name_that_tells_all_of_what_it_does_" * 3


def _shop(root: Path) -> Path:
    (root / "lib").mkdir()
    (root / "mix.exs").write_text("defmodule Shop.MixProject do\nend\n")
    (root / "lib/shop.ex").write_text(
        f"defmodule Shop do\n  def total(items), do: items\n\n  def {LONG}(items) do\n    total(items)\n  end\nend\n"
    )
    return root


@pytest.mark.parametrize(("whole", "cut"), [(True, False), (False, True)])
def test_a_table_is_cut_for_a_screen_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool, cut: bool
) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    told: list[str] = []
    report_code("callers", "Shop.total/1", _shop(tmp_path), None, as_json=False, say=told.append, whole=whole)
    assert any(LONG in line for line in told) is not cut
    assert ("…" in "".join(told)) is cut
