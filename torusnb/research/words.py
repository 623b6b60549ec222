"""From text to the words that research compares: split identifiers, small words dropped, endings cut.

Questions, catalogue entries and passages all go through `split_words`, so that two texts that speak
of the same thing share words whatever their form (`UniqueJobs`, `unique jobs`, `unique_job`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
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
    return tuple(
        stem
        for word in _WORD.findall(text)
        for part in _CAMEL.split(word)
        if len(part) > 1 and part.lower() not in SMALL_WORDS
        for stem in (cut_ending(part.lower()),)
    )


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


def shared_words(wanted: Iterable[str], offered: frozenset[str]) -> tuple[str, ...]:
    """The wanted stems that are offered, in the wanted order, each once."""
    return tuple(dict.fromkeys(word for word in wanted if word in offered))
