"""Which signals a feature has: read from its statements and from the modules it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.drafting.signal import ALWAYS, Signal
from torusnb.drafting.signal_words_data import DATA_SIGNALS
from torusnb.drafting.signal_words_runtime import RUNTIME_SIGNALS
from torusnb.models.base import Place
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack, Statement

VOCABULARY: tuple[Signal, ...] = DATA_SIGNALS + RUNTIME_SIGNALS
"""Every signal, in the order in which they are reported."""

SIGNALS: dict[str, str] = {signal.name: signal.means for signal in VOCABULARY}
"""Name of each signal to what a feature with it has."""

_MOST_EVIDENCE = 6
_HIGH_RANK = 5
_CLAUSE = re.compile(r"(?<=[.;!?])\s+|\s+(?:[—–]|--|but|however|instead,)\s+|\n+")
_NEGATED_BEFORE = re.compile(
    r"(?:\b(?:no|not|without|never|nor|neither|cannot|none|avoid(?:s|ing)?|exclud\w+|instead of|rather than)\b"
    r"|n['’]t\b)(?:\W+[\w`'’/.:-]+){0,6}\W*$",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"^(?:[^,]{0,40})\b(?:(?:is|are) not (?:needed|required|expected|part|in scope|introduced|planned|used|changed)"
    r"|(?:is|are|remains?) (?:out of scope|unchanged|deferred)|not (?:needed|required))\b",
    re.IGNORECASE,
)
_EXPRESSIONS = {
    signal.name: (
        re.compile(signal.words, re.IGNORECASE) if signal.words else None,
        re.compile(signal.unless, re.IGNORECASE) if signal.unless else None,
    )
    for signal in VOCABULARY
}


def detect_signals(pack: SpecPack, context: Context) -> dict[str, tuple[str, ...]]:
    """The signals of a feature, each with the evidence keys that show it, strongest first, at most six.

    The order is that of `VOCABULARY`; `always` is there with no evidence. What the pack says it does
    not want (its non-goals, and clauses under a negation) shows nothing, nor do its background, risks
    and questions, which speak of the world and not of the change. A module shows a signal by its kind when the pack
    names it, or when it is among the five best waypoints and likely to change.
    """
    clauses = tuple(_clauses(pack))
    kinds = _changed_kinds(context)
    found: dict[str, tuple[str, ...]] = {}
    for signal in VOCABULARY:
        keys = [*_said(signal, clauses), *(key for kind in signal.kinds for key in kinds.get(kind, ()))]
        if keys or signal.name == ALWAYS:
            found[signal.name] = _distinct(keys)
    return _with_unions(found)


def _with_unions(found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Adds the signals that stand for several others; a union may itself be part of a later or earlier one."""
    grown = dict(found)
    for _ in range(3):  # unions nest at most three deep (ui, legacy_compat, rollout …)
        for signal in VOCABULARY:
            keys = [*grown.get(signal.name, ()), *(key for part in signal.of for key in grown.get(part, ()))]
            if keys:
                grown[signal.name] = _distinct(keys)
    return {name: grown[name] for name in SIGNALS if name in grown}


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))[:_MOST_EVIDENCE]


def _said(signal: Signal, clauses: tuple[tuple[str, str], ...]) -> Iterator[str]:
    words, unless = _EXPRESSIONS[signal.name]
    if words is None:
        return
    for key, clause in clauses:
        if unless is not None and unless.search(clause):
            continue
        if any(not (signal.negatable and _is_negated(clause, match)) for match in words.finditer(clause)):
            yield key


def _is_negated(clause: str, match: re.Match[str]) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    return _NEGATED_BEFORE.search(before) is not None or _NEGATED_AFTER.match(after) is not None


def _clauses(pack: SpecPack) -> Iterator[tuple[str, str]]:
    for key, text in _statements(pack):
        for clause in _CLAUSE.split(text):
            if clause.strip():
                yield key, clause


def _statements(pack: SpecPack) -> Iterator[tuple[str, str]]:
    """What the pack asks for, the most binding first, with evidence keys."""
    for requirement in pack.requirements:
        yield requirement.id, f"{requirement.title}\n{requirement.text}"
    for criterion in pack.criteria:
        yield criterion.id, criterion.text
    for demand in pack.nonfunctional:
        yield _key(demand.place), demand.text
    groups: tuple[tuple[Statement, ...], ...] = (
        pack.data_notes,
        pack.interface_notes,
        pack.integration_notes,
        pack.flags,
        pack.telemetry,
        pack.goals,
        pack.use_cases,
        pack.summary,
    )
    for statement in (statement for group in groups for statement in group):
        yield _key(statement.place), f"{statement.label}\n{statement.text}"


def _key(place: Place) -> str:
    """`prd:LINE` for prd.md, `req:LINE` for requirements.yml."""
    kind = "req" if place.path.endswith((".yml", ".yaml")) else "prd"
    return f"{kind}:{place.line}"


def _changed_kinds(context: Context) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for waypoint in context.waypoints:
        named = any(reason.kind in {"named", "person"} for reason in waypoint.reasons)
        near = waypoint.rank <= _HIGH_RANK and waypoint.likely == "changed"
        module = context.code.modules.get(waypoint.module)
        if module is None or not (named or near):
            continue
        for kind in module.kinds:
            found.setdefault(kind, []).append(waypoint.key)
    return found
