"""Whether cited words still stand in what a source says now."""

from __future__ import annotations

import re
from bisect import bisect_right

from msgspec.structs import replace
from rapidfuzz import fuzz

from torusnb.models.base import Value
from torusnb.models.recheck import QuoteNow
from torusnb.models.sources import Citation
from torusnb.research.citations import check_quote
from torusnb.research.fragments import find_surrounded, surround
from torusnb.research.likeness import liken
from torusnb.research.pages import Page

LIKE = 75.0
"""Least similarity in percent of words that count as the same statement in other words."""

_LONGEST_PAGE = 2_000_000
_LONGEST_QUOTE = 4_000
_MOST_WIDENED = 200
_BLUR = 12
_STOP = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])|\n\s*\n")


class PageNow(Value, frozen=True):
    """What came of reading a source again.

    Attributes:
        url: Where it was read, or would have been.
        page: Its page; None when there is none, or it is the one that was captured.
        outcome: `read`, `same` (byte for byte what was captured), `gone`, or `not-read`.
        note: Why it was not read, or what a reader should know of what was.
        snapshot: Hex SHA-256 of what was read.
    """

    url: str
    outcome: str
    page: Page | None = None
    note: str = ""
    snapshot: str = ""


def recheck_quote(citation: Citation, found: PageNow) -> QuoteNow:
    """One citation's quote, then and now.

    The words stand when they are found as `check_quote` finds them: white space, typographic signs and the like leave
    them the same. They have moved when the heading above them is another one, or nothing around them is as it was.
    """
    known = QuoteNow(
        source=citation.source,
        url=found.url,
        question=citation.question,
        state="unchanged",
        then=citation.quote,
        heading_then=citation.heading,
        note=found.note,
        snapshot=found.snapshot,
    )
    if found.outcome == "same":
        return replace(known, now=citation.quote, score=100.0, heading_now=citation.heading)
    if found.page is None:
        return replace(known, state="page-gone" if found.outcome == "gone" else "not-read")
    if found.page.thin:
        return replace(known, state="not-read", note="There is too little text in the page now to look into.")
    return _compare(known, citation, found.page)


def _compare(known: QuoteNow, citation: Citation, page: Page) -> QuoteNow:
    near = find_surrounded(page.text, citation.quote, citation.prefix, citation.suffix)
    check = check_quote(citation.quote, page.text, near=max(near, 0))
    if check.verdict == "verified":
        heading = heading_at(page, check.start)
        moved = _is_elsewhere(citation, page, check.start, check.end, heading)
        state = "moved" if moved else "unchanged"
        return replace(known, state=state, now=citation.quote, score=100.0, heading_now=heading)
    if check.verdict == "unchecked":
        return replace(known, state="not-read", note=check.reason)
    start, end, score = find_reworded(citation.quote, page.text)
    if not end:
        return replace(known, state="gone")
    now = " ".join(page.text[start:end].split())
    note = check.reason if check.score == 99.0 else known.note  # the words stand, but what is before them denies them
    return replace(known, state="reworded", now=now, score=score, heading_now=heading_at(page, start), note=note)


def find_reworded(quote: str, text: str) -> tuple[int, int, float]:
    """Where a text says the most similar thing, by whole sentences, and how similar in percent; zeros for nowhere."""
    wanted, held = liken(quote).text.strip(), liken(text)
    if not 0 < len(wanted) <= min(len(held.text), _LONGEST_QUOTE) or len(held.text) > _LONGEST_PAGE:
        return 0, 0, 0.0
    found = fuzz.partial_ratio_alignment(wanted, held.text, score_cutoff=LIKE)
    if found is None or found.dest_end <= found.dest_start:
        return 0, 0, 0.0
    start, end = held.original(found.dest_start, found.dest_end)
    return *_widen(text, start, end), round(found.score, 1)


def heading_at(page: Page, offset: int) -> str:
    """The heading that a place of a page stands under."""
    starts = [section.start for section in page.sections]
    number = bisect_right(starts, offset) - 1
    return page.sections[number].heading or page.title if number >= 0 else page.title


def _is_elsewhere(citation: Citation, page: Page, start: int, end: int, heading: str) -> bool:
    if citation.heading and heading and liken(citation.heading).text != liken(heading).text:
        return True
    before, after = surround(page.text, start, end)
    kept = citation.prefix == before or citation.suffix == after
    return bool(citation.prefix or citation.suffix) and not kept and page.extractor == citation.extractor


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The span made to whole sentences; an alignment's ends are off by a few letters, to either side.

    Where no sentence ends near, the span begins or ends with the text around it cut off.
    """
    low, high = max(0, start - _MOST_WIDENED), min(len(text), end + _MOST_WIDENED)
    begins = [low, *(found.end() for found in _STOP.finditer(text, low, high))]
    ends = [*(found.start() for found in _STOP.finditer(text, low, high)), high]
    first = max((place for place in begins if place <= start + _BLUR), default=low)
    last = min((place for place in ends if place >= max(end - _BLUR, first + 1)), default=high)
    return first, last
