"""Rules about contradictions: one quantity with two values, one thing under two names, new and existing at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from torusnb.models.review import Finding
from torusnb.review.contradiction_names import Name, find_names, is_slip
from torusnb.review.contradiction_values import Quantity, find_quantities
from torusnb.review.passages import Passage, find_affirmed
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_STATED = frozenset({"design", "requirements", "summary", "testing", "risks"})
_MOST_COMPARED = 40
_MOST_NAMES = 150
_ALERTS = re.compile(r"\b(?:alerts?|alarms?|warn(?:s|ing)?|stop the line|abort|exceed\w*|threshold)\b", re.IGNORECASE)
_LIKE = 0.7
_TELLING = 3
"""Words that say by themselves what is measured, beside a name in code that two lines share."""
_APART = """
    cold warm cached uncached first initial subsequent repeat large small normal peak worst best multi remote local
    cross background batch total overall end client server browser single bulk each miss hit read write
"""
_CONTRASTS = frozenset(_APART.split())
_KIND = (
    r"(?:module|table|schema|context|LiveView|component|worker|event|topic|column|field|flag|queue|job|function"
    r"|hook|route|endpoint|service)"
)
_NEW = re.compile(
    rf"\b(?:new|creates? (?:a|the)|adds? (?:a|the)|introduces? (?:a|the)) (?:[\w-]+ )?{_KIND},? `(?P<before>[^`\n]+)`"
    rf"|\bnew `(?P<within>[^`\n]+)` {_KIND}\b|`(?P<after>[^`\n]+)` (?:\(new\)|is (?:a )?new\b(?! \w+s\b))",
    re.IGNORECASE,
)
_EXISTING = re.compile(
    rf"\bexisting (?:[\w-]+ )?{_KIND},? `(?P<before>[^`\n]+)`|\bexisting `(?P<within>[^`\n]+)` {_KIND}\b"
    r"|`(?P<after>[^`\n]+)` (?:\(existing\)|already exists\b|exists today\b|is (?:already )?there(?: today"
    r"| already)?\b)",
    re.IGNORECASE,
)
_NO_MIGRATION = re.compile(
    r"\b(?:no|without (?:a|any)|does not (?:need|require) (?:a|any)) (?:new )?(?:(?:database|schema|Ecto"
    r"|DB) )*(?:migrations?|schema changes?|(?:database )?tables?)\b"
    r"(?! (?:\w+ )?(?:step|helper|lock|for|that|which|of|from|beyond|besides|other|in|on)\b)(?!-)",
    re.IGNORECASE,
)
_MIGRATION = re.compile(
    r"\b(?:the|a|one|this) migration (?:adds?|creates?|alters?|drops?|backfills?)\b|\bmigration:? (?:adds?|creates?)\b"
    r"|\b(?:adds?|create[sd]?|introduces?) (?:a |an |the |one |two |new )*(?:`\w+` )?(?:(?:database|Postgres"
    r"|Ecto) )?(?:tables?|columns?|migrations?)\b|\bnew tables?:? `"
    r"|\bnew `\w+` tables?\b|\bcreate table\(|\balter table\(|\bALTER TABLE\b|\bCREATE TABLE\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"\b(?:if|unless|when|until|beyond|besides|other than|except|apart from|only|this slice|yet|destructive"
    r"|backfill)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"\b(?:today|currently|current|existing|instead of|was|were|previously|rather than|raise|from \d)\b",
    re.IGNORECASE,
)


def review_contradictions(reading: Reading, passages: Sequence[Passage]) -> Iterator[Finding]:
    """What the document says in two ways; the finding stands at the later place and names the earlier one.

    Alternatives, open questions, logs, references and what is said of today's system contradict nothing.
    """
    stated = [passage for passage in passages if passage.role in _STATED]
    yield from _values(reading, stated)
    yield from _names(reading, stated)
    yield from _new_and_existing(reading, stated)
    yield from _migrations(reading, stated)


def _values(reading: Reading, passages: Iterable[Passage]) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Quantity]] = {}
    for passage in passages:
        for quantity in find_quantities(passage):
            if not _is_aside(quantity):
                groups.setdefault((quantity.name, quantity.kind), []).append(quantity)
    told: set[tuple[int, str]] = set()
    for group in (group[:_MOST_COMPARED] for group in groups.values()):
        subjects = {(quantity.words, quantity.code) for quantity in group if quantity.words or quantity.code}
        for first, second in combinations(group, 2):
            if not _conflict(first, second, alone=len(subjects) <= 1, group=group):
                continue
            line = second.passage.line_of(second.offset)
            if (line, second.text) in told:
                continue
            told.add((line, second.text))
            where = first.passage.line_of(first.offset)
            yield found(
                "contradiction.value",
                reading.path,
                line,
                f"`{second.text}` here, but `{first.text}` on line {where}{_of(first, second)}.",
                "Keep one value, or say in both places how the two differ.",
                section=second.passage.section,
            )


def _is_aside(quantity: Quantity) -> bool:
    start, end = quantity.passage.sentence(quantity.offset)
    sentence = quantity.passage.text[start:end]
    return _ALERTS.search(sentence) is not None or _TODAY.search(sentence) is not None


def _of(first: Quantity, second: Quantity) -> str:
    words = min(first.words, second.words, key=len) or max(first.words, second.words, key=len)
    return f", of {' '.join(words[:6])}" if words else ""


def _conflict(first: Quantity, second: Quantity, *, alone: bool, group: Sequence[Quantity]) -> bool:
    if first.value == second.value or first.passage is second.passage:
        return False
    if not _same_subject(first, second, alone=alone):
        return False
    mine = {quantity.value for quantity in group if quantity.passage is first.passage}
    yours = {quantity.value for quantity in group if quantity.passage is second.passage}
    return not (mine <= yours or yours <= mine)


def _same_subject(first: Quantity, second: Quantity, *, alone: bool) -> bool:
    """Whether two quantities of one name are of one thing; in doubt they are not."""
    if first.name.startswith("p") and first.name[1:].isdigit():
        if first.code & second.code:  # a label of a list (`small`, `large`) is of one thing here, of another there
            told = min(len(first.words), len(second.words)) >= _TELLING
            return not told or _is_same(first.words, second.words)
        return _is_same(first.words, second.words) and not first.code ^ second.code
    if not (first.words or first.code) or not (second.words or second.code):
        return alone and first.passage.section != second.passage.section
    same = (bool(first.words) and first.words == second.words) or _is_same(first.sentence, second.sentence)
    if first.code and second.code:
        return bool(first.code & second.code) and (same or not (first.words or second.words))
    return same


def _is_same(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether two word lists name one thing: the shorter is in the longer, and nothing sets the longer apart."""
    short, long = sorted((first, second), key=len)
    mine, yours = set(short), set(long)
    if not mine <= yours or (yours - mine) & _CONTRASTS:
        return False
    if len(mine) < 2:
        return bool(mine) and mine == yours
    runs = any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))
    return runs or len(mine) >= _LIKE * len(yours)


