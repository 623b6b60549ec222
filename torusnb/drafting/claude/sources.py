"""Which words of outside sources every request carries: a handful that fit what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from torusnb.drafting.claude.blocks import Group, Part
from torusnb.drafting.offline.work import words_of
from torusnb.drafting.unanswered import stopped_sources
from torusnb.models.design import EvidencePack
from torusnb.models.sources import Question

MOST_SOURCES = 6
"""Sources that every request shows, the best fitting words of each. Of 128 quotes that stood in the requests of four
designs none was marked; what a decision rests on is looked up in the documentation once it is decided."""
LEAST_TERMS = 3
"""Words of a question's terms that a quote must speak to be shown as its answer."""


def choose_sources(pack: EvidencePack) -> Iterator[Group]:
    """A group for each of a handful of sources, with its best fitting words; no words are shown twice.

    A source that stands for nothing but unanswered questions is not shown.
    """
    stopped = stopped_sources(pack.research)
    chosen: dict[str, Part] = {}
    for part in _spoken(pack):
        source = pack.research.source(part.key)
        known = any(part.text in other.text or other.text in part.text for other in chosen.values())
        if source is None or part.key in {*stopped, *chosen} or part.key not in pack.evidence or known:
            continue
        chosen[part.key] = part
        release = f"{source.package} {source.version}".strip()
        yield Group(f"Source: {source.title if release in source.title else f'{source.title} {release}'}", (part,))
        if len(chosen) == MOST_SOURCES:
            return


def _spoken(pack: EvidencePack) -> Iterator[Part]:
    """The quotes of sources that a person added, then the first of each question that fits it, then the passages.

    A question that a trap in the code raises comes first, then those asked for a requirement, then the others; among
    such, that whose quote speaks most of its terms.
    """
    questions = {question.id: question for question in pack.research.questions}
    asked = {r.id for r in pack.pack.requirements} | {c.id for c in pack.pack.criteria}
    ranked: list[tuple[int, int, Part]] = []
    answered: set[str] = set()
    for citation in (citation for citation in pack.research.citations if citation.quote):
        part = Part(citation.source, f"source, quote {citation.verdict}", citation.quote)
        question = questions.get(citation.question)
        if question is None:
            ranked.append((0, 0, part))
        elif question.id not in answered and (met := _fits(question, citation.quote)):
            answered.add(question.id)
            ranked.append((1 if question.traps else 2 if asked & {*question.serves} else 3, -met, part))
    for *_, part in sorted(ranked, key=lambda each: each[:2]):
        yield part
    for passage in pack.research.passages:
        yield Part(passage.source, "source, passage", f"{passage.heading}: {passage.text}")


def _fits(question: Question, quote: str) -> int:
    """How many words of the question's terms a quote speaks, and 1 more; 0 when it speaks too few to answer it."""
    terms = set(words_of(" ".join(question.terms)))
    met = len(terms & set(words_of(quote)))
    return met + 1 if met >= min(LEAST_TERMS, len(terms)) else 0
