"""Asking providers: what must stay inside is taken out, each query is on record first, a refusal is heeded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from torusnb.errors import TorusnbError
from torusnb.models.sources import ANSWERS, REFUSALS, Citation, ProviderFailure, Query, Question
from torusnb.research.choice import LEAST_RELEVANCE
from torusnb.research.providers import Answer, Hit, Provider
from torusnb.research.redaction import redact

_ENOUGH_SAID = frozenset({"rate-limited", "challenge", "unreachable"})
"""Refusals after which a provider is left alone for the rest of a run."""

_NOT_SENT = "Every word of it must stay inside, so nothing was sent. Ask it another way, or shorten `keep_inside`."

OnAnswer = Callable[[Provider, Query, Answer], None]

Recall = Callable[[Provider, Query], Answer | None]
"""What a provider answered to the same words before, or None."""


class Heard(NamedTuple):
    """What came of one query; `failure` is what it would be called if nobody else answers."""

    query: Query
    hits: tuple[Hit, ...]
    failure: ProviderFailure | None

    @property
    def asked(self) -> bool:
        """Whether the provider was asked at all."""
        return self.failure is None or self.failure.outcome not in {"not-sent", "not-asked"}


class Asker:
    """Asks all providers, one question after the other."""

    def __init__(
        self,
        providers: Sequence[Provider],
        keep_inside: Collection[str],
        public: Mapping[str, str],
        on_query: Callable[[Query], None],
        on_answer: OnAnswer | None = None,
        recall: Recall | None = None,
    ) -> None:
        """An asker.

        Args:
            providers: Whom to ask, in that order.
            keep_inside: Terms that no query holds when it leaves.
            public: The locked packages that may be named to others.
            on_query: Called with each query before it is asked; not for one that is not sent.
            on_answer: Called with what came of it.
            recall: Asked first for queries that would leave; what it knows is not asked again.
        """
        self._providers = providers
        self._keep_inside = keep_inside
        self._public = public
        self._on_query = on_query
        self._on_answer = on_answer
        self._recall = recall
        self._refused: dict[str, str] = {}

    def ask(self, question: Question) -> list[Heard]:
        """What each provider has for a question, in their order."""
        return [self._ask(question, provider) for provider in self._providers]

    def _ask(self, question: Question, provider: Provider) -> Heard:
        query = self._word(question, provider)
        if not query.text:
            return _heard(query, Answer((), "not-sent", _NOT_SENT))
        known = self._recall(provider, query) if self._recall is not None and provider.outbound else None
        if known is not None:
            return _heard(query, known)
        if provider.name in self._refused:
            before = f"It was not asked, since it refused the query for {self._refused[provider.name]}."
            return _heard(query, Answer((), "not-asked", before))
        self._on_query(query)
        answer = _search(provider, query)
        if self._on_answer is not None:
            self._on_answer(provider, query, answer)
        if answer.outcome in _ENOUGH_SAID and not answer.hits:
            self._refused[provider.name] = question.id
        return _heard(query, answer)

    def _word(self, question: Question, provider: Provider) -> Query:
        text = " ".join(question.terms)
        if not provider.outbound:
            return Query(question.id, provider.name, text, question.package)
        text, removed = redact(text, self._keep_inside)
        package = question.package if question.package in self._public else ""
        if redact(package, self._keep_inside)[1]:
            package, removed = "", removed + 1
        return Query(question.id, provider.name, text, package, removed)


def find_failures(question: Question, heard: Sequence[Heard], citations: Sequence[Citation]) -> list[ProviderFailure]:
    """What has to be told of a question: every refusal, and who had nothing where no source is cited for it.

    Args:
        question: The question.
        heard: What each provider gave for it.
        citations: What is cited for it.
    """
    told = []
    for query, hits, failure in heard:
        if failure is not None and (failure.outcome in REFUSALS or not citations):
            told.append(failure)
        elif failure is None and not citations:
            best = max((hit.relevance for hit in hits), default=0.0)
            weak = "speaks of too little of the question" if best < LEAST_RELEVANCE else "was dropped"
            message = f"What it found {weak}. Ask another provider, or add a source by hand."
            told.append(ProviderFailure(query.provider, question.id, query.text, "empty", message))
    return told


def is_blocked(failures: Sequence[ProviderFailure], citations: Sequence[Citation]) -> bool:
    """Whether a question must not be presented as answered.

    Nothing is cited for it; or somebody refused, and no words found elsewhere stand in captured bytes.
    """
    if not citations:
        return True
    refused = any(failure.outcome in REFUSALS for failure in failures)
    return refused and not any(citation.verdict in {"verified", "near-match"} for citation in citations)


def _search(provider: Provider, query: Query) -> Answer:
    """What the provider gives; an outside package's own exceptions become one that names the provider."""
    try:
        answer: object = provider.search(query)  # an outside package may give anything
    except TorusnbError:
        raise
    except Exception as error:
        text = f"the research provider {provider.name!r} failed ({type(error).__name__}: {error})"
        raise TorusnbError(f"{text}; mend it, or take it out of the parameter `providers`", key="providers") from error
    if not isinstance(answer, Answer):
        text = f"the research provider {provider.name!r} gave {type(answer).__name__} instead of an Answer"
        raise TorusnbError(f"{text}; mend it, or take it out of the parameter `providers`", key="providers")
    return answer


def _heard(query: Query, answer: Answer) -> Heard:
    if answer.outcome == "answered" and answer.hits:
        return Heard(query, answer.hits, None)
    outcome = answer.outcome if answer.outcome in ANSWERS else "broken"
    outcome = "empty" if outcome == "answered" else outcome
    message = answer.message or ANSWERS[outcome]
    failure = ProviderFailure(query.provider, query.question, query.text, outcome, message)
    return Heard(query, answer.hits, failure)
