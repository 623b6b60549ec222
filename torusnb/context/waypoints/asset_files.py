"""The browser's files of a checkout: which they are, what each exports and imports, and who imports whom.

asset_paths(paths: Iterable[str]) -> tuple[str, ...]
parse_asset(text: str, path: str) -> AssetOutline
resolve_imports(outlines: Mapping[str, AssetOutline], roots: Mapping[str, ImportRoots]) -> dict[str, tuple[str, ...]]
parse_import_roots(text: str, folder: str) -> ImportRoots           a tsconfig.json
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from torusnb.context.map.words import split_identifier
from torusnb.models.base import Value

_ASSET = re.compile(
    r"(?:apps/[^/]+/)?assets/(?!(?:static|vendor|node_modules)/).+\.(?:[cm]?[jt]sx?|s?css|sass|less|vue|svelte|gleam)"
)
_BUILT = re.compile(r"\.min\.\w+$|(?:^|/)(?:dist|build|coverage)/")
_TEST = re.compile(r"(?:^|/)(?:tests?|__tests__|__mocks__|stories)/|[._-](?:test|spec|stories)\.\w+$")
_TELLING = ("export", "import", "} from", "@import", "@use", "@forward", "pub ", "from ")
_IMPORT = re.compile(
    r"""(?:\bfrom|\bimport|\brequire\s*\(|@import(?:\s+url\()?|@use|@forward)\s*\(?\s*["']([^"']{1,300})["']"""
)
_EXPORT = re.compile(
    r"export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:const|let|var|function\*?|class|interface|type|enum|namespace)\s+([A-Za-z_$][\w$]*)"
    r"|pub\s+(?:fn|type|const)\s+(\w+)"
)
_ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".scss", ".css", ".gleam", ".d.ts")
_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r",(\s*[}\]])")
_DECLARES = re.compile(
    r"(?:(?:async )?function|const|let|var|class|interface|type|enum|describe|test|it)\b|[.#:@][\w-]+.*\{"
)
_SEEDS = 30
_MOST_EXPORTS = 200
_LONGEST_LINE = 1_000


class Export(Value, frozen=True):
    """A name that a file gives to others, and the 1-based line it stands on."""

    name: str
    line: int


class AssetOutline(Value, frozen=True):
    """One of the browser's files; `imports` as written, in order, each once."""

    path: str
    exports: tuple[Export, ...] = ()
    imports: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The file's name without its ending; for an index file that of its folder."""
        folder, _, name = self.path.rpartition("/")
        stem = name.partition(".")[0]
        return folder.rpartition("/")[2] if stem in {"index", "mod", ""} else stem


@dataclass(frozen=True)
class ImportRoots:
    """Where a name without a leading dot is looked for: `(prefix, folder)`, the longest prefix first."""

    roots: tuple[tuple[str, str], ...] = ()


def asset_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that are sources for the browser: scripts and styles under `assets`, nothing built."""
    return tuple(path for path in paths if _ASSET.fullmatch(path) and not _BUILT.search(path))


def is_test_asset(path: str) -> bool:
    """Whether it is a test, a mock or a story by its name or folder."""
    return _TEST.search(path) is not None


def parse_asset(text: str, path: str) -> AssetOutline:
    """What the file exports and imports, as far as single lines tell; commented lines may be taken for real ones."""
    exports: list[Export] = []
    imports: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if "import(" in line or "require(" in line:
            imports.extend(_IMPORT.findall(line[:_LONGEST_LINE]))
            continue
        stripped = line.lstrip()
        if stripped.startswith(_TELLING):
            imports.extend(_IMPORT.findall(stripped[:_LONGEST_LINE]))
            match = _EXPORT.match(stripped)
            if match is not None and len(exports) < _MOST_EXPORTS:
                exports.append(Export(match.group(1) or match.group(2), number))
    return AssetOutline(path, tuple(exports), tuple(dict.fromkeys(imports)))


def parse_import_roots(text: str, folder: str) -> ImportRoots:
    """The roots that a `tsconfig.json` in `folder` sets by `baseUrl` and `paths`, then `folder` and its `src`."""
    options: object = None
    with suppress(ValueError, RecursionError):
        options = json.loads(_LAST_COMMA.sub(r"\1", _COMMENT.sub(lambda m: m.group(1) or "", text)))
    options = options.get("compilerOptions") if isinstance(options, dict) else None
    options = options if isinstance(options, dict) else {}
    base = posixpath.normpath(posixpath.join(folder, str(options.get("baseUrl", "."))))
    found = []
    paths = options.get("paths")
    for pattern, targets in sorted(paths.items()) if isinstance(paths, dict) else []:
        for target in targets if isinstance(targets, list) else []:
            if isinstance(target, str):
                found.append((pattern.partition("*")[0], posixpath.normpath(posixpath.join(base, _bare(target)))))
    found += [("", base), ("", posixpath.join(folder, "src")), ("", posixpath.join(folder, "js"))]
    return ImportRoots(tuple(sorted(dict.fromkeys(found), key=lambda root: (-len(root[0]), root[1]))))


def _bare(target: str) -> str:
    return target.partition("*")[0] or "."


def resolve_imports(
    outlines: Mapping[str, AssetOutline], roots: Mapping[str, ImportRoots]
) -> dict[str, tuple[str, ...]]:
    """Path to the paths it imports, sorted; packages and what does not exist are left out.

    Args:
        outlines: Path to outline.
        roots: Folder of `assets` to where its files look for names without a leading dot.
    """
    found = {}
    for path in sorted(outlines):
        home = next((roots[folder] for folder in sorted(roots, reverse=True) if path.startswith(f"{folder}/")), None)
        targets = {_target(path, name, home or ImportRoots(), outlines) for name in outlines[path].imports}
        found[path] = tuple(sorted(target for target in targets if target and target != path))
    return found


def _target(path: str, name: str, home: ImportRoots, known: Mapping[str, AssetOutline]) -> str:
    for start in _starts(path, name, home):
        folder, _, last = start.rpartition("/")
        for stem in (start, f"{start}/index", f"{folder}/_{last}"):
            for ending in _ENDINGS:
                if stem + ending in known:
                    return stem + ending
    return ""


def _starts(path: str, name: str, home: ImportRoots) -> Iterator[str]:
    if name.startswith("."):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
        return
    if path.endswith((".scss", ".css", ".sass", ".less")):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    for prefix, folder in home.roots:
        if name.startswith(prefix):
            yield posixpath.normpath(posixpath.join(folder, name.removeprefix(prefix)))


def quote_asset(outline: AssetOutline, source: str) -> tuple[int, str]:
    """The line of the export that the file is called after, or of its first one, or the first that says something."""
    lines = source.split("\n")
    wanted = "".join(split_identifier(outline.stem))
    called = [export.line for export in outline.exports if "".join(split_identifier(export.name)) == wanted]
    for line in (*called, *(export.line for export in outline.exports[:1])):
        return line, lines[line - 1].strip()
    line = next((number for number, text in enumerate(lines, 1) if _DECLARES.match(text)), 1)
    return line, lines[line - 1].strip()
