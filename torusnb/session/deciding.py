"""What a person may decide: refused before it is recorded, since a record stays for good."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from torusnb.drafting.assumptions import derive_assumptions
from torusnb.errors import InputError
from torusnb.models.record import Decision
from torusnb.models.sources import Research
from torusnb.session.capturing import find_quiet_traps

if TYPE_CHECKING:
    from torusnb.session.session import Session

VERDICTS: dict[str, tuple[str, ...]] = {
    "waypoint": ("keep", "drop", "add"),
    "trap": ("keep", "drop"),
    "source": ("keep", "drop", "add"),
    "assumption": ("edit", "accept", "drop", "reopen"),
    "section": ("accept", "edit", "reopen"),
    "change": ("accept",),
}
"""Subject of a decision to what can be decided on it."""

_MOST_TOLD = 8


def check_decision(session: Session, decision: Decision) -> None:
    """Refuse what no later run would act on.

    A source may be any web address, found or not; of the other subjects the key must be one that the session knows. A
    decision on a thing that was decided on before always has a known key, so that it can be taken back.

    Raises:
        InputError: The subject, the verdict or the key is unknown.
    """
    verdicts = VERDICTS.get(decision.subject)
    if verdicts is None:
        raise InputError(f"`{decision.subject}` is nothing to decide on; {_listed('the subjects are', VERDICTS)}")
    if decision.verdict not in verdicts:
        told = _listed("the verdicts are", verdicts)
        raise InputError(f"`{decision.verdict}` is no verdict on {_one(decision.subject)}; {told}", key=decision.key)
    before = {held.key for held in session.decided(decision.subject)}
    if decision.key in before or _is_address(decision):
        return
    known = _known(session, decision.subject)
    if decision.key not in known:
        near = difflib.get_close_matches(decision.key, sorted(known), n=1)
        told = f"did you mean `{near[0]}`?" if near else _listed("the keys are", sorted(known))
        raise InputError(f"there is no {decision.subject} `{decision.key}` here; {told}", key=decision.key)


def _one(subject: str) -> str:
    return f"{'an' if subject[0] in 'aeiou' else 'a'} {subject}"


def _is_address(decision: Decision) -> bool:
    return decision.subject == "source" and decision.key.strip().startswith(("https://", "http://"))


def _known(session: Session, subject: str) -> Collection[str]:
    """The keys of a subject; nothing is asked or sent to learn them."""
    if subject == "waypoint":
        return session.code_map.paths
    if subject == "trap":
        return {trap.key for trap in (*session.capture().traps, *find_quiet_traps(session))}
    if subject == "assumption":
        context = session.capture()
        return {unknown.id for unknown in (*context.knowledge.unknown, *derive_assumptions(session.pack, context))}
    if subject == "section":
        return {section.id for section in session.template.sections}
    if subject == "change":
        return {change.key for change in session.status().changes}
    found = session.trail.value(Research, "research")
    keys = {source.key for source in (*session.catalogue, *(found.sources if found is not None else ()))}
    keys |= {look.source for look in (found.looks if found is not None else ())}
    return keys | {key.removeprefix("src:") for key in keys}


def _listed(lead: str, names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in names]
    more = f" and {len(shown) - _MOST_TOLD} more" if len(shown) > _MOST_TOLD else ""
    return f"{lead} {', '.join(shown[:_MOST_TOLD])}{more}" if shown else "there is none"
