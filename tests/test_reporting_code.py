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
