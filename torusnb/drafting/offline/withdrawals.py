"""What a later part of the pack takes back, set apart before anything is designed: the rest drafts as if it stood."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TypeVar

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.refused import is_named_only
from torusnb.models.base import Place, Value
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Context, Trap, Unknown, Waypoint
from torusnb.models.requirements import (
    AcceptanceCriterion,
    NonFunctional,
    Note,
    PrdSection,
    Requirement,
    Risk,
    SpecPack,
    Statement,
    Withdrawal,
)
from torusnb.spec.inline import expand_ids
from torusnb.spec.withdrawals import withdrawal_of

_TOPIC = "withdrawn requirements"
"""How context capture calls its question whether the later part stands: section 16 asks it in the draft's own words."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*(])")
_KINDS = {"nonfunctional": "bound", "risks": "risk", "questions": "question", "assumptions": "assumption"}
_Said = NonFunctional | Risk | Statement
_Found = TypeVar("_Found", Waypoint, Trap)


class Beside(Value, frozen=True):
    """A statement of the pack that speaks of nothing but what is taken back.

    Attributes:
        kind: What it is: `bound`, `risk`, `question`, `assumption`, or `statement`.
    """

    kind: str
    text: str
    key: str


class TakenBack(Value, frozen=True):
    """What the pack takes back, in its order.

    Attributes:
        criteria: Those that are named, and those of no requirement that still stands.
        beside: What falls with them.
        lines: Id to the keys of the lines that take it back.
        words: Id to the words that take it back: the statement that names it, else the heading of the part.
    """

    requirements: tuple[Requirement, ...] = ()
    criteria: tuple[AcceptanceCriterion, ...] = ()
    beside: tuple[Beside, ...] = ()
    lines: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    words: dict[str, Statement] = msgspec.field(default_factory=dict)

    @property
    def alone(self) -> tuple[AcceptanceCriterion, ...]:
        """The criteria that are taken back while a requirement of theirs stands, or that have none."""
        asked = {requirement.id for requirement in self.requirements}
        return tuple(criterion for criterion in self.criteria if not asked & set(criterion.requirements))

    @property
    def entries(self) -> tuple[Requirement | AcceptanceCriterion, ...]:
        """What is told by itself: the requirements and the criteria `alone`."""
        return (*self.requirements, *self.alone)


def take_back(evidence: EvidencePack) -> tuple[EvidencePack, TakenBack]:
    """The evidence as if the later parts stood, and what they take back; what stands behind its keys can be cited.

    Beside the requirements and criteria it lacks every statement that names only such, the sentences that take back,
    and of context capture what rests on them alone.
    """
    pack = evidence.pack
    named = {name for withdrawal in pack.withdrawals for name in withdrawal.ids}
    if not named:
        return evidence, TakenBack()
    requirements = tuple(r for r in pack.requirements if r.id in named)
    asked = {r.id for r in requirements}
    criteria = tuple(c for c in pack.criteria if c.id in named or (c.requirements and asked >= set(c.requirements)))
    cut = _Cut(pack, asked | {c.id for c in criteria})
    standing = cut.standing()
    lines = {name: tuple(map(place_key, _lines_of(pack.withdrawals, name))) for name in cut.gone if name in named}
    words = {name: _words_of(pack.withdrawals, name) for name in lines}
    found = msgspec.structs.replace(evidence, pack=standing, context=_context(evidence.context, cut))
    return found, TakenBack(requirements, criteria, tuple(cut.beside), lines, words)


def _lines_of(withdrawals: Collection[Withdrawal], name: str) -> tuple[Place, ...]:
    """The places of the lines that take an id back: those that name it, else all of the part."""
    lines = [line for withdrawal in withdrawals if name in withdrawal.ids for line in withdrawal.lines]
    naming = [line.place for line in lines if name in expand_ids(line.text)]
    return tuple(dict.fromkeys(naming or [line.place for line in lines]))


def _words_of(withdrawals: Collection[Withdrawal], name: str) -> Statement:
    parts = [withdrawal for withdrawal in withdrawals if name in withdrawal.ids]
    said = (line for withdrawal in parts for line in withdrawal.lines if name in expand_ids(line.text))
    title = Statement(parts[0].title, parts[0].place) if parts[0].title else parts[0].lines[0]
    return next(said, title)


