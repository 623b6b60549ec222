"""The catalogue as a provider: primary sources that answer by topic, none of them fetched."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from torusnb.models.base import fingerprint
from torusnb.models.sources import Query, Source
from torusnb.research.addresses import pinned_address
from torusnb.research.lock import load_locked
from torusnb.research.providers.protocol import Answer, Hit, answer_with
from torusnb.research.words import found_terms, share_of, split_terms, weigh_terms, word_set

_MOST = 6
_LEAST_TERMS = 2


class CatalogueProvider:
    """Answers with entries whose title, topics and `settles` speak of what is asked."""

    name = "catalogue"
    outbound = False

    def __init__(self, sources: tuple[Source, ...], foreign: frozenset[str] = frozenset()) -> None:
        """A provider of some sources; those whose keys are in `foreign` answer no query."""
        self._sources = sources
        self._asked = tuple(source for source in sources if source.key not in foreign)
        self._near = {s.key: word_set(s.title, *s.topics, s.package) for s in sources}
        self._words = {s.key: self._near[s.key] | word_set(s.settles) for s in sources}

    def identify(self) -> str:
        """A digest of the entries and of those that answer."""
        return fingerprint(self._sources, [source.key for source in self._asked])

    def sources(self) -> tuple[Source, ...]:
        """Every entry of the catalogue."""
        return self._sources

    def search(self, query: Query) -> Answer:
        """Entries that share at least two terms with the query; one of title or topics counts double."""
        package = word_set(query.package)
        terms = {term: stems for term, stems in split_terms(query.text).items() if not stems <= package}
        spread = {term: sum(stems <= words for words in self._words.values()) for term, stems in terms.items()}
        weights = weigh_terms(spread, len(self._sources))
        hits = []
        for source in self._asked:
            shared = found_terms(terms, self._words[source.key])
            if len(shared) < min(_LEAST_TERMS, len(terms)) or not shared:
                continue
            near = found_terms(terms, self._near[source.key])
            share = (share_of(shared, weights) + share_of(near, weights)) / 2
            extra = 0.15 if query.package and source.package == query.package else 0.0
            relevance = round(min(1.0, share + extra), 3)
            hits.append(Hit(source=source, relevance=relevance, reason=_reason(source, shared)))
        found = sorted(hits, key=lambda hit: (-hit.relevance, hit.source.key))[:_MOST]
        return answer_with(found, "the catalogue of primary sources has no entry that speaks of it.")


def open_catalogue(root: Path, catalogue: tuple[Source, ...]) -> CatalogueProvider:
    """The catalogue for one checkout.

    The hexdocs address of a package that mix.lock pins is that of the pinned version. Where there is a mix.lock,
    an entry about a package that it does not pin answers no query; it can still be cited by its key.
    """
    locked = load_locked(root)
    foreign = frozenset(s.key for s in catalogue if s.package and locked and s.package not in locked)
    pinned = (_pin(source, locked.get(source.package, "")) for source in catalogue)
    return CatalogueProvider(tuple(sorted(pinned, key=lambda source: source.key)), foreign)


def _pin(source: Source, version: str) -> Source:
    address = pinned_address(source.url, source.package, version)
    return replace(source, url=address, version=version) if version else source


def _reason(source: Source, shared: tuple[str, ...]) -> str:
    words = word_set(*shared)
    topics = [topic for topic in source.topics if word_set(topic) & words]
    about = ", ".join(topics[:3]) or source.title
    return f"the catalogue lists it under {about}"
