"""The documents of locked dependencies, as they lie under a checkout's `deps/`.

`mix deps.get` unpacks every package there, at the version that `mix.lock` pins, with its guides and
sources: the documentation of exactly that version, without a network.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from torusnb.elixir.docstrings import Documented, list_docstrings
from torusnb.elixir.spans import find_spans
from torusnb.models.base import Value
from torusnb.models.codebase import LockedPackage

_MOST_FILE_BYTES = 600_000
_MOST_PACKAGE_FILES = 1_500
_MOST_BYTES = 64_000_000
_GUIDE_FOLDERS = ("guides", "doc", "docs", "pages")
_GUIDE_ENDINGS = (".md", ".livemd", ".cheatmd")
_NO_GUIDE = re.compile(r"^(changelog|license|licence|code_of_conduct|contributing|security|notice)\b", re.IGNORECASE)
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_MODULEDOC = re.compile(
    r'^[ \t]*@moduledoc[ \t(]+(?:~[sS])?(?:"""[ \t]*\n(?P<block>.*?)^[ \t]*"""|"(?P<line>(?:[^"\\\n]|\\.)+)")',
    re.MULTILINE | re.DOTALL,
)
_METADATA_VERSION = re.compile(r'\{<<"version">>,\s*<<"([^"]+)">>\}')
_MIX_VERSION = re.compile(r'(?:@version\s+|\bversion:\s*)"([^"]+)"')


class DependencyDoc(Value, frozen=True):
    """A document of a dependency.

    Attributes:
        version: What lies on disk; differs from `locked` when `deps/` is behind `mix.lock`.
        path: POSIX path relative to the checkout. line: where `text` begins in that file, 1-based.
        url: Its address on hexdocs for the version on disk.
        kind: `readme`, `guide` or `module`.
        text: Verbatim; a module's documentation without the indentation of its heredoc, and after it that of each
            member under a heading of its own: `# `fetch/2``, `# `c:init/1``, `# `t:option/0``.
    """

    package: str
    version: str
    path: str
    title: str
    url: str
    kind: str
    text: str
    line: int = 1
    locked: str = ""


def list_dependency_docs(root: Path, packages: Iterable[LockedPackage]) -> tuple[DependencyDoc, ...]:
    """Readmes, guides and what modules and their members document, by package and path; empty without `deps/`.

    Reads at most 64 MB in all, 1,500 files of a package and 600 kB of a file; what is beyond is left out.
    Symbolic links are not followed, be they files or folders, and files that cannot be read are passed over.
    """
    found: list[DependencyDoc] = []
    left = _MOST_BYTES
    deps = root / "deps"
    if not _is_own_folder(deps):
        return ()
    for package in sorted(packages, key=lambda locked: locked.name):
        folder = deps / package.name
        if not _is_own_folder(folder):
            continue
        version = _version_on_disk(folder) or package.version
        for path in _documents(folder):
            data = _read(path, min(left, _MOST_FILE_BYTES))
            if data is None:
                continue
            left -= len(data)
            relative = path.relative_to(root).as_posix()
            docs = _module_docs(data) if path.suffix == ".ex" else [_page(path, folder, data)]
            for title, page, kind, content, line in docs:
                url = f"https://hexdocs.pm/{package.name}/{version}/{page}.html"
                found.append(
                    DependencyDoc(package.name, version, relative, title, url, kind, content, line, package.version)
                )
    return tuple(found)


def _is_own_folder(folder: Path) -> bool:
    """Whether it is a folder itself and not a link to one; one that may not be looked at is none."""
    try:
        return folder.is_dir() and not folder.is_symlink()
    except OSError:
        return False


def _read(path: Path, most: int) -> bytes | None:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > most:
            return None
        return path.read_bytes()
    except OSError:
        return None


def _version_on_disk(folder: Path) -> str:
    for name, pattern in (("hex_metadata.config", _METADATA_VERSION), ("mix.exs", _MIX_VERSION)):
        data = _read(folder / name, _MOST_FILE_BYTES) or b""
        match = pattern.search(data.decode("utf-8", "replace"))
        if match is not None:
            return match[1]
    return ""


def _documents(folder: Path) -> list[Path]:
    """The readme, then the guides, then the sources; each group by path."""
    readme = [path for path in sorted(folder.glob("*")) if path.name.lower() == "readme.md"]
    guides = [
        path
        for name in _GUIDE_FOLDERS
        for path in _files_below(folder / name)
        if path.name.lower().endswith(_GUIDE_ENDINGS) and not _NO_GUIDE.match(path.name)
    ]
    sources = [path for path in _files_below(folder / "lib") if path.suffix == ".ex"]
    return [*readme, *guides, *sources][:_MOST_PACKAGE_FILES]


def _files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder by path; none when the folder itself is a link, which `os.walk` would follow."""
    if not _is_own_folder(folder):
        return
    for current, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(files):
            yield Path(current) / name


def _page(path: Path, folder: Path, data: bytes) -> tuple[str, str, str, str, int]:
    """Title, page name on hexdocs, kind, text and line of a readme or guide."""
    text = data.decode("utf-8", "replace")
    is_readme = path.parent == folder
    heading = _HEADING.search(_FENCE.sub("", text))
    stem = path.name.rsplit(".", 1)[0]
    title = heading[1] if heading is not None else stem.replace("_", " ").replace("-", " ")
    # ExDoc names a page after its file: runs of other characters become dashes, lower case.
    page = re.sub(r"\W+", "-", stem).strip("-").lower()
    return title, page, "readme" if is_readme else "guide", text, 1


def _module_docs(source: bytes) -> list[tuple[str, str, str, str, int]]:
    """Title, page name, kind, text and line of each module's page.

    The module's own words come first, then each member under its name as a heading, in the order of the file.
    """
    found = list_docstrings(source)
    if found is None:
        return _moduledocs_by_lines(source.decode("utf-8", "replace"))
    parts: dict[str, list[Documented]] = {}
    for doc in found:
        parts.setdefault(doc.module, []).append(doc)
    pages = []
    for module, docs in parts.items():
        docs.sort(key=lambda doc: bool(doc.member))
        text = "\n\n".join(f"# `{doc.member}`\n\n{doc.text}" if doc.member else doc.text for doc in docs)
        pages.append((module, module, "module", text, docs[0].line))
    return pages


def _moduledocs_by_lines(source: str) -> list[tuple[str, str, str, str, int]]:
    """The modules' own words alone, where a file is damaged and no syntax tree is to be trusted."""
    docs = []
    spans = None
    for match in _MODULEDOC.finditer(source):
        group = "block" if match["block"] is not None else "line"
        text = textwrap.dedent(match[group]).strip("\n")
        if not text.strip():
            continue
        if spans is None:
            spans = find_spans(source.encode())
        position = len(source[: match.start()].encode())
        around = [span.name for span in spans if span.start <= position < span.end]
        if around:
            start = match.start(group) + len(match[group]) - len(match[group].lstrip("\n"))
            docs.append((around[-1], around[-1], "module", text, source.count("\n", 0, start) + 1))
    return docs
