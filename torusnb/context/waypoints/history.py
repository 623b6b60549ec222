"""The history of a checkout: every change that its commit rests on, under the names its files have now.

    load_history(root: Path, commit: str, *, git_dir: Path | None = None, cache: Path | None = None) -> History
    history_extent(root: Path) -> str                         how much of it the clone has
    parse_log(data: bytes) -> tuple[LoggedCommit, ...]        what LOG_ARGUMENTS print
    arrange_history(commit: str, logged: Iterable[LoggedCommit]) -> History

What it tells about a request is in `history_signals`. The bodies of messages are not read: they told nothing beyond
subjects and paths, and are most of what git prints.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from torusnb.context.map.git import run_git
from torusnb.context.waypoints.history_cache import HistoryCache
from torusnb.models.base import Place, Problem
from torusnb.models.history import Change, History, LoggedCommit

LOG_ARGUMENTS = (
    "-c",
    "log.showRoot=true",
    "-c",
    "diff.relative=false",
    "log",
    "--no-walk=unsorted",
    "--stdin",
    "--no-show-signature",
    "--no-color",
    "--no-notes",
    "--no-decorate",
    "--no-mailmap",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "--diff-merges=off",
    "-O/dev/null",
    "-l1000",
    "--encoding=UTF-8",
    "--name-status",
    "-z",
    "--format=%H%x00%P%x00%ct%x00%s",
)
"""How the log is asked for: nothing of the repository's own configuration changes what it prints or runs a command."""

_SIMILAR, _SAME = "-M50%", "-M100%"
_MOST_COMMITS = 40_000
_LONGEST_SUBJECT = 400
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STATUS = re.compile(rb"\n?[ACDMRTUX]\d{0,3}")
_HEADER = 4
_KEPT = re.compile(r"(?:apps/[^/]+/)?(?:lib|assets|config|priv|docs|guides)/.+")
_STATIC = re.compile(r"(?:apps/[^/]+/)?priv/static/")


def load_history(root: Path, commit: str, *, git_dir: Path | None = None, cache: Path | None = None) -> History:
    """What led to a commit, newest first; nothing that is not reachable from it, and nothing from the network.

    Without git, in a shallow clone or where git fails there is less of it or nothing, and a problem says why.

    Args:
        root: The checkout.
        commit: The full hash of the commit that the checkout is pinned to.
        git_dir: The repository, where it is not the checkout's own.
        cache: A file that keeps commits between runs; it may be missing, damaged or shared.
    """
    if not _COMMIT_ID.fullmatch(commit):
        return _nothing(commit, "The checkout has no commit, so its history says nothing.", "Work in a git clone.")
    git_dir = git_dir.resolve() if git_dir is not None else None
    listed = run_git(root, "--no-replace-objects", "rev-list", f"--max-count={_MOST_COMMITS}", commit, git_dir=git_dir)
    if listed is None:
        return _nothing(commit, "git cannot list the history of the checkout's commit.", "Work in a full clone.")
    ids = listed.decode("ascii").split()
    kept = HistoryCache(cache) if cache is not None else None
    shallow = _is_shallow(root, git_dir)
    ends = frozenset(_list_ends(root, commit, git_dir)) if shallow else frozenset()
    logged = _read_commits(root, ids, ends, git_dir, kept)
    if logged is None:
        return _nothing(
            commit, "git cannot show what the commits changed.", "Work in a clone without left-out objects."
        )
    note = _note("The clone is shallow, so older changes are not seen.", "Run `git fetch --unshallow`.")
    return arrange_history(commit, logged, (note,) if shallow else ())


def history_extent(root: Path) -> str:
    """With the commit, this tells one history of a checkout from another.

    `full`, `none`, or `shallow` with a hash over the commits that a shallow clone ends at: to fetch more moves them.
    """
    shallow = _is_shallow(root)
    if shallow is None:
        return "none"
    return f"shallow {sha256(' '.join(_list_ends(root, 'HEAD')).encode()).hexdigest()[:16]}" if shallow else "full"


def _is_shallow(root: Path, git_dir: Path | None = None) -> bool | None:
    """Whether commits were left out of the clone; None where git does not tell."""
    printed = run_git(root, "rev-parse", "--is-shallow-repository", git_dir=git_dir)
    return None if printed is None else printed.strip() == b"true"


def _list_ends(root: Path, commit: str, git_dir: Path | None = None) -> list[str]:
    """The commits without parents that `commit` rests on, sorted; a shallow clone left the parents of most out."""
    printed = run_git(root, "--no-replace-objects", "rev-list", "--max-parents=0", commit, git_dir=git_dir)
    return sorted((printed or b"").decode("ascii").split())


