"""The ways an action takes through the code of today, from a route or an event down to what it writes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from torusnb.drafting.offline.exclusions import excluded_modules
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Value
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Call

_DEPTH = 6
_LEAST, _BESIDE = 6.0, 0.75
"""The score below which a way says too little of the feature, and the share of the best that a further one has."""
_NAMED_ROUTE, _NAMED_PART, _OWN_MODULE, _NAMED_MODULE = 6.0, 4.0, 2.0, 1.0
_READ, _TELL, _WRITE = 1.0, 4.0, 5.0
"""What a way is worth that reads; that tells others, queues a job or opens a transaction; that writes."""
_GAIN = 1.0
"""What a further call has to add for the way to go on."""
_TELLING = 2.5
"""What a last function without an effect has to say of the request to stand on the way."""
_FADES, _PAGE_LOAD = 0.85, 0.6
"""What a step further away counts, and a page's loading against an action that a person takes on it."""
_EVENT = re.compile(r'^handle_event\(\s*"([^"]+)"')
_PATH = re.compile(r"(?:\b(?P<verb>GET|POST|PUT|PATCH|DELETE)\s+)?(?<![\w/.:])(?P<path>/[a-z][\w-]*(?:/[\w:*-]+)*)")
_PARAMETER = re.compile(r":\w+")
_SPAN = re.compile(r"`([^`\n]+)`")
VERBS = frozenset(words_of("get list fetch load handle build maybe put set update assign default create apply init"))
_PAGES = frozenset({"live_view", "component"})
_PAGE_LOADS = ("handle_params", "mount", "update")
_WRITES = re.compile(r"^(?:insert|update|delete)")


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

    def __init__(self, evidence: EvidencePack, own: Sequence[str], named: frozenset[str]) -> None:
        """A tracer.

        Args:
            evidence: All that is known.
            own: The plan's modules of today, in its order.
            named: The modules that the pack names.
        """
        self._pack, self._code = evidence.pack, evidence.context.code
        self._own = {name: place for place, name in enumerate(own)}
        self._named = named
        out = {one.module.name for one in excluded_modules(evidence)}
        self._all = tuple(b for b in evidence.context.behaviours if b.module not in out)
        self._best: dict[tuple[str, str, int, int], tuple[float, tuple[Hop, ...]]] = {}

    def find(self, most: int) -> tuple[Way, ...]:
        """The ways that say most of the feature, best first; no two of them share a function."""
        found: list[Way] = []
        seen: set[tuple[str, str, int]] = set()
        ranked = sorted(self._ways(), key=lambda w: (-w.score, w.hops[0].function.path, w.hops[0].clause.line))
        for way in ranked:
            steps = {_name(hop.function) for hop in way.hops}
            enough = max(_LEAST, _BESIDE * ranked[0].score)
            again = bool(found) and way.hops[0].function.name in _PAGE_LOADS
            if way.score >= enough and not again and not steps & seen and len(found) < most:
                found.append(way)
                seen |= steps
        return tuple(found)

    def speaks(self, name: str) -> float:
        """How much of the request a name speaks of: the sum over its words, a rare one counting most."""
        return sum(self._rarity(word) * self._spoken[word] for word in words_of(name) if word in self._spoken)

    @cached_property
    def _spoken(self) -> dict[str, float]:
        """The request's words with their weight: the title's most, then what several requirements speak of."""
        pack = self._pack
        asked = Counter(word for r in pack.requirements for word in set(words_of(plain(f"{r.title} {r.text}"))))
        found = dict.fromkeys(words_of(plain(" ".join(c.text for c in pack.criteria))), 0.3)
        found |= {word: 1.0 if number > 1 else 0.6 for word, number in asked.items()}
        found |= dict.fromkeys(self._title, 1.5)
        return {word: weight for word, weight in found.items() if word not in VERBS}

    @cached_property
    def _title(self) -> frozenset[str]:
        return frozenset(words_of(plain(self._pack.title))) - VERBS

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
    def _paths(self) -> Counter[tuple[str, str]]:
        """The paths that the pack writes, each with the verb in front of it or an empty one, and how often."""
        found = _PATH.finditer(self._texts)
        return Counter((match["verb"] or "", _PARAMETER.sub(":", match["path"])) for match in found)

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
        ranked = sorted(routes, key=lambda r: (-self._worth(r), -self._fit(r), r.line))
        named = self._worth(ranked[0]) if ranked else 0.0
        for clause in behaviour.clauses:
            event = _EVENT.match(clause.head)
            if behaviour.name == "handle_event" and event is None:
                continue
            word = event.group(1) if event is not None else behaviour.name
            _, further, call = self._onward(behaviour, clause, _DEPTH)
            hops = _up_to_effect(further)
            if not _goes_through(behaviour, hops) or not (named or self._is_near(behaviour.module, word, ranked, hops)):
                continue
            score = named + self._standing(behaviour.module) + self._worth_of(word, ranked[: 0 if named else 1], hops)
            score += _NAMED_PART if event is not None and word in self._spans else 0.0
            score *= _PAGE_LOAD if word in _PAGE_LOADS else 1.0
            yield Way((Hop(behaviour, clause, call), *hops), score, word if event else "", tuple(ranked[:2]))

    def _worth_of(self, word: str, routes: list[Route], hops: tuple[Hop, ...]) -> float:
        """What a way says of the request: each word of its names once, names that the pack writes, and its effects."""
        names = [*((word,) if word not in _PAGE_LOADS else ()), *(hop.function.name for hop in hops)]
        said = self.speaks(" ".join(names)) + 0.5 * self.speaks(" ".join(r.path for r in routes))
        said += _NAMED_PART * sum(name in self._spans and "_" in name for name in names[1:])
        effects = [call for hop in hops for call in effects_of(hop.clause)]
        return said + _reach(effects)

    def _is_near(self, module: str, word: str, routes: list[Route], hops: tuple[Hop, ...]) -> bool:
        """Whether a way about the feature begins in a module of the plan, or leads to one from the request's words."""
        own = self._standing(module) or (self.speaks(word) and any(self._standing(hop.function.module) for hop in hops))
        return bool(own) and self._is_of_feature(word, routes, hops)

    def _is_of_feature(self, word: str, routes: list[Route], hops: tuple[Hop, ...]) -> bool:
        """Whether a way begins with words of the feature's title, or meets a name that the pack writes as code."""
        if any(name in self._spans for name in (word, *(hop.function.name for hop in hops)) if "_" in name):
            return True
        first = hops[0].function
        begins = f"{word} {' '.join(r.path for r in routes[:1])} {first.name} {first.module.rpartition('.')[2]}"
        return bool(self._title & set(words_of(begins.replace("/", " "))))

    def _fit(self, route: Route) -> float:
        """How well a route's words fit the request: each that it does not speak of counts against it."""
        words = words_of(route.path.replace(":", " ").replace("/", " "))
        return sum(1.0 if word in self._spoken else -0.4 for word in words)

    def _standing(self, module: str) -> float:
        """What it tells that a module is the plan's, or named by the pack."""
        own = _OWN_MODULE / (1 + 0.3 * self._own[module]) if module in self._own else 0.0
        return own + (_NAMED_MODULE if module in self._named else 0.0)

    def _worth(self, route: Route) -> float:
        """How much it tells that the pack writes a route's path, by how often it does; 0 where it does not."""
        own = _PARAMETER.sub(":", route.path)
        times = sum(
            times
            for (verb, path), times in self._paths.items()
            if verb in {"", route.verb} and (own == path or (path.count("/") > 1 and own.endswith(path)))
        )
        return _NAMED_ROUTE * min(1.0, 0.6 + 0.2 * times) if times else 0.0

    def _onward(
        self, behaviour: Behaviour, clause: ClauseOutline, depth: int
    ) -> tuple[float, tuple[Hop, ...], Call | None]:
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
        score = self.speaks(behaviour.name)
        score += 0.5 * self._standing(behaviour.module) if score else 0.0
        score += _NAMED_PART if behaviour.name in self._spans and "_" in behaviour.name else 0.0
        effects = effects_of(clause)
        score += _reach(effects)
        further, hops, call = self._onward(behaviour, clause, depth)
        if not hops and not effects and score < _TELLING:
            return 0.0, (Hop(behaviour, clause),)
        return score + _FADES * further, (Hop(behaviour, clause, call), *hops)


def _goes_through(first: Behaviour, hops: tuple[Hop, ...]) -> bool:
    """Whether a way leaves the module that it begins in, or reaches something outside the code."""
    return any(hop.function.module != first.module or effects_of(hop.clause) for hop in hops)


def _reach(effects: Sequence[Call]) -> float:
    """What effects are worth: the strongest of them."""
    if any(writes(call) for call in effects):
        return _WRITE
    told = any(call.module in {"Phoenix.PubSub", "Oban"} or call.name.startswith("transact") for call in effects)
    return _TELL if told else _READ if effects else 0.0


def _up_to_effect(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """A way without what it does behind its last effect; the whole of one that has none."""
    last = max((place for place, hop in enumerate(hops) if effects_of(hop.clause)), default=len(hops) - 1)
    return hops[: last + 1]


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
