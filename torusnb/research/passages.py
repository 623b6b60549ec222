"""From a captured page to passages: its sections, cut where they are long, each with its offsets and anchor."""

from __future__ import annotations

from collections.abc import Iterator

from torusnb.models.sources import Passage
from torusnb.research.pages.page import Block, Page

LONGEST = 2_400
"""Characters; a longer section is cut between paragraphs."""

_SPOKEN = frozenset({"prose", "code", "row"})


def split_passages(page: Page, *, source: str, title: str = "", address: str = "") -> tuple[Passage, ...]:
    """The page's parts in order; `page.text[p.start:p.end] == p.text` holds for each.

    Text without a heading above it stands under the title. Parts that only repeat others (`aside`) are left out.

    Args:
        page: The extracted page.
        source: The source's key.
        title: What to call text without a heading; by default the page's title.
        address: For search data, which hold many pages, the one whose sections are wanted.
    """
    made: list[Passage] = []
    number = 0
    for section in page.sections:
        if address and section.address != address:
            continue
        for start, end in _cut_long(page.text, section.start, section.end):
            while number < len(page.blocks) and page.blocks[number].end <= start:
                number += 1
            if not page.text[start:end].strip() or (page.blocks and not _speaks(page.blocks, number, end)):
                continue
            heading = section.heading or title or page.title
            made.append(Passage(source, heading, page.text[start:end], start, end, section.anchor))
    return tuple(made)


def _speaks(blocks: tuple[Block, ...], number: int, end: int) -> bool:
    while number < len(blocks) and blocks[number].start < end:
        if blocks[number].kind in _SPOKEN:
            return True
        number += 1
    return False


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cut = text.rfind("\n\n", start + LONGEST // 3, start + LONGEST)
        if cut < 0:
            cut = text.rfind("\n", start + LONGEST // 3, start + LONGEST)
        cut = start + LONGEST if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end
