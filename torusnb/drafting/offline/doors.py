"""How people come in: the routes and pages that belong to the design, or that the pack names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from torusnb.drafting.offline.hosting import find_grounds, may_enter
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.codebase import Route
from torusnb.models.knowledge import Waypoint

if TYPE_CHECKING:
    from torusnb.drafting.offline.ledger import Ledger

_DOOR = re.compile(r"\b(?:routes?|entry points?|urls?)\b", re.IGNORECASE)
"""A line of the pack that tells how people come in."""
_OUTER = frozenset({"live_view", "controller"})
_MOST = 6


def has_door(ledger: Ledger) -> bool:
    """Whether people come in by something of the design; latency and load are felt nowhere else."""
    pages = any(component.layer in _OUTER for component in ledger.plan.fresh)
    return pages or ledger.entry is not None or bool(ledger.routes)


def find_routes(ledger: Ledger) -> tuple[Route, ...]:
    """The routes that lead to a component or a page that the pack names, at most six.

    Those come first that open a page and whose words the pack speaks where it asks or tells how people come in.
    """
    own = {component.name for component in ledger.plan.existing}
    home = find_grounds(ledger.evidence)
    rank = {
        w.module: w.rank / 3
        for w in ledger.context.waypoints
        if w.module in own or (w.layer in _OUTER and w.module in ledger.named and may_enter(home, w.module))
    }
    said = [ledger.title, *(f"{r.title} {r.text}" for r in ledger.pack.requirements)]
    said += [line for s in ledger.pack.sections for line in s.text.splitlines() if _DOOR.search(line)]
    spoken = set(words_of(plain(" ".join(said))))

    def order(route: Route) -> tuple[float, int]:
        words = words_of(route.path.replace(":", " ").replace("/", " "))
        fit = sum(1.0 if word in spoken else -0.4 for word in words)
        fit += 2.0 * (route.module in own) + 4.0 * (route.verb in {"GET", "LIVE"})
        return (rank[route.module] - fit, route.line)

    return tuple(sorted((r for r in ledger.code.routes if r.module in rank), key=order))[:_MOST]


def find_entry(ledger: Ledger) -> Waypoint | None:
    """The waypoint that people come in by: a view or controller that is a component, else one that the pack names."""
    own = {component.name for component in ledger.plan.existing}
    home = find_grounds(ledger.evidence)
    edges = [w for w in ledger.context.waypoints if w.layer in _OUTER | {"component"} and w.module]
    touched = [w for w in edges if w.module in own and w.layer != "component"]
    named = [w for w in edges if w.layer != "component" and w.module in ledger.named and may_enter(home, w.module)]
    return next(iter((*touched, *named, *(w for w in edges if w.module in own))), None)
