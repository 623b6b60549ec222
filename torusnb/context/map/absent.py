"""What git tracks and the checkout does not hold on disk: a sparse checkout shows only a part of the repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from torusnb.context.map.git import run_git
from torusnb.models.base import Place, Problem

_SKIPPED = b"S "  # the tag that `git ls-files -t` gives to an entry with the skip-worktree bit
_MOST_FOLDERS = 6


def list_absent(root: Path) -> tuple[str, ...]:
    """The tracked paths below the checkout that a sparse checkout leaves out, sorted; empty without git.

    A sparse index names a whole folder that is left out, with a slash at its end.
    """
    printed = run_git(root, "ls-files", "-t", "-z", "--sparse") or run_git(root, "ls-files", "-t", "-z") or b""
    entries = (entry.removeprefix(_SKIPPED) for entry in printed.split(b"\0") if entry.startswith(_SKIPPED))
    return tuple(sorted(entry.decode("utf-8", "replace") for entry in entries))


def review_absent(absent: Iterable[str]) -> tuple[Problem, ...]:
    """One problem that names the folders of what is not laid out; none when everything is there."""
    absent = tuple(absent)
    if not absent:
        return ()
    counted = Counter(path.partition("/")[0] + ("/" if "/" in path else "") for path in absent)
    ranked = sorted(counted, key=lambda name: (not name.endswith("/"), name))
    told = ", ".join(f"`{name}`" for name in ranked[:_MOST_FOLDERS])
    more = f" and {len(ranked) - _MOST_FOLDERS} more places" if len(ranked) > _MOST_FOLDERS else ""
    text = f"The checkout is sparse: parts of {told}{more} are tracked and not laid out, so nothing is known of them."
    return (Problem(Place("."), text, "Run `git sparse-checkout disable`, or add the folders to it."),)
