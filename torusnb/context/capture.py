"""Context capture: everything a design has to know of its surroundings, complete in itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from torusnb.context.behaviours import trace_behaviours
from torusnb.context.changes.footing import collect_footing
from torusnb.context.graph import FileGraph
from torusnb.context.knowledge.knowledge import gather_knowledge
from torusnb.context.knowledge.known import Surroundings
from torusnb.context.knowledge.notes import note_guides
from torusnb.context.knowledge.restatement import restate_pack
from torusnb.context.knowledge.runtime import collect_runtime, count_totals, telemetry_prefixes
from torusnb.context.knowledge.tickets import tell_built
from torusnb.context.layers import layer_of
from torusnb.context.map.absent import review_absent
from torusnb.context.naming import Resolver
from torusnb.context.quotebook import QuoteBook
from torusnb.context.traps import find_traps
from torusnb.context.waypoints.assets import rank_assets
from torusnb.context.waypoints.precedents import Precedent
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.codebase import CodeMap
from torusnb.models.history import History
from torusnb.models.knowledge import Context, GuideNote, Knowledge, Reason, Trap, Waypoint
from torusnb.models.record import Decision
from torusnb.models.requirements import SpecPack
from torusnb.spec.pathtails import PathTails

_LIMIT = 40
_MOST_FILES = 150
_NEIGHBOURS_OF = 15
_PER_WAYPOINT = 4
_RUNTIME_KINDS = frozenset({"application", "router", "repo", "endpoint"})


def capture_context(
    pack: SpecPack,
    code_map: CodeMap,
    read_source: Callable[[str], str],
    decisions: tuple[Decision, ...] = (),
    *,
    history: History | None = None,
    precedents: Sequence[Precedent] = (),
    cache: Path | None = None,
    absent: tuple[str, ...] = (),
) -> Context:
    """What the checkout, its guides and the pack tell about the feature.

    A person's decisions hold: a dropped waypoint or trap does not come back, an added or kept waypoint stays, an
    edited assumption keeps its id. The last decision on a thing counts.

    Args:
        pack: The request.
        code_map: The whole checkout.
        read_source: The text of a file of the checkout by its path; empty for one that cannot be read.
        decisions: What a person decided before, oldest first.
        history: What led to the checkout's commit; without it, commits tell nothing.
        precedents: The checkout's other spec packs; without them, no earlier design tells anything.
        cache: The folder that `load_code_map` was given, for the text index.
        absent: Tracked paths that a sparse checkout leaves out, as `list_absent` gives them.
    """
    given = _Given(pack, code_map, read_source, decisions, history, precedents, cache, absent, QuoteBook(read_source))
    places = _rank(given)
    learned = _learn(given, places)
    return _compose(given, places, learned)


class _Given(NamedTuple):
    """What a capture rests on, and the book of the lines that it quotes."""

    pack: SpecPack
    code_map: CodeMap
    read_source: Callable[[str], str]
    decisions: tuple[Decision, ...]
    history: History | None
    precedents: Sequence[Precedent]
    cache: Path | None
    absent: tuple[str, ...]
    book: QuoteBook


class _Places(NamedTuple):
    """The places of the feature: those that were ranked, these with what a person added, and the assets."""

    ranked: tuple[Waypoint, ...]
    waypoints: tuple[Waypoint, ...]
    assets: tuple[Waypoint, ...]


class _Learned(NamedTuple):
    """What is told of the places."""

    traps: tuple[Trap, ...]
    notes: tuple[GuideNote, ...]
    tests: dict[str, tuple[str, ...]]
    knowledge: Knowledge


def _rank(given: _Given) -> _Places:
    """The places that the design has to know; what a person wants is among them, what was dropped is not."""
    wanted, dropped = _decided(given.decisions, "waypoint")
    ranked = rank_waypoints(
        given.pack,
        given.code_map,
        given.read_source,
        _LIMIT,
        always=wanted,
        never=dropped,
        history=given.history,
        precedents=given.precedents,
        cache=given.cache,
    )
    waypoints = (*ranked, *_by_hand(wanted, ranked, given.code_map, given.book))
    assets = rank_assets(
        given.pack,
        given.code_map,
        given.read_source,
        ranked,
        history=given.history,
        precedents=given.precedents,
        always=wanted,
        never=dropped,
    )
    return _Places(ranked, waypoints, assets)


def _learn(given: _Given, places: _Places) -> _Learned:
    """The traps, notes, tests and knowledge of the places."""
    pack, code_map, waypoints = given.pack, given.code_map, places.waypoints
    traps = _traps(pack, places.ranked, code_map, given.read_source, given.decisions, given.book)
    notes = note_guides(pack, code_map.guides, Resolver(code_map), waypoints)
    tests = find_tests(waypoints, code_map)
    built = tell_built(pack, given.history)
    around = Surroundings(code_map, waypoints, notes, tests, given.book, given.absent, built)
    return _Learned(traps, notes, tests, gather_knowledge(pack, around, waypoints, given.decisions))


def _compose(given: _Given, places: _Places, learned: _Learned) -> Context:
    """All of it, with the part of the code map around it and every line that it quotes."""
    code_map, book = given.code_map, given.book
    traps, notes, tests, knowledge = learned
    runtime = collect_runtime(code_map, book)
    proofs = (path for criterion in given.pack.criteria for path in criterion.proofs)
    near = restrict_map(code_map, places.waypoints, notes, tests, (*_cited_paths(knowledge), *proofs))
    book.quote_outline(near)
    behaviours = trace_behaviours(places.ranked, code_map, given.read_source, book)
    quotes = {**book.quotes, **{place.key: place.quote for place in (*places.waypoints, *places.assets)}}
    told = _told_keys(places.waypoints, notes, knowledge, traps)
    return Context(
        commit_id=code_map.commit.id,
        waypoints=places.waypoints,
        notes=notes,
        knowledge=knowledge,
        restatement=restate_pack(given.pack),
        code=near,
        totals=count_totals(code_map),
        telemetry_prefixes=telemetry_prefixes(code_map),
        tests=tests,
        runtime=runtime,
        quotes=quotes,
        assets=places.assets,
        traps=traps,
        symbols=collect_footing(told, given.read_source, code_map).symbols,
        problems=(*review_absent(given.absent), *(given.history.problems if given.history is not None else ())),
        behaviours=behaviours,
        namesakes=PathTails(code_map.paths).namesakes(_citable_paths(quotes, notes, tests, near)),
    )


def _traps(
    pack: SpecPack,
    waypoints: tuple[Waypoint, ...],
    code_map: CodeMap,
    read_source: Callable[[str], str],
    decisions: Iterable[Decision],
    book: QuoteBook,
) -> tuple[Trap, ...]:
    """The traps that nobody dropped, their lines in the book."""
    kept, dropped = _decided(decisions, "trap")
    found = find_traps(pack, waypoints, code_map, read_source, kept=kept, dropped=dropped)
    for key in (key for trap in found for key in trap.evidence if key.startswith("code:")):
        path, _, line = key.removeprefix("code:").rpartition(":")
        book.key(path, int(line))
    return found


def _told_keys(
    waypoints: Iterable[Waypoint], notes: Iterable[GuideNote], knowledge: Knowledge, traps: Iterable[Trap]
) -> Iterator[str]:
    """The lines of code and guides that a person is shown before anything is drafted."""
    yield from (waypoint.key for waypoint in waypoints)
    yield from (note.key for note in notes)
    for told in (knowledge.known, knowledge.unknown, tuple(traps)):
        yield from (key for one in told for key in one.evidence)


def _decided(decisions: Iterable[Decision], subject: str) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of a subject that a person wants, and those that a person dropped."""
    last = {decision.key: decision.verdict for decision in decisions if decision.subject == subject}
    wanted = frozenset(key for key, verdict in last.items() if verdict in {"add", "keep"})
    return wanted, frozenset(key for key, verdict in last.items() if verdict == "drop")


