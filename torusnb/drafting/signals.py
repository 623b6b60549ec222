"""Which signals a feature has: read from its statements and from the modules it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from torusnb.drafting.signal import ALWAYS, Signal
from torusnb.drafting.signal_words_data import DATA_SIGNALS
from torusnb.drafting.signal_words_runtime import RUNTIME_SIGNALS
from torusnb.models.base import Value
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack, Statement, place_key

VOCABULARY: tuple[Signal, ...] = DATA_SIGNALS + RUNTIME_SIGNALS
"""Every signal, in the order in which they are reported."""

SIGNALS: dict[str, str] = {signal.name: signal.means for signal in VOCABULARY}
"""Name of each signal to what a feature with it has."""

_MOST_EVIDENCE = 6
_HIGH_RANK = 3
_CLAUSE = re.compile(r"(?<=[.;!?])\s+|\s+(?:[—–]|--|but|however|instead,)\s+|\n+")
_NEGATION_REACHES = 7
_WORD = re.compile(r"[^\s`,;:()/\"]+")
_NEGATION = re.compile(
    r"\b(?:no|not|without|never|nor|neither|cannot|none|avoid(?:s|ing)?|exclud\w+|remov(?:e|es|ing)|instead of"
    r"|rather than)\b|n['’]t\b",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"[^,]{0,40}\b(?:(?:is|are) not (?:needed|required|expected|part|in scope|introduced|planned|used|changed)"
    r"|(?:is|are|remains?) (?:out of scope|unchanged|deferred|sufficient)|remain sufficient|not (?:needed|required))\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\bfuture\b|\bin (?:a )?later\b|\blater (?:slice|integration|work|stor|phase|ticket|release)\w*|\bout of scope\b"
    r"|\bmay be (?:offered|added)\b|\boptional\)"
    r"|\bif\b(?: \w+){0,5} (?:added|introduced)\b|\bif(?: \w+){0,4} change[sd]?\b|\bemit\w* \w+ later\b",
    re.IGNORECASE,
)
_DISMISSED = re.compile(r"^\W*(?:none|n/?a|no|not|nothing|unchanged|existing|uses? existing|same as)\b", re.IGNORECASE)
_BY_LABEL = frozenset({"accessibility", "i18n", "telemetry"})
_REPORTS = re.compile(r"\b(?:emit|track|record|instrument|monitor|measure)\w*\b|`[a-z_]+\.[a-z_.]+`", re.IGNORECASE)


class _Clause(Value, frozen=True):
    """A clause of a statement; `label` when it is the word the statement stands under."""

    key: str
    text: str
    label: bool = False


def detect_signals(pack: SpecPack, context: Context) -> dict[str, tuple[str, ...]]:
    """The signals of a feature, each with the evidence keys that show it, strongest first, at most six.

    The order is that of `VOCABULARY`; `always` is there with no evidence. What the pack says it does
    not want, or not now (its non-goals, clauses under a negation or about the future) shows nothing,
    nor do its background, risks and questions, which speak of the world and not of the change. A
    module shows a signal by its kind when it is likely to change and either answers a requirement
    and is named by the pack, or is among the three best waypoints; and when a person added it.
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
    """Adds the signals that stand for several others; a union may be part of another one."""
    grown = dict(found)
    for _ in range(3):  # unions nest two deep at most, and the order of the vocabulary must not matter
        for signal in VOCABULARY:
            keys = [*grown.get(signal.name, ()), *(key for part in signal.of for key in grown.get(part, ()))]
            if keys:
                grown[signal.name] = _distinct(keys)
    return {name: grown[name] for name in SIGNALS if name in grown}


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))[:_MOST_EVIDENCE]


def _said(signal: Signal, clauses: tuple[_Clause, ...]) -> tuple[str, ...]:
    """The keys of the statements that show it; none when there are too few of them."""
    if not signal.words:
        return ()
    words, unless = _compile(signal.words), _compile(signal.unless) if signal.unless else None
    keys: dict[str, None] = {}
    for clause in clauses:
        if clause.label and signal.name not in _BY_LABEL:
            continue
        if unless is not None and unless.search(clause.text):
            continue
        if any(not (signal.negatable and _is_negated(clause.text, match)) for match in words.finditer(clause.text)):
            keys[clause.key] = None
    binding = any(not key.startswith(("prd:", "req:", "note:")) for key in keys)
    return tuple(keys) if binding or len(keys) >= signal.least else ()


@cache
def _compile(expression: str) -> re.Pattern[str]:
    """Compiled on first use: half a hundred expressions are too slow for an import."""
    return re.compile(expression, re.IGNORECASE)


def _is_negated(clause: str, match: re.Match[str]) -> bool:
    before = " ".join(_WORD.findall(clause, 0, match.start())[-_NEGATION_REACHES:])
    return _NEGATION.search(before) is not None or _NEGATED_AFTER.match(clause, match.end()) is not None


def _clauses(pack: SpecPack) -> Iterator[_Clause]:
    for key, label, text in _statements(pack):
        if label and text.strip() and not _DISMISSED.match(text) and not _NOT_NOW.search(text):
            yield _Clause(key, label, label=True)
        for clause in _CLAUSE.split(text):
            if clause.strip() and not _NOT_NOW.search(clause):
                yield _Clause(key, clause)


def _statements(pack: SpecPack) -> Iterator[tuple[str, str, str]]:
    """Key, label and text of what the pack asks for, the most binding first."""
    for requirement in pack.requirements:
        yield requirement.id, "", f"{requirement.title}\n{requirement.text}"
    for criterion in pack.criteria:
        yield criterion.id, "", criterion.text
    for demand in pack.nonfunctional:
        yield place_key(demand.place), demand.area, demand.text
    groups: tuple[tuple[Statement, ...], ...] = (
        pack.data_notes,
        pack.interface_notes,
        pack.integration_notes,
        pack.flags,
        pack.goals,
        pack.use_cases,
        pack.summary,
    )
    for statement in (statement for group in groups for statement in group):
        yield place_key(statement.place), statement.label, statement.text
    for statement in pack.telemetry:
        yield place_key(statement.place), "telemetry" if _REPORTS.search(statement.text) else "", statement.text


def _changed_kinds(context: Context) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for waypoint in context.waypoints:
        by_hand = any(reason.kind == "person" for reason in waypoint.reasons)
        named = any(reason.kind == "named" for reason in waypoint.reasons) and waypoint.requirements
        changed = waypoint.likely == "changed" and (named or waypoint.rank <= _HIGH_RANK)
        module = context.code.modules.get(waypoint.module)
        if module is None or not (by_hand or changed):
            continue
        for kind in module.kinds:
            found.setdefault(kind, []).append(waypoint.key)
    return found
