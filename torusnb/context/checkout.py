"""The checkout on disk: which files it holds and which commit it is pinned to."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from torusnb.errors import CheckoutError
from torusnb.models.codebase import Commit

_SKIPPED = frozenset({"_build", "node_modules"})
_BINARY_ENDINGS = """
png jpg jpeg gif ico webp bmp svgz tif tiff avif heic psd pdf zip gz tgz bz2 xz zst 7z tar jar wasm so o a
dylib dll exe beam ez class pyc woff woff2 ttf otf eot mp3 mp4 m4a mov avi webm wav ogg flac db sqlite sqlite3
parquet xls xlsx doc docx ppt pptx bin dat pem key crt p12 jks
"""
_BINARY = frozenset(_BINARY_ENDINGS.split())
_CODE = re.compile(r"(?:apps/[^/]+/)?(?:lib/.+\.exs?|priv/[^/]+/migrations/.+\.exs|mix\.exs|mix\.lock)")
_NO_GUIDE = frozenset(
    {"changelog", "license", "licence", "code_of_conduct", "contributors", "notice", "agents", "claude"}
)
_GIT_SECONDS = 60.0
_REGULAR = frozenset({"100644", "100755"})
_SHA256_DIGITS = 64


def require_elixir_project(root: Path) -> Path:
    """The checkout's folder, resolved.

    Raises:
        CheckoutError: It does not exist, is a file, cannot be read, or has no `mix.exs` at its top.
    """
    if not root.exists():
        raise CheckoutError("There is no such folder; give the folder that holds mix.exs.", path=root)
    if not root.is_dir():
        raise CheckoutError("This is a file; give the folder that holds mix.exs.", path=root)
    try:
        found = (root / "mix.exs").is_file()
        with os.scandir(root):
            pass
    except OSError as error:
        raise CheckoutError(
            f"The folder cannot be read ({error.strerror}); check its permissions.", path=root
        ) from error
    if not found:
        raise CheckoutError("This is no Elixir project: mix.exs is missing; give the folder that holds it.", path=root)
    return root.resolve()


def list_files(root: Path) -> tuple[str, ...]:
    """The checkout's text files as sorted POSIX paths relative to `root`.

    Left out are hidden files and folders, `deps` beside a `mix.exs`, `_build`, `node_modules`,
    `priv/static` and files whose ending says that they are binary. Links are never followed: what they
    point to inside the checkout is listed at its own place, and what lies outside is not part of it.
    A folder that cannot be opened is left out.
    """
    return tuple(sorted(_walk(str(root), "")))


def _walk(folder: str, prefix: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    names = {entry.name for entry in found}
    for entry in found:
        name = entry.name
        if name.startswith(".") or entry.is_symlink() or not _is_text(name):
            continue
        if entry.is_dir():
            of_mix = name == "deps" and (not prefix or "mix.exs" in names)
            static = name == "static" and (prefix == "priv/" or prefix.endswith("/priv/"))
            if name not in _SKIPPED and not of_mix and not static:
                yield from _walk(entry.path, f"{prefix}{name}/")
        elif entry.is_file() and name.rpartition(".")[2].lower() not in _BINARY:
            yield prefix + name


def _is_text(name: str) -> bool:
    """Whether the name is UTF-8; another one could not be written into any result."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def code_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that a code map outlines: `lib`, migrations, `mix.exs`, `mix.lock`, in umbrella apps too."""
    return tuple(path for path in paths if _CODE.fullmatch(path))


def pack_folders(paths: Iterable[str]) -> frozenset[str]:
    """The folders that hold a `prd.md`; torusnb writes into them, so nothing it reads may lie there."""
    return frozenset(path.rpartition("/")[0] for path in paths if path.rpartition("/")[2].lower() == "prd.md")


def in_folders(path: str, folders: frozenset[str]) -> bool:
    """Whether the file lies in or below one of the folders."""
    return any(str(parent) in folders for parent in PurePosixPath(path).parents)


def guide_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that are guides.

    These are the Markdown files under `guides/` and `docs/` and at the top, without change logs,
    licences and the like. A folder of `docs/` in which spec packs lie at any depth holds plans, not guides.
    """
    paths = tuple(paths)
    packs = pack_folders(paths)
    plans = packs | {"/".join(folder.split("/")[:2]) for folder in packs}
    found = []
    for path in paths:
        top, slash, _ = path.partition("/")
        if not path.lower().endswith((".md", ".markdown")) or (slash and top not in {"guides", "docs"}):
            continue
        stem = PurePosixPath(path).stem.lower()
        if stem not in _NO_GUIDE and not in_folders(path, plans):
            found.append(path)
    return tuple(found)


def pin_checkout(root: Path) -> Commit:
    """What the checkout is pinned to: its git commit, or a content id where git has no say.

    Git has a say when `root` is the top of a work tree with a commit. `dirty` looks only at what torusnb
    reads (code and guides), so that an exported design document does not make its own checkout dirty.
    No hook, no file-system monitor, no other command that the checkout configures and no network is used.
    """
    top = _git(root, "rev-parse", "--show-toplevel")
    head = _git(root, "rev-parse", "--verify", "--quiet", "HEAD") if top else None
    if top and head and _same(Path(top.strip("\n")), root):
        return Commit(id=head.strip(), dirty=_is_dirty(root))
    return Commit(id=_content_id(root), has_git=False)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_dirty(root: Path) -> bool:
    """Whether a file that torusnb reads differs from the commit, by its bytes.

    `git status` would answer faster, but runs the filters that the checkout's own configuration names.
    """
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", "HEAD")
    if listing is None:
        return True
    committed = {path: blob for mode, blob, path in _tree(listing) if mode in _REGULAR}
    paths = {*committed, *list_files(root)}
    read = {*code_paths(paths), *guide_paths(paths)}
    return not all(_holds(root / path, committed.get(path)) for path in read)


def _tree(listing: str) -> Iterator[tuple[str, str, str]]:
    for entry in filter(None, listing.split("\0")):
        meta, _, path = entry.partition("\t")
        mode, _, blob = meta.split(" ")
        yield mode, blob, path


def _holds(path: Path, blob: str | None) -> bool:
    """Whether the file holds what git has under that id, as it lies there or with git's line ends; None: no file."""
    try:
        data = path.read_bytes()
    except OSError:
        return blob is None
    digest = hashlib.sha256 if len(blob or "") == _SHA256_DIGITS else hashlib.sha1
    contents = {data, data.replace(b"\r\n", b"\n")}
    return any(digest(b"blob %d\0" % len(content) + content).hexdigest() == blob for content in contents)


def _git(root: Path, *arguments: str) -> str | None:
    command = ("git", "-C", str(root), "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # A partial clone fetches a missing object with a command of its own configuration (`uploadpack`). An older git does
    # not know the switch against that, but every git allows only the protocols named in the environment, here none,
    # whatever the configuration says.
    no_fetch = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": ""}
    settings = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **no_fetch}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=True,
            env=kept | settings,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "surrogateescape")


def _content_id(root: Path) -> str:
    paths = list_files(root)
    digest = hashlib.sha256()
    for path in sorted({*code_paths(paths), *guide_paths(paths)}):
        try:
            content = hashlib.sha256((root / path).read_bytes()).hexdigest()
        except OSError:
            content = "unreadable"
        digest.update(f"{path}\0{content}\n".encode("utf-8", "surrogateescape"))
    return f"content-{digest.hexdigest()[:12]}"
