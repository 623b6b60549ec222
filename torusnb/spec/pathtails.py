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

LISTED = "**Code"
"""How the label above the list of whole paths begins."""

SPAN_LINES = r"\d+(?:, ?\d+)*"
"""One line of a file or several, as a place ends with them."""

_SPAN = re.compile(rf"`(?P<short>…/)?(?P<path>[\w.@+-]+(?:/[\w.@+-]+)*\.\w+):(?P<lines>{SPAN_LINES})`")
_WRITTEN = re.compile(r"(?<![\w./@:*{}…-])(?:\./)?(?P<path>[\w.-]+(?:/[\w.@+-]+)+\.\w+)(?![\w*/{}-])")
_LABEL = re.compile(r"^\*\*Code(?: at `[^`\n]+`)?\*\*[^\n]*\n\s*(?P<items>(?:- `[^`\n]+`\r?(?:\n|\Z))+)", re.MULTILINE)
_ITEM = re.compile(r"^- `(?P<path>[^`\n]+)`", re.MULTILINE)
_SHORT_ID = 10
_OF_THE_PACK = frozenset({"prd.md", "requirements.yml", "requirements.yaml"})
"""Names that stand for a file of the spec pack where they stand alone."""


class PathTails:
    """The ends of the paths of some files."""

    def __init__(self, paths: Iterable[str]) -> None:
        """All files there are; an end is told apart from the others among them."""
        self._by_name: dict[str, set[str]] = {}
        for path in paths:
            self._by_name.setdefault(_name(path), set()).add(path)

    def fitting(self, tail: str) -> tuple[str, ...]:
        """The path that is the tail, or all that end with it, sorted."""
        same = self._by_name.get(_name(tail), set())
        return (tail,) if tail in same else tuple(sorted(path for path in same if path.endswith(f"/{tail}")))

    def shorten(self, path: str) -> str:
        """The shortest end, of whole parts, that no other of the files has; the path itself where there is none."""
        others = self._by_name.get(_name(path), set()) - {path}
        parts = path.split("/")
        for count in range(1, len(parts)):
            tail = "/".join(parts[-count:])
            if tail not in _OF_THE_PACK and not any(o == tail or o.endswith(f"/{tail}") for o in others):
                return tail
        return path

    def namesakes(self) -> tuple[str, ...]:
        """The files that share their name with another one, sorted."""
        return tuple(sorted(path for held in self._by_name.values() if len(held) > 1 for path in held))


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
    def listed(self) -> frozenset[str]:
        """The paths in the document's own list; empty when it has none."""
        return frozenset(
            item["path"] for found in _LABEL.finditer(self._document) for item in _ITEM.finditer(found["items"])
        )

    @cached_property
    def _pools(self) -> tuple[PathTails, ...]:
        """Where an end is looked up, in order."""
        written = {match["path"] for match in _WRITTEN.finditer(self._document)}
        ends = PathTails(written)
        whole = {path for path in written if not any(other != path for other in _longer(ends, path))}
        there = {path for path in whole if path in self._known.fitting(path)}
        return PathTails(self.listed), PathTails(there), self._known, PathTails(whole)

    def resolve(self, tail: str) -> str:
        """The only path that a tail can mean: of those listed, written out, or in the checkout; else empty."""
        for pool in self._pools:
            found = pool.fitting(tail)
            if len(found) == 1:
                return found[0]
        return ""

    def find(self, text: str) -> Iterator[PlaceSpan]:
        """The places in the document or a part of it, in order.

        A tail behind `…/` is the last path before it in `text` that ends so, as older exports meant it.
        """
        before: list[str] = []
        end = 0
        for match in sorted((*_SPAN.finditer(text), *_WRITTEN.finditer(text)), key=lambda found: found.start()):
            written = match["path"]
            if match.re is _WRITTEN:
                before += [written] if match.start() >= end else []
                continue
            end = match.end()
            if match["short"]:
                path = next((p for p in reversed(before) if p.endswith(f"/{written}")), "")
            else:
                path = self.resolve(written)
            before.append(path or written)
            lines = tuple(int(number) for number in match["lines"].split(",") if len(number) <= _SHORT_ID)
            yield PlaceSpan(path or written, lines, match.start(), match.end(), bool(path), bool(match["short"]))


def render_place(name: str, lines: Iterable[int]) -> str:
    """A file's lines behind its name, in ascending order: `beds.ex:41, 57`; without lines the name alone."""
    numbers = ", ".join(map(str, sorted(set(lines))))
    return f"{name}:{numbers}" if numbers else name


def render_listing(paths: Iterable[str], commit: str = "") -> str:
    """The whole paths of the files that a document cites by their ends, under the commit they are cited at."""
    shown = commit if commit.startswith("content-") else commit[:_SHORT_ID]
    label = f"{LISTED} at `{shown}`**" if shown else f"{LISTED}**"
    items = "\n".join(f"- `{path}`" for path in sorted(set(paths)))
    return f"{label}: the text cites each file by the end of its path.\n\n{items}"


def _longer(ends: PathTails, path: str) -> Iterator[str]:
    name = _name(path)
    return (other for other in ends.fitting(name) if other.endswith(f"/{path}"))


def _name(path: str) -> str:
    return path.rpartition("/")[2]
