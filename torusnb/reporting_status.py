"""What the command line says of packs whose ground has moved, and of packs that meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import msgspec

from torusnb.errors import InputError
from torusnb.models.base import render_json
from torusnb.models.changes import Change, PackStatus
from torusnb.models.claims import Conflict
from torusnb.session.conflicts import Meetings, find_meetings
from torusnb.session.gates import add_gates
from torusnb.session.outlived import SECTION
from torusnb.session.parameters import Parameters
from torusnb.session.status import FOREIGN, TRAIL, accept_changes, find_trail, judge_packs
from torusnb.spec.gates_table import LEGEND, tell_gates
from torusnb.trail.store import Trail

Say = Callable[[str], None]

_BARE = frozenset({"own design", "no design"})
"""States of packs without a trail."""

_MOST_TOLD = 40
_WIDEST = 140
_FEW = 4
_LED_IN = 40
"""Characters that are shown before the place where two long lines differ."""


def report_status(
    packs: Sequence[str], torus_root: Path, out_dir: Path, accept: str, *, as_json: bool, say: Say, warn: Say
) -> bool:
    """Tell what changed under each pack's design and which gates it has met; whether nothing waits for a person.

    Args:
        packs: The packs as a person named them; empty means all.
        torus_root: The checkout.
        out_dir: Where each pack has its folder.
        accept: What to accept of the one pack that is named, or empty.
        as_json: Tell everything as JSON.
        say: Told the lines.
        warn: Told what cannot be read of the packs that are named or have a trail.
    """
    _check_folder(out_dir)
    statuses = judge_packs(torus_root, packs, out_dir)
    if accept:
        if len(packs) != 1:
            raise InputError("--accept goes with one pack; name it")
        path = find_trail(torus_root.resolve(), packs[0], out_dir)
        if path is None:
            raise InputError("the pack has no trail, so nothing of it can be accepted", key=packs[0])
        with Trail.open(path, create=False) as trail:
            taken = accept_changes(trail, statuses[0], accept)
        statuses = judge_packs(torus_root, packs, out_dir)
        if not as_json:
            say(f"accepted {len(taken)} of {len(taken) + len(statuses[0].open)} changes")
    statuses = add_gates(statuses, torus_root.resolve(), out_dir)
    if as_json:
        say(msgspec.json.format(render_json(statuses)).decode())
    else:
        for line in [*_lines(statuses, bool(packs)), *tell_gates(statuses, in_full=bool(packs))]:
            say(line)
        if any(status.gates is not None for status in statuses):
            say(LEGEND)
        if not packs and not any(out_dir.glob(f"*/{TRAIL}")):
            say(f"no trail in {out_dir}: nothing was captured there yet, so nothing can have changed")
    broken = [status for status in statuses if status.broken and (packs or status.state not in _BARE)]
    for problem in dict.fromkeys(problem for status in broken for problem in status.broken):
        warn(f"{problem.place}: {problem.text} {problem.remedy}")
    return not broken and not any(status.open or status.state in {"unreadable", FOREIGN} for status in statuses)


def _check_folder(out_dir: Path) -> None:
    """Refuse an output folder that was named and is not there; the default one may not be made yet."""
    if not out_dir.is_dir() and out_dir != Path(Parameters.out_dir):
        raise InputError(
            "there is no such output folder; give the one that `torusnb run` wrote to with --out, or leave it out",
            path=out_dir,
        )


def _lines(statuses: Sequence[PackStatus], named: bool) -> list[str]:
    lines: list[str] = []
    bare = [status for status in statuses if status.state in _BARE]
    for status in statuses:
        if status not in bare:
            lines += _pack(status)
        elif named:
            lines.append(f"{status.slug}: {_state(status.state)} ({status.directory})")
    if bare and not named:
        counted = Counter(status.state for status in bare)
        told = ", ".join(f"{counted[state]} with {_state(state)}" for state in ("own design", "no design"))
        lines.append(f"{len(bare)} packs without a trail: {told}")
    return lines


def _state(state: str) -> str:
    return "a design of its own" if state == "own design" else "no design yet"


def _pack(status: PackStatus) -> list[str]:
    counts = [(status.count(state), state) for state in ("changed", "gone", "new", "moved", "unchanged")]
    told = ", ".join(f"{count} {state}" for count, state in counts if count) or "nothing to compare"
    accepted = sum(change.accepted and not change.open for change in status.changes)
    if status.state in {FOREIGN, "unreadable"}:
        return [f"{status.slug}: {status.state}", f"  {status.note}"]
    lines = [f"{status.slug}: {status.state} at {status.commit[:20] or 'no commit'}; {told}"]
    if accepted:
        lines[0] += f"; {accepted} accepted"
    if status.note:
        lines.append(f"  {status.note}")
    symbols: dict[tuple[str, str, str], list[Change]] = {}
    for change in status.open:
        symbols.setdefault((change.state, change.name, change.sha256), []).append(change)
    for same in list(symbols.values())[:_MOST_TOLD]:
        lines += _symbol(same)
    if len(symbols) > _MOST_TOLD:
        lines.append(f"  … and {len(symbols) - _MOST_TOLD} more; `--json` tells all")
    return lines


def _symbol(changes: Sequence[Change]) -> list[str]:
    """What happened to one symbol, with each of its lines that the design quotes."""
    lines = [f"  {changes[0].state:8} {changes[0].name}"]
    sections = dict.fromkeys(section for change in changes for section in change.sections)
    if sections and not changes[0].key.startswith(f"{SECTION}:"):
        lines.append(f"           rests on it: section {', '.join(sections)}")
    for change in changes:
        where = f" (now {change.place})" if change.place and str(change.place) not in change.key else ""
        lines.append(f"           {change.key}{where}")
        if change.old != change.new:
            old, new = _apart(change.old, change.new)
            lines += [f"             - {old}"] if old else []
            lines += [f"             + {new}"] if new else []
        lines += [f"             {change.note}"] if change.note else []
    told = {f"{sign}{text}" for change in changes for sign, text in (("-", change.old), ("+", change.new))}
    fresh = [line for change in changes for line in change.diff if line[:1] + line[1:].strip() not in told]
    return lines + [f"             {line}" for line in _diff(fresh)]


def _diff(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a diff, each with its sign; of a run and the equally long one in its place, line against line."""
    runs = [(sign, [line[1:] for line in run]) for sign, run in groupby(lines, lambda line: line[:1])]
    shown: list[list[str]] = [[_short(text) for text in texts] for _, texts in runs]
    for number, ((sign, gone), (other, new)) in enumerate(pairwise(runs)):
        if (sign, other) == ("-", "+") and len(gone) == len(new):
            pairs = [_apart(old, fresh) for old, fresh in zip(gone, new, strict=True)]
            shown[number], shown[number + 1] = [old for old, _ in pairs], [fresh for _, fresh in pairs]
    for (sign, _), texts in zip(runs, shown, strict=True):
        yield from (f"{sign} {text}" if sign in "+-" else f"{sign}{text}" for text in texts)


