"""Lines of files as a design document cites them: by the end of a path, the whole paths in one list.

A place is a code span: `lib/town/beds.ex:41`, `beds.ex:41`, `beds.ex:41, 57`, and in older exports `…/beds.ex:41`. The
end of a path is the shortest that no other file of the checkout has, so it stays the same whatever else a document
cites. What an end means is read from the document's own list first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from torusnb.models.base import Value
from torusnb.spec.codeparts import find_fences

LISTED = "**Code"
"""How the label above the list of whole paths begins."""

KEPT_LABEL = "**Code of kept sections**"
"""The label above the list of the ends that a person's sections cite."""

SPAN_LINES = r"\d{1,7}(?:, ?\d{1,7})*"
"""One line of a file or several, as a place ends with them."""

_SPAN = re.compile(rf"`(?P<short>…/)?(?P<path>[^`\n:…]{{1,400}}):(?P<lines>{SPAN_LINES})`")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*\.\w+")
"""What reads as a file's path or its end even where nothing lists it."""

_WRITTEN = re.compile(r"(?<![\w./@:*{}…-])(?:\./)?(?P<path>[\w.-]+(?:/[\w.@+-]+)+\.\w+)(?![\w*/{}-])")
_LABEL = re.compile(r"\*\*Code(?: at `[^`\n]+`| of kept sections)?\*\*")
_ITEM = re.compile(r"[-*+][ \t]+`(?P<path>[^`\n]+)`(?: as `(?P<tail>[^`\n]+)`$)?")
_COMMIT_SHOWN = 10
_DEEPEST = 32
"""Parts of the longest end that is looked up; a longer one is compared as a whole path only."""

_OF_THE_PACK = frozenset({"prd.md", "requirements.yml", "requirements.yaml"})
"""Names that stand for a file of the spec pack where they stand alone."""


