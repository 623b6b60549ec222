"""Which criteria belong to which requirement: the linked ones, else by the words that the two share."""

from __future__ import annotations

from collections import Counter

from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.requirements import AcceptanceCriterion, SpecPack

_ORDER = 0.4
"""How much less a requirement counts that stands at the other end of its list: criteria follow their order."""


class Links:
    """The criteria of one pack with their requirements; built once."""

    def __init__(self, pack: SpecPack) -> None:
        self._pack = pack
        self._words = {r.id: set(words_of(plain(f"{r.title} {r.text}"))) for r in pack.requirements}
        self._spread = Counter(word for words in self._words.values() for word in words)
        self._nearest = {c.id: self.nearest(c) for c in pack.criteria}

    def criteria_of(self, requirement: str) -> tuple[AcceptanceCriterion, ...]:
        """The criteria of a requirement: all that are linked to it, and those without a link that are nearest to it."""
        return tuple(
            criterion
            for criterion in self._pack.criteria
            if requirement in criterion.requirements
            or (not criterion.requirements and self._nearest[criterion.id] == requirement)
        )

    def nearest(self, asked: AcceptanceCriterion) -> str:
        """The requirement a criterion belongs to: the linked one, else the one whose words it shares most."""
        linked = [r.id for r in self._pack.requirements if r.id in asked.requirements]
        if linked:
            return linked[0]
        wanted = set(words_of(plain(asked.text)))
        at = self._pack.criteria.index(asked) / len(self._pack.criteria) if asked in self._pack.criteria else 0.0
        size = len(self._words)
        scored = [
            (
                sum(self.rarity(word) for word in wanted & words)
                / (len(words) + 4)
                * (1.0 - _ORDER * abs(at - position / size)),
                -position,
                name,
            )
            for position, (name, words) in enumerate(self._words.items())
        ]
        best = max(scored, default=(0.0, 0, ""))
        return best[2] if best[0] > 0 else ""

    def rarity(self, word: str) -> float:
        """How rare a word is among the requirements: 1 for a word of one of them."""
        return 1.0 / max(1, self._spread[word])
