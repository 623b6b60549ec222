"""The `what I know / don't know` list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from torusnb.context.knowledge.customs import Customs
from torusnb.context.knowledge.gap import Gap
from torusnb.context.knowledge.gaps import list_gaps
from torusnb.context.knowledge.known import Surroundings, list_known
from torusnb.context.knowledge.stated import list_stated
from torusnb.context.knowledge.unseen import why_tests_are_unseen
from torusnb.models.knowledge import Knowledge, Unknown, Waypoint
from torusnb.models.record import Decision
from torusnb.models.requirements import SpecPack


def gather_knowledge(
    pack: SpecPack, around: Surroundings, waypoints: Sequence[Waypoint], decisions: Iterable[Decision] = ()
) -> Knowledge:
    """What is known and what is not.

    Unknowns are numbered `A-1`, `A-2`, … in a fixed order: the pack's assumptions, its questions, then a number for
    each rule that finds gaps, used or not, then the later parts of the pack that take something back. So an id stays
    with its statement while the pack stays the same. A person's text replaces an assumption and a dropped one
    disappears, neither of which renumbers the others.
    """
    known = list_known(around)
    customs = Customs(waypoints, around.code_map, around.book)
    asked = list_stated(pack, waypoints, customs)
    stated = [msgspec.structs.replace(unknown, id=f"A-{number}") for number, unknown in enumerate(asked, 1)]
    unseen = why_tests_are_unseen(around.code_map, around.absent)
    gap = Gap(pack, around.code_map, waypoints, known, customs, around.book, unseen)
    gaps = list_gaps(gap, len(stated))
    return Knowledge(known, tuple(_decided([*stated, *gaps], decisions)))


def _decided(unknowns: Iterable[Unknown], decisions: Iterable[Decision]) -> Iterable[Unknown]:
    last = {decision.key: decision for decision in decisions if decision.subject == "assumption"}
    for unknown in unknowns:
        decision = last.get(unknown.id)
        if decision is None or decision.verdict not in {"drop", "edit", "accept"}:
            yield unknown
        elif decision.verdict != "drop":
            text = decision.text.strip() or unknown.assumption
            yield msgspec.structs.replace(unknown, assumption=text)
