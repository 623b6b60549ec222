"""Waypoints: the places of the checkout that a design for this pack must know, best first, with reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from torusnb.context.graph import FileGraph
from torusnb.context.index import TextIndex
from torusnb.context.layers import layer_of, main_module
from torusnb.context.naming import Named, Resolver, find_named
from torusnb.context.quotes import Quote, choose_quotes
from torusnb.context.request import Request
from torusnb.context.signals import (
    Neighbour,
    Tuning,
    document,
    named_scores,
    phrase_scores,
    spread,
    text_scores,
)
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.knowledge import Reason, Waypoint
from torusnb.models.requirements import SpecPack

_MOST_IDS = 8
_MOST_TERMS = 4
_CLOSE = 0.55
_LEAST_SHARE = 0.02


@dataclass(frozen=True)
class Ranking:
    """Every candidate's score with the parts it is made of, and the order they give."""

    order: tuple[str, ...]
    total: dict[str, float]
    text: dict[str, float]
    named: dict[str, float]
    phrase: dict[str, float]
    words: dict[str, str]
    around: dict[str, tuple[Neighbour, ...]]
    naming: dict[str, tuple[Named, ...]] = field(default_factory=dict)


def rank_waypoints(
    pack: SpecPack,
    code_map: CodeMap,
    read_source: Callable[[str], str],
    limit: int = 40,
    *,
    always: frozenset[str] = frozenset(),
    never: frozenset[str] = frozenset(),
) -> tuple[Waypoint, ...]:
    """The `limit` best waypoints among the files under `lib`, ranked from 1.

    The score adds up what the pack names, the words it shares with the file, the module's name said in
    words, and what the file's neighbours have; equal scores are ordered by path.

    Args:
        pack: The request.
        code_map: The whole checkout.
        read_source: The text of a file of the checkout by its path.
        limit: How many to keep; files in `always` come on top of that.
        always: Paths that a person wants: they are waypoints whatever their score.
        never: Paths that a person dropped: they are no waypoints, and their place goes to the next.
    """
    files = [file for file in code_map.files if file.migration is None and _is_library(file.path)]
    routes = _routes_of(code_map)
    sources = {file.path: read_source(file.path) for file in files}
    documents = ((file.path, document(file, sources[file.path], routes.get(file.path, ()))) for file in files)
    with TextIndex(documents) as index:
        request = Request(pack, index)
        ranking = rank_files(files, pack, request, index, code_map)
        chosen = [code_map.by_path[path] for path in _choose(ranking, limit, always & set(sources), never)]
        quoted = [(file, sources[file.path], _symbols(ranking.naming.get(file.path, ()))) for file in chosen]
        quotes = choose_quotes(quoted, request.bag, index)
        answers = _answers(request, index, [file.path for file in chosen])
        shared = {file.path: _shared_words(request.bag, index, file.path) for file in chosen}
    speaker = _Speaker(request, ranking, code_map, answers, shared, always)
    return tuple(
        speaker.waypoint(rank, file, quote) for rank, (file, quote) in enumerate(zip(chosen, quotes, strict=True), 1)
    )


def rank_files(
    files: Sequence[FileOutline], pack: SpecPack, request: Request, index: TextIndex, code_map: CodeMap
) -> Ranking:
    """The files' order for a pack, with what each owes to which signal."""
    tuning = Tuning()
    paths = {file.path for file in files}
    naming: dict[str, list[Named]] = defaultdict(list)
    for entry in find_named(pack, Resolver(code_map)):
        if entry.path in paths:
            naming[entry.path].append(entry)
    text = text_scores(index, request.bag)
    named = named_scores((entry for entries in naming.values() for entry in entries), tuning)
    phrase, words = phrase_scores(files, request, index)
    base = {
        path: text.get(path, 0.0) + tuning.named * named.get(path, 0.0) + tuning.phrase * phrase.get(path, 0.0)
        for path in sorted(paths)
    }
    around = spread(base, FileGraph(code_map), tuning)
    total = {path: score + sum(n.amount for n in around.get(path, ())) for path, score in base.items()}
    order = sorted((path for path, score in total.items() if score > 0), key=lambda path: (-total[path], path))
    names = {path: tuple(entries) for path, entries in naming.items()}
    return Ranking(tuple(order), total, text, named, phrase, words, around, names)


def _choose(ranking: Ranking, limit: int, always: frozenset[str], never: frozenset[str]) -> list[str]:
    """The best paths that are allowed and have a reason, then those wanted in any case, best first."""
    order = [path for path in ranking.order if path not in never and _has_reason(ranking, path)][:limit]
    return [*order, *sorted(always - set(order), key=lambda path: (-ranking.total[path], path))]


