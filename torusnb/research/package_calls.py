"""Which locked packages the waypoints call, and how: what a feature already leans on."""

from __future__ import annotations

import re

from msgspec.structs import replace

from torusnb.models.base import Value
from torusnb.models.knowledge import Context, Waypoint
from torusnb.models.modules import Module
from torusnb.research.words import split_words

_NEAR_RANKS = 10


class PackageUse(Value, frozen=True):
    """A locked package, the best waypoint that calls it, and the functions called there, in the order of lines."""

    package: str
    waypoint: Waypoint
    calls: tuple[str, ...]


def find_package_uses(context: Context) -> tuple[PackageUse, ...]:
    """A use for each package that the nearest waypoints call, best waypoint first.

    A package that more than half of them call is part of the ground everything stands on, and left out.
    """
    near = sorted((w for w in context.waypoints if w.rank <= _NEAR_RANKS), key=lambda w: w.rank)
    found: dict[str, list[PackageUse]] = {}
    for waypoint in near:
        module = context.code.modules.get(waypoint.module)
        for package, calls in _calls_by_package(module, context) if module is not None else ():
            found.setdefault(package, []).append(PackageUse(package, waypoint, calls))
    return tuple(uses[0] for uses in found.values() if len(near) < 3 or 2 * len(uses) <= len(near))


def keep_reached(use: PackageUse, context: Context, words: frozenset[str]) -> PackageUse:
    """The use with the calls alone that a text's words reach: a word of the function that the call stands in.

    Args:
        use: What a waypoint calls of a package.
        context: What was captured.
        words: The stems of the text. A call outside the outlined functions counts by its module's last name; where
            none is outlined, nothing tells which call is reached, and all are kept.
    """
    module = context.code.modules.get(use.waypoint.module)
    if module is None or not module.functions:
        return use
    reached = {
        f"{call.module}.{call.name}/{call.arity}"
        for call in module.calls
        if words & set(split_words(_function_at(module, call.line)))
    }
    return replace(use, calls=tuple(call for call in use.calls if call in reached))


def _function_at(module: Module, line: int) -> str:
    """The name of the function that a line lies in, else the last part of the module's."""
    within = [function for function in module.functions if function.line <= line <= function.end_line]
    return within[-1].name if within else module.name.rpartition(".")[2]


def module_beginnings(module: str) -> tuple[str, ...]:
    """What a module's name begins with, in lower case and joined (`Phoenix.PubSub`: phoenix, phoenixpub, …)."""
    pieces = [piece.lower() for piece in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", module)]
    return tuple("".join(pieces[:count]) for count in range(1, len(pieces) + 1))


def _calls_by_package(module: Module, context: Context) -> list[tuple[str, tuple[str, ...]]]:
    """Locked packages that a module calls; the longest package name that a called module begins with counts."""
    found: dict[str, dict[str, None]] = {}
    joined = {package.name.replace("_", ""): package.name for package in context.code.packages}
    own = context.code.app.replace("_", "")
    for call in sorted(module.calls, key=lambda call: (call.line, call.module, call.name)):
        beginnings = module_beginnings(call.module)
        package = next((joined[name] for name in reversed(beginnings) if name in joined), "")
        if package and own not in beginnings:
            found.setdefault(package, {}).setdefault(f"{call.module}.{call.name}/{call.arity}")
    return [(package, tuple(calls)) for package, calls in found.items()]
