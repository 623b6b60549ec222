"""Research from end to end: questions, queries, hits, and the few citations that are worth keeping.

What a provider found is judged here, the same for all: a person's decisions first, then relevance, then whether
the quote stands in the captured bytes, of the version that is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from torusnb.models.base import Value
from torusnb.models.design import FocusArea
from torusnb.models.fetched import Fetched
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Citation, Look, ProviderFailure, Query, Question, Research, Source
from torusnb.research.asking import Asker, Heard, OnAnswer, Recall, find_failures, is_blocked
from torusnb.research.binding import cite_hit, extract_hit
from torusnb.research.capturing import Capturer, name_release
from torusnb.research.choice import LEAST_RELEVANCE, choose_hits
from torusnb.research.comparing import Compared, compare_captured
from torusnb.research.lock import public_versions, released_versions
from torusnb.research.pages import Page
from torusnb.research.primary import primary_hosts
from torusnb.research.providers import Fetcher, Hit, Library, Provider
from torusnb.research.questions import raise_questions
from torusnb.research.redaction import private_terms
from torusnb.research.shelf import Shelf
from torusnb.research.words import word_set

_ADDED = "A person added it."
_KEPT = "A person keeps it, though nobody found it again."


class ResearchResult(Value, frozen=True):
    """What research found, and the captured bytes of what it cites, by their hex SHA-256."""

    research: Research
    snapshots: dict[str, bytes]


def run_research(
    pack: SpecPack,
    context: Context,
    playbook: tuple[FocusArea, ...],
    providers: Sequence[Provider],
    today: str,
    on_query: Callable[[Query], None],
    decisions: tuple[Decision, ...] = (),
    *,
    keep_inside: Collection[str] = (),
    fetcher: Fetcher | None = None,
    links: Mapping[str, tuple[str, ...]] | None = None,
    on_answer: OnAnswer | None = None,
    recall: Recall | None = None,
    on_fetch: Callable[[Fetched], None] | None = None,
    earlier: tuple[Source, ...] = (),
    pages: Callable[[], Iterable[Fetched]] = tuple,
) -> ResearchResult:
    """Ask the feature's questions and keep what answers them; a question nothing answers stays without citation.

    The sources are those that are cited and those that the playbook's practices rest on. A source that a person
    dropped is in neither, whoever would use it. `Research.blocked` names the questions that stay open.

    Args:
        pack: The spec pack.
        context: Its captured context.
        playbook: The focus areas to ask for.
        providers: Whom to ask, in that order.
        today: ISO date; the access date of what is captured now.
        on_query: Called with each query before it is asked, so that it is on record whatever comes of it.
        decisions: A person's decisions on sources.
        keep_inside: Terms that no query holds when it leaves, besides those that `private_terms` finds.
        fetcher: Fetches the pages that providers only point to; None leaves them unfetched.
        links: Package to the addresses its metadata name; they count as primary.
        on_answer: Called with what a provider gave for a query.
        recall: Gives what was answered to a query before; that is not asked again.
        on_fetch: Called with what came of each fetch of a page.
        earlier: The sources of an earlier research; what a person keeps of them stays, found again or not.
        pages: Gives the pages that were ever captured, whether this run asks for them or not. A cited source that is
            not primary is compared with them too.
    """
    questions = raise_questions(pack, context, playbook)
    known = tuple(source for provider in providers if isinstance(provider, Library) for source in provider.sources())
    public = public_versions(context.code.packages)
    kept_inside = (*private_terms(pack, context), *keep_inside)
    desk = _Desk(
        shelf=Shelf(known, decisions, today, earlier),
        asker=Asker(providers, kept_inside, public, on_query, on_answer, recall),
        capturer=Capturer(fetcher, on_fetch) if fetcher is not None else None,
        locked=public,
        hosts=primary_hosts(dict(links or {}), known, public),
    )
    asked = _ask_all(questions, desk, playbook)
    _capture_added(asked, desk, questions)
    citations = _cite(asked, desk, questions, released_versions(context.code.packages))
    sources = _gather_sources(asked.kept, known, desk.shelf, playbook)
    compared = compare_captured(citations, sources, asked.captured.values(), pages, desk.name_page)
    return _conclude(questions, asked, citations, sources, compared, today)


def _conclude(
    questions: tuple[Question, ...],
    asked: _Asked,
    citations: Sequence[Citation],
    sources: tuple[Source, ...],
    compared: Compared,
    today: str,
) -> ResearchResult:
    """What was asked and found, with the bytes of what is cited."""
    failures, blocked = _find_open(questions, asked, citations)
    passages = {(p.source, p.start, p.end): p for _, hit in asked.kept if (p := hit.passage) is not None}
    research = Research(
        questions=questions,
        queries=tuple(asked.queries),
        sources=sources,
        passages=tuple(passages[key] for key in sorted(passages)),
        citations=tuple(citations),
        looks=tuple(asked.looks),
        asked=today,
        failures=failures,
        blocked=blocked,
        replacements=compared.replacements,
    )
    kept = {hit.source.sha256: hit.captured for _, hit in asked.kept if hit.source.sha256}
    return ResearchResult(research, {**compared.snapshots, **kept})


class _Desk(NamedTuple):
    """All that a question goes through."""

    shelf: Shelf
    asker: Asker
    capturer: Capturer | None
    locked: Mapping[str, str]
    hosts: frozenset[str]

    def name_page(self, hit: Hit) -> Hit | None:
        """A captured page under the shelf's key, as documentation where it is some; None where nobody may cite it."""
        placed = self.shelf.place(replace(hit, source=name_release(hit.source, self.locked, self.hosts)))
        return placed if self.may_cite(placed.source) else None

    def may_cite(self, source: Source) -> bool:
        """Whether a person did not drop it, and it is for no other version than the locked one."""
        return not self.shelf.dropped(source) and self.locked.get(source.package, source.version) == source.version