def _names(reading: Reading, passages: Iterable[Passage]) -> Iterator[Finding]:
    first_of: dict[str, Name] = {}
    for passage in passages:
        for name in find_names(passage):
            known = first_of.get(name.text)
            kinds = name.kinds | (known.kinds if known else frozenset())
            first_of[name.text] = msgspec.structs.replace(known or name, kinds=kinds)
    for first, second in combinations(_comparable(first_of.values()), 2):
        if not is_slip(first, second):
            continue
        line, where = (name.passage.line_of(name.offset) for name in (second, first))
        kind = min(first.kinds & second.kinds)
        yield found(
            "contradiction.name",
            reading.path,
            line,
            f"The {kind} `{second.text}` is nearly `{first.text}` of line {where}; they read as one thing under two"
            f" names.",
            "Write one name everywhere, or names that nobody can mix up.",
            section=second.passage.section,
        )


def _comparable(names: Iterable[Name]) -> list[Name]:
    """The names that are called something, at most so many that pairs stay few."""
    return [name for name in names if name.kinds][:_MOST_NAMES]


def _new_and_existing(reading: Reading, passages: Iterable[Passage]) -> Iterator[Finding]:
    said: dict[str, dict[str, tuple[int, str]]] = {"new": {}, "existing": {}}
    for passage in passages:
        for state, pattern in (("new", _NEW), ("existing", _EXISTING)):
            for match in pattern.finditer(passage.text):
                name = match["before"] or match["within"] or match["after"]
                said[state].setdefault(name, (passage.line_of(match.start()), passage.section))
    for name in said["new"]:
        if name in said["existing"]:
            (new, _), (existing, _) = said["new"][name], said["existing"][name]
            line, section = max(said["new"][name], said["existing"][name])
            yield found(
                "contradiction.new-and-existing",
                reading.path,
                line,
                f"`{name}` is new on line {new} and existing on line {existing}.",
                "Say in both places whether it is there today.",
                section=section,
            )


def _migrations(reading: Reading, passages: Sequence[Passage]) -> Iterator[Finding]:
    planned = [passage for passage in passages if passage.role in {"design", "summary"}]
    denied = ((p, match) for p in planned if (match := _NO_MIGRATION.search(p.prose)) and _is_whole(p, match))
    told = next(denied, None)
    if told is None:
        return
    passage, match = told
    line = passage.line_of(match.start())
    for other in planned:
        text = " ".join(other.text.split())
        if other is not passage and (plan := next(find_affirmed(_MIGRATION, text), None)):
            yield found(
                "contradiction.migration",
                reading.path,
                line,
                f"`{match.group()}` here, but line {other.line} says `{plan.group()}`.",
                "Say which tables change and how, once, in the data model; correct the other place.",
                section=passage.section,
            )
            return


def _is_whole(passage: Passage, match: re.Match[str]) -> bool:
    """Whether the denial speaks of the whole design, not of a case (`if …`, `for this slice`)."""
    start, end = passage.sentence(match.start())
    return _PARTLY.search(passage.prose[start:end]) is None
