"""The feature's main way through the code of today, told step by step, and where the change meets it."""

from __future__ import annotations

from collections.abc import Iterable

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.tracing import VERBS, Hop, Way, is_effect, writes
from torusnb.drafting.offline.wording import code, labelled, listed, paragraphs, plain, some
from torusnb.drafting.offline.work import kinds_of, words_of
from torusnb.models.behaviour import Behaviour
from torusnb.models.modules import Call, Module, Use

_MOST_CALLS, _MOST_SHAPES, _MOST_NAMES = 3, 4, 3
_OPENS = frozenset({"transaction", "transact"})
_OUTER = frozenset({"live_view", "component", "worker"})


def draft_journey(ledger: Ledger) -> str:
    """The ways of today as numbered steps, the best in full and a further one in a line; empty where none is known."""
    if not ledger.ways:
        return ""
    first, *others = ledger.ways
    steps = [_entry(ledger, first), *(_step(ledger, hop) for hop in first.hops[1:])]
    lines = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    also = [f"Beside it, {_chain(way)}.{_cite_chain(ledger, way)}" for way in others]
    return paragraphs(labelled("The path today", "\n".join(lines)), *also, _enters(ledger, first))


def journey_sentence(ledger: Ledger) -> str:
    """The best way in one sentence; empty where none is known."""
    if not ledger.ways:
        return ""
    way = ledger.ways[0]
    return f"The path of today that it meets: {_chain(way)} (step by step in 4.2).{_cite_chain(ledger, way, most=2)}"


def name_of(function: Behaviour) -> str:
    """A function as code: module, name and arity."""
    return code(f"{function.module}.{function.name}/{function.arity}")


def given_by(function: Behaviour) -> str:
    """The shapes that a function gives, `a`, `b` or `c`; those that its body does not tell are said to be more."""
    told = [shape for shape in function.returns if shape != "unknown"]
    if not told:
        return ""
    words = ["a struct" if s == "struct" else f"a {s}" if s.isalpha() and s != "nil" else code(s) for s in told]
    more = len(words) > _MOST_SHAPES or len(told) < len(function.returns)
    return listed([*words[:_MOST_SHAPES], *(["more"] if more else [])], "or")


def _chain(way: Way) -> str:
    """A way from its entry to its last function, by the names of the first and the last."""
    names = [name_of(hop.function) for hop in way.hops[1:]]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES} more", names[-1]]
    return f"{_opening(way)}, then {' → '.join(names)}"


def _cite_chain(ledger: Ledger, way: Way, most: int = 3) -> str:
    keys = [code_key(hop.function.path, hop.clause.line) for hop in way.hops]
    return ledger.cite(*_route_keys(way), keys[0], *keys[:0:-1], most=most)


def _opening(way: Way) -> str:
    """How a way begins: the route and its function, the event, or the job."""
    first = way.hops[0].function
    route = next((r for r in way.routes if first.layer != "controller" or r.action.lstrip(":") == first.name), None)
    if way.event:
        where = f" on `{route.path}`" if route is not None else ""
        return f'the event `"{way.event}"`{where} reaches {name_of(first)}'
    if first.layer == "worker":
        return f"a job runs {name_of(first)}"
    if route is None:
        return f"{name_of(first)} begins it"
    verb = "opens in" if route.verb == "LIVE" else "runs"
    shown = route.path if route.verb == "LIVE" else f"{route.verb} {route.path}"
    return f"`{shown}` {verb} {name_of(first)}"


def _route_keys(way: Way) -> list[str]:
    return [code_key(route.file, route.line) for route in way.routes[:1]]


def _entry(ledger: Ledger, way: Way) -> str:
    hop = way.hops[0]
    opening = _opening(way)
    return (
        f"{opening[0].upper()}{opening[1:]}{_calls(ledger, hop)}{_effects(ledger, hop)}."
        f"{ledger.cite(*_route_keys(way), *_lines(hop), most=3)}"
    )


def _step(ledger: Ledger, hop: Hop) -> str:
    given = given_by(hop.function) if hop.function.layer not in _OUTER else ""
    gives = f" gives {given}" if given else ""
    calls, effects = _calls(ledger, hop), _effects(ledger, hop)
    tail = f"{gives}{calls}{effects}".removeprefix(" and").removeprefix(";") or " ends the way"
    return f"{name_of(hop.function)}{tail}.{ledger.cite(*_lines(hop), most=2)}"


