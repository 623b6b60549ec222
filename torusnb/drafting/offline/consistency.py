"""Sections 7 and 8: transactions and repeats; caches, their keys and how they forget."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.copies import tell_copies
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.retention import rows_kept
from torusnb.drafting.offline.runtime import CacheUse
from torusnb.drafting.offline.storage import CONTENT, NONE
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import bullets, code, listed, lower_first, plain, sentence, some

_CACHED = re.compile(r"\bcach\w+|\bttl\b|\bevict\w*|\binvalidat\w+", re.IGNORECASE)
_LONGEST = 40
_DOMAIN = frozenset({"context", "other", "process", "cache", "worker"})


def draft_consistency(ledger: Ledger) -> str:
    """What commits together, what happens when it is done twice, what is undone."""
    lines = [*_boundaries(ledger), *_repeats(ledger)]
    return bullets([*lines, *ledger.advice("7")])


def _reaches_rows(component: Component) -> bool:
    """Whether a module may write rows: it calls a repo, or the outline shows none of its calls."""
    calls = component.module.calls if component.module is not None else ()
    return not calls or any(call.module.endswith("Repo") or call.module == "Ecto.Multi" for call in calls)


def _boundaries(ledger: Ledger) -> list[str]:
    plan, storage = ledger.plan, ledger.plan.storage
    keeping = set(plan.asking("persist", "copy"))
    writers = [
        c
        for c in plan.existing
        if c.layer in _DOMAIN and keeping & set(c.requirements) and _reaches_rows(c)
        if any(_writes(f.name) for f in c.functions)
    ][:2]
    lines = []
    for component in writers:
        names = [f for f in component.functions if _writes(f.name)][:2]
        told = listed(code(f"{f.name}/{f.arity}") for f in names)
        lines.append(
            f"{told} of {code(component.name)} {'stays' if len(names) == 1 else 'stay'} the "
            f"transaction boundary for {some(list(component.requirements), 3)}; the feature adds "
            "steps inside, not a second transaction beside."
            f"{ledger.cite(*(code_key(component.path, f.line) for f in names))}"
        )
    if storage.migrates and not writers:
        lines.append(
            f"The write to `{storage.table}` is one `Ecto.Multi`; what must not be half done for "
            f"{some(list(storage.requirements), 3) or 'it'} is a step of it."
            f"{ledger.cite(*storage.basis, *storage.requirements[:1])}"
        )
    if storage.mode == CONTENT:
        lines.append(
            "The new keys are saved with their revision in one write, so no reader sees a "
            f"half-changed document.{ledger.cite(*storage.basis)}"
        )
    kept = rows_kept(ledger.pack) if storage.mode == NONE and not storage.basis else None
    if not lines and kept is not None:
        lines.append(
            f"Each write of what the pack keeps ({lower_first(kept.text)}) commits with the change that it tells of."
            f"{ledger.cite(*kept.evidence)}"
        )
    if not lines:
        asks = storage.requirements[:1] or tuple(r.id for r in ledger.pack.requirements[:1])
        written = list(storage.requirements or plan.asking("copy"))
        told = (
            f"No transaction boundary is added: what {some(written, 3)} {'writes' if len(written) == 1 else 'write'} "
            "commits with the function of today that writes it"
            if written
            else "No transaction boundary is added, since "
            + ("nothing new is written" if storage.basis else "the pack tells of nothing that is written")
        )
        lines.append(f"{told}.{ledger.cite(*storage.basis, *asks)}")
    return lines


def _writes(name: str) -> bool:
    return name.startswith(
        (
            "create",
            "update",
            "insert",
            "upsert",
            "save",
            "set_",
            "put_",
            "record",
            "store",
            "apply",
            "add_",
            "duplicate",
            "copy",
        )
    )


def _repeats(ledger: Ledger) -> list[str]:
    """Idempotency: what jobs and events need."""
    plan, lines = ledger.plan, list[str]()
    if plan.runtime.jobs:
        lines.append(
            f"The job of {some(list(plan.runtime.jobs), 2)} may run twice: it looks at the stored "
            "state before it acts, and its arguments identify the work uniquely."
            f"{ledger.cite(*plan.runtime.jobs)}"
        )
    events = [e for e in ledger.new_events if not e.name.startswith(("open", "search", "filter", "sort", "select"))]
    if events:
        lines.append(
            f"`{events[0].name}` carries the wanted end state, not a change to it, so a double "
            f"click or a reconnect changes nothing ({events[0].requirement})."
            f"{ledger.cite(events[0].requirement)}"
        )
    return lines


def draft_caching(ledger: Ledger) -> str:
    """Caches at hand, what is asked of them, their keys, and what makes them forget; or why none is touched."""
    runtime = ledger.plan.runtime
    own = ledger.cache_owner
    lines = [_at_hand(ledger, cache) for cache in _caches(ledger)] if own is None else [_owned(ledger, own)]
    for requirement in runtime.caching[:5]:
        lines.append(f"{sentence(_on_cache(ledger, requirement))}{ledger.cite(requirement)}")
    lines += [f"Key: {said}.{basis}" for said, basis in _keys(ledger)]
    if not lines and runtime.no_cache is not None and not ledger.given("8"):
        said = lower_first(in_short(runtime.no_cache.text))
        return f"Not applicable; the pack leaves it out: {said}.{ledger.cite(*runtime.no_cache.evidence)}"
    copies = tell_copies(ledger) if not lines else []
    if not lines and ledger.given("8"):
        return bullets([*(line for line in copies if line.startswith("At hand")), *ledger.advice("8")])
    if copies:
        return bullets([*copies, *ledger.advice("8")])
    if not lines:
        asks = [r.id for r in ledger.pack.requirements[:1]]
        best = [c.key for c in ledger.plan.existing[:1]]
        lead = f" ({code(ledger.plan.existing[0].name)} and those beside it)" if ledger.plan.existing else ""
        return (
            f"Not applicable: no requirement asks for a cache, and no module this feature touches{lead} holds "
            f"one.{ledger.cite(*asks, *best)}"
        )
    advice = ledger.advice("8") if runtime.caching or runtime.caches else []
    return bullets([*lines, *_multi_node(ledger), *advice])


def _on_cache(ledger: Ledger, requirement: str) -> str:
    """The clause of a requirement that speaks of the cache; its short form where that does, or no clause is short."""
    text = plain(ledger.requirement(requirement).text).rstrip(".")
    clauses = [clause for clause in text.split("; ") if _CACHED.search(clause)]
    short = ledger.short(requirement, 18)
    return clauses[0] if clauses and not _CACHED.search(short) and len(clauses[0].split()) <= _LONGEST else short


def _caches(ledger: Ledger) -> list[CacheUse]:
    """The caches at hand by name, each once, at most three."""
    return list({cache.name: cache for cache in reversed(ledger.plan.runtime.caches)}.values())[::-1][:3]


def _at_hand(ledger: Ledger, cache: CacheUse) -> str:
    table = ledger.plan.storage.table
    after = f"; it forgets the key after the commit to `{table}`" if ledger.plan.storage.migrates else ""
    return (
        f"At hand: `{cache.name}` ({_kind(cache.kind)}), reached through {code(cache.module)}{after}."
        f"{ledger.cite(cache.key)}"
    )


def _owned(ledger: Ledger, own: Component) -> str:
    """A store of the feature's own, beside the caches that show how it is done today."""
    pattern = next(iter(_caches(ledger)), None)
    shown = f"; `{pattern.name}` in {code(pattern.module)} shows how a cache is run today" if pattern else ""
    keys = [pattern.key] if pattern else []
    basis = ledger.cite(own.key, *keys)
    return f"{code(own.name)} is a cache of its own, since none of today holds such entries{shown}.{basis}"


