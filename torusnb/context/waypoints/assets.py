"""Waypoints among the browser's files: scripts and styles under `assets`, ranked apart from the Elixir ones.

    rank_assets(pack, code_map, read_source, waypoints, limit=20, *, history=None, precedents=(), always=…, never=…)
        -> tuple[Waypoint, ...]        best first, ranks from 1, layer `asset`

`waypoints` are the Elixir ones, best first. Without a folder `assets` there is nothing, and that is no failure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.map.index import TextIndex, Weights
from torusnb.context.naming import Resolver
from torusnb.context.waypoints.asset_files import (
    AssetOutline,
    ImportRoots,
    asset_paths,
    is_test_asset,
    parse_asset,
    parse_import_roots,
    quote_asset,
    resolve_imports,
)
from torusnb.context.waypoints.asset_signals import (
    Import,
    NamedAsset,
    find_template_names,
    name_assets,
    spread_imports,
    template_assets,
)
from torusnb.context.waypoints.history_signals import AlikeChange, alike_reasons, cochanged, find_alike
from torusnb.context.waypoints.precedents import Precedent, precedent_reasons
from torusnb.context.waypoints.request import Request
from torusnb.models.codebase import CodeMap
from torusnb.models.history import History
from torusnb.models.knowledge import Reason, Waypoint
from torusnb.models.requirements import SpecPack
from torusnb.spec.unused import keep_used

_LARGEST = 300_000
_MOST_TERMS = 4
_MOST_IDS = 8
_CLOSE = 0.55
_LEAST = 0.02
_STRONG = 0.6
_LIKELY = 8
_SEEDS = 30


@dataclass(frozen=True)
class AssetTuning:
    """What each signal weighs beside the best text score, which is 1.

    Chosen by hand in coarse steps on the fourteen of 33 real features that touch the browser, none held back; changing
    one of them moved recall@20 by up to 0.04.

    Attributes:
        length: How far a long file's words are held back (BM25's b); more than in Elixir.
        template: For a file that defines what a template of a waypoint names.
        near: For what the files that it imports, or that import it, have. test: what a test keeps of its score.
    """

    length: float = 0.8
    named: float = 1.5
    template: float = 0.15
    alike: float = 0.3
    together: float = 0.3
    precedent: float = 0.75
    near: float = 0.3
    test: float = 0.6


def rank_assets(
    pack: SpecPack,
    code_map: CodeMap,
    read_source: Callable[[str], str],
    waypoints: Sequence[Waypoint],
    limit: int = 20,
    *,
    history: History | None = None,
    precedents: Sequence[Precedent] = (),
    always: frozenset[str] = frozenset(),
    never: frozenset[str] = frozenset(),
    alike: Sequence[AlikeChange] | None = None,
) -> tuple[Waypoint, ...]:
    """The `limit` best of the browser's files, with reasons; none where nothing speaks for any.

    The score adds up the words a file shares with the pack, what the pack names, the hooks and components that the
    waypoints' templates use, the history, what earlier packs cite, and what its neighbours by import have.

    Args:
        pack: The request.
        code_map: The whole checkout; the files are among its `other_files`.
        read_source: The text of a file of the checkout by its path.
        waypoints: Those among the Elixir files, best first.
        limit: How many to keep; files in `always` come on top of that.
        history: What led to the checkout's commit.
        precedents: What the checkout already designed.
        always: Paths that a person wants.
        never: Paths that a person dropped.
        alike: What `find_alike` found for this pack, where it was asked for already.
    """
    pack, sources = keep_used(pack), _sources(code_map, read_source)
    if not sources:
        return ()
    outlines = {path: parse_asset(text, path) for path, text in sources.items()}
    known, seeds, tuning = frozenset(outlines), _seeds(waypoints), AssetTuning()
    naming = name_assets(pack, outlines)
    documents = ((path, _texts(outlines[path], sources[path])) for path in sorted(sources))
    with TextIndex(documents, Weights(b=tuning.length)) as index:
        request = Request(pack, index)
        reasons = [_text_reasons(request, index), _scaled(_named_reasons(naming, request), tuning.named)]
        reasons.append(_template_reasons(code_map, read_source, seeds, outlines, tuning))
        if history is not None:
            alike = find_alike(history, request.bag) if alike is None else alike
            reasons.append(_scaled(alike_reasons(history, alike, known), tuning.alike))
            reasons.append(_scaled(cochanged(history, seeds, known), tuning.together))
        if precedents:
            cited = precedent_reasons(precedents, pack, Resolver(code_map), known)
            reasons.append(_scaled(cited, tuning.precedent))
        told = _gathered(reasons, resolve_imports(outlines, _roots(code_map, read_source)), tuning)
        chosen = _choose(told, limit, always & known, never)
        answers = _answers(request, index, chosen)
        told = {path: _in_words(path, told.get(path, ()), request, index) for path in chosen}
    ids = {path: _ids(naming.get(path), request, answers.get(path, ())) for path in chosen}
    return tuple(
        _waypoint(rank, outlines[path], sources[path], told[path], ids[path], path in always)
        for rank, path in enumerate(chosen, 1)
    )


def _sources(code_map: CodeMap, read_source: Callable[[str], str]) -> dict[str, str]:
    """The texts of the browser's files; one that is very large was made by a tool and says nothing."""
    texts = {path: read_source(path) for path in asset_paths(code_map.other_files)}
    return {path: text for path, text in texts.items() if len(text) <= _LARGEST}


