"""What the sections of a design document rest on, read from the places and ids in its text."""

from __future__ import annotations

import re

from torusnb.models.design import Template
from torusnb.spec.fdd import parse_fdd

_PLACE = re.compile(r"`(?P<path>[\w.@+-]+(?:/[\w.@+-]+)*\.\w+):(?P<line>\d+)`")
_PACK_PLACE = re.compile(r"\b(?P<file>prd\.md|requirements\.ya?ml):(?P<line>\d+)")
_LABEL = re.compile(r"(?<!\!)\[(?P<label>[a-z0-9][\w.-]{0,80})\](?!\()")
_ID = re.compile(r"\b[A-Z][A-Za-z]*-?\d+[a-z]?\b")


def parse_rests(text: str, template: Template) -> dict[str, tuple[str, ...]]:
    """Evidence key to the sections that name it, in the document's order.

    Keys are `code:PATH:LINE` and `guide:PATH:LINE` for a place in a code span, `prd:LINE` and `req:LINE` for a line of
    the pack, `src:LABEL`, and every id (`FR-001`). A section is told by its number in the template, or its title.
    """
    found: dict[str, dict[str, None]] = {}
    for section in parse_fdd(text, template).sections:
        own = f"{section.heading}\n{section.text}"
        for key in _keys(own):
            found.setdefault(key, {}).setdefault(section.id or section.title)
    return {key: tuple(sections) for key, sections in found.items()}


def _keys(text: str) -> list[str]:
    keys = []
    for match in _PLACE.finditer(text):
        family = "guide" if match["path"].lower().endswith((".md", ".markdown")) else "code"
        keys.append(f"{family}:{match['path']}:{match['line']}")
    for match in _PACK_PLACE.finditer(text):
        keys.append(f"{'prd' if match['file'] == 'prd.md' else 'req'}:{match['line']}")
    keys += [f"src:{match['label']}" for match in _LABEL.finditer(text)]
    return keys + _ID.findall(text)
