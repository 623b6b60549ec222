"""Which practice of the playbook stands in which section; each at most once in a document."""

from __future__ import annotations

from torusnb.drafting.signals import detect_signals
from torusnb.models.design import EvidencePack, Practice

_MOST_IN_SECTION = 2
_MOST_IN_DOCUMENT = 14
_FIRST = ("6.1", "7", "8", "4.3", "9.3", "10", "11", "12", "4.2", "6.2", "5.2", "5.1", "5.3", "13", "14", "4.4", "9.2", "15")
"""The sections in the order in which they choose; the ones where advice changes a design come first."""


def allot_practices(evidence: EvidencePack) -> dict[str, tuple[Practice, ...]]:
    """Section id to its practices: only those whose signals the feature shows, the most particular ones first."""
    signals = detect_signals(evidence.pack, evidence.context)
    shown = [
        practice
        for area in evidence.playbook
        for practice in area.practices
        if set(practice.when) <= set(signals) and practice.when != ("always",)
    ]
    shown.sort(key=lambda practice: (-len(practice.when), practice.id))
    known = {section.id for section in evidence.template.sections}
    taken: set[str] = set()
    found: dict[str, tuple[Practice, ...]] = {}
    for section in _FIRST:
        if section not in known:
            continue
        room = min(_MOST_IN_SECTION, _MOST_IN_DOCUMENT - len(taken))
        chosen = [p for p in shown if section in p.sections and p.id not in taken][:room]
        taken.update(practice.id for practice in chosen)
        if chosen:
            found[section] = tuple(chosen)
    return found
