"""The requirements restatement: the pack's request in other, fewer words, each line with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from torusnb.context.knowledge.sentences import (
    finished,
    is_imperative,
    is_said,
    listed,
    lowered,
    place_key,
    plain,
    sentences,
    shortened,
    third_person,
    without_modal,
)
from torusnb.models.knowledge import Line, Restatement
from torusnb.models.requirements import Requirement, SpecPack

_BOUND = re.compile(
    r"\b(must|only|never|without|no new|cannot|may not|shall not|existing|unchanged"
    r"|depends? on|compatib\w+|limited to|remain)\b",
    re.IGNORECASE,
)
_TIMELY = re.compile(
    r"\b(latenc|fast|quick|debounc|throughput|timeout|lag\b|load time|scal|concurren|performan|responsive)",
    re.IGNORECASE,
)
_SUCCESS = re.compile(r"success|signal|kpi|adoption|outcome|target", re.IGNORECASE)


_GROUPS = re.compile(
    r"^(?:primary|secondary|key|main|target)?\s*(?:users?|roles?|personas?|stakeholders?|actors?)?"
    r"(?:\s*(?:/|and|&)\s*\w+)?$",
    re.IGNORECASE,
)


def restate_pack(pack: SpecPack) -> Restatement:
    """The request in other words: short sentences, none said twice, each with evidence keys."""
    goals = _goals(pack)
    said = [line.text for line in goals]
    return Restatement(
        feature=_feature(pack),
        goals=goals,
        non_goals=_non_goals(pack),
        constraints=_constraints(pack, said),
        performance=_performance(pack),
        success=_success(pack),
    )


def _feature(pack: SpecPack) -> tuple[Line, ...]:
    found = []
    for statement in pack.summary[:3]:
        for sentence in sentences(statement.text)[:2]:
            text = third_person(shortened(sentence), "The feature")
            found.append(Line(finished(text), (place_key(statement.place),)))
    found = _distinct(found, 3)
    roles = _roles(pack)
    if roles:
        named = [role for role, _ in roles]
        found.append(Line(f"It serves these roles: {listed(named)}.", tuple(key for _, key in roles)))
    for statement in pack.background[:1]:
        text = finished(shortened(statement.text))
        if not is_said(text, [line.text for line in found]):
            found.append(Line(f"What it starts from: {text}", (place_key(statement.place),)))
    if pack.requirements:
        found.append(_scope(pack.requirements))
    return tuple(found)


def _scope(requirements: Sequence[Requirement]) -> Line:
    """How much is asked, and the titles of what is asked first."""
    named = [
        lowered(_without_stop(entry.title or without_modal(shortened(entry.text, 12)))) for entry in requirements[:4]
    ]
    count = len(requirements)
    lead = f"It asks for {count} things" if count > 1 else "It asks for one thing"
    more = f", and {count - 4} more" if count > 4 else ""
    return Line(f"{lead}: {'; '.join(named)}{more}.", tuple(entry.id for entry in requirements[:4]))


def _roles(pack: SpecPack) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for statement in pack.roles:
        named = statement.label
        if not named or _GROUPS.search(named):
            named = re.split(r"[:(—–]| who | that | - | switching | returning | using ", plain(statement.text))[0]
        named = re.split(r"[(:]", plain(named))[0].strip(" .")
        words = named.split()
        if 0 < len(words) <= 5:
            named = named if any(word.isupper() for word in words) else named.lower()
            found.setdefault(named, place_key(statement.place))
    return list(found.items())[:5]


def _goals(pack: SpecPack) -> tuple[Line, ...]:
    lines = [
        Line(finished(third_person(shortened(statement.text))), (place_key(statement.place),))
        for statement in pack.goals
    ]
    return tuple(_distinct(lines, 6))


def _non_goals(pack: SpecPack) -> tuple[Line, ...]:
    lines = []
    for statement in pack.non_goals:
        text = shortened(statement.text)
        if is_imperative(text):
            text = f"It does not {lowered(text)}"
        elif re.match(r"(do not|does not|don't|no |not )", text, re.IGNORECASE):
            text = third_person(text)
        else:
            text = f"Out of scope: {lowered(text)}"
        lines.append(Line(finished(text), (place_key(statement.place),)))
    return tuple(_distinct(lines, 6))


def _constraints(pack: SpecPack, said: list[str]) -> tuple[Line, ...]:
    """What binds the design: qualities without numbers, and statements on the platform that forbid or require."""
    lines: list[Line] = []
    for entry in pack.nonfunctional:
        if not entry.quantities and not _TIMELY.search(f"{entry.area} {entry.text}"):
            lines.append(_labelled(entry.area, entry.text, place_key(entry.place)))
    for statement in (*pack.integration_notes, *pack.data_notes, *pack.flags):
        if _BOUND.search(statement.text):
            lines.append(_labelled("", statement.text, place_key(statement.place)))
    return tuple(line for line in _distinct(lines, 9) if not is_said(line.text, said))[:7]


def _performance(pack: SpecPack) -> tuple[Line, ...]:
    """The numbers first, wherever the pack gives them; then what it expects without a number."""
    numbered, vague = [], []
    for entry in pack.nonfunctional:
        text = f"{entry.area} {entry.text}"
        if entry.quantities:
            numbered.append(_labelled(entry.area, entry.text, place_key(entry.place)))
        elif _TIMELY.search(text):
            vague.append(_labelled(entry.area, entry.text, place_key(entry.place)))
    lines = _distinct(
        [*numbered, *(Line(f"{line.text[:-1]} (no figure is given).", line.evidence) for line in vague)], 6
    )
    return tuple(lines)


def _success(pack: SpecPack) -> tuple[Line, ...]:
    stated = [entry for entry in pack.telemetry if _SUCCESS.search(f"{entry.label} {entry.text}")] or list(
        pack.telemetry
    )
    lines = [_labelled(entry.label, entry.text, place_key(entry.place)) for entry in stated]
    found = _distinct(lines, 4)
    if pack.criteria:
        ids = [entry.id for entry in pack.criteria]
        span = f"{ids[0]} to {ids[-1]}" if len(ids) > 1 else ids[0]
        text = (
            f"All {len(ids)} acceptance criteria ({span}) are shown to hold."
            if len(ids) > 1
            else f"{span} is shown to hold."
        )
        found.append(Line(text, tuple(dict.fromkeys((ids[0], ids[-1])))))
    return tuple(found)


def _labelled(label: str, text: str, key: str) -> Line:
    short = third_person(shortened(text))
    label = plain(label).strip(" :")
    if not label or label.lower() in short.lower():
        return Line(finished(short), (key,))
    return Line(finished(f"{label[:1].upper()}{label[1:]}: {lowered(short)}"), (key,))


def _distinct(lines: Iterable[Line], most: int) -> list[Line]:
    """The first `most` lines, without those that say what one before them said."""
    found: list[Line] = []
    for line in lines:
        if len(line.text) > 12 and not is_said(line.text, [kept.text for kept in found]):
            found.append(line)
    return found[:most]


def _without_stop(text: str) -> str:
    return text.rstrip(" .;:")
