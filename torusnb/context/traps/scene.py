"""The scene a detector looks at, and what it hands back: how a detector is written.

A detector is a function `detect(scene: Scene) -> Iterable[Finding]`, without I/O of its own. Its module ends with
`RULES: tuple[Rule, ...]`, and `detectors.py` lists that module; nothing else has to be told. The scene gives:

- `scene.files`: the files near the feature, waypoints first, each a `NearFile` with `path`, `outline`
  (`FileOutline`), `waypoint` (or None) and `via` (the best waypoint it belongs to). Report only on these.
- `scene.bodies(path)`: the file's functions with clauses, heads, guards, body nodes, `sites` (calls with their module
  resolved and with frames: transaction, loop, task) and `returns` (shapes); parsed on first use, None when unreadable.
- `scene.function(module, name, arity)`: a function of any module of the checkout, parsed on demand; at most
  `MOST_FILES` files are ever parsed, so None may also mean "not looked at".
- `scene.effects`: what a function reaches through its calls (`effects.py`): writes, jobs, broadcasts, HTTP, mail.
- `scene.request`: the pack's words (`tie`, `names`, `lines`), for telling whether a thing matters.
- `scene.code_map`, `scene.pack`, `scene.waypoints`: whole.

A `Finding` says what stands there, with names and numbers, and what is at stake; `choice.py` ties it to the
requirements and the waypoint, drops what has nothing to do with the feature, ranks and caps. Give `topic`
(identifiers and words the trap is about) and `symbol` (the function), for those are what is compared with the request
and with what the best waypoints call. The telling line is `line`; further lines go to `also`. Yield freely, best
first within a file; never cap in a detector. When in doubt, stay silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from torusnb.context.graph import FileGraph
from torusnb.context.layers import main_module
from torusnb.context.traps.effects import Effects
from torusnb.context.traps.wording import RequestWords
from torusnb.elixir.bodies import FileBodies, FunctionBody, ModuleBody, read_bodies
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.knowledge import Waypoint
from torusnb.models.requirements import SpecPack

MOST_FILES = 120
"""How many files are parsed for one pack at most: the near ones, then what their calls lead to."""

FIRST = 12
"""How many waypoints count as the first ones: what a feature changes lies mostly there."""

_NEAR = 60
_PER_WAYPOINT = 3
_NEIGHBOURS_OF = 20
_CALLERS = 10
_MOST_LINES = 1500
_ENTRIES = frozenset(("application", "channel", "controller", "endpoint", "live_view", "plug", "router", "worker"))


@dataclass(frozen=True)
class Finding:
    """What a detector saw.

    Attributes:
        path, line: The telling line.
        what: What the code does, with the names and numbers that stand there; one sentence with its full stop.
        stake: What goes wrong for a design that does not know; one sentence without its full stop.
        remedy: How a design meets it; one sentence with its full stop. Empty takes the rule's.
        topic: Identifiers and words it is about (`@event_types`, `upsert_state`, values of a list).
        symbol: The function (`upsert/2`), field or attribute. module: Where it lies; empty takes the file's main one.
        severity: `high`, `medium`, `low`. also: Further lines as `Place`.
        weight: From 0 to 1, how sure and telling it is among findings of its rule.
        asked: It is only worth telling when the request names it or speaks of it, wherever it lies.
        narrow: It is about one function alone: that the pack names the file is not enough. The pack names the function,
            a requirement speaks of it in two telling words, or a better waypoint calls it and more ties it.
        certain: It is a fault as it stands, not a habit to know: told of the waypoints it lies in.
        wanted: The request itself speaks of what the trap blocks (a new value, the named function).
        about: What is called (`broadcast Shop.Baskets.pay/1`); findings of a rule about the same are one trap, which
            lists every caller. Empty stands alone.
        beside: The near file it is about, where the telling line lies elsewhere (in a router); empty takes `path`'s.
            A line of the pack itself needs none.
    """

    path: str
    line: int
    what: str
    stake: str
    topic: tuple[str, ...]
    symbol: str = ""
    module: str = ""
    remedy: str = ""
    severity: str = "medium"
    also: tuple[Place, ...] = ()
    weight: float = 0.5
    asked: bool = False
    narrow: bool = False
    certain: bool = False
    wanted: bool = False
    beside: str = ""
    about: str = ""


@dataclass(frozen=True)
class NearFile:
    """A file near the feature: a waypoint, or a file that one uses or that uses one; `via` is that waypoint."""

    path: str
    outline: FileOutline
    via: Waypoint
    waypoint: Waypoint | None = None


@dataclass(frozen=True)
class Scene:
    """Everything a detector may look at; made by `set_scene`.

    Attributes:
        sure: The waypoints' paths that the pack names, and those of the first that are likely to change and use one.
        served: The paths that the running application reaches from its routes, processes and workers; what only
            mix tasks and tests use is not among them.
        most: How many files are parsed at most.
    """

    pack: SpecPack
    code_map: CodeMap
    waypoints: tuple[Waypoint, ...]
    files: tuple[NearFile, ...]
    sure: frozenset[str] = field(repr=False)
    served: frozenset[str] = field(repr=False)
    read_source: Callable[[str], str] = field(repr=False)
    most: int = MOST_FILES
    _kept: dict[str, FileBodies | None] = field(default_factory=dict, repr=False)

    @cached_property
    def request(self) -> RequestWords:
        """The pack's words."""
        return RequestWords.of(self.pack, self.code_map)

    @cached_property
    def effects(self) -> Effects:
        """What functions reach through their calls."""
        return Effects(self.function)

    def bodies(self, path: str) -> FileBodies | None:
        """A file's bodies, parsed once; None for one that cannot be read or lies beyond `most`."""
        if path not in self._kept:
            if len(self._kept) >= self.most:
                return None
            source = self.read_source(path)
            self._kept[path] = read_bodies(path, source.encode("utf-8", "replace")) if source else None
        return self._kept[path]

    def widened(self, more: int) -> Scene:
        """The scene with room for that many files more, whatever others have read; they neither gain nor lose by it."""
        return replace(self, most=max(self.most, len(self._kept) + more), _kept=dict(self._kept))

    def module(self, name: str) -> ModuleBody | None:
        """A module's body by its full name, or None."""
        outline = self.code_map.modules.get(name)
        bodies = self.bodies(outline.path) if outline is not None else None
        return next((m for m in bodies.modules if m.name == name), None) if bodies is not None else None

    def function(self, module: str, name: str, arity: int) -> FunctionBody | None:
        """A function of any module of the checkout, or None."""
        outline = self.code_map.modules.get(module)
        if outline is None or outline.function(name, arity) is None:
            return None
        body = self.module(module)
        return body.function(name, arity) if body is not None else None

    @cached_property
    def callers(self) -> dict[tuple[str, str], Waypoint]:
        """Module and function name to the best of the first waypoints whose file calls it.

        A file that calls everything says nothing by it: the very long ones are left out.
        """
        found: dict[tuple[str, str], Waypoint] = {}
        for file in self.files[:_CALLERS]:
            if file.outline.lines > _MOST_LINES or file.path not in self.sure:
                continue
            bodies = self.bodies(file.path)
            for function in bodies.functions if bodies is not None else ():
                for site in function.sites:
                    if site.module:
                        found.setdefault((site.module, site.name), file.via)
        return found

    def functions(self) -> Iterator[tuple[NearFile, FunctionBody]]:
        """Every function of every near file, waypoints first."""
        for file in self.files:
            bodies = self.bodies(file.path)
            for function in bodies.functions if bodies is not None else ():
                yield file, function


