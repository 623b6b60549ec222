"""Whether a quote stands in the bytes it is said to come from: the verdicts, computed.

A quote is looked for exactly first, then approximately. "Exactly" leaves aside what copying changes and meaning does
not (`torusnb.research.likeness`), and takes whole words and numbers: "at most 5" does not stand in "at most 5.5".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from torusnb.models.base import Value
from torusnb.models.sources import Source
from torusnb.research.likeness import Likeness, liken

NEAR = 90.0
"""Least similarity in percent (rapidfuzz `partial_ratio_alignment`) of a near match."""

THIN = 16
"""A quote or captured text with fewer characters than this proves nothing."""

_MOST_ALIGNED = 2_000_000
"""Characters; a longer text is searched for the words as they are, and not for words like them."""

_LONGEST_QUOTE = 4_000

_VERBATIM = "Found verbatim in the captured text."
_NEGATED = re.compile(r"\b(?:not|never|cannot|no|\w+n't)(?: \w+)? \Z", re.IGNORECASE)
_ABOVE = re.compile(r"\n\s*\n|^ {0,3}#{1,6}[ \t][^\n]*\n", re.MULTILINE)
_LOOKED_BACK = 400
"""Characters before a quote in which the end of the paragraph or heading above it is looked for."""

_NUMBER_GOES_ON = re.compile(r"[.,:/^-]?\d|[.,]\d| ?%|[eE][+-]?\d")
_NUMBER_BEGAN = re.compile(r"(?:\d[.,:/]?|(?:^|[\s(\[<>=~])[-+\u00b1])\Z")


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


def check_quote(
    quote: str, text: str, others: Mapping[str, str] | None = None, *, near: int = 0, thin: bool = False
) -> QuoteCheck:
    """Whether a quote stands in a source's captured text, and where.

    `misattributed` means that the source does not hold the words: the reason names the captured source
    that does, where one does. `unchecked` means that there was too little text to tell.

    Args:
        quote: The words as cited.
        text: The text that extraction made of the snapshot.
        others: Source key to such a text of the other captured sources.
        near: Offset where the words are expected; of several places the first from there on is given.
        thin: Whether extraction found too little to quote from.
    """
    wanted = liken(quote).text.strip()
    if len(wanted) < THIN or sum(char.isalnum() for char in wanted) < THIN // 2:
        return QuoteCheck("unchecked", reason="The quote is too short to be told from chance.")
    held = liken(text)
    if thin or len(held.text.strip()) < THIN:
        return QuoteCheck("unchecked", reason="The captured text is too thin to hold the quote.")
    at = _find_from(wanted, held.text, held.position(near))
    if at >= 0:
        start, end = held.original(at, at + len(wanted))
        begun = held.position(_paragraph_start(text, start))
        if _NEGATED.search(held.text[max(begun, at - 40) : at]):
            return QuoteCheck("near-match", start, end, 99.0, reason="The words before it, left out, deny the quote.")
        return QuoteCheck("verified", start, end, 100.0, reason=_VERBATIM)
    for key in sorted(others or {}):
        if others and _find_whole(wanted, liken(others[key]).text) >= 0:
            return QuoteCheck("misattributed", reason=f"These words stand in {key}, not in this source.")
    return _look_nearby(wanted, held)


def decide_verdict(
    source: Source, check: QuoteCheck | None, locked: str | None, *, declared: str = ""
) -> tuple[str, str]:
    """The verdict on one citation, and why.

    What takes most away from a citation wins: never fetched, not there, not checkable, another version, not verbatim.

    Args:
        source: The source as captured.
        check: What `check_quote` gave; None when there is nothing captured to look into.
        locked: The version mix.lock pins for the source's package; None when it pins none.
        declared: The version that the captured page itself says it is for, where it does.
    """
    if not source.sha256 or check is None:
        return "not-fetched", "Never fetched; what it says is not checked."
    if check.verdict in {"misattributed", "unchecked"}:
        return check.verdict, check.reason
    if source.package and locked is None:
        return "unchecked", f"mix.lock pins no released version of {source.package} to compare with."
    if source.package and not (source.version == locked and declared in {"", locked}):
        held = (declared if source.version == locked else source.version) or "an unknown version"
        return "version-mismatch", f"The captured text is of {source.package} {held}; mix.lock pins {locked}."
    return check.verdict, check.reason


def _paragraph_start(text: str, offset: int) -> int:
    """Where the paragraph begins that an offset lies in; a heading right above it is none of it."""
    low = max(0, offset - _LOOKED_BACK)
    ends = [found.end() for found in _ABOVE.finditer(text, low, offset)]
    return ends[-1] if ends else low


def _find_from(wanted: str, held: str, start: int) -> int:
    at = _find_whole(wanted, held, start)
    return at if at >= 0 or start <= 0 else _find_whole(wanted, held)


def _find_whole(wanted: str, held: str, start: int = 0) -> int:
    """Where the words stand as whole words and numbers, at `start` or after it, or -1."""
    at = held.find(wanted, start)
    while at >= 0:
        if not _is_cut(wanted, held, at):
            return at
        at = held.find(wanted, at + 1)
    return -1


def _is_cut(wanted: str, held: str, at: int) -> bool:
    """Whether a word, name or number of the text goes on where the quote begins or ends."""
    end = at + len(wanted)
    before, after = held[max(0, at - 2) : at], held[end : end + 4]
    first, last = wanted[0], wanted[-1]
    if before and first.isalnum():
        if before[-1].isalnum() or (before[-1] == "_" and before[:1].isalnum()):
            return True
        if first.isdigit() and _NUMBER_BEGAN.search(before):
            return True
    if after and last.isalnum():
        if after[0].isalnum() or (after[0] == "_" and after[1:2].isalnum()):
            return True
        return last.isdigit() and _NUMBER_GOES_ON.match(after) is not None
    return False


def _look_nearby(wanted: str, held: Likeness) -> QuoteCheck:
    absent = QuoteCheck("misattributed", reason="Neither this source nor another captured one holds these words.")
    if not len(wanted) <= min(len(held.text), _LONGEST_QUOTE) or len(held.text) > _MOST_ALIGNED:
        return absent
    found = fuzz.partial_ratio_alignment(wanted, held.text, score_cutoff=NEAR)
    if found is None or found.dest_end <= found.dest_start:
        return absent
    start, end = held.original(found.dest_start, found.dest_end)
    score = round(found.score, 1)
    return QuoteCheck(
        "near-match", start, end, score, reason=f"The captured text differs in wording ({score} % alike)."
    )
