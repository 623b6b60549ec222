"""The document in the units people read it by: each paragraph, bullet and table row, with what it stands under."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache

from torusnb.models.base import Value
from torusnb.review.reading import Reading
from torusnb.review.references import QUOTED

_BULLET = re.compile(r"^(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_LEADS = re.compile(r":[*_\s]*$")
_LONGEST_LEAD = 60
_REACH = 100
_LONGEST_HALF = 500
_HEADING = re.compile(r"^#{1,6}\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*(\[])|;\s|(?<=\.)\s*\n")

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(words, re.IGNORECASE))
    for role, words in (
        ("references", r"\breferences\b|\bbibliography\b|\bfurther reading\b|^sources$"),
        ("log", r"\b(?:decision|change|revision|audit) (?:log|history)\b|^changelog$"),
        ("questions", r"\bopen (?:questions|issues)\b|\bfollow-?\s?ups?\b|\bunknowns?\b|\bquestions\b|\bto confirm\b"),
        ("alternatives", r"\balternatives?\b|\boptions (?:considered|weighed)\b|\btrade-?offs?\b|\bapproach [A-Z]\b"),
        ("risks", r"\brisks?\b"),
        ("testing", r"\btest(?:s|ing)?\b|\bverification strategy\b"),
        ("requirements", r"\brequirements?\b|\bassumptions?\b"),
        ("context", r"\bcontext summary\b|\bcontext$|\bcurrent (?:system|state)\b|\bwhat we know\b|\bcodebase\b"),
        ("summary", r"\bexecutive summary\b|^summary$|^overview$"),
    )
)

_DENIED = re.compile(
    r"\b(?:no|not|without|never|nor|neither|none|nothing|nobody|avoid(?:s|ing)?|exclud\w+|instead of|rather than"
    r"|outside)\b[^.;:\n]{0,60}$"
    r"|n['’]t\b[^.;:\n]{0,60}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[^.;\n]{0,50}\b(?:(?:is|are|remains?|stays?) (?:not|unchanged|out of scope|untouched)|(?:not"
    r"|isn['’]t) (?:needed|required))\b",
    re.IGNORECASE,
)


class Passage(Value, frozen=True, dict=True):
    """A paragraph, a bullet or a table row outside fenced code.

    Attributes:
        line: 1-based line it begins on.
        text: As written, its lines joined by a newline; `prose` is the same with code spans blanked, offset by offset.
        section: The id of the innermost template section, or empty.
        titles: The headings it stands under, outermost first.
        leads: What leads in to it: bullets above it and lines ending with a colon, outermost first.
        header: The header row of its table, or empty.
        role: `references`, `log`, `questions`, `alternatives`, `risks`, `testing`, `requirements`, `context`,
            `summary`, or `design` for everything else; read from the titles and leads, innermost first.
    """

    line: int
    text: str
    prose: str
    section: str
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    header: str
    role: str

    @cached_property
    def own(self) -> str:
        """The prose with quoted words blanked, offset by offset: a screen's or a source's words decide nothing here."""
        return QUOTED.sub(lambda match: " " * len(match.group()), self.prose)

    @cached_property
    def words(self) -> int:
        """How many words it has besides code."""
        return len(re.findall(r"[^\W\d_]{2,}", self.prose))

    def line_of(self, offset: int) -> int:
        """The document's line that holds an offset of `text`."""
        return self.line + self.text.count("\n", 0, offset)

    @cached_property
    def _breaks(self) -> tuple[tuple[int, int], ...]:
        return tuple((match.end(), match.start()) for match in _SENTENCE_END.finditer(self.prose))

    def sentence(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence (or the part between semicolons) around an offset, 500 characters each way."""
        at = bisect_right(self._breaks, (offset, len(self.text)))
        start = self._breaks[at - 1][0] if at else 0
        end = self._breaks[at][1] if at < len(self._breaks) else len(self.text)
        return max(start, offset - _LONGEST_HALF), min(end, offset + _LONGEST_HALF)


class _Lists:
    """The bullets and lead-ins that are open at a line."""

    def __init__(self) -> None:
        self.open: list[tuple[int, str]] = []

    def beside(self, row: str) -> tuple[str, ...]:
        """What leads in to a table row; the table closes the bullets it does not lie in."""
        self._close(len(row) - len(row.lstrip()) + 1)
        return tuple(text for _, text in self.open)

    def under(self, text: str) -> tuple[str, ...]:
        """What leads in to a block, after what it closes; the block itself may lead in to those below."""
        match = _BULLET.match(text)
        depth = len(match["indent"]) + 1 if match else 0
        self._close(depth)
        leads = tuple(text for _, text in self.open)
        if match or _LEADS.search(text):
            self.open.append((depth, text))
        return leads

    def _close(self, depth: int) -> None:
        while self.open and self.open[-1][0] >= depth:
            self.open.pop()


def find_passages(reading: Reading) -> tuple[Passage, ...]:
    """All passages of a document, in order."""
    return tuple(_passages(reading))


def _passages(reading: Reading) -> Iterator[Passage]:
    prose = reading.prose.split("\n")
    heads = {section.line: position for position, section in enumerate(reading.sections)}
    titles: tuple[str, ...] = ()
    section, header, lists = "", "", _Lists()
    for first, last in _blocks(reading):
        if _HEADING.match(reading.lines[first - 1]) or first in heads:
            if first in heads:
                titles, section = _stand(reading, heads[first])
            lists, header = _Lists(), ""
            continue
        text = "\n".join(reading.lines[first - 1 : last])
        is_row = text.lstrip().startswith("|")
        if not is_row:
            header = ""
        leads = lists.beside(text) if is_row else lists.under(text)
        role = _role(titles, leads)
        yield Passage(first, text, "\n".join(prose[first - 1 : last]), section, titles, leads, header, role)
        if is_row and not header:
            header = text


def _blocks(reading: Reading) -> Iterator[tuple[int, int]]:
    """First and last lines of headings, paragraphs, bullets and table rows, outside fences and comments."""
    first = 0
    for number, line in enumerate(reading.lines, start=1):
        text = line.strip()
        alone = text.startswith(("#", "|"))
        blank = not text or number in reading.fenced or text.startswith("<!--")
        if first and (blank or alone or _BULLET.match(line)):
            yield first, number - 1
            first = 0
        if alone and not blank:
            if not _TABLE_RULE.match(line):
                yield number, number
        elif not blank and not first:
            first = number
    if first:
        yield first, len(reading.lines)


def _stand(reading: Reading, position: int) -> tuple[tuple[str, ...], str]:
    """The titles from the outermost heading to this one, and the id of the innermost that has one."""
    titles: list[str] = []
    section_id = ""
    while position >= 0:
        section = reading.sections[position]
        titles.append(section.title)
        section_id = section_id or section.id
        position = section.parent
    return tuple(reversed(titles)), section_id


@lru_cache(maxsize=1024)
def _role(titles: tuple[str, ...], leads: tuple[str, ...]) -> str:
    for words in (*reversed(leads), *reversed(titles)):
        if len(words) < _LONGEST_LEAD:
            found = next((role for role, pattern in _ROLES if pattern.search(words.strip("-*_: "))), "")
            if found:
                return found
    return "design"


def find_affirmed(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches that no denial in their sentence turns round, at most one on a line."""
    position = 0
    while match := pattern.search(text, position):
        line = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if _DENIED.search(text, max(line, match.start() - _REACH), match.start()) or _DENIED_AFTER.search(
            text[match.end() : end]
        ):
            position = max(match.end(), match.start() + 1)
            continue
        yield match
        position = end
