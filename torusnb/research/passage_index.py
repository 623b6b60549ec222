"""Passages in a full-text index: which of them speak of what is asked, how surely, and in which words."""

from __future__ import annotations

import re
import sqlite3
import weakref
from bisect import bisect_left
from collections.abc import Iterable

from msgspec.structs import replace

from torusnb.models.base import Value
from torusnb.models.sources import Passage
from torusnb.models.telling import count_told
from torusnb.research.documented_names import GENERAL, Wanted, name_of, weigh_told
from torusnb.research.pages.instructions import addresses_model
from torusnb.research.pages.page import QUOTABLE, Page
from torusnb.research.passages import split_passages
from torusnb.research.quotes import choose_quote
from torusnb.research.words import found_terms, share_of, split_pieces, split_terms, weigh_terms, word_set

_NAME = re.compile(r"\b(?:[A-Z]+[a-z0-9]+){2,}\b|\b[a-z]+[A-Z]\w*")
_CANDIDATES = 40
_PREFERRED = 0.15
_LEAST_SPOKEN = 3
_LEAST_QUOTED = 2
_SHORTEST_NAMED = 25
"""Characters of a sentence under a function's own heading: "Returns `nil` if no result was found." says it all."""
_NAMED = 12.0
"""What the name of an option or a binding weighs in a sentence of the passage that documents it."""


class Ranked(Value, frozen=True):
    """A passage that answers, with the words to quote.

    Attributes:
        relevance: 0 to 1; the share of the asked words it speaks of, the rare ones counting more.
        terms: The terms that it speaks of, as they were asked.
        start, end: Character offsets of the quote in the document's text.
    """

    passage: Passage
    relevance: float
    terms: tuple[str, ...]
    start: int
    end: int

    @property
    def reason(self) -> str:
        """Why it was chosen, to be put after a name: `speaks of lock, index`."""
        return f"speaks of {', '.join(self.terms[:5])}"


class Named(Value, frozen=True):
    """A passage that documents a name, with the words to quote.

    Attributes:
        spoken: Stems of what was asked of the name that the quote holds; none when all are words of any documentation.
        worth: How much these tell together, by their rarity. told: how much behaviour the quote tells.
        place: What stands against it by its place: under a heading of its own, or among examples.
        start, end: Character offsets of the quote in the document's text.
    """

    passage: Passage
    package: str
    spoken: tuple[str, ...]
    worth: float
    told: float
    place: float
    start: int
    end: int


class _Held(Value, frozen=True):
    """A passage as indexed; `spans` are its paragraphs, None where its Markdown shows them; `title` is its page's."""

    package: str
    passage: Passage
    spans: tuple[tuple[int, int], ...] | None
    title: str = ""


class PassageIndex:
    """Passages by their words, in SQLite's FTS5, in memory.

    The index finds candidates and counts how rare a term is; whether a passage answers is decided on its own text.
    FTS5 does not split CamelCase, so that the parts of such names stand in a column of their own.
    """

    def __init__(self) -> None:
        self._passages: list[_Held] = []
        self._of_name: dict[str, list[_Held]] = {}
        # Used by one thread, but closed by whichever thread collects the garbage.
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._base.close)
        self._base.execute(
            "CREATE VIRTUAL TABLE words USING fts5(head, body, parts, content='', tokenize='porter unicode61')"
        )

    def __len__(self) -> int:
        return len(self._passages)

    def add(self, page: Page, *, source: str, title: str = "", package: str = "", address: str = "") -> None:
        """Take in the passages of a page under a source's key; the page's title counts for each of them.

        A thin page holds nothing that could be cited, and is left out.

        Args:
            page: The extracted page.
            source: The source's key.
            title: Another title than the page's own.
            package: The package it documents, or empty.
            address: For search data, the page whose sections are meant.
        """
        if page.thin:
            return
        starts = [block.start for block in page.blocks]
        for passage in split_passages(page, source=source, title=title, address=address):
            self._passages.append(_Held(package, passage, _spans(page, passage, starts), title or page.title))
            self._of_name.setdefault(name_of(title or page.title, passage), []).append(self._passages[-1])
            head = f"{package} {title or page.title} {passage.heading}"
            names = " ".join(_NAME.findall(f"{head} {passage.text}"))
            row = (len(self._passages), head, passage.text, " ".join(split_pieces(names)))
            self._base.execute("INSERT INTO words(rowid, head, body, parts) VALUES (?, ?, ?, ?)", row)

    def search(self, text: str, *, package: str = "", limit: int = 8) -> tuple[Ranked, ...]:
        """The passages that speak of a text, best first; ties in the order they were added.

        A passage without a sentence worth quoting is left out: it could not be cited.

        Args:
            text: The words asked for, in any form.
            package: Passages of this package are preferred, others still considered.
            limit: The most to return.
        """
        terms = split_terms(text)
        if not terms or not self._passages:
            return ()
        matches = {term: " AND ".join(f'"{piece}"' for piece in split_pieces(term)) for term in terms}
        rows = self._base.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 2.0, 1.0, 1.0), rowid LIMIT ?",
            (" OR ".join(f"({match})" for match in matches.values()), _CANDIDATES),
        ).fetchall()
        weights = weigh_terms({term: self._count(match) for term, match in matches.items()}, len(self._passages))
        found = []
        for place, (row,) in enumerate(rows):
            ranked = _rank(self._passages[row - 1], terms, weights, package)
            if ranked is not None:
                found.append((-ranked.relevance, place, ranked))
        return tuple(ranked for _, _, ranked in sorted(found, key=lambda entry: entry[:2])[:limit])

    def find_named(self, wanted: Wanted, words: str, *, package: str = "") -> tuple[Named, ...]:
        """What documents a name, by how much it says of some words, then by how much behaviour it tells; ties in order.

        Words that tell behaviour are quoted before such as only say what it is, when they say two of the words.
        Of equal ones a name's first words go before those under its headings, and examples come last.
        A passage without a sentence worth quoting is left out, and one that speaks to a language model.

        Args:
            wanted: The name.
            words: What is asked of it; its own words and its package's do not count.
            package: Only passages of this package.
        """
        held = self._documenting(wanted, package)
        if not held and wanted.module and wanted.arity > 0 and not wanted.callback:
            # What a pipe hands on comes first in a second form, which is documented as "See" the first.
            held = self._documenting(replace(wanted, arity=wanted.arity - 1), package)
        if not held:
            return ()
        terms = word_set(words) - word_set(wanted.module, wanted.member, wanted.term)
        spread = {stem: self._count(f'"{stem}"*') for stem in sorted(terms)}
        asked = weigh_terms(spread, len(self._passages))
        found = [named for each in held if (named := _choose(each, wanted, asked)) is not None]
        return tuple(sorted(found, key=lambda named: (named.place - named.worth, -named.told)))

    def _documenting(self, wanted: Wanted, package: str) -> list[_Held]:
        return [
            each
            for each in (self._passages if wanted.term else self._of_name.get(wanted.name, ()))
            if (not package or each.package == package) and wanted.is_told_in(each.title, each.passage)
        ]

    def _count(self, match: str) -> int:
        """How many passages hold a term."""
        row = self._base.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()
        return int(row[0])


