"""Which of the hits for a question are cited, and why the others are not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from torusnb.models.sources import Look, Question, Source
from torusnb.research.providers import Hit
from torusnb.research.shelf import Shelf
from torusnb.research.words import found_terms, split_terms, word_set

MOST = 3
MOST_POINTERS = 2
"""Sources never fetched; beside a captured one, only one of them."""

LEAST_RELEVANCE = 0.4
_RESTED_ON = 0.1
_LEAST_SHARE = 0.5
"""Of the question's terms in words of a package that it is not about. Read in the research of seven packs: of the 19
quotes with fewer, 15 are beside the question; of the 12 with as many, 4."""


def choose_hits(
    question: Question, hits: Sequence[Hit], shelf: Shelf, practice_sources: Collection[str]
) -> tuple[list[Hit], list[Look]]:
    """The hits to cite, best first, and a look for each source that was found.

    Primary sources stand before others, captured ones before those never fetched, then the more relevant. A source is
    cited once for a question. Nothing below `LEAST_RELEVANCE` is cited, nor words of a package that the question is not
    about where they hold few of its terms, unless a person said to keep it.

    Args:
        question: The question.
        hits: What all providers found, under the shelf's keys.
        shelf: The sources and a person's decisions.
        practice_sources: Keys that practices of the question's focus area rest on; they count as more relevant.
    """
    chosen: dict[str, Hit] = {}
    looks: dict[str, Look] = {}
    pointers = 0

    def worth(hit: Hit) -> float:
        return round(hit.relevance + (_RESTED_ON if hit.source.key in practice_sources else 0.0), 3)

    def order(hit: Hit) -> tuple[bool, bool, bool, float, str, int]:
        source = hit.source
        return (not shelf.kept(source), not source.primary, not source.sha256, -worth(hit), source.key, hit.start)

    for hit in sorted(hits, key=order):
        source = hit.source
        if source.key in looks:
            continue
        captured = any(h.source.sha256 for h in chosen.values())
        against = _against(source, worth(hit), shelf, len(chosen), pointers, captured=captured)
        if not against and not shelf.kept(source) and _strays(question, hit):
            against = f"its words are of {source.package}, and too little of the question is in them"
        reason = against or _reason(question, hit, shelf, practice_sources)
        looks[source.key] = Look(question.id, source.key, source.title, not against, reason)
        if not against:
            pointers += not source.sha256
            chosen[source.key] = replace(hit, reason=reason)
    return list(chosen.values()), list(looks.values())


def _against(source: Source, worth: float, shelf: Shelf, taken: int, pointers: int, *, captured: bool) -> str:
    """Why the hit is not cited; empty when it is."""
    if shelf.dropped(source):
        said = shelf.reason(source)
        return f"a person dropped it ({said})" if said else "a person dropped it"
    if shelf.kept(source):
        return ""
    if worth < LEAST_RELEVANCE:
        return "too little of the question is in it"
    if taken >= MOST:
        return "better ones were kept"
    if not source.sha256 and pointers >= (1 if captured else MOST_POINTERS):
        return "better ones were kept, and this one was never fetched"
    return ""


def _strays(question: Question, hit: Hit) -> bool:
    """Whether the words to quote are a package's that the question is not about, and hold few of its terms."""
    if hit.passage is None or hit.source.package in {"", question.package}:
        return False
    quote = hit.passage.text[hit.start - hit.passage.start : hit.end - hit.passage.start]
    terms = split_terms(" ".join(question.terms))
    return len(found_terms(terms, word_set(quote))) < _LEAST_SHARE * len(terms)


def _reason(question: Question, hit: Hit, shelf: Shelf, practice_sources: Collection[str]) -> str:
    why = hit.reason
    if question.package and hit.source.package not in {"", question.package}:
        why += f"; it is about {hit.source.package}, not {question.package}"
    if hit.source.key in practice_sources:
        why += "; a practice of the playbook rests on it"
    if shelf.kept(hit.source):
        why += "; a person keeps it"
    return why