def _by_hand(
    wanted: frozenset[str], ranked: Sequence[Waypoint], code_map: CodeMap, book: QuoteBook
) -> tuple[Waypoint, ...]:
    """The files a person added that are not ranked: guides, assets, templates, migrations."""
    missing = sorted((wanted & code_map.paths) - {waypoint.path for waypoint in ranked})
    found = []
    for rank, path in enumerate(missing, len(ranked) + 1):
        key = book.key(path, 1)
        reason = Reason("person", "added by hand")
        found.append(Waypoint(key, path, "", layer_of(path, None), rank, 0.0, 1, book.quote(key), (reason,)))
    return tuple(found)


def find_tests(waypoints: Iterable[Waypoint], code_map: CodeMap) -> dict[str, tuple[str, ...]]:
    """Waypoint path to its test files: the same path under `test`, or a test of the same name elsewhere.

    `lib/a/b.ex` is tested by `test/a/b_test.exs` (`mix test`'s convention) and by files under `test/a/b/`
    whose names begin with the module's; in an umbrella the same inside the app.
    """
    tests = [path for path in code_map.other_files if path.endswith("_test.exs")]
    by_name: dict[str, list[str]] = {}
    for path in tests:
        by_name.setdefault(PurePosixPath(path).name, []).append(path)
    found: dict[str, tuple[str, ...]] = {}
    for waypoint in waypoints:
        before, lib, rest = waypoint.path.rpartition("lib/")
        if not lib or (before and not before.endswith("/")):
            continue
        stem = rest.rpartition(".")[0]
        name = PurePosixPath(stem).name
        exact = f"{before}test/{stem}_test.exs"
        same = by_name.get(f"{name}_test.exs", [])
        if exact in same:
            found[waypoint.path] = (exact,)
        elif 0 < len(same) <= 2 and "_" in name:
            found[waypoint.path] = tuple(same)
        else:
            inside = tuple(path for path in tests if path.startswith(f"{before}test/{stem}/"))[:3]
            if inside:
                found[waypoint.path] = inside
    return dict(sorted(found.items()))