class _Cut:
    """The cut through a pack: what goes, and what is met beside it on the way."""

    def __init__(self, pack: SpecPack, gone: set[str]) -> None:
        self.pack = pack
        self.ids = {*(r.id for r in pack.requirements), *(c.id for c in pack.criteria)}
        self.gone = {name: None for name in sorted(self.ids) if name in gone}
        self._told = {line.place for w in pack.withdrawals for line in w.lines if self._named(line.text) & gone}
        self.beside: list[Beside] = []
        self.places = {line.place for withdrawal in pack.withdrawals for line in withdrawal.lines}

    def standing(self) -> SpecPack:
        """The pack without what goes."""
        pack, removing = self.pack, self.places - self._told
        self.places |= {asked.place for asked in pack.requirements if asked.id in self.gone}
        self.places |= {asked.place for asked in pack.criteria if asked.id in self.gone}
        fields: dict[str, object] = {}
        for name in pack.__struct_fields__:
            held = getattr(pack, name)
            if name != "withdrawals" and isinstance(held, tuple):
                fields[name] = tuple(one for item in held if (one := self._left(item, name)) is not None)
        fields["mentions"] = tuple(m for m in pack.mentions if m.place not in self.places - removing)
        return msgspec.structs.replace(pack, **fields)

    def _left(self, item: Value, name: str) -> Value | None:
        """What is left of an entry of the pack; None for nothing."""
        if isinstance(item, Requirement):
            return None if item.id in self.gone else item
        if isinstance(item, AcceptanceCriterion):
            links = tuple(link for link in item.requirements if link not in self.gone)
            return None if item.id in self.gone else msgspec.structs.replace(item, requirements=links)
        if isinstance(item, Note):
            said = tuple(one for s in item.statements if (one := self._said(s, name)) is not None)
            return msgspec.structs.replace(item, statements=said)
        if isinstance(item, PrdSection):
            kept = "\n".join(line for line in item.text.splitlines() if not self.speaks_of_gone(line))
            return msgspec.structs.replace(item, text=kept)
        return self._said(item, name) if isinstance(item, NonFunctional | Risk | Statement) else item

    def _said(self, said: _Said, name: str) -> _Said | None:
        """A statement without its sentences on what goes; None where those are what it is about."""
        if said.place in self._told:
            rest = [s for s in _SENTENCE.split(said.text) if self._named(s) and not self._named(s) & set(self.gone)]
            return msgspec.structs.replace(said, text=" ".join(rest)) if rest else None
        first, *others = _SENTENCE.split(said.text)
        fallen = name in _KINDS and isinstance(said, Statement) and withdrawal_of(said, self.pack) is not None
        if fallen or self.speaks_of_gone(first):
            self.places.add(said.place)
            beside = Beside(_KINDS.get(name, "statement"), said.text, place_key(said.place))
            self.beside += [] if beside.key in {one.key for one in self.beside} else [beside]
            return None
        kept = [first, *(s for s in others if not self.speaks_of_gone(s))]
        return said if len(kept) > len(others) else msgspec.structs.replace(said, text=" ".join(kept))

    def _named(self, text: str) -> set[str]:
        return set(expand_ids(text)) & self.ids

    def speaks_of_gone(self, text: str) -> bool:
        """Whether a text names what goes and nothing that stands."""
        named = self._named(text)
        return bool(named) and named <= set(self.gone)

    def rests_on_gone(self, keys: Collection[str]) -> bool:
        """Whether of the pack only what goes, and what takes it back, is behind some keys."""
        own = {key for key in keys if not key.startswith("code:")}
        return bool(own) and own <= {*self.gone, *map(place_key, self.places)}


def _context(context: Context, cut: _Cut) -> Context:
    """What context capture found, without what rests on the gone alone."""
    lines = [line for section in cut.pack.sections for line in section.text.splitlines()]
    aside = "\n".join(line for line in lines if cut.speaks_of_gone(line))
    rest = "\n".join(line for line in lines if not cut.speaks_of_gone(line))

    def stands(item: Waypoint | Trap) -> bool:
        return not item.requirements or not set(item.requirements) <= set(cut.gone)

    def is_due(unknown: Unknown) -> bool:
        return unknown.topic != _TOPIC and not cut.rests_on_gone(unknown.evidence)

    def still(item: _Found) -> _Found:
        return msgspec.structs.replace(item, requirements=tuple(r for r in item.requirements if r not in cut.gone))

    knowledge = msgspec.structs.replace(context.knowledge, unknown=tuple(filter(is_due, context.knowledge.unknown)))
    waypoints = tuple(still(w) for w in context.waypoints if stands(w) and not is_named_only(w, aside, rest))
    traps = tuple(still(trap) for trap in context.traps if stands(trap) and not cut.rests_on_gone(trap.evidence))
    return msgspec.structs.replace(context, knowledge=knowledge, waypoints=waypoints, traps=traps)
