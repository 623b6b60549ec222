"""Faults in the form of a document."""

from __future__ import annotations

import random
import re

from benchmarks.fault_ground import Ground, Lines, insert, named, sections
from torusnb.spec.fdd import parse_fdd

_REPEATING = ("summary", "requirements", "context", "references", "questions")


def swap_sections(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    parts = sections(lines)
    if len(parts) < 4:
        return None
    at = rng.randrange(len(parts) - 1)
    (start, middle), (_, end) = parts[at], parts[at + 1]
    gap = [""] if lines[end - 1].strip() else []
    return [*lines[:start], *lines[middle:end], *gap, *lines[start:middle], *lines[end:]]


def empty_section(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, end = rng.choice(sections(lines))
    return [*lines[: start + 1], "", *lines[end:]]


def drop_section(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """A section that the template requires, with all below it."""
    required = {section.id for section in ground.template.sections if section.required}
    document = parse_fdd("\n".join(lines), ground.template)
    found = [section for section in document.sections if section.id in required]
    if not found:
        return None
    section = rng.choice(found)
    return [*lines[: section.line - 1], *lines[section.end_line :]]


def no_reason(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, end = rng.choice(sections(lines))
    return [*lines[: start + 1], "", rng.choice(("N/A", "Not applicable.", "n/a.")), "", *lines[end:]]


def short_summary(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    place = named(lines, "executive summary")
    if place is None:
        return None
    sentences = re.split(r"(?<=[.)])\s+(?=[A-Z])", " ".join(lines[place[0] + 1 : place[1]]).strip())
    return [*lines[: place[0] + 1], "", " ".join(sentences[: rng.randrange(1, 4)]), "", *lines[place[1] :]]


def placeholder(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return insert(lines, rng, f"Retention: {rng.choice(('TODO', 'TBD', 'FIXME'))}.")


def diagram(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    heading = next((at for at, line in enumerate(lines) if "Component Roles" in line and line.startswith("#")), None)
    if heading is None:
        return None
    kind = rng.choice(("mermaid", "plantuml"))
    return [*lines[: heading + 1], "", f"```{kind}", "A --> B", "```", *lines[heading + 1 :]]


def heading_level(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, _ = rng.choice(sections(lines))
    return [*lines[: start + 1], "", "##### Details apart", "", "They are few.", *lines[start + 1 :]]


def same_text_twice(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """A paragraph of one design section, repeated in another; a summary or a list of requirements may repeat."""
    del ground
    own = [part for part in sections(lines) if not any(word in lines[part[0]].lower() for word in _REPEATING)]
    long = [at for start, end in own for at in range(start + 1, end) if len(lines[at].split()) > 30]
    long = [at for at in long if not lines[at].lstrip().startswith(("#", "|", "```"))]
    if not long or len(own) < 2:
        return None
    at = rng.choice(long)
    _, end = rng.choice([part for part in own if not part[0] <= at < part[1]])
    return [*lines[:end], *([""] if lines[end - 1].strip() else []), lines[at], "", *lines[end:]]
