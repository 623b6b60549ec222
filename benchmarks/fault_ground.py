"""What planters of faults share: the ground they know, and how a line is put in, changed or found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack

_TOP = re.compile(r"^## ")


@dataclass(frozen=True)
class Ground:
    """What a planter may know besides the text: the pack, the checkout it is about, and the document's template."""

    pack: SpecPack
    code: CodeMap
    template: Template


Lines = list[str]
Planter = Callable[[Lines, random.Random, Ground], "Lines | None"]


@dataclass(frozen=True)
class Kind:
    """A kind of fault, and the beginnings of the rules that count as finding it."""

    name: str
    plant: Planter
    rules: tuple[str, ...]


def sections(lines: Lines) -> list[tuple[int, int]]:
    """First and last line (exclusive) of every `##` section."""
    starts = [at for at, line in enumerate(lines) if _TOP.match(line)]
    return list(pairwise([*starts, len(lines)]))


def named(lines: Lines, *words: str) -> tuple[int, int] | None:
    """The section whose heading holds one of the words."""
    for start, end in sections(lines):
        if any(word in lines[start].lower() for word in words):
            return start, end
    return None


def without_id(lines: Lines, name: str) -> Lines:
    pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?!\w|-\d)")
    return [pattern.sub("the feature", line) for line in lines]


def insert(lines: Lines, rng: random.Random, sentence: str, *sections: str) -> Lines | None:
    """A paragraph of its own behind one that is there, in any section or one of those named."""
    place = named(lines, *sections) if sections else None
    if sections and place is None:
        return None
    start, end = place or (0, len(lines))
    fences = _fenced(lines)
    gaps = [at for at in range(start + 2, end) if not lines[at].strip() and at not in fences and lines[at - 1].strip()]
    gaps = [at for at in gaps if not lines[at - 1].startswith(("#", "|", "```"))]
    if not gaps:
        return None
    at = rng.choice(gaps)
    return [*lines[:at], "", sentence, *lines[at:]]


def _fenced(lines: Lines) -> set[int]:
    inside, found = False, set()
    for at, line in enumerate(lines):
        if line.startswith("```"):
            inside = not inside
        if inside:
            found.add(at)
    return found


def replace(
    lines: Lines, rng: random.Random, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Lines | None:
    """One match somewhere changed; all other mentions stay."""
    places = [(at, match) for at, line in enumerate(lines) for match in pattern.finditer(line)]
    places = [(at, match) for at, match in places if new(match) != match.group() and not lines[at].startswith("#")]
    if not places:
        return None
    at, match = rng.choice(places)
    line = lines[at]
    return [*lines[:at], line[: match.start()] + new(match) + line[match.end() :], *lines[at + 1 :]]
