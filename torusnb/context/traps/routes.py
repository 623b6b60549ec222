"""Routes: one page behind doors with different checks, and routes that lack a check all their neighbours have."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, is_likely
from torusnb.models.base import Place
from torusnb.models.codebase import Route

_PROTECTS = re.compile(
    r"auth|protect|require|restrict|ensure|enforce|admin|permission|verif|guard|enroll|gate|access|check|allow|role|scope|sso|owner|member",
    re.IGNORECASE,
)
_OPENS = re.compile(r"^(Set|Assign|Init)[A-Z]|redirect_if|log_?in|skip|public|current_|mount_current")
_LEAST_NEIGHBOURS = 5
_MOST_LACKING = 0.2
_LEAST_PREFIX = 3
_PAIR = 2
_CORE = 2
_MOST_ROUTE_LINES = 6


@dataclass(frozen=True)
class _Door:
    """A route with what stands before it, layout and format left out."""

    route: Route
    guards: frozenset[str]


def _doors(scene: Scene) -> list[_Door]:
    return [_Door(route, _guards(route)) for route in scene.code_map.routes if route.verb != "FORWARD"]


def _guards(route: Route) -> frozenset[str]:
    """The pipelines and `on_mount` hooks that decide who comes in."""
    names = (*route.pipelines, *(_hook(hook) for hook in route.on_mount))
    return frozenset(name for name in names if _PROTECTS.search(name) and not _OPENS.search(name))


def _hook(written: str) -> str:
    """`{ShopWeb.Auth, :ensure_buyer}` as `Auth.ensure_buyer`, `ShopWeb.Auth` as `Auth`."""
    parts = [part.strip(" {}") for part in written.split(",")]
    return ".".join(part.rpartition(".")[2].lstrip(":") for part in parts[:2])


def _detect_doors(scene: Scene) -> Iterable[Finding]:
    for file in scene.files:
        if _is_core(file):
            yield from _behind_doors(scene, file)


def _is_core(file: NearFile) -> bool:
    """Whether the feature is about the page: one of the very first, and the pack names it."""
    point = file.waypoint
    named = point is not None and any(reason.kind in ("named", "person") for reason in point.reasons)
    return point is not None and named and point.rank <= _CORE


def _behind_doors(scene: Scene, file: NearFile) -> Iterator[Finding]:
    names = {module.name for module in file.outline.modules}
    actions: dict[tuple[str, str], list[_Door]] = defaultdict(list)
    for door in _doors(scene):
        if door.route.module in names:
            live = door.route.verb == "LIVE"
            actions[door.route.module, "" if live else door.route.action].append(door)
    for (module, action), same in actions.items():
        yield from _several(scene, file.path, module, action, same)


def _several(scene: Scene, path: str, module: str, action: str, doors: list[_Door]) -> Iterator[Finding]:
    kinds: dict[frozenset[str], _Door] = {}
    for door in doors:
        kinds.setdefault(door.guards, door)
    if not _differ_unasked(tuple(kinds.values())):
        return
    shared = frozenset.intersection(*kinds)
    told = [f"`{door.route.path}` ({_listed(door.guards - shared)})" for door in kinds.values()]
    bare = [door for door in kinds.values() if not door.guards]
    first = next(iter(kinds.values()))
    name = module + (f".{action}" if action else "")
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    yield Finding(
        path=first.route.file,
        line=_telling_line(scene, first.route),
        beside=path,
        what=f"`{name}` is reached through {len(kinds)} doors with different checks: {', '.join(told[:3])}{more}.",
        stake="what one door checks, the others do not, so a change that relies on one of them opens the "
        "page to other people",
        topic=(action or name,),
        symbol=action,
        module=module,
        severity="high" if bare else "medium",
        also=tuple(Place(d.route.file, _telling_line(scene, d.route)) for d in list(kinds.values())[1:4]),
        weight=min(1.0, 0.5 + 0.1 * len(kinds)),
        certain=not action,  # only the pages that the feature is about are looked at
        asked=bool(action),  # of a controller's many actions those that the request speaks of
    )


def _differ_unasked(doors: Sequence[_Door]) -> bool:
    """Whether doors differ by more than two audiences with a scope and a login of their own (authors, learners)."""
    if len(doors) != _PAIR:
        return len(doors) > _PAIR
    one, other = doors
    same_scope = _prefix(one.route.path) == _prefix(other.route.path)
    return same_scope or one.guards < other.guards or other.guards < one.guards


def _telling_line(scene: Scene, route: Route) -> int:
    """The line that says the path of a route that is written over several lines."""
    lines = scene.read_source(route.file).split("\n")[route.line - 1 : route.line - 1 + _MOST_ROUTE_LINES]
    if not lines or not lines[0].rstrip().endswith("("):
        return route.line
    return next((route.line + step for step, text in enumerate(lines) if '"' in text), route.line)


def _listed(names: Iterable[str]) -> str:
    told = [f"`{name}`" for name in sorted(names)]
    return ", ".join(told[:4]) + (f" and {len(told) - 4} more" if len(told) > 4 else "") if told else "no further check"


def _detect_lacking(scene: Scene) -> Iterable[Finding]:
    doors = _doors(scene)
    told_already = {finding.module for finding in _detect_doors(scene)}
    groups: dict[str, list[_Door]] = defaultdict(list)
    for door in doors:
        groups[_prefix(door.route.path)].append(door)
    near = {
        module.name: file.path
        for file in reversed(scene.files)
        if is_likely(file)
        for module in file.outline.modules
        if module.name not in told_already
    }
    told: set[str] = set()
    for door in doors:
        path = near.get(door.route.module)
        for finding in _lacking(scene, path, door, groups[_prefix(door.route.path)]) if path is not None else ():
            if finding.module not in told:
                told.add(finding.module)
                yield finding


def _prefix(path: str) -> str:
    """What neighbours share: the path up to its first parameter, or its first three parts."""
    parts = path.strip("/").split("/")
    first = next((position for position, part in enumerate(parts) if part.startswith(":")), None)
    return "/".join(parts[: first + 1] if first is not None else parts[:_LEAST_PREFIX])


def _lacking(scene: Scene, path: str, door: _Door, group: list[_Door]) -> Iterator[Finding]:
    others = [other for other in group if other.route.module != door.route.module]
    if len(others) < _LEAST_NEIGHBOURS:
        return
    counted = Counter(guard for other in others for guard in other.guards)
    missing = [
        guard
        for guard, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if guard not in door.guards and len(others) - count <= _MOST_LACKING * len(others)
    ]
    if not missing:
        return
    route = door.route
    example = next(other for other in others if missing[0] in other.guards)
    has = f"it has {_listed(door.guards)}" if door.guards else "it has no check of its own"
    hooks = [_hook(hook) for hook in route.on_mount if _hook(hook) not in door.guards]
    if hooks:
        has += f", and before it {'run' if len(hooks) > 1 else 'runs'} {_listed(hooks)}"
    yield Finding(
        path=route.file,
        line=_telling_line(scene, route),
        beside=path,
        what=f"`{route.verb} {route.path}` lacks `{missing[0]}`, which {counted[missing[0]]} of its "
        f"{len(others)} neighbours "
        f"under `/{_prefix(route.path)}` have; {has}.",
        stake="people whom the neighbouring routes turn away may reach this one, unless its module checks them itself",
        topic=(route.module.rpartition(".")[2],),
        symbol=route.action,
        module=route.module,
        severity="high" if not door.guards else "medium",
        also=(Place(example.route.file, _telling_line(scene, example.route)),),
        weight=0.8 if not door.guards else 0.6,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "several-doors",
        "One page behind doors with different checks",
        "web",
        "A LiveView or a controller's action that routes reach through different pipelines or `on_mount` "
        "hooks, as far as their names "
        "say that they decide who comes in. Told of the first two waypoints where the pack names them, and of "
        "a controller's actions only where the request speaks of them; "
        "two audiences with a scope and a login of their own are left alone.",
        "Say who may come through each door, and check it in the page for the thing it shows, not by the path.",
        _detect_doors,
        quiet=True,
    ),
    Rule(
        "lacking-guard",
        "A route without its neighbours' check",
        "web",
        "A route that lacks a pipeline or hook that at least four in five of the other modules' routes under "
        "the same path have. Told of the first waypoints that the pack names or that are likely to change, and not "
        "beside `several-doors`.",
        "Put the route into its neighbours' scope, or write down why it may be open and what checks it instead.",
        _detect_lacking,
        quiet=True,
    ),
)
