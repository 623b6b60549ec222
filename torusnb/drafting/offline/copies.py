"""The copies in memory that touched functions read, and what the pack says on how old a copy may be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.homes import FUNCTION
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.telling import in_short
from torusnb.drafting.offline.wording import code, listed, plain, sentence
from torusnb.models.base import Value
from torusnb.models.behaviour import Behaviour
from torusnb.models.modules import Call, Module, Use

_COPIES = re.compile(
    r"\bcach(?:e|es|ed|ing)\b|\bdepots?\b|\bstale\b|\bheld in memory\b|\bin memory on\b|"
    r"\b(?:all|every|each|other|another) nodes?\b",
    re.IGNORECASE,
)
"""Words of a copy, or of a change that every node must see."""
_DENIED = re.compile(r"\b(?:no|not|never|without|avoid\w*)\b[^.;,]{0,30}$", re.IGNORECASE)
_FORGETS = re.compile(r"^(?:invalidate|drop|clear|evict|forget|purge|flush|expire|reset|bust|delete|remove)(?:_|$)")
"""How a function is called that makes a copy forget."""
_NO_STORES = frozenset({"start"})
_MOST_COPIES, _MOST_SAID = 2, 3


class _Read(Value, frozen=True):
    """A call of a touched function to a module that keeps copies, and what that module keeps them in."""

    reader: Behaviour
    call: Call
    store: Use


def tell_copies(ledger: Ledger) -> list[str]:
    """What touched functions read of copies today and what the pack says of them; empty where nothing shows either."""
    found = _read(ledger)
    told = [_copy(ledger, module, reads) for module, reads in list(found.items())[:_MOST_COPIES]]
    return [*told, *_said(ledger)]


def _read(ledger: Ledger) -> dict[str, list[_Read]]:
    """The modules that keep copies and are called by touched functions, each with those calls."""
    found: dict[str, list[_Read]] = {}
    for reader in _touched(ledger):
        for call in (call for clause in reader.clauses for call in clause.calls):
            module = ledger.code.modules.get(call.module)
            store = _store_of(module) if module is not None and call.module != reader.module else None
            if store is not None and not _FORGETS.match(call.name):
                found.setdefault(call.module, []).append(_Read(reader=reader, call=call, store=store))
    return found


def _touched(ledger: Ledger) -> Iterator[Behaviour]:
    """The functions that the pack names, those on the ways, then those of the plan's modules; each once."""
    spoken = " ".join([*(p.text for p in ledger.placed), *(r.text for r in ledger.pack.requirements)])
    named = {span.group(0).strip("`").split("(")[0] for span in FUNCTION.finditer(spoken)}
    own = {component.name for component in ledger.plan.existing}
    on_way = [hop.function for way in ledger.ways for hop in way.hops]
    every = ledger.context.behaviours
    first = [b for b in every if f"{b.module}.{b.name}/{b.arity}" in named]
    yield from dict.fromkeys([*first, *on_way, *(b for b in every if b.module in own)])


def _store_of(module: Module) -> Use | None:
    """What a module keeps copies in; None for plumbing that every feature uses."""
    if serves_all(module):
        return None
    return next((use for use in module.caches if use.name and use.kind not in _NO_STORES), None)


def _copy(ledger: Ledger, name: str, reads: list[_Read]) -> str:
    """A copy: who reads it, and the function of today that makes it forget."""
    calls = dict.fromkeys(f"{read.reader.module}.{read.reader.name}/{read.reader.arity}" for read in reads)
    first = reads[0]
    module = ledger.code.modules[name]
    dropped = next((f for f in module.functions if f.public and _FORGETS.match(f.name)), None)
    forgets = (
        f"; a write to what it copies calls {code(f'{name}.{dropped.name}/{dropped.arity}')} after its commit"
        if dropped is not None
        else ""
    )
    keys = [code_key(first.reader.path, first.call.line), code_key(module.path, first.store.line)]
    keys += [code_key(module.path, dropped.line)] if dropped is not None else []
    return (
        f"At hand: {code(name)} keeps copies in `{first.store.name}`, read by "
        f"{listed(code(call) for call in list(calls)[:3])}{forgets}.{ledger.cite(*keys)}"
    )


def _said(ledger: Ledger) -> list[str]:
    """The lines of the pack that speak of copies or of all nodes, in its order."""
    said = [(r.id, plain(r.text)) for r in ledger.pack.requirements]
    said += [(c.id, plain(c.text)) for c in ledger.pack.criteria]
    said += [(placed.key, placed.text) for placed in ledger.placed if not placed.denies]
    speaking = [(key, text) for key, text in said if _speaks(text)]
    return [f"{sentence(in_short(text, 30)).rstrip('.')}.{ledger.cite(key)}" for key, text in speaking[:_MOST_SAID]]


def _speaks(text: str) -> bool:
    return any(not _DENIED.search(text[: match.start()]) for match in _COPIES.finditer(text))
