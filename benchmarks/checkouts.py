"""Laying out a commit of a bare clone, without a work tree of git's own."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath


def lay_out(git_dir: Path, commit: str, target: Path) -> int:
    """Write the regular files of a commit below a folder; returns how many.

    Blobs that the clone lacks (a partial clone, or one without large files) are passed over, as are links.
    """
    listing = _git(git_dir, "ls-tree", "-r", "-z", commit)
    rows = [_row(line) for line in listing.split(b"\0") if line]
    wanted = [(blob, path) for mode, kind, blob, path in rows if kind == b"blob" and mode != b"120000"]
    with subprocess.Popen(
        ["git", "-C", str(git_dir), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        if reader.stdin is None or reader.stdout is None:
            raise RuntimeError("git cat-file has no pipes")
        written = 0
        for blob, path in wanted:
            reader.stdin.write(blob + b"\n")
            reader.stdin.flush()
            header = reader.stdout.readline().split()
            if header[1] == b"missing":
                continue
            data = reader.stdout.read(int(header[2]))
            reader.stdout.read(1)
            file = target / PurePosixPath(path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            written += 1
        reader.stdin.close()
    return written


def _row(line: bytes) -> tuple[bytes, bytes, bytes, str]:
    meta, path = line.split(b"\t", 1)
    mode, kind, blob = meta.split()
    return mode, kind, blob, path.decode("utf-8", "surrogateescape")


def _git(git_dir: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", "-C", str(git_dir), *arguments], capture_output=True, check=True, timeout=120)
    return done.stdout
