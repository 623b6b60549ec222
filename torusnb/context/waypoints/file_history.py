"""What the history says of a file by itself: of what its changes speak, and how often features touch it.

    spoken_reasons(history, request, index, known) -> dict[str, Reason]      for what a design has to know
    touched_reasons(history, known) -> dict[str, Reason]                     for what a feature changes

Both give path -> reason whose weight lies between 0 and 1, 1 being the best of all; without a history both are empty.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection

from torusnb.context.map.index import TextIndex
from torusnb.context.waypoints.history_signals import LARGEST_ALIKE, age_of
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import shares
from torusnb.models.history import History
from torusnb.models.knowledge import Reason

_K1, _B = 8.0, 0.6
_MOST_WORDS = 3
_SMALLEST_FEATURE, _LARGEST_FEATURE = 8, 200
"""A change of so many Elixir files is as large as a feature; a larger one renames or formats."""


def spoken_reasons(history: History, request: Request, index: TextIndex, known: Collection[str]) -> dict[str, Reason]:
    """Path to how much the subjects of all its changes share with the request, with the words that tell most.

    BM25 with the subjects of a file's changes as its text. Unlike `alike_reasons`, many changes that each say little
    add up, and old ones count like young ones; very large changes are left out.
    """
    changes = [change for change in history.changes if len(change.paths) <= LARGEST_ALIKE]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lengths: Counter[str] = Counter()
    for change, bag in zip(changes, index.bags([change.subject for change in changes]), strict=True):
        asked = {term: count for term, count in bag.items() if term in request.bag}
        for path in change.paths:
            if path in known:
                lengths[path] += bag.total()
                counts[path].update(asked)
    having = Counter(term for found in counts.values() for term in found)
    worth = {
        term: request.bag[term] * math.log(1 + (len(counts) - count + 0.5) / (count + 0.5))
        for term, count in having.items()
    }
    mean = lengths.total() / max(len(lengths), 1) or 1.0
    parts = {path: _parts(counts[path], worth, lengths[path] / mean) for path in sorted(counts)}
    values = shares({path: math.fsum(found.values()) for path, found in parts.items() if found})
    return {path: Reason("subjects", _spoken(parts[path], request), value) for path, value in values.items()}


def _parts(counts: Counter[str], worth: dict[str, float], length: float) -> dict[str, float]:
    held = _K1 * (1 - _B + _B * length)
    return {term: worth[term] * count * (_K1 + 1) / (count + held) for term, count in sorted(counts.items())}


def _spoken(parts: dict[str, float], request: Request) -> str:
    best = sorted(parts, key=lambda term: (-parts[term], term))[:_MOST_WORDS]
    words = ", ".join(f'"{request.spelling.get(term, term)}"' for term in best)
    return f"its changes speak of {words}"


def touched_reasons(history: History, known: Collection[str]) -> dict[str, Reason]:
    """Path to how often changes as large as a feature touched it, an older one counting less, with the bare count."""
    weights: dict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    large = 0
    for change in history.changes:
        if not _SMALLEST_FEATURE <= sum(path.endswith(".ex") for path in change.paths) <= _LARGEST_FEATURE:
            continue
        large += 1
        weight = age_of(history, change, 1.0)
        for path in change.paths:
            if path in known:
                weights[path] += weight
                times[path] += 1
    values = shares({path: weights[path] for path in sorted(weights)})
    return {
        path: Reason("often", f"{times[path]} of {large} changes as large as a feature touched it", value)
        for path, value in values.items()
    }
