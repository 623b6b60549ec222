"""Which other packs a document says that its own depends on."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(?P<words>.+)$")
_SPOKEN = re.compile(
    r"\b(?:depend(?:s|ing|ent|ency|encies)?(?: (?:up)?on)?|prerequisites?|requires?|builds? (?:up)?on|blocked by"
    r"|after|preceded by)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\b(?:dependenc\w+|prerequisites?)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|never|without|independent\w*)\b|n't\b", re.IGNORECASE)


def read_dependencies(text: str, slugs: Iterable[str]) -> tuple[str, ...]:
    """Those of the packs that a line names after it speaks of depending, or that a section on dependencies names.

    A pack is named by its folder's name, or by the words of it where there are at least two. Order of the slugs.
    """
    spelt = {slug: _spelling(slug) for slug in sorted(set(slugs))}
    found: set[str] = set()
    listing = False
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            listing = _SECTION.search(heading["words"]) is not None
            continue
        for slug, pattern in spelt.items():
            match = pattern.search(line)
            if match is not None and _is_needed(line, match.start(), match.end(), listing):
                found.add(slug)
    return tuple(slug for slug in spelt if slug in found)


def _is_needed(line: str, start: int, end: int, listing: bool) -> bool:
    """Whether the words before a name say that it is needed; one that itself depends is the other way round."""
    before = re.split(r"(?<=[.;])\s", line[:start])[-1]
    if _NOT.search(before) or _SPOKEN.match(line[end:].lstrip("`*_\"' ")):
        return False
    return listing or _SPOKEN.search(before) is not None


def _spelling(slug: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"[-_\s]+", slug) if part]
    joint = r"[-_ ]" if len(parts) > 1 else ""
    exact = joint.join(parts)
    if len(parts) > 1:
        return re.compile(rf"(?<![\w-]){exact}(?![\w-])", re.IGNORECASE)
    return re.compile(rf"(?<=[`/\"]){exact}(?=[`/\"]|$)")
