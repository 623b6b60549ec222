"""The cached code map against a cold one: whatever happens to the checkout or to the cache, they are equal."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.context.small_shop import FILES, PRD, write_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.text_cache import open_text_index
from torusnb.models.codebase import CodeMap

PATHS = (*FILES, "lib/shop/new.ex", "config/config.exs", "docs/other.md", "mix.lock", "lib/shop/sub/deep.ex")
PACK = "docs/features/stacking/prd.md"
TEXTS = (
    "defmodule Shop.New do\n  def redeem(voucher), do: voucher\nend\n",
    "defmodule Shop.Old do\n  def refund(voucher), do: voucher\nend\n",
    'defmodule Shop.Web do\n  scope "/", Shop do\n    live "/weather", Weather\n  end\nend\n',
    "# Other\n\nSpeaks of `Shop.Baskets`.\n",
    '%{\n  "plug": {:hex, :plug, "1.0.0", "x", [:mix], [], "hexpm", "y"},\n}\n',
    "defmodule Shop.MixProject do\n  def project, do: [app: :store]\nend\n",
    "defmodule Half do\n  def a(\n",
    "",
    "\ufeffdefmodule Marked do\nend\n",
)

any_path = st.sampled_from(sorted(set(PATHS)))
any_text = st.sampled_from(TEXTS)


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def text_answers(code_map: CodeMap, root: Path, cache: Path | None) -> object:
    with open_text_index(code_map, source_reader(root), cache=cache) as index:
        bag = index.bags(["redeem a voucher, see the weather, refund baskets"])[0]
        return (index.score(bag), {path: index.shares(bag, path) for path in sorted(index.paths)})


def assert_as_cold(root: Path, cache: Path) -> None:
    cold = load_code_map(root)
    cached = load_code_map(root, cache=cache)
    assert cached == cold
    assert text_answers(cached, root, cache) == text_answers(cold, root, None)


class ChangingCheckouts(RuleBasedStateMachine):
    """Two checkouts that share a cache; one of them, a git work tree, is changed in every way."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp())
        self.cache = self.top / "cache"
        self.root = self.top / "shop"

    @initialize()
    def begin(self) -> None:
        write_files(self.root, FILES | {PACK: PRD})
        git(self.root, "init", "-q")
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "-m", "begin")
        shutil.copytree(self.root, self.top / "other", ignore=shutil.ignore_patterns(".git"))

    def has_git(self) -> bool:
        return (self.root / ".git").is_dir()

    @precondition(has_git)
    @rule()
    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "change")

    @precondition(has_git)
    @rule(back=st.integers(1, 3))
    def check_out_an_earlier_commit(self, back: int) -> None:
        git(self.root, "add", "-A")
        git(self.root, "stash", "-q")
        subprocess.run(["git", "checkout", "-q", f"HEAD~{back}"], cwd=self.root, check=False, capture_output=True)

    @rule(path=any_path, text=any_text)
    def write(self, path: str, text: str) -> None:
        if path != "mix.exs" or "project" in text:
            write_files(self.root, {path: text})

    @rule(path=any_path)
    def edit_unseen(self, path: str) -> None:
        """The size, the times and the inode stay."""
        file = self.root / path
        if file.is_file():
            told = file.stat()
            file.write_bytes(file.read_bytes().swapcase())
            os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))

    @rule(one=any_path, other=any_path)
    def swap(self, one: str, other: str) -> None:
        first, second = self.root / one, self.root / other
        if first.is_file() and second.is_file() and one != other and "mix.exs" not in (one, other):
            aside = self.root / "aside"
            first.rename(aside)
            second.rename(first)
            aside.rename(second)

    @rule(path=any_path)
    def delete(self, path: str) -> None:
        if path != "mix.exs":
            (self.root / path).unlink(missing_ok=True)

    @rule(path=any_path, name=st.sampled_from(["renamed.ex", "renamed.md", ".hidden.ex"]))
    def rename(self, path: str, name: str) -> None:
        if path != "mix.exs" and (self.root / path).is_file():
            (self.root / path).rename((self.root / path).with_name(name))

    @rule(path=any_path)
    def revert(self, path: str) -> None:
        write_files(self.root, {path: FILES.get(path, "defmodule Was do\nend\n")})

    @rule(path=any_path)
    def change_line_ends(self, path: str) -> None:
        file = self.root / path
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    @rule(path=any_path)
    def make_a_link(self, path: str) -> None:
        file = self.root / path
        if path != "mix.exs" and file.is_file():
            file.unlink()
            file.symlink_to(self.root / "mix.exs")

    @rule(number=st.integers(0, 3))
    def add_a_guide(self, number: int) -> None:
        write_files(self.root, {f"guides/extra_{number}.md": f"# Extra {number}\n\nOf `Shop.Baskets`.\n"})

    @rule(folder=st.sampled_from(["docs/features/stacking", "guides/design", "docs"]))
    def add_or_remove_a_pack(self, folder: str) -> None:
        prd = self.root / folder / "prd.md"
        if prd.is_file():
            prd.unlink()
        else:
            write_files(self.root, {f"{folder}/prd.md": PRD})

    @rule(seed=st.integers(0, 9))
    def damage_the_cache(self, seed: int) -> None:
        files = sorted(self.cache.glob("*"))
        if files:
            chosen = random.Random(seed).choice(files)
            content = chosen.read_bytes()
            chosen.write_bytes(content[: len(content) * seed // 10])

    @rule()
    def look_at_the_other_checkout(self) -> None:
        assert_as_cold(self.top / "other", self.cache)

    @rule()
    def take_git_away_or_back(self) -> None:
        there, away = self.root / ".git", self.top / "git"
        if there.is_dir():
            there.rename(away)
        else:
            away.rename(there)

    @invariant()
    def the_cached_map_is_the_cold_one(self) -> None:
        if self.root.is_dir():
            assert_as_cold(self.root, self.cache)

    def teardown(self) -> None:
        shutil.rmtree(self.top)


TestChangingCheckouts = ChangingCheckouts.TestCase
TestChangingCheckouts.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)


def damage_bytes(file: Path) -> None:
    file.write_bytes(b"this is no cache at all, and it is long enough to be looked at" * 20)


def damage_half(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def damage_kind(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [damage_bytes, damage_half, damage_kind])
def test_a_damaged_cache_is_ignored(shop: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    cache = tmp_path / "cache"
    assert_as_cold(shop, cache)
    kept = sorted(cache.iterdir())
    assert kept
    for file in kept:
        damage(file)
    assert_as_cold(shop, cache)
    assert_as_cold(shop, cache)


def test_a_cache_that_cannot_be_looked_at_is_ignored(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    # A name too long for the disk fails in the same place, also for a user who may read everything.
    for cache in (folder, folder / "below", tmp_path / ("x" * 300), shop / "mix.exs"):
        assert_as_cold(shop, cache)
    folder.chmod(0o700)


def test_an_empty_file_and_one_that_cannot_be_read_are_not_mistaken_for_each_other(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    file = shop / "lib/shop/weather.ex"
    for change in (lambda: file.chmod(0), lambda: file.write_bytes(b""), lambda: file.chmod(0o600)):
        change()
        assert_as_cold(shop, cache)


def test_a_checkout_beside_another_begins_with_what_is_known_of_that(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_code_map(shop, cache=cache)
    moved = tmp_path / "moved"
    shop.rename(moved)
    (moved / "lib/shop/weather.ex").write_text("defmodule Shop.Weather do\nend\n")
    assert_as_cold(moved, cache)


WRITER = """
import sys
from pathlib import Path
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.text_cache import open_text_index
root, cache = Path(sys.argv[1]), Path(sys.argv[2])
number = 0
while number < int(sys.argv[3]):
    number += 1
    file = root / f"lib/shop/{sys.argv[4]}.ex"
    file.write_text(f"defmodule Shop.M{number} do\\n  def redeem_{number}(voucher), do: voucher\\nend\\n")
    code_map = load_code_map(root, cache=cache)
    with open_text_index(code_map, source_reader(root), cache=cache) as index:
        assert index.paths
    if sys.argv[4] != "same":
        assert code_map == load_code_map(root), "not as cold"
    print(number, flush=True)
"""


def start_writer(root: Path, cache: Path, times: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), str(cache), str(times), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", range(4))
def test_a_process_killed_while_it_saves_leaves_a_cache_that_can_be_used(shop: Path, tmp_path: Path, seed: int) -> None:
    cache = tmp_path / "cache"
    with start_writer(shop, cache, 10_000, "same") as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        time.sleep(random.Random(seed).random() / 10)
        writer.kill()
    assert_as_cold(shop, cache)
    assert_as_cold(shop, cache)


def test_processes_that_share_a_cache_do_one_another_no_harm(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    others = [Path(shutil.copytree(shop, tmp_path / name)) for name in ("one", "two")]
    writers = [start_writer(root, cache, 8, "own") for root in others]
    writers += [start_writer(shop, cache, 8, "same") for _ in range(2)]
    for writer in writers:
        printed, errors = writer.communicate(timeout=120)
        assert (writer.returncode, printed.split()[-1]) == (0, "8"), errors
    for root in (shop, *others):
        assert_as_cold(root, cache)


def many_parts(shop: Path) -> Path:
    parts = {f"lib/shop/part_{n}.ex": f"defmodule Shop.Part{n} do\n  # voucher {n}\nend\n" for n in range(310)}
    return write_files(shop, parts)


@pytest.mark.parametrize("stop", ["exit 1", 'exec "$REAL" "$@" | head -c 5000', "exec cat", "sleep 0.2"])
def test_a_process_that_fails_costs_no_outline(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\nREAL='{sys.executable}'\n{stop}\n")
    broken.chmod(0o755)
    many_parts(shop)
    cold = load_code_map(shop, jobs=1)
    expected = text_answers(cold, shop, None)
    monkeypatch.setattr(sys, "executable", str(broken))
    cache = tmp_path / "cache"
    found = load_code_map(shop, cache=cache, jobs=2)
    assert found == cold
    assert text_answers(found, shop, cache) == expected


@pytest.mark.parametrize("executable", ["", "/no/such/python"])
def test_without_other_processes_everything_is_outlined_here(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    many_parts(shop)
    cold = load_code_map(shop, jobs=1)
    monkeypatch.setattr(sys, "executable", executable)
    assert load_code_map(shop, cache=tmp_path / "cache", jobs=3) == cold
