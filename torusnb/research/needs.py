"""What a question can serve: requirements, qualities, criteria and assumptions, by the words they speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torusnb.models.base import Value
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack
from torusnb.research.words import word_set


class Need(Value, frozen=True):
    """Something a question can serve.

    Attributes:
        id: Its id; empty for the pack as a whole, which counts but cannot be named.
        words: Its stems.
        weight: How much it counts: a stated requirement 1, an assumption or the pack as a whole less.
    """

    id: str
    words: frozenset[str]
    weight: float = 1.0


def gather_needs(pack: SpecPack, context: Context) -> tuple[Need, ...]:
    """All needs of a feature in the pack's order: requirements with their criteria, then the rest."""
    return tuple(_gather(pack, context))


def _gather(pack: SpecPack, context: Context) -> Iterator[Need]:
    for requirement in pack.requirements:
        criteria = " ".join(c.text for c in pack.criteria_of(requirement.id))
        yield Need(requirement.id, word_set(requirement.title, requirement.text, criteria))
    for quality in pack.nonfunctional:
        if quality.id:
            yield Need(quality.id, word_set(quality.area, quality.text))
    for criterion in pack.criteria:
        if not criterion.requirements:
            yield Need(criterion.id, word_set(criterion.text))
    for unknown in context.knowledge.unknown:
        yield Need(unknown.id, word_set(unknown.topic, unknown.text, unknown.assumption), 0.5)
    whole = (s.text for s in (*pack.summary, *pack.background, *pack.goals, *pack.interface_notes, *pack.data_notes))
    unnamed = (f"{quality.area} {quality.text}" for quality in pack.nonfunctional if not quality.id)
    yield Need("", word_set(pack.title, *whole, *unnamed), 0.5)


def lift_ids(ids: Iterable[str], pack: SpecPack) -> tuple[str, ...]:
    """The requirements behind some ids: a criterion gives way to the requirements it belongs to."""
    parents = {criterion.id: criterion.requirements for criterion in pack.criteria}
    return tuple(dict.fromkeys(up for name in ids for up in (parents.get(name) or (name,))))
