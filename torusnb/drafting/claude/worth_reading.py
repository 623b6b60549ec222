"""Which functions near a feature are worth reading whole before anything is decided, best first."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torusnb.drafting.claude.places import asked_words
from torusnb.drafting.offline.work import words_of
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import Route
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Function, Module

MOST_LINES = 100
"""Lines of one function; of a longer one the beginning is read, of one with several clauses each clause by itself."""

_PASSED = frozenset({"test", "migration", "guide", "router", "asset"})
_CALLBACKS = {"handle_event": 1.2, "mount": 0.8, "handle_params": 0.6, "update": 0.6, "handle_info": 0.5}
"""What the callbacks of a page are worth besides: what a person does first, then what the page begins with."""
_ENTRIES = frozenset({*_CALLBACKS, "perform", "handle_call", "handle_cast", "init"})
_CHANGE, _CHANGED, _SCORE = 3.0, 0.3, 0.5
_LENGTH, _CROWD = 0.7, 0.8
_WORDS, _MOST_WORDS = 0.2, 1.6
_CALLED, _ACTION, _PUBLIC, _COMPONENT = 0.6, 0.6, 0.3, 0.8
_NAMED, _NAMED_ROUTE = 1.8, 1.8
_FOR_NAMED, _TO_BEST, _FIRST_FILES = 0.6, 0.3, 5
"""For a function that a file named by the pack calls, and one that calls into another of the first files, as a page
that renders the feature's component does."""
_ELSEWHERE = 0.5
"""What a clause of a page is worth less whose event has no word of what is asked: it may belong to another tab."""
_EVENTS = frozenset({"handle_event", "handle_info", "handle_params"})
_NEXT_OF_FILE = 0.06
"""What each further function of a file is worth less, so that one file does not take all the room."""

_SHORTEST_NAME = 4
_LITERAL = re.compile(r'"([^"]{1,60})"')
_OPEN_PART = ":*{"


@dataclass(frozen=True)
class Passage:
    """A function, or a part of one.

    Attributes:
        name: As the tool `show` takes it: `Module.name/arity`, or `path:first-last`.
        value: Comparable within one pack only.
        lines: How many lines it shows, its documentation aside.
    """

    name: str
    path: str
    line: int
    value: float
    lines: int


def rank_passages(pack: EvidencePack) -> tuple[Passage, ...]:
    """The functions of the waypoints' files, best first.

    What makes one worth reading, added up: how likely the feature changes its file, that the pack names it, its event
    or the route that leads to it, that it is a way into the application or called from one, that a file which the pack
    names calls it or that it calls into one of the first files, how much of what is asked its name says, its length,
    and how few others its module has. The weights were set on real packs by how many of the functions that the feature
    then changed, or that its design names, come first.
    """
    ranked = sorted(_Scale(pack).passages(), key=lambda p: (-p.value, p.path, p.line))
    before: Counter[str] = Counter()
    weighed = []
    for passage in ranked:
        weighed.append((passage.value - _NEXT_OF_FILE * before[passage.path], passage))
        before[passage.path] += 1
    return tuple(passage for _, passage in sorted(weighed, key=lambda each: (-each[0], each[1].path, each[1].line)))


