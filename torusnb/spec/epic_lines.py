"""What of an epic's documents binds a feature: rules, budgets and lines that speak of it, chosen and bounded."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from torusnb.models.base import Place, Value
from torusnb.models.requirements import NonFunctional, Note, Statement
from torusnb.spec.discovery import INFORMAL, PRD
from torusnb.spec.epic_list import is_list
from torusnb.spec.epic_statements import EpicLine, read_lines, telling
from torusnb.spec.notes import ReadNote
from torusnb.spec.pieces import split_pieces

MOST_LINES = 40
MOST_BUDGETS = 6
MOST_RULES = 10
"""Statements that are kept of them all, and how many of those are the epic's numbers and its rules."""
_MOST_ASIDE = 3
"""Budgets that are not about the feature, among the others."""

_MOST_CHARACTERS = 9_000
_LEAST_SHARED = 3
"""Words that a statement shares with the feature, at least, where neither a number nor a name speaks for it."""
_LEAST_NAMED, _LEAST_SPOKEN = 0.4, 0.75
"""Share of the words for what a budget measures that are the feature's, where its name is among them, and else."""
_LONGEST_RULE = 40
"""Words of a rule outside a chapter of rules or qualities: a longer text explains more than it demands."""
_COMMON = 0.25
"""Share of an epic's statements from which on a word is what the whole epic is about, and tells no feature apart."""
_GENERAL = frozenset({"overview", "background", "goals", "goals_mixed", "use_cases"})
"""Topics that say what the whole epic is for: a statement of theirs counts only where it names the feature."""
_OF_OTHERS = frozenset({"functional", "acceptance", "telemetry", "flags"})
"""Topics whose statements are mostly those of one feature each: a rule among them must speak of this one."""
_PERFORMANCE = re.compile(r"\b(?:performance|latency|response times?|throughput|budgets?|slos?|p\d\d)\b", re.IGNORECASE)
_OF_SPEED = frozenset({"ms", "s", "rps"})
_PROFILE = re.compile(r"\b(?:profiles?|data ?sets?|size class(?:es)?)\b", re.IGNORECASE)
"""What says how large the data is that other budgets are measured with."""
_FORBIDS = re.compile(
    r"\b(?:must|shall) (?:never|not)\b|\bmay not\b(?! (?:exist|yet|be (?:able|available|needed|present)))|\bnever\b|"
    r"\b(?:no|nothing|nobody|none) (?:[\w`-]+ ){0,6}?(?:may|must|can|shall)\b|"
    r"(?:^|[;.:]\s)(?:no [\w`-]+ (?:[\w`-]+ )?\w+s\b|do not\b|nothing\b)|"
    r"\b(?:may|must|can|shall) only\b|\bonly (?:[\w`-]+ ){1,5}?(?:may|can|must|shall)\b|"
    r"\bmust (?:always|(?:also )?(?:agree|stay (?:the same|within)|remain consistent))\b",
    re.IGNORECASE,
)
"""What rules something out or holds at all times: rights, privacy, consistency."""
_DEMANDS = re.compile(r"\b(?:must|shall|is required to|are required to|has to|have to)\b|\balways\b", re.IGNORECASE)
_ON_PEOPLE = re.compile(
    r"\b(?:names?|identit\w+|identif\w+|personal(?:ly)?|priva\w+|pii|tenan\w+|institutions?|authori[sz]\w*|permissions?|"
    r"rights?|consent\w*|anonym\w+|(?:to|of|by|for) (?:an)?other (?:learner|student|user|person|section)s?)\b",
    re.IGNORECASE,
)
"""What a rule of rights or privacy speaks of: it binds each feature of the epic, whatever words they share."""
_ON_TESTS = re.compile(r"\b(?:tests?|tested|testable|verif\w+|test automation|automated checks)\b", re.IGNORECASE)
_RULES = re.compile(r"\b(?:rules?|principles?|invariants?|constraints?|guardrails?|policies|policy)\b", re.IGNORECASE)
"""A heading of rules: each statement below it is one."""
_ON_RIGHTS, _RULE, _BUDGET, _NAMED, _RULE_ELSEWHERE, _QUALITY, _ASIDE, _ALIKE = range(8)
"""Kinds of statements, the first to be chosen first; `_ASIDE` is a budget that is not about the feature."""
_RULED, _BOUNDED = frozenset({_ON_RIGHTS, _RULE, _RULE_ELSEWHERE}), frozenset({_BUDGET, _ASIDE})


class _Feature(Value, frozen=True):
    """What tells a feature among others of its epic.

    Attributes:
        words: The telling words that it says; `rare` are those that only some statements of the epic share.
        name: The words of its folder's name, else of its title; `names` are both in one piece each.
    """

    slug: str
    words: frozenset[str]
    rare: frozenset[str]
    name: frozenset[str]
    names: tuple[str, ...]

    def is_named(self, line: EpicLine) -> bool:
        """Whether a statement names the feature."""
        return any(name in line.pieces for name in self.names) or self.slug in line.text


