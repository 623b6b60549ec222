"""What the sections of a design document rest on, read from the places and ids in its text."""

from __future__ import annotations

import re
from urllib.parse import unquote

from torusnb.models.base import Place
from torusnb.models.design import Template
from torusnb.models.requirements import place_key
from torusnb.spec.fdd import parse_fdd
from torusnb.spec.pathtails import SPAN_LINES, PathTails, PlaceReader

_PACK_PLACE = re.compile(
    r"(?:(?<!\.\./)\b(?P<own>prd\.md|requirements\.ya?ml)|(?<![\w.@%/`~-])"
    r"(?P<note>(?:\.\./){1,2}requirements\.ya?ml|(?:\.\./){0,2}[\w%.~-]+\.(?:md|txt)))"
    rf":(?:(?P<lines>{SPAN_LINES})(?=[;)])|(?P<line>\d{{1,7}})(?!\d))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?<!\!)\[(?P<label>[a-z0-9][\w.-]{0,80})\](?!\()")
_ID = re.compile(r"\b[A-Z][A-Za-z]*-?\d+[a-z]?\b")


def parse_rests(text: str, template: Template, known: PathTails | None = None) -> dict[str, tuple[str, ...]]:
    """Evidence key to the sections that name it, in the document's order.

    Keys are `code:PATH:LINE` and `guide:PATH:LINE` for a place in a code span, `prd:LINE`, `req:LINE` and
    `note:NAME:LINE` for a line of the pack (`note:../NAME:LINE` for one of its epic), `src:LABEL`, and every id
    (`FR-001`). A section is told by its number in the template, or its title.

    Args:
        text: The document.
        template: Its sections.
        known: The files of the checkout, for ends of paths that the document itself does not tell.
    """
    places = PlaceReader(text, known)
    found: dict[str, dict[str, None]] = {}
    for section in parse_fdd(text, template).sections:
        own = f"{section.heading}\n{section.text}"
        for key in _keys(own, places):
            found.setdefault(key, {}).setdefault(section.id or section.title)
    return {key: tuple(sections) for key, sections in found.items()}


def _keys(text: str, places: PlaceReader) -> list[str]:
    keys = []
    for place in places.find(text):
        family = "guide" if place.path.lower().endswith((".md", ".markdown")) else "code"
        keys += [f"{family}:{place.path}:{line}" for line in place.lines]
    for match in _PACK_PLACE.finditer(text):
        lines = (match["lines"] or match["line"]).split(",")
        keys += [place_key(Place((match["own"] or "").lower() or unquote(match["note"]), int(line))) for line in lines]
    keys += [f"src:{match['label']}" for match in _LABEL.finditer(text)]
    return keys + _ID.findall(text)