class _Scale:
    """What the functions of one pack are worth."""

    def __init__(self, pack: EvidencePack) -> None:
        context = pack.context
        self._code = context.code
        best: dict[str, Waypoint] = {}
        for waypoint in context.waypoints:
            if waypoint.layer not in _PASSED and waypoint.path in self._code.by_path:
                best.setdefault(waypoint.path, waypoint)
        self._waypoints = best
        self._top = max((w.score for w in best.values()), default=0.0) or 1.0
        self._behaviours = {(b.module, b.name, b.arity): b for b in context.behaviours}
        self._actions = {(route.module, route.action) for route in self._code.routes}
        self._asked = asked_words(pack)
        counted = Counter(word for _, _, f in self._functions() for word in set(words_of(f.name)))
        self._rarity = {word: math.log(1 + counted.total() / number) for word, number in counted.items()}
        self._names, self._routes = _named(pack)
        self._called = self._find_called()
        self._for_named = self._find_for_named(context.waypoints)
        first = tuple(best)[:_FIRST_FILES]
        self._best = {module.name for path in first for module in self._code.by_path[path].modules}

    def _functions(self) -> Iterator[tuple[Waypoint, Module, Function]]:
        for path, waypoint in self._waypoints.items():
            for module in self._code.by_path[path].modules:
                for function in module.functions:
                    yield waypoint, module, function

    def _find_called(self) -> dict[tuple[str, str, int], float]:
        """What the ways into the application call themselves, with the best share of the score of such a caller."""
        found: dict[tuple[str, str, int], float] = {}
        for waypoint, module, function in self._functions():
            told = self._behaviours.get((module.name, function.name, function.arity))
            if told is None or not self._is_entry(module, function):
                continue
            for call in (call for clause in told.clauses for call in clause.calls):
                key = (call.module, call.name, call.arity)
                found[key] = max(found.get(key, 0.0), waypoint.score / self._top)
        return found

    def _find_for_named(self, waypoints: Iterable[Waypoint]) -> set[tuple[str, str, int]]:
        """What the files that the pack names call."""
        named = {w.path for w in waypoints if any(reason.kind == "named" for reason in w.reasons)}
        modules = (module for path in named & self._code.by_path.keys() for module in self._code.by_path[path].modules)
        return {(call.module, call.name, call.arity) for module in modules for call in module.calls}

    def _calls_into_best(self, module: Module, function: Function) -> bool:
        inside = (call for call in module.calls if function.line <= call.line <= function.end_line)
        return any(call.module in self._best and call.module != module.name for call in inside)

    def _is_entry(self, module: Module, function: Function) -> bool:
        return function.name in _ENTRIES or (module.name, function.name) in self._actions

    def passages(self) -> Iterator[Passage]:
        for waypoint, module, function in self._functions():
            value = self._value(waypoint, module, function)
            told = self._behaviours.get((module.name, function.name, function.arity))
            count = function.end_line - function.line + 1
            path = waypoint.path
            if told is not None and len(told.clauses) > 1 and count > MOST_LINES // 2:
                yield from (self._clause(clause, told, value) for clause in told.clauses)
            elif count > MOST_LINES:
                last = function.line + MOST_LINES - 1
                value += _length(MOST_LINES) + self._words(function.name)
                yield Passage(f"{path}:{function.line}-{last}", path, function.line, value, MOST_LINES)
            else:
                name = f"{module.name}.{function.name}/{function.arity}"
                value += _length(count) + self._words(function.name)
                yield Passage(name, path, function.line, value, count)

    def _clause(self, clause: ClauseOutline, told: Behaviour, value: float) -> Passage:
        """One clause; the literals of its head, such as an event's name, count as words of its name."""
        literals = _LITERAL.findall(clause.head)
        last = min(clause.end_line, clause.line + MOST_LINES - 1)
        count = last - clause.line + 1
        value += _length(count) + self._words(" ".join((told.name, *literals)))
        value += _NAMED if self._names & set(literals) else 0.0
        said = words_of(" ".join(literals)) if told.name in _EVENTS else ()
        value -= _ELSEWHERE if said and not any(word in self._asked for word in said) else 0.0
        return Passage(f"{told.path}:{clause.line}-{last}", told.path, clause.line, value, count)

    def _value(self, waypoint: Waypoint, module: Module, function: Function) -> float:
        """What a function is worth, its length and the words of its name aside."""
        key = (module.name, function.name)
        value = _CHANGE * waypoint.change + _SCORE * waypoint.score / self._top
        value += _CHANGED if waypoint.likely == "changed" else 0.0
        value -= _CROWD * math.log(1 + len(module.functions))
        value += _CALLBACKS.get(function.name, 0.0)
        value += _CALLED * self._called.get((*key, function.arity), 0.0)
        value += _ACTION if key in self._actions else 0.0
        value += _PUBLIC if function.public else 0.0
        value += _COMPONENT if waypoint.layer == "component" else 0.0
        value += _FOR_NAMED if (*key, function.arity) in self._for_named else 0.0
        value += _TO_BEST if self._calls_into_best(module, function) else 0.0
        named = {function.name, f"{function.name}/{function.arity}", f"{module.name}.{function.name}"}
        value += _NAMED if named & self._names else 0.0
        return value + (_NAMED_ROUTE if key in self._routes else 0.0)

    def _words(self, name: str) -> float:
        said = {word for word in words_of(name) if word in self._asked}
        return min(_MOST_WORDS, _WORDS * sum(self._asked[word] * self._rarity.get(word, 1.0) for word in said))


def _length(lines: int) -> float:
    """A long body holds more that a design has to know than a short one."""
    return _LENGTH * math.log(1 + lines)


def _named(pack: EvidencePack) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The names of functions and events that the pack uses, and the functions behind the routes that it names."""
    names: set[str] = set()
    routes: set[tuple[str, str]] = set()
    for mention in pack.pack.mentions:
        if mention.kind in {"function", "identifier", "event"} and len(mention.name) >= _SHORTEST_NAME:
            names |= {mention.name, mention.name.partition("/")[0]}
        elif mention.kind == "route":
            wanted = _parts(mention.name)
            routes |= {way for route in pack.context.code.routes if _meets(route, wanted) for way in _ways(route)}
    return frozenset(names), frozenset(routes)


def _meets(route: Route, wanted: tuple[str, ...]) -> bool:
    """Whether a route is the named one, or ends in it where the name has two parts or more."""
    parts = _parts(route.path)
    return bool(wanted) and (parts == wanted or (len(wanted) > 1 and parts[-len(wanted) :] == wanted))


def _parts(path: str) -> tuple[str, ...]:
    return tuple(":" if part[0] in _OPEN_PART else part for part in path.partition("?")[0].split("/") if part)


def _ways(route: Route) -> tuple[tuple[str, str], ...]:
    """The functions that a request of a route comes to first."""
    if route.verb == "LIVE":
        return tuple((route.module, name) for name in ("mount", "handle_params", "handle_event"))
    return ((route.module, route.action),)
