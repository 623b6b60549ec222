"""The document under review, read once for all rules: lines, code, sections, and the context of a line."""

from __future__ import annotations

import re
from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.design import Template
from torusnb.spec.codeparts import find_code, find_fences
from torusnb.spec.fdd import FddDocument, FddSection, parse_fdd

_BULLET = re.compile(r"^(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_LOOK_BACK = 60


class Reading(Value, frozen=True, dict=True):
    """A document with its place and template; line numbers are 1-based."""

    path: str
    text: str
    template: Template

    @cached_property
    def document(self) -> FddDocument:
        """The document by sections."""
        return parse_fdd(self.text, self.template)

    @cached_property
    def sections(self) -> tuple[FddSection, ...]:
        """The document's sections, in order."""
        return self.document.sections

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; `lines[0]` is line 1."""
        return tuple(self.text.split("\n"))

    @cached_property
    def fenced(self) -> frozenset[int]:
        """The numbers of lines inside fenced blocks, fences included."""
        return frozenset(n for first, last in find_fences(self.text) for n in range(first, last + 1))

    @cached_property
    def code(self) -> tuple[tuple[int, int], ...]:
        """Offsets of code spans and fenced lines."""
        return find_code(self.text)

    @cached_property
    def prose(self) -> str:
        """The text with all code blanked out, so that offsets and lines stay."""
        parts, position = [], 0
        for start, end in self.code:
            parts += [self.text[position:start], re.sub(r"[^\n]", " ", self.text[start:end])]
            position = end
        return "".join([*parts, self.text[position:]])

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, offset = [], 0
        for line in self.lines:
            starts.append(offset)
            offset += len(line) + 1
        return tuple(starts)

    def line_at(self, offset: int) -> int:
        """The line that holds a character offset."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return low + 1

    def section_id(self, line: int) -> str:
        """The id of the innermost template section a line stands in, or empty."""
        within = [section for section in self.sections if section.id and section.line <= line <= section.end_line]
        return within[-1].id if within else ""

    def context(self, line: int) -> str:
        """What a reader takes along to a line.

        That is its own paragraph, bullet or table row, the bullets above it, the table's header or the
        lead-in that ends with a colon, and the headings it stands under that the template does not know.
        """
        return "\n".join([self._block(line), *self.lead_ins(line)])

    def lead_ins(self, line: int) -> list[str]:
        """The part of the context that stands above the line's own paragraph, bullet or row."""
        return [
            *self._above(line),
            *(s.title for s in self.sections if not s.id and s.line < line <= s.end_line),
        ]

    def _block(self, line: int) -> str:
        """The line with those it is wrapped over; a bullet or a table row is its own block."""
        first = last = line
        if line in self.fenced or self.lines[line - 1].lstrip().startswith("|"):
            return self.lines[line - 1]
        while first > 1 and not _BULLET.match(self.lines[first - 1]) and self._runs_on(first - 1):
            first -= 1
        while last < len(self.lines) and self._runs_on(last + 1) and not _BULLET.match(self.lines[last]):
            last += 1
        return "\n".join(self.lines[first - 1 : last])

    def _runs_on(self, line: int) -> bool:
        text = self.lines[line - 1].strip()
        return bool(text) and not text.startswith(("#", "|", "```", "~~~")) and line not in self.fenced

    def _above(self, line: int) -> list[str]:
        """The less indented bullets above, the lead-in before the list, and the header of a table."""
        own = self.lines[line - 1]
        indent = _depth(own)
        found: list[str] = []
        for number in range(line - 1, max(0, line - _LOOK_BACK), -1):
            text = self.lines[number - 1]
            if text.startswith("#"):
                break
            if _TABLE_RULE.match(text) and "|" in text and number > 1:
                if own.lstrip().startswith("|"):
                    found.append(self.lines[number - 2])
                continue
            if not text.strip() or number in self.fenced:
                continue
            leads = text.rstrip().rstrip("*_").endswith(":")
            if _BULLET.match(text):
                if _depth(text) < indent:
                    found.append(text)
                    indent = _depth(text)
            elif _depth(text) <= indent:
                if leads:
                    found.append(text)
                if not own.lstrip().startswith("|"):
                    break
        return found


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())
