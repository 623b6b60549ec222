"""The existing names most like one that does not exist: a slip of the pen, the same name elsewhere, or one alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_SLIP = 93.0
_LAST_SLIP = 75.0
_ALIKE = 68.0
_LAST_ALIKE = 75.0
_SHORT_ALIKE = 85.0
_SHORT = 8
_TINY = 3
_ELSEWHERE = 45.0
_MOST_MOVED = 3
_LOOKED_AT = 12
_SEPARATOR = re.compile(r"[./]")
_CAMEL = re.compile(r"[A-Z]+\d*(?![a-z])|[A-Z][a-z]+\d*")


def find_slip(name: str, known: Sequence[str]) -> str:
    """The known name that differs in a few characters only, also in its last part, or empty.

    One edit for a short last part, two for a longer one; in a long name a few more, as in another ending. A module with
    a whole word before the other's (`XMLBoard`, `Board`) is named so on purpose.
    """
    last = _last(name)
    edits = 1 if len(last) < _SHORT else 2
    close = process.extractOne(name, known, scorer=OSA.distance, score_cutoff=edits) if len(last) > _TINY else None
    if close is not None and not _has_word_before(last, _last(str(close[0]))):
        return str(close[0])
    ranked = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=_SLIP, limit=_LOOKED_AT)
    alike = (str(best) for best, _, _ in ranked if fuzz.ratio(last, _last(str(best))) >= _LAST_SLIP)
    return next((best for best in alike if not _has_word_before(last, _last(best))), "")


def find_moved(name: str, same_last: Sequence[str]) -> tuple[str, ...]:
    """Of the known names with the same last part, those that the name may have become, the most alike first.

    A last part that many share says little: then two parts have to be the same.
    """
    if len(same_last) > _MOST_MOVED:
        parts = _SEPARATOR.split(_stem(name))[-2:]
        same_last = [other for other in same_last if _SEPARATOR.split(_stem(other))[-2:] == parts]
    ranked = process.extract(name, same_last, scorer=fuzz.ratio, score_cutoff=_ELSEWHERE, limit=_MOST_MOVED)
    return tuple(str(choice) for choice, _, _ in ranked)


def rank_nearest(name: str, known: Sequence[str], most: int = 2) -> tuple[str, ...]:
    """Known names that are alike as a whole and in their last part, best first; a slip stands alone."""
    slip = find_slip(name, known)
    if slip:
        return (slip,)
    last = _last(name)
    ranked = process.extract(name, known, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_LOOKED_AT)
    alike = [(fuzz.ratio(last, _last(str(choice))) + score, str(choice)) for choice, score, _ in ranked]
    least = _SHORT_ALIKE if len(last) < _SHORT else _LAST_ALIKE
    good = sorted((-total, choice) for total, choice in alike if fuzz.ratio(last, _last(choice)) >= least)
    return tuple(choice for _, choice in good[:most])


def _has_word_before(one: str, other: str) -> bool:
    short, long = sorted((_CAMEL.findall(one), _CAMEL.findall(other)), key=len)
    return len(short) < len(long) and bool(short) and long[-len(short) :] == short


def _stem(name: str) -> str:
    """A path without its extension; a module's name as it is."""
    return name.rpartition(".")[0] if "/" in name else name


def _last(name: str) -> str:
    return _SEPARATOR.split(_stem(name))[-1].removesuffix("_test")