Detector = Callable[[Scene], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A detector's card in the registry.

    Attributes:
        id: `closed-list`, …. title: A few words for a table. family: `data`, `runtime`, `web`.
        meaning: What is looked for and why it matters, for docs/traps.md; plain sentences.
        remedy: How a design meets it, one sentence; used where a finding gives none of its own.
        quiet: Off by default: fewer than seven in ten reports of a hand-read sample were worth an architect's time.
    """

    id: str
    title: str
    family: str
    meaning: str
    remedy: str
    detect: Detector
    quiet: bool = False


def set_scene(
    pack: SpecPack, waypoints: tuple[Waypoint, ...], code_map: CodeMap, read_source: Callable[[str], str]
) -> Scene:
    """The scene of a pack: its waypoints' files in rank order, then the direct neighbours of the best ones."""
    files: dict[str, NearFile] = {}
    for waypoint in waypoints:
        outline = code_map.by_path.get(waypoint.path)
        if outline is not None and outline.migration is None and not is_tooling(waypoint.path):
            files.setdefault(waypoint.path, NearFile(waypoint.path, outline, waypoint, waypoint))
    graph = FileGraph(code_map)
    served = _served(code_map, graph)
    for waypoint in waypoints[:_NEIGHBOURS_OF]:
        for path in _used(graph, waypoint.path, files):
            if len(files) < _NEAR and not is_tooling(path):
                files[path] = NearFile(path, code_map.by_path[path], waypoint)
    return Scene(pack, code_map, waypoints, tuple(files.values()), _sure(waypoints, graph), served, read_source)


def _used(graph: FileGraph, path: str, known: Iterable[str]) -> list[str]:
    """What a file uses and few others do: a module that everything uses says nothing of this feature."""
    near = set(known)
    used = [other for other in graph.uses.get(path, ()) if other not in near and "/lib/" in f"/{other}"]
    used.sort(key=lambda other: (len(graph.used_by.get(other, ())), other))
    return used[:_PER_WAYPOINT]


def module_of(file: NearFile) -> str:
    """The file's main module, or empty."""
    main = main_module(file.outline)
    return main.name if main is not None else ""


def _served(code_map: CodeMap, graph: FileGraph) -> frozenset[str]:
    """Everything that can be reached from what the framework starts by itself."""
    entries = [f.path for f in code_map.files if f.routes or any(_ENTRIES & set(m.kinds) for m in f.modules)]
    waiting = [path for path in entries if not is_tooling(path)]
    reached = set(waiting)
    while waiting:
        path = waiting.pop()
        mentioned = (name for module in code_map.by_path[path].modules for name in module.mentions)
        owners = (owner.path for name in mentioned if (owner := code_map.modules.get(name)) is not None)
        for other in (*graph.uses.get(path, ()), *owners):
            if other not in reached and not is_tooling(other):
                reached.add(other)
                waiting.append(other)
    return frozenset(reached)


def _sure(waypoints: tuple[Waypoint, ...], graph: FileGraph) -> frozenset[str]:
    """Waypoints that stand for more than words in common."""
    named = {w.path for w in waypoints if any(reason.kind in ("named", "person") for reason in w.reasons)}
    using = (w.path for w in waypoints[:_CALLERS] if w.likely == "changed" and named & set(graph.uses.get(w.path, ())))
    return frozenset((*named, *using))


def is_close(file: NearFile) -> bool:
    """Whether a file is among the first waypoints, or the pack names it."""
    point = file.waypoint
    return point is not None and (point.rank <= FIRST or any(reason.kind == "named" for reason in point.reasons))


def is_likely(file: NearFile) -> bool:
    """Whether the feature plausibly changes a file: among the first, and named by the pack or likely to change."""
    point = file.waypoint
    if point is None:
        return False
    named = any(reason.kind in ("named", "person") for reason in point.reasons)
    return point.rank <= FIRST and (named or point.likely == "changed")


def is_tooling(path: str) -> bool:
    """Whether a file is run by hand and never in answer to a request: mix tasks, seeds, release scripts."""
    parts = path.split("/")
    return "mix" in parts or any("seed" in part for part in parts) or parts[-1].startswith("release")
