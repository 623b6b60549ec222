"""The order of the files for a pack: every signal's share, what they add up to, and which files will likely change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.graph import FileGraph
from torusnb.context.layers import layer_of, main_module
from torusnb.context.map.index import TextIndex
from torusnb.context.naming import Named, Resolver, find_named
from torusnb.context.waypoints.file_history import spoken_reasons, touched_reasons
from torusnb.context.waypoints.guide_signal import guide_reasons
from torusnb.context.waypoints.hints import NamedFolder, find_folders, find_tested
from torusnb.context.waypoints.history_signals import alike_reasons, cochanged, find_alike
from torusnb.context.waypoints.nearest import Answers, find_answers
from torusnb.context.waypoints.orders import change_scores, known_scores
from torusnb.context.waypoints.pairs import PairScore, score_pairs
from torusnb.context.waypoints.precedents import Precedent, precedent_reasons
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.scope import Scope
from torusnb.context.waypoints.signals import Tuning, named_scores, phrase_scores, shares, text_scores
from torusnb.context.waypoints.spreading import Neighbour, belonging, stand_out, used_by_seeds, using_seeds, walk
from torusnb.context.waypoints.ticket_signal import ticket_reasons
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.history import History
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import Mention, SpecPack

_READ_FOR_PAIRS = 300
_MOST_CHANGING = 20
_LEANS = {"live_view": 1, "component": 1, "controller": -1, "schema": -1}
"""Of what scores alike, pages and components are changed more often than known, controllers and schemas less often."""

SIGNALS = (
    "text",
    "pairs",
    "named",
    "phrase",
    "folder",
    "history",
    "precedent",
    "guide",
    "ticket",
    "cochange",
    "walk",
    "used",
    "uses",
    "child",
)
"""The signals that count for both orders, as `Tuning` names their weights."""

OF_ONE_ORDER = ("subjects", "ruled", "nearest", "often")
"""The signals that count for one order only: the first two for what is known, the others for what is changed."""


@dataclass(frozen=True)
class Past:
    """What the checkout tells of its past: how it came about, and what was designed before."""

    history: History | None = None
    precedents: Sequence[Precedent] = ()


@dataclass(frozen=True)
class Scene:
    """The checkout as a ranking sees it.

    Attributes:
        ruled_out: The names that the request gives only to say that they are not used; the pack is ranked without them.
    """

    files: Sequence[FileOutline]
    code_map: CodeMap
    index: TextIndex
    read_source: Callable[[str], str]
    past: Past = Past()
    ruled_out: Sequence[Mention] = ()


@dataclass(frozen=True)
class Ranking:
    """Every candidate's scores with the parts they are made of, and the order they give.

    Attributes:
        order: The paths that anything speaks for, in the order of what a design has to know.
        total: What the signals of both orders add up to.
        known: The score that `order` goes by. change: How likely the feature changes a file, from 0 to 1.
        answers: What each file answers of the pack.
        parts: Signal to path to its share, between 0 and about 1.5.
        told: What a signal says of a path in words, where it says it itself (history, precedent, guide, ticket,
            cochange, subjects, often).
        words: The words that a module's name was found as. said: the pairs of words that were found.
        around: The neighbours of a file that count, greatest first.
        left_out: The paths that the pack names only as out of scope.
        changing: The paths that the feature will likely change; the others it only has to know.
    """

    order: tuple[str, ...]
    total: dict[str, float]
    known: dict[str, float]
    change: dict[str, float]
    answers: Answers
    parts: dict[str, dict[str, float]]
    told: dict[str, dict[str, Reason]]
    words: dict[str, str]
    said: dict[str, PairScore]
    naming: dict[str, tuple[Named, ...]]
    folders: dict[str, NamedFolder]
    around: dict[str, tuple[Neighbour, ...]]
    left_out: frozenset[str]
    changing: frozenset[str]

    def part(self, signal: str, path: str) -> float:
        """A signal's share of a path, 0 where it says nothing."""
        return self.parts[signal].get(path, 0.0)


