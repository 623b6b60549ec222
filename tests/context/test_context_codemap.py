from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.context.small_shop import write_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.errors import CheckoutError


def test_the_map_holds_modules_guides_packages_and_the_apps_name(shop: Path) -> None:
    found = load_code_map(shop)
    assert found.app == "shop"
    assert "Shop.Baskets" in found.modules
    assert [guide.path for guide in found.guides] == ["guides/design/high-level.md"]
    assert [(package.name, package.version) for package in found.packages] == [("oban", "2.17.0")]
    assert found.migrations[0].creates == ("baskets",)
    assert "test/shop/baskets_test.exs" in found.other_files


def test_nothing_of_a_spec_pack_is_in_the_map(shop: Path) -> None:
    assert not any("stacking" in path for path in load_code_map(shop).paths)


def test_a_folder_without_mix_exs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError):
        load_code_map(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00broken", b"x" * 2_000_001, b"defmodule Shop.Half do\n  def a(\n"])
def test_a_file_that_cannot_be_read_is_a_problem_and_not_a_crash(shop: Path, content: bytes) -> None:
    (shop / "lib/shop/odd.ex").write_bytes(content)
    found = load_code_map(shop)
    assert found.by_path["lib/shop/odd.ex"].problems
    assert "lib/shop/odd.ex" in {problem.place.path for problem in found.problems}
    assert "Shop.Baskets" in found.modules


def test_a_file_without_permission_is_a_problem_unless_one_may_read_everything(shop: Path) -> None:
    path = shop / "lib/shop/repo.ex"
    path.chmod(0)
    found = load_code_map(shop).by_path["lib/shop/repo.ex"]
    assert bool(found.problems) is not os.access(path, os.R_OK)


def test_two_processes_give_the_same_map(shop: Path) -> None:
    for number in range(310):
        (shop / f"lib/shop/part_{number}.ex").write_text(f"defmodule Shop.Part{number} do\nend\n")
    assert load_code_map(shop, jobs=2) == load_code_map(shop, jobs=1)


def test_configuration_is_in_the_map_and_secrets_are_not(shop: Path) -> None:
    write_files(shop, {"config/config.exs": "import Config\n", "config/dev.secret.exs": "import Config\n"})
    found = load_code_map(shop)
    assert "config/config.exs" in found.by_path
    assert "config/dev.secret.exs" not in found.by_path


def test_a_reader_gives_empty_text_for_what_it_cannot_read(shop: Path) -> None:
    read = source_reader(shop)
    assert read("lib/shop/repo.ex").startswith("defmodule Shop.Repo")
    assert read("lib/shop/none.ex") == ""


@pytest.mark.parametrize("trouble", ["folder", "loop", "vanished", "permission"])
def test_a_reader_raises_nothing_when_a_file_changes_under_it(shop: Path, trouble: str) -> None:
    read = source_reader(shop)
    path = shop / "lib/shop/repo.ex"
    if trouble == "permission":
        path.chmod(0)
    else:
        path.unlink()
    if trouble == "folder":
        path.mkdir()
    elif trouble == "loop":
        path.symlink_to(path)
    assert bool(read("lib/shop/repo.ex")) is (trouble == "permission" and os.access(path, os.R_OK))


def test_a_reader_gives_no_byte_order_mark(shop: Path) -> None:
    (shop / "lib/shop/repo.ex").write_bytes(b"\xef\xbb\xbfdefmodule Shop.Repo do\nend\n")
    assert source_reader(shop)("lib/shop/repo.ex").startswith("defmodule")