class PathTails:
    """The ends of the paths of some files."""

    def __init__(self, paths: Iterable[str]) -> None:
        """All files there are; an end is told apart from the others among them."""
        self._paths = frozenset(paths)
        held: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            for tail in _tails(path):
                held.setdefault(tail, []).append(path)
        self._by_tail = {tail: tuple(found) for tail, found in held.items()}

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def fitting(self, tail: str) -> tuple[str, ...]:
        """The path that is the tail, or all that end with it, sorted."""
        return (tail,) if tail in self._paths else self._by_tail.get(tail, ())

    def shorten(self, path: str) -> str:
        """The shortest end, of whole parts, that no other of the files has; the path itself where there is none."""
        for tail in _tails(path):
            if tail not in _OF_THE_PACK and not set(self._by_tail.get(tail, ())[:2]) - {path}:
                return tail
        return path

    def holders(self, tail: str) -> int:
        """How many of the files have that end, or are it."""
        return len(self._by_tail.get(tail, ()))

    def namesakes(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Of each name that a path has and several files share, all those files, sorted.

        With them, and the paths, ends are the same as among all files.
        """
        held = (self._by_tail.get(name, ()) for name in {_name(path) for path in paths})
        return tuple(sorted(path for same in held if len(same) > 1 for path in same))


class PlaceSpan(Value, frozen=True):
    """A place as a document writes it.

    Attributes:
        path: The whole path; what is written, where nothing tells which file it is.
        lines: The lines cited, as written.
        offset: Where its code span begins in the text. end: Behind the span.
        resolved: Whether the document or the checkout has that path. short: Whether it stands behind `…/`.
    """

    path: str
    lines: tuple[int, ...]
    offset: int
    end: int
    resolved: bool = True
    short: bool = False


class PlaceReader:
    """Reads the places of one document."""

    def __init__(self, document: str, known: PathTails | None = None) -> None:
        """The whole document, and the files of the checkout where they are known."""
        self._document = document
        self._known = known or PathTails(())

    @cached_property
    def _items(self) -> tuple[tuple[str, str], ...]:
        return tuple(_find_items(self._document))

    @cached_property
    def listed(self) -> frozenset[str]:
        """The paths in the document's own lists; empty when it has none."""
        return frozenset(path for path, _ in self._items)

    @cached_property
    def kept(self) -> dict[str, str]:
        """Ends that a person's sections cite to their whole paths, where the document says so for each."""
        return {tail: path for path, tail in self._items if tail}

    @cached_property
    def _own(self) -> PathTails:
        return PathTails(self.listed)

    @cached_property
    def _pools(self) -> tuple[PathTails, ...]:
        """Where an end is looked up behind the document's own lists, in order."""
        written = {match["path"] for match in _WRITTEN.finditer(self._document)}
        ends = PathTails(written)
        whole = {path for path in written if ends.holders(path) == 1}
        there = {path for path in whole if path in self._known}
        return PathTails(there), self._known, PathTails(whole)

    def resolve_listed(self, tail: str) -> str:
        """The only path that the document's own lists give for a tail; else empty."""
        found = self._own.fitting(tail)
        return self.kept.get(tail) or (found[0] if len(found) == 1 else "")

    def resolve(self, tail: str) -> str:
        """The only path that a tail can mean: of those listed, written out, or in the checkout; else empty.

        A whole path of the checkout is that file, unless the list gives the same words another meaning.
        """
        if tail in self._known and tail not in self.kept:
            return tail
        if path := self.resolve_listed(tail):
            return path
        for pool in self._pools:
            found = pool.fitting(tail)
            if len(found) == 1:
                return found[0]
        return ""

    def find(self, text: str) -> Iterator[PlaceSpan]:
        """The places in the document or a part of it, in order.

        A tail behind `…/` is the last path before it in `text` that ends so, as older exports meant it.
        """
        before: dict[str, str] = {}
        end = 0
        for match in sorted((*_SPAN.finditer(text), *_WRITTEN.finditer(text)), key=lambda found: found.start()):
            written = match["path"]
            if match.re is _WRITTEN:
                before.update(_ends(written) if match.start() >= end else ())
                continue
            if not _PATH.fullmatch(written) and not self.resolve_listed(written):
                continue
            end = match.end()
            path = before.get(written, "") if match["short"] else self.resolve(written)
            before.update(_ends(path or written))
            lines = tuple(int(number) for number in match["lines"].split(","))
            yield PlaceSpan(path or written, lines, match.start(), match.end(), bool(path), bool(match["short"]))


def render_place(name: str, lines: Iterable[int]) -> str:
    """A file's lines behind its name, in ascending order: `beds.ex:41, 57`; without lines the name alone."""
    numbers = ", ".join(map(str, sorted(set(lines))))
    return f"{name}:{numbers}" if numbers else name


def render_listing(paths: Iterable[str], commit: str = "") -> str:
    """The whole paths of the files that a document cites by their ends, under the commit they are cited at."""
    shown = commit if commit.startswith("content-") else commit[:_COMMIT_SHOWN]
    label = f"{LISTED} at `{shown}`**" if shown else f"{LISTED}**"
    items = "\n".join(f"- `{path}`" for path in sorted(set(paths)))
    return f"{label}: the text cites each file by the end of its path.\n\n{items}"


def _find_items(document: str) -> Iterator[tuple[str, str]]:
    """The entries of the document's own lists: a path, and the end that stands for it where the entry says one."""
    fenced = {line for first, last in find_fences(document) for line in range(first, last + 1)}
    inside = False
    for number, line in enumerate(document.split("\n"), start=1):
        line = line.rstrip()
        if number in fenced or not line:
            inside = inside and number not in fenced
        elif _LABEL.match(line):
            inside = True
        elif inside and (item := _ITEM.match(line)):
            yield item["path"], item["tail"] or ""
        else:
            inside = inside and line.startswith((" ", "\t", "- ", "* ", "+ "))


def _tails(path: str) -> Iterator[str]:
    """The ends of a path, of whole parts, the shortest first, and the path itself."""
    parts = path.rsplit("/", _DEEPEST)
    yield from ("/".join(parts[-count:]) for count in range(1, len(parts)))
    yield path


def _ends(path: str) -> Iterator[tuple[str, str]]:
    """The ends of a path that are not all of it, each with the path."""
    return ((tail, path) for tail in _tails(path) if tail != path)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
