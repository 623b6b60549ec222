"""Which practice of the playbook stands in which section; each at most once in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.elsewhere import find_elsewhere
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.runtime import rules_out_telemetry
from torusnb.drafting.offline.sides import is_on_page
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import is_boundary
from torusnb.drafting.playbook import applicable_practices
from torusnb.drafting.signal import ALWAYS
from torusnb.drafting.signals import detect_signals
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack, Practice
from torusnb.models.requirements import NonFunctional, Statement
from torusnb.spec.budgets import no_load_statement

_ROOM = {
    "6.1": 1, "7": 1, "8": 1, "4.3": 1, "9.3": 1, "10": 1, "12": 1, "6.2": 1, "5.2": 1, "11": 1, "5.1": 1, "13": 1,
    "14": 1, "4.2": 1, "5.3": 1, "9.2": 1,
}  # fmt: skip
"""How many practices a section takes; the sections choose in this order, those first where advice changes a design."""
_MOST_IN_DOCUMENT = 3
_SCREENS = frozenset({"live_view", "live_component", "client_hook", "ui", "async_ui", "list_view", "form"})
"""Signals of a page: a pack that wants no screen gets no advice for one."""
_CACHE = re.compile(r"\bcach(?:e|es|ed|ing)\b", re.IGNORECASE)
_OWED = frozenset({"accessibility"})
"""Demands that a design must answer: a practice for one stands besides those that there is room for, once."""


_PLACES = ("prd:", "req:", "note:", "code:")


class Allotted(Value, frozen=True):
    """A practice in its section, with the evidence that shows it applies, strongest first."""

    practice: Practice
    shown_by: tuple[str, ...]

    @property
    def asked_by(self) -> tuple[str, ...]:
        """The first requirements or criteria among its evidence, at most two; none where only places show it."""
        return tuple(key for key in self.shown_by if not key.startswith(_PLACES))[:2]


def allot_practices(evidence: EvidencePack, placed: Iterable[Placed]) -> dict[str, tuple[Allotted, ...]]:
    """Section id to its practices: only those whose signals the feature shows, never one for every feature.

    `placed` are the pack's statements in their homes; the lines by which it takes something back are no reason for
    advice.
    """
    signals = detect_signals(evidence.pack, evidence.context)
    if rules_out_telemetry(evidence.pack) is not None:
        signals.pop("telemetry", None)
    if any(_CACHE.search(goal.text) for goal in evidence.pack.non_goals):
        signals = {name: keys for name, keys in signals.items() if "cache" not in name}
    if any(one.home == "5.2" and one.denies for one in placed):
        signals = {name: keys for name, keys in signals.items() if name not in _SCREENS}
    asked = _asked(evidence)
    requirements = frozenset(r.id for r in evidence.pack.requirements)
    silent = _declined(evidence, placed)
    known = {section.id for section in evidence.template.sections}
    taken: set[str] = set()
    answered: set[str] = set()
    owing = set(_OWED)
    found: dict[str, tuple[Allotted, ...]] = {}
    for section, room in _ROOM.items():
        if section not in known or section in silent:
            continue
        fitting = [
            Allotted(practice, keys)
            for practice in applicable_practices(evidence.playbook, signals, section)
            if (keys := _shown_by(practice, signals, asked, requirements)) and practice.id not in taken | answered
        ]
        owed = [allotted for allotted in fitting if owing & set(allotted.practice.when)][:1]
        owing -= {name for allotted in owed for name in allotted.practice.when}
        left = min(room, _MOST_IN_DOCUMENT - len(taken))
        chosen = [*owed, *[allotted for allotted in fitting if allotted not in owed][:left]]
        taken |= {allotted.practice.id for allotted in chosen if allotted not in owed}
        answered |= {allotted.practice.id for allotted in owed}
        if chosen:
            found[section] = tuple(chosen)
    return found


def _declined(evidence: EvidencePack, placed: Iterable[Placed]) -> frozenset[str]:
    """The sections whose topic the pack sets aside: a statement or a non-goal says that it is not wanted."""
    homes = {one.home for one in placed} - {one.home for one in placed if not one.denies}
    if no_load_statement(evidence.pack) is not None:
        homes |= {"9.1", "9.2", "9.3"}
    if any(_CACHE.search(goal.text) for goal in evidence.pack.non_goals):
        homes.add("8")
    return frozenset(homes)


def _asked(evidence: EvidencePack) -> frozenset[str]:
    """The keys of what the pack demands; notes on platforms and goals in passing are no reason for advice."""
    pack = evidence.pack
    places: tuple[NonFunctional | Statement, ...] = (
        *pack.nonfunctional,
        *pack.data_notes,
        *pack.interface_notes,
        *pack.flags,
        *pack.telemetry,
    )
    ids = (*(r.id for r in pack.requirements), *(c.id for c in pack.criteria))
    bounds = (r.id for r in pack.requirements if is_boundary(plain(r.text or r.title)))
    gone = {*bounds, *(place_key(line.place) for withdrawal in pack.withdrawals for line in withdrawal.lines)}
    keys = (*ids, *(place_key(item.place) for item in places), *(w.key for w in evidence.context.waypoints))
    return frozenset(keys) - gone - _written_elsewhere(evidence)


def _written_elsewhere(evidence: EvidencePack) -> frozenset[str]:
    """The requirements of work in another language, with their criteria: the playbook is on Elixir alone."""
    pack = evidence.pack
    if find_elsewhere(evidence) is None:
        return frozenset()
    away = [r.id for r in pack.requirements if not is_on_page(pack, r.id)]
    return frozenset((*away, *(c.id for name in away for c in pack.criteria_of(name))))


def _shown_by(
    practice: Practice, signals: dict[str, tuple[str, ...]], asked: frozenset[str], requirements: frozenset[str]
) -> tuple[str, ...]:
    """The evidence of its signals: first one key of each, then the rest; none when a signal is not demanded."""
    lists = [tuple(key for key in signals[name] if key in asked) for name in practice.when if name != ALWAYS]
    if not all(lists) or not (
        _OWED & set(practice.when) or _is_asked_for((key for keys in lists for key in keys), requirements)
    ):
        return ()
    firsts = [keys[0] for keys in lists if keys]
    return tuple(dict.fromkeys([*firsts, *(key for keys in lists for key in keys[1:])]))


def _is_asked_for(keys: Iterable[str], requirements: frozenset[str]) -> bool:
    """Whether a requirement or two criteria ask for the matter; a module's kind or a note in passing does not."""
    named = {key for key in keys if not key.startswith(_PLACES)}
    return bool(named & requirements) or len(named) > 1