def _choose(held: _Held, wanted: Wanted, asked: dict[str, float]) -> Named | None:
    """The sentences of a passage that say most of what is asked of a name; None without any."""
    passage = held.passage
    if addresses_model(f"{passage.heading}. {passage.text}"):
        return None
    telling = {stem: weight for stem, weight in asked.items() if stem not in word_set(held.package, held.title)}
    named = dict.fromkeys(word_set(wanted.term), _NAMED)
    weighed = {**weigh_told(telling), **named}
    span = choose_quote(passage.text, weighed, held.spans, _SHORTEST_NAMED, items=True)
    if span is None:
        return None
    of = _spoken_in(passage.text[slice(*span)], telling)
    told = choose_quote(passage.text, weighed, held.spans, _SHORTEST_NAMED, count_told, items=True)
    if told is not None and len(_spoken_in(passage.text[slice(*told)], telling)) >= min(_LEAST_QUOTED, len(of)):
        span, of = told, _spoken_in(passage.text[slice(*told)], telling)
    spoken = word_set(passage.text[slice(*span)])
    weights = weigh_told({})
    return Named(
        passage=passage,
        package=held.package,
        spoken=of,
        worth=round(sum(telling[stem] for stem in of), 3),
        place=wanted.place_of(passage, passage.text[slice(*span)], telling),
        told=round(sum(weights.get(stem, 0.0) for stem in sorted(spoken)), 3),
        start=passage.start + span[0],
        end=passage.start + span[1],
    )


def _spoken_in(quote: str, telling: Iterable[str]) -> tuple[str, ...]:
    """The stems that a quote holds; none when they are but words that documentation is full of."""
    spoken = word_set(quote)
    of = tuple(stem for stem in telling if stem in spoken)
    return of if {*of} - GENERAL else ()


def _spans(page: Page, passage: Passage, starts: list[int]) -> tuple[tuple[int, int], ...] | None:
    """The paragraphs that lie in a passage whole, by offsets into its text."""
    if page.markdown:
        return None
    low, high = bisect_left(starts, passage.start), bisect_left(starts, passage.end)
    return tuple(
        (block.start - passage.start, block.end - passage.start)
        for block in page.blocks[low:high]
        if block.kind in QUOTABLE and block.end <= passage.end
    )


def _rank(held: _Held, terms: dict[str, frozenset[str]], weights: dict[str, float], package: str) -> Ranked | None:
    """The passage ranked; None when it speaks of too little, in no sentence to quote, or to a language model."""
    passage = held.passage
    named = word_set(held.package)
    asked = {term: stems for term, stems in terms.items() if not stems <= named}
    telling = {term: weights[term] for term in asked}
    spoken = found_terms(asked, word_set(passage.heading, passage.text))
    if len(spoken) < min(_LEAST_SPOKEN, len(asked)) or addresses_model(f"{passage.heading}. {passage.text}"):
        return None
    wanted = {stem: telling[term] for term in spoken for stem in sorted(asked[term])}
    span = choose_quote(passage.text, wanted, held.spans)
    if span is None:
        return None
    quoted = found_terms(asked, word_set(passage.heading, passage.text[slice(*span)]))
    if len(quoted) < min(_LEAST_QUOTED, len(asked)):
        return None
    share = (share_of(spoken, telling) + share_of(quoted, telling)) / 2
    if package:
        share = (1 - _PREFERRED) * share + (_PREFERRED if held.package == package else 0.0)
    return Ranked(passage, round(share, 3), spoken, passage.start + span[0], passage.start + span[1])
