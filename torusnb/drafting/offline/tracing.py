"""The ways an action takes through the code of today, from a route or an event down to what it writes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from torusnb.drafting.offline.exclusions import excluded_modules
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Value
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Call

_DEPTH = 4
_LEAST = 5.0
"""The score below which a way says too little of the feature to be told."""
_NAMED_ROUTE, _NAMED_PART, _OWN_MODULE, _NAMED_MODULE, _EFFECT, _WRITE = 6.0, 4.0, 2.0, 2.0, 1.5, 3.0
_GAIN = 1.0
"""What a further call has to add for the way to go on."""
_FADES, _PAGE_LOAD = 0.85, 0.6
"""What a step further away counts, and a page's loading against an action that a person takes on it."""
_EVENT = re.compile(r'^handle_event\(\s*"([^"]+)"')
_PATH = re.compile(r"(?<![\w/.:])/[a-z][\w-]*(?:/[\w:*-]+)*")
_SPAN = re.compile(r"`([^`\n]+)`")
_VERBS = frozenset(words_of("get list fetch load handle build maybe put set update assign default create apply init"))
_PAGES = frozenset({"live_view", "component"})
_PAGE_LOADS = ("handle_params", "mount", "update")
_WRITES = re.compile(r"^(?:insert|update|delete|transaction|transact)")


class Hop(Value, frozen=True):
    """One function on a way: the clause that is taken, and the call in it that leads on (None for the last)."""

    function: Behaviour
    clause: ClauseOutline
    call: Call | None = None


class Way(Value, frozen=True):
    """A way through the code: how it is entered, and its functions in order.

    Attributes:
        event: The LiveView event that begins it; empty for a route, a page's loading or a job.
        routes: The routes that lead to its first function, nearest to the pack's words first.
    """

    hops: tuple[Hop, ...]
    score: float
    event: str = ""
    routes: tuple[Route, ...] = ()


