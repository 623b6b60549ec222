"""Rules about the document's form: its sections, their order, their length, and what must not be in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from torusnb.models.design import TemplateSection
from torusnb.models.review import Finding
from torusnb.review.lengths import review_lengths
from torusnb.review.reading import Reading
from torusnb.review.rules import found
from torusnb.spec.codeparts import find_fences
from torusnb.spec.fdd import FddSection
from torusnb.spec.gates import PLACEHOLDER

_NOTHING = re.compile(r"(?:nothing is drafted for this section|to be written|coming soon|\.{3}|…)\.?", re.IGNORECASE)
_NO_REASON = re.compile(
    r"(?:this (?:section )?(?:is )?)?(?:n/?a|not applicable|does not apply|not relevant|not needed|not required)"
    r"(?: (?:here|to|for|in|at) ?(?:this|the|our)? ?(?:feature|change|design|work item|slice|time|case|scope)?)?[.!]?",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(#{1,6})\s+\S")
_DRAWN = re.compile(r"^\s*(?:```|~~~)\s*(?:mermaid|plantuml|puml|dot|graphviz|d2|ditaa)\b", re.IGNORECASE)
_PLAIN_FENCE = re.compile(r"^\s*(?:```|~~~)\s*(?:text|txt|ascii)?\s*$", re.IGNORECASE)
_LINES = re.compile(r"[-=]{2,}>|<[-=]{2,}|\+-{3,}|[│┌└├─►▼]|^\s*\|\s*$|^\s*v\s*$")
_DRAWN_LINES = 2
_IMAGE = re.compile(r"^\s*!\[[^\]]*\]\(")
_NO_DIAGRAM = re.compile(r"\b(?:no|without) diagrams?\b", re.IGNORECASE)


def review_structure(reading: Reading) -> Iterator[Finding]:
    """Findings on the form of the whole document."""
    yield from _headings(reading)
    yield from _presence(reading)
    yield from _order(reading)
    yield from review_lengths(reading)
    yield from _placeholders(reading)
    yield from _diagrams(reading)


def _headings(reading: Reading) -> Iterator[Finding]:
    headings = [
        (number, len(match.group(1)))
        for number, line in enumerate(reading.lines, start=1)
        if number not in reading.fenced and (match := _HEADING.match(line))
    ]
    if not headings:
        yield found(
            "structure.no-heading",
            reading.path,
            1,
            "The document has no heading that begins with `#`; bold or underlined words are none to the validators.",
            "Write the title as `# …` and each section as `## …`.",
        )
    for (_, above), (number, level) in pairwise(headings):
        if level > above + 1:
            yield found(
                "structure.heading-level",
                reading.path,
                number,
                f"A heading of level {level} follows one of level {above}.",
                f"Make it level {above + 1}.",
                section=reading.section_id(number),
            )


def _presence(reading: Reading) -> Iterator[Finding]:
    first = _first_sections(reading)
    for section in reading.template.sections:
        here = first.get(section.id)
        if here is None:
            if section.required:
                yield _missing(reading, section)
        elif not any(_says_something(part) for part in _family(reading, here)):
            yield found(
                "structure.empty-section",
                reading.path,
                here.line,
                f"Section {section.id} {section.title} is empty.",
                f"Write it ({section.guidance.rstrip('.')})." if section.guidance else "Write it.",
                section=section.id,
                severity="error" if section.required else "",
            )
        elif _NO_REASON.fullmatch(_bare(here.whole, here.title)):
            yield found(
                "structure.no-reason",
                reading.path,
                here.line,
                f"Section {section.id} {section.title} says that it does not apply, but not why.",
                "Add the reason in a sentence.",
                section=section.id,
            )


def _missing(reading: Reading, section: TemplateSection) -> Finding:
    level = "#" * (section.level + 1)
    dot = "." if section.level == 1 else ""
    return found(
        "structure.missing-section",
        reading.path,
        1,
        f"The required section {section.id} {section.title} is missing.",
        f"Add the heading `{level} {section.id}{dot} {section.title}` with its text.",
        section=section.id,
    )


def _first_sections(reading: Reading) -> dict[str, FddSection]:
    first: dict[str, FddSection] = {}
    for section in reading.sections:
        if section.id:
            first.setdefault(section.id, section)
    return first


def _family(reading: Reading, section: FddSection) -> list[FddSection]:
    """A section and all that the document or the template puts below it."""
    children = {child.id for child in reading.template.children(section.id)}
    return [
        other
        for other in reading.sections
        if other is section or other.id in children or section.line < other.line <= section.end_line
    ]


def _says_something(section: FddSection) -> bool:
    text = _bare(section.text, section.title)
    return bool(re.search(r"\w", text)) and not _NOTHING.fullmatch(text)


def _bare(text: str, title: str) -> str:
    """A section's own words: without headings, comments, bullets and emphasis."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    kept = [line for line in text.split("\n") if not _HEADING.match(line)]
    bare = " ".join(" ".join(kept).split()).strip("-*_`>| ")
    return bare.removeprefix(title).strip("-*_`>| ")


def _order(reading: Reading) -> Iterator[Finding]:
    places = {section.id: index for index, section in enumerate(reading.template.sections)}
    latest: FddSection | None = None
    for section in reading.sections:
        if not section.id:
            yield from _twice(reading, section)
        elif latest is not None and places[section.id] < places[latest.id]:
            yield found(
                "structure.order",
                reading.path,
                section.line,
                f"{section.title} stands after {latest.title}; the template has it before.",
                "Move it, so that readers find it where every design document has it.",
                section=section.id,
            )
        else:
            latest = section


def _twice(reading: Reading, section: FddSection) -> Iterator[Finding]:
    """A heading beside one of the same words that is a section of the template already."""
    words = section.title.casefold().split()
    for other in reading.sections:
        if other.id and other.parent == section.parent and other.title.casefold().split() == words:
            yield found(
                "structure.duplicate-section",
                reading.path,
                section.line,
                f"{section.title} is there twice; the first is on line {other.line}.",
                "Join the two, or give this one a heading of its own.",
                section=other.id,
            )


def _placeholders(reading: Reading) -> Iterator[Finding]:
    for number, line in enumerate(reading.lines, start=1):
        for word in dict.fromkeys(PLACEHOLDER.findall(line)):
            yield found(
                "structure.placeholder",
                reading.path,
                number,
                f"{word} is left in the text.",
                "Settle it, or put it under Open Questions in other words; the validators refuse the word anywhere.",
                section=reading.section_id(number),
            )


def _diagrams(reading: Reading) -> Iterator[Finding]:
    prose = {section.id for section in reading.template.sections if _NO_DIAGRAM.search(section.guidance)}
    for number in _drawings(reading):
        if (section := reading.section_id(number)) in prose:
            yield found(
                "structure.diagram",
                reading.path,
                number,
                f"A diagram stands in section {section}, which asks for prose.",
                "Say it in sentences here, and move the diagram to a section that allows one.",
                section=section,
            )


def _drawings(reading: Reading) -> Iterator[int]:
    """The first lines of diagrams: in a language for them, as an image, or of lines and arrows in plain text."""
    for first, last in find_fences(reading.text):
        lines = reading.lines[first - 1 : last]
        plain = _PLAIN_FENCE.match(lines[0]) and sum(bool(_LINES.search(line)) for line in lines) >= _DRAWN_LINES
        if plain or _DRAWN.match(lines[0]):
            yield first
    for number, line in enumerate(reading.lines, start=1):
        if number not in reading.fenced and _IMAGE.match(line):
            yield number
