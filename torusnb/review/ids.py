"""Ids of requirements and criteria in a text: written out, in ranges, and in short forms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from torusnb.models.base import Value
from torusnb.models.requirements import SpecPack

_QUOTES = r"[`*_]{0,3}"
_TO = r"(?:-|–|—|to|through|thru|until|up to|\.{2,3}|…)"
_RANGE = re.compile(
    rf"(?<![\w-])(?P<family>[A-Z]{{1,6}}(?:[-_ ])?)(?P<first>\d{{1,9}}){_QUOTES}\s*{_TO}\s*{_QUOTES}"
    rf"(?:(?P=family))?(?P<last>\d{{1,9}})(?!\w|-\d)"
)
_SHORT = re.compile(
    rf"(?<![\w-])(?P<family>[A-Z]{{1,6}}(?:[-_ ])?)(?P<first>\d+){_QUOTES}"
    r"(?P<rest>(?:\s*(?:/|,|&|\+|and)\s*\d+(?![\w%-]|\.\d))+)"
)
_ID = re.compile(r"(?P<family>.*?[^0-9])??(?P<number>\d{1,9})(?P<letter>[a-z]?)")
_WIDEST = 500
_JOINED_BEFORE = re.compile(r"[\w-]")
_JOINED_AFTER = re.compile(r"\w|-\d")


class Range(Value, frozen=True):
    """Words that stand for several ids without writing them out.

    Attributes:
        offset: Where it begins. text: As written, white space as one blank.
        ids: What it stands for besides those written out in it, padded as its first number is.
    """

    offset: int
    text: str
    ids: tuple[str, ...]


def pack_ids(pack: SpecPack) -> tuple[str, ...]:
    """The requirement and criterion ids the pack itself gives, in its order, each once."""
    requirements = [item.id for item in pack.requirements if not item.derived]
    criteria = [item.id for item in pack.criteria if not item.derived]
    return tuple(dict.fromkeys([*requirements, *criteria]))


def has_id(text: str, name: str) -> bool:
    """Whether an id stands in the text as a word of its own: `AC-004` is not in `AC-004b`."""
    start = text.find(name)  # a pattern for each of thousands of ids would take minutes to compile
    while start >= 0:
        end = start + len(name)
        if not _JOINED_BEFORE.match(text[max(0, start - 1) : start]) and not _JOINED_AFTER.match(text[end : end + 2]):
            return True
        start = text.find(name, start + 1)
    return False


def find_ids(text: str, names: Collection[str]) -> Iterator[tuple[int, str]]:
    """Every place of every one of the ids, as words of their own: offset and id, in the text's order."""
    if names:
        for match in _pattern(tuple(names)).finditer(text):
            yield match.start(), match.group()


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w|-\d)")


def find_ranges(text: str) -> Iterator[Range]:
    """Ranges (`AC-001 through AC-022`, `FR-1–5`) and short forms (`AC-001/002`), in the text's order."""
    found = [*_ranges(text), *_short_forms(text)]
    yield from sorted(found, key=lambda item: item.offset)


def _ranges(text: str) -> Iterator[Range]:
    for match in _RANGE.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if first < last <= first + _WIDEST:
            width = len(match["first"])
            numbers = range(first, last + 1)
            ids = tuple(f"{match['family']}{number:0{width}}" for number in numbers)
            yield Range(match.start(), " ".join(match.group().split()), ids)


def _short_forms(text: str) -> Iterator[Range]:
    for match in _SHORT.finditer(text):
        width = len(match["first"])
        numbers = re.findall(r"\d+", match["rest"])
        if width > 1 and all(len(number) == width for number in numbers):
            ids = tuple(f"{match['family']}{number}" for number in numbers)
            yield Range(match.start(), " ".join(match.group().split()), ids)


def split_id(name: str) -> tuple[str, int, str]:
    """Family, number and letter of an id: `AC-004b` gives `("AC-", 4, "b")`; without a number all is family."""
    match = _ID.fullmatch(name)
    if match is None:
        return name, 0, ""
    return match["family"] or "", int(match["number"]), match["letter"]


def covered_by(ranges: Collection[Range], name: str) -> Iterator[Range]:
    """The ranges that stand for an id, whatever zeros it is written with; `AC-004` stands for `AC-004b` too."""
    family, number, _ = split_id(name)
    for item in ranges:
        if any(split_id(other)[:2] == (family, number) for other in item.ids):
            yield item