def _texts(outline: AssetOutline, source: str) -> tuple[str, str, str, str]:
    return outline.path.rpartition(".")[0], " ".join(export.name for export in outline.exports), "", source


def _seeds(waypoints: Sequence[Waypoint]) -> dict[str, float]:
    """The best Elixir waypoints with their share of the best score."""
    best = max((waypoint.score for waypoint in waypoints), default=0.0)
    return {waypoint.path: waypoint.score / best for waypoint in waypoints[:_SEEDS] if waypoint.score > 0}


def _roots(code_map: CodeMap, read_source: Callable[[str], str]) -> dict[str, ImportRoots]:
    folders = sorted({path.partition("assets/")[0] + "assets" for path in asset_paths(code_map.other_files)})
    return {folder: parse_import_roots(read_source(f"{folder}/tsconfig.json"), folder) for folder in folders}


def _text_reasons(request: Request, index: TextIndex) -> dict[str, Reason]:
    """The shares of the best text score; their words are looked up for the chosen files only, as that is slow."""
    scores = index.score(request.bag)
    best = max(scores.values(), default=0.0) or 1.0
    return {path: Reason("text", "", score / best) for path, score in scores.items() if score / best >= _LEAST}


def _in_words(path: str, told: Sequence[Reason], request: Request, index: TextIndex) -> list[Reason]:
    """The reasons of a file, that of its text with the words that it shares."""
    shares = index.shares(request.bag, path)
    terms = sorted(shares, key=lambda term: (-shares[term], term))[:_MOST_TERMS]
    words = ", ".join(f'"{request.spelling.get(term, term)}"' for term in terms)
    text = f"shares {words} with the pack"
    return [Reason(entry.kind, entry.text or text, entry.weight) for entry in told]


