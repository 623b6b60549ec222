"""From findings to traps: tied to the request, told apart, ranked, and few of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from torusnb.context.knowledge.sentences import place_key
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, module_of
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
class _Weighed:
    rule: Rule
    finding: Finding
    file: NearFile
    bearing: Bearing
    score: float


@dataclass(frozen=True)
class Bearing:
    """What a finding has to do with the feature; nothing at all when every part is empty.

    Attributes:
        named: The pack names the function or field as code.
        tie: The words it shares with the request.
        caller: A better waypoint whose file calls the function.
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


def choose_traps(scene: Scene, found: Iterable[tuple[Rule, Finding]], limit: int) -> tuple[Trap, ...]:
    """The `limit` traps that matter most, ranked from 1: severity x waypoint x what they have to do with the request.

    What has nothing to do with it is dropped: the pack does not name it, shares no telling words with it, no better
    waypoint calls it, and it lies in none of the best. What several functions do by calling the same one is told
    once. At most four of a rule, four of a file and two of a rule in a file are kept, so that the list stays diverse;
    a second one of a rule on the same line is dropped.
    """
    near = {file.path: file for file in scene.files}
    weighed: dict[tuple[str, str, int], _Weighed] = {}
    for rule, finding in found:
        file = near.get(finding.beside or finding.path) or _told_by_pack(scene, finding)
        if file is None:
            continue
        bearing = _bearing(scene, finding, file)
        spoken_of = bearing.named or bool(bearing.tie.words)
        told = finding.wanted or (finding.certain and file.waypoint is not None)
        if not told and not (spoken_of if finding.asked else bearing.weight() > 0.0):
            continue
        entry = _Weighed(rule, finding, file, bearing, _score(finding, file, bearing))
        key = (rule.id, finding.path, finding.line)
        if key not in weighed or weighed[key].score < entry.score:
            weighed[key] = entry
    order = sorted(weighed.values(), key=lambda w: (-w.score, w.rule.id, w.finding.path, w.finding.line))
    kept = _diverse(_merged(order), limit)
    return tuple(_trap(entry, rank) for rank, entry in enumerate(kept, 1))


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
        tie=scene.request.tie((*finding.topic, finding.symbol)),
        caller=caller if caller is not None and caller.path != file.path else None,
        heart=rank <= (_CLOSE if file.outline.lines <= _SMALL_FILE else _HEART if file.outline.lines < 1000 else 0),
    )


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
    return replace(lead, finding=replace(finding, what=said, also=also))


def _diverse(order: Sequence[_Weighed], limit: int) -> list[_Weighed]:
    rules: Counter[str] = Counter()
    files: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    kept = []
    for entry in order:
        rule, path = entry.rule.id, entry.finding.path
        if rules[rule] >= _PER_RULE or files[path] >= _PER_FILE or both[rule, path] >= _PER_RULE_AND_FILE:
            continue
        rules[rule] += 1
        files[path] += 1
        both[rule, path] += 1
        kept.append(entry)
        if len(kept) == limit:
            break
    return kept


def _trap(entry: _Weighed, rank: int) -> Trap:
    finding = entry.finding
    stake = finding.stake[:1].upper() + finding.stake[1:]
    lines = dict.fromkeys(_key(place) for place in (Place(finding.path, finding.line), *finding.also))
    return Trap(
        key=f"trap:{entry.rule.id}:{finding.path}:{finding.line}",
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
    return f"code:{place.path}:{place.line}" if place.path.endswith((".ex", ".exs")) else place_key(place)


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
    if file.waypoint is not None and any(reason.kind == "named" for reason in file.waypoint.reasons):
        return f"it lies in waypoint {file.via.rank}, which the pack names"
    led = file.via.requirements[:2]
    to = f", where {' and '.join(led)} lead{'s' if len(led) == 1 else ''}" if led else ""
    return f"no requirement speaks of it, but it lies in waypoint {file.via.rank}{to}"


def _speakers(ids: Sequence[str]) -> str:
    if not ids:
        return "the pack speaks"
    more = f" and {len(ids) - 2} more" if len(ids) > 2 else ""
    return f"{', '.join(ids[:2])}{more} speak{'s' if len(ids) == 1 else ''}"