def rank_files(scene: Scene, pack: SpecPack, request: Request, tuning: Tuning | None = None) -> Ranking:
    """The files' order for a pack, with what each owes to which signal; equal scores are ordered by path.

    First what the pack, the history, the guides and earlier packs say of each file, then what the files around the
    best of these gain from them, and once more around the best with that.
    """
    tuning = tuning or Tuning()
    known = frozenset(file.path for file in scene.files)
    resolver = Resolver(scene.code_map)
    naming = _naming(pack, resolver, known)
    folders = find_folders(pack, known)
    phrase, words = phrase_scores(scene.files, request, scene.index)
    text = text_scores(scene.index, request.bag)
    said = _pairs(scene, request, text)
    told = {**_told(scene, pack, request, resolver, known), "ticket": _ticketed(scene, pack, known)}
    parts: dict[str, dict[str, float]] = {
        "text": text,
        "pairs": shares({path: score.value for path, score in said.items()}),
        "named": named_scores((entry for entries in naming.values() for entry in entries), tuning),
        "phrase": phrase,
        "folder": {path: folder.share for path, folder in folders.items()},
        **{signal: {path: reason.weight for path, reason in found.items()} for signal, found in told.items()},
    }
    base = _total(parts, known, tuning)
    graph = FileGraph(scene.code_map)
    _spread(base, graph, parts, known)
    around = _spread(_total(parts, known, tuning), graph, parts, known)
    if scene.past.history is not None:
        told["cochange"] = cochanged(scene.past.history, base, known)
        parts["cochange"] = {path: reason.weight for path, reason in told["cochange"].items()}
    total = _total(parts, known, tuning)
    told["ruled"] = _ruled(scene, resolver, known)
    answers = _add_single(scene, request, known, parts, told)
    scope = Scope(pack)
    left_out = frozenset(path for path, entries in naming.items() if scope.leaves_out(entries))
    layers = {file.path: layer_of(file.path, main_module(file)) for file in scene.files}
    to_know, change = known_scores(total, parts, layers, tuning), change_scores(total, parts, left_out, tuning)
    order = tuple(sorted((path for path in total if total[path] > 0), key=lambda path: (-to_know[path], path)))
    changing = _changing(order[:_MOST_CHANGING], total, layers, tuning) - left_out
    return Ranking(
        order, total, to_know, change, answers, parts, told, words, said, naming, folders, around, left_out, changing
    )


def _changing(
    best: Sequence[str], total: Mapping[str, float], layers: Mapping[str, str], tuning: Tuning
) -> frozenset[str]:
    return frozenset(
        path for path in best if total[path] + tuning.leaning * _LEANS.get(layers[path], 0) >= tuning.changing
    )


def _add_single(
    scene: Scene,
    request: Request,
    known: frozenset[str],
    parts: dict[str, dict[str, float]],
    told: dict[str, dict[str, Reason]],
) -> Answers:
    """Put what counts for one order only into `parts` and `told`; returns what the files answer."""
    answers = find_answers(request, scene.index)
    parts["ruled"] = {path: reason.weight for path, reason in told["ruled"].items()}
    parts["nearest"] = {path: share for path, share in answers.shares().items() if path in known}
    history = scene.past.history
    if history is not None:
        told["subjects"] = spoken_reasons(history, request, scene.index, known)
        told["often"] = touched_reasons(history, known)
        for signal in ("subjects", "often"):
            parts[signal] = {path: reason.weight for path, reason in told[signal].items()}
    for signal in (*SIGNALS, *OF_ONE_ORDER):
        parts.setdefault(signal, {})
    return answers


def _naming(pack: SpecPack, resolver: Resolver, known: frozenset[str]) -> dict[str, tuple[Named, ...]]:
    found: dict[str, list[Named]] = defaultdict(list)
    for entry in (*find_named(pack, resolver), *find_tested(pack, known)):
        if entry.path in known:
            found[entry.path].append(entry)
    return {path: tuple(entries) for path, entries in found.items()}


