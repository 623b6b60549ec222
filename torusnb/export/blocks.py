"""The blocks of a section's text, as a citation sees them: what a reader has in view where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property

from torusnb.models.base import Value
from torusnb.spec.codeparts import find_code, find_fences

_BULLET = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+]|\d+[.)])[ \t]+")
_CELL_END = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"\w")
_HEADING = re.compile(r"^#{1,6}\s")


class Block(Value, frozen=True):
    """A paragraph, a bullet or a table row.

    Attributes:
        start: Its first character's offset. end: Behind its last one.
        row: Whether it is a row of a table.
        above: Where the bullets stand that it hangs on, as indexes among the blocks, innermost last.
    """

    start: int
    end: int
    row: bool = False
    above: tuple[int, ...] = ()


class Blocks:
    """A text by its blocks."""

    def __init__(self, text: str) -> None:
        """The Markdown of one section."""
        self.text = text

    @cached_property
    def all(self) -> tuple[Block, ...]:
        """The blocks in order; a fenced block is none."""
        fenced = {line for first, last in find_fences(self.text) for line in range(first, last + 1)}
        found: list[Block] = []
        hung: list[tuple[int, int]] = []  # depth and index of the bullets that are open
        offset, running = 0, False
        for number, line in enumerate(self.text.split("\n"), start=1):
            start, offset = offset, offset + len(line) + 1
            stripped, bullet = line.strip(), _BULLET.match(line)
            if not stripped or number in fenced:
                running = False
            elif running and not bullet and not stripped.startswith("|"):
                found[-1] = Block(found[-1].start, start + len(line), found[-1].row, found[-1].above)
            else:
                depth = len(line) - len(line.lstrip())
                hung = [] if _HEADING.match(line) else [open_ for open_ in hung if open_[0] < depth]
                row = stripped.startswith("|")
                found.append(Block(start, start + len(line), row, tuple(index for _, index in hung)))
                hung += [(depth, len(found) - 1)] if bullet else []
                running = not row and not _HEADING.match(line)
        return tuple(found)

    @cached_property
    def code(self) -> tuple[tuple[int, int], ...]:
        """Offsets of code spans and fenced lines."""
        return find_code(self.text)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(block.start for block in self.all)

    def at(self, offset: int) -> int:
        """The index of the block that holds an offset; -1 where none does."""
        index = bisect_right(self._starts, offset) - 1
        return index if index >= 0 and offset < self.all[index].end else -1

    def would_empty(self, start: int, end: int, strip: Callable[[str], str]) -> bool:
        """Whether nothing is left of the cell, or of the line, around a stretch that is taken out.

        Args:
            start: The stretch's first offset.
            end: Behind its last one.
            strip: Takes from a text what may be taken out of it, too.
        """
        block = self.all[self.at(start)]
        head, tail = self.text[block.start : start], self.text[end : block.end]
        if block.row:
            head, tail = _CELL_END.split(head)[-1], _CELL_END.split(tail)[0]
        else:
            head, tail = head.rpartition("\n")[2], tail.partition("\n")[0]
        return _WORD.search(strip(_BULLET.sub("", head)) + strip(tail)) is None
