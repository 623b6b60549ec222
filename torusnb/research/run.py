"""Research from end to end: questions, queries, hits, and the few citations that are worth keeping.

What a provider found is judged here, the same for all: a person's decisions first, then relevance, then whether
the quote stands in the captured bytes, of the version that is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from torusnb.models.base import Value
from torusnb.models.design import FocusArea
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Citation, Look, Query, Question, Research, Source
from torusnb.research.choice import choose_hits
from torusnb.research.citations import check_quote, decide_verdict
from torusnb.research.lock import released_versions
from torusnb.research.providers import Hit, Library, Provider
from torusnb.research.questions import raise_questions
from torusnb.research.shelf import Shelf
from torusnb.research.words import word_set


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
) -> ResearchResult:
    """Ask the feature's questions and keep what answers them; a question nothing answers stays without citation.

    The sources are those that are cited and those that the playbook's practices rest on. A source that a person
    dropped is in neither, whoever would use it.

    Args:
        pack: The spec pack.
        context: Its captured context.
        playbook: The focus areas to ask for.
        providers: Whom to ask, in that order.
        today: ISO date; the access date of what is captured now.
        on_query: Called with each query before it is asked, so that it is on record whatever comes of it.
        decisions: A person's decisions on sources.
    """
    questions = raise_questions(pack, context, playbook)
    known = tuple(source for provider in providers if isinstance(provider, Library) for source in provider.sources())
    shelf = Shelf(known, decisions, today)
    asked = _ask_all(questions, providers, shelf, playbook, on_query)
    citations = _cite_all(asked.kept, released_versions(context.code.packages))
    cited = {citation.source for citation in citations}
    citations += _cite_added([source for source in shelf.added if source.key not in cited], questions)
    passages = {(p.source, p.start, p.end): p for _, hit in asked.kept if (p := hit.passage) is not None}
    research = Research(
        questions=questions,
        queries=tuple(asked.queries),
        sources=_gather_sources(asked.kept, known, shelf, playbook),
        passages=tuple(passages[key] for key in sorted(passages)),
        citations=tuple(citations),
        looks=tuple(asked.looks),
        asked=today,
    )
    return ResearchResult(research, {hit.source.sha256: hit.captured for _, hit in asked.kept if hit.source.sha256})


class _Asked(NamedTuple):
    queries: list[Query]
    looks: list[Look]
    kept: list[tuple[Question, Hit]]


def _ask_all(
    questions: Iterable[Question],
    providers: Sequence[Provider],
    shelf: Shelf,
    playbook: tuple[FocusArea, ...],
    on_query: Callable[[Query], None],
) -> _Asked:
    asked = _Asked([], [], [])
    for question in questions:
        hits: list[Hit] = []
        for provider in providers:
            query = Query(question.id, provider.name, " ".join(question.terms), question.package)
            on_query(query)
            asked.queries.append(query)
            hits += [shelf.place(hit) for hit in provider.search(query)]
        chosen, seen = choose_hits(question, hits, shelf, _practice_sources(playbook, question.focus))
        asked.kept.extend((question, hit) for hit in chosen)
        asked.looks.extend(seen)
    return asked


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


def _cite_all(kept: Sequence[tuple[Question, Hit]], locked: dict[str, str]) -> list[Citation]:
    texts = {hit.source.key: hit.captured.decode("utf-8", "replace") for _, hit in kept if hit.captured}
    return [_cite(question, hit, texts, locked) for question, hit in kept]


def _cite(question: Question, hit: Hit, texts: dict[str, str], locked: dict[str, str]) -> Citation:
    source, passage = hit.source, hit.passage
    if passage is None:
        if source.key in texts:
            why = "It was captured, but no words of it were found for this question."
            return Citation(source.key, question.id, "", "unchecked", f"{_sentence(hit.reason)} {why}")
        return Citation(source.key, question.id, "", "not-fetched", _sentence(hit.reason))
    quote = " ".join(texts[source.key][hit.start : hit.end].split())
    others = {key: text for key, text in texts.items() if key != source.key}
    check = check_quote(quote, texts[source.key], others, near=hit.start)
    verdict, why = decide_verdict(source, check, locked.get(source.package))
    return Citation(
        source=source.key,
        question=question.id,
        quote=quote,
        verdict=verdict,
        reason=_sentence(hit.reason) if verdict == "verified" else f"{_sentence(hit.reason)} {why}",
        anchor=passage.anchor,
        heading=passage.heading,
        start=check.start,
        end=check.end,
    )


def _cite_added(added: Sequence[Source], questions: tuple[Question, ...]) -> list[Citation]:
    """A person's own sources, each for the question it shares most words with."""
    made = []
    for source in added:
        title = word_set(source.title)
        shared = [(-len(title & word_set(q.text, *q.terms)), number) for number, q in enumerate(questions)]
        best, number = min(shared, default=(0, 0))
        reason = "A person added it."
        made.append(Citation(source.key, questions[number].id if best else "", "", "not-fetched", reason))
    return made


def _sentence(text: str) -> str:
    plain = text.strip().rstrip(".")
    return plain[:1].upper() + plain[1:] + "."
