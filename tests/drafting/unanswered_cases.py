"""The garden's evidence with questions that research left unanswered."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.drafting.garden_feature import evidence
from torusnb.models.design import EvidencePack
from torusnb.models.sources import Citation, Passage, ProviderFailure, Question, Research, Source

SLOW = "It asks to slow down. Wait a minute, then run again."
CACHE = Question(
    "Q-1",
    "What does eviction in cachex 4.0.1 promise, for FR-001?",
    "cache",
    ("FR-001",),
    ("eviction", "ttl"),
    "cachex",
)
WRITES = Question(
    "Q-2", "How are two writes kept apart in ecto 3.12.5, for FR-002?", "data", ("FR-002",), ("lock", "stale"), "ecto"
)
ROWS = Question("Q-3", "How large may a row of Postgres grow, for FR-003?", "data", ("FR-003",), ("row", "size"))
BLOG = Source("src:cache-notes", "Notes on caches", "https://notes.example.org/caches", "ddgs", primary=False)
WORDS = "Expired entries of the cache are evicted lazily, and the janitor comes by every three seconds."


def refusal(question: Question, outcome: str = "rate-limited", provider: str = "ddgs") -> ProviderFailure:
    return ProviderFailure(provider, question.id, " ".join(question.terms), outcome, SLOW)


def answered(question: Question, source: str = "src:ecto-multi-page") -> Citation:
    return Citation(source, question.id, "Two writers are kept apart by a version.", "verified", "It speaks of it.")


def garden(**research: Any) -> EvidencePack:
    """The garden with questions on its cache and its data, of which `blocked` are unanswered."""
    plain = evidence()
    docs = Source("src:ecto-multi-page", "Multi", "https://hexdocs.pm/ecto/3.12.5/multi.html", "deps", package="ecto")
    found = Research(
        **{
            "questions": (CACHE, WRITES, ROWS),
            "sources": (*plain.research.sources, docs, BLOG),
            "passages": (Passage(BLOG.key, "Caches", WORDS, 0, len(WORDS)),),
            "citations": (
                answered(WRITES),
                answered(ROWS),
                Citation(BLOG.key, "Q-1", WORDS, "unchecked", "It speaks of it."),
            ),
            "failures": (refusal(CACHE), refusal(CACHE, "empty", "deps")),
            "blocked": ("Q-1",),
            **research,
        }
    )
    return evidence(research=found)


def all_answered() -> EvidencePack:
    """The same once the provider answers."""
    captured = replace(answered(CACHE, BLOG.key), quote=WORDS)
    return garden(citations=(answered(WRITES), answered(ROWS), captured), failures=(), blocked=())
