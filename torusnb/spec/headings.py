"""The headings of a spec pack's prd.md: each one's name and the lines below it."""

from __future__ import annotations

from torusnb.models.base import Place, Value
from torusnb.models.requirements import PrdSection, SpecPack


class Heading(Value, frozen=True):
    """A section under the name it is told apart by.

    Attributes:
        title: The heading; of two with one text the later has a number after it: `Scope (2)`.
        end: The line of the next heading; None for the last one, which goes to the end of the file.
    """

    title: str
    section: PrdSection
    end: int | None

    def holds(self, place: Place) -> bool:
        """Whether a place lies in the section, its own line counted in."""
        start = self.section.place
        return place.path == start.path and start.line <= place.line and (self.end is None or place.line < self.end)


def name_headings(pack: SpecPack) -> dict[str, Heading]:
    """Title to heading, in the pack's order; every section of the pack has one."""
    found: dict[str, Heading] = {}
    for section in pack.sections:
        title, count = section.title, 1
        while title in found:
            count += 1
            title = f"{section.title} ({count})"
        later = (o.place.line for o in pack.sections if o.place.path == section.place.path)
        end = min((line for line in later if line > section.place.line), default=None)
        found[title] = Heading(title, section, end)
    return found
