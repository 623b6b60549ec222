"""The one way torusnb runs git: on a repository that is not trusted, without network, within a time and a size."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from threading import Timer

SECONDS = 60.0
MOST_BYTES = 256_000_000

_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
# A partial clone fetches a missing object with a command of its own configuration (`uploadpack`). An older git does
# not know the switch against that, but every git allows only the protocols named in the environment, here none,
# whatever the configuration says.
_NO_FETCH = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
_SETTINGS = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_GRAFT_FILE": os.devnull,  # grafts tell another past than the one that was committed
    "LC_ALL": "C",
    **_NO_FETCH,
}


def run_git(
    root: Path,
    *arguments: str,
    git_dir: Path | None = None,
    given: bytes = b"",
    seconds: float = SECONDS,
    most: int = MOST_BYTES,
) -> bytes | None:
    """What git prints, or None when it fails, is missing, takes longer than `seconds` or prints more than `most` bytes.

    No hook, no file-system monitor, no other command that the repository configures and no network is used, as long
    as the arguments ask for nothing that runs one (`log` needs `--no-show-signature`, `status` runs filters).

    Args:
        root: The folder that git runs in.
        arguments: The command and its options.
        git_dir: The repository where it is not the one that `root` lies in.
        given: What git reads from its standard input.
        seconds: How long it may take.
        most: How many bytes it may print.
    """
    where = ("--git-dir", str(git_dir)) if git_dir is not None else ()
    command = ("git", "-C", str(root), *where, *_HARMLESS, *arguments)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        with tempfile.TemporaryFile() as source:
            source.write(given)
            source.seek(0)
            with subprocess.Popen(
                command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kept | _SETTINGS
            ) as git:
                return _read_all(git, seconds, most)
    except (OSError, ValueError):
        return None


def _read_all(git: subprocess.Popen[bytes], seconds: float, most: int) -> bytes | None:
    timer = Timer(seconds, git.kill)
    timer.start()
    try:
        data = git.stdout.read(most + 1) if git.stdout is not None else b""
        if len(data) > most:
            return None
        return data if git.wait() == 0 else None
    finally:
        timer.cancel()
        git.kill()
