"""Long module names: written in full where a reader first meets them, by their last parts after that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_SPAN = re.compile(
    r"`(?P<name>[A-Z]\w*(?:\.[A-Z]\w*){2,})(?P<call>(?:\.[a-z_]\w*[?!]?)?(?:/\d+)?)`(?P<new>\s\(new\b)?|“[^”]*”"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]+")
_GAIN = 6
"""Letters that a short name must save to be worth it."""


def shorten_names(texts: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The sections with module names cut to their last parts after the first mention; quotations stay verbatim.

    A name is written in full twice: in the opening section, which is read alone, and where a later section first
    names it. A short name ends exactly one of the known names, so it can be looked up.

    Args:
        texts: Section id to text, in the document's order.
        known: Every module name that a short one could be taken for.
    """
    short = _short_names({match.group("name") for text in texts.values() for match in _named(text)}, known)
    opening, body = set[str](), set[str]()
    found: dict[str, str] = {}
    for position, (section, text) in enumerate(texts.items()):
        met = body if position else opening
        found[section] = _shorten(text, short, met)
    return found


def _named(text: str) -> list[re.Match[str]]:
    return [match for match in _SPAN.finditer(text) if match.group("name")]


def _shorten(text: str, short: Mapping[str, str], met: set[str]) -> str:
    """One section; the names it writes in full are added to those met."""

    def replace(match: re.Match[str]) -> str:
        name = match.group("name")
        if not name or name not in short:
            return match.group(0)
        if name not in met or match.group("new"):
            met.add(name)
            return match.group(0)
        return f"`{short[name]}{match.group('call')}`"

    return _SPAN.sub(replace, text)


def _short_names(names: set[str], known: Iterable[str]) -> dict[str, str]:
    """Name to its shortest telling end that no other known name shares; names that gain too little are left out."""
    ends = Counter(end for name in {*names, *known} for end in _ends(name))
    found: dict[str, str] = {}
    for name in sorted(names):
        for end in _ends(name):
            telling = "." in end or len(_WORD.findall(end)) > 1
            if telling and ends[end] == 1:
                if len(name) - len(end) >= _GAIN:
                    found[name] = end
                break
    return found


def _ends(name: str) -> list[str]:
    """Every end of a name, the shortest first, without the whole."""
    parts = name.split(".")
    return [".".join(parts[position:]) for position in range(len(parts) - 1, 0, -1)]
