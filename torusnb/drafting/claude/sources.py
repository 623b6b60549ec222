"""Which words of outside sources every request carries: a handful at most, that fit what is asked and where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.drafting.claude.blocks import Group, Part
from torusnb.drafting.claude.library_names import homes_of
from torusnb.drafting.offline.work import words_of
from torusnb.drafting.unanswered import stopped_sources
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.sources import Question, Source
from torusnb.models.telling import count_told

MOST_SOURCES = 4
"""Sources that every request shows at most, the best fitting words of each. Of 128 quotes that stood in the requests of
four designs none was marked; what a decision rests on is looked up in the documentation once it is decided."""
BEST_WAYPOINTS = 12
"""Waypoints whose kinds and calls tell of which library modules a source is worth showing."""
_FUNCTION = re.compile(r"`(?:[\w.:]*[.:])?([a-z_]\w*[?!]?)/\d{1,2}`")
"""A function as documentation names it."""
_PASSED = frozenset({"test", "guide", "asset"})
LEAST_TERMS = 3
"""Words of a question's terms that a quote must speak to be shown as its answer."""


def choose_sources(pack: EvidencePack) -> Iterator[Group]:
    """A group for each of a handful of sources, with its best fitting words; no words are shown twice.

    A source that stands for nothing but unanswered questions is not shown. Of a dependency's documentation only what
    the best waypoints have at hand is, in words that tell how a function of theirs behaves: none where
    none fits.
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


class AtHand(Value, frozen=True):
    """What the best waypoints have at hand: library modules, and the functions that they call or have."""

    modules: frozenset[str]
    functions: frozenset[str]

    def documents(self, source: Source) -> bool:
        """Whether a source is no dependency's, or documents a module at hand, or a package that is one of Erlang's."""
        title = source.title.partition(" (")[0]
        return not source.package or title in self.modules or title.lower() == source.package in self.modules

    def decides(self, source: Source | None, words: str) -> bool:
        """Whether words of a source may be shown; of a dependency's only behaviour of a function at hand."""
        if source is None or not source.package:
            return source is not None
        called = source.package in self.modules or not self.functions.isdisjoint(_FUNCTION.findall(words))
        return called and count_told(words) > 0


def find_at_hand(pack: EvidencePack) -> AtHand:
    """What the best waypoints have at hand: by what they are, name and call."""
    code = pack.context.code
    paths = dict.fromkeys(w.path for w in pack.context.waypoints if w.layer not in _PASSED and w.path in code.by_path)
    modules = [module for path in [*paths][:BEST_WAYPOINTS] for module in code.by_path[path].modules]
    named = {home for module in modules for home in homes_of(module.kinds)}
    named |= {reference.module for module in modules for reference in module.references}
    named |= {call.module.removeprefix(":") for module in modules for call in module.calls}
    functions = {call.name for module in modules for call in module.calls}
    functions |= {function.name for module in modules for function in module.functions}
    functions |= {callback.kind for module in modules for callback in module.callbacks}
    return AtHand(frozenset(named - code.modules.keys()), frozenset(functions))


def _spoken(pack: EvidencePack) -> Iterator[Part]:
    """The quotes of sources that a person added, then the first of each question that fits it, then the passages.

    Of a dependency's documentation only what the best waypoints have at hand, in words that tell its behaviour.

    A question that a trap in the code raises comes first, then those asked for a requirement, then the others; among
    such, that whose quote speaks most of its terms.
    """
    questions = {question.id: question for question in pack.research.questions}
    asked = {r.id for r in pack.pack.requirements} | {c.id for c in pack.pack.criteria}
    at_hand = find_at_hand(pack)
    sources = {s.key: s for s in pack.research.sources if at_hand.documents(s)}
    ranked: list[tuple[int, int, Part]] = []
    answered: set[str] = set()
    for citation in (citation for citation in pack.research.citations if citation.quote):
        part = Part(citation.source, f"source, quote {citation.verdict}", citation.quote)
        question = questions.get(citation.question)
        if question is None:
            ranked.append((0, 0, part))
        elif not at_hand.decides(sources.get(citation.source), citation.quote):
            continue
        elif question.id not in answered and (met := _fits(question, citation.quote)):
            answered.add(question.id)
            ranked.append((1 if question.traps else 2 if asked & {*question.serves} else 3, -met, part))
    for *_, part in sorted(ranked, key=lambda each: each[:2]):
        yield part
    for passage in pack.research.passages:
        if at_hand.decides(sources.get(passage.source), passage.text):
            yield Part(passage.source, "source, passage", f"{passage.heading}: {passage.text}")


def _fits(question: Question, quote: str) -> int:
    """How many words of the question's terms a quote speaks, and 1 more; 0 when it speaks too few to answer it."""
    terms = set(words_of(" ".join(question.terms)))
    met = len(terms & set(words_of(quote)))
    return met + 1 if met >= min(LEAST_TERMS, len(terms)) else 0