def choose_epic_lines(
    notes: Sequence[ReadNote], slug: str, title: str, said: Iterable[str]
) -> tuple[tuple[Note, ...], tuple[NonFunctional, ...]]:
    """What of an epic's documents binds a feature, and its rules and budgets as non-functional requirements.

    First come rules of rights and privacy, then other rules, budgets that measure what the feature speaks of, what
    names the feature, other non-functional requirements, budgets of the epic's other parts, and what shares telling
    words with the feature. An epic's own ids are none of the feature's: those of rules and budgets are told beside
    them, all others are left out.

    Args:
        notes: The documents.
        slug: The feature's folder.
        title: Its name.
        said: What its requirements, criteria and goals say.
    """
    read = [(note, line) for note in notes for line in read_lines(note, notes)]
    counted = Counter(word for _, line in read for word in line.words)
    feature = _feature(slug, title, said, counted, len(read))
    ranked = []
    kinds: dict[int, int] = {}
    for at, (note, line) in enumerate(read):
        leads = note.name.rpartition("/")[2] in {PRD, INFORMAL} or is_list(note.name)
        kind = kinds[at] = _kind(line, feature, leads=leads)
        shared = (feature.words if kind in _RULED | _BOUNDED else feature.rare) & line.words
        weight = sum(math.log(1 + len(read) / counted[word]) for word in sorted(shared))
        if kind < _ALIKE or (line.topic not in _GENERAL and len(shared) >= _LEAST_SHARED):
            ranked.append((kind, _order(kind, line), -weight, at))
    chosen = _bounded([(kind, at) for kind, _, _, at in sorted(ranked)], [line for _, line in read])
    lines = [(*read[at], kinds[at]) for at in chosen]
    kept = tuple(
        Note(note.name, statements, hashlib.sha256(note.data).hexdigest())
        for note in notes
        if (
            statements := tuple(
                Statement(line.text, Place(note.path, line.line), line.label)
                for home, line, _ in lines
                if home.path == note.path
            )
        )
    )
    return kept, tuple(
        NonFunctional(
            "", line.label, line.text, Place(note.path, line.line), line.quantities, line.name, kind == _ASIDE
        )
        for note, line, kind in lines
        if kind in _RULED | _BOUNDED
    )


def _feature(slug: str, title: str, said: Iterable[str], counted: Counter[str], total: int) -> _Feature:
    words = frozenset(word for text in (slug, title, *said) for word in telling(text))
    rare = frozenset(word for word in words if counted[word] <= max(2, _COMMON * total))
    names = tuple(f" {' '.join(name)} " for name in (split_pieces(slug), split_pieces(title)) if len(name) > 1)
    return _Feature(slug, words, rare, telling(slug) or telling(title), names)


def _kind(line: EpicLine, feature: _Feature, *, leads: bool) -> int:
    """What a statement is to the feature; `leads` says that it stands in the epic's own request."""
    named = feature.is_named(line)
    if _is_budget(line):
        return _BUDGET if named or _is_about(line, feature) else _ASIDE
    rule = _rule_kind(line, feature, named=named, leads=leads) if line.topic not in _GENERAL else _ALIKE
    if rule != _ALIKE:
        return rule
    return _NAMED if named else _QUALITY if line.topic == "nonfunctional" else _ALIKE


def _is_about(line: EpicLine, feature: _Feature) -> bool:
    """Whether what a budget measures is said in the feature's words: it begins with its name, or most are its own."""
    share = len(feature.words & line.measured) / max(1, len(line.measured))
    named = any(_same(word, other) for word in line.subject for other in feature.name)
    return share >= (_LEAST_NAMED if named else _LEAST_SPOKEN)


def _same(one: str, other: str) -> bool:
    """Whether two words are forms of one (`cache`, `cached`)."""
    return one.startswith(other) or other.startswith(one)


def _rule_kind(line: EpicLine, feature: _Feature, *, named: bool, leads: bool) -> int:
    """Which kind of rule a statement is: on rights, among rules and qualities, elsewhere; `_ALIKE` for none.

    A rule forbids something, or stands under a heading of rules, or is a quality that the feature's words are in. What
    is listed with other features' requirements, and prose of other documents, must speak of the feature besides.
    """
    shared = named or bool(feature.words & line.words)
    forbids = _FORBIDS.search(line.text) is not None
    at_home = line.topic == "nonfunctional" or _RULES.search(line.label) is not None
    if at_home:
        demands = forbids or (_DEMANDS.search(line.text) is not None and (shared or line.topic != "nonfunctional"))
    else:
        near = named or len(feature.rare & line.words) > 1
        brief = len(line.text.split()) <= _LONGEST_RULE
        demands = forbids and brief and (near or (leads and line.topic not in _OF_OTHERS))
    if not demands:
        return _ALIKE
    if forbids and _ON_PEOPLE.search(line.text):
        return _ON_RIGHTS
    return _RULE if at_home or leads else _RULE_ELSEWHERE


def _order(kind: int, line: EpicLine) -> int:
    """The order among statements of a kind: what forbids and what sizes the data first, what is on tests last."""
    if kind == _ASIDE:
        return 0 if _PROFILE.search(line.text) else 1
    return 0 if _FORBIDS.search(line.text) else 2 if _ON_TESTS.search(line.text) else 1


def _is_budget(line: EpicLine) -> bool:
    """Whether it bounds something by a number: as a non-functional requirement, or in words of performance anywhere."""
    if line.topic == "nonfunctional":
        return bool(line.quantities)
    bounded = any(number.unit in _OF_SPEED and number.comparison for number in line.quantities)
    return bounded and _PERFORMANCE.search(line.text) is not None


def _bounded(ranked: Iterable[tuple[int, int]], lines: Sequence[EpicLine]) -> list[int]:
    """The best statements that there is room for, in the order of the documents."""
    chosen: list[int] = []
    said: set[str] = set()
    left, rules, budgets, aside = _MOST_CHARACTERS, MOST_RULES, MOST_BUDGETS, _MOST_ASIDE
    for kind, at in ranked:
        text = lines[at].text
        full = (kind in _RULED and not rules) or (kind in _BOUNDED and not budgets) or (kind == _ASIDE and not aside)
        if len(chosen) == MOST_LINES or text in said or len(text) > left or full:
            continue
        said.add(text)
        left -= len(text)
        rules -= kind in _RULED
        budgets -= kind in _BOUNDED
        aside -= kind == _ASIDE
        chosen.append(at)
    return sorted(chosen)
