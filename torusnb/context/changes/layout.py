"""The layout of Elixir source: which lines make one statement, told by indentation and quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from torusnb.context.changes.hashing import find_quoted

_CLOSER = re.compile(r"(?:end|else|rescue|catch|after)\b|[\])}]")
_LAST_CLOSER = re.compile(r"end\b|[\])}]")
_OPERATOR = re.compile(r"\|>|\|\||\||&&|<>|\+\+|(?:and|or|when)\b")
_BLOCK = re.compile(r"\bdo\s*(?:#.*)?$")
_QUOTED = 10**6  # deeper than any indentation: such a line goes on what a quotation began


class Layout:
    """The lines of a file of Elixir source; line numbers are 1-based."""

    def __init__(self, text: str) -> None:
        """The layout of a text without carriage returns."""
        self.lines = text.split("\n")
        self._text = text

    @cached_property
    def _openings(self) -> dict[int, int]:
        """Each line that begins inside a quotation to the line where that was opened."""
        ends = [0, *accumulate(len(line) + 1 for line in self.lines)]
        found: dict[int, int] = {}
        for start, end in find_quoted(self._text):
            first, last = bisect_right(ends, start), bisect_right(ends, max(start, end - 1))
            found.update(dict.fromkeys(range(first + 1, last + 1), first))
        return found

    @cached_property
    def depths(self) -> list[int]:
        """Each line's indentation, the first line's at 0; -1 for a blank one."""
        plain = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in self.lines]
        for number in self._openings:
            plain[number - 1] = _QUOTED
        return plain

    def start(self, line: int) -> int:
        """The first line of the statement that a line belongs to; of a block's `end` the line that opens it."""
        return self._starts[line]

    @cached_property
    def _starts(self) -> list[int]:
        """By line number. A line goes on the one it is deeper than, unless that opens a block."""
        starts = list(range(len(self.lines) + 1))
        around: list[int] = []  # the lines that the present one may belong to, each deeper than the one before
        blocks: set[int] = set()
        for number, depth in enumerate(self.depths, 1):
            text = self.lines[number - 1].strip()
            if number in self._openings:
                starts[number] = starts[self._openings[number]]
                continue
            if depth < 0:
                continue
            while around and self.depths[around[-1] - 1] > depth:
                around.pop()
            same = bool(around) and self.depths[around[-1] - 1] == depth
            if same and (_CLOSER.match(text) or _OPERATOR.match(text)):
                starts[number] = starts[around[-1]]
                continue
            owners = around[:-1] if same else around
            if owners and owners[-1] not in blocks:
                starts[number] = starts[owners[-1]]
            if text.startswith("#"):
                continue
            self._note_block(number, starts[number], owners, blocks)
            around = [*owners, number]
        return starts

    def _note_block(self, number: int, start: int, owners: Sequence[int], blocks: set[int]) -> None:
        """A head that takes several lines opens its block with the last of them."""
        if _BLOCK.search(self.lines[number - 1]):
            blocks.add(number)
            if start != number and owners[-1] == start and self.lines[start - 1].rstrip().endswith(","):
                blocks.add(start)

    def block_end(self, line: int) -> int:
        """The last line of the statement that begins on a line: what is deeper, up to its own closing word."""
        depth, end, closed = self.depths[line - 1], line, False
        for number in range(line + 1, len(self.lines) + 1):
            text, indentation = self.lines[number - 1].strip(), self.depths[number - 1]
            if indentation < 0:
                continue
            joined = _OPERATOR.match(text) or (not closed and _CLOSER.match(text))
            if indentation < depth or (indentation == depth and not joined):
                break
            end = number
            closed = closed or (indentation == depth and _LAST_CLOSER.match(text) is not None)
        return end

    def openers(self, line: int) -> list[str]:
        """The heads of the blocks a line stands in, outermost first, without modules; a route's `pipe_through` too."""
        found: list[str] = []
        depth = self.depths[line - 1]
        for number in range(line - 1, 0, -1):
            indentation = self.depths[number - 1]
            if indentation < 0 or indentation > depth:
                continue
            text = self.lines[number - 1]
            if indentation == depth and text.strip().startswith("pipe_through"):
                found.append(text)
            elif indentation < depth:
                depth = indentation
                if text.rstrip().endswith(" do") and not text.strip().startswith(("defmodule", "def ")):
                    found.append(text)
        return found[::-1]