class Tracer:
    """Finds the ways of a feature; built once for an evidence pack."""

    def __init__(self, evidence: EvidencePack, own: dict[str, int], named: frozenset[str]) -> None:
        """A tracer.

        Args:
            evidence: All that is known.
            own: The plan's modules of today to their place in it.
            named: The modules that the pack names.
        """
        self._pack, self._code = evidence.pack, evidence.context.code
        self._own, self._named = own, named
        out = {one.module.name for one in excluded_modules(evidence)}
        self._all = tuple(b for b in evidence.context.behaviours if b.module not in out)
        self._best: dict[tuple[str, str, int, int], tuple[float, tuple[Hop, ...]]] = {}

    def find(self, most: int) -> tuple[Way, ...]:
        """The ways that say most of the feature, best first; none shares its first or its second function with another."""
        found: list[Way] = []
        seen: set[tuple[str, str, int]] = set()
        for way in sorted(self._ways(), key=lambda w: (-w.score, w.hops[0].function.path, w.hops[0].clause.line)):
            steps = {_name(hop.function) for hop in way.hops}
            if way.score >= _LEAST and not steps & seen and len(found) < most:
                found.append(way)
                seen |= steps
        return tuple(found)

    def speaks(self, name: str) -> float:
        """How much of the request a name speaks of: the sum over its words, a rare one counting most."""
        return sum(self._rarity(word) * self._spoken[word] for word in words_of(name) if word in self._spoken)

    @cached_property
    def _spoken(self) -> dict[str, float]:
        pack = self._pack
        asked = " ".join([pack.title, *(f"{r.title} {r.text}" for r in pack.requirements)])
        also = " ".join(c.text for c in pack.criteria)
        found = dict.fromkeys(words_of(plain(also)), 0.5) | dict.fromkeys(words_of(plain(asked)), 1.0)
        return {word: weight for word, weight in found.items() if word not in _VERBS}

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(word for b in self._all for word in words_of(b.name))

    def _rarity(self, word: str) -> float:
        return min(2.5, math.log((len(self._all) + 8) / (1 + self._spread[word])) / 2)

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], tuple[Behaviour, ...]]:
        found: dict[tuple[str, str], list[Behaviour]] = {}
        for behaviour in self._all:
            found.setdefault((behaviour.module, behaviour.name), []).append(behaviour)
        return {key: tuple(sorted(group, key=lambda b: b.arity)) for key, group in found.items()}

    @cached_property
    def _texts(self) -> str:
        return "\n".join(section.text for section in self._pack.sections)

    @cached_property
    def _spans(self) -> frozenset[str]:
        """What the pack writes as code: names of functions without arguments, events, columns."""
        return frozenset(re.sub(r"[/(].*$", "", span).rpartition(".")[2] for span in _SPAN.findall(self._texts))

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(_PATH.findall(self._texts))

    def called(self, call: Call) -> Behaviour | None:
        """The function that a call goes to, as far as it is known; a lesser arity is one with defaults."""
        found = self._by_name.get((call.module, call.name), ())
        return next((b for b in found if b.arity >= call.arity), None)

    def _ways(self) -> Iterator[Way]:
        routes: dict[str, list[Route]] = {}
        for route in self._code.routes:
            routes.setdefault(route.module, []).append(route)
        for behaviour in self._all:
            mine = routes.get(behaviour.module, [])
            if behaviour.layer == "controller":
                acted = [r for r in mine if r.action.lstrip(":") == behaviour.name]
                if acted and behaviour.public and behaviour.arity == 2:
                    yield from self._from(behaviour, acted)
            elif behaviour.layer in _PAGES and (behaviour.name in {"handle_event", *_PAGE_LOADS}):
                yield from self._from(behaviour, mine)
            elif behaviour.layer == "worker" and behaviour.name == "perform":
                yield from self._from(behaviour, [])

    def _from(self, behaviour: Behaviour, routes: list[Route]) -> Iterator[Way]:
        """The best way through each clause of a first function."""
        ranked = sorted(routes, key=lambda r: (not self._is_named(r), -self.speaks(r.path), r.line))
        named = bool(ranked) and self._is_named(ranked[0])
        for clause in behaviour.clauses:
            event = _EVENT.match(clause.head)
            if behaviour.name == "handle_event" and event is None:
                continue
            word = event.group(1) if event is not None else behaviour.name
            base = self.speaks(word) if word not in _PAGE_LOADS else 0.0
            base += (_NAMED_PART if event is not None and word in self._spans else 0.0)
            base += _NAMED_ROUTE if named else 0.5 * self.speaks(" ".join(r.path for r in ranked[:1]))
            own = self._standing(behaviour.module)
            further, hops, call = self._onward(behaviour, clause, _DEPTH)
            near = own or (hops and self._standing(hops[0].function.module) and base)
            if hops and (named or near):
                first = Hop(behaviour, clause, call)
                score = (base + own + further) * (_PAGE_LOAD if word in _PAGE_LOADS else 1.0)
                yield Way((first, *hops), score, word if event else "", tuple(ranked[:2]))

    def _standing(self, module: str) -> float:
        """What it tells that a module is the plan's, or named by the pack."""
        own = _OWN_MODULE / (1 + 0.3 * self._own[module]) if module in self._own else 0.0
        return own + (_NAMED_MODULE if module in self._named else 0.0)

    def _is_named(self, route: Route) -> bool:
        return any(route.path == path or (path.count("/") > 1 and route.path.endswith(path)) for path in self._paths)

    def _onward(self, behaviour: Behaviour, clause: ClauseOutline, depth: int) -> tuple[float, tuple[Hop, ...], Call | None]:
        """The call of a clause from which on the way says most, with that way; nothing where no call adds enough."""
        best: tuple[float, tuple[Hop, ...], Call | None] = (0.0, (), None)
        for call in clause.calls:
            target = self.called(call) if depth else None
            if target is None or (target.name == behaviour.name and target.arity == behaviour.arity):
                continue
            score, hops = self._down(target, depth - 1)
            if score > max(best[0], _GAIN):
                best = (score, hops, call)
        return best

    def _down(self, behaviour: Behaviour, depth: int) -> tuple[float, tuple[Hop, ...]]:
        key = (*_name(behaviour), depth)
        if key not in self._best:
            self._best[key] = (0.0, ())
            self._best[key] = max(
                (self._through(behaviour, clause, depth) for clause in behaviour.clauses), key=lambda found: found[0]
            )
        return self._best[key]

    def _through(self, behaviour: Behaviour, clause: ClauseOutline, depth: int) -> tuple[float, tuple[Hop, ...]]:
        score = self.speaks(behaviour.name) + 0.5 * self._standing(behaviour.module)
        score += _NAMED_PART if behaviour.name in self._spans and "_" in behaviour.name else 0.0
        effects = effects_of(clause)
        score += _WRITE if any(writes(call) for call in effects) else _EFFECT if effects else 0.0
        further, hops, call = self._onward(behaviour, clause, depth)
        return score + _FADES * further, (Hop(behaviour, clause, call), *hops)


def effects_of(clause: ClauseOutline) -> tuple[Call, ...]:
    """The calls of a clause that reach out of the code: the database, a topic, a queue, telemetry."""
    return tuple(call for call in clause.calls if is_effect(call))


def is_effect(call: Call) -> bool:
    """Whether a call reads or writes the database, tells others, queues a job or emits an event."""
    if call.module.endswith("Repo"):
        return call.name not in {"preload", "rollback"}
    if call.module == "Phoenix.PubSub":
        return call.name.startswith("broadcast") or call.name == "subscribe"
    return call.module == ":telemetry" or (call.module == "Oban" and call.name.startswith("insert"))


def writes(call: Call) -> bool:
    """Whether an effect changes the database."""
    return call.module.endswith("Repo") and _WRITES.match(call.name) is not None


def _name(behaviour: Behaviour) -> tuple[str, str, int]:
    return behaviour.module, behaviour.name, behaviour.arity
