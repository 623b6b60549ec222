"""`[@key]` markers turned into what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from torusnb.export.blocks import Blocks
from torusnb.models.base import Value
from torusnb.models.design import MARKER, Evidence
from torusnb.models.sources import Source
from torusnb.spec.pathtails import SPAN_LINES, PathTails, render_place

_IN_FILE = {"prd", "req", "note", "code", "guide"}
_IN_CHECKOUT = {"code", "guide"}
_GROUP = re.compile(rf"{MARKER.pattern}(?:[ \t]*{MARKER.pattern})*")
"""Markers with nothing between them are one citation."""

_PLACE = rf"(?:`(?:…/)?[\w.@+/-]+\.\w+(?::{SPAN_LINES})?`|[\w%.~-]+\.(?:md|txt|ya?ml)(?::{SPAN_LINES})?)"
_SHOWN = re.compile(rf"[ \t]*\((?:{_PLACE}|[A-Z]{{1,6}}-?\d+[a-z]?)(?:; (?:{_PLACE}|[A-Z]{{1,6}}-?\d+[a-z]?))*\)")
_FOLDED = re.compile(rf"(?P<name>[\w%.~@+-]+\.\w+):(?P<lines>{SPAN_LINES})|\b(?P<id>[A-Z]{{1,6}}-?\d+[a-z]?)\b")


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


def fold_citations(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what stands in brackets as its evidence, and what it names: files' lines by name, and ids.

    Two texts that differ only in how their places are written (by the whole path or its end, a line or several in a
    span, an id said once or twice) fold to the same.
    """
    named: set[str] = set()
    for match in _FOLDED.finditer(text):
        lines = (match["lines"] or "").split(",")
        named.update([match["id"]] if match["id"] else (f"{match['name']}:{line.strip()}" for line in lines))
    return _SHOWN.sub("", text), tuple(sorted(named))


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
                bare = before.rstrip(" \t")
                if bare and not bare.endswith("\n") and bare != before:
                    before = bare
                else:
                    position += len(self._text[end:]) - len(self._text[end:].lstrip(" \t"))
            parts += [before, shown]
        return Resolved(
            "".join([*parts, self._text[position:]]), tuple(self._cited), tuple(self._missing), tuple(self._files)
        )

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
                name, number = quote(item.place.path.rpartition("/")[2]), item.place.line
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
