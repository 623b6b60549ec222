"""Where the code in a Markdown text is: fenced blocks and inline code spans.

Rules from CommonMark 0.31 (4.5 fenced code blocks, 6.1 code spans); unlike there a fence may be
indented by any depth, as in nested lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$")
_TICKS = re.compile(r"`+")


def find_fences(text: str) -> tuple[tuple[int, int], ...]:
    """First and last line of each fenced block, 1-based, both fences counted in.

    A fence that is never closed reaches to the end of the text.
    """
    found: list[tuple[int, int]] = []
    opened = ""
    start = 0
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        match = _FENCE.match(line.rstrip("\r"))
        if match is None:
            continue
        fence, info = match["fence"], match["info"].strip()
        if not opened:
            if fence[0] == "~" or "`" not in info:
                opened, start = fence, number
        elif fence[0] == opened[0] and len(fence) >= len(opened) and not info:
            found.append((start, number))
            opened = ""
    if opened:
        found.append((start, len(lines)))
    return tuple(found)


def find_code(text: str) -> tuple[tuple[int, int], ...]:
    """Character offsets (start, end) of all code: fenced blocks and code spans, in order."""
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    found: list[tuple[int, int]] = []
    offset = 0
    block_start = block_end = 0
    for number, line in enumerate(text.split("\n"), start=1):
        end = offset + len(line)
        if number in fenced or not line.strip():
            found.extend(_spans(text, block_start, block_end))
            block_start = end + 1
            if number in fenced:
                found.append((offset, end))
        block_end = end
        offset = end + 1
    found.extend(_spans(text, block_start, block_end))
    return tuple(found)


def edit_prose(text: str, edit: Callable[[str], str]) -> str:
    """The text with `edit` applied to every stretch outside code; the code stays as it is."""
    parts: list[str] = []
    position = 0
    for start, end in find_code(text):
        parts += [edit(text[position:start]), text[start:end]]
        position = end
    return "".join([*parts, edit(text[position:])])


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Code spans within one block of lines; a run of backticks without a partner is text.

    A backslash takes the first backtick behind it out of a run that opens a span; inside a span it is text, and the
    backtick behind it closes.
    """
    runs = list(_TICKS.finditer(text, start, end)) if start < end else []
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        escaped = _is_escaped(text, start, runs[index].start())
        size = len(runs[index].group()) - escaped
        later = range(index + 1, len(runs)) if size else ()
        partner = next((j for j in later if len(runs[j].group()) == size), None)
        if partner is None:
            index += 1
            continue
        spans.append((runs[index].start() + escaped, runs[partner].end()))
        index = partner + 1
    return spans


def _is_escaped(text: str, start: int, tick: int) -> bool:
    """Whether an odd number of backslashes stands before it."""
    before = tick
    while before > start and text[before - 1] == "\\":
        before -= 1
    return (tick - before) % 2 == 1
