"""Whether a trail was made from another checkout than the one at hand, and how that is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from torusnb.context.map.git import run_git
from torusnb.models.changes import Change
from torusnb.spec.discovery import find_packs

_FOREIGN = 0.75  # of the files that a design rests on
_FEWEST = 3
_GONE = 0.5  # of the places that a design cites
_GIT_ID = re.compile(r"[0-9a-f]{40,64}")
_GIVE = (
    "Give the checkout that it was made from as `torus_root` (`--torus`), or export the pack here into another folder."
)


def tell_foreign_files(root: Path, read: Callable[[str], str], paths: Iterable[str], commit: str) -> str:
    """Why nothing of a trail can be compared with a checkout by its files alone; empty where it can.

    That is where most of the files are not here and git does not know the commit either: a few files that were
    taken out are a change, and an old commit of this repository is a past of this checkout.

    Args:
        root: The checkout.
        read: The text of one of its files; empty for one that is not there.
        paths: The files that the design rests on.
        commit: What the trail was made at.
    """
    named = set(paths)
    missing = sum(not read(path) for path in named)
    if missing < _FEWEST or missing < _FOREIGN * len(named) or _knows(root, commit):
        return ""
    return _tell(commit, f"{missing} of the {len(named)} files that its design rests on are not in this one")


def tell_foreign_places(root: Path, changes: Sequence[Change], directory: str, commit: str) -> str:
    """Why what became of a design's places tells of another checkout; empty where it tells of a change.

    Two checkouts of one application share their files, so what counts is that the pack itself is not here, under any
    folder, and that of the places that the design cites most are gone or one no longer holds.

    Args:
        root: The checkout.
        changes: What became of each place.
        directory: The pack's folder, as the trail has it.
        commit: What the trail was made at.
    """
    gone = sum(change.state == "gone" for change in changes)
    changed = sum(change.state == "changed" for change in changes)
    most = gone >= _FEWEST and gone >= _GONE * len(changes) and gone + changed >= _FOREIGN * len(changes)
    absent = gone + changed > 0 and _is_absent(root, directory)
    if not (most or absent) or _knows(root, commit):
        return ""
    pack = f"its pack {directory} is not in this one, and " if absent else ""
    return _tell(commit, f"{pack}{gone + changed} of the {len(changes)} places that its design cites do not hold here")


def _is_absent(root: Path, directory: str) -> bool:
    """Whether no pack of that name lies in the checkout; one outside of every checkout tells nothing."""
    place = PurePosixPath(directory)
    if not directory or place.is_absolute() or ".." in place.parts or (root / directory).is_dir():
        return False
    return all(folder.slug != place.name for folder in find_packs(root))


def _knows(root: Path, commit: str) -> bool:
    """Whether a commit is in the repository of the checkout."""
    if not _GIT_ID.fullmatch(commit):
        return False
    return run_git(root, "cat-file", "-e", f"{commit}^{{commit}}") is not None


def _tell(commit: str, why: str) -> str:
    at = commit[:20] or "an unknown commit"
    return f"This trail was made from another checkout, at {at}: {why}, so nothing was compared. {_GIVE}"
