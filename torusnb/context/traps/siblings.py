"""The modules that answer the same call: the implementations of a behaviour, or what a variable may hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.traps.bindings import find_binding
from torusnb.context.traps.scene import NearFile, Scene, is_close, is_tooling
from torusnb.elixir.bodies import FileBodies, ModuleBody
from torusnb.elixir.body_clauses import Clause
from torusnb.elixir.body_shapes import find_returns
from torusnb.elixir.names import module_name
from torusnb.elixir.syntax import ALIAS, ATOM, CALL, DOT, IDENTIFIER, LIST, UNARY, arguments, first_child, line_of
from torusnb.models.base import Place
from torusnb.models.modules import Module

MOST_MEMBERS = 12
"""How many implementations of a behaviour are read; one with more is a habit of the whole application."""

_THROUGH = re.compile(rb"(?<![\w.@:])[a-z_]\w*\.[a-z_]\w*[!?]?\(|\bapply\(")
_RESULT = re.compile(r"\{:ok, (?:\w+ :: )?([^{},]*)\}")
_TYPE = re.compile(r"@(?:type|typep|opaque) (\w+)(?:\(\))? :: (.*)$")
_ANYTHING = frozenset(("term", "any"))
_DEPTH = 4


@dataclass(frozen=True)
class Siblings:
    """Modules that answer one call.

    Attributes:
        owner: The behaviour's full name, or the module that calls them through a variable.
        members: The modules that answer, sorted. name, arity: What is called.
        near: The best of the close waypoints that has to do with it.
        declared: The line of the `@callback`, or of the call. behaviour: Whether `owner` is a behaviour.
        choosers: Modules that name two members at least, sorted.
        spec: The callback's result as written, or empty. open: It leaves the kind to each module (`term()`).
    """

    owner: str
    members: tuple[str, ...]
    name: str
    arity: int
    near: NearFile
    declared: Place
    behaviour: bool
    choosers: tuple[str, ...]
    spec: str = ""
    open: bool = False


def find_siblings(scene: Scene) -> Iterator[Siblings]:
    """The calls that several modules answer, where a close waypoint is one of these or leads to them."""
    told: set[tuple[tuple[str, ...], str, int]] = set()
    for found in (*_behaviours(scene), *_dispatches(scene)):
        call = (found.name, found.arity)
        if not any(call == (name, arity) and set(found.members) <= set(members) for members, name, arity in told):
            told.add((found.members, *call))
            yield found


def _behaviours(scene: Scene) -> Iterator[Siblings]:
    found = _implementations(scene)
    choosers = _choosers(scene, found)
    for owner, members in sorted(found.items()):
        among = choosers.get(owner, frozenset())
        best = _nearest(scene, (owner, *members), among)
        body = scene.module(owner) if best is not None else None
        if best is None or body is None:
            continue
        path, told = scene.code_map.modules[owner].path, tuple(sorted(among))
        for name, arity, line, spec in _callbacks(body):
            anything = _is_open(spec, body)
            yield Siblings(owner, members, name, arity, best, Place(path, line), True, told, spec, anything)


def _nearest(scene: Scene, kin: tuple[str, ...], choosers: frozenset[str]) -> NearFile | None:
    """The best close waypoint that holds one of the kin, chooses among them or asks what chooses."""
    modules = scene.code_map.modules
    paths = {modules[name].path for name in (*kin, *choosers)}
    for file in filter(is_close, scene.files):
        if file.path in paths or any(choosers & _spoken(module) for module in file.outline.modules):
            return file
    return None


def _choosers(scene: Scene, found: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Behaviour to the modules that speak of two implementations at least, and are none: they choose among them."""
    owners: dict[str, list[str]] = defaultdict(list)
    for owner, members in found.items():
        for name in members:
            owners[name].append(owner)
    chosen: dict[str, set[str]] = defaultdict(set)
    for name, module in scene.code_map.modules.items():
        counts = Counter(owner for spoken in _spoken(module) & owners.keys() for owner in owners[spoken])
        for owner, count in counts.items():
            if count > 1 and name not in found[owner] and _is_running(module.path):
                chosen[owner].add(name)
    return {owner: frozenset(names) for owner, names in chosen.items()}


def _spoken(module: Module) -> set[str]:
    return {*module.mentions, *(call.module for call in module.calls), *(ref.module for ref in module.references)}


def _is_running(path: str) -> bool:
    """Whether a file is of the running application: under `lib`, and no tool."""
    return "/lib/" in f"/{path}" and not is_tooling(path)


