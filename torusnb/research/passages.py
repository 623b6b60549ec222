"""From a captured document to passages: cut at its Markdown headings, each with its offsets and anchor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.sources import Passage

LONGEST = 2_400
"""Characters; a longer section is cut between paragraphs."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")


def split_passages(text: str, *, source: str, title: str, anchor_prefix: str = "") -> tuple[Passage, ...]:
    """The document's parts in order; `text[p.start:p.end] == p.text` holds for each.

    A heading inside a code fence is none. Text without a heading above it stands under the title.

    Args:
        text: The decoded text of the snapshot.
        source: The source's key.
        title: The document's title.
        anchor_prefix: What the documentation puts before a heading's anchor (ExDoc: `module-` in a module's page).
    """
    made: list[Passage] = []
    for heading, start, end in _sections(text):
        shown = heading or title
        anchor = anchor_prefix + anchor_of(heading) if heading else ""
        for low, high in _cut_long(text, start, end):
            if text[low:high].strip():
                made.append(
                    Passage(source=source, heading=shown, text=text[low:high], start=low, end=high, anchor=anchor)
                )
    return tuple(made)


def anchor_of(heading: str) -> str:
    """The fragment of a heading as ExDoc makes it: lower case, words joined by dashes."""
    plain = re.sub(r"<[^>]*>|[`*]", "", heading).lower()
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-")


def _sections(text: str) -> Iterator[tuple[str, int, int]]:
    """Heading and span of each section; the span leaves out the heading's own line."""
    heading, start, fence = "", 0, ""
    for line in _LINE.finditer(text):
        content = line.group().rstrip("\r\n")
        mark = _FENCE.match(content)
        if mark and not fence:
            fence = mark.group(1)
        elif mark and fence and mark.group(1).startswith(fence) and not content[mark.end() :].strip():
            fence = ""
        found = None if fence or mark or len(content) > 300 else _HEADING.match(content)
        if found:
            yield heading, start, line.start()
            heading, start = found.group(2), line.end()
    yield heading, start, len(text)


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = text.rfind("\n\n", start + LONGEST // 3, start + LONGEST)
        if cut < 0:
            cut = text.rfind("\n", start + LONGEST // 3, start + LONGEST)
        cut = start + LONGEST if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end
