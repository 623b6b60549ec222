"""What the files around the best candidates gain: by references in both directions, near and far, and by folders.

Each function gives path -> a value; `seeds` are the best candidates with how far each stands out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torusnb.context.graph import FileGraph

_FADING = 0.6
_MOST = 6
_HUB = 100
_STRONG = 2.0
_STAY = 0.5
_STEPS = 10


@dataclass(frozen=True)
class Neighbour:
    """How much another file adds, and how the two stand to each other (`used by`, `uses`, `belongs to`)."""

    path: str
    relation: str
    amount: float


def stand_out(scores: Mapping[str, float], most: int = 30) -> dict[str, float]:
    """The best paths with how far each lies above the one that is just not among them."""
    order = sorted(scores, key=lambda path: (-scores[path], path))
    least = scores[order[most]] if len(order) > most else 0.0
    return {path: scores[path] - least for path in order[:most] if scores[path] > least}


def used_by_seeds(seeds: Mapping[str, float], graph: FileGraph) -> dict[str, tuple[Neighbour, ...]]:
    """The files that seeds call, route to or associate with, each with those seeds, greatest first.

    A seed tells less of each file the more it uses, and each further seed less than the one before.
    """
    found: dict[str, list[Neighbour]] = defaultdict(list)
    for seed, value in seeds.items():
        targets = graph.calls.get(seed, ())
        if _is_hub(seed, graph):
            continue
        share = value / (1 + math.log1p(len(targets)))
        for target in targets:
            found[target].append(Neighbour(seed, "used by", share))
    return {path: _faded(neighbours) for path, neighbours in sorted(found.items())}


def using_seeds(seeds: Mapping[str, float], graph: FileGraph) -> dict[str, tuple[Neighbour, ...]]:
    """The files that use seeds, each with those seeds, greatest first; what many files use tells less of each."""
    found: dict[str, list[Neighbour]] = defaultdict(list)
    for seed, value in seeds.items():
        users = graph.used_by.get(seed, ())
        share = value / (1 + math.log1p(len(users)))
        for user in users:
            if not _is_hub(user, graph):
                found[user].append(Neighbour(seed, "uses", share))
    return {path: _faded(neighbours) for path, neighbours in sorted(found.items())}


def belonging(scores: Mapping[str, float], graph: FileGraph) -> dict[str, Neighbour]:
    """The files in a context's own folder (`a/b/c.ex`) with that context (`a/b.ex`) and its score."""
    return {
        path: Neighbour(parent, "belongs to", scores[parent])
        for path, parent in sorted(graph.parents.items())
        if scores.get(parent, 0.0) > 0
    }


def walk(seeds: Mapping[str, float], graph: FileGraph) -> dict[str, float]:
    """How much a walk along references, begun anew at the seeds half of the time, comes past each file.

    Personalised PageRank on references in both directions, calls counting twice; what a seed has of itself is taken
    away, and the square root keeps the first files from deciding alone. It reaches neighbours of neighbours.
    """
    total = sum(seeds.values())
    if total <= 0:
        return {}
    begin = {path: value / total for path, value in seeds.items()}
    edges = _edges(graph)
    present = dict(begin)
    for _ in range(_STEPS):
        moved: dict[str, float] = defaultdict(float)
        for path, amount in present.items():
            targets = edges.get(path, ())
            for target, share in targets:
                moved[target] += (1 - _STAY) * amount * share
        for path, amount in begin.items():
            moved[path] += _STAY * amount
        present = moved
    gained = {path: present[path] - _STAY * begin.get(path, 0.0) for path in sorted(present)}
    return {path: math.sqrt(value) for path, value in gained.items() if value > 0}


def _edges(graph: FileGraph) -> dict[str, tuple[tuple[str, float], ...]]:
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for path, targets in graph.uses.items():
        if _is_hub(path, graph):
            continue
        strong = frozenset(graph.calls.get(path, ()))
        for target in targets:
            weight = _STRONG if target in strong else 1.0
            weights[path][target] += weight
            weights[target][path] += weight
    return {
        path: tuple((target, weight / sum(found.values())) for target, weight in sorted(found.items()))
        for path, found in weights.items()
    }


def _is_hub(path: str, graph: FileGraph) -> bool:
    """Whether a file uses so many others (a router) that its references tell nothing."""
    return len(graph.uses.get(path, ())) >= _HUB


def _faded(neighbours: Iterable[Neighbour]) -> tuple[Neighbour, ...]:
    listed = sorted(neighbours, key=lambda n: (-n.amount, n.path))[:_MOST]
    return tuple(Neighbour(n.path, n.relation, n.amount * _FADING**place) for place, n in enumerate(listed))
