"""Which requirements and criteria of the list a later part of the request takes back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from torusnb.models.base import Place
from torusnb.models.requirements import AcceptanceCriterion, Requirement, SpecPack, Statement, Withdrawal
from torusnb.spec.inline import expand_ids
from torusnb.spec.pieces import Term, holds
from torusnb.spec.retractions import Retraction

_REMOVES = re.compile(
    r"\b(?:remov|delet|drop|eliminat|retir|withdraw|discontinu|abandon)\w*\s+(?P<what>(?:\S+\s*){1,10})"
    r"|\b(?:no longer|not|without|instead of|rather than)\s+(?P<lacks>(?:\S+\s*){1,10})",
    re.IGNORECASE,
)
_COMMON = 0.5
"""Share of the list from which on a name is what the whole feature is about, and tells nothing apart."""
_FEW = 4


def match_withdrawals(
    retractions: Iterable[Retraction],
    requirements: Sequence[Requirement],
    criteria: Sequence[AcceptanceCriterion],
) -> tuple[Withdrawal, ...]:
    """A withdrawal for each part of the request that takes back entries of the list, in the order of the parts.

    An entry that stands below the statement in the same file is no matter of that statement, and one that asks for the
    same removal agrees with it. Entries that torusnb numbered itself have no identity that could be taken back.
    """
    both: tuple[Requirement | AcceptanceCriterion, ...] = (*requirements, *criteria)
    entries = [entry for entry in both if not entry.derived]
    parts: dict[Place, list[tuple[Retraction, set[str]]]] = {}
    for retraction in retractions:
        earlier = [entry for entry in entries if _is_earlier(entry, retraction.line.place)]
        ids = {entry.id for entry in earlier if entry.id in retraction.ids}
        for term in retraction.terms:
            speaking = {entry.id for entry in earlier if holds(_words(entry), term)}
            if len(speaking) <= max(_FEW, _COMMON * len(entries)):
                ids |= {entry.id for entry in earlier if entry.id in speaking and not _removes(_words(entry), term)}
        if ids:
            parts.setdefault(retraction.place, []).append((retraction, ids))
    gone = {name for told in parts.values() for _, ids in told for name in ids}
    standing = [_words(entry) for entry in entries if entry.id not in gone]
    return tuple(
        Withdrawal(
            told[0][0].title,
            place,
            tuple(entry.id for entry in entries if any(entry.id in ids for _, ids in told)),
            tuple(dict.fromkeys(retraction.line for retraction, _ in told)),
            tuple(
                dict.fromkeys(
                    term for retraction, ids in told for term in _gone_names(retraction, ids, entries, standing)
                )
            ),
        )
        for place, told in parts.items()
    )


def _gone_names(
    retraction: Retraction, ids: set[str], entries: Sequence[Requirement | AcceptanceCriterion], standing: Sequence[str]
) -> Iterator[Term]:
    """The names of a retraction by which it takes entries back, and of which nothing speaks that stands."""
    taken = [_words(entry) for entry in entries if entry.id in ids]
    for term in retraction.terms:
        kept = any(holds(text, term) and not _removes(text, term) for text in standing)
        if not kept and any(holds(text, term) for text in taken):
            yield term


def withdrawal_of(said: Statement, pack: SpecPack) -> Withdrawal | None:
    """The part that takes back what a statement speaks of, by ids or, where it stands before that part, by names.

    None where it stands: one that names a standing entry of the list stands with it, whatever else it speaks of.
    """
    ids = {*(entry.id for entry in pack.requirements), *(entry.id for entry in pack.criteria)}
    named = {name for name in expand_ids(said.text) if name in ids}
    if named - pack.withdrawn:
        return None
    for withdrawal in pack.withdrawals:
        place = withdrawal.place
        earlier = said.place.path != place.path or said.place.line < place.line
        if named & set(withdrawal.ids) or (earlier and any(holds(said.text, name) for name in withdrawal.names)):
            return withdrawal
    return None


def _words(entry: Requirement | AcceptanceCriterion) -> str:
    return f"{entry.title}. {entry.text}" if isinstance(entry, Requirement) else entry.text


def _is_earlier(entry: Requirement | AcceptanceCriterion, line: Place) -> bool:
    return any(place.path != line.path or place.line < line.line for place in (entry.place, *entry.also))


def _removes(text: str, term: Term) -> bool:
    return any(holds(match["what"] or match["lacks"], term) for match in _REMOVES.finditer(text))