class _Asked(NamedTuple):
    queries: list[Query]
    looks: list[Look]
    kept: list[tuple[Question, Hit]]
    heard: dict[str, list[Heard]]
    captured: dict[str, Hit]


def _ask_all(questions: Iterable[Question], desk: _Desk, playbook: tuple[FocusArea, ...]) -> _Asked:
    asked = _Asked([], [], [], {}, {})
    for question in questions:
        heard = desk.asker.ask(question)
        asked.heard[question.id] = heard
        asked.queries.extend(entry.query for entry in heard if entry.asked)
        hits = [hit for entry in heard for hit in _place_all(entry, desk)]
        for hit in hits:
            if hit.captured and desk.may_cite(hit.source):
                asked.captured.setdefault(hit.source.key, hit)
        chosen, seen = choose_hits(question, hits, desk.shelf, _practice_sources(playbook, question.focus))
        asked.kept.extend((question, hit) for hit in chosen)
        asked.looks.extend(seen)
    return asked


def _place_all(heard: Heard, desk: _Desk) -> list[Hit]:
    """The hits of an answer under the shelf's keys, captured where that can be done and nobody dropped the source."""
    named = [
        hit if hit.source.package else replace(hit, source=name_release(hit.source, desk.locked, desk.hosts))
        for hit in heard.hits
    ]
    placed = [desk.shelf.place(hit) for hit in named]
    if desk.capturer is None:
        return placed
    wanted = [hit for hit in placed if not desk.shelf.dropped(hit.source)]
    captured = desk.capturer.capture(heard.query, wanted)
    return [desk.shelf.place(hit) for hit in captured] + [hit for hit in placed if desk.shelf.dropped(hit.source)]


