"""Words: how identifiers are split, which words say nothing, which names a text speaks of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

# What looks back stands behind the first letter: only a pattern that begins with a set of letters is searched quickly.
MODULE = re.compile(r"[A-Z](?<![\w.:@/].)[A-Za-z0-9_]*\.(?:[A-Z][A-Za-z0-9_]*\.)*[A-Z][A-Za-z0-9_]*")
"""A module name of two or more parts in running text."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
"""A piece of an identifier."""

_STOP_WORDS = """
another anything everything happen happens here nothing one's something somewhere
a about above across after again against all allow allowed allows already also always an and any are as at
based be because been before being below between both but by can cannot could current currently define defined
defines did do does done due during each either else ensure ensures etc even every example existing expected
fdd few first following for from full further given had has have having how however if implement implemented
implementation in include included includes including into is it its itself just keep least less like made
make makes many may means might more most must need needed needs never new next no non none nor not now of off
on once one only or other others otherwise our out over own per prd provide provided provides rather remain
required requirement requirements same shall should since so some still such support supported supports than
that the their them then there these they this those through thus to too torus two under unless until up upon
us use used user users uses using via want was we well were what when where whether which while who whose why
will with within without would yet you your
"""
STOP = frozenset(_STOP_WORDS.split())
"""English function words and the small talk of requirements; they never tell two places apart."""


def split_identifier(word: str) -> tuple[str, ...]:
    """The lower-case pieces of an identifier (`SectionResourceDepot`, `section_resource_depot`)."""
    return tuple(piece.lower() for piece in PIECE.findall(word))


def plain_words(text: str) -> tuple[str, ...]:
    """Every word of a text in lower case, identifiers split, in order; nothing left out."""
    return tuple(piece for word in _WORD.findall(text) for piece in split_identifier(word))


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a text that may tell one place from another: no stop words, none of one or two letters."""
    return tuple(word for word in plain_words(text) if len(word) > 2 and word not in STOP)


def count_terms(text: str) -> Counter[str]:
    """How often each stem of a telling word stands in a text."""
    counted: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(text)).items():
        for term in _terms_of(word):
            counted[term] += count
    return counted


@lru_cache(maxsize=8192)  # documents say the same few thousand words again and again
def _terms_of(word: str) -> tuple[str, ...]:
    return stems(telling_words(word))


def stem(word: str) -> str:
    """A word without its plural ending; enough to meet `sections` with `section`."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """The stems of some words, in order."""
    return tuple(stem(word) for word in words)