def _implementations(scene: Scene) -> dict[str, tuple[str, ...]]:
    """Behaviour of the checkout to the modules that implement it, by `@behaviour` or by a `use` that injects it."""
    modules = scene.code_map.modules
    injected = {name: set(_injected(module)) for name, module in modules.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for name, module in modules.items():
        if not _is_running(module.path):
            continue
        for reference in module.references:
            given = {reference.module} if reference.kind == "behaviour" else set()
            if reference.kind == "use":
                given = injected.get(reference.module, set())
            for owner in given:
                if owner in modules and "behaviour" in modules[owner].kinds and owner not in injected[name]:
                    found[owner].add(name)
    return {owner: tuple(sorted(names)) for owner, names in found.items() if 2 <= len(names) <= MOST_MEMBERS}


def _injected(module: Module) -> Iterator[str]:
    """The behaviours that `use` of the module gives: those that stand in its `__using__`."""
    macro = module.function("__using__")
    for reference in module.references if macro is not None else ():
        if reference.kind == "behaviour" and macro is not None and macro.line <= reference.line <= macro.end_line:
            yield reference.module


def _is_open(spec: str, body: ModuleBody) -> bool:
    """Whether a callback's result, or what stands in its `{:ok, _}`, may be anything or one of several types."""
    told = _RESULT.search(spec)
    named = {part.strip().removesuffix("()") for part in (told[1] if told is not None else spec).split("|")}
    for part in body.parts:
        found = _TYPE.match(body.text.one_line(part, 300)) if part.kind_id == UNARY else None
        if found is not None and found[1] in named:
            named = named - {found[1]} | {word.strip().removesuffix("()") for word in found[2].split("|")}
    return len(named) > 1 or not named.isdisjoint(_ANYTHING)


def _callbacks(body: ModuleBody) -> Iterator[tuple[str, int, int, str]]:
    """Each callback's name, arity, line and result as written."""
    for part in body.parts:
        operand = first_child(part) if part.kind_id == UNARY else None
        given = arguments(operand) if operand is not None and operand.kind_id == CALL else []
        target = first_child(operand) if operand is not None and given else None
        if target is None or body.text.of(target) != "callback":
            continue
        head = given[0]
        while head.kind_id != CALL and head.named_child_count:
            head = head.named_children[0]
        name = first_child(head)
        if head.kind_id == CALL and name is not None:
            rest = body.text.data[head.end_byte : given[0].end_byte].decode("utf-8", "replace")
            yield body.text.of(name), len(arguments(head)), line_of(part), " ".join(rest.split()).removeprefix(":: ")


def _dispatches(scene: Scene) -> Iterator[Siblings]:
    for file in filter(is_close, scene.files):
        bodies = scene.bodies(file.path)
        for match in _THROUGH.finditer(bodies.text.data) if bodies is not None else ():
            found = _dispatch(scene, file, bodies, match.end() - 1) if bodies is not None else None
            if found is not None:
                yield found


def _dispatch(scene: Scene, file: NearFile, bodies: FileBodies, at: int) -> Siblings | None:
    """The call with its argument list at that byte, where its module is a variable that holds one of several."""
    call = bodies.root.descendant_for_byte_range(at, at + 1)
    while call is not None and call.kind_id != CALL:
        call = call.parent
    read = _through(call, bodies) if call is not None else None
    function = bodies.function_at(line_of(call)) if call is not None else None
    if call is None or read is None or function is None:
        return None
    chosen, name, arity = read
    clause = next(c for c in function.clauses if c.line <= line_of(call) <= c.end_line)
    members = tuple(sorted(set(_modules_of(scene, chosen, clause, _DEPTH))))
    if not 2 <= len(members) <= MOST_MEMBERS:
        return None
    place, owner = Place(file.path, line_of(call)), function.module
    return Siblings(owner, members, name, arity, file, place, False, (owner,))


def _through(call: Node, bodies: FileBodies) -> tuple[Node, str, int] | None:
    """What a call goes through, the function's name and its arity: `mod.fun(a)`, `apply(mod, :fun, [a])`."""
    text, target = bodies.text, first_child(call)
    if target is None:
        return None
    if target.kind_id == DOT and len(target.named_children) == 2 and target.named_children[0].kind_id == IDENTIFIER:
        return target.named_children[0], text.of(target.named_children[1]), len(arguments(call))
    if text.of(target) != "apply":
        return None
    given, parent = arguments(call), call.parent
    if len(given) == 2 and parent is not None and parent.named_children[-1].id == call.id and "|>" in text.of(parent):
        given = [parent.named_children[0], *given]
    if len(given) != 3 or given[1].kind_id != ATOM or given[2].kind_id != LIST:
        return None
    return given[0], text.of(given[1]).lstrip(":"), given[2].named_child_count


def _modules_of(scene: Scene, node: Node, clause: Clause, depth: int) -> Iterator[str]:
    """The modules of the checkout that an expression may be, as far as they are written out."""
    if depth == 0:
        return
    for told in find_returns((node,), clause.text, clause.aliases, clause.module):
        if told.shape == "call" and "." not in told.call:
            name, _, arity = told.call.partition("/")
            target = scene.function(clause.module, name, int(arity))
            for other in target.clauses if target is not None else ():
                for tail in other.body[-1:]:
                    yield from _modules_of(scene, tail, other, depth - 1)
        elif told.node is not None and told.node.kind_id == ALIAS:
            name = module_name(told.node, clause.text, clause.aliases, clause.module)
            if name in scene.code_map.modules:
                yield name
        elif told.node is not None and told.node.kind_id == IDENTIFIER:
            bound = find_binding(told.node, clause)
            if isinstance(bound, Node):
                yield from _modules_of(scene, bound, clause, depth - 1)