def _find_open(
    questions: tuple[Question, ...], asked: _Asked, citations: Sequence[Citation]
) -> tuple[tuple[ProviderFailure, ...], tuple[str, ...]]:
    """What providers failed to bring, and the questions that are open for it."""
    told: list[ProviderFailure] = []
    blocked = []
    for question in questions:
        cited = [citation for citation in citations if citation.question == question.id]
        failures = find_failures(question, asked.heard[question.id], cited)
        told += failures
        if is_blocked(failures, cited):
            blocked.append(question.id)
    return tuple(told), tuple(blocked)


def _gather_sources(
    kept: Sequence[tuple[Question, Hit]], known: tuple[Source, ...], shelf: Shelf, playbook: tuple[FocusArea, ...]
) -> tuple[Source, ...]:
    """What is cited, what a person added and what practices rest on, by key; as captured where it ever was."""
    wanted = {practice.source for area in playbook for practice in area.practices}
    sources = {s.key: s for s in known if s.key in wanted and not shelf.dropped(s)}
    sources.update((source.key, source) for source in shelf.added)
    found = sorted((hit.source for _, hit in kept), key=lambda source: bool(source.sha256))
    sources.update((source.key, source) for source in found)
    return tuple(sources[key] for key in sorted(sources))


def _practice_sources(playbook: Iterable[FocusArea], focus: str) -> frozenset[str]:
    return frozenset(practice.source for area in playbook if area.id == focus for practice in area.practices)


def _extract_all(asked: _Asked) -> dict[str, Page]:
    """Source key to page, of all captured sources that are cited."""
    return {hit.source.key: extract_hit(hit) for _, hit in asked.kept if hit.captured}


def _cite(asked: _Asked, desk: _Desk, questions: tuple[Question, ...], released: dict[str, str]) -> list[Citation]:
    """What was kept, and a person's own sources that could not be."""
    citations = _cite_all(asked, released)
    cited = {citation.source for citation in citations}
    return citations + _cite_added([source for source in desk.shelf.added if source.key not in cited], questions)


def _cite_all(asked: _Asked, locked: dict[str, str]) -> list[Citation]:
    sent = {(query.question, query.provider): query.text for query in asked.queries}
    captured = _extract_all(asked)
    return [
        cite_hit(question.id, hit, captured, locked, query=sent.get((question.id, hit.source.provider), ""))
        for question, hit in asked.kept
    ]


def _capture_added(asked: _Asked, desk: _Desk, questions: tuple[Question, ...]) -> None:
    """Fetch a person's own sources where that can be done, each for the question that it speaks of most."""
    if desk.capturer is None or not questions:
        return
    kept = {hit.source.key for _, hit in asked.kept}
    for source in desk.shelf.added:
        if source.key in kept:
            continue
        titled = _best_question(source, questions)
        placed = desk.shelf.place(Hit(source, LEAST_RELEVANCE, _said(source)))
        read = []
        for question in (titled,) if titled is not None else questions:
            query = Query(question.id, source.provider, " ".join(question.terms), question.package)
            read += [(question, hit) for hit in desk.capturer.capture(query, [placed])]
        question, hit = max(read, key=lambda pair: (pair[1].passage is not None, pair[1].relevance))
        if hit.captured:
            asked.kept.append((question, desk.shelf.place(hit)))


def _cite_added(added: Sequence[Source], questions: tuple[Question, ...]) -> list[Citation]:
    """A person's own sources that nobody fetched."""
    best = [(source, _best_question(source, questions)) for source in added]
    return [Citation(s.key, question.id if question else "", "", "not-fetched", _said(s)) for s, question in best]


def _said(source: Source) -> str:
    return _ADDED if source.provider == "person" else _KEPT


def _best_question(source: Source, questions: tuple[Question, ...]) -> Question | None:
    """The question that a source's title shares most words with; None when it shares none."""
    title = word_set(source.title)
    shared = [(-len(title & word_set(q.text, *q.terms)), number) for number, q in enumerate(questions)]
    best, number = min(shared, default=(0, 0))
    return questions[number] if best else None
