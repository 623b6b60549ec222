"""Gaps in what is asked: modules, criteria, rollout, telemetry, the pack's own text."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from torusnb.context.knowledge.gap import Gap
from torusnb.context.knowledge.sentences import listed, place_key
from torusnb.context.map.words import split_identifier
from torusnb.context.naming import Resolver, find_missing
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Known, Unknown

_ROLLOUT = re.compile(
    r"\b(roll ?out|feature flag|flags?|canary|staged|backfill|rollback|no feature flags?)\b", re.IGNORECASE
)
_ALIKE, _LONG = 88.0, 4
"""How alike two names must be to be taken for one, in percent, and from how many letters on a word may be misspelt."""


def find_missing_modules(gap: Gap) -> Unknown | None:
    """The checkout's own modules that the pack names and that do not exist."""
    missing = find_missing(gap.pack, Resolver(gap.code_map))
    if not missing:
        return None
    names = [f"`{mention.name}`" for mention in missing[:4]]
    more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
    lies = _nearest(missing[0].name, gap.code_map)
    near = f" (nearest: {lies})" if lies else ""
    do, are, this = ("does", "is", "this name") if len(missing) == 1 else ("do", "are", "these names")
    return Unknown(
        id="",
        topic="named modules",
        text=f"The pack names {listed(names)}{more}, which {do} not exist at this commit.",
        assumption=f"{listed(names)}{more} {are} created by this feature, under exactly {this}.",
        risk=f"the design would build beside code that exists under another name{near}.",
        question=f"Is {names[0]} new, planned elsewhere, or renamed?",
        default=f"Declare it new in the design, and reuse what lies nearest{f', {lies}' if lies else ''}.",
        impact="high",
        owner="engineering",
        evidence=tuple(dict.fromkeys(place_key(mention.place) for mention in missing[:4])),
    )


def _nearest(name: str, code_map: CodeMap) -> str:
    """The module whose last part is that name's in another place, or the same words but for an ending or a letter."""
    tail = name.rpartition(".")[2]
    best = process.extractOne(
        tail, {full: full.rpartition(".")[2] for full in sorted(code_map.modules)}, scorer=fuzz.ratio
    )
    if best is None or best[1] < _ALIKE:
        return ""
    wanted, found = split_identifier(tail), split_identifier(best[0])
    same = len(wanted) == len(found) and all(
        one == other or (fuzz.ratio(one, other) >= _ALIKE and min(len(one), len(other)) >= _LONG)
        for one, other in zip(wanted, found, strict=True)
    )
    return f"`{best[2]}`" if same else ""


def find_uncovered(gap: Gap) -> Unknown | None:
    """Requirements without an acceptance criterion, where others have one."""
    linked = {name for criterion in gap.pack.criteria for name in criterion.requirements}
    known = linked | gap.pack.withdrawn
    bare = [entry.id for entry in gap.pack.requirements if entry.id not in known and not entry.derived]
    if not bare or not gap.pack.requirements or not linked:
        return None
    return Unknown(
        id="",
        topic="acceptance",
        text=f"No acceptance criterion belongs to {listed(bare[:5])}{' and others' if len(bare) > 5 else ''}.",
        assumption=f"{bare[0]} counts as met when its statement can be shown in a test.",
        risk=f"{listed(bare[:5])} may be delivered in a form that product does not accept.",
        question=f"How is {listed(bare[:3])} accepted?",
        default="The testing section proposes one criterion for each.",
        impact="high" if len(bare) * 3 >= len(gap.pack.requirements) else "medium",
        owner="product",
        evidence=tuple(bare[:5]),
    )


def find_rollout(gap: Gap) -> Unknown | None:
    """No word on flags, stages or rollback."""
    if gap.pack.flags or _ROLLOUT.search(gap.said):
        return None
    flags = next((entry for entry in gap.known if entry.topic == "feature flags"), None)
    lead = gap.lead()
    return Unknown(
        id="",
        topic="rollout",
        text=f"The pack does not say how {lead or 'the feature'} reaches people: no flag, stage or rollback.",
        assumption="The feature ships behind a flag that is off by default and is removed once it is on everywhere.",
        risk="without a switch the only way back is a release.",
        question="Does the feature go to everyone at once, or in stages?",
        default=_switch(flags),
        impact="medium",
        owner="product and infrastructure",
        evidence=flags.evidence[:1] if flags else tuple(filter(None, (lead,))),
    )


def _switch(flags: Known | None) -> str:
    """A switch of the kind that the code near the feature has, by its name there."""
    names = re.findall(r"`([^`]+)`", flags.text) if flags else []
    if not names:
        return "A configuration switch read at run time." if flags is None else "A flag of the kind there already is."
    return f"A flag of the kind there already is, as `{names[0]}`, off by default."


def find_telemetry(gap: Gap) -> Unknown | None:
    """No event or metric by which the feature can be watched."""
    if gap.pack.telemetry or re.search(r"telemetry|metric|instrument", gap.said, re.IGNORECASE):
        return None
    lead = gap.lead()
    known = next((entry for entry in gap.known if entry.topic == "telemetry"), None)
    return Unknown(
        id="",
        topic="observability",
        text=f"The pack names no event or metric by which {lead or 'the feature'} can be watched.",
        assumption="One event for each outcome (done, refused, failed) with its duration, named like those there are.",
        risk="a regression would be noticed by people and not by an alert.",
        question="Which number tells that the feature works in production?",
        default=f"Failure rate and P95 of the main action, named {_like(known)}.",
        impact="low",
        owner="engineering",
        evidence=known.evidence[:1] if known else tuple(filter(None, (lead,))),
    )


def _like(known: Known | None) -> str:
    names = re.findall(r"`([^`]+)`", known.text) if known else []
    return f"like `{names[0]}`" if names else "by the application's own prefix"


def find_reading(gap: Gap) -> Unknown | None:
    """What could not be read as it stands."""
    problems = [problem for problem in gap.pack.problems if problem.severity == "error"]
    problems += [problem for problem in gap.pack.problems if problem.severity == "warning"]
    if not problems:
        return None
    first = problems[0]
    more = f" ({len(problems) - 1} more like it)" if len(problems) > 1 else ""
    return Unknown(
        id="",
        topic="the pack as read",
        text=f"{first.place}: {first.text.rstrip('.')}{more}.",
        assumption="What could be read is what is meant.",
        risk="a requirement could be missing or stand under a wrong id.",
        question=f"Is {first.place.path} as it should be?",
        default=first.remedy,
        impact="high" if first.severity == "error" else "low",
        owner="product",
        evidence=(place_key(first.place),) if first.place.line else (),
    )
