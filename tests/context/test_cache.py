from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from torusnb.context.map.cache import FolderCache

NAME = "map-1-a"


@pytest.fixture
def cache(tmp_path: Path) -> FolderCache:
    return FolderCache(tmp_path / "cache")


def test_what_was_saved_is_loaded(cache: FolderCache) -> None:
    cache.save(NAME, b"first")
    cache.save(NAME, b"second")
    assert cache.load(NAME) == b"second"


def test_what_was_not_saved_is_not_there(cache: FolderCache) -> None:
    assert cache.load(NAME) is None
    assert cache.newest("map-1-") == ""


@pytest.mark.parametrize("length", [0, 1, 15, 16, 18, 20, 21, 45])
def test_a_file_that_was_cut_is_not_used(cache: FolderCache, tmp_path: Path, length: int) -> None:
    cache.save(NAME, b"a text that is long enough")
    path = tmp_path / "cache" / NAME
    path.write_bytes(path.read_bytes()[:length])
    assert cache.load(NAME) is None


@pytest.mark.parametrize("place", [0, 17, 20, 30, -1])
def test_a_changed_byte_makes_a_file_unused(cache: FolderCache, tmp_path: Path, place: int) -> None:
    cache.save(NAME, b"a text that is long enough")
    path = tmp_path / "cache" / NAME
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert cache.load(NAME) is None
    cache.save(NAME, b"new")
    assert cache.load(NAME) == b"new"


def test_the_newest_of_a_kind_is_the_one_used_last(cache: FolderCache, tmp_path: Path) -> None:
    for number, name in enumerate(("map-1-a", "map-1-b", "map-2-a")):
        cache.save(name, b"x")
        os.utime(tmp_path / "cache" / name, (number, number))
    assert cache.newest("map-1-") == "map-1-b"
    cache.load("map-1-a")
    assert cache.newest("map-1-") == "map-1-a"


def test_what_was_not_used_for_longest_goes_when_there_is_too_much(cache: FolderCache, tmp_path: Path) -> None:
    for number in range(40):
        name = f"map-1-{number}"
        cache.save(name, b"x")
        os.utime(tmp_path / "cache" / name, (1000 + number, 1000 + number))
    cache.save(NAME, b"x")
    left = {path.name for path in (tmp_path / "cache").iterdir()}
    assert len(left) == 32
    assert NAME in left
    assert "map-1-0" not in left


def test_what_a_crash_left_behind_goes_after_a_while(cache: FolderCache, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache.save(NAME, b"x")
    old, new = folder / "map-1-b.1-a.unfinished", folder / "map-1-b.2-b.unfinished"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    cache.save(NAME, b"y")
    assert {path.name for path in folder.iterdir()} == {NAME, new.name}


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / ("x" * 300), tmp_path / "file" / "below"):
        cache = FolderCache(folder)
        cache.save(NAME, b"x")
        assert cache.load(NAME) is None
        assert cache.newest("map") == ""


def test_a_name_that_is_a_folder_is_left_alone(cache: FolderCache, tmp_path: Path) -> None:
    (tmp_path / "cache" / NAME).mkdir(parents=True)
    cache.save(NAME, b"x")
    assert cache.load(NAME) is None
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [NAME]


FULL_DISK = """
import resource, sys
from pathlib import Path
from torusnb.context.map.cache import FolderCache
cache = FolderCache(Path(sys.argv[1]))
cache.save("map-1-a", b"kept")
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
cache.save("map-1-a", b"x" * 100_000)
assert cache.load("map-1-a") == b"kept"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_full_disk_leaves_the_file_before_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    done = subprocess.run([sys.executable, "-c", FULL_DISK, folder], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == [NAME]
