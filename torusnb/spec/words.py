"""How long a text is: one way of counting, whoever tells it."""

from __future__ import annotations

import re

from torusnb.spec.codeparts import find_fences

_WORD = re.compile(r"\w[\w'’./:-]*")


def count_words(text: str) -> int:
    """How many words a Markdown text has outside of fenced blocks; a name in code marks is a word, signs are none."""
    lines = text.split("\n")
    fenced = {number for first, last in find_fences(text) for number in range(first, last + 1)}
    return sum(count_in_line(line) for number, line in enumerate(lines, start=1) if number not in fenced)


def count_in_line(line: str) -> int:
    """How many words a line has, whatever it is."""
    return len(_WORD.findall(line))
