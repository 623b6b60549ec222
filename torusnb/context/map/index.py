"""The text index: who says which words how often, asked by bags of words."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from torusnb.context.map.documents import FIELDS, Texts
from torusnb.context.map.tally import BITS, COUNT, WIDTH, Tally, pieces_of, stem_words

__all__ = ["FIELDS", "Postings", "TextIndex", "Texts", "Weights"]


@dataclass(frozen=True)
class Weights:
    """How BM25F counts: one weight for each of `FIELDS`, saturation `k1`, length normalisation `b`."""

    fields: tuple[float, float, float, float] = (3.0, 2.0, 1.5, 1.0)
    k1: float = 2.0
    b: float = 0.6


class Postings(msgspec.Struct):
    """What an index is made of; it grows in place.

    Attributes:
        paths: Document number to path; empty for one that was dropped, whose entries stay and are passed over.
        keys: Document number to what its texts were made from; equal keys, equal texts.
        lengths: Place (number times fields, plus field) to the identifiers there.
        entries: Stem to what `Tally.close` gives for its words, one after the other.
    """

    paths: list[str] = msgspec.field(default_factory=list)
    keys: list[str] = msgspec.field(default_factory=list)
    lengths: list[int] = msgspec.field(default_factory=list)
    entries: dict[str, bytes] = msgspec.field(default_factory=dict)

    def reserve(self, path: str, key: str) -> int:
        """The number of a document that `join` will bring."""
        self.paths.append(path)
        self.keys.append(key)
        self.lengths.extend([0] * WIDTH)
        return len(self.paths) - 1

    def drop(self, number: int) -> None:
        """Forget a document."""
        self.paths[number] = self.keys[number] = ""
        self.lengths[number * WIDTH : (number + 1) * WIDTH] = [0] * WIDTH

    def clear(self) -> None:
        """Forget everything, also what was dropped."""
        self.paths, self.keys, self.lengths, self.entries = [], [], [], {}

    def join(self, words: Mapping[str, bytes], lengths: Mapping[int, int]) -> None:
        """Take in what a tally counted under reserved numbers."""
        stems = stem_words(words)
        joined: dict[str, list[bytes]] = {}
        for word, entries in words.items():
            joined.setdefault(stems[word], []).append(entries)
        for stem, parts in joined.items():
            self.entries[stem] = b"".join([self.entries.get(stem, b""), *parts])
        for place, length in lengths.items():
            self.lengths[place] += length


class TextIndex:
    """An in-memory index of documents, each four texts in the order of `FIELDS`.

    Identifiers are split (`depot` finds `SectionResourceDepot`), and words are stemmed the same way in
    documents and queries. Scores do not depend on the order in which documents came. Close it after use.
    """

    def __init__(self, documents: Iterable[tuple[str, Texts]], weights: Weights | None = None) -> None:
        """Index `(path, texts)` pairs; each path must come once."""
        postings, tally = Postings(), Tally()
        for path, texts in documents:
            tally.add(postings.reserve(path, ""), texts)
        postings.join(*tally.close())
        self._open(postings, weights or Weights())

    @classmethod
    def of(cls, postings: Postings, weights: Weights | None = None) -> TextIndex:
        """An index over what was counted before; the postings must not change any more."""
        index = cls.__new__(cls)
        index._open(postings, weights or Weights())
        return index

    def _open(self, postings: Postings, weights: Weights) -> None:
        self.weights = weights
        self._postings = postings
        self._names = postings.paths
        self.paths = [path for path in postings.paths if path]
        self._numbers = {path: number for number, path in enumerate(postings.paths) if path}
        self._known: dict[str, dict[int, float]] = {}
        flat = postings.lengths
        sides = [[weight * length for length in flat[n::WIDTH]] for n, weight in enumerate(weights.fields)]
        self._lengths = [sum(parts) for parts in zip(*sides, strict=True)]
        self._mean = sum(self._lengths) / max(len(self.paths), 1) or 1.0

    def close(self) -> None:
        """Give the memory back."""
        self._known.clear()
        self._postings = Postings()

    def __enter__(self) -> TextIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bags(self, texts: Sequence[str]) -> tuple[Counter[str], ...]:
        """For each text its words as the index knows them, with how often each stands there."""
        listed = [pieces_of(text) for text in texts]
        stems = stem_words(word for words in listed for word in words)
        counted = [Counter(stems[word] for word in words) for words in listed]
        return tuple(Counter({term: count[term] for term in sorted(count)}) for count in counted)

    def rarity(self, term: str) -> float:
        """The term's inverse document frequency; 0 when no document has it."""
        having = len(self._saturated(term))
        return math.log(1 + (len(self.paths) - having + 0.5) / (having + 0.5)) if having else 0.0

    def score(self, bag: Mapping[str, float]) -> dict[str, float]:
        """Path to BM25F score, for documents that share a word with the bag.

        The bag's counts weigh linearly: in a long request a word said ten times is what the request is about.
        """
        total: dict[int, float] = {}
        for term in sorted(bag):
            weight = bag[term] * self.rarity(term)
            for number, strength in self._saturated(term).items():
                total[number] = total.get(number, 0.0) + weight * strength
        return {self._names[number]: value for number, value in total.items()}

    def cover(self, terms: Iterable[str]) -> dict[str, float]:
        """Path to the rarity of the terms that stand in it, however often and in however long a text."""
        total: dict[int, float] = {}
        for term in sorted(set(terms)):
            rarity = self.rarity(term)
            for number in self._saturated(term):
                total[number] = total.get(number, 0.0) + rarity
        return {self._names[number]: value for number, value in total.items()}

    def shares(self, bag: Mapping[str, float], path: str) -> dict[str, float]:
        """What each word of the bag adds to one document's score."""
        number = self._numbers.get(path, -1)
        return {
            term: count * self.rarity(term) * self._saturated(term)[number]
            for term, count in bag.items()
            if number in self._saturated(term)
        }

    def _saturated(self, term: str) -> dict[int, float]:
        """Document number to the term's weighted frequency, saturated and normalised by length."""
        known = self._known.get(term)
        if known is not None:
            return known
        weights, k1, b = self.weights.fields, self.weights.k1, self.weights.b
        frequency: dict[int, float] = {}
        for place, count in sorted(self._counts(term).items()):
            number, column = divmod(place, WIDTH)
            frequency[number] = frequency.get(number, 0.0) + weights[column] * count
        result = {
            number: count * (k1 + 1) / (count + k1 * (1 - b + b * self._lengths[number] / self._mean))
            for number, count in frequency.items()
        }
        self._known[term] = result
        return result

    def _counts(self, term: str) -> dict[int, int]:
        """Place to how often the term stands there, in the documents that are left."""
        entries = array("Q")
        entries.frombytes(self._postings.entries.get(term, b""))
        counts: dict[int, int] = {}
        for entry in entries:
            place = entry >> BITS
            if self._names[place // WIDTH]:
                counts[place] = counts.get(place, 0) + (entry & COUNT)
        return counts