def _read_commits(
    root: Path, ids: Sequence[str], ends: frozenset[str], git_dir: Path | None, kept: HistoryCache | None
) -> list[LoggedCommit] | None:
    """The commits, from the cache where it has them; None when git fails.

    What a shallow clone ends at seems to add every file there is, so it counts for no change, whatever the cache
    says. Kept is only what every clone would say: nothing of these ends, and nothing that was read without the files.
    """
    logged = kept.load(ids) if kept is not None else {}
    missing = [name for name in ids if name not in logged]
    fresh = _log(root, missing, _SIMILAR, git_dir)
    if fresh is None:
        # Git compares files to find similar ones, and a partial clone has not all of them.
        fresh = _log(root, missing, _SAME, git_dir)
    elif kept is not None:
        kept.save(entry for entry in fresh if entry.id not in ends)
    if fresh is None:
        return None
    logged |= {entry.id: entry for entry in fresh}
    logged |= {name: replace(logged[name], parents=(), paths=(), renamed=()) for name in ends & logged.keys()}
    return [logged[name] for name in ids if name in logged]


def _log(root: Path, ids: Sequence[str], renames: str, git_dir: Path | None) -> tuple[LoggedCommit, ...] | None:
    if not ids:
        return ()
    given = "\n".join(ids).encode()
    data = run_git(root, "--no-replace-objects", *LOG_ARGUMENTS, renames, git_dir=git_dir, given=given)
    return parse_log(data) if data is not None else None


def _nothing(commit: str, text: str, remedy: str) -> History:
    return History(commit, problems=(_note(text, remedy),))


def _note(text: str, remedy: str) -> Problem:
    return Problem(Place("."), text, remedy, "note")


def parse_log(data: bytes) -> tuple[LoggedCommit, ...]:
    """The commits of a log asked for with `LOG_ARGUMENTS`, in its order; what is cut off at its end is left out.

    The paths are those that a design may touch: code, browser files, configuration, documents, `priv` without
    `priv/static`.
    """
    parts = data.split(b"\0")
    found = []
    at = 0
    while at + _HEADER <= len(parts):
        header = parts[at : at + _HEADER]
        at += _HEADER
        paths: list[str] = []
        renamed: list[tuple[str, str]] = []
        while at + 1 < len(parts) and _STATUS.fullmatch(parts[at]):
            if parts[at].lstrip(b"\n")[:1] in b"RC" and at + 2 < len(parts):
                old, new = _text(parts[at + 1]), _text(parts[at + 2])
                if parts[at].lstrip(b"\n")[:1] == b"R" and (_kept(old) or _kept(new)):
                    renamed.append((old, new))
                at += 1
            if _kept(path := _text(parts[at + 1])):
                paths.append(path)
            at += 2
        entry = _logged(header, paths, renamed)
        if entry is not None:
            found.append(entry)
    return tuple(found)


def _logged(header: Sequence[bytes], paths: Sequence[str], renamed: Sequence[tuple[str, str]]) -> LoggedCommit | None:
    name, parents, at, subject = (_text(part) for part in header)
    if not _COMMIT_ID.fullmatch(name) or not at.lstrip("-").isdigit():
        return None
    return LoggedCommit(
        id=name,
        parents=tuple(parents.split()),
        at=int(at),
        subject=subject[:_LONGEST_SUBJECT].strip(),
        paths=tuple(sorted(set(paths))),
        renamed=tuple(sorted(set(renamed))),
    )


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace")


def _kept(path: str) -> bool:
    return _KEPT.fullmatch(path) is not None and _STATIC.match(path) is None


def arrange_history(commit: str, logged: Iterable[LoggedCommit], problems: tuple[Problem, ...] = ()) -> History:
    """The changes newest first, a child always before its parents, each path under the name it has at `commit`.

    A name that was given up by a rename counts for the new one in all older changes. Merges carry no change of
    their own. The order rests on the commits alone, not on the order in which they came.
    """
    entries = {entry.id: entry for entry in logged}
    present: dict[str, str] = {}
    changes = []
    for entry in _newest_first(entries):
        if len(entry.parents) < 2 and entry.paths:
            paths = tuple(sorted({present.get(path, path) for path in entry.paths}))
            changes.append(Change(entry.id, entry.at, entry.subject, paths))
        for old, new in entry.renamed:
            present[old] = present.get(new, new)
    at = entries[commit].at if commit in entries else 0
    return History(commit, at, tuple(changes), problems)


def _newest_first(entries: Mapping[str, LoggedCommit]) -> Iterable[LoggedCommit]:
    waiting = dict.fromkeys(entries, 0)
    for entry in entries.values():
        for parent in entry.parents:
            if parent in waiting:
                waiting[parent] += 1
    ready = [(-entry.at, name) for name, entry in entries.items() if not waiting[name]]
    heapq.heapify(ready)
    while ready:
        _, name = heapq.heappop(ready)
        yield entries[name]
        for parent in entries[name].parents:
            if parent in waiting:
                waiting[parent] -= 1
                if not waiting[parent]:
                    heapq.heappush(ready, (-entries[parent].at, parent))
