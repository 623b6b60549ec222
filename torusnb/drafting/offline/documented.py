"""What the documentation of locked packages promises, where that decides something in this feature's design.

Only words that were verified in captured bytes count, and only for questions that research could answer. Better none
than a sentence that would stand in every design.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torusnb.drafting.offline.documented_forms import FORMS, OTHER_DATABASES, Documented
from torusnb.drafting.offline.wording import code, listed, plain
from torusnb.models.sources import Citation, Question

if TYPE_CHECKING:
    from torusnb.drafting.offline.ledger import Ledger

_MOST_IN_SECTION = 2
_MOST_IN_DOCUMENT = 6
_MOST_SERVED = 2
_LONGEST_QUOTE = 36
"""Words; a longer sentence is not quoted, only pointed to."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_])")
_LEANS = re.compile(
    r"(?:this|these|that|those|it|they|therefore|however|moreover|here|then|in particular|we|our|let's|also|so|"
    r"remember|note)\b",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before it, or speaks to a pupil."""
_MARKS = re.compile(r"[|\[\]<>*]")
_SPAN = re.compile(r"`[^`]+`")


def tell_documented(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Section id to the sentences that documentation bears out there, each a bullet's text with its marker.

    A sentence names the requirements it serves and the locked version, and carries the source's key. No decision and
    no source is used twice, nor one that a practice of this document rests on already.
    """
    told: dict[str, list[str]] = {}
    said, sources = _taken(ledger)
    for question in ledger.evidence.research.questions:
        if question.id in ledger.evidence.research.blocked or not question.form:
            continue
        for form, citation, quote in _borne_out(ledger, question):
            full = len(told.get(form.section, ())) >= _MOST_IN_SECTION
            spans = set(_SPAN.findall(form.says))
            if form.says in said or spans & said or citation.source in sources or full:
                continue
            line = _sentence(ledger, question, form, citation, quote)
            if line and sum(map(len, told.values())) < _MOST_IN_DOCUMENT:
                told.setdefault(form.section, []).append(line)
                said |= {form.says, *spans}
                sources.add(citation.source)
    return {section: tuple(lines) for section, lines in told.items()}


def _taken(ledger: Ledger) -> tuple[set[str], set[str]]:
    """The code spans of the practices in this document, and the sources they rest on."""
    practices = [allotted.practice for group in ledger.practices.values() for allotted in group]
    spans = Counter(span for practice in practices for span in _SPAN.findall(practice.advice))
    return set(spans), {practice.source for practice in practices}


def _borne_out(ledger: Ledger, question: Question) -> Iterator[tuple[Documented, Citation, str]]:
    """The decisions that a verified citation of the question bears out, with the sentence that does."""
    for citation in ledger.evidence.research.citations:
        if citation.question != question.id or citation.verdict != "verified" or not citation.release:
            continue
        if OTHER_DATABASES.search(f"{citation.source.replace('-', ' ')} {citation.heading} {citation.quote}"):
            continue
        for form in FORMS:
            if question.form in form.forms:
                quote = next((s for s in _SENTENCE.split(citation.quote) if _holds(form, s)), "")
                if quote:
                    yield form, citation, quote


def _holds(form: Documented, sentence: str) -> bool:
    return all(re.search(pattern, sentence, re.IGNORECASE) for pattern in form.needs)


def _sentence(ledger: Ledger, question: Question, form: Documented, citation: Citation, quote: str) -> str:
    """The decision for this feature; empty where nothing that the question serves speaks of it."""
    served = _served(ledger, question, form)
    place, key = _place(ledger, form, served)
    if not served or not _is_given(ledger, form.given) or (form.layers and not place):
        return ""
    decision = form.says.format(who=listed(served), place=place)
    release = citation.release.replace("@", " ")
    basis = ledger.cite(*served, key, citation.source, most=_MOST_SERVED + 2)
    if _is_quotable(quote):
        return f"{decision}; {release} says: “{quote}”{basis}"
    return f"{decision}, as {release} documents.{basis}"


def _served(ledger: Ledger, question: Question, form: Documented) -> list[str]:
    """The requirements and criteria that the question serves and that speak of the matter."""
    pack = ledger.pack
    texts = {r.id: f"{r.title} {r.text}" for r in pack.requirements} | {c.id: c.text for c in pack.criteria}
    speaks = [name for name in question.serves if re.search(form.when, plain(texts.get(name, "")), re.IGNORECASE)]
    return [name for name in speaks if name not in texts or not _is_boundary(ledger, name)][:_MOST_SERVED]


def _is_boundary(ledger: Ledger, name: str) -> bool:
    return any(r.id == name for r in ledger.pack.requirements) and ledger.is_boundary(name)


def _place(ledger: Ledger, form: Documented, served: list[str]) -> tuple[str, str]:
    """The component of today that answers what is served, with its key; empty for none."""
    for component in ledger.plan.of_layer(*form.layers) if form.layers else ():
        if not component.new and set(component.requirements) & set(served):
            return code(component.name), component.key
    return "", ""


def _is_given(ledger: Ledger, what: str) -> bool:
    runtime = ledger.plan.runtime
    return {
        "": True,
        "jobs": bool(runtime.jobs),
        "caching": bool(runtime.caching),
        "migrates": ledger.plan.storage.migrates,
        "events": bool(ledger.signals),
    }[what]


def _is_quotable(sentence: str) -> bool:
    """Whether a sentence can stand by itself, and holds nothing that Markdown would act on."""
    fits = len(sentence.split()) <= _LONGEST_QUOTE and sentence.count("`") % 2 == 0
    return fits and not _LEANS.match(sentence) and not _MARKS.search(sentence)
