"""Whether cited words still stand in what a source says now."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec.structs import replace
from rapidfuzz import fuzz

from torusnb.models.base import Value
from torusnb.models.recheck import QuoteNow
from torusnb.models.sources import Citation
from torusnb.research.citations import check_quote
from torusnb.research.fragments import find_surrounded, surround
from torusnb.research.likeness import liken
from torusnb.research.pages import Page
from torusnb.research.words import word_set

LIKE = 60.0
"""Least similarity in percent of sentences that count as the same statement in other words.

Of the steps of five from 50 to 95 the one that errs least over the invented corpus of `benchmarks/rewordings.py`: of
the sentences that were reworded it misses 20 % (none with a changed word, number or clause, a fifth of those told the
other way round, all that share hardly a word), and of 24 sister sentences it takes one for a rewording. A likeness of
letters alone (`partial_ratio_alignment`, at its best 75 %) misses 50 % there and takes every tenth sister.
"""

_LONGEST_PAGE = 2_000_000
_LONGEST_QUOTE = 4_000
_MOST_SENTENCES = 40
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


def find_reworded(quote: str, text: str, *, least: float = LIKE) -> tuple[int, int, float]:
    """Where a text says the most similar thing, by whole sentences, and how similar in percent; zeros for nowhere.

    The similarity is the mean of two: that of the letters in their order (rapidfuzz `ratio`), and the share of the
    words that both have (Dice's coefficient over stems), so that neither another order nor other endings hide it. As
    many neighbouring sentences are compared as the quote has, and one more or less. Of equal places the first is given.
    A quote of more than forty sentences is not looked for.

    Args:
        quote: The words as they were cited.
        text: The page's text now.
        least: Similarity in percent below which nothing is given.
    """
    wanted = liken(quote).text.strip()
    if not 0 < len(wanted) <= _LONGEST_QUOTE or len(text) > _LONGEST_PAGE:
        return 0, 0, 0.0
    asked, count = word_set(quote), sum(1 for _ in _sentences(quote.strip()))
    if count > _MOST_SENTENCES:  # so many at every place of a long page would take hours
        return 0, 0, 0.0
    spans = list(_sentences(text))
    stems = [word_set(text[start:end]) for start, end in spans]
    best = (0, 0, 0.0)
    for first in range(len(spans)):
        for last in range(first + max(0, count - 2), min(first + count + 1, len(spans))):
            shared = 100 * _dice(asked, frozenset().union(*stems[first : last + 1]))
            start, end = spans[first][0], spans[last][1]
            # The likeness of letters is at most 100, so that most places need not be looked at closer.
            if (shared + 100) / 2 < max(least, best[2]) or end - start > 3 * len(wanted) + 200:
                continue
            score = round((shared + fuzz.ratio(wanted, liken(text[start:end]).text)) / 2, 1)
            if score >= least and score > best[2]:
                best = (start, end, score)
    return best


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


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a text's sentences, without the white space around them."""
    start = 0
    for stop in (*_STOP.finditer(text), None):
        end = stop.start() if stop is not None else len(text)
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = stop.end() if stop is not None else end


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    """How many of their words both have, 0 to 1; 0 where there is no word on either side."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
