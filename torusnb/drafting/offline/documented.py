"""What the documentation of locked packages promises, where that decides something in this feature's design.

Only words that were verified in captured bytes count, and only from questions that research could answer. Better none
than a sentence that would stand in every design.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torusnb.drafting.offline.documented_forms import FORMS, Documented
from torusnb.drafting.offline.wording import code, listed, plain
from torusnb.drafting.offline.work import is_boundary
from torusnb.models.sources import Citation

if TYPE_CHECKING:
    from torusnb.drafting.offline.ledger import Ledger

_MOST_IN_SECTION = 2
_MOST_SERVED = 2
_NEAR_TRAPS = 8
_LONGEST_QUOTE = 36
"""Words; a longer sentence is not quoted, only pointed to."""

_OTHER_STORES = re.compile(r"\b(?:tds|mssql|sql server|myxql|mysql|sqlite|clickhouse)\b", re.IGNORECASE)
"""What is said of another database holds neither for Postgres nor for Ecto's use of it."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_])")
_LEANS = re.compile(
    r"(?:this|these|that|those|it|they|therefore|however|moreover|here|then|in particular|we|our|let's|also|so|"
    r"remember|note)\b",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before it, or speaks to a pupil."""
_DENIES = re.compile(
    r"\b(?:no|not|never|without|nor|rather than|instead of|avoid\w*|out of scope)\b[^.;]*\Z", re.IGNORECASE
)
_MARKS = re.compile(r"[|\[\]<>*]")
_SPAN = re.compile(r"`[^`]+`")


def tell_documented(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Section id to the sentences that documentation bears out there, each a bullet's text with its marker.

    A sentence names the requirements it serves and the locked version, and carries the source's key. A decision and a
    source are used once, and never where a practice of this document rests on the source or says the same.
    """
    practices = [allotted.practice for group in ledger.practices.values() for allotted in group]
    known = ledger.evidence.evidence
    taken = {known[f"practice:{practice.id}"].cites for practice in practices}
    spans = {span for practice in practices for span in _SPAN.findall(practice.advice)}
    told: dict[str, list[str]] = {}
    for form in FORMS:
        found = next((pair for pair in _borne_out(ledger, form) if pair[0].source not in taken), None)
        if found is None or spans & set(_SPAN.findall(form.says)):
            continue
        line = _sentence(ledger, form, *found)
        if line and len(told.get(form.section, ())) < _MOST_IN_SECTION:
            told.setdefault(form.section, []).append(line)
            taken.add(found[0].source)
    return {section: tuple(lines) for section, lines in told.items()}


def _borne_out(ledger: Ledger, form: Documented) -> Iterator[tuple[Citation, str]]:
    """The verified citations that bear a decision out, with the sentence that does."""
    research = ledger.evidence.research
    for citation in research.citations:
        package = citation.release.partition("@")[0]
        if citation.verdict != "verified" or citation.question in research.blocked or package not in form.packages:
            continue
        if _OTHER_STORES.search(f"{citation.source.replace('-', ' ')} {citation.heading} {citation.quote}"):
            continue
        quote = next((sentence for sentence in _SENTENCE.split(citation.quote) if _holds(form, sentence)), "")
        if quote:
            yield citation, quote


def _holds(form: Documented, sentence: str) -> bool:
    return all(re.search(pattern, sentence, re.IGNORECASE) for pattern in form.needs)


def _sentence(ledger: Ledger, form: Documented, citation: Citation, quote: str) -> str:
    """The decision for this feature; empty where neither the pack nor a trap in its code asks for it."""
    who, place, keys = _asked(ledger, form)
    if not who or ("{place}" in form.says and not place) or not _is_given(ledger, form.given):
        return ""
    decision = form.says.format(who=listed(who), place=place)
    release = citation.release.replace("@", " ")
    basis = ledger.cite(*who, *keys, citation.source, most=_MOST_SERVED + 2)
    if _is_quotable(quote):
        return f"{decision}; {release} says: “{quote}”{basis}"
    return f"{decision}, as {release} documents.{basis}"


def _asked(ledger: Ledger, form: Documented) -> tuple[list[str], str, list[str]]:
    """Whom a decision serves, the place it is about, and the place's key; from a trap, else from the pack."""
    known = ledger.evidence.evidence
    for trap in ledger.context.traps[:_NEAR_TRAPS]:
        if trap.rule in form.traps:
            place = ".".join(name for name in (trap.module, trap.symbol) if name)
            return (
                [name for name in trap.requirements if name in known][:_MOST_SERVED],
                code(place),
                [*trap.evidence[:1]],
            )
    served = _served(ledger, form) if form.when else []
    for component in ledger.plan.of_layer(*form.layers) if form.layers else ():
        if not component.new and set(component.requirements) & set(served):
            return served, code(component.name), [component.key]
    return served, "", []


def _served(ledger: Ledger, form: Documented) -> list[str]:
    """The requirements that speak of the matter; a criterion only where no requirement of its own does."""
    pack = ledger.pack
    found = [r.id for r in pack.requirements if _speaks(form, f"{r.title}. {r.text}")]
    found += [c.id for c in pack.criteria if not set(c.requirements) & set(found) and _speaks(form, c.text)]
    return found[:_MOST_SERVED]


def _speaks(form: Documented, text: str) -> bool:
    text = plain(text)
    if _OTHER_STORES.search(text) or is_boundary(text):
        return False
    matches = re.finditer(form.when, text, re.IGNORECASE)
    return any(not _DENIES.search(text[max(0, match.start() - 80) : match.start()]) for match in matches)


def _is_given(ledger: Ledger, what: str) -> bool:
    plan = ledger.plan
    return {
        "": True,
        "jobs": bool(plan.runtime.jobs),
        "caching": bool(plan.runtime.caching),
        "migrates": plan.storage.migrates,
        "stores": plan.storage.migrates or bool(plan.asking("persist")),
        "events": bool(ledger.signals),
    }[what]


def _is_quotable(sentence: str) -> bool:
    """Whether a sentence can stand by itself, and holds nothing that Markdown would act on."""
    fits = len(sentence.split()) <= _LONGEST_QUOTE and sentence.count("`") % 2 == 0
    return fits and not _LEANS.match(sentence) and not _MARKS.search(sentence)
