"""What a change would reach: users of users, function by function, up to the routes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from torusnb.context.inquiry.answers import Answer, FunctionName
from torusnb.context.inquiry.calls import Calls
from torusnb.context.inquiry.sources import SourceFile, Sources
from torusnb.context.inquiry.users import Users, brings_in
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.modules import Module

_ENDS = frozenset(("live_view", "controller", "worker", "router", "migration", "test"))
_SERVERS = ("handle_call", "handle_cast", "handle_info", "handle_continue", "init")

Functions = set[tuple[str, int]]


@dataclass
class _Reached:
    """A module that the change reaches: how, over which modules, and which of its functions so far."""

    answer: Answer
    path: tuple[str, ...]
    functions: Functions = field(default_factory=set)


class Reach:
    """Follows a change through one code map."""

    def __init__(self, code_map: CodeMap, sources: Sources, calls: Calls, users: Users) -> None:
        """The ways of that map."""
        self._map = code_map
        self._sources = sources
        self._calls = calls
        self._users = users

    def from_modules(self, names: tuple[str, ...], hops: int) -> tuple[Answer, ...]:
        """What a change to these modules as a whole reaches, nearest first, then the routes to what was reached."""
        reached: dict[str, _Reached] = {}
        fresh: dict[str, Functions] = {}
        for name in names:
            self._first_hop(name, reached, fresh)
        return self._onward(frozenset(names), reached, fresh, hops)

    def from_function(self, target: FunctionName, hops: int) -> tuple[Answer, ...]:
        """What a change to one function reaches."""
        module = self._map.modules[target.module]
        own = {(f.name, f.arity) for f in module.functions if f.name == target.name and target.takes(f.arity)}
        fresh = {target.module: self._closure(module, own)}
        return self._onward(frozenset((target.module,)), {}, fresh, hops)

    def from_answers(self, start: str, answers: tuple[Answer, ...], hops: int) -> tuple[Answer, ...]:
        """What a change reaches that begins at these rows (raw queries of a table)."""
        reached: dict[str, _Reached] = {}
        fresh: dict[str, Functions] = {}
        for answer in answers:
            self._start_at(answer, start, reached, fresh)
        return self._onward(frozenset(), reached, fresh, hops)

    def _start_at(self, answer: Answer, start: str, reached: dict[str, _Reached], fresh: dict[str, Functions]) -> None:
        module = self._sources[answer.place.path].module_at(answer.place.line)
        if module is None:
            return
        _, caller = split_caller(answer)
        relation = f"{answer.relation} in {caller[0]}/{caller[1]}" if caller[0] else answer.relation
        row = self._row(module, relation, answer.place.line, 1, (start,))
        reached.setdefault(module.name, _Reached(row, (start,)))
        if caller[0]:
            self._touch(module, {caller}, reached, fresh)

    def _first_hop(self, name: str, reached: dict[str, _Reached], fresh: dict[str, Functions]) -> None:
        """The modules that name the module anywhere, with the functions in which they do."""
        for user_name in sorted({edge.user for edge in self._users.edges.get(name, ()) if not edge.weak}):
            user = self._map.modules[user_name]
            if "router" in user.kinds:
                continue
            file = self._sources[user.path]
            touched, first, relation = self._naming_functions(file, user, name)
            if not first:
                continue
            for association in user.schema.associations if user.schema is not None else ():
                if name in (association.module, association.through):
                    first, relation = association.line, f"{association.kind} :{association.name}"
                    break
            row = self._row(user, relation, first, 1, (name,))
            reached.setdefault(user_name, _Reached(row, (name,)))
            self._touch(user, touched, reached, fresh)

    def _naming_functions(self, file: SourceFile, user: Module, name: str) -> tuple[Functions, int, str]:
        """The functions of a user that name the module, the first line, and in words which they are."""
        touched: Functions = set()
        first = 0
        for start, end in self._users.naming(file, user, name):
            if brings_in(file, start, end):
                continue
            line = file.line_at(start)
            caller = self._calls.caller_of(file.node_at(start, end), file, line)
            first = first or line
            if caller[0]:
                touched.add(caller)
        return touched, first, _in_functions(touched)

    def _onward(
        self, begun: frozenset[str], reached: dict[str, _Reached], fresh: dict[str, Functions], hops: int
    ) -> tuple[Answer, ...]:
        distance = 1 if reached else 0
        while fresh and distance < hops:
            distance += 1
            following: dict[str, Functions] = {}
            for name in sorted(fresh):
                self._step(self._map.modules[name], fresh[name], distance, begun, reached, following)
            fresh = following
        rows = [found.answer for name, found in reached.items() if name not in begun]
        rows += self._routes(reached)
        return tuple(sorted(rows, key=lambda row: (row.distance, row.layer, row.what, row.place)))

    def _step(
        self,
        module: Module,
        functions: Functions,
        distance: int,
        begun: frozenset[str],
        reached: dict[str, _Reached],
        following: dict[str, Functions],
    ) -> None:
        """Reach the users of a module's touched functions."""
        path = (*(reached[module.name].path if module.name in reached else ()), module.name)
        hits: dict[str, list[tuple[int, tuple[str, int], str]]] = defaultdict(list)
        if "live_component" in module.kinds:
            for user in self._calls.mentioning(module.name):
                file = self._sources[user.path]
                for line in self._users.lines_naming(file, user, module.name)[:1]:
                    hits[user.name].append((line, self._calls.caller_of(None, file, line), "renders it"))
        for name, arity in sorted(functions):
            function = module.function(name, arity)
            if function is None or not function.public:
                continue
            target = FunctionName(
                module.name, name, tuple(range(function.arity - function.defaults, function.arity + 1))
            )
            for answer in self._calls.callers_outside(target):
                user_name, caller = split_caller(answer)
                hits[user_name].append((answer.place.line, caller, answer.relation))
        for user_name in sorted(hits):
            user_module = self._map.modules.get(user_name)
            if user_module is None or user_name == module.name or "router" in user_module.kinds:
                continue
            line, _, relation = min(hits[user_name])
            row = self._row(user_module, relation, line, distance, path)
            if user_name not in begun:
                reached.setdefault(user_name, _Reached(row, path))
                self._touch(user_module, {caller for _, caller, _ in hits[user_name] if caller[0]}, reached, following)

    def _touch(
        self, user: Module, touched: Functions, reached: dict[str, _Reached], fresh: dict[str, Functions]
    ) -> None:
        """Note that functions of a user are reached, and those that lead to them; no way goes on from where it ends."""
        found = reached[user.name]
        if self._sources.layer(user.path, user) in _ENDS:
            if "controller" in user.kinds:
                found.functions |= self._closure(user, touched - found.functions)
            return
        new = self._closure(user, touched - found.functions) - found.functions
        if not new and "live_component" not in user.kinds:
            return
        if "live_component" in user.kinds and found.functions:
            return
        found.functions |= new or {("render", 1)}
        fresh.setdefault(user.name, set()).update(new or {("render", 1)})

    def _closure(self, module: Module, touched: Functions) -> Functions:
        """The functions, and those of the module that lead to them; a server's callbacks lead to all its clients."""
        found: Functions = set()
        waiting = sorted(touched)
        file = self._sources[module.path]
        while waiting:
            name, arity = waiting.pop()
            if (name, arity) in found:
                continue
            found.add((name, arity))
            if name in _SERVERS:
                waiting += [(f.name, f.arity) for f in module.functions if f.public]
                continue
            function = module.function(name, arity)
            least = function.arity - function.defaults if function is not None else arity
            target = FunctionName(module.name, name, tuple(range(least, arity + 1)))
            for site, inside in self._calls.sites(file, target):
                if inside is not None and inside.name == module.name:
                    caller = self._calls.caller_of(site.node, file, site.line)
                    if caller[0]:
                        waiting.append(caller)
        return found

    def _routes(self, reached: dict[str, _Reached]) -> list[Answer]:
        """A row for each route to a module that was reached, one step beyond it."""
        by_module: dict[str, list[Route]] = defaultdict(list)
        for route in self._map.routes:
            by_module[route.module].append(route)
        rows = []
        for name in sorted(reached):
            found = reached[name]
            for route in by_module.get(name, ()):
                if found.functions and route.verb != "LIVE" and (route.action, 2) not in found.functions:
                    continue  # an action of the controller that the change does not touch
                place = Place(route.file, route.line)
                rows.append(
                    Answer(
                        f"{route.verb} {route.path}",
                        place,
                        self._sources.quote(place),
                        "routes to it" + (f" ({route.action})" if route.action else ""),
                        "router",
                        found.answer.distance + 1,
                        (*found.path, name),
                    )
                )
        return rows

    def _row(self, user: Module, relation: str, line: int, distance: int, path: tuple[str, ...]) -> Answer:
        place = Place(user.path, line)
        layer = self._sources.layer(user.path, user)
        return Answer(user.name, place, self._sources.quote(place), relation, layer, distance, path)


def _in_functions(touched: Functions) -> str:
    if not touched:
        return "names it in the module's body"
    shown = [f"{name}/{arity}" for name, arity in sorted(touched)]
    return "names it in " + ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")


def split_caller(answer: Answer) -> tuple[str, tuple[str, int]]:
    """Module and function of a row's `Module.function/arity`; the function is empty for a module's body."""
    owner, dot, rest = answer.what.rpartition(".")
    name, slash, arity = rest.rpartition("/")
    if dot and slash and arity.isdecimal() and name and not name[0].isupper():
        return owner, (name, int(arity))
    return answer.what, ("", 0)
