"""Section 4.4: the ways not taken, each real for this feature, with what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.decisions import events_of
from torusnb.drafting.offline.elsewhere import Elsewhere
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.matching import module_key
from torusnb.drafting.offline.storage import COLUMNS, CONTENT, NONE, REUSE, TABLE
from torusnb.drafting.offline.wording import bullets, code, count, listed, plain, some
from torusnb.drafting.offline.work import words_of
from torusnb.spec.budgets import latency_targets, target_words

_MOST, _LEAST = 3, 2
_ON_SCREEN = frozenset({"render", "configure", "authorize", "observe"})
_HEAVY = re.compile(
    r"\b(?:export\w*|import\w*|duplicat\w*|generat\w*|publish(?:es|ed|ing)?|backfill\w*|aggregat\w*|e-?mails?|rewir\w*|upload\w*|bulk|"
    r"copy|copies|launch\w*|sync\w*|ingest\w*)\b",
    re.IGNORECASE,
)
_RESOLVES = re.compile(
    r"\b(?:(?:resolv|rewrit|deriv|normali[sz]|calculat|comput)(?:e|es|ed|ing)|rewritten)\b", re.IGNORECASE
)


def draft_alternatives(ledger: Ledger) -> str:
    """Two or three alternatives with their trade-offs and the reason for the one chosen."""
    elsewhere = ledger.elsewhere
    weighed = (_storage,) if elsewhere is not None else _WEIGHED
    found = [text for weigh in weighed for text in [weigh(ledger)] if text]
    if elsewhere is not None:
        found.insert(0, _inside(ledger, elsewhere))
    if len(found) < _LEAST:
        found += [text for text in (_process(ledger), _surface(ledger)) if text]
    return bullets(found[:_MOST])


def _inside(ledger: Ledger, elsewhere: Elsewhere) -> str:
    asked = some([r.id for r in ledger.pack.requirements], 3)
    return (
        f"**Write {asked or 'it'} in Elixir instead of under `{elsewhere.path}`**: one language and one test run, but "
        f"a second implementation wherever that code runs outside the server. Rejected, because the pack places it "
        f"there.{ledger.cite(elsewhere.key)}"
    )


def _bar(ledger: Ledger, requirement: str) -> tuple[str, str]:
    """The number that decides for a requirement, and its key: the latency target that speaks of it, or the assumed."""
    spoken = set(words_of(plain(ledger.requirement(requirement).text)))
    targets = latency_targets(ledger.pack)
    if targets:
        nearest = max(targets, key=lambda target: len(spoken & set(words_of(plain(target.text)))))
        bar = target_words(nearest)
        return (bar if bar.startswith("P") else f"the bound of {bar}"), place_key(nearest.place)
    assumed = next((u for u in ledger.assumptions if u.topic == "latency"), None)
    return ("its latency budget", assumed.id) if assumed is not None else ("today's timing", "")


def _placement(ledger: Ledger) -> str:
    """The feature's own module or the context that is there."""
    context = ledger.code.modules.get(ledger.plan.context)
    own = next((c for c in ledger.plan.fresh if c.layer == "context" and c.requirements), None)
    if own is None:
        return _extension(ledger)
    asked, basis = some(list(own.requirements), 3), ledger.cite(own.key, *own.requirements[:1])
    if context is None:
        return (
            f"**Spread {asked} over the modules of section 4.1 instead of {code(own.name)}**: no new file, but rules "
            f"that belong together would be tested through several callers. Rejected.{basis}"
        )
    public = count(sum(f.public for f in context.functions), "public function")
    return (
        f"**Put the functions into {code(context.name)} instead of {code(own.name)}**: one module "
        "fewer, and callers keep "
        f"their alias; but it has {public} already, and {asked} could not be tested apart. "
        f"Rejected.{ledger.cite(own.key, module_key(context))}"
    )


