"""The functions near a feature as their bodies show them, from the pages and jobs down to what they write."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Node

from torusnb.context.layers import layer_of
from torusnb.context.quotebook import QuoteBook
from torusnb.elixir.bodies import FileBodies, FunctionBody, ModuleBody, read_bodies
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import ALIAS, CALL, ELSE_BLOCK, do_block
from torusnb.models.behaviour import Behaviour, ClauseOutline
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Call

_NEAR = 20
"""Waypoints up to this rank are read whole."""
_MOST_CALLERS, _MOST_FILES, _MOST_FUNCTIONS, _DEPTH = 8, 45, 600, 3
_MOST_CALLS, _MOST_CLAUSES, _MOST_SHAPES = 24, 40, 12
_OUTER = frozenset({"live_view", "component", "controller", "worker"})
_PASSED = frozenset({"test", "migration", "router", "guide", "asset"})
_EFFECTS = frozenset({"Phoenix.PubSub", "Oban", ":telemetry", "Ecto.Multi"})
_RESULTS = {
    "insert": ("{:ok, _}", "{:error, _}"),
    "update": ("{:ok, _}", "{:error, _}"),
    "delete": ("{:ok, _}", "{:error, _}"),
    "insert_or_update": ("{:ok, _}", "{:error, _}"),
    "all": ("list",),
    "insert!": ("struct",),
    "update!": ("struct",),
    "get!": ("struct",),
    "one!": ("struct",),
    "get": ("struct", "nil"),
    "get_by": ("struct", "nil"),
    "one": ("struct", "nil"),
    "exists?": ("boolean",),
}
"""What `Ecto.Repo`'s functions give, by its documentation; `transaction` gives what its steps make of it."""
_WHOLE = 80
"""Functions of a module up to which all are read; of a longer one those that lead to, or are reached from, others."""


def trace_behaviours(
    waypoints: Sequence[Waypoint], code_map: CodeMap, read_source: Callable[[str], str], book: QuoteBook
) -> tuple[Behaviour, ...]:
    """The functions of the best waypoints, of the pages and jobs that call them, and of what these call.

    Sorted by path and line; every line they name is in the book. At most 600 functions of 45 files, the nearest first.
    """
    return _Tracer(code_map, read_source, book).run(waypoints)


