"""Reading a checkout: its files, the commit it stands at, and whether what torusnb reads is what was committed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from torusnb.context.map.checkout import code_paths, guide_paths, list_files
from torusnb.context.map.contents import Content, read_contents
from torusnb.context.map.git import run_git
from torusnb.context.map.hosting import web_address
from torusnb.models.codebase import Commit

_REGULAR = ("100644 ", "100755 ")


GitIds = dict[str, tuple[str, ...]]
"""SHA-256 of some bytes to the ids that git may know them under."""


@dataclass(frozen=True)
class Reading:
    """A checkout as it lies there.

    Attributes:
        paths: Every file, sorted.
        code: Those that are outlined, and mix files.
        guides: Those that are guides.
        contents: What code and guides hold, by path.
        commit: The pin.
        git_ids: Of what was compared with the commit.
    """

    root: Path
    paths: tuple[str, ...]
    code: tuple[str, ...]
    guides: tuple[str, ...]
    contents: dict[str, Content]
    commit: Commit
    git_ids: GitIds


def read_checkout(
    root: Path, known: GitIds | None = None, listed: Callable[[Sequence[str]], None] | None = None
) -> Reading:
    """The checkout with its git commit, or with a content id where git has no say.

    Git has a say when `root` is the top of a work tree with a commit. `dirty` looks only at what torusnb
    reads (code and guides), so that an exported design document does not make its own checkout dirty.
    No hook, no file-system monitor, no other command that the checkout configures and no network is used.

    Args:
        root: The checkout's folder.
        known: Ids from an earlier reading of any checkout, which need not be made again.
        listed: Is told the paths of the code as soon as they are known, before any file is read.
    """
    with ThreadPoolExecutor(1) as aside:  # git works while the files are listed and read
        asked = aside.submit(_find_head, root)
        paths = list_files(root)
        code, guides = code_paths(paths), guide_paths(paths)
        if listed is not None:
            listed(code)
        head = asked.result()
        listing = aside.submit(_list_committed, root, head) if head else None
        origin = aside.submit(_git, root, "config", "--get", "remote.origin.url") if head else None
        contents = read_contents(root, sorted({*code, *guides}), head, known)
        committed = listing.result() if listing is not None else None
        cloned_from = (origin.result() if origin is not None else None) or ""
    if not head:
        return Reading(root, paths, code, guides, contents, Commit(_content_id(contents), has_git=False), {})
    ids: GitIds = {}
    dirty = committed is None
    if committed is not None:
        gone = _no_longer_listed(paths, committed, contents)
        contents_then = contents | read_contents(root, gone, head, known)
        ids = {content.sha256: content.git_ids for content in contents_then.values() if content.git_ids}
        dirty = not all(_holds(content, committed.get(path)) for path, content in contents_then.items())
    # Lines of an edited checkout are not those that the host shows.
    web = "" if dirty else web_address(cloned_from, head)
    return Reading(root, paths, code, guides, contents, Commit(head, dirty=dirty, web=web), ids)


def _find_head(root: Path) -> str:
    """The commit's id where git has a say, otherwise empty."""
    told = _git(root, "rev-parse", "--show-toplevel", "--verify", "--quiet", "HEAD")  # both lines from one process
    top, _, head = (told or "").rstrip("\n").rpartition("\n")
    return head if top and _same(Path(top), root) else ""


def _list_committed(root: Path, head: str) -> dict[str, str] | None:
    """Path to git's id of every regular file of that commit; None when git cannot tell."""
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", head)
    if listing is None:
        return None
    # An entry is `100644 blob <id>\\t<path>`.
    entries = (entry.partition("\t") for entry in listing.split("\0") if entry.startswith(_REGULAR))
    return {path: meta.rpartition(" ")[2] for meta, _, path in entries}


def _content_id(contents: Mapping[str, Content]) -> str:
    digest = hashlib.sha256()
    for path in sorted(contents):
        digest.update(f"{path}\0{contents[path].sha256 or 'unreadable'}\n".encode())
    return f"content-{digest.hexdigest()[:12]}"


def _no_longer_listed(paths: Sequence[str], committed: Mapping[str, str], contents: Mapping[str, Content]) -> list[str]:
    """What torusnb would read if it lay there as committed, beyond what it reads."""
    listed = frozenset(paths)
    gone = [path for path in committed if path not in listed]
    if not code_paths(gone) and not guide_paths(gone):
        return []
    both = (*paths, *gone)
    return sorted({*code_paths(both), *guide_paths(both)} - contents.keys())


def _holds(content: Content, blob: str | None) -> bool:
    """Whether the file holds what git has under that id, as it lies there or with git's line ends; None: no file.

    Compared are bytes. `git status` would answer faster, but runs the filters that the checkout's own configuration
    names.
    """
    return blob in content.git_ids if content.sha256 else blob is None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _git(root: Path, *arguments: str) -> str | None:
    printed = run_git(root, *arguments)
    return None if printed is None else printed.decode("utf-8", "surrogateescape")
