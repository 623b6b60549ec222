"""The checkout on disk: which files it holds, and which of them torusnb reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from torusnb.errors import CheckoutError

_SKIPPED = frozenset({"_build", "node_modules"})
_BINARY_ENDINGS = """
png jpg jpeg gif ico webp bmp svgz tif tiff avif heic psd pdf zip gz tgz bz2 xz zst 7z tar jar wasm so o a
dylib dll exe beam ez class pyc woff woff2 ttf otf eot mp3 mp4 m4a mov avi webm wav ogg flac db sqlite sqlite3
parquet xls xlsx doc docx ppt pptx bin dat pem key crt p12 jks
"""
_BINARY = frozenset(_BINARY_ENDINGS.split())
_CODE = re.compile(
    r"(?:apps/[^/]+/)?(?:lib/.+\.exs?|priv/[^/]+/migrations/.+\.exs|config/(?!.*\.secret\.).+\.exs|mix\.exs|mix\.lock)"
)
_NO_GUIDE = frozenset(
    {"changelog", "license", "licence", "code_of_conduct", "contributors", "notice", "agents", "claude"}
)


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
        raise CheckoutError(
            "This is no Elixir project: mix.exs is missing; give the folder that holds it as `torus_root`.", path=root
        )
    return root.resolve()


def list_files(root: Path) -> tuple[str, ...]:
    """The checkout's text files as sorted POSIX paths relative to `root`.

    Left out are hidden files and folders, `deps` beside a `mix.exs`, `_build`, `node_modules`,
    `priv/static` and files whose ending says that they are binary. Links are never followed: what they
    point to inside the checkout is listed at its own place, and what lies outside is not part of it.
    A folder that cannot be opened is left out.
    """
    found: list[str] = []
    waiting = [(str(root), "")]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            with os.scandir(folder) as opened:
                entries = [entry for entry in opened if _is_text(entry.name) and not entry.name.startswith(".")]
        except OSError:
            continue
        files = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        found += [prefix + name for name in files if name.rpartition(".")[2].lower() not in _BINARY]
        waiting += [
            (entry.path, f"{prefix}{entry.name}/")
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and _is_own(entry.name, prefix, files)
        ]
    return tuple(sorted(found))


def _is_own(name: str, prefix: str, beside: list[str]) -> bool:
    """Whether a folder holds the project's own text."""
    of_mix = name == "deps" and (not prefix or "mix.exs" in beside)
    static = name == "static" and (prefix == "priv/" or prefix.endswith("/priv/"))
    return name not in _SKIPPED and not of_mix and not static


def _is_text(name: str) -> bool:
    """Whether the name is UTF-8; another one could not be written into any result."""
    try:
        return name.isascii() or bool(name.encode())
    except UnicodeEncodeError:
        return False


def code_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that a code map outlines, in umbrella apps too.

    These are `lib`, migrations, `mix.exs`, `mix.lock` and `config`, where queues and schedules are set. A `.secret.exs`
    is not read: it is somebody's own, and nothing of it may reach a document.
    """
    return tuple(path for path in paths if _CODE.fullmatch(path))


def pack_folders(paths: Iterable[str]) -> frozenset[str]:
    """The folders that hold a `prd.md`; torusnb writes into them, so nothing it reads may lie there."""
    return frozenset(path.rpartition("/")[0] for path in paths if path.rpartition("/")[2].lower() == "prd.md")


def outside(paths: Iterable[str], folders: frozenset[str]) -> tuple[str, ...]:
    """The paths that lie neither in nor below one of the folders."""
    inside: dict[str, bool] = {"": False}

    def is_inside(folder: str) -> bool:
        known = inside.get(folder)
        if known is None:
            known = inside[folder] = folder in folders or is_inside(folder.rpartition("/")[0])
        return known

    return tuple(path for path in paths if not is_inside(path.rpartition("/")[0]))


def guide_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that are guides.

    These are the Markdown files under `guides/` and `docs/` and at the top, without change logs,
    licences and the like. A folder of `docs/` in which spec packs lie at any depth holds plans, not guides.
    """
    marked = [path for path in paths if path.lower().endswith((".md", ".markdown"))]
    packs = pack_folders(marked)
    plans = packs | {"/".join(folder.split("/")[:2]) for folder in packs}
    return tuple(
        path
        for path in outside(marked, plans)
        if ("/" not in path or path.startswith(("guides/", "docs/")))
        and PurePosixPath(path).stem.lower() not in _NO_GUIDE
    )
