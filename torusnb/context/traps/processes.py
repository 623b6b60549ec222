"""Processes: called and not supervised, or one for every request."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.names import module_name
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

ASKS = {"GenServer": ("call",), "Agent": ("get", "get_and_update", "update"), ":gen_server": ("call",)}
TELLS = {"GenServer": ("cast",), "Agent": ("cast",), ":gen_server": ("cast",)}
_ALL = {name: (*ASKS[name], *TELLS[name]) for name in ASKS}
_SERVERS = frozenset(("genserver", "agent", "gen_stage", "gen_statem"))
_WEB = frozenset(("live_view", "live_component", "controller", "plug", "channel"))
_STARTS = frozenset(("start_link", "start", "child_spec", "start_supervised", "start_supervised!"))
_FEW_ROUTES, _FEW_PAGES = 10, 4
_MOST_HOMES = 8
_EFFECTS = {"read": "queries the database", "write": "writes to the database", "http": "calls another service"}


@dataclass(frozen=True)
class _Server:
    """A module that keeps one process under its own name, with the functions that ask it something."""

    file: NearFile
    outline: Module
    body: ModuleBody
    asking: tuple[FunctionBody, ...]
    site: Site

    @property
    def short(self) -> str:
        return self.outline.name.rpartition(".")[2]


def _servers(scene: Scene) -> Iterator[_Server]:
    for file in scene.files:
        outlines = {module.name: module for module in file.outline.modules}
        if not any(_SERVERS & set(module.kinds) for module in file.outline.modules):
            continue
        bodies = scene.bodies(file.path)
        for body in bodies.modules if bodies is not None else ():
            outline = outlines.get(body.name)
            if outline is None or not _SERVERS & set(outline.kinds):
                continue
            found = [(f, s) for f in body.functions for s in f.sites if _goes_to_own_name(s, body, _ALL)]
            if found:
                yield _Server(file, outline, body, _asking(body), found[0][1])


def _goes_to_own_name(site: Site, body: ModuleBody, kinds: dict[str, tuple[str, ...]]) -> bool:
    """Whether a call goes to the process that is registered under the module's own name."""
    if site.name not in kinds.get(site.module, ()) or not site.given:
        return False
    return module_name(site.given[0], body.text, body.aliases, body.name) == body.name


def _asking(body: ModuleBody) -> tuple[FunctionBody, ...]:
    """The public functions that wait for the module's own process, themselves or through a function beside them."""
    asking = {f.label for f in body.functions if any(_goes_to_own_name(s, body, ASKS) for s in f.sites)}
    for _ in range(2):
        asking |= {f.label for f in body.functions for s in f.sites if not s.module and f"{s.name}/{s.arity}" in asking}
    return tuple(f for f in body.functions if f.label in asking and f.public)


def _detect_unsupervised(scene: Scene) -> Iterable[Finding]:
    started: frozenset[str] | None = None
    for server in _servers(scene):
        if started is None:
            started = _started(scene.code_map)
        name = server.outline.name
        if name in started or _starts_itself(server.body):
            continue
        yield Finding(
            path=server.file.path,
            line=server.site.line,
            what=f"`{name}` is called by its own name (`{server.site.label}`), and no supervisor of this "
            "checkout has it "
            "among its children.",
            stake="every call exits with `:noproc` until somebody starts it, and nobody starts it again when it dies",
            topic=(server.short, *(f.name for f in server.asking)),
            symbol=server.asking[0].label if server.asking else "start_link/1",
            module=name,
            severity="high",
            weight=0.8,
        )


def _started(code_map: CodeMap) -> frozenset[str]:
    """The modules that some supervisor names, or whose start some other module calls or may call."""
    found: set[str] = set()
    for module in code_map.modules.values():
        found.update(child.module for child in module.children)
        found.update(call.module for call in module.calls if call.name in _STARTS and call.module != module.name)
        if module.children or {"application", "supervisor"} & set(module.kinds) or _starts_children(module):
            found.update(module.mentions)
            found.update(call.module for call in module.calls)
    return frozenset(found)


def _starts_children(module: Module) -> bool:
    return any(call.name == "start_child" for call in module.calls)


def _starts_itself(body: ModuleBody) -> bool:
    """Whether a function other than its `start_link` starts the process."""
    return any(
        site.name in _STARTS and (not site.module or site.module in ("GenServer", "Agent", body.name))
        for function in body.functions
        if function.name not in _STARTS
        for site in function.sites
    )


@dataclass(frozen=True)
class _Reach:
    """The web modules from which a function is reached, the routes they serve, and whether a plug is among them."""

    pages: tuple[Module, ...]
    routes: int
    plugs: tuple[str, ...]
    through: tuple[str, ...]


def _detect_single(scene: Scene) -> Iterable[Finding]:
    callers: dict[tuple[str, str], list[Module]] | None = None
    for server in _servers(scene):
        if not server.asking:
            continue
        if callers is None:
            callers = _callers(scene.code_map)
        reach = _reach(scene, server, callers)
        if reach.routes < _FEW_ROUTES and len(reach.pages) < _FEW_PAGES and not reach.plugs:
            continue
        yield _single(scene, server, reach)


def _callers(code_map: CodeMap) -> dict[tuple[str, str], list[Module]]:
    found: dict[tuple[str, str], list[Module]] = defaultdict(list)
    for module in code_map.modules.values():
        for call in module.calls:
            found[call.module, call.name].append(module)
    return found


