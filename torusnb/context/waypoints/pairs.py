"""Word pairs: neighbouring words of the request that also stand side by side in a file.

`section resource` in the request meets `section_resource`, `SectionResources` and "a section resource"; one pair tells
far more than its two words apart.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from torusnb.context.map.words import STOP, plain_words, split_identifier, stems

Pair = tuple[str, str]

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_SATURATION = 0.5
_SHORTEST = 3


@dataclass(frozen=True)
class PairScore:
    """How much the pairs of a file weigh, and the most telling ones, best first."""

    value: float
    best: tuple[Pair, ...]


def count_pairs(texts: Iterable[str]) -> Counter[Pair]:
    """The pairs of telling words that stand side by side in a line, with how often."""
    found: Counter[Pair] = Counter()
    for text in texts:
        for line in text.split("\n"):
            words = stems(plain_words(line))
            found.update(pair for pair in pairwise(words) if all(map(_tells, pair)))
    return found


def score_pairs(wanted: Mapping[Pair, int], documents: Mapping[str, str], most: int = 3) -> dict[str, PairScore]:
    """Path to what its pairs weigh: rare ones more, each further time less; files without one are left out.

    A pair said often in the request counts with the logarithm of how often, unlike single words: the same few pairs
    would otherwise decide everything.
    """
    reader = _Reader(wanted)
    counted = {path: reader.count(text) for path, text in documents.items()}
    having = Counter(pair for found in counted.values() for pair in found)
    size = len(counted)
    worth = {
        pair: math.log1p(wanted[pair]) * math.log(1 + (size - count + 0.5) / (count + 0.5))
        for pair, count in having.items()
    }
    scores = {}
    for path, found in counted.items():
        parts = {pair: worth[pair] * count / (count + _SATURATION) for pair, count in sorted(found.items())}
        if parts:
            best = sorted(parts, key=lambda pair: (-parts[pair], pair))[:most]
            scores[path] = PairScore(sum(parts.values()), tuple(best))
    return scores


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in STOP


class _Reader:
    """Finds the wanted pairs of texts; it splits each identifier once."""

    def __init__(self, wanted: Iterable[Pair]) -> None:
        followers: dict[str, set[str]] = defaultdict(set)
        for first, second in wanted:
            followers[first].add(second)
        self._followers = dict(followers)
        self._pieces: dict[str, tuple[str, ...]] = {}

    def count(self, text: str) -> Counter[Pair]:
        """The wanted pairs of a text with how often they stand there."""
        followers, pieces = self._followers, self._pieces
        found: Counter[Pair] = Counter()
        for line in text.split("\n"):
            last = ""
            for raw in _WORD.findall(line):
                words = pieces.get(raw)
                if words is None:
                    words = pieces[raw] = stems(split_identifier(raw))
                for word in words:
                    if last and word in followers[last]:
                        found[last, word] += 1
                    last = word if word in followers else ""
        return found
