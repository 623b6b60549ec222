"""One shelf for all sources: each page once, under one key, and a person's decisions on them."""

from __future__ import annotations

from msgspec.structs import replace

from torusnb.models.record import Decision
from torusnb.models.sources import Source
from torusnb.research.addresses import canonical_address, make_label, unique_key
from torusnb.research.providers import Hit


class Shelf:
    """Knows which page is which source, and what a person decided.

    Attributes:
        added: The sources a person added, and those of `earlier` that a person keeps, without those dropped again.
    """

    def __init__(
        self,
        known: tuple[Source, ...],
        decisions: tuple[Decision, ...],
        today: str,
        earlier: tuple[Source, ...] = (),
    ) -> None:
        """A shelf.

        Args:
            known: Sources that are known without a search; their keys hold before those that providers wish for.
            decisions: A person's decisions; of two on one source the later holds.
            today: ISO date, the access date of captured bytes.
            earlier: What an earlier research found; of these only what a person keeps is taken over.
        """
        self._today = today
        self._by_key = {source.key: source for source in known}
        self._by_page = {canonical_address(source.url): source.key for source in reversed(known)}
        self._last: dict[str, Decision] = {}
        mine: dict[str, Source] = {}
        for decision in decisions:
            if decision.subject != "source":
                continue
            if decision.verdict == "add":
                source = self._add(decision)
                mine[source.key] = source
            self._last[self._resolve(decision.key)] = decision
        for source in earlier:
            page = canonical_address(source.url)
            key = self._by_page.setdefault(page, source.key)
            if self.kept(source) and key not in mine:
                mine[key] = replace(self._by_key.setdefault(key, source), accessed="", sha256="")
        self.added = tuple(source for source in mine.values() if not self.dropped(source))

    def place(self, hit: Hit) -> Hit:
        """The hit under the key that its page has here, its topics kept, and dated where bytes were captured.

        An address that only sends on to a page is that page.
        """
        source = hit.source
        page = canonical_address(source.url)
        served = canonical_address(hit.served_by) if hit.served_by and source.sha256 else page
        key = self._by_page.get(served, self._by_page.get(page))
        wished = self._by_key.get(source.key)
        if wished is not None and not source.sha256 and canonical_address(wished.url) == page:
            key = source.key
        if key is None:
            key = unique_key(source.label, source.url, self._by_key)
            self._by_key[key] = source
        self._by_page.setdefault(page, key)
        if served != page:
            self._by_page[page] = self._by_page[served] = key
            if served in self._last:
                self._last.setdefault(key, self._last[served])
        known = self._by_key[key]
        source = replace(
            source,
            key=key,
            topics=tuple(dict.fromkeys((*known.topics, *source.topics))),
            settles=source.settles or known.settles,
            primary=known.primary,
            accessed=(hit.fetched[:10] or self._today) if source.sha256 else "",
        )
        passage = replace(hit.passage, source=key) if hit.passage is not None else None
        return replace(hit, source=source, passage=passage)

    def dropped(self, source: Source) -> bool:
        """Whether a person dropped it, by its key, its label or its address."""
        return self._verdict(source) == "drop"

    def kept(self, source: Source) -> bool:
        """Whether a person said to keep it, or added it."""
        return self._verdict(source) in {"keep", "add"}

    def reason(self, source: Source) -> str:
        """What the person said about it, or empty."""
        decision = self._decision(source)
        return " ".join(decision.text.split()) if decision is not None else ""

    def _verdict(self, source: Source) -> str:
        decision = self._decision(source)
        return decision.verdict if decision is not None else ""

    def _decision(self, source: Source) -> Decision | None:
        return self._last.get(source.key) or self._last.get(canonical_address(source.url))

    def _resolve(self, given: str) -> str:
        """The key a decision means: given as key, label or address; an unknown address stands for itself."""
        if "://" not in given:
            return f"src:{given.removeprefix('src:')}"
        page = canonical_address(given)
        return self._by_page.get(page, page)

    def _add(self, decision: Decision) -> Source:
        page = canonical_address(decision.key)
        if page in self._by_page:
            return self._by_key[self._by_page[page]]
        title = " ".join(decision.text.split()) or page
        key = unique_key(make_label(title), decision.key, self._by_key)
        source = Source(key=key, title=title, url=decision.key.strip(), provider="person", primary=False)
        self._by_page[page], self._by_key[key] = key, source
        return source
