"""What research left unanswered, and what of a design therefore stops: both drafters hold to it.

A question that nobody answered (`Research.blocked`) belongs to a focus area, and the playbook tells where an area's
advice goes first: its *seat* is the section that more of its practices name first than any other. There the document
says that the question is open, who gave nothing, and what to do. Where a seat takes more than half of an area's
practices and every question of that area is unanswered, the whole section is stopped: no model is asked for it.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.wording import plain
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack, marker
from torusnb.models.sources import REFUSALS, ProviderFailure, Question, Research

_MOST_KEYS = 3
_ID = r"[A-Z]+-?[\w-]*"
_CLOSING = re.compile(rf"(?:, for {_ID}(?:, {_ID})*(?: and {_ID})?)?(?:, seen from `[^`]*`|, given the .*)?\?$")
"""What `research/questions.py` puts at the end of a question."""


class Unanswered(Value, frozen=True):
    """A question that must not be presented as answered, and what those who were asked gave instead."""

    question: Question
    failures: tuple[ProviderFailure, ...] = ()

    @property
    def who(self) -> str:
        """Who gave nothing and how, each once: `ddgs (rate-limited), deps (empty)`."""
        told = dict.fromkeys(f"{failure.provider} ({failure.outcome})" for failure in self.failures)
        return ", ".join(told) or "anybody"


def find_unanswered(research: Research) -> tuple[Unanswered, ...]:
    """The questions that research left unanswered, in its order.

    A provider that was not asked, since it had refused an earlier query, is told with that refusal.
    """
    refused = {f.provider: f.outcome for f in reversed(research.failures) if f.outcome in REFUSALS - {"not-asked"}}
    failures = tuple(
        replace(f, outcome=refused.get(f.provider, f.outcome)) if f.outcome == "not-asked" else f
        for f in research.failures
    )
    return tuple(
        Unanswered(question, tuple(failure for failure in failures if failure.question == question.id))
        for question in research.questions
        if question.id in research.blocked
    )


def stopped_sources(research: Research) -> dict[str, tuple[str, ...]]:
    """Source key to its questions, of the sources that stand for nothing but unanswered questions.

    Such a source was pointed to or read in vain; no sentence may rest on it.
    """
    served: dict[str, dict[str, None]] = {}
    for citation in research.citations:
        served.setdefault(citation.source, {}).setdefault(citation.question)
    blocked = set(research.blocked)
    return {source: tuple(questions) for source, questions in served.items() if set(questions) <= blocked}


def stopped_sections(pack: EvidencePack) -> dict[str, tuple[Unanswered, ...]]:
    """Section id to the questions it waits for, of the sections that are stopped as a whole."""
    unanswered = find_unanswered(pack.research)
    stopped: dict[str, tuple[Unanswered, ...]] = {}
    for focus, (seat, share) in pack.seats.items():
        asked = [question for question in pack.research.questions if question.focus == focus]
        open_ones = tuple(each for each in unanswered if each.question.focus == focus)
        if open_ones and len(open_ones) == len(asked) and share > 1 / 2 and pack.template.section(seat) is not None:
            stopped[seat] = (*stopped.get(seat, ()), *open_ones)
    return stopped


def note_stops(pack: EvidencePack) -> dict[str, str]:
    """Section id to what the document says there of the questions that are unanswered; each question stands once.

    What to do about them stands below the last of these notes.
    """
    whole = stopped_sections(pack)
    waiting: dict[str, list[Unanswered]] = {}
    for each in find_unanswered(pack.research):
        section = _place(pack, pack.seats.get(each.question.focus, ("", 0.0))[0])
        if section:
            waiting.setdefault(section, []).append(each)
    ordered = [section.id for section in pack.template.sections if section.id in waiting]
    notes = {section: _note(pack, waiting[section], whole=section in whole) for section in ordered}
    if notes:
        notes[ordered[-1]] += f"\n\n{_remedy(pack)}"
    return notes


def add_note(text: str, note: str) -> str:
    """A section's text with its note below; the text alone without one."""
    return f"{text}\n\n{note}" if note else text


def _place(pack: EvidencePack, seat: str) -> str:
    """The seat, or in a template that lacks it the last section that is written; empty for none."""
    if pack.template.section(seat) is not None:
        return seat
    return next((s.id for s in reversed(pack.template.sections) if s.form != "references"), "")


def _note(pack: EvidencePack, waiting: list[Unanswered], *, whole: bool) -> str:
    asked = " ".join(f"{_asked(e.question)} ({e.question.id}; no answer from {e.who})" for e in waiting)
    all_of_it = "beyond what the pack and the code say, this section waits for an answer"
    what = all_of_it if whole else "nothing is stated here on what nobody answered"
    return f"**Stopped**; {what}: {asked}{_basis(pack, waiting)}"


def _remedy(pack: EvidencePack) -> str:
    unanswered = list(find_unanswered(pack.research))
    names = ", ".join(each.question.id for each in unanswered)
    return (
        f"Research left {names} unanswered, and until that changes nothing is built that rests on an answer."
        f"{_basis(pack, unanswered)}"
    )


def _asked(question: Question) -> str:
    """A question without the clauses that say for whom and whence; its marker says the former."""
    text = plain(question.text)
    return f"{_CLOSING.sub('', text).rstrip('?')}?"


def _basis(pack: EvidencePack, waiting: list[Unanswered]) -> str:
    """The marker of those whom the questions serve; else of what the pack says first."""
    first = [r.id for r in pack.pack.requirements[:1]] + [place_key(s.place) for s in pack.pack.summary[:1]]
    kinds = {"requirement", "criterion"}
    named = dict.fromkeys(key for each in waiting for key in each.question.serves)
    served = [key for key in named if key in pack.evidence and pack.evidence[key].kind in kinds]
    keys = served[:_MOST_KEYS] or [key for key in first if key in pack.evidence][:1]
    return f" {marker(*keys)}" if keys else ""
