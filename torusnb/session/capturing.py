"""The stage of context capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torusnb import __version__
from torusnb.context.capture import capture_context
from torusnb.context.map.absent import list_absent
from torusnb.context.map.codemap import source_reader
from torusnb.context.traps import RULES, find_traps
from torusnb.context.waypoints.history import history_extent, load_history
from torusnb.context.waypoints.precedents import load_precedents
from torusnb.models.base import fingerprint
from torusnb.models.knowledge import CONTEXT_FORM, Context, Trap
from torusnb.session import places

if TYPE_CHECKING:
    from torusnb.session.session import Session


def make_context(session: Session) -> Context:
    """The captured context; from the trail where nothing that it depends on has changed."""
    decided = session.decided("waypoint", "assumption", "trap")
    precedents = load_precedents(session.root, session.pack)
    absent = list_absent(session.root)
    seen = (session.identity, absent, history_extent(session.root))
    key = fingerprint(__version__, CONTEXT_FORM, session.pack, decided, precedents, *seen)
    recorded = session.trail.value(Context, "context", key)
    if recorded is not None:
        return recorded
    context = capture_context(
        session.pack,
        session.code_map,
        source_reader(session.root),
        decided,
        history=load_history(session.root, session.code_map.commit.id, cache=places.history_cache()),
        precedents=precedents,
        cache=places.outline_cache(),
        absent=absent,
    )
    counts = (len(context.waypoints), len(context.traps), len(context.knowledge.unknown))
    return session.record("context", "{} waypoints, {} traps, {} unknowns".format(*counts), context, key)


def find_quiet_traps(session: Session) -> tuple[Trap, ...]:
    """What the quiet rules report around the captured waypoints; nothing of it is in the context unless kept."""
    rules = [rule.id for rule in RULES.values() if rule.quiet]
    waypoints = session.capture().waypoints
    return find_traps(session.pack, waypoints, session.code_map, source_reader(session.root), rules=rules)
