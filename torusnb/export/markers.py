"""`[@key]` markers turned into what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.models.base import Value
from torusnb.models.design import MARKER, Evidence
from torusnb.models.sources import Source
from torusnb.spec.codeparts import edit_prose

_IN_FILE = {"prd", "req", "code", "guide"}


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


def resolve_markers(text: str, evidence: Mapping[str, Evidence], sources: Mapping[str, Source]) -> Resolved:
    """The text with its markers resolved; those inside code spans and fences are left alone.

    Args:
        text: Markdown of one section.
        evidence: What the keys stand for.
        sources: By key; a source marker, or the source behind a practice, must be one of these.
    """
    cited: dict[str, None] = {}
    missing: dict[str, None] = {}

    def render(match: re.Match[str]) -> str:
        keys = [key.strip().removeprefix("@") for key in match.group(1).split(";")]
        places: dict[str, None] = {}
        labels: dict[str, None] = {}
        for key in keys:
            source = _source_behind(key, evidence, sources)
            if source is not None:
                cited.setdefault(source.key)
                labels.setdefault(f"[{source.label}]")
            elif (shown := _shown(evidence.get(key))) is not None:
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


def _shown(item: Evidence | None) -> str | None:
    """How a piece of evidence reads inside the parentheses; None when it cannot be shown."""
    if item is None or item.kind in {"source", "practice"}:
        return None
    if item.kind not in _IN_FILE:
        return item.key
    if item.place is None:
        return None
    if item.kind in {"code", "guide"}:
        return f"`{item.place}`"
    name = item.place.path.rsplit("/", 1)[-1]
    return f"{name}:{item.place.line}" if item.place.line else name
