"""The tables of research.md: requirements traced, waypoints, assumptions, the ledger of evidence."""

from __future__ import annotations

from torusnb.models.design import Evidence, EvidencePack
from torusnb.models.knowledge import Unknown, Waypoint
from torusnb.research.markup import code, plain, table
from torusnb.research.report_pointers import NOT_FETCHED
from torusnb.research.uses import Trace, Uses

_LONGEST_CELL = 120
_MOST_WAYPOINTS = 20
_LEDGER_ORDER = ("requirement", "criterion", "prd", "note", "assumption", "code", "guide", "source", "practice")


def render_matrix(traces: tuple[Trace, ...], uses: Uses) -> list[str]:
    """Requirement, question, source, section; the last column says what is missing."""
    rows = [
        (
            plain(trace.requirement),
            ", ".join(question.id for question in trace.questions),
            _sources(trace),
            ", ".join(uses.of_sources(trace.citations)),
            ", ".join(trace.sections),
            trace.gap,
        )
        for trace in traces
    ]
    heads = ("requirement", "questions", "sources (verdict)", "sections citing them", "sections naming it", "gap")
    if not rows:
        return ["## From requirement to design", "", "The spec pack gives no requirement with an id.", ""]
    return ["## From requirement to design", "", *table(heads, rows), ""]


def render_waypoints(waypoints: tuple[Waypoint, ...]) -> list[str]:
    """The places in the checkout, best first, with the reasons."""
    rows = [
        (
            str(waypoint.rank),
            code(f"{waypoint.path}:{waypoint.line}"),
            plain("; ".join(reason.text for reason in waypoint.reasons[:3]), _LONGEST_CELL),
            plain(", ".join(waypoint.requirements[:6])),
        )
        for waypoint in waypoints[:_MOST_WAYPOINTS]
    ]
    if not rows:
        return ["## Waypoints", "", "None was found.", ""]
    more = len(waypoints) - len(rows)
    after = [f"And {more} more of lower rank.", ""] if more > 0 else []
    return ["## Waypoints", "", *table(("rank", "place", "reasons", "requirements"), rows), "", *after]


def render_assumptions(unknowns: tuple[Unknown, ...], uses: Uses) -> list[str]:
    """What is taken for granted, what follows if it is wrong, and where the design rests on it."""
    rows = [
        (
            plain(unknown.id),
            plain(unknown.assumption),
            unknown.impact,
            plain(unknown.risk),
            ", ".join(uses.keys.get(unknown.id, ())),
        )
        for unknown in unknowns
    ]
    if not rows:
        return ["## Assumptions", "", "None was needed.", ""]
    heads = ("id", "assumption", "impact", "risk if it is wrong", "sections")
    return ["## Assumptions", "", *table(heads, rows), ""]


def render_ledger(pack: EvidencePack, uses: Uses) -> list[str]:
    """Every key that the design carries, by kind and then in the order of first use.

    Keys with one place and one text share a row: a requirement and the line of the pack it stands on.
    """
    rows: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for key in sorted(uses.keys, key=lambda key: _rank(pack.evidence.get(key))):
        kind, place, text = _entry(key, pack)
        rows.setdefault((place, text), (kind, []))[1].append(code(key))
    if not rows:
        return ["## Evidence", "", "The design carries no evidence key.", ""]
    cells = [(", ".join(keys), kind, place, text) for (place, text), (kind, keys) in rows.items()]
    return ["## Evidence", "", *table(("key", "kind", "place", "text"), cells), ""]


def _rank(evidence: Evidence | None) -> int:
    if evidence is None:
        return len(_LEDGER_ORDER) + 1
    return _LEDGER_ORDER.index(evidence.kind) if evidence.kind in _LEDGER_ORDER else len(_LEDGER_ORDER)


def _entry(key: str, pack: EvidencePack) -> tuple[str, str, str]:
    """Kind, place and text of a key."""
    evidence = pack.evidence.get(key)
    if evidence is None:
        return "", "", f"**{code(key)} does not resolve**"
    place = code(str(evidence.place)) if evidence.place is not None else _address(pack, evidence.cites or key)
    return evidence.kind, place, plain(evidence.text, _LONGEST_CELL)


def _address(pack: EvidencePack, key: str) -> str:
    source = pack.research.source(key)
    if source is None:
        return ""
    seen = f"accessed {source.accessed}" if source.accessed else "not accessed"
    return f"\\[{source.label}\\], {seen}"


def _sources(trace: Trace) -> str:
    """Each source with its verdict; those only pointed to together, at the end."""
    named = [(citation.source.removeprefix("src:"), citation.verdict) for citation in trace.citations]
    shown = dict.fromkeys(f"{name} ({verdict})" for name, verdict in named if verdict != NOT_FETCHED)
    pointers = dict.fromkeys(name for name, verdict in named if verdict == NOT_FETCHED)
    parts = [", ".join(shown), f"{NOT_FETCHED}: {', '.join(pointers)}" if pointers else ""]
    return plain("; ".join(part for part in parts if part))
