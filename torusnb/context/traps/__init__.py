"""Traps: behaviour near the waypoints that would break naive reuse (docs/traps.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from torusnb.context.traps.choice import choose_traps
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

    Raises:
        KeyError: A rule that nobody knows.
    """
    scene = set_scene(pack, waypoints, code_map, read_source)
    chosen = [RULES[name] for name in rules] if rules is not None else [r for r in RULES.values() if not r.quiet]
    return choose_traps(scene, _detect(scene, chosen), limit)


def _detect(scene: Scene, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Finding]]:
    for rule in rules:
        for finding in rule.detect(scene):
            yield rule, finding
