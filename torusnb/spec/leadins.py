"""Sentences that only lead in to a list or a table right below them: what they say rests on what its items rest on."""

from __future__ import annotations

import re
from collections.abc import Callable

from torusnb.spec.codeparts import find_fences
from torusnb.spec.outside_facts import find_outside_facts

LEAD_IN_WORDS = 14
"""Most words of a sentence that leads in without a colon; a longer one says something of its own."""

_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d{1,3}[.)])\s+")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|half|"
    r"twice|every second|percent)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"`|\w_\w|\w[.:]\w|[a-z][A-Z]|@\w")
_LABEL = re.compile(r"(?:\*\*|__)[^*_\n]+(?:\*\*|__)[:.]?\s*")
_WITHIN = re.compile(r"[.!?]['\"”’)*_]*\s+\S")
_LEAST_ITEM_WORDS = 3


def find_lead_ins(text: str, rests: Callable[[str], bool]) -> frozenset[int]:
    """The first lines (1-based) of paragraphs that need not say themselves what they rest on.

    One that ends with a colon is such a paragraph where anything stands below it. Another is when it is a single
    sentence of `LEAD_IN_WORDS` words at most without a number, a name of code or a fact of the outside world, stands
    directly above a list or a table, and every item or row of that rests on something: then it says in short what they
    say. Above a code block only a colon leads in, since code rests on nothing by itself.

    Args:
        text: Markdown.
        rests: Whether an item or a row, given whole, says what it rests on.
    """
    lines = text.split("\n")
    fenced = {number for first, last in find_fences(text) for number in range(first, last + 1)}
    found = set()
    number = 1
    while number <= len(lines):
        end = _end_of_paragraph(lines, number, fenced)
        if end == number:
            number += 1
            continue
        below = next((n for n in range(end, len(lines) + 1) if lines[n - 1].strip()), 0)
        said = " ".join(line.strip() for line in lines[number - 1 : end - 1])
        short = below and _says_little(said) and _stands_above(lines, number, below)
        if below and (_ends_with_colon(said) or (short and _all_rest(lines, below, fenced, rests))):
            found.add(number)
        number = end
    return frozenset(found)


def _end_of_paragraph(lines: list[str], first: int, fenced: set[int]) -> int:
    """The number of the line behind the paragraph that begins at a line; the line itself where none does."""
    number = first
    while number <= len(lines) and number not in fenced and _is_prose(lines[number - 1]):
        number += 1
    return number


def _is_prose(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith(("|", "<!--")) and not _ITEM.match(line) and not _HEADING.match(line)


def _ends_with_colon(said: str) -> bool:
    return said.rstrip("*_ ").endswith(":")


def _says_little(said: str) -> bool:
    label = _LABEL.match(said)
    said = said[label.end() :] if label else said
    if len(_WORD.findall(said)) > LEAD_IN_WORDS or _WITHIN.search(said):
        return False
    return not (_NUMBER.search(said) or _NAME.search(said) or any(find_outside_facts(said)))


def _stands_above(lines: list[str], first: int, below: int) -> bool:
    """Whether the paragraph that begins at a line is no part of an item: what hangs on one leads in to no other."""
    hangs = first > 1 and _ITEM.match(lines[first - 2]) is not None
    return not hangs and _depth(lines[below - 1]) >= _depth(lines[first - 1])


def _all_rest(lines: list[str], first: int, fenced: set[int], rests: Callable[[str], bool]) -> bool:
    """Whether a list or a table begins at a line, and all that it says rests on something."""
    if first in fenced:
        return False
    rows = lines[first - 1].lstrip().startswith("|")
    items = _read_rows(lines, first) if rows else _read_items(lines, first, fenced)
    telling = [item for item in items if len(_WORD.findall(item)) >= _LEAST_ITEM_WORDS]
    return bool(telling) and all(rests(item) for item in telling)


def _read_rows(lines: list[str], first: int) -> list[str]:
    """The rows of the table that begins at a line, without its head."""
    last = first
    while last <= len(lines) and lines[last - 1].lstrip().startswith("|"):
        last += 1
    rows = lines[first - 1 : last - 1]
    rule = next((n for n, row in enumerate(rows[:2]) if _RULE.fullmatch(row.strip())), None)
    return rows if rule is None else rows[rule + 1 :]


def _read_items(lines: list[str], first: int, fenced: set[int]) -> list[str]:
    """The items of the list that begins at a line, each with what hangs on it; none where no list begins."""
    opened = _ITEM.match(lines[first - 1])
    if opened is None:
        return []
    depth, items = len(opened["indent"]), list[list[str]]()
    for number in range(first, len(lines) + 1):
        line = lines[number - 1]
        item = _ITEM.match(line)
        if item is not None and number not in fenced and len(item["indent"]) <= depth:
            items.append([line])
        elif not line.strip() or _depth(line) > depth or number in fenced or _runs_on(lines, number):
            items[-1].append(line)
        else:
            break
    return ["\n".join(item) for item in items]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _runs_on(lines: list[str], number: int) -> bool:
    """Whether a line goes on with the item of the line above, although it is not indented."""
    return bool(lines[number - 2].strip()) and _is_prose(lines[number - 1])
