"""What a checkout's history says for a file: alike changes, and what changes together.

How often or how lately a file changed tells nothing of what designs cite; for what features change, see
`file_history`.

    find_alike(history: History, bag: Mapping[str, float]) -> tuple[AlikeChange, ...]           the costly half
    alike_reasons(history: History, alike: Sequence[AlikeChange], known: Collection[str]) -> dict[str, Reason]
    alike_changes(history: History, bag: Mapping[str, float], known: Collection[str]) -> dict[str, Reason]      both
    cochanged(history: History, seeds: Mapping[str, float], known: Collection[str]) -> dict[str, Reason]

The last three give path -> reason whose weight lies between 0 and 1, 1 being the best of all; the caller weighs the
signals against each other. `bag` is `Request.bag`; `seeds` are paths with their present scores (any scale; the best
30 count); only paths in `known` come back. Without a history all are empty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from torusnb.context.map.index import TextIndex, Weights
from torusnb.models.history import Change, History
from torusnb.models.knowledge import Reason

SWEEPING = 50
"""A change of more paths than this does not tell what changes together: renaming, formatting, an upgrade."""

LARGEST_ALIKE = 75
"""A change of more paths than this is not asked whether it is alike; a whole feature in one change is smaller."""

_YEAR = 365 * 86_400
_WORDS_OF_PATHS = 40


@dataclass(frozen=True)
class HistoryTuning:
    """How the history counts.

    Chosen on 33 real features by hand in coarse steps, none held back; most of them move recall@20 by less than 0.01.
    `LARGEST_ALIKE` and `shared` were chosen with a look at 23 others, of which they find 0.006 more.

    Attributes:
        alike: How many of the most alike changes count.
        half_life: Years after which an alike change counts half. together: the same for changing together.
        often: How far a file that alike changes touch is held back the more changes it has had (0: not at all).
        shared: How far an alike change's many files share what it tells (0: each has all of it, 1: they divide it).
        busy: The same as `often` for a file that changes together with others.
        seeds: How many of the best candidates other files are looked for beside.
        shrink: How many changes a seed must have before its companions count half of what they would.
    """

    alike: int = 30
    half_life: float = 1.0
    together: float = 2.0
    often: float = 0.1
    shared: float = 0.3
    busy: float = 0.25
    seeds: int = 30
    shrink: float = 4.0


@dataclass(frozen=True)
class AlikeChange:
    """A change that speaks like the request; `share` lies between 0 and 1, less for an old one."""

    change: Change
    share: float


def find_alike(
    history: History, bag: Mapping[str, float], tuning: HistoryTuning | None = None
) -> tuple[AlikeChange, ...]:
    """The changes whose subject and paths share most words with the request, the most alike first."""
    tuning = tuning or HistoryTuning()
    changes = {change.id: change for change in history.changes if len(change.paths) <= LARGEST_ALIKE}
    if not changes:
        return ()
    with TextIndex(map(_document, changes.values()), Weights(k1=2.0, b=0.6)) as index:
        scores = index.score(bag)
    best = max(scores.values(), default=0.0)
    chosen = sorted(scores, key=lambda name: (-scores[name], name))[: tuning.alike]
    return tuple(
        AlikeChange(changes[name], (scores[name] / best) ** 2 * age_of(history, changes[name], tuning.half_life))
        for name in chosen
    )


def _document(change: Change) -> tuple[str, tuple[str, str, str, str]]:
    paths = " ".join(path.rpartition(".")[0] or path for path in change.paths[:_WORDS_OF_PATHS])
    return change.id, ("", "", "", f"{paths} {change.subject}")


def alike_reasons(
    history: History, alike: Sequence[AlikeChange], known: Collection[str], tuning: HistoryTuning | None = None
) -> dict[str, Reason]:
    """Path to how much alike changes touched it, with the subject of the most telling one.

    A small change tells more of each of its files than a large one.
    """
    tuning = tuning or HistoryTuning()
    amounts: dict[str, list[tuple[float, Change]]] = defaultdict(list)
    for entry in alike:
        for path in entry.change.paths:
            if path in known:
                amounts[path].append((entry.share / len(entry.change.paths) ** tuning.shared, entry.change))
    changes = (change for change in history.changes if len(change.paths) <= LARGEST_ALIKE)
    often = Counter(path for change in changes for path in change.paths)
    values = {path: sum(value for value, _ in parts) / often[path] ** tuning.often for path, parts in amounts.items()}
    return {path: Reason("history", _alike_text(amounts[path]), value) for path, value in _shares(values).items()}


def alike_changes(history: History, bag: Mapping[str, float], known: Collection[str]) -> dict[str, Reason]:
    """`alike_reasons` of what `find_alike` finds."""
    return alike_reasons(history, find_alike(history, bag), known)


def _alike_text(parts: Sequence[tuple[float, Change]]) -> str:
    change = min(parts, key=lambda part: (-part[0], part[1].id))[1]
    subject = change.subject if len(change.subject) <= 80 else f"{change.subject[:79].rstrip()}…"
    more = f", and by {len(parts) - 1} more alike" if len(parts) > 1 else ""
    return f'changed by `{change.id[:10]}` "{subject}"{more}'


@dataclass
class _Pair:
    """How often two files changed together, and how much that counts."""

    times: int = 0
    weight: float = 0.0


@dataclass
class _Seed:
    """A file that others are looked for beside: the weight of its changes, and its companions."""

    weight: float = 0.0
    beside: dict[str, _Pair] = field(default_factory=lambda: defaultdict(_Pair))


def cochanged(
    history: History, seeds: Mapping[str, float], known: Collection[str], tuning: HistoryTuning | None = None
) -> dict[str, Reason]:
    """Path to how surely it changes when the seeds do, with the seed that tells most and how often.

    For each seed the share of its changes that touched the file too, drawn towards 0 for a seed with few changes, and
    held back for a file that changes with everything. A seed may come back, for what the other seeds say of it.
    """
    tuning = tuning or HistoryTuning()
    order = sorted(seeds, key=lambda path: (-seeds[path], path))[: tuning.seeds]
    best = max((seeds[path] for path in order), default=0.0)
    if best <= 0:
        return {}
    found, busy = _companions(history, frozenset(order), tuning)
    parts: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    for seed in order:
        for path, pair in found[seed].beside.items():
            share = pair.weight / (found[seed].weight + tuning.shrink) / (1 + busy[path]) ** tuning.busy
            if path in known and seeds[seed] > 0:
                parts[path].append((seeds[seed] / best * share, seed, pair.times))
    values = _shares({path: sum(value for value, _, _ in told) for path, told in parts.items()})
    return {path: Reason("cochange", _together_text(parts[path]), value) for path, value in values.items()}


def _companions(
    history: History, seeds: frozenset[str], tuning: HistoryTuning
) -> tuple[dict[str, _Seed], dict[str, float]]:
    found: dict[str, _Seed] = {seed: _Seed() for seed in seeds}
    busy: dict[str, float] = defaultdict(float)
    for change in history.changes:
        if len(change.paths) > SWEEPING:
            continue
        weight = age_of(history, change, tuning.together)
        for path in change.paths:
            busy[path] += weight
        for seed in seeds.intersection(change.paths):
            found[seed].weight += weight
            for path in change.paths:
                if path != seed:
                    pair = found[seed].beside[path]
                    pair.times += 1
                    pair.weight += weight * (2 / len(change.paths)) ** 0.25
    return found, busy


def _together_text(parts: Iterable[tuple[float, str, int]]) -> str:
    told = sorted(parts, key=lambda part: (-part[0], part[1]))[:2]
    listed = " and ".join(f"`{seed}` {_times(times)}" for _, seed, times in told)
    return f"changed together with {listed}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def age_of(history: History, change: Change, half_life: float) -> float:
    """1 for a change as young as the checkout's commit, a half for one that is `half_life` years older."""
    return float(0.5 ** (max(history.at - change.at, 0) / _YEAR / half_life))


def _shares(values: Mapping[str, float]) -> dict[str, float]:
    best = max(values.values(), default=0.0)
    return {path: values[path] / best for path in sorted(values)} if best > 0 else {}
