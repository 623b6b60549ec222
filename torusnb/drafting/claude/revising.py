"""Review rounds: the draft is read again and reviewed, and what is held against it is mended."""

from __future__ import annotations

from collections.abc import Callable

from torusnb.drafting.claude.held import Held
from torusnb.drafting.claude.mending import Mender
from torusnb.drafting.claude.order import plan_waves
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.sections import SectionWriter
from torusnb.drafting.drafters import Desk, Reviewer
from torusnb.errors import ModelError
from torusnb.models.review import Finding

_WEIGHT = {"error": 100, "warning": 1}

Found = dict[str, list[Finding]]
"""Errors and warnings by section; those that name none under the empty one."""
Settled = dict[str, list[Held]]
"""The objections that were mended, by each section that was changed for it."""


def revise_draft(
    desk: Desk, progress: Progress, writer: SectionWriter, open_mender: Callable[[], Mender], read: Callable[[], None]
) -> None:
    """Revise until the review is clean or the rounds are spent; what is left is told in `progress`.

    Each round begins with a reading, since a revision can contradict what stands elsewhere. Then one request shows all
    that is held against the draft (findings of the review, faults of the reading, decisions made anew) and is answered
    with edits; a section whose edits cannot be put in is revised by itself.

    A section that the review likes less than before goes back to its text. A budget that is spent ends the revision,
    not the draft.

    Args:
        desk: Where the drafter works.
        progress: The draft.
        writer: Revises a section by itself.
        open_mender: Begins a round.
        read: Reads the whole draft and puts what it holds against it into `progress`.

    Raises:
        ModelError: No complete reply came, for another reason than the budget.
    """
    if desk.review is None:
        _tell(progress, {}, "")
        return
    found = _review(desk.review, progress)
    spent = ""
    taken_back: dict[str, str] = {}
    for number in range(1, desk.rounds + 1):
        read()
        named = [section for section in {**found, **progress.objections} if section in progress.texts]
        if not named:
            break
        desk.say(f"review, round {number}: {_count(found)}; revising {', '.join(named)}")
        before, mender = progress.remember(), open_mender()
        held = _list_held(progress, found, taken_back)
        try:
            mender.mend(held)
            _revise_alone(desk, progress, writer, mender)
        except ModelError as error:
            if error.reason != "over-budget":
                raise
            spent = f"The budget was spent in round {number} of the revision."
        settled = _settle(progress, mender, held)
        changed = (progress.texts, progress.ledger) != (before.texts, before.ledger)
        if changed:
            found, taken_back = _keep_better(desk.review, progress, found, before, settled)
            for section, why in taken_back.items():
                desk.say(f"section {section}: {why}")
        if spent or not changed:
            break
    desk.say(f"review: {_count(found)} left" if found else "review: clean")
    _tell(progress, found, spent)


def _list_held(progress: Progress, found: Found, taken_back: dict[str, str]) -> tuple[Held, ...]:
    """All that is held against the draft, in the order of its sections; what names no section comes first.

    With it stands why the last revision of a section was taken back, where the section is to be revised again.
    """
    held = []
    for section in ("", *(section.id for section in progress.pack.template.sections if section.id in progress.texts)):
        held += [Held(section, f"{f.text} {f.remedy} ({f.rule}, {f.severity})") for f in found.get(section, ())]
        held += [Held(section, said, objection=True) for said in progress.objections.get(section, ())]
        if held and held[-1].section == section and section in taken_back:
            held.append(Held(section, taken_back[section], objection=True))
    return tuple(held)


def _revise_alone(desk: Desk, progress: Progress, writer: SectionWriter, mender: Mender) -> None:
    """Revise by themselves the sections whose edits could not be put in, or of which not all findings were shown."""
    held = {each.said for each in mender.mended.held}
    for section in (section for wave in plan_waves(progress.pack.template) for section in wave):
        findings = mender.mended.alone.get(section.id, [])
        if not findings:
            continue
        desk.say(f"section {section.id}: no edits of it could be put in; revised by itself")
        meanwhile = [said for said in progress.objections.get(section.id, ()) if said not in held]
        if writer.revise(section, (*findings, *meanwhile)):
            mender.mended.rewritten.append(section.id)
            progress.drop(section.id, meanwhile)


def _settle(progress: Progress, mender: Mender, held: tuple[Held, ...]) -> Settled:
    """Take back the objections that were mended; by section that was changed for them, for the case it goes back."""
    found: Settled = {}
    for number, sections in mender.mended.list_settled().items():
        each = held[number - 1]
        if each.objection and progress.drop(each.section, [each.said]):
            for section in sections:
                found.setdefault(section, []).append(each)
    return found


def _keep_better(
    review: Reviewer, progress: Progress, found: Found, before: Progress, settled: Settled
) -> tuple[Found, dict[str, str]]:
    """What the review finds now, after each section that got worse has its text from before back.

    With the text comes back what was mended by the change; and what was decided anew meanwhile is held against it too.
    Besides, by section, why its change was taken back.
    """
    now = _review(review, progress)
    worse = [
        section
        for section, text in before.texts.items()
        if progress.texts[section] != text and _weigh(now.get(section)) > _weigh(found.get(section))
    ]
    taken_back: dict[str, str] = {}
    for section in worse:
        progress.texts[section] = before.texts[section]
        progress.tell(before.left.get(section, ()), section)
        for each in settled.get(section, ()):
            progress.hold(each.section, each.said)
        progress.object_to(section, before.ledger)
        why = " ".join(f"{each.text} ({each.rule})" for each in now[section] if each not in found.get(section, ()))
        taken_back[section] = f"its last revision was taken back, since with it: {why}"
    return (_review(review, progress) if worse else now), taken_back


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
