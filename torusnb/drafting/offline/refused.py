"""What a pack sets aside with `N/A`: no statement of the design, and no module that it would name."""

from __future__ import annotations

import re

import msgspec

from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Waypoint
from torusnb.models.requirements import SpecPack

_NOTHING = r"(?:n/?a|none|not applicable)[\s.*_]*$"
_SET_ASIDE = re.compile(rf"^[\s>*+-]*(?:[^:`]{{1,60}}:[\s*_]*)?{_NOTHING}", re.IGNORECASE)
_STATUS = re.compile(rf"^[\s>*+-]*status:\s*{_NOTHING}", re.IGNORECASE)
_CALLED = re.compile(r" as (?P<names>`[^`]+`(?:(?:,| and) `[^`]+`)*)")
_REACH = 60
"""Lines within which a list has its label."""
_SOURCES = ("interface_notes", "data_notes", "integration_notes", "flags", "rollout", "telemetry", "notes")


def drop_refused(evidence: EvidencePack) -> EvidencePack:
    """The evidence without what the pack values `N/A`: those statements, and the modules that no other line names."""
    lines = _lines(evidence.pack)
    refused = _refused(lines)
    if not refused:
        return evidence
    pack = _without(evidence.pack, {number for number, _ in refused})
    rest = "\n".join(text for _, text in set(lines) - refused)
    set_aside = "\n".join(text for _, text in refused)
    kept = tuple(w for w in evidence.context.waypoints if not is_named_only(w, set_aside, rest))
    context = msgspec.structs.replace(evidence.context, waypoints=kept)
    return msgspec.structs.replace(evidence, pack=pack, context=context)


def _lines(pack: SpecPack) -> list[tuple[int, str]]:
    return [
        (number, line)
        for section in pack.sections
        for number, line in enumerate(section.text.splitlines(), start=section.text_line)
    ]


def _refused(lines: list[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The lines that say `N/A`, the labels they stand under, and what explains a status of `not applicable`."""
    found: set[tuple[int, str]] = set()
    for at, (number, text) in enumerate(lines):
        if not _SET_ASIDE.match(text):
            continue
        found.add((number, text))
        depth = _depth(text)
        above = next(
            (
                n
                for n in range(at - 1, max(at - _REACH, 0) - 1, -1)
                if lines[n][1].strip() and _depth(lines[n][1]) < depth
            ),
            None,
        )
        below = lines[at + 1 : at + _REACH]
        following = [line for line in below[: _run(below, depth)] if line[1].strip()]
        if above is not None and (_STATUS.match(text) or not following):
            found |= {lines[above], *following}
    return frozenset(found)


def _run(lines: list[tuple[int, str]], depth: int) -> int:
    """How many lines go on at a depth or below it."""
    return next((n for n, (_, text) in enumerate(lines) if text.strip() and _depth(text) < depth), len(lines))


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _without(pack: SpecPack, numbers: set[int]) -> SpecPack:
    fields: dict[str, tuple[Value, ...]] = {}
    paths = {section.place.path for section in pack.sections}
    for source in _SOURCES:
        held = getattr(pack, source)
        kept = tuple(s for s in held if s.place.path not in paths or s.place.line not in numbers)
        if kept != held:
            fields[source] = kept
    return msgspec.structs.replace(pack, **fields) if fields else pack


def is_named_only(waypoint: Waypoint, set_aside: str, rest: str) -> bool:
    """Whether a place is there because it is named, and each name stands in what is set aside alone."""
    said = [match["names"] for r in waypoint.reasons if r.kind == "named" and (match := _CALLED.search(r.text))]
    names = [name for names in said for name in re.findall(r"`([^`]+)`", names)]
    return bool(names) and all(_holds(set_aside, name) and not _holds(rest, name) for name in names)


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", text) is not None
