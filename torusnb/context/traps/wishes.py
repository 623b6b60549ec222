"""Whether a request wants a value that a closed list does not have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from torusnb.context.map.words import STOP, plain_words, stem, stems
from torusnb.context.traps.wording import RequestWords

_CODE = re.compile(r"`:?\"?([a-z][a-z0-9_]*)\"?`|(?<![\w:]):([a-z][a-z0-9_]+)|\"([a-z][a-z0-9]*_[a-z0-9_]+)\"")
_BETWEEN = re.compile(r"[\s,/|]*(?:and|or|plus)?[\s|]*")
_ADDING_WORDS = """
add added adding adds additional another beyond extend extends extending extra fourth further introduce introduces
introducing new novel third
"""
_ADDING = frozenset(stem(word) for word in _ADDING_WORDS.split())
_REUSING = re.compile(
    r"\breus|\b(?:no|not|never|without|avoid\w*|nor|rather than|instead of)\b(?:\W+\w+){0,4}?\W+"
    r"(?:add\w*|another|extend\w*|extra|further|introduc\w*|new)\b",
    re.IGNORECASE,
)
_NEAR = 2
_LEAST = 0.35
_TELLING = 0.9


@dataclass(frozen=True)
class Wish:
    """What makes a new value likely: values that the request writes and the list lacks, or words it adds to."""

    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def find_wish(request: RequestWords, values: Collection[str], names: Sequence[str], owner: str) -> Wish | None:
    """The new value a request wants of a list, or None where all it speaks of are members or nothing is added.

    Args:
        request: The pack's words; what it says aside (non-goals, risks) is not among its lines.
        values: The list's members.
        names: The fields and functions that list them.
        owner: The module's last name.
    """
    lines = [line for line in request.lines if not _REUSING.search(line)]
    strange = tuple(dict.fromkeys(value for line in lines for value in _strangers(line, values)))
    if strange:
        return Wish(values=strange)
    split = [_words(name.partition("/")[0]) for name in names]
    heads = {words[-1] for words in split if words}  # `payment_kind` is a kind
    parts = {word for words in split for word in words}
    about = parts | set(_words(owner))
    members = [bag for value in values if (bag := frozenset(stems(plain_words(value))))]
    adding = _ADDING - {word for bag in members for word in bag}
    for line in lines:
        words = stems(plain_words(line))
        if not _adds(words, parts, adding):
            continue
        said = set(words)
        telling = sorted(about & said, key=lambda word: (-request.weight(word), word))
        mentioned = sum(1 for bag in members if bag <= said and not bag <= about)
        weight = sum(w for word in telling if (w := request.weight(word)) >= _LEAST)
        if mentioned >= 2 or (weight >= _TELLING and _adds(words, heads, adding)):
            return Wish(words=tuple(telling))
    return None


def _words(name: str) -> tuple[str, ...]:
    return tuple(word for word in stems(plain_words(name)) if len(word) > 2 and word not in STOP)


def _adds(words: Sequence[str], wanted: set[str], adding: frozenset[str]) -> bool:
    """Whether a word of adding stands shortly before a word of the field's name (`a new kind`)."""
    return any(word in adding and wanted & set(words[at + 1 : at + 1 + _NEAR]) for at, word in enumerate(words))


def _strangers(line: str, values: Collection[str]) -> Iterator[str]:
    """Identifiers that a sentence lists together with members: two at least, or one that is a name of several words."""
    row: list[str] = []
    end = -1
    for match in _CODE.finditer(line):
        name = next(group for group in match.groups() if group)
        if end >= 0 and not _BETWEEN.fullmatch(line, end, match.start()):
            yield from _not_in(row, values)
            row = []
        row.append(name)
        end = match.end()
    yield from _not_in(row, values)


def _not_in(row: Sequence[str], values: Collection[str]) -> Iterator[str]:
    members = [name for name in row if name in values and len(name) > 2]
    strange = [name for name in row if name not in values]
    sure = len(members) > 1 or any("_" in name for name in members)
    if sure and len(members) >= len(strange):
        yield from strange