class _Tracer:
    def __init__(self, code_map: CodeMap, read_source: Callable[[str], str], book: QuoteBook) -> None:
        self._map, self._read, self._book = code_map, read_source, book
        self._files: dict[str, FileBodies | None] = {}
        self._modules: dict[str, ModuleBody] = {}
        self._layers: dict[str, str] = {}
        self._found: dict[tuple[str, str, int], Behaviour] = {}
        self._shapes: dict[tuple[str, str, int], tuple[str, ...]] = {}

    def run(self, waypoints: Sequence[Waypoint]) -> tuple[Behaviour, ...]:
        near = [w for w in waypoints if w.module and w.rank <= _NEAR and w.layer not in _PASSED]
        names = dict.fromkeys(w.module for w in near)
        waiting: deque[tuple[FunctionBody, int]] = deque()
        for name in names:
            found = self._functions(name)
            whole = len(found) <= _WHOLE
            waiting.extend((function, 0) for function in (found if whole else self._leading(name, names)))
        for name in self._callers(names):
            waiting.extend((function, 0) for function in self._leading(name, names))
        while waiting and len(self._found) < _MOST_FUNCTIONS:
            function, depth = waiting.popleft()
            key = (function.module, function.name, function.arity)
            if key in self._found:
                continue
            told = self._found[key] = self._tell(function)
            if depth < _DEPTH:
                waiting.extend((reached, depth + 1) for reached in self._reached(told))
        return tuple(sorted(self._found.values(), key=lambda b: (b.path, b.line, b.name, b.arity)))

    def _callers(self, targets: dict[str, None]) -> list[str]:
        """The pages, controllers and jobs that call most of the targets; one that everybody calls counts for little."""
        outer: dict[str, set[str]] = {}
        popular: Counter[str] = Counter()
        for name, module in self._map.modules.items():
            called = {call.module for call in module.calls} & set(targets) - {name}
            popular.update(called)
            if called and name not in targets and self._layer(name) in _OUTER:
                outer[name] = called
        weight = {name: sum(1.0 / popular[target] for target in called) for name, called in outer.items()}
        return sorted(weight, key=lambda name: (-weight[name], name))[:_MOST_CALLERS]

    def _leading(self, name: str, targets: dict[str, None]) -> list[FunctionBody]:
        """The functions of a module from which a call leads to a target, over its own functions too."""
        functions = self._functions(name)
        others = {target for target in targets if target != name}
        found = {f.label for f in functions if any(site.module in others for site in f.sites)}
        for _ in range(_DEPTH):
            more = {f.label for f in functions if any(not s.module and f"{s.name}/{s.arity}" in found for s in f.sites)}
            if more <= found:
                break
            found |= more
        return [function for function in functions if function.label in found]

    def _layer(self, name: str) -> str:
        if name not in self._layers:
            module = self._map.modules[name]
            self._layers[name] = layer_of(module.path, module)
        return self._layers[name]

    def _functions(self, name: str) -> tuple[FunctionBody, ...]:
        body = self._module(name)
        return tuple(f for f in body.functions if f.kind in {"def", "defp"}) if body is not None else ()

    def _module(self, name: str) -> ModuleBody | None:
        """A module's body; None where it cannot be read, or lies beyond the bound on files."""
        outline = self._map.modules.get(name)
        if outline is None:
            return None
        if outline.path not in self._files:
            if len(self._files) >= _MOST_FILES:
                return None
            source = self._read(outline.path)
            bodies = read_bodies(outline.path, source.encode("utf-8", "replace")) if source else None
            self._files[outline.path] = bodies
            for module in bodies.modules if bodies is not None else ():
                self._modules.setdefault(module.name, module)
        return self._modules.get(name)

    def _reached(self, told: Behaviour) -> Iterator[FunctionBody]:
        for call in (call for clause in told.clauses for call in clause.calls):
            if call.module in self._map.modules and self._layer(call.module) not in _PASSED:
                body = self._module(call.module)
                function = body.function(call.name, call.arity) if body is not None else None
                if function is not None and function.kind in {"def", "defp"}:
                    yield function

    def _tell(self, function: FunctionBody) -> Behaviour:
        path = self._map.modules[function.module].path
        return Behaviour(
            module=function.module,
            name=function.name,
            arity=function.arity,
            kind=function.kind,
            path=path,
            layer=self._layer(function.module),
            clauses=tuple(self._clause(function, clause, path) for clause in function.clauses[:_MOST_CLAUSES]),
            returns=self._returns(function, _DEPTH)[:_MOST_SHAPES],
            spec=function.spec,
        )

    def _clause(self, function: FunctionBody, clause: Clause, path: str) -> ClauseOutline:
        calls: dict[tuple[str, str, int], Call] = {}
        for site in clause.sites:
            module = site.module or self._own(function.module, site.name, site.arity)
            if module in self._map.modules or module in _EFFECTS or module.endswith("Repo"):
                calls.setdefault((module, site.name, site.arity), Call(module, site.name, site.arity, site.line))
        kept = tuple(calls.values())[:_MOST_CALLS]
        for line in (clause.line, *(call.line for call in kept)):
            self._book.key(path, line)
        return ClauseOutline(_head(clause, function.name), clause.line, clause.end_line, kept, self._schemas(clause))

    def _own(self, module: str, name: str, arity: int) -> str:
        """The module itself where it defines the function; empty for an import or a macro."""
        outline = self._map.modules.get(module)
        return module if outline is not None and outline.function(name, arity) is not None else ""

    def _schemas(self, clause: Clause) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting: list[Node] = [clause.node]
        while waiting:
            node = waiting.pop()
            if node.kind_id == ALIAS:
                name = module_name(node, clause.text, clause.aliases, clause.module)
                schema = self._map.modules[name].schema if name in self._map.modules else None
                if schema is not None and schema.table:
                    found.setdefault(name)
            else:
                waiting.extend(reversed(node.named_children))
        return tuple(found)

    def _returns(self, function: FunctionBody, depth: int) -> tuple[str, ...]:
        """The shapes a function gives, each once, found once: many branches may end in calls of one another."""
        key = (function.module, function.label, depth)
        if key not in self._shapes:
            self._shapes[key] = tuple(dict.fromkeys(self._given(function, depth)))
        return self._shapes[key]

    def _given(self, function: FunctionBody, depth: int) -> Iterator[str]:
        """The shapes at its tails; those of its own module's functions and of the repo are followed."""
        if any(_lets_through(clause) for clause in function.clauses):
            yield "unknown"
        for told in function.returns:
            if told.shape != "call":
                yield from (told.shape,) if told.shape != "raise" else ()
                continue
            owner, _, label = told.call.rpartition(".")
            name, _, arity = label.partition("/")
            body = self._modules.get(owner or function.module)
            called = body.function(name, int(arity)) if body is not None and arity.isdecimal() else None
            if owner.endswith("Repo") and name in _RESULTS:
                yield from _RESULTS[name]
            elif called is not None and called is not function and depth:
                yield from self._returns(called, depth - 1)
            else:
                yield "unknown"


def _lets_through(clause: Clause) -> bool:
    """Whether a `with` without `else` stands in a clause: whatever does not match is what it gives."""
    waiting: list[Node] = list(clause.body)
    while waiting:
        node = waiting.pop()
        if node.kind_id == CALL and node.named_children and clause.text.raw(node.named_children[0]) == b"with":
            block = do_block(node)
            if block is None or all(part.kind_id != ELSE_BLOCK for part in block.named_children):
                return True
        waiting.extend(node.named_children)
    return False


def _head(clause: Clause, name: str) -> str:
    given = ", ".join(clause.text.one_line(parameter) for parameter in clause.parameters)
    return f"{name}({given})"