def _pairs(scene: Scene, request: Request, text: Mapping[str, float]) -> dict[str, PairScore]:
    """The pairs in every file's names, and in the code of the files that share most words with the pack.

    Reading all code for pairs would take longer than everything else and finds no better files.
    """
    read = sorted(text, key=lambda path: (-text[path], path))[:_READ_FOR_PAIRS]
    code = score_pairs(request.pairs, {path: scene.read_source(path) for path in sorted(read)})
    names = score_pairs(request.pairs, {file.path: _names(file) for file in scene.files})
    return {
        path: PairScore(
            sum(part[path].value for part in (code, names) if path in part),
            tuple(dict.fromkeys(pair for part in (names, code) if path in part for pair in part[path].best)),
        )
        for path in sorted({*code, *names})
    }


def _names(file: FileOutline) -> str:
    names = [file.path.rpartition(".")[0]]
    for module in file.modules:
        functions = (function.name for function in module.functions)
        callbacks = (use.name for use in module.callbacks)
        names.append(" ".join([module.name, *functions, *callbacks, module.schema.table if module.schema else ""]))
    return "\n".join(names)


def _told(
    scene: Scene, pack: SpecPack, request: Request, resolver: Resolver, known: frozenset[str]
) -> dict[str, dict[str, Reason]]:
    """What the history, earlier packs and guides say; nothing where there are none."""
    history, precedents = scene.past.history, scene.past.precedents
    alike = alike_reasons(history, find_alike(history, request.bag), known) if history is not None else {}
    cited = precedent_reasons(precedents, pack, resolver, known) if precedents else {}
    return {
        "history": alike,
        "precedent": cited,
        "guide": guide_reasons(scene.code_map.guides, pack, resolver, known),
    }


def _ticketed(scene: Scene, pack: SpecPack, known: frozenset[str]) -> dict[str, Reason]:
    return ticket_reasons(pack, scene.index, scene.read_source, known)


def _ruled(scene: Scene, resolver: Resolver, known: frozenset[str]) -> dict[str, Reason]:
    found = (named for mention in scene.ruled_out for named in resolver.resolve(mention) if named.path in known)
    return {n.path: Reason("ruled", f"`{n.name}` is said to be not applicable in {n.place}", n.weight) for n in found}


def _total(parts: Mapping[str, Mapping[str, float]], known: frozenset[str], tuning: Tuning) -> dict[str, float]:
    weights = {signal: float(getattr(tuning, signal)) for signal in parts}
    return {
        path: sum(weights[signal] * found.get(path, 0.0) for signal, found in parts.items()) for path in sorted(known)
    }


def _spread(
    base: Mapping[str, float], graph: FileGraph, parts: dict[str, dict[str, float]], known: frozenset[str]
) -> dict[str, tuple[Neighbour, ...]]:
    """Put what the files around the best ones gain into `parts`; returns the neighbours it comes from."""
    seeds = stand_out(base)
    used, uses, parents = used_by_seeds(seeds, graph), using_seeds(seeds, graph), belonging(base, graph)
    gained = {
        "walk": walk(seeds, graph),
        "used": {path: sum(n.amount for n in neighbours) for path, neighbours in used.items()},
        "uses": {path: sum(n.amount for n in neighbours) for path, neighbours in uses.items()},
        "child": {path: parent.amount for path, parent in parents.items()},
    }
    for signal, values in gained.items():
        parts[signal] = shares({path: value for path, value in values.items() if path in known})
    around: dict[str, list[Neighbour]] = defaultdict(list)
    for neighbours in (used, uses):
        for path, listed in neighbours.items():
            around[path].extend(listed)
    for path, parent in parents.items():
        around[path].append(Neighbour(parent.path, parent.relation, parts["child"].get(path, 0.0)))
    return {
        path: tuple(sorted(listed, key=lambda n: (-n.amount, n.path)))
        for path, listed in around.items()
        if path in known
    }
