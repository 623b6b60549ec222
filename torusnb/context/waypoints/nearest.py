"""Which parts of the pack a file answers best: each requirement, criterion and section asked by itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from torusnb.context.map.index import TextIndex
from torusnb.context.waypoints.request import Request

_CLOSE = 0.55
_NEAREST = 0.9
_MOST_IDS = 8


@dataclass(frozen=True)
class Answers:
    """What files answer.

    Attributes:
        ids: Path to the ids of the requirements and criteria whose words it answers, at most eight, best first.
        nearest: Path to the parts (ids, then titles of sections) that no file answers much better than it does.
    """

    ids: dict[str, tuple[str, ...]]
    nearest: dict[str, tuple[str, ...]]

    def shares(self) -> dict[str, float]:
        """Path to how many parts it is nearest to, as a share of the most that a file is nearest to."""
        most = max(map(len, self.nearest.values()), default=1)
        return {path: len(parts) / most for path, parts in self.nearest.items()}


def find_answers(request: Request, index: TextIndex) -> Answers:
    """What each file of the index answers: a file does when it scores near the best of all files."""
    close: dict[str, list[tuple[float, str]]] = defaultdict(list)
    nearest: dict[str, list[str]] = defaultdict(list)
    for number, asked in enumerate((*request.asked, *request.sections)):
        scores = index.score(asked.bag)
        best = max(scores.values(), default=0.0)
        for path, share in ((path, score / best) for path, score in scores.items() if score >= _CLOSE * best > 0):
            if number < len(request.asked):
                close[path].append((share, asked.id))
            if share >= _NEAREST:
                nearest[path].append(asked.id)
    return Answers(
        {path: tuple(_ordered(found)) for path, found in close.items()},
        {path: tuple(parts) for path, parts in nearest.items()},
    )


def _ordered(found: list[tuple[float, str]]) -> list[str]:
    return [name for _, name in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:_MOST_IDS]]
