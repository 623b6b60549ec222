"""Section 4.4: the ways not taken, each real for this feature, with what they cost."""

from __future__ import annotations

from collections.abc import Callable

from torusnb.drafting.assumptions import latency_targets
from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.matching import module_key
from torusnb.drafting.offline.storage import COLUMNS, CONTENT, TABLE
from torusnb.drafting.offline.surroundings import context_key
from torusnb.drafting.offline.wording import bullets, clip, code, count, listed, plain, some

_MOST = 4


def draft_alternatives(ledger: Ledger) -> str:
    """Two to four alternatives with their trade-offs and the reason for the one chosen."""
    found = [text for weigh in _WEIGHED for text in [weigh(ledger)] if text]
    return bullets([*found[:_MOST], *ledger.advice("4.4")])


def _bar(ledger: Ledger) -> tuple[str, str]:
    """The number that decides between alternatives, and its key: a latency target, or the assumed one."""
    targets = latency_targets(ledger.pack)
    if targets:
        quantity = next(q for q in targets[0].quantities if q.unit in {"ms", "s"})
        return plain(quantity.text), place_key(targets[0].place)
    assumed = next((u for u in ledger.assumptions if u.topic == "latency"), None)
    return ("P95 300 ms", assumed.id) if assumed is not None else ("", "")


def _placement(ledger: Ledger) -> str:
    """The feature's own module or the context that is there."""
    context = ledger.code.modules.get(ledger.plan.context)
    own = next((c for c in ledger.plan.fresh if c.layer == "context"), None)
    if own is not None:
        asked = some(list(own.requirements), 3)
        if context is None:
            return (
                f"**Spread {asked} over the modules of section 4.1 instead of {code(own.name)}**: no new file, but rules that belong "
                f"together would be tested through several callers. Rejected.{ledger.cite(own.key, *own.requirements[:1])}"
            )
        public = count(sum(f.public for f in context.functions), "public function")
        return (
            f"**Add the functions to {code(context.name)} instead of {code(own.name)}**: one module fewer, and callers keep their alias; "
            f"but it has {public} already, and {asked} could not be tested apart. "
            f"Rejected.{ledger.cite(own.key, module_key(context))}"
        )
    home = next((c for c in ledger.plan.existing if c.layer in {"context", "other", "worker", "process"}), None)
    if home is None or home.module is None:
        return ""
    spoken = [code(f"{f.name}/{f.arity}") for f in home.functions[:3]]
    reason = (
        f"{listed(spoken)} already answer{'s' if len(spoken) == 1 else ''} half of it"
        if spoken
        else "its callers stay as they are"
    )
    return (
        f"**A context of its own for {' '.join(ledger.plan.words)}**: clean boundaries, but {some(list(home.requirements), 3)} would reach "
        f"back into {code(home.name)} for each call. Rejected; {code(home.name)} is extended because {reason}.{ledger.cite(home.key, *home.requirements[:2])}"
    )


def _storage(ledger: Ledger) -> str:
    storage = ledger.plan.storage
    anchor = storage.anchor
    table = anchor.schema.table if anchor is not None and anchor.schema is not None else ""
    key = code_key(anchor.path, anchor.schema.line) if anchor is not None and anchor.schema is not None else ""
    fields = listed(code(f.name) for f in storage.fields[:3]) or "the new state"
    if storage.mode == COLUMNS:
        return (
            f"**A table of its own instead of columns on `{storage.table}`**: independent growth and indexes, for one more join and a "
            f"second row to keep in step. Rejected while {fields} live and die with the row.{ledger.cite(*storage.basis, key)}"
        )
    if storage.mode == TABLE and table and table != storage.table:
        return (
            f"**Columns on `{table}` instead of `{storage.table}`**: no join, but every read of `{table}` would carry {fields}, and its "
            f"writers would share one lock. Rejected.{ledger.cite(*storage.basis, key)}"
        )
    if storage.mode == CONTENT:
        where = f"a column or table next to `{table}`" if table else "a table"
        return (
            f"**Keep {fields} in {where} instead of the authored JSON**: easy to query, but it would not travel with a revision, a copy "
            f"or an export. Rejected.{ledger.cite(*storage.basis, key)}"
        )
    kept = storage.requirements[:2]
    if kept and table:
        return (
            f"**Store results of {listed(kept)} in a table beside `{table}`**: answers survive a restart, at the price of a migration and of "
            f"copies that can go stale. Rejected: the pack asks for no new durable state.{ledger.cite(*storage.basis, *kept, key)}"
        )
    return ""


