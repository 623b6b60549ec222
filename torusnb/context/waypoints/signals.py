"""What speaks for a file: the words and pairs of words it shares, the names it bears, and how much each counts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.layers import main_module
from torusnb.context.map.index import TextIndex
from torusnb.context.map.words import split_identifier, stems
from torusnb.context.naming import Named
from torusnb.context.waypoints.request import Request
from torusnb.models.codebase import FileOutline

TEXT_K1, TEXT_B = 8.0, 0.7
"""How BM25F counts here: a word said often in a file goes on to count, for the file is then about it."""


@dataclass(frozen=True)
class Tuning:
    """What each signal weighs; each signal's best file has 1 of it.

    The weights that both orders share were chosen by hand in coarse steps on the 24 of 33 real features that have gold,
    none held back, and a few with a look at 23 further features of the same history. Searches as in
    `benchmarks.waypoint_weights` find no better ones that hold on an epic they have not seen.

    The signals that count for one order only were chosen with a look at all 47, of some forty that were tried; their
    weights on the 24. Recall@20 of what designs cite, in the first order, is 0.780 on the 24 and 0.654 on the 23 (0.770
    and 0.639 in the one order there was before); of what features change, in the second, 0.723 and 0.557 (0.710 and
    0.547). With weights that were chosen on the 23, the 24 come to 0.777 and 0.723; chosen on all other epics of the
    47, to 0.777 and 0.723; chosen on the other epics of the 24 alone, which are few, to 0.771 and 0.686.

    Attributes:
        named: For a name, exact or of a test. repeated: what each further naming adds.
        pairs: For neighbouring words. phrase: for the module's name said in words. folder: for a folder that is named.
        history, precedent, guide, cochange: As `history_signals`, `precedents` and `guide_signal` tell.
        ticket: For a line that names the request's ticket; as sure a hint as an exact name.
        walk, used, uses, child: As `spreading` tells.
        subjects, page, context: For what its changes speak of; how far a page stands back and a context stands forward
            in the order of what a design has to know.
        ruled: For a name that the pack gives only to say that it is not used, in the same order: a design repeats that.
        nearest, often: For the parts of the pack it is nearest to, and for how often features touch it; in the order
            of what the feature changes.
        changing: From this score on a file will likely be changed, not only known. leaning: how much sooner that is so
            for a page or a component, and how much later for a controller or a schema; chosen on the same features, of
            both halves of which it finds more.
    """

    text: float = 0.55
    pairs: float = 0.75
    named: float = 1.0
    repeated: float = 0.2
    phrase: float = 0.3
    folder: float = 0.3
    history: float = 0.35
    precedent: float = 0.5
    guide: float = 0.3
    ticket: float = 1.2
    cochange: float = 0.2
    walk: float = 0.25
    used: float = 0.1
    uses: float = 0.2
    child: float = 0.3
    subjects: float = 0.25
    ruled: float = 0.6
    page: float = 0.2
    context: float = 0.15
    nearest: float = 0.4
    often: float = 0.3
    changing: float = 1.6
    leaning: float = 0.3


def shares(values: Mapping[str, float]) -> dict[str, float]:
    """The values as shares of the greatest, from 0 to 1."""
    best = max(values.values(), default=0.0)
    return {path: value / best for path, value in values.items()} if best > 0 else {}


def text_scores(index: TextIndex, bag: Mapping[str, float]) -> dict[str, float]:
    """Path to its share of the best text score, from 0 to 1."""
    return shares(index.score(bag))


def named_scores(named: Iterable[Named], tuning: Tuning) -> dict[str, float]:
    """Path to how surely and how often the pack names it; 1 for one exact name."""
    best: dict[str, float] = defaultdict(float)
    places: dict[str, set[object]] = defaultdict(set)
    for entry in named:
        best[entry.path] = max(best[entry.path], entry.weight)
        places[entry.path].add((entry.place, entry.name))
    return {path: best[path] * (1 + tuning.repeated * math.log(len(places[path]))) for path in best}


def phrase_scores(
    files: Sequence[FileOutline], request: Request, index: TextIndex
) -> tuple[dict[str, float], dict[str, str]]:
    """Path to how telling it is that its module's name stands in the pack in words, and those words."""
    said: dict[str, list[tuple[str, ...]]] = {}
    for file in files:
        module = main_module(file)
        parts = module.name.split(".") if module else []
        tails = [stems(piece for part in tail for piece in split_identifier(part)) for tail in (parts[-1:], parts[-2:])]
        said[file.path] = [name for name in tails if len(name) > 1 and name in request.phrases]
    words = sorted({word for names in said.values() for name in names for word in name})
    rarity = {
        word: max(map(index.rarity, bag), default=0.0) for word, bag in zip(words, index.bags(words), strict=True)
    }
    values = {
        path: max((_told(name, request, rarity), name) for name in names) for path, names in said.items() if names
    }
    best = max((value for value, _ in values.values()), default=0.0) or 1.0
    return (
        {path: value / best for path, (value, _) in values.items()},
        {path: " ".join(name) for path, (_, name) in values.items()},
    )


def _told(name: tuple[str, ...], request: Request, rarity: Mapping[str, float]) -> float:
    return sum(rarity[word] for word in name) * (1 + 0.3 * math.log(request.phrases[name]))