def report_conflicts(
    pack: str, torus_root: Path, out_dir: Path, *, with_archived: bool, as_json: bool, say: Say
) -> None:
    """Tell which designs touch the same code, the worst first; what is only read, in a line for each other pack.

    Without a pack to look from, all that is only read is told in one line.
    """
    _check_folder(out_dir)
    meetings = find_meetings(torus_root, pack, out_dir, with_archived=with_archived)
    if as_json:
        say(msgspec.json.format(render_json(meetings)).decode())
        return
    telling = [conflict for conflict in meetings.conflicts if conflict.severity != "none"]
    for conflict in telling:
        for line in _conflict(conflict):
            say(line)
    for line in _summary(meetings, pack, len(telling)):
        say(line)


def _conflict(conflict: Conflict) -> list[str]:
    done = " (archived)" if conflict.archived else ""
    lines = [f"{conflict.severity:6} {conflict.kind} {conflict.name}{done}", f"       {conflict.text}"]
    width = max(len(slug) for slug in conflict.slugs)
    for slug, claim in zip(conflict.slugs, (conflict.one, conflict.other), strict=True):
        lines.append(f"       {slug:{width}} {claim.role:6} {claim.place}: {_short(claim.text)}")
    return lines


def _apart(old: str, new: str) -> tuple[str, str]:
    """Two lines as wide as there is room for; of long ones that begin alike the part where they differ."""
    differing = (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    same = next(differing, min(len(old), len(new)))
    if not old or not new or max(len(old), len(new)) <= _WIDEST or same <= _LED_IN:
        return _short(old), _short(new)
    start = old.rfind(" ", 0, same - _LED_IN) + 1 or same - _LED_IN
    return _short(f"…{old[start:]}"), _short(f"…{new[start:]}")


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"


def _summary(meetings: Meetings, pack: str, telling: int) -> list[str]:
    shared: dict[str, list[str]] = {}
    for conflict in meetings.conflicts:
        if conflict.severity == "none":
            pair = conflict.slugs[1] if pack else " and ".join(conflict.slugs)
            shared.setdefault(pair, []).append(conflict.name)
    lines = []
    if shared and not pack:
        told = sorted({slug for c in meetings.conflicts if c.severity == "none" for slug in c.slugs})
        pairs = f"{len(shared)} pair{'' if len(shared) == 1 else 's'}"
        lines.append(f"none   {pairs} of designs only read the same code; name a pack to see it: {', '.join(told)}")
    for pair, names in sorted(shared.items()) if pack else ():
        more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
        lines.append(f"none   {pair}: only read by both: {', '.join(names[:_FEW])}{more}")
    if meetings.common:
        lines.append(f"common ground, left out: {', '.join(name for _, name in meetings.common)}")
    left = f"; {meetings.left_out} archived ones left out (`--all` counts them)" if meetings.left_out else ""
    places = "place" if telling == 1 else "places"
    lines.append(f"{telling} {places} where designs meet, {meetings.designs} designs read{left}")
    return lines
