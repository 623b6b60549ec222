"""Words and identifiers as the pieces they are made of, so that two ways of writing a name meet."""

from __future__ import annotations

import re
from functools import lru_cache

Term = tuple[str, ...]
"""The pieces of a name as they follow each other: `("launch", "attempt")` for `launch_attempts` and `LaunchAttempt`."""

_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def split_pieces(text: str) -> Term:
    """The pieces of all words of a text in order, in small letters and without a plural's ending."""
    return tuple(_bare(piece.lower()) for piece in _PIECE.findall(text))


def holds(text: str, term: Term) -> bool:
    """Whether a text has a name's pieces one after the other."""
    return f" {' '.join(term)} " in _spaced(text)


@lru_cache(maxsize=4_096)  # each name that is taken back is looked for in every statement
def _spaced(text: str) -> str:
    return f" {' '.join(split_pieces(text))} "


def _bare(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
