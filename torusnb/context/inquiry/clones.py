"""Which of some pieces of code say the same as a given one, whole or in a part, whatever their names are.

Two pieces are compared by their runs of three tokens. A run weighs by what its tokens say and by how few of the pieces
looked at hold it, so that what every page of an application writes ties no two of them together. The measure is
containment (Broder, "On the resemblance and containment of documents", 1997), so that a small rule is found inside a
long function; the candidates come by their rarest words, as SourcererCC's do (Sajnani and others, 2016).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from torusnb.context.inquiry.code_tokens import Token

MOST_CLONES = 5

_RUN = 3
_PASSAGE = 14.0
"""Weight of a passage that stands in both, from which it tells something, however long the two are."""
_LEAST = 5.0
"""Weight that two pieces share at least."""
_SAME, _ALIKE, _OF_ALIKE = 0.9, 0.7, 8.0
"""Share of both from which two pieces are the same; from which they are alike, and the weight that it then takes."""
_HELD, _OF_HELD = 0.75, 12.0
"""Share of one, and its weight, from which it lies in the other."""
_BESIDE_BEST = 0.3
"""Of the best one's weight what another has to share, unless one of the two lies in the other."""
_BESIDE = 4.0
"""Weight from which a passage is counted besides the best one."""
_STEP, _DRIFT = 14, 8
"""Tokens that may lie between two runs of one passage, and by how many more of them in the one than in the other."""
_COMMON = 24
"""Pieces that hold a run from which it tells nothing."""
_SAYS_LITTLE = 0.25
_OPEN = 12
"""Passages that a run may still go on with."""
_MOST_PLACES = 6
"""Places of a run in one piece that are looked at."""

Run = tuple[str, ...]


@dataclass(frozen=True)
class Fragment:
    """A piece of code with a name: a function with all its clauses, what a module says outside them, or some lines."""

    name: str
    path: str
    line: int
    end_line: int
    tokens: tuple[Token, ...]

    @cached_property
    def runs(self) -> dict[Run, tuple[int, ...]]:
        """Each run of tokens with the places in `tokens` at which it begins."""
        found: dict[Run, list[int]] = defaultdict(list)
        words = [token for token, _ in self.tokens]
        for at in range(len(words) - _RUN + 1):
            found[tuple(words[at : at + _RUN])].append(at)
        return {run: tuple(places) for run, places in found.items()}


@dataclass(frozen=True)
class Clone:
    """A piece that says the same as the one that was asked for.

    Attributes:
        share: The part of the asked piece that it holds; of: the part of it that the asked piece holds. By weight.
        lines: Its own lines that the two share, in order.
    """

    fragment: Fragment
    share: float
    of: float
    weight: float
    lines: tuple[int, ...]


def find_clones(
    asked: Fragment, others: Sequence[Fragment], rarity: Mapping[str, float], most: int = MOST_CLONES
) -> tuple[Clone, ...]:
    """The pieces alike to the asked one, best first.

    Args:
        asked: What they are compared with; a piece that holds some of its lines is passed over.
        others: The pieces that may be alike. The more of them, the better it is told what all of them write.
        rarity: Token to what it says, 0 and above; one that is not there says a little.
        most: How many are wanted.
    """
    others = [other for other in others if not _meet(asked, other)]
    held = Counter(run for other in others for run in other.runs if run in asked.runs)
    weights = {run: _weigh(run, rarity) * _telling(held[run]) for run in asked.runs}
    found = []
    for other in others:
        clone = _compare(asked, other, weights, rarity)
        if clone is not None:
            found.append(clone)
    found.sort(key=lambda each: (-each.weight * (each.share + each.of), each.fragment.path, each.fragment.line))
    least = found[0].weight * _BESIDE_BEST if found else 0.0
    return tuple(each for each in found if each.weight >= least or max(each.share, each.of) >= _HELD)[:most]


def _meet(one: Fragment, other: Fragment) -> bool:
    return one.path == other.path and one.line <= other.end_line and other.line <= one.end_line


def _telling(held: int) -> float:
    """How far a run ties two pieces together that so many of the pieces hold; less with each, and never nothing."""
    if held > _COMMON:
        return 0.0
    return 1.0 / math.sqrt(max(held, 1))


def _weigh(run: Run, rarity: Mapping[str, float]) -> float:
    return sum(rarity.get(token, _SAYS_LITTLE) for token in dict.fromkeys(run)) / _RUN


def _compare(
    asked: Fragment, other: Fragment, weights: Mapping[Run, float], rarity: Mapping[str, float]
) -> Clone | None:
    shared = [run for run in other.runs if weights.get(run)]
    if sum(weights[run] for run in shared) < _LEAST:
        return None
    passages = _chain(asked, other, shared)
    heavy = [sum(weights[run] for run in dict.fromkeys(run for _, run in passage)) for passage in passages]
    telling = [p for p, weight in zip(passages, heavy, strict=True) if weight >= _BESIDE]
    runs = dict.fromkeys(run for passage in telling for _, run in passage)
    weight = sum(weights[run] for run in runs)
    own = {run: _weigh(run, rarity) for run in other.runs}
    share = weight / (sum(weights.values()) or 1.0)
    of = sum(own[run] for run in runs) / (sum(own.values()) or 1.0)
    if not _tells(max(heavy), weight, share, of):
        return None
    lines = {other.tokens[at + step][1] for passage in telling for at, _ in passage for step in range(_RUN)}
    return Clone(other, share, of, weight, tuple(sorted(lines)))


def _tells(passage: float, weight: float, share: float, of: float) -> bool:
    """Whether what two pieces share is worth telling: a passage, most of both, or the whole of the one."""
    both = min(share, of)
    alike = (weight >= _LEAST and both >= _SAME) or (weight >= _OF_ALIKE and both >= _ALIKE)
    held = weight >= _OF_HELD and max(share, of) >= _HELD
    return passage >= _PASSAGE or alike or held


def _chain(asked: Fragment, other: Fragment, shared: Iterable[Run]) -> list[list[tuple[int, Run]]]:
    """The passages that stand in both: shared runs that follow one another here as they do there, each with its place.

    A run that stands at several places of a piece joins the passage that it goes on with.
    """
    pairs = sorted(
        (at, there, run)
        for run in shared
        for at in other.runs[run][:_MOST_PLACES]
        for there in asked.runs[run][:_MOST_PLACES]
    )
    passages: list[tuple[int, int, list[tuple[int, Run]]]] = []
    for at, there, run in pairs:
        for number in range(len(passages) - 1, max(-1, len(passages) - 1 - _OPEN), -1):
            last, last_there, places = passages[number]
            step, step_there = at - last, there - last_there
            if 0 < step <= _STEP and 0 < step_there <= _STEP and abs(step - step_there) <= _DRIFT:
                places.append((at, run))
                passages[number] = (at, there, places)
                break
        else:
            passages.append((at, there, [(at, run)]))
    return [places for _, _, places in passages]
