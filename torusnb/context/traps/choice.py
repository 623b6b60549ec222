"""From findings to traps: tied to the request, told apart, ranked, and few of a kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from torusnb.context.knowledge.sentences import place_key
from torusnb.context.map.words import plain_words, stems
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, module_of
from torusnb.context.traps.templates import ENDINGS
from torusnb.context.traps.wording import Tie
from torusnb.models.base import Place
from torusnb.models.knowledge import Trap, Waypoint

_PER_RULE = 4
_PER_FILE = 4
_PER_RULE_AND_FILE = 2
_MOST_CALLERS = 3
_SEVERITY = {"high": 1.0, "medium": 0.65, "low": 0.35}
_BESIDE = 0.45
_HEART = 6
_CLOSE = 12
_SMALL_FILE = 350


@dataclass(frozen=True)
class Verdicts:
    """What a person decided.

    Attributes:
        kept, dropped: Keys of traps.
        silent: Ids of the rules that are asked only because one of their traps is kept; nothing else of them is told.
    """

    kept: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Weighed:
    """A finding with its place in the order; `keys` are its own and those of the findings it speaks for."""

    rule: Rule
    finding: Finding
    file: NearFile
    bearing: Bearing
    score: float
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Bearing:
    """What a finding has to do with the feature; nothing at all when every part is empty.

    Attributes:
        named: The pack names the function or field as code.
        tie: The words it shares with the request.
        caller: A better waypoint whose file calls the function. It puts a finding first, and is not enough alone.
        heart: It lies in one of the best waypoints that is sure, or a good one that is small.
    """

    named: bool
    tie: Tie
    caller: Waypoint | None
    heart: bool

    def weight(self) -> float:
        """From 0 (drop it) to about 2."""
        parts = (0.6 if self.named else 0.0, self.tie.strength, 0.4 if self.caller else 0.0, 0.3 if self.heart else 0.0)
        return sum(parts)


def choose_traps(
    scene: Scene, found: Iterable[tuple[Rule, Finding]], limit: int, verdicts: Verdicts = Verdicts()
) -> tuple[Trap, ...]:
    """The `limit` traps that matter most, ranked from 1: severity x waypoint x what they have to do with the request.

    What has nothing to do with it is dropped: the pack does not name it, shares no telling words with it, and it lies
    in none of the best waypoints. What several functions do by calling the same one is told
    once. At most four of a rule, four of a file and two of a rule in a file are kept, so that the list stays diverse;
    a second one of a rule on the same line is dropped. What a person keeps stays, whatever these limits say, as long
    as the code still does it; what a person dropped makes room for another.
    """
    near = {file.path: file for file in scene.files}
    listed = list(found)
    keys = _keys(listed)
    weighed: dict[tuple[str, str, int], _Weighed] = {}
    for rule, finding in listed:
        place = (rule.id, finding.path, finding.line)
        file = near.get(finding.beside or finding.path) or _told_by_pack(scene, finding)
        if file is None:
            continue
        bearing = _bearing(scene, finding, file)
        told = rule.id not in verdicts.silent and _is_told(finding, file, bearing)
        if not told and keys[place] not in verdicts.kept:
            continue
        entry = _Weighed(rule, finding, file, bearing, _score(finding, file, bearing), (keys[place],))
        if place not in weighed or weighed[place].score < entry.score:
            weighed[place] = entry
    order = sorted(weighed.values(), key=lambda w: (-w.score, w.rule.id, w.finding.path, w.finding.line))
    merged = [entry for entry in _merged(order) if not verdicts.dropped & set(entry.keys)]
    chosen = _diverse(merged, limit, verdicts.kept)
    return tuple(_trap(entry, rank) for rank, entry in enumerate(chosen, 1))


def _is_told(finding: Finding, file: NearFile, bearing: Bearing) -> bool:
    """Whether a finding has enough to do with the feature."""
    if finding.wanted or (finding.certain and file.waypoint is not None):
        return True
    if finding.narrow:
        spoken = len(bearing.tie.words) > 1 and bool(bearing.tie.requirements)
        called = bearing.caller is not None and (bool(bearing.tie.words) or bearing.heart)
        return bearing.named or spoken or called
    return bearing.named or bool(bearing.tie.words) or (bearing.heart and not finding.asked)


def _keys(found: Iterable[tuple[Rule, Finding]]) -> Mapping[tuple[str, str, int], str]:
    """The key of each finding's rule, path and line.

    It names the function or field and no line, so that a decision on it holds when lines move; where a rule has more
    of one function, they are numbered in the order of their lines.
    """
    lines: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    names: dict[tuple[str, str, int], str] = {}
    for rule, finding in found:
        name = ".".join(part for part in (finding.module, finding.symbol) if part)
        lines[rule.id, finding.path, names.setdefault((rule.id, finding.path, finding.line), name)].add(finding.line)
    return {
        (rule, path, line): f"trap:{rule}:{path}:{name}{_ordinal(sorted(lines[rule, path, name]), line)}"
        for (rule, path, line), name in names.items()
    }


def _ordinal(lines: Sequence[int], line: int) -> str:
    number = lines.index(line) + 1
    return f"#{number}" if number > 1 else ""


def _told_by_pack(scene: Scene, finding: Finding) -> NearFile | None:
    """What a line of the pack itself shows belongs to the best waypoint."""
    told = any(finding.path == stamp.path for stamp in scene.pack.stamps)
    return scene.files[0] if told and scene.files else None


def _bearing(scene: Scene, finding: Finding, file: NearFile) -> Bearing:
    module = finding.module or module_of(file)
    caller = scene.callers.get((module, finding.symbol.partition("/")[0]))
    rank = file.waypoint.rank if file.waypoint is not None and file.path in scene.sure else 1000
    return Bearing(
        named=bool(finding.symbol) and scene.request.names(finding.symbol),
        tie=_tie(scene, finding, module),
        caller=caller if caller is not None and caller.path != file.path else None,
        heart=rank <= (_CLOSE if file.outline.lines <= _SMALL_FILE else _HEART if file.outline.lines < 1000 else 0),
    )


def _tie(scene: Scene, finding: Finding, module: str) -> Tie:
    """What a finding shares with the request; the words of its module's name alone tie every function of it alike."""
    last = module.rpartition(".")[2]
    tie = scene.request.tie((*finding.topic, finding.symbol))
    own = frozenset(stems(plain_words(" ".join((*(word for word in finding.topic if word != last), finding.symbol)))))
    return tie if own & frozenset(tie.words) else Tie((), (), 0.0)


