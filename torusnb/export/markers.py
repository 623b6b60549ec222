"""`[@key]` markers turned into what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from torusnb.export.blocks import Blocks
from torusnb.models.base import Value
from torusnb.models.design import MARKER, Evidence
from torusnb.models.requirements import name_in_pack
from torusnb.models.sources import Source
from torusnb.spec.pathtails import SPAN_LINES, PathTails, PlaceReader, render_place

_IN_FILE = {"prd", "req", "note", "code", "guide"}
_IN_CHECKOUT = {"code", "guide"}
_GROUP = re.compile(rf"{MARKER.pattern}(?:[ \t]*{MARKER.pattern})*")
"""Markers with nothing between them are one citation."""

_PLACE = (
    rf"(?:`(?:(?:…/)?[\w.@+/-]+\.\w+|[^`\n:]+:{SPAN_LINES})`"
    rf"|[\w%.~-]+\.(?:md|txt|ya?ml)(?::{SPAN_LINES})?)"
)
_SHOWN = re.compile(
    rf"(?<![ \t])[ \t]*\((?:{_PLACE}|[A-Z]{{1,6}}-?\d+[a-z]?)(?:; (?:{_PLACE}|[A-Z]{{1,6}}-?\d+[a-z]?))*\)"
)
_FOLDED = re.compile(
    rf"`(?P<path>[^`\n:]{{1,400}}):(?P<span>{SPAN_LINES})`"
    rf"|(?<![\w%.~@+-])(?P<name>[\w%.~@+-]+\.\w+):(?P<lines>{SPAN_LINES})"
    r"|\b(?P<id>[A-Z]{1,6}-?\d+[a-z]?)\b"
)
_CLOSING = " \t\n.,;:!?)]}|…”’\"'"
"""What may follow a word without a space."""


class Resolved(Value, frozen=True):
    """A section's text as a reader sees it.

    Attributes:
        text: Without markers, except those that resolve to nothing.
        sources: Keys of the sources cited, in order of first use.
        missing: Keys that resolve to nothing, in order of first use.
        files: The paths of the files of the checkout that a line is cited of, in order of first use.
    """

    text: str
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def resolve_markers(
    text: str, evidence: Mapping[str, Evidence], sources: Mapping[str, Source], tails: PathTails | None = None
) -> Resolved:
    """The text with its markers resolved; those inside code spans and fences are left alone.

    Lines of one file stand together. An id that its paragraph, bullet or table row says anyway, or that the bullet
    above does, is not said again, and in a row each place is shown once; a cell or a line is never emptied by that.

    Args:
        text: Markdown of one section.
        evidence: What the keys stand for.
        sources: By key; a source marker, or the source behind a practice, must be one of these.
        tails: The ends by which files are cited; without them, their whole paths.
    """
    return _Resolver(text, evidence, sources, tails).resolved()


def says_else(one: str, other: str, places: PlaceReader | None = None, others: PlaceReader | None = None) -> bool:
    """Whether two texts differ in more than how their places are written.

    A place may be written by the whole path or its end, a line or several in a span, an id once or twice. What an end
    means is read from its own document; one that nothing tells is the same as any path that ends so.

    Args:
        one: A text.
        other: Another one.
        places: The document of the first one.
        others: The document of the other one.
    """
    if one == other:
        return False
    if _SHOWN.sub("", one) != _SHOWN.sub("", other):
        return True
    named, meant = _named(one, places), _named(other, others)
    return named.keys() != meant.keys() or any(not _meet(named[key], meant[key]) for key in named)


def _named(text: str, places: PlaceReader | None) -> dict[str, set[str]]:
    """What a text names, ids and the lines of files by their names, each with the paths that it is named by."""
    named: dict[str, set[str]] = {}
    for match in _FOLDED.finditer(text):
        written = (match["path"] or match["name"] or "").removeprefix("…/")
        path = (places.resolve(written) if places is not None and match["path"] else "") or written
        for line in (match["span"] or match["lines"] or "").split(","):
            key = match["id"] or f"{path.rpartition('/')[2]}:{line.strip()}"
            named.setdefault(key, set()).add(path)
    return named


def _meet(paths: set[str], others: set[str]) -> bool:
    """Whether each path of either side is, or ends as, one of the other side."""
    alone, lone = paths - others, others - paths
    return all(any(_fit(path, other) for other in others) for path in alone) and all(
        any(_fit(path, other) for path in paths) for other in lone
    )


def _fit(path: str, other: str) -> bool:
    return path.endswith(f"/{other}") or other.endswith(f"/{path}")


class _Resolver:
    """One section's text on its way to the reader."""

    def __init__(
        self, text: str, evidence: Mapping[str, Evidence], sources: Mapping[str, Source], tails: PathTails | None
    ) -> None:
        self._text, self._evidence, self._sources, self._tails = text, evidence, sources, tails
        self._blocks = Blocks(text)
        self._groups = tuple(self._find_groups())
        self._cited: dict[str, None] = {}
        self._missing: dict[str, None] = {}
        self._files: dict[str, None] = {}
        self._shown: dict[int, set[str]] = {}
        self._literal: dict[int, str] = {}

    def resolved(self) -> Resolved:
        parts: list[str] = []
        position = 0
        for start, end in self._groups:
            shown = self._show(start, end)
            before = self._text[position:start]
            position = end
            if not shown:
                before, position = self._close(before, end)
            parts += [before, shown]
        return Resolved(
            "".join([*parts, self._text[position:]]), tuple(self._cited), tuple(self._missing), tuple(self._files)
        )

    def _close(self, before: str, end: int) -> tuple[str, int]:
        """The text before a citation that is not shown, and where the text goes on: no word is glued to another."""
        bare = before.rstrip(" \t")
        following = self._text[end:].partition("\n")[0].lstrip(" \t")
        after = end + len(self._text[end:].partition("\n")[0]) - len(following)
        if bare.endswith("(") and following.startswith(")"):
            before, end = bare[:-1], after + 1
            bare = before.rstrip(" \t")
            after = end + len(self._text[end:]) - len(self._text[end:].lstrip(" \t"))
        behind = self._text[end : end + 1]
        if not bare or bare.endswith("\n"):
            return before, after
        if not behind or behind in _CLOSING:
            return bare, end
        return (f"{before} " if before == bare and bare[-1].isalnum() and behind.isalnum() else before), end

    def _find_groups(self) -> Iterator[tuple[int, int]]:
        """Offsets of the citations outside code."""
        position = 0
        for start, end in (*self._blocks.code, (len(self._text), len(self._text))):
            yield from (match.span() for match in _GROUP.finditer(self._text, position, start))
            position = end

    def _show(self, start: int, end: int) -> str:
        """What a reader sees of one citation; nothing when its block says all of it anyway."""
        items: dict[str, Evidence] = {}
        labels: dict[str, None] = {}
        for key in _keys(self._text[start:end]):
            item, source = self._evidence.get(key), self._source_behind(key)
            if source is not None:
                self._cited.setdefault(source.key)
                labels.setdefault(f"[{source.label}]")
            elif item is not None and _can_be_shown(item):
                items[key] = item
            else:
                self._missing.setdefault(key)
        block = self._blocks.at(start)
        fresh = [item for key, item in items.items() if not self._is_said(key, item, block)]
        if items and not fresh and not labels and self._blocks.would_empty(start, end, _without_markers):
            fresh = list(items.values())
        self._shown.setdefault(block, set()).update(items)
        parts = [f"({'; '.join(self._render(fresh))})"] if fresh else []
        return " ".join([*parts, *labels])

    def _source_behind(self, key: str) -> Source | None:
        item = self._evidence.get(key)
        if item is not None and item.kind == "practice":
            return self._sources.get(item.cites)
        return self._sources.get(key)

    def _is_said(self, key: str, item: Evidence, index: int) -> bool:
        """Whether a reader of the block has it in view already."""
        block = self._blocks.all[index]
        if item.kind in _IN_FILE:
            return block.row and key in self._shown.get(index, ())
        around = (index, *block.above)
        pattern = re.compile(rf"(?<![\w-]){re.escape(key)}(?!\w|-\d)")
        return any(key in self._shown.get(one, ()) or pattern.search(self._says(one)) for one in around)

    def _says(self, index: int) -> str:
        """A block's own text without its citations."""
        if index not in self._literal:
            block = self._blocks.all[index]
            parts, position = [], block.start
            for start, end in self._groups:
                if block.start <= start < block.end:
                    parts.append(self._text[position:start])
                    position = end
            self._literal[index] = " ".join([*parts, self._text[position : block.end]])
        return self._literal[index]

    def _render(self, items: Iterable[Evidence]) -> Iterator[str]:
        """Each thing once, the lines of a file together where its first one stands."""
        lines: dict[tuple[str, bool], list[int]] = {}
        for item in items:
            name, number, in_checkout = item.key, 0, item.kind in _IN_CHECKOUT
            if item.kind in _IN_FILE and item.place is not None:
                name, number = quote(name_in_pack(item.place.path)), item.place.line
            if in_checkout and item.place is not None:
                name = item.place.path
                if number:
                    self._files.setdefault(name)
                    name = self._tails.shorten(name) if self._tails is not None else name
            lines.setdefault((name, in_checkout), []).extend([number] if number else [])
        for (name, in_checkout), numbers in lines.items():
            place = render_place(name, numbers)
            yield f"`{place}`" if in_checkout else place


def _keys(markers: str) -> tuple[str, ...]:
    found = (key.strip().removeprefix("@") for match in MARKER.finditer(markers) for key in match.group(1).split(";"))
    return tuple(dict.fromkeys(found))


def _without_markers(text: str) -> str:
    return _GROUP.sub("", text)


def _can_be_shown(item: Evidence) -> bool:
    """Whether it reads as a place or an id inside the brackets."""
    if item.kind in {"source", "practice"}:
        return False
    return item.kind not in _IN_FILE or item.place is not None
