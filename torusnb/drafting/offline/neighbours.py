"""What lies beside the change in section 4.1: modules to read first, and the calls that the code shows today."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.additions import signature
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.hosting import find_grounds
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.siblings import find_siblings
from torusnb.drafting.offline.surroundings import size_of
from torusnb.drafting.offline.wording import bullets, code, labelled, listed, paragraphs, some
from torusnb.models.knowledge import Waypoint
from torusnb.models.requirements import SpecPack

_CONTROL = re.compile(
    r"\b(?:shows?|displays?|gets?|gains?|adds?|marks?|offers?|lists?|has|with) (?:an? |the |new )*(?:[\w\"“”-]+ ){0,3}?"
    r"(?:buttons?|columns?|badges?|links?|fields?|forms?|numbers?|counts?|tabs?|panels?|filters?|menus?|toggles?|"
    r"controls?|banners?|dialogs?|modals?|lists?|rows?|inputs?|messages?|labels?)\b",
    re.IGNORECASE,
)
"""What a page gets."""


def draft_neighbours(ledger: Ledger, beside: list[Component]) -> str:
    """The modules to read before changing anything, then how the components call each other.

    Args:
        ledger: The decisions.
        beside: The components that speak of a requirement which another one carries.
    """
    read = [*_used(ledger), *_siblings(ledger), *(_beside_it(ledger, component) for component in beside[:2])]
    return paragraphs(labelled("Read before changing", bullets(read)), _interactions(ledger))


def _beside_it(ledger: Ledger, component: Component) -> str:
    """A module that speaks of a requirement which another one carries."""
    spot = ""
    keys = [component.key]
    if component.functions:
        spot = f", in {listed(code(signature(f)) for f in component.functions[:2])}"
        keys = [code_key(component.path, component.functions[0].line)]
    elif component.fields:
        spot = f", in {listed(code(field.name) for field in component.fields[:3])}"
    return (
        f"{code(component.name)}{size_of(ledger, component)} has a part in "
        f"{some(list(component.requirements), 3)}{spot}.{ledger.cite(*keys)}"
    )


def _siblings(ledger: Ledger) -> list[str]:
    """Modules that the pack uses, that the checkout lacks, and that are not part of this work."""
    found = find_siblings(ledger.evidence, ledger.plan.known)
    if not found:
        return []
    names = some([code(sibling.name) for sibling in found], 4)
    verb, them = ("is", "it") if len(found) == 1 else ("are", "them")
    return [
        f"{names} {verb} planned elsewhere: the pack uses {them} and the checkout does not have {them}, so this design "
        f"calls {them} and adds none of {them}.{ledger.cite(*(sibling.key for sibling in found))}"
        if len(found) > 1
        else f"{names} is planned elsewhere: the pack uses it and the checkout does not have it, so this design calls "
        f"it and does not add it.{ledger.cite(found[0].key)}"
    ]


def _used(ledger: Ledger) -> list[str]:
    """Modules that the pack names and that stay as they are."""
    shown = {component.name for component in ledger.plan.components}
    if ledger.entry is not None:
        shown.add(ledger.entry.module)
    tables = ledger.code.tables
    shown.update(tables[change.table].name for change in ledger.plan.storage.changes if change.table in tables)
    meant = find_grounds(ledger.evidence).named
    named = [
        w
        for w in ledger.context.waypoints
        if w.module in meant - shown and any(reason.kind == "named" for reason in w.reasons)
    ][:4]
    if not named:
        return []
    changed = [w for w in named if gets_control(ledger.pack, w)]
    told = []
    if changed:
        names = listed(code(w.module) for w in changed)
        verb = "changes" if len(changed) == 1 else "change"
        told = [f"{names} {verb}: the pack puts something on this page (5.2).{ledger.cite(*(w.key for w in changed))}"]
    named = [w for w in named if w not in changed]
    if not named:
        return told
    names = listed(code(w.module) for w in named)
    verb = "is" if len(named) == 1 else "are"
    return [*told, f"{names} {verb} named by the pack.{ledger.cite(*(w.key for w in named), most=2)}"]


def gets_control(pack: SpecPack, waypoint: Waypoint) -> bool:
    """Whether a note of the pack puts something on a page that it names."""
    if waypoint.layer != "live_view":
        return False
    names = (code(waypoint.module), code(waypoint.module.rsplit(".", 1)[-1]))
    texts = [note.text for note in pack.interface_notes] + [r.text for r in pack.requirements]
    return any(_CONTROL.search(text) and any(name in text for name in names) for text in texts)


def _interactions(ledger: Ledger) -> str:
    """Calls between components that the code shows today."""
    by_name = {c.name: c for c in ledger.plan.existing if c.module is not None and not serves_all(c.module)}
    lines = []
    for component in ledger.plan.existing:
        if component.module is None:
            continue
        seen: dict[str, list[tuple[str, int]]] = {}
        for call in component.module.calls:
            if call.module in by_name and call.module != component.name:
                seen.setdefault(call.module, []).append((f"{call.name}/{call.arity}", call.line))
        for target, calls in list(seen.items())[:2]:
            names = some([code(name) for name in dict.fromkeys(name for name, _ in calls)], 3)
            basis = ledger.cite(code_key(component.path, min(line for _, line in calls)), component.key, most=1)
            lines.append(f"{code(component.name)} calls {names} of {code(target)}.{basis}")
    return labelled("Interactions at hand", bullets(lines[:3]))
