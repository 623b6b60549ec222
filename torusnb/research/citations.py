"""Whether a quote stands in the bytes it is said to come from: the verdicts, computed.

A quote is looked for exactly first, then approximately. "Exactly" leaves aside what copying changes and
meaning does not: white space, typographic quotes and dashes, soft hyphens, HTML entities, code ticks.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Mapping

from rapidfuzz import fuzz

from torusnb.models.base import Value
from torusnb.models.sources import Source

NEAR = 90.0
"""Least similarity in percent (rapidfuzz `partial_ratio_alignment`) of a near match."""

THIN = 16
"""A quote or captured text with fewer characters than this proves nothing."""

_VERBATIM = "Found verbatim in the captured text."
_PIECE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|\s+|.", re.DOTALL)
_REPLACED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys('\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"', '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff`", ""),
    "\u2026": "...",
}


class QuoteCheck(Value, frozen=True):
    """What a look into the captured bytes gave.

    Attributes:
        verdict: `verified`, `near-match`, `misattributed` or `unchecked`.
        start, end: Character offsets of the match in the source's own text; both 0 without one.
        score: Similarity in percent, 100 for an exact match.
        reason: The verdict in words.
    """

    verdict: str
    start: int = 0
    end: int = 0
    score: float = 0.0
    reason: str = ""


def check_quote(quote: str, text: str, others: Mapping[str, str] | None = None, *, near: int = 0) -> QuoteCheck:
    """Whether a quote stands in a source's captured text, and where.

    `misattributed` means that the source does not hold the words: the reason names the captured source
    that does, where one does. `unchecked` means that there was too little text to tell.

    Args:
        quote: The words as cited.
        text: The decoded text of the snapshot.
        others: Source key to decoded text of the other captured sources.
        near: Offset where the words are expected; of several places the first from there on is given.
    """
    wanted, _ = _plain(quote)
    wanted = wanted.strip()
    if len(wanted) < THIN:
        return QuoteCheck("unchecked", reason="The quote is too short to be told from chance.")
    at = _find_from(quote, text, near)
    if at >= 0 and quote == quote.strip():
        return QuoteCheck("verified", at, at + len(quote), 100.0, reason=_VERBATIM)
    held, offsets = _plain(text)
    if len(held.strip()) < THIN:
        return QuoteCheck("unchecked", reason="The captured text is too thin to hold the quote.")
    at = _find_from(wanted, held, bisect_left(offsets, (near, 0)))
    if at >= 0:
        start, end = offsets[at][0], offsets[at + len(wanted) - 1][1]
        return QuoteCheck("verified", start, end, 100.0, reason=_VERBATIM)
    for key in sorted(others or {}):
        if others and _find_whole(wanted, _plain(others[key])[0]) >= 0:
            return QuoteCheck("misattributed", reason=f"These words stand in {key}, not in this source.")
    return _look_nearby(wanted, held, offsets)


def decide_verdict(source: Source, check: QuoteCheck | None, locked: str | None) -> tuple[str, str]:
    """The verdict on one citation, and why.

    What takes most away from a citation wins: never fetched, not there, not checkable, another version, not verbatim.

    Args:
        source: The source as captured.
        check: What `check_quote` gave; None when there is nothing captured to look into.
        locked: The version mix.lock pins for the source's package; None when it pins none.
    """
    if not source.sha256 or check is None:
        return "not-fetched", "Never fetched; what it says is not checked."
    if check.verdict in {"misattributed", "unchecked"}:
        return check.verdict, check.reason
    if source.package and locked is None:
        return "unchecked", f"mix.lock pins no released version of {source.package} to compare with."
    if source.package and source.version != locked:
        held = source.version or "an unknown version"
        return "version-mismatch", f"The captured text is of {source.package} {held}; mix.lock pins {locked}."
    return check.verdict, check.reason


def _find_from(wanted: str, held: str, start: int) -> int:
    at = _find_whole(wanted, held, start)
    return at if at >= 0 or start <= 0 else _find_whole(wanted, held)


def _find_whole(wanted: str, held: str, start: int = 0) -> int:
    """Where the words stand as whole words, at `start` or after it, or -1."""
    at = held.find(wanted, start)
    while at >= 0:
        end = at + len(wanted)
        cut_before = at > 0 and held[at - 1].isalnum() and wanted[0].isalnum()
        cut_after = end < len(held) and held[end].isalnum() and wanted[-1].isalnum()
        if not cut_before and not cut_after:
            return at
        at = held.find(wanted, at + 1)
    return -1


def _look_nearby(wanted: str, held: str, offsets: list[tuple[int, int]]) -> QuoteCheck:
    found = fuzz.partial_ratio_alignment(wanted, held, score_cutoff=NEAR) if len(wanted) <= len(held) else None
    if found is None or found.dest_end <= found.dest_start:
        return QuoteCheck("misattributed", reason="Neither this source nor another captured one holds these words.")
    start, end = offsets[found.dest_start][0], offsets[found.dest_end - 1][1]
    score = round(found.score, 1)
    return QuoteCheck(
        "near-match", start, end, score, reason=f"The captured text differs in wording ({score} % alike)."
    )


def _plain(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as compared, and for each of its characters the span of the original it stands for."""
    made: list[str] = []
    spans: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text):
        raw = piece.group()
        shown = html.unescape(raw) if raw[0] == "&" and len(raw) > 1 else raw
        for char in shown:
            for plain in " " if char.isspace() else _REPLACED.get(char, char):
                if plain == " " and made and made[-1] == " ":
                    spans[-1] = (spans[-1][0], piece.end())
                    continue
                made.append(plain)
                spans.append((piece.start(), piece.end()))
    return "".join(made), spans
