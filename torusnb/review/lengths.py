"""Rules about how much a section says: sentences and words against the template's limits, and the same text twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.models.design import TemplateSection
from torusnb.models.review import Finding
from torusnb.review.reading import Reading
from torusnb.review.rules import found
from torusnb.review.sentences import count_sentences
from torusnb.spec.fdd import FddSection
from torusnb.spec.steps import without_steps
from torusnb.spec.words import count_in_line

_WAIVED = re.compile(
    r"\b(?:none|n/a|not applicable|does not apply|not needed|no (?:new|changes?|schema|migration|cache|caching|api))\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^#{1,6}\s")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_IDS = re.compile(r"\b[A-Z]{1,6}-?\d+[a-z]?\b")
_QUOTED = re.compile(r"\b(?:summary|requirements?)\b", re.IGNORECASE)
_SHINGLE = 4
_LEAST_REPEATED = 18
_SAME = 0.7
_VERBATIM = 0.95


def review_lengths(reading: Reading) -> Iterator[Finding]:
    """Sections that are longer or shorter than the template has them, and text that stands twice."""
    first: dict[str, FddSection] = {}
    for section in reading.sections:
        if section.id:
            first.setdefault(section.id, section)
    for section_id, section in first.items():
        rule = reading.template.section(section_id)
        if rule is not None:
            yield from _sentences(reading, rule, section)
            yield from _words(reading, rule, section)
    yield from _repeated(reading)


def _sentences(reading: Reading, rule: TemplateSection, section: FddSection) -> Iterator[Finding]:
    if not (rule.least_sentences or rule.most_sentences):
        return
    count = count_sentences(section.whole)
    if count == 0 or rule.least_sentences <= count <= (rule.most_sentences or count):
        return
    many = f"{count} sentence{'' if count == 1 else 's'}"
    yield found(
        "structure.sentence-count",
        reading.path,
        section.line,
        f"{section.title} has {many}; it should have {rule.least_sentences} to {rule.most_sentences}.",
        "Shorten it; detail belongs in the later sections."
        if count > rule.least_sentences
        else "Add what is missing: what it delivers, who it affects, why this design, risks, performance.",
        section=rule.id,
    )


def _words(reading: Reading, rule: TemplateSection, section: FddSection) -> Iterator[Finding]:
    if not (rule.least_words or rule.most_words):
        return
    lines = range(section.line + 1, min(section.end_line, len(reading.lines)) + 1)
    everything = sum(count_in_line(reading.lines[number - 1]) for number in lines)
    fenced = sum(count_in_line(reading.lines[number - 1]) for number in lines if number in reading.fenced)
    read = _without_plan(section.whole) if rule.form == "prose" else everything - fenced
    if rule.most_words and read > rule.most_words:
        yield found(
            "structure.too-long",
            reading.path,
            section.line,
            f"{section.title} has {read:,} words; {rule.most_words:,} should do.",
            "Keep the decisions and what they rest on; move the rest to an appendix, or take it out.",
            section=rule.id,
        )
    elif 0 < everything < rule.least_words and not _WAIVED.search(section.whole):
        yield found(
            "structure.too-thin",
            reading.path,
            section.line,
            f"{section.title} has {everything} words; a reader needs {rule.least_words} and more.",
            f"Say what is missing ({rule.guidance.rstrip('.')})." if rule.guidance else "Say what is missing.",
            section=rule.id,
        )


def _without_plan(whole: str) -> int:
    """The words of a section of prose below its heading: none of code, nor of a plan that stands in it."""
    return sum(map(count_in_line, without_steps(whole.partition("\n")[2]).split("\n")))


class _Block(Value, frozen=True):
    line: int
    section: str
    shingles: frozenset[tuple[str, ...]]

    def repeats(self, other: _Block, shared: int) -> bool:
        """Whether it says what the other says; items of one section may be alike in form and differ in one word."""
        if self.section == other.section:
            return shared >= _VERBATIM * len(self.shingles | other.shingles)
        return shared >= _SAME * min(len(self.shingles), len(other.shingles))


def _repeated(reading: Reading) -> Iterator[Finding]:
    """Paragraphs and list items that say with nearly the same words what an earlier one says.

    Nearly the same: of the shingles (runs of four words, ids left out) of the shorter, seven in ten stand in the
    longer. Broder, On the resemblance and containment of documents, 1997.
    """
    holders: dict[tuple[str, ...], list[int]] = {}
    blocks: list[_Block] = []
    repeats: dict[int, list[_Block]] = {}
    for block in _blocks(reading):
        shared: dict[int, int] = {}
        for shingle in block.shingles:
            for index in holders.get(shingle, ()):
                shared[index] = shared.get(index, 0) + 1
            holders.setdefault(shingle, []).append(len(blocks))
        same = [index for index, number in shared.items() if block.repeats(blocks[index], number)]
        if same:
            repeats.setdefault(min(same), []).append(block)
        blocks.append(block)
    for index, later in repeats.items():
        yield _twice(reading, blocks[index], later)


def _twice(reading: Reading, first: _Block, later: list[_Block]) -> Finding:
    more = (
        f", as {'do lines' if len(later) > 2 else 'does line'} {', '.join(str(block.line) for block in later[1:])}"
        if len(later) > 1
        else ""
    )
    return found(
        "structure.repeated-text",
        reading.path,
        later[0].line,
        f"This says with nearly the same words what line {first.line} says{more}.",
        "Say it once, where a reader looks for it, and name that section here.",
        section=reading.section_id(later[0].line),
    )


def _blocks(reading: Reading) -> Iterator[_Block]:
    """Paragraphs and list items long enough to be told apart; no headings, tables, code or references.

    The summary and the list of requirements are left out: the sections after them take up what they say.
    """
    quoted = {s.id for s in reading.template.sections if s.form == "references" or _QUOTED.search(s.title)}
    held: list[str] = []
    start = 0
    for number, line in enumerate([*reading.lines, ""], start=1):
        ends = not line.strip() or _HEADING.match(line) or number in reading.fenced or line.lstrip().startswith("|")
        if (ends or _BULLET.match(line)) and held:
            words = _IDS.sub(" ", " ".join(held)).lower().replace("`", "").split()
            shingles = frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))
            section = reading.section_id(start)
            if len(words) >= _LEAST_REPEATED and section not in quoted:
                yield _Block(start, section, shingles)
            held = []
        if not ends:
            start = start if held else number
            held.append(_BULLET.sub("", line))
