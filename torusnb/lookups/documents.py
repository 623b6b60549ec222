"""What stands in guides, in the documentation of locked dependencies, and in the sources that research captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from torusnb.context.inquiry.names import NameBook
from torusnb.context.waypoints.likeness import find_likeness
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.cleaning import clean_text
from torusnb.lookups.finding import Finding
from torusnb.lookups.named import PASSAGES_OF_NAME, find_asked, find_documented, find_held, list_names, quoted
from torusnb.lookups.sheet import Sheet
from torusnb.models.codebase import CodeMap
from torusnb.models.messages import DOCUMENTED_HERE
from torusnb.models.record import Decision
from torusnb.models.sources import Citation, Passage, Query, Research, Source
from torusnb.research.binding import cite_hit, extract_hit
from torusnb.research.lock import released_versions
from torusnb.research.pages.instructions import addresses_model
from torusnb.research.providers.deps import DependencyDocs
from torusnb.research.providers.protocol import Hit
from torusnb.research.shelf import Shelf

_SECTIONS = 8
_PASSAGES = 4
_MOST_WORDS = 6
_LISTED = 40


class Guides:
    """Guides of one checkout."""

    def __init__(self, code: CodeMap, finding: Finding, text: CheckoutText) -> None:
        """The guides of that map."""
        self._code = code
        self._finding = finding
        self._text = text

    def guide(self, sheet: Sheet, words: str = "", path: str = "") -> None:
        """The sections that speak of some words, one guide's headings, or all guides.

        Raises:
            InputError: There is no such guide.
        """
        path = path.removeprefix("guide:").removeprefix("./").partition(":")[0]
        if path and path not in self._text.guides:
            near = ", ".join(NameBook.closest(path, self._text.guides)) or "none"
            raise InputError(f"there is no guide {path}; near it: {near}")
        if words:
            self._finding.sections(sheet, words, _SECTIONS, path)
            if sheet.is_empty:
                sheet.say(f"no guide section speaks of {words}")
        elif path:
            sheet.say(f"{self._text.guides[path].title}, {len(self._text.lines(path))} lines")
            for section in self._text.guides[path].sections:
                sheet.quote(path, section.line)
        else:
            sheet.say(f"{len(self._code.guides)} guides")
            for guide in self._code.guides:
                sheet.say(f"{guide.path}: {guide.title} ({len(guide.sections)} sections)")


class Documents:
    """Documentation on disk and captured sources.

    A passage that gives orders to a language model is not shown. A person's decision against a source holds here too.
    """

    def __init__(
        self,
        code: CodeMap,
        research: Research,
        docs: DependencyDocs | None,
        decisions: tuple[Decision, ...],
        today: str,
        on_captured: Callable[[bytes], object] | None,
    ) -> None:
        """What that research captured and what `docs` finds; `on_captured` hears the bytes that those came from."""
        self._packages = frozenset(package.name for package in code.packages)
        self._locked = released_versions(code.packages)
        self._research = research
        self._docs = docs
        self._decisions = decisions
        self._today = today
        self._captured = on_captured

    def docs(self, sheet: Sheet, words: str, package: str = "", name: str = "") -> None:
        """Passages of the dependencies' documentation, best first; those that document a name come before all others.

        With `name` nothing else is shown: what documents one name, or of several the one passage that says most of the
        words; none where no passage says two of them.

        Raises:
            InputError: No such package is locked.
        """
        if package and package not in self._packages:
            near = ", ".join(NameBook.closest(package, self._packages)) or "none"
            raise InputError(f"mix.lock locks no package {package}; near it: {near}")
        if self._docs is None:
            sheet.say("no documentation of the dependencies is at hand")
            return
        if package and package not in self._docs.packages():
            held = ", ".join(sorted(self._docs.packages())[:_LISTED]) or "none"
            sheet.say(f"no documentation of {package} is held here, so nothing can be said of it; held: {held}")
            return
        if name:
            self._show(sheet, find_asked(self._docs, name, words, package), words, PASSAGES_OF_NAME)
            documented = find_held(self._docs, name, package)
            if documented:
                sheet.say(f"{DOCUMENTED_HERE.removeprefix('# ')}{'; '.join(documented)}")
            if sheet.is_empty:
                says = "no passage of these speaks of it" if documented else "no package, or several, document it"
                sheet.say(f"nothing is shown of {name}: {says}")
            return
        answer = self._docs.search(Query("", self._docs.name, words, package))
        found = answer.hits or self._search_each(self._docs, words.split()[:_MOST_WORDS], package)
        named = find_documented(self._docs, list_names(words), words, package)
        found = [*named[:PASSAGES_OF_NAME], *(hit for hit in found if not package or hit.source.package == package)]
        self._show(sheet, found, words, _PASSAGES)
        if sheet.is_empty and package:
            sheet.say(f"no passage of the documentation of {package} that is held here speaks of {words}")
        elif sheet.is_empty:
            sheet.say(answer.message or f"no passage speaks of {words}")

    def _show(self, sheet: Sheet, found: Sequence[Hit], words: str, most: int) -> None:
        """Put the best passages on the sheet, each place once, with what binds them to the captured bytes.

        Of what documents a name the words that are quoted are shown, and no more: they are what a mark of it proves.
        """
        shelf = Shelf(self._research.sources, self._decisions, self._today)
        known = {source.key: source.sha256 for source in self._research.sources if source.sha256}
        hits = [hit for hit in map(shelf.place, found) if hit.passage is not None and not shelf.dropped(hit.source)]
        shown: set[tuple[str, int]] = set()
        for hit in hits:
            if len(shown) == most:
                return
            at = (hit.source.key, hit.passage.start) if hit.passage is not None else ("", 0)
            if at in shown:
                continue
            shown.add(at)
            if hit.passage is not None and not addresses_model(f"{hit.passage.heading}. {hit.passage.text}"):
                sheet.say(f"{hit.source.title}, {hit.passage.heading}; {hit.source.url}; {hit.reason}")
                new = None if hit.source.key in known else hit.source
                # Of a page that research captured in another form the words stand in its own evidence already.
                bound = known.get(hit.source.key, hit.source.sha256) == hit.source.sha256
                said = quoted(hit) if hit.spoken is not None else hit.passage.text
                sheet.cite_source(hit.source.key, said, new=new, citations=(self._bind(hit, words),) if bound else ())
                if self._captured is not None and hit.captured:
                    self._captured(hit.captured)

    def _bind(self, hit: Hit, words: str) -> Citation:
        """The words of a hit that speak of what was asked, checked against its bytes like any quote."""
        reason = f"Looked up while drafting: {hit.reason}"
        return cite_hit(
            "", replace(hit, reason=reason), {hit.source.key: extract_hit(hit)}, self._locked, query=clean_text(words)
        )

    @staticmethod
    def _search_each(docs: DependencyDocs, words: list[str], package: str) -> list[Hit]:
        """The passages that speak of single words, those of most words first: none says all in one sentence."""
        found: dict[tuple[str, int], list[Hit]] = {}
        for word in words:
            for hit in docs.search(Query("", docs.name, word, package)).hits:
                if hit.passage is not None:
                    found.setdefault((hit.source.key, hit.passage.start), []).append(hit)
        order = sorted(found, key=lambda place: (-sum(hit.relevance for hit in found[place]), place))
        return [found[place][0] for place in order]

    def passages(self, sheet: Sheet, words: str = "", source: str = "") -> None:
        """The captured passages that speak of some words, or those of one source, or all sources.

        Raises:
            InputError: There is no such source.
        """
        key = f"src:{source.removeprefix('src:')}" if source else ""
        if key and self._research.source(key) is None:
            listed = ", ".join(sorted(known.key for known in self._research.sources)[:20])
            raise InputError(f"there is no source {key}; there are {listed or 'none'}")
        if not words and not key:
            sheet.say(f"{len(self._research.sources)} sources")
            for known in self._research.sources:
                self._cite(sheet, known, "")
            return
        wanted = [passage for passage in self._research.passages if not key or passage.source == key]
        for passage in self._rank(words, wanted) if words else wanted:
            self._passage(sheet, passage)
        held = self._research.source(key) if key else None
        if sheet.is_empty and held is not None:
            self._cite(
                sheet, held, "" if self._has_quote(held) else "; it was never captured, so there is only its title"
            )
        elif sheet.is_empty:
            sheet.say(f"no captured passage speaks of {words}; without words the sources are listed")

    @staticmethod
    def _rank(words: str, passages: Sequence[Passage]) -> list[Passage]:
        likeness = find_likeness(words, [f"{passage.heading}\n{passage.text}" for passage in passages])
        order = sorted(range(len(passages)), key=lambda n: (-likeness[n].share, passages[n].source, passages[n].start))
        return [passages[n] for n in order if likeness[n].share > 0][:_PASSAGES]

    def _passage(self, sheet: Sheet, passage: Passage) -> None:
        source = self._research.source(passage.source)
        if source is not None and not addresses_model(f"{passage.heading}. {passage.text}"):
            sheet.say(f"{source.title}, {passage.heading}; {source.url}")
            sheet.cite_source(source.key, passage.text)

    def _has_quote(self, source: Source) -> bool:
        return any(citation.quote for citation in self._research.citations if citation.source == source.key)

    def _cite(self, sheet: Sheet, source: Source, note: str) -> None:
        """A source by what is quoted of it, or by its title."""
        quotes = (citation.quote for citation in self._research.citations if citation.source == source.key)
        sheet.say(f"{source.title}; {source.url}{note}")
        sheet.cite_source(source.key, next(filter(None, quotes), source.title))
