"""`[@key]` markers turned into what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torusnb.models.base import Place, Value
from torusnb.models.design import MARKER, Evidence, parse_keys
from torusnb.models.sources import Source
from torusnb.spec.codeparts import edit_prose

_IN_FILE = {"prd", "req", "code", "guide"}
_PATH = re.compile(r"(?<![\w.@+/-])[\w.@+-]+(?:/[\w.@+-]+)+\.\w+")


class Resolved(Value, frozen=True):
    """A section's text as a reader sees it.

    Attributes:
        text: Without markers, except those that resolve to nothing.
        sources: Keys of the sources cited, in order of first use.
        missing: Keys that resolve to nothing, in order of first use.
    """

    text: str
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class _Places:
    """Lines of files as one section shows them: the first of a file by its path, the others by the path's end.

    A design on hundreds of lines would otherwise be a quarter paths. The review reads the short form by the path that
    stands before it.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        """Nothing was shown yet; `paths` are those that the section may show, or writes out itself."""
        self._paths = frozenset(paths)
        self._shown: set[str] = set()

    def show(self, place: Place) -> str:
        """The place in code marks."""
        if place.path not in self._shown or not place.line:
            self._shown.add(place.path)
            return f"`{place}`"
        parts = place.path.split("/")
        for count in range(1, len(parts)):
            tail = "/" + "/".join(parts[-count:])
            if sum(path.endswith(tail) for path in self._paths) == 1:
                return f"`…{tail}:{place.line}`"
        return f"`{place}`"


def resolve_markers(text: str, evidence: Mapping[str, Evidence], sources: Mapping[str, Source]) -> Resolved:
    """The text with its markers resolved; those inside code spans and fences are left alone.

    A file's first line is shown with its path, further ones in short: `…/beds.ex:41`.

    Args:
        text: Markdown of one section.
        evidence: What the keys stand for.
        sources: By key; a source marker, or the source behind a practice, must be one of these.
    """
    named = (evidence.get(key) for key in parse_keys(text))
    marked = (item.place.path for item in named if item is not None and item.place is not None)
    lines = _Places((*marked, *_PATH.findall(text)))
    cited: dict[str, None] = {}
    missing: dict[str, None] = {}

    def render(match: re.Match[str]) -> str:
        keys = dict.fromkeys(key.strip().removeprefix("@") for key in match.group(1).split(";"))
        places: dict[str, None] = {}
        labels: dict[str, None] = {}
        for key in keys:
            source = _source_behind(key, evidence, sources)
            if source is not None:
                cited.setdefault(source.key)
                labels.setdefault(f"[{source.label}]")
            elif (shown := _shown(evidence.get(key), lines)) is not None:
                places.setdefault(shown)
            else:
                missing.setdefault(key)
        parts = [f"({'; '.join(places)})"] if places else []
        return " ".join([*parts, *labels])

    return Resolved(
        text=edit_prose(text, lambda prose: MARKER.sub(render, prose)), sources=tuple(cited), missing=tuple(missing)
    )


def _source_behind(key: str, evidence: Mapping[str, Evidence], sources: Mapping[str, Source]) -> Source | None:
    item = evidence.get(key)
    if item is not None and item.kind == "practice":
        return sources.get(item.cites)
    return sources.get(key)


def _shown(item: Evidence | None, lines: _Places) -> str | None:
    """How a piece of evidence reads inside the parentheses; None when it cannot be shown."""
    if item is None or item.kind in {"source", "practice"}:
        return None
    if item.kind not in _IN_FILE:
        return item.key
    if item.place is None:
        return None
    if item.kind in {"code", "guide"}:
        return lines.show(item.place)
    name = item.place.path.rsplit("/", 1)[-1]
    return f"{name}:{item.place.line}" if item.place.line else name