def _keys(ledger: Ledger) -> list[tuple[str, str]]:
    """The keys that the pack writes down as tuples."""
    notes = (*ledger.pack.data_notes, *ledger.pack.interface_notes)
    found = [
        (plain(n.text).rstrip("."), ledger.cite(place_key(n.place))) for n in notes if n.text.lstrip().startswith("`{:")
    ]
    return found[:3]


def _kind(kind: str) -> str:
    return {"cachex": "Cachex", "ets": "ETS table", "persistent_term": "persistent_term", "start": "Cachex"}.get(
        kind, kind
    )


def _multi_node(ledger: Ledger) -> list[str]:
    """How other nodes hear of a change, where caches are touched."""
    topic = next(((m, u) for m, u in ledger.plan.runtime.topics if u.kind == "broadcast"), None)
    caches = ledger.plan.runtime.caches
    touched = ledger.plan.runtime.caching or ledger.plan.storage.migrates
    if ledger.cache_owner is not None or not caches or not touched:
        return []
    if topic is not None:
        module, use = topic
        return [
            f"Other nodes hear of it on `{use.name}`, which {code(module.name)} broadcasts today."
            f"{ledger.cite(code_key(module.path, use.line))}"
        ]
    return [
        f"`{caches[0].name}` is local to its node: other nodes keep the old value until its time "
        f"to live ends, unless a broadcast clears it.{ledger.cite(caches[0].key)}"
    ]
