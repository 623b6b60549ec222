"""The text index: SQLite FTS5 over code, asked by bags of words."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.words import STOP, split_identifier

FIELDS = ("path", "names", "docs", "code")
"""The columns of a document: its path's words, its module, function and route names, its documentation, its text."""

Texts = tuple[str, str, str, str]

_RAW = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_TOKENS = "tokenize='porter unicode61'"


@dataclass(frozen=True)
class Weights:
    """How BM25F counts: one weight for each of `FIELDS`, saturation `k1`, length normalisation `b`."""

    fields: tuple[float, float, float, float] = (3.0, 2.0, 1.5, 1.0)
    k1: float = 2.0
    b: float = 0.6


class TextIndex:
    """An in-memory index of documents, each four texts in the order of `FIELDS`.

    Identifiers are split (`depot` finds `SectionResourceDepot`), and words are stemmed the same way in
    documents and queries. Scores do not depend on the order in which documents came. Close it after use.
    """

    def __init__(self, documents: Iterable[tuple[str, Texts]], weights: Weights | None = None) -> None:
        """Index `(path, texts)` pairs; each path must come once."""
        self.weights = weights or Weights()
        self.paths: list[str] = []
        self._pieces: dict[str, str] = {}
        self._lengths: list[float] = []
        self._postings: dict[str, dict[int, float]] = {}
        self._db = sqlite3.connect(":memory:")
        columns = ", ".join(FIELDS)
        self._db.execute(f"CREATE VIRTUAL TABLE corpus USING fts5({columns}, content='', {_TOKENS})")
        self._db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(corpus, instance)")
        self._db.executemany(
            f"INSERT INTO corpus(rowid, {columns}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - fixed column names
            self._rows(documents),
        )
        self._numbers = {path: number for number, path in enumerate(self.paths)}
        self._mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0

    def close(self) -> None:
        """Give the memory back."""
        self._db.close()

    def __enter__(self) -> TextIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, documents: Iterable[tuple[str, Texts]]) -> Iterator[tuple[int | str, ...]]:
        for path, texts in documents:
            words = [self._words(text) for text in texts]
            self.paths.append(path)
            self._lengths.append(
                sum(weight * len(field) for weight, field in zip(self.weights.fields, words, strict=True))
            )
            yield (len(self.paths) - 1, *(" ".join(field) for field in words))

    def _words(self, text: str) -> list[str]:
        """The text's identifiers with their pieces; the memory of pieces makes this as fast as the regex."""
        pieces = self._pieces
        found = []
        for raw in _RAW.findall(text):
            known = pieces.get(raw)
            if known is None:
                known = " ".join(word for word in split_identifier(raw) if len(word) > 2 and word not in STOP)
                pieces[raw] = known
            if known:
                found.append(known)
        return found

    def bags(self, texts: Sequence[str]) -> tuple[Counter[str], ...]:
        """For each text its words as the index knows them, with how often each stands there."""
        self._db.execute(f"CREATE VIRTUAL TABLE asked USING fts5(text, content='', {_TOKENS})")
        self._db.execute("CREATE VIRTUAL TABLE asked_words USING fts5vocab(asked, instance)")
        rows = ((number, " ".join(self._words(text))) for number, text in enumerate(texts))
        self._db.executemany("INSERT INTO asked(rowid, text) VALUES (?, ?)", rows)
        found: tuple[Counter[str], ...] = tuple(Counter() for _ in texts)
        for term, number, count in self._db.execute(
            "SELECT term, doc, count(*) FROM asked_words GROUP BY term, doc ORDER BY term, doc"
        ):
            found[number][term] = count
        self._db.execute("DROP TABLE asked_words")
        self._db.execute("DROP TABLE asked")
        return found

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
        return {self.paths[number]: value for number, value in total.items()}

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
        known = self._postings.get(term)
        if known is not None:
            return known
        weights, k1, b = self.weights.fields, self.weights.k1, self.weights.b
        column = dict(zip(FIELDS, weights, strict=True))
        frequency: dict[int, float] = {}
        for number, field, count in self._db.execute(
            "SELECT doc, col, count(*) FROM words WHERE term = ? GROUP BY doc, col", (term,)
        ):
            frequency[number] = frequency.get(number, 0.0) + column[field] * count
        result = {
            number: count * (k1 + 1) / (count + k1 * (1 - b + b * self._lengths[number] / self._mean))
            for number, count in frequency.items()
        }
        self._postings[term] = result
        return result
