"""What the design made of the research: which sections cite which source and name which requirement."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.models.base import Value
from torusnb.models.design import EvidencePack, SectionDraft, Template, parse_keys
from torusnb.models.sources import Citation, Question


class Uses(Value, frozen=True):
    """Keys to the ids of the sections that carry them, in the document's order.

    Attributes:
        sources: Source key to sections; a practice counts for the source it rests on.
        keys: Any evidence key to sections, in the order of first use.
    """

    sources: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]

    def of_sources(self, citations: tuple[Citation, ...]) -> tuple[str, ...]:
        """The sections that use any of the cited sources."""
        return tuple(dict.fromkeys(s for citation in citations for s in self.sources.get(citation.source, ())))


class Trace(Value, frozen=True):
    """A row of the matrix: a requirement, what was asked and found for it, where it stands, what is missing."""

    requirement: str
    questions: tuple[Question, ...]
    citations: tuple[Citation, ...]
    sections: tuple[str, ...]
    gap: str


def find_uses(pack: EvidencePack, sections: tuple[SectionDraft, ...]) -> Uses:
    """What the sections carry, by their `[@key]` markers."""
    sources: dict[str, dict[str, None]] = {}
    keys: dict[str, dict[str, None]] = {}
    for draft in in_order(pack.template, sections):
        for key in parse_keys(draft.text):
            keys.setdefault(key, {}).setdefault(draft.section)
            known = pack.evidence.get(key)
            source = known.cites if known is not None and known.cites else key
            if source.startswith("src:"):
                sources.setdefault(source, {}).setdefault(draft.section)
    return Uses(_fixed(sources), _fixed(keys))


def trace_requirements(pack: EvidencePack, sections: tuple[SectionDraft, ...], uses: Uses) -> tuple[Trace, ...]:
    """A trace for each requirement and each non-functional one with an id, in the pack's order."""
    ids = [r.id for r in pack.pack.requirements] + [n.id for n in pack.pack.nonfunctional if n.id]
    return tuple(_trace(name, pack, sections, uses) for name in dict.fromkeys(ids))


def _trace(name: str, pack: EvidencePack, sections: tuple[SectionDraft, ...], uses: Uses) -> Trace:
    questions = tuple(q for q in pack.research.questions if name in q.serves)
    asked = {question.id for question in questions}
    citations = tuple(c for c in pack.research.citations if c.question in asked)
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    naming = tuple(draft.section for draft in in_order(pack.template, sections) if word.search(draft.text))
    return Trace(name, questions, citations, naming, _gap(questions, citations, naming, uses))


def _gap(questions: tuple[Question, ...], citations: tuple[Citation, ...], naming: tuple[str, ...], uses: Uses) -> str:
    gaps = []
    if not naming:
        gaps.append("no section names it")
    if not questions:
        gaps.append("no question asked")
    elif not citations:
        gaps.append("nothing found")
    else:
        if all(citation.verdict != "verified" for citation in citations):
            gaps.append("nothing verified")
        if not uses.of_sources(citations):
            gaps.append("sources not used")
    return ", ".join(gaps)


def in_order(template: Template, sections: tuple[SectionDraft, ...]) -> list[SectionDraft]:
    """The sections as the template orders them, those it lacks at the end."""
    order = {section.id: number for number, section in enumerate(template.sections)}
    return sorted(sections, key=lambda draft: (order.get(draft.section, len(order)), draft.section))


def _fixed(found: Mapping[str, Mapping[str, None]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sections) for key, sections in found.items()}