def _has_reason(ranking: Ranking, path: str) -> bool:
    """Whether there is anything to say for a file beyond a trace."""
    near = ranking.around.get(path, ())
    strongest = max(ranking.text.get(path, 0.0), near[0].amount if near else 0.0)
    return strongest >= _LEAST_SHARE or path in ranking.naming or path in ranking.phrase


def _is_library(path: str) -> bool:
    return path.startswith("lib/") or "/lib/" in path


def _routes_of(code_map: CodeMap) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for route in code_map.routes:
        module = code_map.modules.get(route.module)
        if module is not None:
            found[module.path].append(route.path)
    return {path: tuple(routes) for path, routes in found.items()}


def _symbols(named: Sequence[Named]) -> frozenset[str]:
    return frozenset(entry.symbol for entry in named if entry.symbol)


def _answers(request: Request, index: TextIndex, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Path to the ids whose words it answers: those for which it is near the best of all files."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for asked in request.asked:
        scores = index.score(asked.bag)
        best = max(scores.values(), default=0.0)
        for path in paths:
            share = scores.get(path, 0.0) / best if best else 0.0
            if share >= _CLOSE:
                found[path].append((share, asked.id))
    return {
        path: tuple(name for _, name in sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:_MOST_IDS])
        for path, pairs in found.items()
    }


def _shared_words(bag: Mapping[str, float], index: TextIndex, path: str) -> tuple[str, ...]:
    shares = index.shares(bag, path)
    return tuple(sorted(shares, key=lambda term: (-shares[term], term))[:_MOST_TERMS])


@dataclass(frozen=True)
class _Speaker:
    """Puts a ranking into words."""

    request: Request
    ranking: Ranking
    code_map: CodeMap
    answers: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]]
    wanted: frozenset[str]

    def waypoint(self, rank: int, file: FileOutline, quote: Quote) -> Waypoint:
        module = main_module(file)
        reasons = self._reasons(file.path)
        layer = layer_of(file.path, module)
        return Waypoint(
            key=f"code:{file.path}:{quote.line}",
            path=file.path,
            module=module.name if module else "",
            layer=layer,
            rank=rank,
            score=round(self.ranking.total[file.path], 4),
            line=quote.line,
            quote=quote.text,
            reasons=reasons,
            requirements=self._requirements(file.path),
            likely=self._likely(file.path, rank),
        )

    def _reasons(self, path: str) -> tuple[Reason, ...]:
        tuning, ranking = Tuning(), self.ranking
        found = []
        if path in self.wanted:
            found.append(Reason("person", "added by hand", 0.0))
        if path in ranking.naming:
            weight = tuning.named * ranking.named[path]
            found.append(Reason("named", self._named_text(ranking.naming[path]), round(weight, 4)))
        if ranking.text.get(path, 0.0) >= _LEAST_SHARE:
            found.append(Reason("text", self._text_text(path), round(ranking.text[path], 4)))
        if path in ranking.phrase:
            text = f'its name in words, "{ranking.words[path]}", stands in the pack'
            found.append(Reason("text", text, round(tuning.phrase * ranking.phrase[path], 4)))
        neighbours = ranking.around.get(path, ())
        if neighbours and neighbours[0].amount >= _LEAST_SHARE:
            amount = sum(neighbour.amount for neighbour in neighbours)
            found.append(Reason("reference", self._neighbour_text(neighbours), round(amount, 4)))
        return tuple(sorted(found, key=lambda reason: (reason.kind != "person", -reason.weight, reason.kind)))

    def _named_text(self, named: Sequence[Named]) -> str:
        places = list(dict.fromkeys(self.request.ids_at.get(entry.place, str(entry.place)) for entry in named))
        name = max(named, key=lambda entry: entry.weight).name
        more = f" and {len(places) - 2} more" if len(places) > 2 else ""
        return f"named in {', '.join(places[:2])}{more} as `{name}`"

    def _text_text(self, path: str) -> str:
        words = ", ".join(f'"{self.request.spelling.get(term, term)}"' for term in self.shared[path])
        ids = self.answers.get(path, ())
        return f"shares {words} with {', '.join(ids[:2]) if ids else 'the pack'}"

    def _neighbour_text(self, neighbours: Sequence[Neighbour]) -> str:
        told = []
        for neighbour in neighbours[:2]:
            module = main_module(self.code_map.by_path[neighbour.path])
            told.append(f"{neighbour.relation} `{module.name if module else neighbour.path}`")
        return " and ".join(told)

    def _requirements(self, path: str) -> tuple[str, ...]:
        naming = self.ranking.naming.get(path, ())
        named = [self.request.ids_at[entry.place] for entry in naming if entry.place in self.request.ids_at]
        return tuple(dict.fromkeys([*named, *self.answers.get(path, ())]))[:_MOST_IDS]

    def _likely(self, path: str, rank: int) -> str:
        strong = self.ranking.text.get(path, 0.0) >= 0.6 or path in self.ranking.naming
        return "changed" if strong and rank <= 12 else "known"
