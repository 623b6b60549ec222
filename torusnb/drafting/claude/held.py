"""What is held against a draft in a round of revision, and what of it was mended."""

from __future__ import annotations

from dataclasses import dataclass, field

from torusnb.drafting.claude.editing import Edit
from torusnb.models.base import Value


class Held(Value, frozen=True):
    """What is held against a section; `objection` when a reading or an amended decision says it, not the review."""

    section: str
    said: str
    objection: bool = False


@dataclass
class Mended:
    """What came of a round so far.

    Attributes:
        held: All that is held against the draft; the first has the number 1.
        taken: The edits that are in the draft. lost: those that could not be put in.
        alone: Sections to be revised by themselves, each with what is to be mended there; `told`: the numbers of that.
        rewritten: Those of them that have a new text.
        settled: Numbers of what an amended decision mends.
    """

    held: tuple[Held, ...] = ()
    taken: list[Edit] = field(default_factory=list)
    lost: list[Edit] = field(default_factory=list)
    alone: dict[str, list[str]] = field(default_factory=dict)
    told: dict[str, tuple[int, ...]] = field(default_factory=dict)
    rewritten: list[str] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)

    def numbers_of(self, edit: Edit) -> tuple[int, ...]:
        """The numbers that an edit mends: those it names, none where it says so, else all of its section."""
        if edit.mends == ():
            return ()
        named = tuple(dict.fromkeys(number for number in edit.mends or () if 0 < number <= len(self.held)))
        return named or tuple(n for n, each in enumerate(self.held, start=1) if each.section == edit.section)

    def list_settled(self) -> dict[int, tuple[str, ...]]:
        """The numbers that were mended, each with the sections that were changed for it.

        What an edit was lost for is mended when the section of that edit was revised by itself.
        """
        lost = {n for edit in self.lost if edit.section not in self.rewritten for n in self.numbers_of(edit)}
        done = [(edit.section, self.numbers_of(edit)) for edit in (*self.taken, *self.lost)]
        done += [(name, self.told.get(name, ())) for name in self.rewritten]
        found: dict[int, tuple[str, ...]] = dict.fromkeys(sorted(self.settled), ())
        for section, numbers in done:
            for number in numbers:
                found[number] = tuple(dict.fromkeys((*found.get(number, ()), section)))
        return {number: sections for number, sections in found.items() if number not in lost}
