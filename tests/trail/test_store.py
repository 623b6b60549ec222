"""The trail's store: append-only, chained, durable, shared by two processes."""

from __future__ import annotations

import ctypes
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from torusnb.errors import OutputError, TrailError
from torusnb.models.record import Decision
from torusnb.models.sources import Research, Source
from torusnb.trail.store import Trail


def _clock() -> str:
    return "2026-01-01T00:00:00Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pack" / "trail.sqlite3"


def _decide(trail: Trail, key: str, verdict: str) -> None:
    trail.append("decision", f"{verdict} {key}", key=key, value=Decision("waypoint", key, verdict), actor="person")


def test_a_record_is_there_when_the_trail_is_opened_again(path: Path) -> None:
    with Trail.open(path, clock=_clock) as trail:
        trail.append("run", "begin  a\n feature", key="docs/x")
    with Trail.open(path) as trail:
        (event,) = trail.events()
    assert (event.seq, event.at, event.step, event.key) == (1, _clock(), "run", "docs/x")
    assert event.summary == "begin a feature"


def test_the_newest_record_of_a_step_and_key_counts(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append("context", "old", key="a", value=[1])
        trail.append("context", "new", key="a", value=[2])
        trail.append("context", "other", key="b", value=[3])
        assert trail.value(list[int], "context", "a") == [2]
        assert trail.value(list[int], "context", "nowhere") is None


def test_of_several_decisions_on_one_thing_the_last_holds(path: Path) -> None:
    with Trail.open(path) as trail:
        _decide(trail, "lib/a.ex", "drop")
        _decide(trail, "lib/b.ex", "keep")
        _decide(trail, "lib/a.ex", "keep")
        assert [(d.key, d.verdict) for d in trail.decisions()] == [("lib/b.ex", "keep"), ("lib/a.ex", "keep")]


@pytest.mark.parametrize("statement", ["UPDATE events SET summary = 'x'", "DELETE FROM events"])
def test_a_record_cannot_be_changed_or_removed(path: Path, statement: str) -> None:
    with Trail.open(path) as trail:
        trail.append("run", "begin")
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET summary = 'forged' WHERE seq = 2",
        "DELETE FROM events WHERE seq = 2",
        "UPDATE events SET seq = 9 WHERE seq = 3",
        "UPDATE events SET at = '1999-01-01T00:00:00Z' WHERE seq = 3",
    ],
)
def test_a_forged_record_is_seen(path: Path, statement: str) -> None:
    with Trail.open(path) as trail:
        for name in ("one", "two", "three"):
            trail.append("run", name)
        assert trail.verify() == 3
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER events_stay; DROP TRIGGER events_last; {statement};")
    connection.close()
    with Trail.open(path) as trail, pytest.raises(TrailError):
        trail.verify()


def test_a_changed_snapshot_is_seen(path: Path) -> None:
    with Trail.open(path) as trail:
        sha256 = trail.put_snapshot(b"the page as it was")
        other = trail.put_snapshot(b"another page")
        assert trail.put_snapshot(b"the page as it was") == sha256
        assert trail.snapshot(sha256) == b"the page as it was"
        assert trail.snapshot("0" * 64) is None
    connection = sqlite3.connect(path)
    connection.executescript(
        "DROP TRIGGER snapshots_stay; UPDATE snapshots SET bytes ="
        f" (SELECT bytes FROM snapshots WHERE sha256 = '{other}') WHERE sha256 = '{sha256}';"
    )
    connection.close()
    with Trail.open(path) as trail, pytest.raises(TrailError, match="changed after it was captured"):
        trail.verify()


def test_an_unknown_layout_is_refused(path: Path) -> None:
    Trail.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE about SET value = '99'")
    connection.commit()
    connection.close()
    with pytest.raises(TrailError, match="layout 99"):
        Trail.open(path)


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look", b"SQLite format 3\x00" + b"\xff" * 200]
)
def test_a_file_that_is_no_trail_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(TrailError):
        Trail.open(path)
    assert path.read_bytes() == content


