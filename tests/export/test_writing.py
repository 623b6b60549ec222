from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from torusnb.errors import OutputError
from torusnb.export.writing import save_text


def test_the_text_is_written_with_its_newlines_as_they_are(tmp_path: Path) -> None:
    save_text(tmp_path / "fdd.md", "Grüße\r\nzwei\n")
    assert (tmp_path / "fdd.md").read_bytes() == "Grüße\r\nzwei\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["fdd.md"]


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    save_text(tmp_path / "a" / "b" / "fdd.md", "x")
    assert (tmp_path / "a" / "b" / "fdd.md").read_text() == "x"


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "fdd.md"
    path.write_text("old")
    path.chmod(0o640)
    save_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text() == "new"


def test_a_new_file_gets_the_mode_the_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save_text(tmp_path / "fdd.md", "x")
        assert stat.S_IMODE((tmp_path / "fdd.md").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "fdd.md").symlink_to("real.md")
    save_text(tmp_path / "fdd.md", "new")
    assert (tmp_path / "fdd.md").is_symlink()
    assert (tmp_path / "real.md").read_text() == "new"


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fdd.md").mkdir()
    with pytest.raises(OutputError, match="A folder stands where this file should be"):
        save_text(tmp_path / "fdd.md", "x")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        save_text(tmp_path / "pack" / "fdd.md", "x")
    assert (tmp_path / "pack").read_text() == "a file"


def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    folder.chmod(0o555)
    nobody_writes_here = Path("/proc") if os.geteuid() == 0 else folder
    with pytest.raises(OutputError, match="cannot be written"):
        save_text(nobody_writes_here / "fdd.md", "new")
    assert list(folder.iterdir()) == []


WRITE_TOO_MUCH = """
import resource, signal, sys
from pathlib import Path
from torusnb.errors import OutputError
from torusnb.export.writing import save_text
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    save_text(Path(sys.argv[1]), "x" * 5000)
except OutputError as error:
    print(error)
"""


def test_a_write_the_disk_refuses_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "fdd.md"
    path.write_text("old")
    run = subprocess.run([sys.executable, "-c", WRITE_TOO_MUCH, str(path)], capture_output=True, text=True)
    assert "cannot be written (File too large)" in run.stdout, run.stderr
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["fdd.md"]
