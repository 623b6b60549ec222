"""A source that only repeats: which primary source among the captured ones says the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from torusnb.models.sources import Citation, Replacement, Source
from torusnb.research.pages.page import Page
from torusnb.research.passage_index import PassageIndex, Ranked
from torusnb.research.recheck import find_reworded
from torusnb.research.words import share_of, split_terms, weigh_terms, word_set

LEAST_SHARE = 0.6
"""Of what the quote speaks of; below it the primary source speaks of something else."""

_LEAST_ALIKE = 45.0
"""Likeness in percent of the sentences themselves (`find_reworded`); words alone can stand in any order."""
_LEAST_TERMS = 4
_OTHER_WORDS = 1.25
"""By which the share of the terms is taken too, so that a fifth of them may be said in other words."""
_LEAST_HELD = 0.5
"""Of a quote's words; a page that holds fewer need not be looked into."""

_NUMBERS = {
    word: value
    for value, words in {
        "1": "one once", "2": "two twice", "3": "three thrice", "4": "four", "5": "five", "6": "six", "7": "seven",
        "8": "eight", "9": "nine", "10": "ten", "11": "eleven", "12": "twelve", "15": "fifteen", "20": "twenty",
        "30": "thirty", "40": "forty", "50": "fifty", "60": "sixty", "90": "ninety", "100": "hundred",
        "1000": "thousand",
    }.items()
    for word in words.split()
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w./])\d[\d,_]*(?:\.\d+)?(?![\w.]*/)|\b(?:" + "|".join(_NUMBERS) + r")\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:no|not|never|cannot|without|none|nobody|nothing|neither|nor)\b|n['’]t\b", re.IGNORECASE)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b", re.IGNORECASE), re.compile(rf"\b(?:{other})\b", re.IGNORECASE))
    for one, other in (
        ("before", "after"),
        ("at most|no more than|less than|fewer than", "at least|more than"),
        ("always|every|each|all", "never|no|none|some"),
        ("synchronous(?:ly)?", "asynchronous(?:ly)?"),
        ("enable[sd]?", "disable[sd]?"),
        ("only", "even|also"),
    )
)


def find_replacements(
    citations: Iterable[Citation], sources: Sequence[Source], pages: Mapping[str, Page]
) -> tuple[Replacement, ...]:
    """For each citation of a source that is not primary, the primary source that says the same, where one does.

    "The same" is told by the words: the sentences of a primary source hold most of what the quote speaks of, the rare
    words counting more, are alike as sentences, and contradict it in no number, denial or opposite. Of several the
    nearest is named. It is a hint for a person; the citation itself stays.

    Args:
        citations: With their quotes.
        sources: All captured sources, cited or not; `primary` tells which are.
        pages: Source key to page, of the captured ones. It is read only where a citation needs it.
    """
    by_key = {source.key: source for source in sources}
    doubtful = [c for c in citations if c.quote and c.source in by_key and not by_key[c.source].primary]
    if not doubtful:
        return ()
    spread = {key: word_set(pages[key].text) for key in sorted(pages)}
    asked = [word_set(citation.quote) for citation in doubtful]
    index = PassageIndex()
    for key, words in spread.items():
        source = by_key.get(key)
        near = any(len(stems & words) >= _LEAST_HELD * len(stems) for stems in asked)
        if source is not None and source.primary and near:
            index.add(pages[key], source=key, title=source.title, package=source.package)
    best = (_best(citation, index, pages, spread, by_key) for citation in doubtful)
    return tuple(found for found in best if found is not None)


def contradicts(one: str, other: str) -> bool:
    """Whether two statements that share their words differ in a number, a denial, or one of two opposites."""
    numbers = _numbers_of(one), _numbers_of(other)
    if numbers[0] - numbers[1] and numbers[1] - numbers[0]:
        return True
    if len(_DENIES.findall(one)) % 2 != len(_DENIES.findall(other)) % 2:
        return True
    return any(
        (left.search(a) and not right.search(a)) and (right.search(b) and not left.search(b))
        for left, right in _OPPOSITES
        for a, b in ((one, other), (other, one))
    )


def _numbers_of(text: str) -> frozenset[str]:
    said = (match.group().lower().replace(",", "").replace("_", "") for match in _NUMBER.finditer(text))
    return frozenset(_NUMBERS.get(number, number) for number in said)


def _best(
    citation: Citation,
    index: PassageIndex,
    pages: Mapping[str, Page],
    spread: Mapping[str, frozenset[str]],
    by_key: Mapping[str, Source],
) -> Replacement | None:
    terms = split_terms(citation.quote)
    held = {term: sum(stems <= words for words in spread.values()) for term, stems in terms.items()}
    weights = weigh_terms(held, len(spread))
    best: tuple[float, Replacement] | None = None
    for ranked in index.search(citation.quote):
        spoken = sum(stems <= word_set(ranked.passage.text) for stems in terms.values())
        if spoken / len(terms) * _OTHER_WORDS < LEAST_SHARE:
            continue  # its sentences cannot hold more than it does
        start, end, alike = _nearest(citation.quote, ranked, pages[ranked.passage.source].text)
        if alike < _LEAST_ALIKE:
            continue
        words = " ".join(pages[ranked.passage.source].text[start:end].split())
        shared = tuple(term for term, stems in terms.items() if stems <= word_set(words))
        share = round(min(share_of(shared, weights), len(shared) / len(terms) * _OTHER_WORDS), 3)
        if share < LEAST_SHARE or len(shared) < min(_LEAST_TERMS, len(terms)) or contradicts(citation.quote, words):
            continue
        nearness = share + alike / 100
        if best is None or nearness > best[0]:
            source = by_key[ranked.passage.source]
            best = nearness, _replacement(citation, source, ranked, (start, end), words, share, shared)
    return best[1] if best is not None else None


def _nearest(quote: str, ranked: Ranked, text: str) -> tuple[int, int, float]:
    """The sentences of a passage that are most alike, by offsets into its page, and how alike in percent."""
    first = ranked.passage.start
    start, end, alike = find_reworded(quote, text[first : ranked.passage.end], least=_LEAST_ALIKE)
    return first + start, first + end, alike


def _replacement(
    citation: Citation,
    source: Source,
    ranked: Ranked,
    span: tuple[int, int],
    words: str,
    share: float,
    shared: tuple[str, ...],
) -> Replacement:
    anchor = ranked.passage.anchor
    return Replacement(
        source=citation.source,
        question=citation.question,
        instead=source.key,
        quote=words,
        start=span[0],
        end=span[1],
        share=share,
        terms=shared,
        title=source.title,
        url=f"{source.url}#{anchor}" if anchor and "#" not in source.url else source.url,
        accessed=source.accessed,
        sha256=source.sha256,
    )