def test_another_sqlite_file_is_refused(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.commit()
    connection.close()
    with pytest.raises(TrailError, match="no trail"):
        Trail.open(path)


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        Trail.open(tmp_path / "file" / "trail.sqlite3")


def test_a_missing_trail_is_not_made_when_it_only_should_be_read(path: Path) -> None:
    with pytest.raises(TrailError, match="no trail here"):
        Trail.open(path, create=False)
    assert not path.exists()


def _run(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments], stdout=subprocess.PIPE, text=True
    )


def test_a_killed_process_leaves_a_trail_that_opens_with_all_that_was_recorded(path: Path) -> None:
    writer = _run(
        """
        import sys
        from pathlib import Path
        from torusnb.trail.store import Trail
        trail = Trail.open(Path(sys.argv[1]))
        for number in range(100_000):
            trail.append("run", str(number), value="x" * 20_000)
            print(number, flush=True)
        """,
        str(path),
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(25)][-1]
    writer.send_signal(signal.SIGKILL)
    writer.wait(timeout=30)
    writer.stdout.close()
    with Trail.open(path) as trail:
        assert trail.verify() >= acknowledged + 1
        trail.append("run", "goes on")
        trail.verify()


def test_two_processes_append_to_one_chain(path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from torusnb.trail.store import Trail
        with Trail.open(Path(sys.argv[1])) as trail:
            for number in range(40):
                trail.append("run", sys.argv[2])
        """
    writers = [_run(code, str(path), name) for name in ("one", "two")]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0]
    with Trail.open(path) as trail:
        assert trail.verify() == 80


def test_a_full_disk_loses_nothing_that_was_recorded(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append("run", "begin")
    size = path.stat().st_size + 8192
    writer = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, signal, sys\nfrom pathlib import Path\nfrom torusnb.errors import OutputError\n"
            "from torusnb.trail.store import Trail\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "trail = Trail.open(Path(sys.argv[1]))\n"
            "try:\n    trail.append('run', 'too much', value=os.urandom(400_000).hex())\n"
            "except OutputError:\n    sys.exit(7)\n",
            str(path),
        ],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        check=False,
        timeout=60,
    )
    assert writer.returncode == 7
    with Trail.open(path) as trail:
        assert [event.summary for event in trail.events()] == ["begin"]
        trail.verify()


def test_a_record_that_unpacks_to_more_than_the_bound_is_refused(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append("run", "big", value="x" * 100_000)
    with Trail.open(path, largest_record=1000) as trail, pytest.raises(TrailError, match="larger than a record may be"):
        list(trail.events())


def _captured(trail: Trail, key: str, data: bytes) -> None:
    source = Source(key, "A page", "https://docs.test/page", "deps", sha256=trail.put_snapshot(data))
    unread = Source("src:unread", "A book", "https://docs.test/book", "catalogue")
    trail.append("research", key, key=key, value=Research(sources=(source, unread)))


@pytest.mark.parametrize("key", ["src:first", "src:second"])
def test_a_removed_snapshot_that_any_research_names_is_seen(path: Path, key: str) -> None:
    with Trail.open(path) as trail:
        _captured(trail, "src:first", b"the first page")
        _captured(trail, "src:second", b"the second page")
        assert trail.verify() == 2
        sha256 = {name: sha256 for sha256, name in trail.captured().items()}[key]
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TRIGGER snapshots_last; DELETE FROM snapshots WHERE sha256 = '{sha256}';")
    connection.close()
    with Trail.open(path) as trail, pytest.raises(TrailError, match=f"of {key} was removed"):
        trail.verify()


def test_the_decisions_before_a_record_are_those_that_stood_then(path: Path) -> None:
    with Trail.open(path) as trail:
        _decide(trail, "lib/a.ex", "drop")
        _decide(trail, "lib/b.ex", "keep")
        export = trail.append("export", "fdd.md")
        _decide(trail, "lib/a.ex", "keep")
        then = [(d.key, d.verdict) for d in trail.decisions(before=export.seq)]
        assert then == [("lib/a.ex", "drop"), ("lib/b.ex", "keep")]
        assert len(trail.decisions(before=1)) == 0


HOSTILE = (
    [f"UPDATE events SET {column} = NULL" for column in ("at", "actor", "step", "key", "summary", "data", "digest")]
    + [f"UPDATE events SET {column} = x'00ff'" for column in ("at", "actor", "key", "summary", "data", "digest")]
    + ["UPDATE events SET data = 7", "UPDATE events SET data = 'text'", "UPDATE events SET data = 1.5"]
    + ["UPDATE events SET summary = CAST(x'ff' AS TEXT)", "UPDATE events SET seq = -9"]
    + [f"UPDATE snapshots SET bytes = {value}" for value in ("NULL", "7", "'text'", "x'00'")]
    + [f"UPDATE snapshots SET sha256 = {value}" for value in ("NULL", "7", "x'00'", "CAST(x'ff' AS TEXT)")]
)


@pytest.mark.parametrize("statement", HOSTILE)
def test_a_cell_of_a_wrong_kind_is_a_trail_error(path: Path, statement: str) -> None:
    """The tables are a trail's by name, but take anything, as a hostile file's may."""
    with Trail.open(path) as trail:
        _captured(trail, "src:page", b"a page")
    connection = sqlite3.connect(path)
    for table, columns in (
        ("events", "seq, at, actor, step, key, summary, data, digest"),
        ("snapshots", "sha256, bytes"),
    ):
        connection.executescript(
            f"CREATE TABLE loose ({columns}); INSERT INTO loose SELECT * FROM {table}; DROP TABLE {table};"
            f" ALTER TABLE loose RENAME TO {table}; {statement if table in statement else ''};"
        )
    connection.close()
    with Trail.open(path) as trail, pytest.raises(TrailError):
        trail.verify()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE snapshots",
        "ALTER TABLE events RENAME COLUMN data TO date",
        "DROP TABLE snapshots; CREATE VIEW snapshots AS SELECT 1 AS sha256",
        "UPDATE about SET value = x'00'",
        "DELETE FROM about",
    ],
)
def test_tables_that_are_not_a_trails_are_refused(path: Path, statement: str) -> None:
    Trail.open(path).close()
    connection = sqlite3.connect(path)
    connection.executescript(statement)
    connection.close()
    with pytest.raises(TrailError):
        Trail.open(path)


def test_a_process_killed_during_the_first_layout_leaves_a_file_that_becomes_a_fresh_trail(path: Path) -> None:
    path.parent.mkdir()
    writer = _run(
        """
        import os, signal, sqlite3, sys
        connection = sqlite3.connect(sys.argv[1], isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(200):
            connection.execute(f"CREATE TABLE t{number} (x)")
            connection.execute(f"INSERT INTO t{number} VALUES (randomblob(20000))")
        os.kill(os.getpid(), signal.SIGKILL)
        """,
        str(path),
    )
    writer.communicate(timeout=60)
    assert writer.returncode == -signal.SIGKILL
    assert path.stat().st_size > 0
    assert path.with_name("trail.sqlite3-journal").stat().st_size > 0
    with Trail.open(path) as trail:
        trail.append("run", "begin")
        assert trail.verify() == 1


def test_an_empty_file_is_no_trail_to_read_and_stays_empty(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(TrailError, match="no trail here"):
        Trail.open(path, create=False)
    assert path.stat().st_size == 0


def _give_up_override() -> None:
    """Let file modes hold for this process also where the tests run as root (prctl PR_CAPBSET_DROP)."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)


def test_a_trail_that_cannot_be_written_can_be_read_and_says_so_when_written(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append("run", "begin")
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        reader = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys\nfrom pathlib import Path\nfrom torusnb.errors import OutputError\n"
                "from torusnb.trail.store import Trail\n"
                "with Trail.open(Path(sys.argv[1]), create=False) as trail:\n"
                "    print(trail.verify(), [event.summary for event in trail.events()])\n"
                "    try:\n        trail.append('run', 'more')\n"
                "    except OutputError as error:\n        print('readonly' in str(error))\n",
                str(path),
            ],
            preexec_fn=_give_up_override,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        path.parent.chmod(0o755)
    assert reader.stdout.splitlines() == ["1 ['begin']", "True"], reader.stderr