def _score(finding: Finding, file: NearFile, bearing: Bearing) -> float:
    rank = min(file.via.rank, bearing.caller.rank if bearing.caller is not None else file.via.rank)
    place = 1 / (1 + rank / 12) * (1.0 if file.waypoint is not None else _BESIDE)
    changed = 1.25 if file.waypoint is not None and file.waypoint.likely == "changed" else 1.0
    relevance = 0.2 + bearing.weight() + (0.5 if finding.wanted else 0.0)
    return _SEVERITY[finding.severity] * (0.5 + 0.5 * finding.weight) * place * changed * relevance


def _merged(order: Sequence[_Weighed]) -> list[_Weighed]:
    """Findings of a rule about the same callee as one, led by what matters most and listing the other callers."""
    groups: dict[tuple[str, str], list[_Weighed]] = {}
    for position, entry in enumerate(order):
        groups.setdefault((entry.rule.id, entry.finding.about or f"#{position}"), []).append(entry)
    return [_with_callers(entries[0], entries[1:]) for entries in groups.values()]


def _with_callers(lead: _Weighed, others: Sequence[_Weighed]) -> _Weighed:
    if not others:
        return lead
    finding = lead.finding
    names = dict.fromkeys(f"`{other.finding.module}.{other.finding.symbol}`" for other in others)
    told = list(names)[:_MOST_CALLERS]
    more = f" and {len(names) - len(told)} more" if len(names) > len(told) else ""
    said = f"{finding.what.removesuffix('.')}; so {'does' if len(names) == 1 else 'do'} {' and '.join(told)}{more}."
    also = (*finding.also, *(Place(other.finding.path, other.finding.line) for other in others[:_MOST_CALLERS]))
    keys = (*lead.keys, *(key for other in others for key in other.keys))
    return replace(lead, finding=replace(finding, what=said, also=also), keys=keys)


