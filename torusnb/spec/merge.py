"""prd.md and requirements.yml made one: every identifier once, and a problem wherever the two disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from rapidfuzz import fuzz

from torusnb.models.base import Place, Problem, Value
from torusnb.models.requirements import AcceptanceCriterion, Requirement, Statement
from torusnb.spec.amendments import restates
from torusnb.spec.definitions import CRITERION, REQUIREMENT, Definition, split_steps

_SAME = 88.0
"""Texts at least so alike (0 to 100, rapidfuzz) count as the same statement."""
_NUMBER = re.compile(r"^(?P<prefix>.*?)(?P<number>\d+)(?P<suffix>[a-z]?)$")


class Merged(Value, frozen=True):
    """The requirements and criteria of a pack, and what does not fit between its files."""

    requirements: tuple[Requirement, ...]
    criteria: tuple[AcceptanceCriterion, ...]
    problems: tuple[Problem, ...]


class _Joined(Value, frozen=True):
    definition: Definition
    also: tuple[Place, ...]
    before: tuple[Statement, ...] = ()


def merge_definitions(prd: Sequence[Definition], listed: Sequence[Definition]) -> Merged:
    """One requirement or criterion for each identifier; prd.md's words win, requirements.yml adds status and links.

    Args:
        prd: What prd.md defines.
        listed: What requirements.yml defines.
    """
    problems: list[Problem] = []
    requirements = [_requirement(joined) for joined in _join(prd, listed, REQUIREMENT, problems)]
    criteria = [_criterion(joined) for joined in _join(prd, listed, CRITERION, problems)]
    problems.extend(_dangling(requirements, criteria))
    return Merged(tuple(requirements), tuple(criteria), tuple(problems))


def _join(
    prd: Sequence[Definition], listed: Sequence[Definition], family: str, problems: list[Problem]
) -> list[_Joined]:
    there = _by_id([d for d in listed if d.family == family and d.id], problems)
    prd, amended = _take_amended(prd, listed)
    strong = {d.id for d in prd if d.family == family and d.strong}
    here = _by_id(
        [d for d in prd if d.family == family and (d.strong or (d.id not in strong and d.id not in there))], problems
    )
    problems.extend(_missing(here, there) + _missing(there, here))
    joined = []
    for name in _ordered([*here, *there]):
        first, second = here.get(name, []), there.get(name, [])
        if first and second:
            problems.extend(_difference(first[0], second[0]))
            found = _Joined(_combined(first[0], second[0]), _places(first[1:], second))
        else:
            found = _Joined((first or second)[0], _places((first or second)[1:], []))
        joined.append(_amended(found, amended.get(name, []), problems))
    return joined


def _take_amended(
    prd: Sequence[Definition], listed: Sequence[Definition]
) -> tuple[list[Definition], dict[str, list[Definition]]]:
    """What prd.md defines without the new words that it gives to an id further down, and those words by their ids."""
    first: dict[str, Definition] = {}
    amended: dict[str, list[Definition]] = {}
    rest: list[Definition] = []
    known = {definition.id: definition for definition in reversed(listed)}
    for definition in prd:
        earlier = first.get(definition.id) or known.get(definition.id)
        restated = earlier is not None and definition.amends == "placed" and restates(_said(earlier), definition.text)
        if earlier is not None and (definition.amends == "said" or restated):
            amended.setdefault(definition.id, []).append(definition)
        else:
            rest.append(definition)
            first.setdefault(definition.id, definition)
    return rest, amended


def _said(definition: Definition) -> str:
    return max(definition.text, definition.title, key=len)


def _amended(joined: _Joined, later: Sequence[Definition], problems: list[Problem]) -> _Joined:
    """A definition with its last words; the places of the earlier ones are kept."""
    if not later:
        return joined
    was, now = joined.definition, later[-1]
    text = f"{was.id} gets other words at {now.place}."
    problems.append(Problem(was.place, text, "Write them here as well; the later words were taken.", "note"))
    definition = msgspec.structs.replace(
        was, text=now.text, title=now.title, place=now.place, links=now.links or was.links,
        priority=now.priority or was.priority,
    )  # fmt: skip
    before = (Statement(_said(was), was.place), *(Statement(one.text, one.place) for one in later[:-1]))
    return _Joined(definition, (was.place, *joined.also, *(one.place for one in later[:-1])), before)


def _by_id(definitions: Sequence[Definition], problems: list[Problem]) -> dict[str, list[Definition]]:
    found: dict[str, list[Definition]] = {}
    for definition in definitions:
        same = found.setdefault(definition.id, [])
        if same and not _alike(same[0].text, definition.text):
            remedy = f"Give one of the two another id; {same[0].place} was taken."
            text = f"{definition.id} is defined twice with different words, first at {same[0].place}."
            problems.append(Problem(definition.place, text, remedy))
        same.append(definition)
    return found


def _ordered(names: Sequence[str]) -> list[str]:
    unique = list(dict.fromkeys(names))
    prefixes = list(dict.fromkeys(_parts(name)[0] for name in unique))
    return sorted(unique, key=lambda name: (prefixes.index(_parts(name)[0]), *_parts(name)[1:]))


def _parts(name: str) -> tuple[str, int, str]:
    found = _NUMBER.match(name)
    return (found["prefix"], int(found["number"]), found["suffix"]) if found else (name, 0, "")


def _combined(first: Definition, second: Definition) -> Definition:
    title = first.title or second.title
    return Definition(
        first.family, first.id, first.text, first.place, "" if title == first.text else title,
        first.priority or second.priority, second.status or first.status, second.verification or first.verification,
        tuple(dict.fromkeys((*first.links, *second.links))), first.area or second.area,
        proofs=first.proofs or second.proofs,
    )  # fmt: skip


def _places(first: Sequence[Definition], second: Sequence[Definition]) -> tuple[Place, ...]:
    return tuple(definition.place for definition in (*first, *second))


def _difference(first: Definition, second: Definition) -> list[Problem]:
    if _alike(first.text, second.text) or _alike(first.text, second.title):
        return []
    text = f"{first.id} reads differently here and at {first.place}."
    return [Problem(second.place, text, f"Make the two say the same; the words at {first.place} were taken.")]


def _alike(one: str, other: str) -> bool:
    left, right = _bare(one), _bare(other)
    if not left or not right:
        return not left and not right
    if left in right or right in left:
        return True
    return fuzz.ratio(left, right) >= _SAME or fuzz.partial_ratio(left, right) >= 95.0


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9<>=%]+", text.lower()))


def _missing(these: dict[str, list[Definition]], others: dict[str, list[Definition]]) -> list[Problem]:
    """One problem for all identifiers of one file that the other, listing some of the family, leaves out."""
    lost = [these[name][0] for name in _ordered(list(these)) if name not in others]
    if not lost or not others:
        return []
    where = next(iter(others.values()))[0].place.path.rpartition("/")[2]
    names = ", ".join(definition.id for definition in lost)
    text = f"{names} {'stand' if len(lost) > 1 else 'stands'} here but not in {where}."
    return [Problem(lost[0].place, text, f"Add what is missing to {where}, or remove it here.")]


def _dangling(requirements: Sequence[Requirement], criteria: Sequence[AcceptanceCriterion]) -> list[Problem]:
    known = {requirement.id for requirement in requirements}
    problems = []
    for criterion in criteria:
        for name in criterion.requirements:
            if known and name not in known:
                text = f"{criterion.id} is linked to {name}, which the pack does not define."
                problems.append(
                    Problem(criterion.place, text, f"Define {name}, or link {criterion.id} to another one.")
                )
    loose = [criterion for criterion in criteria if not criterion.requirements]
    if loose and known:
        names = ", ".join(criterion.id for criterion in loose[:3]) + (", …" if len(loose) > 3 else "")
        text = f"{len(loose)} of {len(criteria)} criteria name no requirement ({names})."
        remedy = "Give each a `requirement_id`, or nest it under its requirement."
        problems.append(Problem(loose[0].place, text, remedy, "note"))
    return problems


def _requirement(joined: _Joined) -> Requirement:
    made = joined.definition
    return Requirement(
        made.id, made.text, made.place, made.title, made.priority, made.status, joined.also, before=joined.before
    )


def _criterion(joined: _Joined) -> AcceptanceCriterion:
    made = joined.definition
    given, when, then = split_steps(made.text)
    return AcceptanceCriterion(
        made.id,
        made.text,
        made.place,
        made.links,
        given,
        when,
        then,
        made.status,
        made.verification,
        joined.also,
        proofs=made.proofs,
        before=joined.before,
    )