def _answers(request: Request, index: TextIndex, paths: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Path to the ids for whose words it is near the best of all files, best first."""
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for asked in request.asked:
        scores = index.score(asked.bag)
        best = max(scores.values(), default=0.0)
        for path in paths:
            if scores.get(path, 0.0) >= _CLOSE * best > 0:
                found[path].append((scores[path] / best, asked.id))
    return {
        path: tuple(name for _, name in sorted(pairs, key=lambda p: (-p[0], p[1]))) for path, pairs in found.items()
    }


def _named_reasons(naming: Mapping[str, NamedAsset], request: Request) -> dict[str, Reason]:
    found = {}
    for path, named in naming.items():
        places = list(dict.fromkeys(request.ids_at.get(place, str(place)) for place in named.places))
        more = f" and {len(places) - 2} more" if len(places) > 2 else ""
        found[path] = Reason("named", f"named in {', '.join(places[:2])}{more} as `{named.name}`", named.weight)
    return found


def _template_reasons(
    code_map: CodeMap,
    read_source: Callable[[str], str],
    seeds: Mapping[str, float],
    outlines: Mapping[str, AssetOutline],
    tuning: AssetTuning,
) -> dict[str, Reason]:
    """The files that define what the waypoints' own templates name; a template lies beside its Elixir file."""
    beside = {f"{path.rpartition('.')[0]}.html.heex": path for path in seeds}
    templates = {path: beside[path] for path in code_map.other_files if path in beside}
    sources = {path: read_source(path) for path in (*seeds, *templates)}
    weights = {**seeds, **{path: seeds[owner] for path, owner in templates.items()}}
    found = {}
    for path, uses in template_assets(find_template_names(sources), weights, outlines).items():
        source = uses[0].source
        text = f"defines the {source.kind} `{source.name}` that `{source.path}` uses"
        found[path] = Reason("reference", text, tuning.template * uses[0].amount)
    return found


def _scaled(reasons: Mapping[str, Reason], weight: float) -> dict[str, Reason]:
    return {path: Reason(reason.kind, reason.text, weight * reason.weight) for path, reason in reasons.items()}


def _gathered(
    parts: Sequence[Mapping[str, Reason]], uses: Mapping[str, Sequence[str]], tuning: AssetTuning
) -> dict[str, list[Reason]]:
    """Each file's reasons, those of tests and stories weighing less; at last what its neighbours by import have."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for part in parts:
        for path, reason in part.items():
            weight = reason.weight * (tuning.test if is_test_asset(path) else 1.0)
            found[path].append(Reason(reason.kind, reason.text, weight))
    base = {path: sum(reason.weight for reason in reasons) for path, reasons in found.items()}
    for path, near in spread_imports(base, uses).items():
        amount = tuning.near * sum(entry.amount for entry in near)
        found[path].append(Reason("reference", _near_text(near[:2]), amount))
    return found


def _near_text(near: Sequence[Import]) -> str:
    """`imported by a and b`; `imported by a and imports b`."""
    first, rest = near[0], near[1:]
    others = [
        f"`{entry.path}`" if entry.relation == first.relation else f"{entry.relation} `{entry.path}`" for entry in rest
    ]
    return " and ".join([f"{first.relation} `{first.path}`", *others])


def _choose(
    told: Mapping[str, Sequence[Reason]], limit: int, always: frozenset[str], never: frozenset[str]
) -> list[str]:
    scores = {path: sum(reason.weight for reason in reasons) for path, reasons in told.items()}
    able = (path for path, score in scores.items() if score >= _LEAST and path not in never)
    order = sorted(able, key=lambda path: (-scores[path], path))[:limit]
    return [*order, *sorted(always - set(order), key=lambda path: (-scores.get(path, 0.0), path))]


def _ids(named: NamedAsset | None, request: Request, answers: Sequence[str]) -> tuple[str, ...]:
    places = named.places if named is not None else ()
    listed = [request.ids_at[place] for place in places if place in request.ids_at]
    return tuple(dict.fromkeys([*listed, *answers]))[:_MOST_IDS]


def _waypoint(
    rank: int, outline: AssetOutline, source: str, told: Sequence[Reason], ids: tuple[str, ...], wanted: bool
) -> Waypoint:
    line, quote = quote_asset(outline, source)
    reasons = [Reason(reason.kind, reason.text, round(reason.weight, 4)) for reason in told if reason.weight >= _LEAST]
    reasons.sort(key=lambda reason: (-reason.weight, reason.kind, reason.text))
    strong = any(reason.kind == "named" or (reason.kind == "text" and reason.weight >= _STRONG) for reason in reasons)
    return Waypoint(
        key=f"code:{outline.path}:{line}",
        path=outline.path,
        module="",
        layer="asset",
        rank=rank,
        score=round(sum(reason.weight for reason in told), 4),
        line=line,
        quote=quote,
        reasons=(*([Reason("person", "added by hand")] if wanted else []), *reasons),
        requirements=ids,
        likely="changed" if strong and rank <= _LIKELY else "known",
    )