def _diverse(order: Sequence[_Weighed], limit: int, wanted: Collection[str]) -> list[_Weighed]:
    """The first of the order, few of a kind; and what is wanted, in its place in the order."""
    rules: Counter[str] = Counter()
    files: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    kept: list[_Weighed] = []
    room = limit - sum(1 for entry in order if entry.keys[0] in wanted)
    for entry in order:
        rule, path = entry.rule.id, entry.finding.path
        if entry.keys[0] not in wanted:
            full = rules[rule] >= _PER_RULE or files[path] >= _PER_FILE or both[rule, path] >= _PER_RULE_AND_FILE
            if full or room <= 0:
                continue
            room -= 1
        rules[rule] += 1
        files[path] += 1
        both[rule, path] += 1
        kept.append(entry)
    return kept


def _trap(entry: _Weighed, rank: int) -> Trap:
    finding = entry.finding
    stake = finding.stake[:1].upper() + finding.stake[1:]
    lines = dict.fromkeys(_key(place) for place in (Place(finding.path, finding.line), *finding.also))
    return Trap(
        key=entry.keys[0],
        rule=entry.rule.id,
        what=finding.what,
        why=f"{stake}; {_tie_text(entry)}.",
        remedy=finding.remedy or entry.rule.remedy,
        severity=finding.severity,
        evidence=tuple(lines),
        module=finding.module or module_of(entry.file),
        symbol=finding.symbol,
        requirements=entry.bearing.tie.requirements or entry.file.via.requirements[:3],
        rank=rank,
        stake=f"{stake}.",
    )


def _key(place: Place) -> str:
    """The evidence key of a line: of the pack for what is no source, otherwise of the checkout."""
    return f"code:{place.path}:{place.line}" if place.path.endswith((".ex", ".exs", *ENDINGS)) else place_key(place)


def _tie_text(entry: _Weighed) -> str:
    """What it has to do with this feature, honestly: shared words, who calls it, else only its place."""
    bearing, file = entry.bearing, entry.file
    if bearing.named:
        return f"the pack names `{entry.finding.symbol.partition('/')[0]}`"
    by = bearing.caller
    called = f"waypoint {by.rank} (`{by.module or by.path}`) calls it" if by is not None else ""
    if bearing.tie.words:
        said = " and ".join(f'"{word}"' for word in bearing.tie.words[:2])
        return f"{_speakers(bearing.tie.requirements)} of {said}{f', and {called}' if called else ''}"
    if called:
        return called
    lies = "lies in" if entry.finding.path == file.path else "bears on"
    if file.waypoint is not None and any(reason.kind == "named" for reason in file.waypoint.reasons):
        return f"it {lies} waypoint {file.via.rank}, which the pack names"
    led = file.via.requirements[:2]
    to = f", where {' and '.join(led)} lead{'s' if len(led) == 1 else ''}" if led else ""
    return f"no requirement speaks of it, but it {lies} waypoint {file.via.rank}{to}"


def _speakers(ids: Sequence[str]) -> str:
    if not ids:
        return "the pack speaks"
    more = f" and {len(ids) - 2} more" if len(ids) > 2 else ""
    return f"{', '.join(ids[:2])}{more} speak{'s' if len(ids) == 1 else ''}"
