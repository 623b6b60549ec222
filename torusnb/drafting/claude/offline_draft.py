"""What a section's writer can use of the offline draft: what it does not only repeat from the request."""

from __future__ import annotations

import re

from torusnb.models.design import MARKER, EvidencePack, marker, parse_keys
from torusnb.models.requirements import place_key

_ASKED = frozenset({"requirement", "criterion", "prd", "note", "assumption"})
"""Kinds of evidence that every request carries whole."""
_REPEATED = 0.8
"""The share of a line's words from which it says nothing but what it marks."""
_WORD = re.compile(r"[^\W_]{3,}")
_LABEL = re.compile(r"\*\*[^*]+\*\*:?")
_ROW = re.compile(r"\|.*\|")
_NUMBER = re.compile(r"(?<![\w-])\d")


def keep_what_is_new(text: str, pack: EvidencePack) -> str:
    """A section's draft without the bullets, rows and paragraphs that repeat what they mark of the request.

    The request stands before every section in its own words, so a copy tells a writer nothing but that it belongs here:
    the last line names what was left out. What the code, a guide or a decision of the program has a part in stays, in
    the order of the draft. A label, and the head of a table, goes when nothing under it stays.
    """
    lines = text.split("\n")
    repeating = {place for place, line in enumerate(lines) if _repeats(line, pack)}
    kept: list[str] = []
    below = ""
    for place in reversed(range(len(lines))):
        if place not in repeating and not _heads_nothing(lines[place], below):
            kept.append(lines[place])
            below = lines[place] if lines[place].strip() else below
    ids = {place_key(each.place): each.id for each in pack.pack.requirements}
    ids |= {place_key(each.place): each.id for each in pack.pack.criteria}
    named = dict.fromkeys(ids.get(key, key) for place in sorted(repeating) for key in parse_keys(lines[place]))
    told = f"What the request itself says for this section: {marker(*named)}" if named else ""
    return re.sub(r"\n{3,}", "\n\n", "\n".join((*reversed(kept), "", told))).strip()


def _heads_nothing(line: str, below: str) -> bool:
    """Whether a line only leads to others, none of which is left below it."""
    if _LABEL.fullmatch(line.strip()):
        return not below or _LABEL.fullmatch(below.strip()) is not None
    if _ROW.fullmatch(line) and not MARKER.search(line):
        return _ROW.fullmatch(below) is None
    return line.endswith(":") and (not below or _depth(below) <= _depth(line))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _repeats(line: str, pack: EvidencePack) -> bool:
    """Whether a line marks the request alone, and says hardly a word that the marked records do not.

    A row with a number does not: a table puts the request's numbers into an order that it does not have itself.
    """
    if _ROW.fullmatch(line) and _NUMBER.search(MARKER.sub(" ", line)):
        return False
    marked = [pack.evidence.get(key) for key in parse_keys(line)]
    if not marked or any(item is None or item.kind not in _ASKED for item in marked):
        return False
    told = {word for item in marked if item is not None for word in _words(f"{item.key} {item.text}")}
    said = _words(MARKER.sub(" ", line))
    return bool(said) and sum(word in told for word in said) >= _REPEATED * len(said)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