def _cited_paths(knowledge: Knowledge) -> tuple[str, ...]:
    keys = [key for known in knowledge.known for key in known.evidence if key.startswith("code:")]
    return tuple(dict.fromkeys(key.removeprefix("code:").rpartition(":")[0] for key in keys))


def _citable_paths(
    quotes: Iterable[str], notes: Iterable[GuideNote], tests: dict[str, tuple[str, ...]], near: CodeMap
) -> Iterator[str]:
    """The files that a design can cite a line of."""
    yield from (key.removeprefix("code:").rpartition(":")[0] for key in quotes)
    yield from (note.place.path for note in notes)
    yield from (path for found in tests.values() for path in found)
    yield from (file.path for file in near.files)
    yield from (guide.path for guide in near.guides)


def restrict_map(
    code_map: CodeMap,
    waypoints: Sequence[Waypoint],
    notes: Sequence[GuideNote],
    tests: dict[str, tuple[str, ...]],
    cited: Iterable[str] = (),
) -> CodeMap:
    """The code map of the waypoints, what they use, the migrations of their tables and the runtime's own files.

    At most 150 source files; waypoints, what the knowledge cites and the runtime come first, then the neighbours
    of the best waypoints.
    """
    graph = FileGraph(code_map)
    paths = dict.fromkeys([*(waypoint.path for waypoint in waypoints), *cited])
    for file in code_map.files:
        kinds = {kind for module in file.modules for kind in module.kinds}
        is_telemetry = any(module.name.rpartition(".")[2] == "Telemetry" for module in file.modules)
        if kinds & _RUNTIME_KINDS or is_telemetry:
            paths.setdefault(file.path)
    for path in _migrations(code_map, waypoints):
        paths.setdefault(path)
    near = {waypoint.path for waypoint in waypoints}
    for waypoint in waypoints[:_NEIGHBOURS_OF]:
        used = [path for path in graph.uses.get(waypoint.path, ()) if path not in near]
        used.sort(key=lambda path: (len(graph.used_by.get(path, ())), path))
        users = [path for path in graph.used_by.get(waypoint.path, ()) if path not in near]
        for path in (*used[:_PER_WAYPOINT], *users[:2]):
            paths.setdefault(path)
    kept = frozenset(list(paths)[:_MOST_FILES])
    beside = frozenset(path for found in tests.values() for path in found)
    return code_map.restricted_to(kept | beside, frozenset(note.place.path for note in notes))


def _migrations(code_map: CodeMap, waypoints: Sequence[Waypoint]) -> list[str]:
    """The migrations that touch a waypoint's table, newest first, at most four for each table."""
    found = []
    for waypoint in waypoints:
        module = code_map.modules.get(waypoint.module)
        if module is None or module.schema is None or not module.schema.table:
            continue
        table = module.schema.table
        touching = [m.path for m in reversed(code_map.migrations) if table in (*m.creates, *m.alters)]
        found.extend(touching[:3] + touching[-1:])
    return list(dict.fromkeys(found))[:30]
