"""Review rounds: the draft is read again and reviewed, and what is named is revised."""

from __future__ import annotations

from collections.abc import Callable

from torusnb.drafting.claude.order import plan_waves
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.sections import SectionWriter
from torusnb.drafting.drafters import Desk, Reviewer
from torusnb.errors import ModelError
from torusnb.models.review import Finding

_WEIGHT = {"error": 100, "warning": 1}

Found = dict[str, list[Finding]]
"""Errors and warnings by section; those that name none under the empty one."""


def revise_draft(desk: Desk, progress: Progress, writer: SectionWriter, read: Callable[[], None]) -> None:
    """Revise until the review is clean or the rounds are spent; what is left is told in `progress`.

    Sections with an objection (a decision made anew, a fault that a reading found) are revised like those that a
    finding names. Each round begins with a reading, since a revision can contradict what stands elsewhere.

    A section whose revision the review likes less than the text before goes back to that text. A budget that is spent
    ends the revision, not the draft.

    Args:
        desk: Where the drafter works.
        progress: The draft.
        writer: Revises a section.
        read: Reads the whole draft and puts what it holds against it into `progress`.

    Raises:
        ModelError: No complete reply came, for another reason than the budget.
    """
    if desk.review is None:
        _tell(progress, {}, "")
        return
    found = _review(desk.review, progress)
    spent = ""
    for number in range(1, desk.rounds + 1):
        read()
        named = [section for section in {**found, **progress.objections} if section in progress.texts]
        if not named:
            break
        desk.say(f"review, round {number}: {_count(found)}; revising {', '.join(named)}")
        before = progress.remember()
        try:
            changed = _revise_all(progress, writer, found, named)
        except ModelError as error:
            if error.reason != "over-budget":
                raise
            spent = f"The budget was spent in round {number} of the revision."
            changed = progress.texts != before.texts
        if changed:
            found = _keep_better(desk.review, progress, found, before)
        if spent or not changed:
            break
    desk.say(f"review: {_count(found)} left" if found else "review: clean")
    _tell(progress, found, spent)


def _revise_all(progress: Progress, writer: SectionWriter, found: Found, named: list[str]) -> bool:
    changed = False
    for section in (section for wave in plan_waves(progress.pack.template) for section in wave):
        if section.id in named:
            findings = [f"{f.text} {f.remedy} ({f.rule}, {f.severity})" for f in found.get(section.id, ())]
            findings += progress.objections.get(section.id, [])
            if writer.revise(section, tuple(findings)):
                progress.objections.pop(section.id, None)
                changed = True
    return changed


def _keep_better(review: Reviewer, progress: Progress, found: Found, before: Progress) -> Found:
    """What the review finds now, after each section that got worse has its text from before back.

    With the text comes back what was held against it; and what was decided anew meanwhile is held against it too.
    """
    now = _review(review, progress)
    worse = [
        section
        for section, text in before.texts.items()
        if progress.texts[section] != text and _weigh(now.get(section)) > _weigh(found.get(section))
    ]
    for section in worse:
        progress.texts[section] = before.texts[section]
        progress.tell(before.left.get(section, ()), section)
        progress.objections.pop(section, None)
        if section in before.objections:
            progress.objections[section] = list(before.objections[section])
        progress.object_to(section, before.ledger)
    return _review(review, progress) if worse else now


def _review(review: Reviewer, progress: Progress) -> Found:
    found: Found = {}
    for finding in review(progress.sections(), progress.found.values()):
        if finding.severity in _WEIGHT:
            found.setdefault(finding.section, []).append(finding)
    return found


def _weigh(findings: list[Finding] | None) -> int:
    return sum(_WEIGHT[finding.severity] for finding in findings or ())


def _count(found: Found) -> str:
    numbers = {name: sum(f.severity == name for some in found.values() for f in some) for name in _WEIGHT}
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for name, number in numbers.items())


def _tell(progress: Progress, found: Found, spent: str) -> None:
    for section, findings in found.items():
        where = f"Section {section}: " if section else ""
        told = [f"{where}{finding.text} ({finding.rule})" for finding in findings]
        progress.tell([*progress.left.get(section, ()), *told], section)
    for section, told_anew in progress.objections.items():
        progress.tell([*progress.left.get(section, ()), *(f"Section {section}: {said}" for said in told_anew)], section)
    if spent:
        progress.tell([spent, *progress.left.get("", ())])
