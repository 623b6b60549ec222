"""The gates of some packs as lines of text: a row a pack, or everything of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from torusnb.models.changes import PackStatus
from torusnb.models.gates import GATES, Gate

_WORDS = {"met": "met", "open": "OPEN", "waits": "waits", "elsewhere": "below"}
LEGEND = "met: nothing is in its way; OPEN: to do; waits: for an open gate, no document yet; below: left to its packs"
"""What the words of a gate mean."""
_WIDEST = 110
_MOST_TOLD = 12


def tell_gates(statuses: Sequence[PackStatus], *, in_full: bool) -> list[str]:
    """The gates as lines.

    Args:
        statuses: The packs; those that were not judged are passed over.
        in_full: Each pack with all that is in its way; otherwise a table with the next thing to do, where archived
            packs are only counted.
    """
    judged = [status for status in statuses if status.gates is not None]
    if in_full:
        return [line for status in judged for line in _whole(status)]
    shown = [status for status in judged if not status.archived]
    lines = list(_table(shown)) if shown else []
    if left := len(judged) - len(shown):
        lines.append(
            f"{left} archived pack{'' if left == 1 else 's'} left out; name one to see it, or `--json` for all"
        )
    return lines


def _table(statuses: Sequence[PackStatus]) -> Iterator[str]:
    width = max(len(status.slug) for status in statuses)
    yield "  ".join((f"{'pack':{width}}", *(f"{name:9}" for name in GATES), "next")).rstrip()
    for status in statuses:
        gates = status.gates.gates if status.gates else ()
        cells = [f"{_WORDS[gate.state]:9}" for gate in gates]
        yield "  ".join((f"{status.slug:{width}}", *cells, _next(status))).rstrip()
    stages = Counter(status.gates.stage for status in statuses if status.gates)
    told = ", ".join(
        f"{stages[name]} at {name}" if name in GATES else f"{stages[name]} {name}" for name in _order(stages)
    )
    yield f"{len(statuses)} pack{'' if len(statuses) == 1 else 's'}: {told}"


def _order(stages: Counter[str]) -> list[str]:
    return [name for name in (*GATES, "below", "done") if stages[name]]


def _next(status: PackStatus) -> str:
    obstacle = status.gates.next if status.gates else None
    if obstacle is None:
        return "-"
    return obstacle.text if len(obstacle.text) <= _WIDEST else f"{obstacle.text[: _WIDEST - 1].rstrip()}…"


def _whole(status: PackStatus) -> Iterator[str]:
    gates = status.gates
    if gates is None:
        return
    archived = ", archived" if status.archived else ""
    yield f"{status.slug} ({status.directory}{archived}): {' -> '.join(_told(gate) for gate in gates.gates)}"
    for gate in gates.gates:
        for fact in gate.facts:
            yield f"  {gate.name:9} {fact}"
        for obstacle in gate.obstacles[:_MOST_TOLD]:
            yield f"  {gate.name:9} {obstacle.text}"
            yield f"  {'':9} to do: {obstacle.remedy}"
        if len(gate.obstacles) > _MOST_TOLD:
            yield f"  {gate.name:9} and {len(gate.obstacles) - _MOST_TOLD} more; `--json` tells all"


def _told(gate: Gate) -> str:
    return f"{gate.name} {_WORDS[gate.state]}"
