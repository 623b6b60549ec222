"""A design document cut into the sections that a merge keeps or renews, each as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from torusnb.models.design import Template
from torusnb.spec.fdd import FddSection, parse_fdd
from torusnb.spec.pathtails import PlaceReader

FRONT = "front matter"
"""The name of what stands before the first section: the title and an introduction."""

NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Unit:
    """A heading with all that stands below it.

    Attributes:
        key: Its name, and how many of that name stand before it.
        section: Its id; empty outside the template. level: The heading's level. text: As it stands in the document.
        source: What the ends of paths mean in its document.
    """

    key: tuple[str, int]
    section: str
    level: int
    text: str
    source: PlaceReader

    @property
    def name(self) -> str:
        """Its id, or its title outside the template."""
        return self.key[0]

    @property
    def words(self) -> str:
        """What counts as its text: line ends and blank lines at the end do not."""
        return "\n".join(line.rstrip() for line in NEWLINE.split(self.text)).rstrip()


def cut_units(text: str, template: Template) -> tuple[Unit, ...]:
    """The text cut into units; joined again they give the text, byte for byte."""
    lines = _LINE.findall(text)
    sections = _tops(parse_fdd(NEWLINE.sub("\n", text), template).sections)
    starts = [section.line - 1 for section in sections]
    seen: Counter[str] = Counter()
    units, source = [], PlaceReader(text)
    if front := "".join(lines[: starts[0]] if starts else lines):
        units.append(Unit((FRONT, 0), "", 0, front, source))
    for section, start, end in zip(sections, starts, [*starts[1:], len(lines)], strict=False):
        name = section.id or " ".join(section.title.split())
        units.append(Unit((name, seen[name]), section.id, section.level, "".join(lines[start:end]), source))
        seen[name] += 1
    return tuple(units)


def _tops(sections: Sequence[FddSection]) -> list[FddSection]:
    """The sections that are units: known ones, and unknown ones that are not below the unit before them."""
    tops: list[FddSection] = []
    for section in sections:
        if section.id or not tops or section.level <= tops[-1].level:
            tops.append(section)
    return tops
