"""What a document declares new, and how plainly: in its words, in a definition it shows, or only by its place."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import dropwhile

from torusnb.models.base import Value
from torusnb.review.reading import Reading

_NEW = re.compile(
    r"\b(?:new|newly|creat(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|add(?:s|ed|ing)?|addition|propos(?:e|es|ed|ing)|"
    r"extract(?:s|ed|ing)?|renam(?:e|es|ed|ing)|mov(?:e|es|ed|ing)|split(?:s|ting)? (?:out|into)|"
    r"will (?:be|live|own|expose|provide)|(?:does not|do not|doesn't|don't)(?: yet)? exist|not yet|"
    r"to be (?:built|written|implemented)|no (?:current|existing) [^\n]{0,60}?exists?|greenfield|"
    r"suggested|planned|future|optional|external dependency|from the `?[\w-]+`? (?:feature|epic|ticket))\b",
    re.IGNORECASE,
)
_RIGHT_BEFORE = re.compile(
    r"\b(?:new|newly|introduc\w+|creat(?:e|es|ed|ing)|add(?:s|ed|ing)?|extract\w*|split\w* (?:out|into))\b"
    r"(?:(?!\b(?:so|before|after|when|which|that|because|if|to|for|in|from|via|with|using|by|of)\b)[^.;:|]){0,40}$|"
    r"\b(?:renam|mov|extend|chang|widen)\w*[^;|]{0,80}\bto\s+[`*]*$",
    re.IGNORECASE,
)
_RIGHT_AFTER = re.compile(
    r"^[\w.!?/]*[`*]*\s*(?:\(\s*(?:new|added|proposed|to be)\b|\|?\s*new\b|is new\b|now \w+s\b|"
    r"(?:is|gets|will be) renamed\b)",
    re.IGNORECASE,
)
_CHANGED_AFTER = re.compile(r"^[\w.!?/]*[`*]*\s*\|\s*changed\b", re.IGNORECASE)
_NEW_LEAD_IN = re.compile(r"\bnew\b", re.IGNORECASE)
_LONGEST_LEAD_IN = 100
_NOT_NEW = re.compile(
    r"\b(?:no|not|without|never|avoids?|rather than|instead of|does not|do not|don't|cannot)(?:\s+\w+){0,2}\s+"
    r"(?:new|creat\w*|introduc\w*|add(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_GONE = re.compile(r"\b(?:delet|remov|drop|retir)\w*", re.IGNORECASE)
_OPENS_NEW = re.compile(r"^\W*(?:an? )?(?:new|introduces?|creates?|proposed|add)\b", re.IGNORECASE)
_EXISTING = re.compile(r"\b(?:existing|exists|already|current(?:ly)?|today|reus(?:e|es|ed|ing))\b", re.IGNORECASE)
_EXISTING_BEFORE = re.compile(
    r"\b(?:existing|current|today's|already(?: \w+){0,2}|reus(?:e|es|ed|ing)(?: the)?)"
    r"(?:,? (?:[\w-]+|`[^`\n]*`)){0,4},?\s*[`\"\[*]*$",
    re.IGNORECASE,
)
_EXISTING_AFTER = re.compile(
    r"^[^\s`\"]+(?:, :\w+)*\]?[`\"*]*(?: \w+){0,2} (?:already|exists|stays|remains|today)\b", re.IGNORECASE
)
_HEAD = re.compile(
    r"^\s*(?:(?:[-*+]|\d+[.)])\s+|\|\s*|#{2,6}\s+|participant\s+[^\n]{0,40}\")(?:\[[ x]\]\s*)?"
    r"(?:\*\*[^*\n]{1,60}\*\*:?\s*|[A-Z][\w /&-]{1,50}:\s*)?(?:`[^`\n]+`(?:,| and|, and|\s*/| ->| →)\s*){0,3}"
    r"[(\[*`%]*$|^\*\*[^*`\n]{1,60}:\s*`$"
)
_FORM = "context"
_TESTS = re.compile(r"\btest", re.IGNORECASE)
_LOOKS_BACK = re.compile(r"\b(?:test|risk|question|reference|compatib)", re.IGNORECASE)
_CHILDREN = 3


class Declarations(Value, frozen=True, dict=True):
    """Judges mentions by their offset; the judgement is about the words around, whatever is named."""

    reading: Reading

    def declared(self, offset: int) -> bool:
        """Whether the context says that what is named is new, moved or gone, or comes from another feature."""
        line = self.reading.line_at(offset)
        text = self._context(line)
        if _NEW.search(_NOT_NEW.sub("", text)) is not None or _GONE.search(text) is not None:
            return True
        return self._heads(offset) and any(_OPENS_NEW.match(below) for below in self._children(line))

    def plainly(self, offset: int) -> bool:
        """Whether a word right beside it, or the short line that leads in to it, says that it is new.

        Asked of names so like an existing one that a slip of the pen is more likely than a new name.
        """
        start = self.reading.text.rfind("\n", 0, offset) + 1
        end = self.reading.text.find("\n", offset)
        before = _NOT_NEW.sub("", self.reading.text[start:offset])
        after = self.reading.text[offset : end if end >= 0 else len(self.reading.text)]
        line = self.reading.line_at(offset)
        if _RIGHT_BEFORE.search(before) or _RIGHT_AFTER.match(after):
            return True
        if any(len(text) < _LONGEST_LEAD_IN and _NEW_LEAD_IN.search(text) for text in self.reading.lead_ins(line)):
            return True
        return self._heads(offset) and any(_OPENS_NEW.match(below) for below in self._children(line))

    def changes(self, offset: int) -> bool:
        """Whether the cell behind it says that it changes, as a table of decisions does: to another arity, maybe."""
        end = self.reading.text.find("\n", offset)
        after = self.reading.text[offset : end if end >= 0 else len(self.reading.text)]
        return _CHANGED_AFTER.match(after) is not None

    def loosely(self, offset: int) -> bool:
        """Whether the design presents what is named as a part of its own: it opens a bullet, a row or a heading there.

        Only behind the section on the existing system, and only where the words do not call it existing.
        """
        return self._heads(offset) and self.in_design(offset) and not self.called_existing(offset)

    def planned_test(self, offset: int) -> bool:
        """Whether it opens a bullet, a row or a heading of a section on testing that does not call it existing."""
        inside = self.reading.section_id(self.reading.line_at(offset)) in self._testing
        return inside and self._heads(offset) and not self.called_existing(offset)

    @cached_property
    def _testing(self) -> frozenset[str]:
        return frozenset(s.id for s in self.reading.template.sections if _TESTS.search(s.title))

    def in_design(self, offset: int) -> bool:
        """Whether it stands in the part of the document that describes what is to be built."""
        return self.reading.section_id(self.reading.line_at(offset)) in self._designing

    def called_existing(self, offset: int) -> bool:
        """Whether the line itself says that what is named is there already."""
        return _EXISTING.search(self.reading.lines[self.reading.line_at(offset) - 1]) is not None

    def plainly_existing(self, offset: int) -> bool:
        """Whether a word right beside the name says that it is there already."""
        start = self.reading.text.rfind("\n", 0, offset) + 1
        end = self.reading.text.find("\n", offset)
        after = self.reading.text[offset : end if end >= 0 else len(self.reading.text)]
        before = self.reading.text[start:offset]
        return _EXISTING_BEFORE.search(before) is not None or _EXISTING_AFTER.match(after) is not None

    def called_new(self, name: str) -> bool:
        """Whether a short name (`Board`, without its namespace) is called new anywhere, right before it."""
        return name in self._short_names

    @cached_property
    def _short_names(self) -> frozenset[str]:
        pattern = r"\b(?:new|introduces?|creates?|adds?)\s+(?:\w+\s+){0,3}?`?%?([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)\b"
        return frozenset(re.findall(pattern, _NOT_NEW.sub("", self.reading.text)))

    @cached_property
    def _designing(self) -> frozenset[str]:
        """Ids of the template sections behind the one on the existing system, up to those that look back on it."""
        sections = self.reading.template.sections
        behind = list(dropwhile(lambda section: section.form != _FORM, sections))[1:]
        return frozenset(section.id for section in behind if not _LOOKS_BACK.search(section.title))

    def _heads(self, offset: int) -> bool:
        start = self.reading.text.rfind("\n", 0, offset) + 1
        return _HEAD.match(self.reading.text[start:offset]) is not None

    def _children(self, line: int) -> list[str]:
        """The first lines below a bullet that stand deeper than it."""
        own = _depth(self.reading.lines[line - 1])
        below = [text for text in self.reading.lines[line : line + _CHILDREN] if text.strip()]
        return [text for text in below if _depth(text) > own][:2]

    @cached_property
    def _contexts(self) -> dict[int, str]:
        return {}

    def _context(self, line: int) -> str:
        if line not in self._contexts:
            self._contexts[line] = self.reading.context(line)
        return self._contexts[line]


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())
