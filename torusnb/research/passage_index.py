"""Passages in a full-text index: which of them speak of what is asked, how surely, and in which words."""

from __future__ import annotations

import math
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterable

from torusnb.models.base import Value
from torusnb.models.sources import Passage
from torusnb.research.quotes import choose_quote
from torusnb.research.words import shared_words, split_words, word_set

_CANDIDATES = 40
_PREFERRED = 0.15


class Ranked(Value, frozen=True):
    """A passage that answers, with the words to quote.

    Attributes:
        relevance: 0 to 1; the share of the asked words it speaks of, the rare ones counting more.
        words: The stems it shares with what was asked.
        start, end: Character offsets of the quote in the document's text.
    """

    passage: Passage
    relevance: float
    words: tuple[str, ...]
    start: int
    end: int


class PassageIndex:
    """Passages by their words, in SQLite's FTS5, in memory.

    The index holds stems, so that question and passage meet whatever the form of the word; the passages
    themselves are kept as they are.
    """

    def __init__(self) -> None:
        self._passages: list[tuple[str, Passage]] = []
        self._spread: Counter[str] = Counter()
        self._base = sqlite3.connect(":memory:")
        weakref.finalize(self, self._base.close)
        self._base.execute("CREATE VIRTUAL TABLE words USING fts5(head, body, content='', tokenize='unicode61')")

    def __len__(self) -> int:
        return len(self._passages)

    def add(self, passages: Iterable[Passage], *, title: str, package: str = "") -> None:
        """Take in the passages of one document; its title counts for each of them."""
        for passage in passages:
            head, body = split_words(f"{package} {title} {passage.heading}"), split_words(passage.text)
            self._passages.append((package, passage))
            self._spread.update({*head, *body})
            row = (len(self._passages), " ".join(head), " ".join(body))
            self._base.execute("INSERT INTO words(rowid, head, body) VALUES (?, ?, ?)", row)

    def search(self, text: str, *, package: str = "", limit: int = 8) -> tuple[Ranked, ...]:
        """The passages that speak of a text, best first; ties in the order they were added.

        A passage without a sentence worth quoting is left out: it could not be cited.

        Args:
            text: The words asked for, in any form.
            package: Passages of this package are preferred, others still considered.
            limit: The most to return.
        """
        wanted = tuple(dict.fromkeys(split_words(text)))
        if not wanted or not self._passages:
            return ()
        match = " OR ".join(f'"{word}"' for word in wanted)
        rows = self._base.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 2.0, 1.0), rowid LIMIT ?",
            (match, _CANDIDATES),
        ).fetchall()
        weights = {word: self._weight(word) for word in wanted}
        found = []
        for place, (row,) in enumerate(rows):
            held_package, passage = self._passages[row - 1]
            ranked = _rank(passage, weights, held_package, package)
            if ranked is not None:
                found.append((-ranked.relevance, place, ranked))
        return tuple(ranked for _, _, ranked in sorted(found, key=lambda entry: entry[:2])[:limit])

    def _weight(self, word: str) -> float:
        """Rarer words weigh more; a word that no passage holds weighs like the rarest one."""
        return math.log(1 + len(self._passages) / max(self._spread[word], 1))


def _rank(passage: Passage, weights: dict[str, float], held_package: str, package: str) -> Ranked | None:
    named = word_set(held_package)
    asked = {word: weight for word, weight in weights.items() if word not in named}
    span = choose_quote(passage.text, asked)
    total = sum(asked.values())
    if span is None or not total:
        return None
    quoted = shared_words(asked, word_set(passage.text[slice(*span)], passage.heading))
    spoken = shared_words(asked, word_set(passage.heading, passage.text))
    if len(quoted) < min(2, len(asked)):
        return None
    share = (0.5 * sum(asked[w] for w in spoken) + 0.5 * sum(asked[w] for w in quoted)) / total
    if package:
        share = (1 - _PREFERRED) * share + (_PREFERRED if held_package == package else 0.0)
    return Ranked(passage, round(share, 3), spoken, passage.start + span[0], passage.start + span[1])
