"""Lines of markup as they are shown: the values that say nothing of behaviour cut, and marked as cut."""

from __future__ import annotations

import re

_KEPT_WORDS = 2
_LONGEST = 48
"""Characters of a value up to which it stays whole."""
_CLASSES = re.compile(r"(?P<open>\"|~s\|)(?P<value>[^\"|#<>{}]{49,})(?P<close>\"|\|)")
"""A text without anything put in at run time."""
_UTILITY = re.compile(
    r"!?-?(?:[\w\[\]&>*./-]+:)*!?-?(?:[pm][xytblr]?|[wh]|min|max|gap|space|inset|top|left|right|bottom|z|text|bg|font|"
    r"leading|tracking|border|rounded|shadow|ring|outline|flex|grid|col|row|items|justify|self|content|order|grow|shrink|"
    r"basis|object|overflow|opacity|fill|stroke|transition|duration|ease|delay|animate|cursor|divide|whitespace|"
    r"translate|scale|rotate|line|list|align|underline|decoration|backdrop|size|pointer|select|break)-[^\s]+"
)
"""A word that a stylesheet of small classes is written in: `px-3`, `hover:bg-slate-200`, `!mt-1`."""
_MOSTLY = 0.5
_NAMED = re.compile(r"\b(?P<name>class|className|style)=(?P<quote>[\"'])(?P<value>[^\"'#<>{}]{49,})(?P=quote)")
_DRAWN = re.compile(
    r"\b(?P<name>d|points|viewBox|transform)=(?P<quote>[\"'])(?P<value>[MmLl\d][^\"'#<>{}]{48,})(?P=quote)"
)


def brief_markup(line: str) -> str:
    """The line with long lists of style classes and drawn paths cut after two words, each cut marked by `…`.

    It is for reading alone: what is kept as evidence is the line as it is. A value with code in it (`#{…}`, `<%= … %>`)
    stays whole, and so does every text that is not mostly made of such classes.
    """
    if len(line) <= _LONGEST:
        return line
    line = _NAMED.sub(_cut_named, line)
    line = _DRAWN.sub(_cut_named, line)
    return _CLASSES.sub(_cut_classes, line)


def _cut_named(match: re.Match[str]) -> str:
    return f"{match['name']}={match['quote']}{_cut(match['value'])}{match['quote']}"


def _cut_classes(match: re.Match[str]) -> str:
    words = match["value"].split()
    fitting = sum(_UTILITY.fullmatch(word) is not None for word in words)
    if len(words) <= _KEPT_WORDS or fitting < _MOSTLY * len(words):
        return match.group()
    return f"{match['open']}{_cut(match['value'])}{match['close']}"


def _cut(value: str) -> str:
    first = " ".join(value.split()[:_KEPT_WORDS])
    return f"{first[: _LONGEST - 8].rstrip()} …"
