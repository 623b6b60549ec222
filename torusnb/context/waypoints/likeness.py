"""How alike texts are: the cosine of their words, rare words counting more.

find_likeness(asked: str, texts: Sequence[str]) -> tuple[Likeness, ...]
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.map.words import STOP, stem
from torusnb.models.requirements import SpecPack

_PIECES = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_MOST_WORDS = 3


@dataclass(frozen=True)
class Likeness:
    """How alike a text is to the one asked about.

    Attributes:
        share: The cosine, from 0 (no word in common) to 1 (the same words in the same shares).
        words: The stems that make most of it, at most three.
    """

    share: float
    words: tuple[str, ...]


def find_likeness(asked: str, texts: Sequence[str]) -> tuple[Likeness, ...]:
    """The likeness of each text, in their order.

    A word weighs `(1 + ln tf) * ln((n + 1.5) / (df + 0.5))`, `n` being the number of texts and `df` how many of them
    have it (Salton's `ltc` weighting, smoothed so that a word of all texts still counts for little).
    """
    known: dict[str, str] = {}
    bags = [count_words(text, known) for text in texts]
    having = Counter(word for bag in bags for word in bag)
    rarity = {word: math.log((len(bags) + 1.5) / (count + 0.5)) for word, count in having.items()}
    unknown = math.log((len(bags) + 1.5) / 0.5)
    wanted = {word: (1 + math.log(n)) * rarity.get(word, unknown) for word, n in count_words(asked, known).items()}
    length = _length(wanted)
    return tuple(_likeness(wanted, length, bag, rarity) for bag in bags)


def request_text(pack: SpecPack) -> str:
    """Everything that a pack says, as one text."""
    texts = [pack.title, *(f"{section.title}\n{section.text}" for section in pack.sections)]
    texts += [f"{entry.title}\n{entry.text}" for entry in pack.requirements]
    texts += [entry.text for entry in pack.criteria]
    return "\n".join(texts)


def _likeness(wanted: Mapping[str, float], length: float, bag: Counter[str], rarity: Mapping[str, float]) -> Likeness:
    values = {word: (1 + math.log(n)) * rarity[word] for word, n in bag.items()}
    shared = {word: value * wanted[word] for word, value in values.items() if word in wanted}
    whole = length * _length(values)
    if not whole:
        return Likeness(0.0, ())
    best = sorted(shared, key=lambda word: (-shared[word], word))[:_MOST_WORDS]
    return Likeness(math.fsum(shared.values()) / whole, tuple(best))


def _length(values: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(value * value for value in values.values()))


def count_words(text: str, known: dict[str, str] | None = None) -> Counter[str]:
    """The stems of a text's telling words, identifiers split, with how often each stands there.

    Args:
        text: Any text.
        known: A memory of pieces and their stems, which grows; sharing it makes many texts several times faster.
    """
    known = {} if known is None else known
    found: Counter[str] = Counter()
    for piece, count in Counter(_PIECES.findall(text)).items():
        word = known.get(piece)
        if word is None:
            lower = piece.lower()
            word = known[piece] = stem(lower) if len(lower) > 2 and lower not in STOP else ""
        if word:
            found[word] += count
    return found