def _lines(hop: Hop) -> list[str]:
    """The keys of a step: its clause, the call that leads on, and its effects."""
    path = hop.function.path
    called = [hop.call] if hop.call is not None else []
    effects = [call for call in hop.clause.calls if is_effect(call)]
    return [code_key(path, hop.clause.line), *(code_key(path, call.line) for call in (*called, *effects[-1:]))]


def _calls(ledger: Ledger, hop: Hop) -> str:
    """The calls of a step that speak most of the request, in their order, the one that leads on always among them."""
    known = [c for c in hop.clause.calls if not is_effect(c) and ledger.tracer.called(c) is not None]
    spoken = sorted(known, key=lambda c: (c is not hop.call, -ledger.tracer.speaks(c.name), c.line))[:_MOST_CALLS]
    kept = [call for call in known if call in spoken]
    if not kept:
        return ""
    own = hop.function.module
    names = [code(f"{c.name}/{c.arity}" if c.module == own else f"{c.module}.{c.name}/{c.arity}") for c in kept]
    among = ", among others" if len(known) > len(kept) else ""
    return f" and calls {listed(names)}{among}"


def _effects(ledger: Ledger, hop: Hop) -> str:
    """What a step reads, writes, tells others, queues or emits."""
    calls = [call for call in hop.clause.calls if is_effect(call)]
    module = ledger.code.modules.get(hop.function.module)
    stored = _stored(ledger, hop, [c for c in calls if c.module.endswith("Repo")])
    named = [*stored, *_named(module, hop, calls)]
    return f"; it {listed(named)}" if named else ""


def _stored(ledger: Ledger, hop: Hop, calls: list[Call]) -> list[str]:
    """What a step does with the repo; the table where the clause names one schema and the call is about its rows."""
    inside = [call for call in calls if call.name in _OPENS]
    rows = [call for call in calls if writes(call)] or [call for call in calls if call not in inside]
    found = [f"opens {code(f'Repo.{inside[0].name}/{inside[0].arity}')}"] if inside else []
    if rows:
        tables = [m.schema.table for n in hop.clause.schemas if (m := ledger.code.modules.get(n)) and m.schema]
        what = code(tables[0]) if len(hop.clause.schemas) == 1 and tables else "the database"
        names = list(dict.fromkeys(code(f"Repo.{call.name}/{call.arity}") for call in rows))
        found.append(f"{'writes' if writes(rows[0]) else 'reads'} {what} by {some(names, 3)}")
    return found


def _named(module: Module | None, hop: Hop, calls: Iterable[Call]) -> list[str]:
    """The topics, jobs and telemetry events of a step, by the names that the outline tells."""
    lines = range(hop.clause.line, hop.clause.end_line + 1)
    found = []
    if module is not None:
        found += [f"broadcasts on {code(use.name)}" for use in _within(module.topics, lines) if use.kind == "broadcast"]
        found += [
            f"emits {code(use.name)}" for use in _within(module.telemetry, lines) if use.kind in {"execute", "span"}
        ]
    found += ["inserts a job" for call in calls if call.module == "Oban"][:1]
    return list(dict.fromkeys(found))[:3]


def _within(uses: Iterable[Use], lines: range) -> list[Use]:
    return [use for use in uses if use.line in lines and use.name]


def _enters(ledger: Ledger, way: Way) -> str:
    """The requirements that speak the whole name of a function or an event on the way, by its steps."""
    told: dict[int, list[str]] = {}
    for asked in ledger.pack.requirements:
        text = plain(f"{asked.title}. {asked.text}")
        step = next((n for n, hop in enumerate(way.hops, start=1) if _speaks(way, hop, n, text)), 0)
        if step and not ledger.is_boundary(asked.id) and ledger.plan.kinds[asked.id][0] != "verify":
            told.setdefault(step, []).append(asked.id)
    lines = [f"{some(ids, 4)} at step {step}" for step, ids in sorted(told.items())]
    return f"The change meets it: {'; '.join(lines)}.{ledger.cite(*(ids[0] for ids in told.values()))}" if lines else ""


def _speaks(way: Way, hop: Hop, step: int, text: str) -> bool:
    """Whether a text names a step's function, or speaks every telling word of its name or its event.

    Below the pages the words alone do not do for work on the screen.
    """
    name = way.event if step == 1 and way.event else hop.function.name
    words = set(words_of(name)) - VERBS
    if hop.function.layer not in _OUTER and kinds_of(text)[0] == "render":
        return f"`{name}" in text
    return f"`{name}" in text or (len(words) > 1 and words <= set(words_of(text)))