def _extension(ledger: Ledger) -> str:
    home = next(
        (c for c in ledger.plan.existing if c.layer not in {"live_view", "component", "schema", "controller"}), None
    )
    if home is None:
        return ""
    spoken = [code(f"{f.name}/{f.arity}") for f in home.functions[:2]]
    there = (
        f"{listed(spoken)} {'is' if len(spoken) == 1 else 'are'} there to build on" if spoken else "its callers stay"
    )
    return (
        f"**A module of its own for {' '.join(ledger.plan.words)} beside {code(home.name)}**: a clean boundary, but "
        f"{some(list(home.requirements), 3)} would reach back for each call. Rejected, because {there}; the way out if "
        f"{code(home.name)} grows past review.{ledger.cite(home.key, *home.requirements[:2])}"
    )


def _storage(ledger: Ledger) -> str:
    """The storage decision against its neighbour."""
    storage = ledger.plan.storage
    anchor = ledger.code.tables.get(storage.table) or storage.anchor
    table = anchor.schema.table if anchor is not None and anchor.schema is not None else ""
    key = code_key(anchor.path, anchor.schema.line) if anchor is not None and anchor.schema is not None else ""
    basis = ledger.cite(*storage.basis, *storage.requirements[:1], key)
    fields = listed(code(f.name) for f in storage.fields[:3]) or "the new state"
    told = {
        COLUMNS: f"**A table of its own instead of columns on `{storage.table}`**: independent growth and "
        "indexes, for one "
        f"more join and a second row to keep in step with {fields}. Rejected.",
        REUSE: f"**A table of its own instead of {listed(code(f.name) for f in storage.held[:3])} on `"
        f"{table}`**: room to "
        "grow, for a migration and a join that nothing needs yet. Rejected.",
        CONTENT: f"**Keep {fields} in a column or a table instead of the "
        "authored JSON**: easy to query, but it would not travel with a revision, a copy or an export. Rejected.",
    }
    if storage.mode in told:
        return told[storage.mode] + (ledger.cite(*storage.basis) if storage.mode == CONTENT else basis)
    if storage.mode == TABLE and table and table not in {change.table for change in storage.changes}:
        return (
            f"**Columns on `{table}` instead of `{storage.table}`**: no join, but each read of `"
            f"{table}` would carry {fields} "
            f"and its writers would wait for each other. Rejected.{basis}"
        )
    if storage.mode == NONE and storage.requirements and table and storage.saying:
        return (
            f"**Store the results of {listed(storage.requirements[:2])} beside `{table}`**: they "
            "survive a restart, at the "
            "price of a migration and of copies that go stale. Rejected: the pack asks for no "
            f"new durable state.{basis}"
        )
    return ""


def _cached(ledger: Ledger) -> str:
    """A cache or a query; for a cache, one node or all of them."""
    plan = ledger.plan
    if plan.runtime.caching:
        asked = listed(plan.runtime.caching[:2])
        return (
            f"**One cache for the whole cluster instead of one on each node for {asked}**: more "
            "hits after a move between "
            "nodes, but each write crosses the network and a split has two truths. Rejected "
            "unless the hit ratio misses its "
            f"aim; querying each time stays the fallback of every miss.{ledger.cite(*plan.runtime.caching)}"
        )
    reads = plan.asking("query")
    cache = next(iter(plan.runtime.caches), None)
    if not reads or cache is None:
        return ""
    bar, key = _bar(ledger, reads[0])
    return (
        f"**Keep the answer of {reads[0]} in `{cache.name}`, which {code(cache.module)} uses "
        "already**: fewer queries, but one "
        f"more thing to invalidate. Deferred until the query misses {bar}.{ledger.cite(reads[0], cache.key, key)}"
    )


