"""Markup that is made to be slow: found in one pass before a parser spends minutes on it.

The HTML standard's tree construction looks through all open elements at a tag, compares each attribute of a tag with
those before it, and repeats open formatting elements in every paragraph. A page of a few hundred kilobytes can so cost
minutes and gigabytes, which no parser's setting bounds. The sums below estimate that work; ordinary pages stay far
below their bounds.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)")
_QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")

_UNNESTED = frozenset(
    (
        *(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
        ),
        *("p", "li", "dt", "dd", "td", "th", "tr", "option"),
    )
)
"""Elements that hold none, or that the next of their kind ends."""

_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_FOREIGN = frozenset(("svg", "math"))

_MOST_LOOKS = 2 * 10**8
_MOST_COMPARISONS = 2 * 10**8
_MOST_COPIES = 10**6


def find_trap(text: str) -> str:
    """What would make a parser of HTML slow ("its tags are nested too deeply"); empty for an ordinary page."""
    depth = looks = comparisons = copies = foreign = formatting = 0
    for match in _TAG.finditer(text):
        closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
        looks += depth
        if closing:
            depth -= 1 if depth and name not in _UNNESTED else 0
            foreign -= 1 if foreign and name in _FOREIGN else 0
            formatting -= 1 if formatting and name in _FORMATTING else 0
            continue
        copies += formatting
        if len(rest) > 50:
            comparisons += _count_attributes(rest) ** 2
        if name in _UNNESTED or (foreign and rest.endswith("/")):
            continue
        depth += 1
        foreign += name in _FOREIGN
        formatting += name in _FORMATTING
    if looks > _MOST_LOOKS:
        return "its tags are nested too deeply"
    if copies > _MOST_COPIES:
        return "its formatting is opened again and again and never closed"
    return "a tag of it has too many attributes" if comparisons > _MOST_COMPARISONS else ""


def _count_attributes(rest: str) -> int:
    return len(_QUOTED.sub(" ", rest).split())
