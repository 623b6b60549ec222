"""From text to the words that research compares: split identifiers, small words dropped, endings cut.

Questions, catalogue entries and passages all go through `split_words`, so that two texts that speak
of the same thing share words whatever their form (`UniqueJobs`, `unique jobs`, `unique_job`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WHOLE = 5
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")

SMALL_WORDS = frozenset(
    re.findall(
        r"[a-z]+",
        """
    a about above across after again all also an and any are as at be because been before being below between both
    but by can cannot could did do does doing done down during each either else etc even every few for from further
    given had has have having how however if in into is it its itself just less like made make many may might more
    most must need no nor not of off on once one only onto or other our out over own per same shall should since so
    some such take than that the their them then there these they thing this those through to too under until up upon
    us use used uses using very via was way we well were what when where whether which while who whose why will with
    within without would yet you your
    """,
    )
)
"""Words that say nothing about the subject."""


def split_words(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order and with repeats; CamelCase and snake_case are split."""
    return tuple(cut_ending(piece) for piece in split_pieces(text))


def split_pieces(text: str) -> tuple[str, ...]:
    """The same words in lower case with their endings."""
    pieces = (part.lower() for word in _WORD.findall(text) for part in _CAMEL.split(word))
    return tuple(piece for piece in pieces if len(piece) > 1 and piece not in SMALL_WORDS)


def word_set(*texts: str) -> frozenset[str]:
    """The distinct stems of some texts."""
    return frozenset(stem for text in texts for stem in split_words(text))


@lru_cache(maxsize=50_000)
def cut_ending(word: str) -> str:
    """A word without its commonest English endings (`retries`, `retry` and `retrying` are one).

    It only has to be the same on both sides of a comparison; a stem need not be a word.
    """
    for ending, least, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aelosz":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


_ENDINGS = (
    ("ations", 3, "at"),
    ("ation", 3, "at"),
    ("sses", 2, "ss"),
    ("ness", 4, ""),
    ("ies", 2, "y"),
    ("ied", 2, "y"),
    ("ing", 3, ""),
    ("ment", 4, ""),
    ("ed", 3, ""),
    ("es", 4, "e"),
    ("ss", 1, "ss"),
    ("us", 2, "us"),
    ("is", 2, "is"),
    ("s", 3, ""),
)


def split_terms(text: str) -> dict[str, frozenset[str]]:
    """The terms of a search text as written, each with its stems; a term is there when all of them are.

    `LiveViewTest` asks for a live view test, not for anything that is live, a view or a test.
    """
    by_stems: dict[frozenset[str], str] = {}
    for term in text.split():
        by_stems.setdefault(frozenset(split_words(term)), term)
    return {term: stems for stems, term in by_stems.items() if stems}


def found_terms(terms: Mapping[str, frozenset[str]], words: frozenset[str]) -> tuple[str, ...]:
    """The terms whose stems are all there, in their order."""
    return tuple(term for term, stems in terms.items() if stems <= words)


def weigh_terms(spread: Mapping[str, int], count: int) -> dict[str, float]:
    """What each term tells, the rarer the more; one that nothing holds tells half as much as the rarest.

    Args:
        spread: Term to how many of the texts hold it.
        count: How many texts there are.
    """
    most = math.log(1 + count)
    return {term: math.log(1 + count / held) if held else most / 2 for term, held in spread.items()}


def share_of(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The share, 0 to 1, of what was asked that was found; the five terms that tell most make a whole."""
    whole = sum(sorted(weights.values(), reverse=True)[:_WHOLE])
    return min(1.0, sum(weights[term] for term in found) / whole) if whole else 0.0