def _surface(ledger: Ledger) -> str:
    """Where the interface part lives: the view that is there, a component, the browser."""
    views = [c for c in (*ledger.plan.of_layer("live_view"), *ledger.plan.of_layer("component")) if not c.new]
    shown = [r for r in ledger.plan.asking("render") if any(r in c.requirements for c in views)]
    if not views or not shown:
        return ""
    view = views[0]
    asset = next((w for w in ledger.context.waypoints if w.path.startswith("assets/")), None)
    if asset is not None:
        return (
            f"**Hold the state of {some(shown, 3)} in the browser (`{asset.path}`) instead of "
            f"{code(view.name)}**: no round "
            "trip, but two owners of one state, and rules that ExUnit cannot reach. Rejected "
            "except for pointer and focus "
            f"handling.{ledger.cite(asset.key, view.key, shown[0])}"
        )
    module = view.module
    events = len(events_of(module)) if module else 0
    size = count(events, "event") if events else count(module.end_line - module.line if module else 0, "line")
    return (
        f"**A LiveView of its own for {some(shown, 3)} instead of extending {code(view.name)}**: "
        f"isolation from its {size}, "
        "but a second mount, its own access check and a second copy of the assigns. "
        f"Rejected.{ledger.cite(view.key, shown[0])}"
    )


def _moment(ledger: Ledger) -> str:
    """In the request or in a job, where the work can be long."""
    plan = ledger.plan
    if plan.runtime.jobs:
        bar, key = _bar(ledger, plan.runtime.jobs[0])
        return (
            f"**Do {some(list(plan.runtime.jobs), 3)} inside the request instead of in a job**: "
            "an answer at once, but a slow "
            f"or failing step would break {bar} and could not be retried. "
            f"Rejected.{ledger.cite(*plan.runtime.jobs[:1], key)}"
        )
    asked = [r for r in plan.asking("integrate", "copy", "compute") if not ledger.is_boundary(r)]
    heavy = [r for r in asked if r in ledger.outside] or [
        r for r in asked if _HEAVY.search(plain(ledger.requirement(r).text)) and plan.kinds[r][0] not in _ON_SCREEN
    ]
    if not heavy:
        return ""
    bar, key = _bar(ledger, heavy[0])
    queue = next((c for c in plan.existing if c.layer == "worker"), None)
    where = f"a job like {code(queue.name)}" if queue else "an Oban job"
    return (
        f"**Move {ledger.named_in(heavy[0])} into {where}**: retries "
        "and isolation, but the caller "
        f"waits or polls for the result. Rejected while the request holds {bar}; the way out if it does "
        f"not.{ledger.cite(heavy[0], key, queue.key if queue else '')}"
    )


def _when_resolved(ledger: Ledger) -> str:
    """At the write or at the read, for what is resolved, rewritten or derived."""
    asked = [
        r
        for r in ledger.plan.asking("compute", "integrate")
        if _RESOLVES.search(plain(ledger.requirement(r).text)) and not _keeps(ledger, r)
    ]
    if not asked:
        return ""
    return (
        f"**Do {ledger.named_in(asked[0])} once at the write instead "
        "of at each read**: cheaper "
        "reads, but a stored result goes stale when its inputs change and must be made again for "
        "what exists. Rejected while "
        f"the read stays bounded.{ledger.cite(asked[0], *(m.key for m in ledger.plan.matches[asked[0]][:1]))}"
    )


def _keeps(ledger: Ledger, requirement: str) -> bool:
    """Whether a requirement already asks for its result to be stored."""
    kinds = ledger.plan.kinds[requirement]
    return "persist" in kinds or "verify" in kinds[:1] or ledger.is_boundary(requirement)


def _process(ledger: Ledger) -> str:
    """A process that owns the state, where none is asked for."""
    if ledger.plan.runtime.jobs or ledger.plan.runtime.processes:
        return ""
    asked = [r.id for r in ledger.pack.requirements[:3]]
    if not asked:
        return ""
    lead = next(iter(ledger.plan.existing), None)
    where = f" instead of plain functions in {code(lead.name)}" if lead is not None else " instead of plain functions"
    return (
        f"**A GenServer that owns the state of {listed(asked)}{where}**: writers take turns, but "
        "all callers share one mailbox "
        "and a restart loses what it held. Rejected: no requirement asks for order between "
        f"callers.{ledger.cite(*asked[:2], lead.key if lead else '')}"
    )


_WEIGHED: tuple[Callable[[Ledger], str], ...] = (
    _placement, _storage, _cached, _moment, _when_resolved,
)  # fmt: skip
