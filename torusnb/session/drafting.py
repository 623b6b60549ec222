"""The stage of drafting: the evidence, and the drafter's sections on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from torusnb import __version__
from torusnb.drafting.drafters import Drafter
from torusnb.drafting.evidence import add_evidence, build_evidence
from torusnb.models.base import fingerprint
from torusnb.models.design import Evidence, EvidencePack
from torusnb.models.record import Drafted
from torusnb.session.foreseeing import say_cost
from torusnb.spec.pathtails import PathTails

if TYPE_CHECKING:
    from torusnb.session.session import Session


def pack_evidence(session: Session) -> EvidencePack:
    """All that a drafter is given, each with its key."""
    return build_evidence(session.pack, session.capture(), session.research(), session.template, session.playbook)


def whole_evidence(session: Session) -> EvidencePack:
    """What the drafter was given and what it looked up besides."""
    drafted = session.draft()
    return add_evidence(pack_evidence(session), drafted.evidence, drafted.namesakes)


def draft_key(session: Session) -> str:
    """The fingerprint of all that the draft depends on."""
    parts = (session.pack, session.capture(), session.research(), session.template, session.playbook)
    return fingerprint(__version__, session.drafter.name, session.drafter.identify(), *parts)


def make_draft(session: Session, *, retry: bool = False, afresh: Drafter | None = None) -> Drafted:
    """The draft; from the trail where nothing that it depends on has changed.

    Args:
        session: The session.
        retry: Go on where the last one left something and somebody can be asked; what was answered stands.
        afresh: Who does that and asks afresh for the sections whose text could not be taken.
    """
    key = draft_key(session)
    recorded = session.trail.value(Drafted, "draft", key)
    going_on = (retry or afresh is not None) and not session.parameters.offline
    if recorded is not None and not (going_on and recorded.left):
        return recorded
    drafter = afresh or session.drafter
    pack = pack_evidence(session)
    say_cost(session, pack)
    drafting = drafter.draft_all(pack)
    drafted = Drafted(
        drafter.name,
        __version__,
        pack=session.key_of("pack", session.pack),
        context=session.key_of("context", session.capture()),
        research=session.key_of("research", session.research()),
        template=session.key_of("template", session.template),
        playbook=session.key_of("playbook", session.playbook),
        sections=drafting.sections,
        evidence=drafting.evidence,
        left=drafting.left,
        prompts=drafting.prompts,
        namesakes=find_namesakes(session, drafting.evidence),
    )
    if drafted == recorded:
        return drafted
    asked = f", prompts {drafted.prompts[:12]}" if drafted.prompts else ""
    return session.record("draft", f"{len(drafting.sections)} sections by {drafter.name}{asked}", drafted, key)


def find_namesakes(session: Session, looked_up: Iterable[Evidence]) -> tuple[str, ...]:
    """Of each name of a file looked up that several files of the checkout share, all those files, sorted."""
    paths = (item.place.path for item in looked_up if item.place is not None and item.kind in {"code", "guide"})
    return PathTails(session.code_map.paths).namesakes(paths)
