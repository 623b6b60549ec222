from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torusnb.context.waypoints.history import arrange_history, history_extent, load_history, parse_log
from torusnb.context.waypoints.history_signals import alike_changes, cochanged, find_alike
from torusnb.models.history import Change, History, LoggedCommit

DAY = 86_400
NOW = 1_700_000_000


class Repository:
    """A git repository that is written one commit at a time, a day apart."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._days = 0
        root.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        self._days += 1
        date = f"{NOW + self._days * DAY} +0000"
        known = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull}
        names = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        done = subprocess.run(
            ["git", *names, *arguments], cwd=self.root, env=os.environ | known, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def commit(self, message: str, files: Mapping[str, str | None]) -> str:
        """A commit that writes the files, and removes those without a text."""
        for path, text in files.items():
            target = self.root / path
            if text is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop")


def subjects(history: History) -> list[str]:
    return [change.subject for change in history.changes]


def test_changes_come_newest_first_and_stop_at_the_pinned_commit(repository: Repository) -> None:
    repository.commit("Baskets", {"lib/baskets.ex": "a"})
    pinned = repository.commit("Vouchers\n\nA body.", {"lib/vouchers.ex": "b", "notes.txt": "left out"})
    repository.commit("Later", {"lib/later.ex": "c"})
    history = load_history(repository.root, pinned)
    assert subjects(history) == ["Vouchers", "Baskets"]
    assert history.changes[0].paths == ("lib/vouchers.ex",)
    assert history.at == history.changes[0].at


def test_an_old_name_counts_for_the_present_one_through_every_rename(repository: Repository) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    repository.commit("Made", {"lib/carts.ex": text})
    repository.commit("First move", {"lib/carts.ex": None, "lib/trolleys.ex": text + "more\n"})
    head = repository.commit("Second move", {"lib/trolleys.ex": None, "lib/baskets.ex": text + "more\n"})
    assert [change.paths for change in load_history(repository.root, head).changes] == [("lib/baskets.ex",)] * 3


def test_a_merge_is_no_change_but_both_its_sides_are(repository: Repository) -> None:
    repository.commit("Start", {"lib/a.ex": "a"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("Side", {"lib/b.ex": "b"})
    repository.git("checkout", "-q", "main")
    repository.commit("Main", {"lib/c.ex": "c"})
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    history = load_history(repository.root, repository.git("rev-parse", "HEAD"))
    assert subjects(history) == ["Main", "Side", "Start"]


@pytest.mark.parametrize("commit", ["content-0123456789ab", "0" * 40, "", "--all", "HEAD"])
def test_without_such_a_commit_there_is_no_history_and_a_note_says_so(repository: Repository, commit: str) -> None:
    repository.commit("Start", {"lib/a.ex": "a"})
    history = load_history(repository.root, commit)
    assert history.changes == ()
    assert [problem.severity for problem in history.problems] == ["note"]


def test_a_folder_without_git_has_no_history(tmp_path: Path) -> None:
    assert load_history(tmp_path, "1" * 40, git_dir=tmp_path / "none").changes == ()


def clone_of(repository: Repository, target: Path, *options: str) -> Path:
    """A clone made through the transport, which leaves out what the options say."""
    subprocess.run(["git", "clone", "-q", *options, f"file://{repository.root}", str(target)], check=True)
    return target


def test_a_shallow_clone_gives_what_it_has_and_says_that_it_is_shallow(repository: Repository, tmp_path: Path) -> None:
    repository.commit("Old", {"lib/a.ex": "a"})
    repository.commit("Last that was fetched", {"lib/b.ex": "b"})
    head = repository.commit("New", {"lib/c.ex": "c"})
    history = load_history(clone_of(repository, tmp_path / "clone", "--depth", "2"), head)
    assert [(change.subject, change.paths) for change in history.changes] == [("New", ("lib/c.ex",))]
    assert history.at == history.changes[0].at
    assert "shallow" in history.problems[0].text


@pytest.mark.parametrize("depth", ["1", "2", "3"])
def test_one_cache_serves_shallow_and_full_clones_whichever_comes_first(
    repository: Repository, tmp_path: Path, depth: str
) -> None:
    repository.commit("Old", {"lib/a.ex": "a"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("Side", {"lib/b.ex": "b"})
    repository.git("checkout", "-q", "main")
    repository.commit("Main", {"lib/c.ex": "c"})
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    head = repository.commit("New", {"lib/d.ex": "d"})
    shallow, full = clone_of(repository, tmp_path / "shallow", "--depth", depth), repository.root
    alone = {root: load_history(root, head) for root in (shallow, full)}
    for order in ((shallow, full, shallow), (full, shallow, full)):
        cache = tmp_path / f"{order[0].name}-first.db"
        for root in order:
            assert load_history(root, head, cache=cache) == alone[root]


def test_what_a_partial_clone_tells_of_renames_is_not_kept_for_others(repository: Repository, tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    repository.commit("Made", {"lib/a.ex": text})
    head = repository.commit("Moved and changed", {"lib/a.ex": None, "lib/b.ex": text + "more\n"})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = clone_of(repository, tmp_path / "clone", "--no-checkout", "--filter=blob:none")
    cache = tmp_path / "history.db"
    load_history(clone, head, cache=cache)
    full = load_history(repository.root, head, cache=cache)
    assert [change.paths for change in full.changes] == [("lib/b.ex",)] * 2


def test_the_extent_of_a_shallow_clone_changes_when_more_is_fetched(repository: Repository, tmp_path: Path) -> None:
    for number in range(4):
        repository.commit(f"Change {number}", {"lib/a.ex": str(number)})
    clone = clone_of(repository, tmp_path / "clone", "--depth", "1")
    extents = [history_extent(clone), history_extent(clone)]
    for option in ("--deepen=1", "--deepen=1", "--unshallow"):
        subprocess.run(["git", "-C", str(clone), "fetch", "-q", option], check=True)
        extents.append(history_extent(clone))
    assert extents[0] == extents[1]
    assert len(set(extents)) == 4
    assert extents[-1] == history_extent(repository.root) == "full"
    shutil.rmtree(clone / ".git")
    assert history_extent(clone) == "none"


def test_a_bare_repository_elsewhere_serves_a_checkout_without_git(repository: Repository, tmp_path: Path) -> None:
    head = repository.commit("Start", {"lib/a.ex": "a"})
    (tmp_path / "plain").mkdir()
    assert subjects(load_history(tmp_path / "plain", head, git_dir=repository.root / ".git")) == ["Start"]


def test_files_that_a_partial_clone_lacks_are_not_fetched(repository: Repository, tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    repository.commit("Made", {"lib/a.ex": text})
    head = repository.commit("Moved and changed", {"lib/a.ex": None, "lib/b.ex": text + "more\n"})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository.root}", str(clone)],
        check=True,
    )
    trap = tmp_path / "fetched"
    subprocess.run(["git", "-C", str(clone), "config", "remote.origin.uploadpack", f"touch {trap}; false"], check=True)
    assert subjects(load_history(clone, head)) == ["Moved and changed", "Made"]
    assert not trap.exists()


def test_nothing_that_the_repository_configures_runs_or_changes_what_is_read(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit("Start", {"lib/a.ex": "a", "lib/b.ex": "b"})
    head = repository.commit("Next", {"lib/a.ex": "c", "lib/b.ex": "d"})
    plain = load_history(repository.root, head)
    trap = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    order = tmp_path / "order"
    order.write_text("lib/b.ex\n")
    for name, value in {
        "log.showSignature": "true",
        "gpg.program": str(script),
        "core.pager": str(script),
        "core.fsmonitor": str(script),
        "diff.external": str(script),
        "diff.orderFile": str(order),
        "diff.renames": "false",
        "log.mailmap": "true",
        "color.ui": "always",
        "log.follow": "true",
    }.items():
        repository.git("config", name, value)
    assert load_history(repository.root, head) == plain
    assert not trap.exists()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("log.showRoot", "false"),
        ("log.diffMerges", "first-parent"),
        ("log.date", "raw"),
        ("log.abbrevCommit", "true"),
        ("log.decorate", "full"),
        ("log.follow", "true"),
        ("format.pretty", "oneline"),
        ("format.notes", "true"),
        ("diff.relative", "true"),
        ("diff.renames", "copies"),
        ("diff.renameLimit", "1"),
        ("diff.noPrefix", "true"),
        ("diff.ignoreSubmodules", "none"),
        ("diff.algorithm", "histogram"),
        ("core.quotePath", "true"),
        ("i18n.logOutputEncoding", "latin1"),
    ],
)
def test_no_setting_of_the_repository_changes_what_is_read(repository: Repository, setting: str, value: str) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    repository.commit("Début", {"lib/a.ex": text, "lib/other/é.ex": "a", "lib/other/b.ex": "b"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit("Side", {"lib/a.ex": None, "lib/moved.ex": text + "more\n", "lib/other/b.ex": "c"})
    repository.git("checkout", "-q", "main")
    repository.commit("Main", {"lib/other/é.ex": "c"})
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    head = repository.git("rev-parse", "HEAD")
    inner = repository.root / "lib"
    plain = [load_history(root, head) for root in (repository.root, inner)]
    assert subjects(plain[0]) == subjects(plain[1]) == ["Main", "Side", "Début"]
    repository.git("config", setting, value)
    assert [load_history(root, head) for root in (repository.root, inner)] == plain


def test_the_cache_gives_the_same_history_and_serves_a_later_commit(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "kept" / "history.db"
    first = repository.commit("One", {"lib/a.ex": "a"})
    assert load_history(repository.root, first, cache=cache) == load_history(repository.root, first)
    second = repository.commit("Two", {"lib/b.ex": "b"})
    assert load_history(repository.root, second, cache=cache) == load_history(repository.root, second)
    assert load_history(repository.root, first, cache=cache) == load_history(repository.root, first)


@pytest.mark.parametrize("damage", ["no database", "foreign table", "row", "digest"])
def test_a_damaged_cache_changes_nothing(repository: Repository, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "history.db"
    head = repository.commit("One", {"lib/a.ex": "a"})
    load_history(repository.root, head, cache=cache)
    if damage == "no database":
        cache.write_bytes(b"something else" * 100)
    elif damage == "foreign table":
        cache.unlink()
        with sqlite3.connect(cache) as db:
            db.execute("CREATE TABLE commits_2 (other TEXT)")
        db.close()
    else:
        with sqlite3.connect(cache) as db:
            value = b"\xff" if damage == "row" else b"0" * 16
            db.execute(f"UPDATE commits_2 SET {'data' if damage == 'row' else 'digest'} = ?", (value,))
        db.close()
    assert subjects(load_history(repository.root, head, cache=cache)) == ["One"]


@given(st.binary(max_size=400))
def test_a_log_of_any_bytes_is_survived(data: bytes) -> None:
    assert all(len(entry.id) in {40, 64} for entry in parse_log(b"a" * 40 + b"\0\0" + b"1\0" + data))


def test_a_log_that_is_cut_off_loses_only_its_end() -> None:
    second = [b"a" * 40, b"b" * 40, b"1700000000", b"Second", b"\nM", b"lib/a.ex"]
    first = [b"b" * 40, b"", b"1600000000", b"First", b"\nA", b"lib/a.ex", b"R100", b"lib/c.ex", b"lib/d.ex"]
    whole = b"\0".join([*second, *first])
    logged = parse_log(whole + b"\0")
    assert [(entry.subject, entry.paths) for entry in logged] == [
        ("Second", ("lib/a.ex",)),
        ("First", ("lib/a.ex", "lib/d.ex")),
    ]
    assert logged[1].renamed == (("lib/c.ex", "lib/d.ex"),)
    assert [entry.subject for entry in parse_log(whole[: whole.index(b"1600000000")])] == ["Second"]


@given(st.permutations(range(5)))
def test_the_order_rests_on_the_commits_alone(order: list[int]) -> None:
    logged = [
        LoggedCommit(str(number) * 40, (str(number - 1) * 40,) if number else (), NOW, f"s{number}", ("lib/a.ex",))
        for number in range(5)
    ]
    history = arrange_history("4" * 40, [logged[number] for number in order])
    assert subjects(history) == ["s4", "s3", "s2", "s1", "s0"]


def change(number: int, subject: str, *paths: str, days: int = 0) -> Change:
    return Change(f"{number:040x}", NOW - days * DAY, subject, tuple(sorted(paths)))


def history(*changes: Change) -> History:
    return History("f" * 40, NOW, changes)


KNOWN = frozenset({"lib/baskets.ex", "lib/vouchers.ex", "lib/weather.ex", "lib/repo.ex"})


def test_a_change_that_speaks_like_the_request_speaks_for_its_files() -> None:
    past = history(
        change(1, "Redeem a voucher twice", "lib/baskets.ex", "lib/gone.ex"),
        change(2, "Forecast rain", "lib/weather.ex"),
    )
    found = alike_changes(past, {"voucher": 3.0, "redeem": 1.0}, KNOWN)
    assert set(found) == {"lib/baskets.ex"}
    assert found["lib/baskets.ex"].kind == "history"
    assert "Redeem a voucher twice" in found["lib/baskets.ex"].text
    assert found["lib/baskets.ex"].weight == 1.0


def test_of_two_alike_changes_the_younger_and_smaller_one_tells_more() -> None:
    past = history(
        change(1, "Voucher rules", "lib/vouchers.ex"),
        change(2, "Voucher rules", "lib/baskets.ex", "lib/repo.ex", days=10),
        change(3, "Voucher rules", "lib/weather.ex", days=2_000),
    )
    found = alike_changes(past, {"voucher": 1.0}, KNOWN)
    assert sorted(found, key=lambda path: -found[path].weight)[0] == "lib/vouchers.ex"
    assert found["lib/weather.ex"].weight < found["lib/baskets.ex"].weight


def files(count: int) -> tuple[str, ...]:
    return tuple(f"lib/file_{number}.ex" for number in range(count))


def test_a_sweeping_change_tells_nothing() -> None:
    past = history(change(1, "Voucher format", "lib/vouchers.ex", "lib/baskets.ex", *files(80)))
    assert find_alike(past, {"voucher": 1.0}) == ()
    assert cochanged(past, {"lib/vouchers.ex": 1.0}, KNOWN) == {}


def test_a_whole_feature_in_one_change_is_alike_but_does_not_say_what_changes_together() -> None:
    past = history(change(1, "Vouchers", "lib/vouchers.ex", "lib/baskets.ex", *files(60)))
    assert set(alike_changes(past, {"voucher": 1.0}, KNOWN)) == {"lib/vouchers.ex", "lib/baskets.ex"}
    assert cochanged(past, {"lib/vouchers.ex": 1.0}, KNOWN) == {}


def test_two_large_alike_changes_tell_more_of_a_file_than_one_small_one() -> None:
    past = history(
        change(1, "Voucher rules", "lib/vouchers.ex", *files(5)),
        change(2, "Voucher rules", "lib/vouchers.ex", *files(5)),
        change(3, "Voucher rules", "lib/baskets.ex", "lib/repo.ex"),
    )
    found = alike_changes(past, {"voucher": 1.0, "rule": 1.0}, KNOWN)
    assert found["lib/vouchers.ex"].weight > found["lib/baskets.ex"].weight


def test_files_that_change_together_say_how_often() -> None:
    together = [change(number, "x", "lib/baskets.ex", "lib/vouchers.ex") for number in range(14)]
    past = history(*together, change(20, "x", "lib/baskets.ex", "lib/repo.ex"), change(21, "x", "lib/weather.ex"))
    found = cochanged(past, {"lib/baskets.ex": 2.5}, KNOWN)
    assert found["lib/vouchers.ex"].text == "changed together with `lib/baskets.ex` 14 times"
    assert found["lib/repo.ex"].text == "changed together with `lib/baskets.ex` once"
    assert found["lib/vouchers.ex"].weight == 1.0 > found["lib/repo.ex"].weight
    assert "lib/weather.ex" not in found


def test_a_file_that_changes_with_everything_is_held_back() -> None:
    noise = [change(number, "x", "lib/repo.ex", f"lib/other_{number}.ex") for number in range(100)]
    pair = [change(200 + n, "x", "lib/baskets.ex", "lib/vouchers.ex", "lib/repo.ex") for n in range(3)]
    found = cochanged(history(*noise, *pair), {"lib/baskets.ex": 1.0}, KNOWN)
    assert found["lib/repo.ex"].weight < found["lib/vouchers.ex"].weight


@pytest.mark.parametrize("seeds", [{}, {"lib/baskets.ex": 0.0}, {"lib/unknown.ex": 1.0}])
def test_without_a_history_or_seeds_nothing_is_said(seeds: dict[str, float]) -> None:
    assert cochanged(history(), {"lib/baskets.ex": 1.0}, KNOWN) == {}
    assert alike_changes(history(), {"voucher": 1.0}, KNOWN) == {}
    assert cochanged(history(change(1, "x", "lib/baskets.ex", "lib/repo.ex")), seeds, KNOWN) == {}
