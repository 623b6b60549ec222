from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from torusnb.context.codemap import load_code_map, source_reader
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


def test_a_cached_map_equals_a_cold_one(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "outlines.sqlite"
    cold = load_code_map(shop)
    assert load_code_map(shop, cache=cache) == cold
    assert cache.is_file()
    assert load_code_map(shop, cache=cache) == cold


def test_two_processes_give_the_same_map(shop: Path) -> None:
    for number in range(310):
        (shop / f"lib/shop/part_{number}.ex").write_text(f"defmodule Shop.Part{number} do\nend\n")
    assert load_code_map(shop, jobs=2) == load_code_map(shop)


def test_the_cache_follows_edits_renames_deletions_and_reverts(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "outlines.sqlite"
    path = shop / "lib/shop/weather.ex"
    original = path.read_text()
    load_code_map(shop, cache=cache)
    for change in ("edit", "rename", "delete", "revert"):
        if change == "edit":
            path.write_text(original.replace("forecast", "predict"))
        elif change == "rename":
            path.rename(path.with_name("climate.ex"))
        elif change == "delete":
            path.with_name("climate.ex").unlink()
        else:
            path.write_text(original)
        assert load_code_map(shop, cache=cache) == load_code_map(shop), change


def damage_bytes(cache: Path) -> None:
    cache.write_bytes(b"this is no database at all, and it is long enough to be looked at" * 20)


def damage_half(cache: Path) -> None:
    content = cache.read_bytes()
    cache.write_bytes(content[: len(content) // 2])


def damage_rows(cache: Path) -> None:
    db = sqlite3.connect(cache)
    with db:
        db.execute("UPDATE outlines SET outline = zeroblob(40)")
    db.close()


def damage_table(cache: Path) -> None:
    db = sqlite3.connect(cache)
    with db:
        db.execute("DROP TABLE outlines")
        db.execute("CREATE TABLE outlines (other TEXT)")
    db.close()


def damage_kind(cache: Path) -> None:
    cache.unlink()
    cache.mkdir()


@pytest.mark.parametrize("damage", [damage_bytes, damage_half, damage_rows, damage_table, damage_kind])
def test_a_damaged_cache_is_ignored(shop: Path, tmp_path: Path, damage: object) -> None:
    cache = tmp_path / "outlines.sqlite"
    cold = load_code_map(shop, cache=cache)
    assert callable(damage)
    damage(cache)
    assert load_code_map(shop, cache=cache) == cold
    assert load_code_map(shop, cache=cache) == cold


def test_a_cache_that_cannot_be_looked_at_is_ignored(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    # A name too long for the disk fails in the same place, also for a user who may read everything.
    for cache in (folder / "outlines.sqlite", tmp_path / ("x" * 300) / "outlines.sqlite"):
        assert load_code_map(shop, cache=cache) == load_code_map(shop)
    folder.chmod(0o700)


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
