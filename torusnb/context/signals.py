"""What speaks for a file: the words it shares, the names it bears, the files around it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.graph import FileGraph
from torusnb.context.index import TextIndex, Texts
from torusnb.context.layers import main_module
from torusnb.context.naming import Named
from torusnb.context.request import Request
from torusnb.context.words import split_identifier, stems
from torusnb.models.codebase import FileOutline


@dataclass(frozen=True)
class Tuning:
    """How much each signal weighs beside the best text score, which is 1.

    Chosen on 33 real features by hand in coarse steps, none held back; changing one of them moved recall@20 by up to
    0.02 (cited) and 0.035 (changed).
    """

    named: float = 1.5
    repeated: float = 0.2
    phrase: float = 0.2
    used: float = 0.3
    fading: float = 0.6
    most: int = 6
    common: float = 0.2
    child: float = 0.08
    parent: float = 0.12


@dataclass(frozen=True)
class Neighbour:
    """How much another file adds, and how the two stand to each other (`used by`, `belongs to`, `holds`)."""

    path: str
    relation: str
    amount: float


def document(outline: FileOutline, source: str, routes: Iterable[str] = ()) -> Texts:
    """A file's texts for the index: path, names, documentation, code."""
    names: list[str] = list(routes)
    docs: list[str] = []
    for module in outline.modules:
        names.append(module.name)
        names.extend(function.name for function in module.functions)
        names.extend(use.name for use in module.callbacks if use.name)
        docs.append(module.doc)
        docs.extend(function.doc for function in module.functions)
        if module.schema is not None:
            names.append(module.schema.table)
    return (outline.path.rpartition(".")[0], " ".join(names), "\n".join(docs), source)


def text_scores(index: TextIndex, bag: Mapping[str, float]) -> dict[str, float]:
    """Path to its share of the best text score, from 0 to 1."""
    scores = index.score(bag)
    best = max(scores.values(), default=0.0) or 1.0
    return {path: score / best for path, score in scores.items()}


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


def spread(base: Mapping[str, float], graph: FileGraph, tuning: Tuning) -> dict[str, tuple[Neighbour, ...]]:
    """What each file's neighbours add to it, greatest first.

    A file that strong candidates use is likely to matter; what a candidate uses counts less the more it
    uses, and each further neighbour counts less than the one before. What a fifth of all files use tells nothing.
    """
    gathered: dict[str, list[Neighbour]] = defaultdict(list)
    most_users = max(tuning.common * len(base), 10)
    for path, targets in graph.uses.items():
        if path not in base:
            continue
        share = tuning.used * base[path] / (1 + math.log(1 + len(targets)))
        for target in targets:
            if target in base and len(graph.used_by[target]) <= most_users:
                gathered[target].append(Neighbour(path, "used by", share))
    found: dict[str, tuple[Neighbour, ...]] = {}
    for path, neighbours in gathered.items():
        neighbours.sort(key=lambda n: (-n.amount, n.path))
        found[path] = tuple(
            Neighbour(n.path, n.relation, n.amount * tuning.fading**place)
            for place, n in enumerate(neighbours[: tuning.most])
        )
    return _with_folders(found, base, graph, tuning)


def _with_folders(
    found: dict[str, tuple[Neighbour, ...]], base: Mapping[str, float], graph: FileGraph, tuning: Tuning
) -> dict[str, tuple[Neighbour, ...]]:
    best_child: dict[str, str] = {}
    for child, parent in graph.parents.items():
        if child not in base or parent not in base:
            continue
        found[child] = (*found.get(child, ()), Neighbour(parent, "belongs to", tuning.child * base[parent]))
        held = best_child.get(parent)
        if held is None or (base[child], held) > (base[held], child):
            best_child[parent] = child
    for parent, child in best_child.items():
        found[parent] = (*found.get(parent, ()), Neighbour(child, "holds", tuning.parent * base[child]))
    return {path: tuple(sorted(ns, key=lambda n: (-n.amount, n.path))) for path, ns in found.items()}
