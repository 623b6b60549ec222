"""Traps: behaviour near the waypoints that would break naive reuse (docs/traps.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from torusnb.context.traps.choice import Verdicts, choose_traps
from torusnb.context.traps.detectors import RULES
from torusnb.context.traps.scene import Finding, Rule, Scene, set_scene
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Trap, Waypoint
from torusnb.models.requirements import SpecPack

__all__ = ["RULES", "find_traps"]

LIMIT = 24
"""How many traps a pack gets at most, unless told."""


def find_traps(
    pack: SpecPack,
    waypoints: tuple[Waypoint, ...],
    code_map: CodeMap,
    read_source: Callable[[str], str],
    limit: int = LIMIT,
    *,
    rules: Iterable[str] | None = None,
    kept: Collection[str] = (),
    dropped: Collection[str] = (),
) -> tuple[Trap, ...]:
    """What would break naive reuse around the waypoints, what matters most first; ranks count from 1.

    Only the waypoints' files and what the best of them use are reported on. Same inputs, same traps.

    Args:
        pack: The request.
        waypoints: Ranked.
        code_map: The whole checkout.
        read_source: The text of a file of the checkout by its path; empty for one that cannot be read.
        limit: How many to keep.
        rules: Ids of the rules to use, quiet ones too; without it every rule that is not quiet.
        kept: Keys of traps that stay whatever the limits say; one of a quiet rule comes without the rule being asked.
        dropped: Keys of traps that are left out; others take their place.

    Raises:
        KeyError: A rule that nobody knows.
    """
    scene = set_scene(pack, waypoints, code_map, read_source)
    chosen = list(rules) if rules is not None else [rule.id for rule in RULES.values() if not rule.quiet]
    silent = frozenset(name for name in _rules_of(kept) if name in RULES and name not in chosen)
    found = _detect(scene, [RULES[name] for name in (*chosen, *sorted(silent))])
    return choose_traps(scene, found, limit, Verdicts(frozenset(kept), frozenset(dropped), silent))


def _rules_of(keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        yield key.removeprefix("trap:").partition(":")[0]


def _detect(scene: Scene, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Finding]]:
    for rule in rules:
        for finding in rule.detect(scene):
            yield rule, finding
