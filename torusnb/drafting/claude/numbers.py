"""The numbers that a text states; digits of a name, an arity, an id, a path, a line or a list are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_REFERRED = re.compile(
    r"(?:\b(?:lines?|sections?|steps?)|§)\s*\d+(?:\.\d+)*(?:(?:, | and |, and | to |[-–])\d+(?:\.\d+)*)*(?!\w)"
    r"|\b(?:LTI|WCAG|RFC|OAuth|HTTP|TLS|SCORM|QTI|ISO|UTF|Phoenix|LiveView|Elixir|OTP|Ecto|Oban)[ -]v?\d+(?:\.\d+)*"
    r"|(?<![\w./-])[\w./-]+\.\w{1,5}:\d+(?:(?:, ?|[-–])\d+)*"
    r"|^[ \t]*\d{1,3}[.)]\s",
    re.IGNORECASE | re.MULTILINE,
)
"""Numbers that say where something stands, and versions that belong to the name of a standard or a library."""
_NUMBER = re.compile(
    r"(?<![\w./:@#])(?<![^\W\d_]-)(?:\d{4}-\d\d-\d\d|\d+(?:[.,]\d+)*)(?=(?:ms|s|min|h|kB|MB|GB)?(?!\w))(?!/\d)"
)
_BEFORE = re.compile(r"([^\W\d_]+)\W*\Z")
_BEHIND = re.compile(r"\W*([^\W\d_]+)")
_NEAR = 40


def find_numbers(text: str) -> tuple[str, ...]:
    """The numbers, as written and without a unit, in their order."""
    return tuple(number for number, _ in find_with_words(text))


def find_with_words(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The same, each with the word before and the word behind it in small letters: a version 2 is no 2 rows."""
    said = _REFERRED.sub(lambda match: re.sub(r"\S", " ", match.group()), text)
    for match in _NUMBER.finditer(said):
        before = _BEFORE.search(said[max(0, match.start() - _NEAR) : match.start()])
        behind = _BEHIND.match(said, match.end(), match.end() + _NEAR)
        yield match.group(), frozenset(near[1].lower() for near in (before, behind) if near is not None)