def _moment(ledger: Ledger) -> str:
    """In the request or in a job."""
    plan = ledger.plan
    bar, key = _bar(ledger)
    if plan.runtime.jobs:
        asked = some(list(plan.runtime.jobs), 3)
        return (
            f"**Do {asked} inside the request instead of in a job**: simpler, with an answer at once, but a slow or failing step would "
            f"break {bar or 'the interactive path'} and could not be retried. Rejected.{ledger.cite(*plan.runtime.jobs[:1], key)}"
        )
    heavy = plan.asking("integrate", "copy", "compute")
    if not heavy:
        return ""
    short = ledger.short(heavy[0], 12)
    held = f"{bar} leaves room for it" if bar else "the result is wanted at once"
    queue = next((c for c in plan.existing if c.layer == "worker"), None)
    where = f"a job like {code(queue.name)}" if queue else "an Oban job"
    return (
        f"**Move {heavy[0]} ({short}) into {where}**: retries and isolation, but the caller would have to wait or poll for the result. "
        f"Rejected as long as {held}; it is the way out if the number is missed.{ledger.cite(heavy[0], key, queue.key if queue else '')}"
    )


def _cached(ledger: Ledger) -> str:
    """A cache or a query."""
    plan = ledger.plan
    if plan.runtime.caching:
        asked = listed(plan.runtime.caching[:2])
        return (
            f"**Query each time instead of caching for {asked}**: never stale and nothing to invalidate; measured first, it may be enough. "
            f"Rejected because the pack asks for the cache.{ledger.cite(*plan.runtime.caching)}"
        )
    reads = plan.asking("query")
    if not reads:
        return ""
    cache = plan.runtime.caches[0] if plan.runtime.caches else None
    bar, key = _bar(ledger)
    where = f"in `{cache.name}`, which {code(cache.module)} uses already" if cache else "in a cache of its own"
    return (
        f"**Keep the answer of {reads[0]} {where}**: fewer queries, but one more thing to invalidate. Deferred until the query "
        f"misses {bar or 'its budget'}.{ledger.cite(reads[0], cache.key if cache else '', key)}"
    )


def _surface(ledger: Ledger) -> str:
    """Where the interface part lives: the view that is there, a component, the browser."""
    views = [c for c in ledger.plan.of_layer("live_view", "component") if not c.new]
    shown = [r for r in ledger.plan.asking("render") if any(r in c.requirements for c in views)]
    if not views or len(shown) < 1:
        return ""
    view = views[0]
    asset = next(
        (w for w in ledger.context.waypoints if w.path.startswith("assets/") and w.path.endswith((".ts", ".tsx"))), None
    )
    if asset is not None:
        return (
            f"**Hold the state of {some(shown, 3)} in the browser (`{asset.path}`) instead of {code(view.name)}**: no round trip, but two "
            f"owners of one state, and rules that ExUnit cannot reach. Rejected except for pointer and focus handling.{ledger.cite(asset.key, view.key, shown[0])}"
        )
    module = view.module
    events = len({u.name for u in module.callbacks if u.kind == "handle_event"}) if module else 0
    return (
        f"**A separate LiveView for {some(shown, 3)} instead of extending {code(view.name)}**: isolation from its {count(events, 'event')}, but "
        f"a second mount, its own access check and a second copy of the assigns. Rejected.{ledger.cite(view.key, shown[0])}"
    )


def _as_it_is(ledger: Ledger) -> str:
    """Leaving it to convention: the smallest alternative, for packs that offer no other choice."""
    goal = next(iter(ledger.pack.goals), None) or next(iter(ledger.pack.summary), None)
    if goal is None:
        return ""
    said = clip(plain(goal.text).rstrip("."), 18)
    lead = ledger.plan.existing[0] if ledger.plan.existing else None
    where = f"by convention in {code(lead.name)}" if lead else "by convention"
    return f"**Meet the goal “{said}” {where} only**: no new code, but nothing would enforce it. Rejected.{ledger.cite(place_key(goal.place), context_key(ledger))}"


_WEIGHED: tuple[Callable[[Ledger], str], ...] = (_placement, _storage, _moment, _surface, _cached, _as_it_is)
