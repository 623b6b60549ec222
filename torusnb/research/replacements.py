"""A source that only repeats: which primary source among the captured ones says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from torusnb.models.sources import Citation, Replacement, Source
from torusnb.research.pages.page import Page
from torusnb.research.passage_index import PassageIndex, Ranked
from torusnb.research.words import share_of, split_terms, weigh_terms, word_set

LEAST_SHARE = 0.6
"""Of what the quote speaks of; below it the primary source speaks of something else."""

_LEAST_TERMS = 4


def find_replacements(
    citations: Iterable[Citation], sources: Sequence[Source], pages: Mapping[str, Page]
) -> tuple[Replacement, ...]:
    """For each citation of a source that is not primary, the primary source that says the same, where one does.

    "The same" is told by the words: a primary source's own sentences hold most of what the quote speaks of, the rare
    words counting more. It is a hint for a person; the citation itself stays.

    Args:
        citations: With their quotes.
        sources: All sources; `primary` tells which are.
        pages: Source key to page, of the captured ones.
    """
    by_key = {source.key: source for source in sources}
    doubtful = [c for c in citations if c.quote and c.source in by_key and not by_key[c.source].primary]
    if not doubtful:
        return ()
    index = PassageIndex()
    for key in sorted(pages):
        if key in by_key and by_key[key].primary:
            index.add(pages[key], source=key, title=by_key[key].title, package=by_key[key].package)
    spread = {key: word_set(page.text) for key, page in sorted(pages.items())}
    best = (_best(citation, index, pages, spread) for citation in doubtful)
    return tuple(found for found in best if found is not None)


def _best(
    citation: Citation, index: PassageIndex, pages: Mapping[str, Page], spread: Mapping[str, frozenset[str]]
) -> Replacement | None:
    terms = split_terms(citation.quote)
    held = {term: sum(stems <= words for words in spread.values()) for term, stems in terms.items()}
    weights = weigh_terms(held, len(spread))
    best: Replacement | None = None
    for ranked in index.search(citation.quote):
        words = pages[ranked.passage.source].text[ranked.start : ranked.end]
        shared = tuple(term for term, stems in terms.items() if stems <= word_set(words))
        share = round(min(share_of(shared, weights), len(shared) / len(terms) * 1.25), 3)
        if share < LEAST_SHARE or len(shared) < min(_LEAST_TERMS, len(terms)):
            continue
        if best is None or share > best.share:
            best = _replacement(citation, ranked, words, share, shared)
    return best


def _replacement(citation: Citation, ranked: Ranked, words: str, share: float, shared: tuple[str, ...]) -> Replacement:
    return Replacement(
        source=citation.source,
        question=citation.question,
        instead=ranked.passage.source,
        quote=" ".join(words.split()),
        start=ranked.start,
        end=ranked.end,
        share=share,
        terms=shared,
    )
