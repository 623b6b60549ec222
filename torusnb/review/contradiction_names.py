"""Names of events, topics, tables, flags and queues as a document writes them, and slips between two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from torusnb.models.base import Value
from torusnb.review.passages import Passage

_SPAN = re.compile(r"(?<!`)`(?P<name>[^`\n]{6,90})`(?!`)")
_IDENTIFIER = re.compile(r":?\"?[a-z][a-z0-9]*(?:[_.:-][a-z0-9]+)+\"?")
_TELEMETRY = re.compile(r"\[\s*:[a-z0-9_]+(?:\s*,\s*:[a-z0-9_]+)+\s*\]")
_KINDS = {
    "event": r"events?|telemetry|emits?|emitted|metrics?",
    "topic": r"topics?|broadcasts?|subscribes?|pubsub|channel",
    "table": r"tables?|columns?|migration|fields?|schema",
    "flag": r"flags?|toggle",
    "queue": r"queues?",
}
_NEAR = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KINDS.items()}
_REACH = 22


class Name(Value, frozen=True):
    """A name in code marks.

    Attributes:
        text: As written. letters: its letters and digits alone.
        kinds: What the words around it call it.
        passage, offset: Where it stands.
    """

    text: str
    letters: str
    kinds: frozenset[str]
    passage: Passage
    offset: int


def find_names(passage: Passage) -> Iterator[Name]:
    """The identifiers in code marks of a passage, with what the words beside them call them."""
    for match in _SPAN.finditer(passage.text):
        text = match["name"].strip()
        if not (_IDENTIFIER.fullmatch(text) or _TELEMETRY.fullmatch(text)):
            continue
        around = passage.prose[max(0, match.start() - _REACH) : match.end() + _REACH]
        around += " ".join(passage.leads[-1:]) + " " + passage.header
        kinds = frozenset(kind for kind, pattern in _NEAR.items() if pattern.search(around))
        yield Name(text, re.sub(r"[^a-z0-9]", "", text), kinds, passage, match.start())


def is_slip(first: Name, second: Name) -> bool:
    """Whether two names that differ are likely meant as one.

    They are when both are called the same kind of thing and differ only in separators or in one letter. Numbers, an
    ending of one letter (a plural, a past tense, `_a` and `_b`) and other notations of one name (`:name`, `"name"`,
    `[:a, :b]` for `a.b`) are no slips.
    """
    if not first.kinds & second.kinds:
        return False
    if first.letters == second.letters:
        marks = (_separators(first.text), _separators(second.text))
        return marks[0] != marks[1] and ("." in marks[0]) == ("." in marks[1])
    if min(len(first.letters), len(second.letters)) < 9 or abs(len(first.letters) - len(second.letters)) > 1:
        return False
    if Levenshtein.distance(first.letters, second.letters, score_cutoff=1) > 1:
        return False
    return not _differ_by_design(first.text, second.text)


def _separators(text: str) -> str:
    bare = text.strip(':"[] ')
    return "".join(re.findall(r"[_.:-]", re.sub(r"\s*,\s*:", ".", bare)))


def _differ_by_design(first: str, second: str) -> bool:
    parts = [re.findall(r"[a-z]+|\d+", text) for text in (first, second)]
    if len(parts[0]) != len(parts[1]):
        return len("".join(parts[0])) == len("".join(parts[1]))
    changed = [(a, b) for a, b in zip(*parts, strict=True) if a != b]
    if len(changed) != 1:
        return True
    short, long = sorted(changed[0], key=len)
    if short.isdigit() or long.isdigit() or len(short) <= 2:
        return True
    return len(long) > len(short) and long.startswith(short)
