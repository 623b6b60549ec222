"""Which practice of the playbook stands in which section; each at most once in a document."""

from __future__ import annotations

from torusnb.drafting.playbook import applicable_practices
from torusnb.drafting.signal import ALWAYS
from torusnb.drafting.signals import detect_signals
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack, Practice

_ROOM = {
    "6.1": 2, "7": 2, "8": 2, "4.3": 1, "9.3": 2, "10": 2, "11": 1, "12": 2, "4.2": 1, "6.2": 1, "5.2": 1, "5.1": 1,
    "5.3": 1, "13": 2, "14": 1, "9.2": 1, "4.4": 0,
}  # fmt: skip
"""How many practices a section takes; the sections choose in this order, those first where advice changes a design."""
_MOST_IN_DOCUMENT = 16


class Allotted(Value, frozen=True):
    """A practice in its section, with the evidence that shows it applies, strongest first."""

    practice: Practice
    shown_by: tuple[str, ...]


def allot_practices(evidence: EvidencePack) -> dict[str, tuple[Allotted, ...]]:
    """Section id to its practices: only those whose signals the feature shows, never one for every feature."""
    signals = detect_signals(evidence.pack, evidence.context)
    known = {section.id for section in evidence.template.sections}
    taken: set[str] = set()
    found: dict[str, tuple[Allotted, ...]] = {}
    for section, room in _ROOM.items():
        if section not in known:
            continue
        chosen: list[Allotted] = []
        for practice in applicable_practices(evidence.playbook, signals, section):
            keys = _shown_by(practice, signals)
            if len(chosen) == room or len(taken) == _MOST_IN_DOCUMENT:
                break
            if practice.id not in taken and keys:
                taken.add(practice.id)
                chosen.append(Allotted(practice, keys))
        if chosen:
            found[section] = tuple(chosen)
    return found


def _shown_by(practice: Practice, signals: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The evidence of its signals: first one key of each, then the rest; none when only `always` holds."""
    lists = [signals[name] for name in practice.when if name != ALWAYS]
    firsts = [keys[0] for keys in lists if keys]
    return tuple(dict.fromkeys([*firsts, *(key for keys in lists for key in keys[1:])]))