def _reach(scene: Scene, server: _Server, callers: dict[tuple[str, str], list[Module]]) -> _Reach:
    """Who waits for the process: the web modules that call it, and those that call a function which does."""
    direct = _calling(callers, server.outline.name, server.asking)
    pages = {module.name: module for module in direct if _WEB & set(module.kinds)}
    through: list[str] = []
    static = [module for module in direct if not _WEB & set(module.kinds)][:_MOST_HOMES]
    for name, function in (*_static_homes(scene, server, static), *_dynamic_homes(scene, server)):
        for caller in callers.get((name, function.name), ()):
            if _WEB & set(caller.kinds):
                pages[caller.name] = caller
                through.append(f"{name.rpartition('.')[2]}.{function.label}")
    plugs = tuple(sorted(name for name, module in pages.items() if "plug" in module.kinds))
    routes = sum(1 for route in scene.code_map.routes if route.module in pages)
    return _Reach(tuple(pages[name] for name in sorted(pages)), routes, plugs, tuple(dict.fromkeys(through)))


def _static_homes(scene: Scene, server: _Server, homes: list[Module]) -> Iterator[tuple[str, FunctionBody]]:
    """The functions of some modules that call the process's module by its name."""
    for home in homes:
        body = scene.module(home.name)
        for function in body.functions if body is not None else ():
            if any(s.module == server.outline.name and _is_asked(s, server) for s in function.sites):
                yield home.name, function


def _dynamic_homes(scene: Scene, server: _Server) -> Iterator[tuple[str, FunctionBody]]:
    """The functions of near files that call it through a module that a setting names (`store().put_in_order(…)`).

    Only a function's name tells that, so it has to be of several words and no other server may have one like it.
    """
    names = [f.name for f in server.asking if "_" in f.name and _homes_of(scene.code_map, f.name) == 1]
    pattern = re.compile(rb"\)\s*\.(" + b"|".join(name.encode() for name in names) + rb")\(") if names else None
    for file in scene.files:
        bodies = scene.bodies(file.path) if file.path != server.file.path else None
        if pattern is None or bodies is None or not pattern.search(bodies.text.data):
            continue
        for function in bodies.functions:
            if any(pattern.search(bodies.text.raw(clause.node)) for clause in function.clauses):
                yield function.module, function


def _homes_of(code_map: CodeMap, name: str) -> int:
    """How many processes' modules have a public function of that name."""
    return sum(
        1
        for module in code_map.modules.values()
        if _SERVERS & set(module.kinds) and any(f.name == name and f.public for f in module.functions)
    )


def _calling(
    callers: dict[tuple[str, str], list[Module]], name: str, functions: Iterable[FunctionBody]
) -> list[Module]:
    found = {module.name: module for f in functions for module in callers.get((name, f.name), ())}
    return [found[key] for key in sorted(found)]


def _is_asked(site: Site, server: _Server) -> bool:
    return any(site.name == function.name for function in server.asking)


def _single(scene: Scene, server: _Server, reach: _Reach) -> Finding:
    work, place = _slow_work(scene, server)
    if reach.plugs:
        others = f" and {len(reach.pages) - 1} more of the web layer" if len(reach.pages) > 1 else ""
        who = f"the plug `{reach.plugs[0]}`{others}, so for every request that passes it"
    else:
        who = f"{len(reach.pages)} web modules on {reach.routes} routes"
    via = f" through {' and '.join(f'`{name}`' for name in reach.through[:2])}" if reach.through else ""
    slow = f", and it {work} while they wait" if work else ""
    return Finding(
        path=server.file.path,
        line=server.site.line,
        what=f"One process, `{server.outline.name}`, answers {_listed(server.asking)} for {who}{via}{slow}.",
        stake="its calls queue behind each other, so what a design adds to it slows or times out every page that waits",
        topic=(
            server.short,
            *(f.name for f in server.asking),
            *(page.name.rpartition(".")[2] for page in reach.pages[:6]),
        ),
        symbol=server.asking[0].label,
        module=server.outline.name,
        severity="high" if work or reach.plugs else "medium",
        also=place,
        weight=0.9 if work else 0.7,
    )


def _listed(functions: tuple[FunctionBody, ...]) -> str:
    told = [f"`{function.label}`" for function in functions[:3]]
    return ", ".join(told) + (f" and {len(functions) - 3} more" if len(functions) > 3 else "")


def _slow_work(scene: Scene, server: _Server) -> tuple[str, tuple[Place, ...]]:
    """What the process does in a `handle_call` that takes long, and where."""
    for function in server.body.functions:
        if (function.name, function.arity) != ("handle_call", 3):
            continue
        for site in function.sites:
            if site.within("task") is not None:
                continue
            for effect in scene.effects.of_site(site, server.outline.name):
                if effect.kind in _EFFECTS:
                    return _EFFECTS[effect.kind], (Place(server.file.path, site.line),)
    return "", ()


RULES: tuple[Rule, ...] = (
    Rule(
        "unsupervised-process",
        "A process that nobody supervises",
        "runtime",
        "A module calls its process by its own name, and no supervisor of the checkout names the module, nor "
        "does any other "
        "module start it.",
        "Add it to a supervisor's children and say its restart strategy, or start it on demand.",
        _detect_unsupervised,
        quiet=True,
    ),
    Rule(
        "single-process",
        "One process on many requests' path",
        "runtime",
        "Functions that many pages use ask one named process with `call`, which answers one at a time.",
        "Read from ETS or a cache without asking the process, or give each tenant a process of its own.",
        _detect_single,
        quiet=True,
    ),
)
