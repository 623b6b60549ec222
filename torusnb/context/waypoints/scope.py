"""What a pack names only to say that it is not part of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from torusnb.context.naming import Named
from torusnb.models.requirements import SpecPack


class Scope:
    """Tells whether a place of a pack lies in what it leaves out."""

    def __init__(self, pack: SpecPack) -> None:
        """The scope of a pack: a line belongs to the statement or heading that begins last before it.

        A heading is left out when non-goals stand below it and nothing else that the pack states.
        """
        heads = {(section.place.path, section.place.line) for section in pack.sections}
        marks = {(said.place.path, said.place.line): False for said in (*pack.goals, *pack.background)}
        marks |= {(said.place.path, said.place.line): True for said in pack.non_goals}
        self._starts = sorted(heads | marks.keys())
        self._outside = [marks.get(start, False) for start in self._starts]
        below: list[bool] = []
        for number in reversed(range(len(self._starts))):
            if self._starts[number] in marks:
                below.append(self._outside[number])
            else:
                self._outside[number] = bool(below) and all(below)
                below = []

    def leaves_out(self, named: Sequence[Named]) -> bool:
        """Whether all the places where something is named are non-goals; false for something named nowhere."""
        return bool(named) and all(self._is_outside(entry.place.path, entry.place.line) for entry in named)

    def _is_outside(self, path: str, line: int) -> bool:
        number = bisect_right(self._starts, (path, line)) - 1
        return number >= 0 and self._starts[number][0] == path and self._outside[number]
