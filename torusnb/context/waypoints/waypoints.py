"""Waypoints: the places of the checkout that a design for this pack must know, best first, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torusnb.context.layers import layer_of, main_module
from torusnb.context.map.documents import is_indexed
from torusnb.context.map.index import TextIndex, Weights
from torusnb.context.map.text_cache import open_text_index
from torusnb.context.naming import Named
from torusnb.context.waypoints.precedents import Precedent
from torusnb.context.waypoints.quotes import Quote, choose_quotes
from torusnb.context.waypoints.ranking import Past, Ranking, Scene, rank_files
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import TEXT_B, TEXT_K1, Tuning
from torusnb.context.waypoints.telling import Speaker
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.history import History
from torusnb.models.knowledge import Waypoint
from torusnb.models.requirements import SpecPack
from torusnb.spec.unused import find_ruled_out, keep_used

_MOST_TERMS = 4
_LEAST_SCORE = 0.05


def rank_waypoints(
    pack: SpecPack,
    code_map: CodeMap,
    read_source: Callable[[str], str],
    limit: int = 40,
    *,
    always: frozenset[str] = frozenset(),
    never: frozenset[str] = frozenset(),
    history: History | None = None,
    precedents: Sequence[Precedent] = (),
    cache: Path | None = None,
) -> tuple[Waypoint, ...]:
    """The `limit` best waypoints among the files under `lib`, ranked from 1.

    The score adds up what the pack names, the words and pairs of words it shares with the file, the module's name
    said in words, what the history, guides and earlier packs tell, and what the file's neighbours have; equal scores
    are ordered by path. What the pack says only to say that it is not used asks for nothing. Without a history or
    earlier packs the rest decides. They come in the order of what a design has to know; sorted by `change`, the
    greatest first, they are in the order of what the feature likely changes.

    Args:
        pack: The request.
        code_map: The whole checkout.
        read_source: The text of a file of the checkout by its path.
        limit: How many to keep; files in `always` come on top of that.
        always: Paths that a person wants: they are waypoints whatever their score.
        never: Paths that a person dropped: they are no waypoints, and their place goes to the next.
        history: What led to the checkout's commit.
        precedents: What the checkout already designed, and what those designs cite.
        cache: The folder that `load_code_map` was given; the text index is kept there.
    """
    pack, ruled_out = keep_used(pack), find_ruled_out(pack)
    files = [file for file in code_map.files if is_indexed(file)]
    with open_text_index(code_map, read_source, cache=cache, weights=Weights(k1=TEXT_K1, b=TEXT_B)) as index:
        request = Request(pack, index)
        scene = Scene(files, code_map, index, read_source, Past(history, precedents), ruled_out)
        ranking = rank_files(scene, pack, request)
        known = frozenset(file.path for file in files)
        chosen = [code_map.by_path[path] for path in _choose(ranking, limit, always & known, never)]
        quoted = [(file, read_source(file.path), _symbols(ranking.naming.get(file.path, ()))) for file in chosen]
        quotes = choose_quotes(quoted, request.bag, index)
        shared = {file.path: _shared_words(request.bag, index, file.path) for file in chosen}
    speaker = Speaker(request, ranking, code_map, shared, always, Tuning())
    told = zip(chosen, quotes, strict=True)
    return tuple(_describe(rank, file, quote, ranking, speaker) for rank, (file, quote) in enumerate(told, 1))


def _describe(rank: int, file: FileOutline, quote: Quote, ranking: Ranking, speaker: Speaker) -> Waypoint:
    """The waypoint that a file is, with its quoted line and its reasons."""
    module = main_module(file)
    return Waypoint(
        key=f"code:{file.path}:{quote.line}",
        path=file.path,
        module=module.name if module else "",
        layer=layer_of(file.path, module),
        rank=rank,
        score=round(max(ranking.known[file.path], 0.0), 4),
        line=quote.line,
        quote=quote.text,
        reasons=speaker.reasons(file.path),
        requirements=speaker.requirements(file.path),
        likely="changed" if file.path in ranking.changing else "known",
        change=round(ranking.change[file.path], 4),
    )


def _choose(ranking: Ranking, limit: int, always: frozenset[str], never: frozenset[str]) -> list[str]:
    """The best paths that are allowed and score more than a trace, then those wanted in any case, best first."""
    order = [path for path in ranking.order if path not in never and ranking.total[path] >= _LEAST_SCORE][:limit]
    return [*order, *sorted(always - set(order), key=lambda path: (-ranking.known[path], path))]


def _symbols(named: Sequence[Named]) -> frozenset[str]:
    return frozenset(entry.symbol for entry in named if entry.symbol)


def _shared_words(bag: Mapping[str, float], index: TextIndex, path: str) -> tuple[str, ...]:
    shares = index.shares(bag, path)
    return tuple(sorted(shares, key=lambda term: (-shares[term], term))[:_MOST_TERMS])
