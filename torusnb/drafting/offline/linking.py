"""Which criteria belong to which requirement: the linked ones, else by the words that the two share."""

from __future__ import annotations

from collections import Counter, defaultdict

from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.requirements import AcceptanceCriterion, SpecPack

_ORDER = 0.4
"""How much less a requirement counts that stands at the other end of its list: criteria follow their order."""


class Links:
    """The criteria of one pack with their requirements; built once."""

    def __init__(self, pack: SpecPack) -> None:
        said = [(r.id, set(words_of(plain(f"{r.title} {r.text}")))) for r in pack.requirements]
        self._words = dict(said)
        self._places = {name: place for place, name in enumerate(self._words)}
        self._spread = Counter(word for words in self._words.values() for word in words)
        self._speaking: dict[str, list[str]] = defaultdict(list)
        for name, words in self._words.items():
            for word in sorted(words):
                self._speaking[word].append(name)
        self._nearest: dict[str, str] = {}
        self._criteria: dict[str, list[AcceptanceCriterion]] = defaultdict(list)
        for at, criterion in enumerate(pack.criteria):
            self._nearest.setdefault(criterion.id, self._find(criterion, at / len(pack.criteria)))
            for name in dict.fromkeys(criterion.requirements or (self._nearest[criterion.id],)):
                self._criteria[name].append(criterion)

    def criteria_of(self, requirement: str) -> tuple[AcceptanceCriterion, ...]:
        """The criteria of a requirement: all that are linked to it, and those without a link that are nearest to it."""
        return tuple(self._criteria.get(requirement, ()))

    def nearest(self, asked: AcceptanceCriterion) -> str:
        """The requirement a criterion belongs to: the linked one, else the one whose words it shares most."""
        return self._nearest[asked.id] if asked.id in self._nearest else self._find(asked, 0.0)

    def rarity(self, word: str) -> float:
        """How rare a word is among the requirements: 1 for a word of one of them."""
        return 1.0 / max(1, self._spread[word])

    def _find(self, asked: AcceptanceCriterion, at: float) -> str:
        """The nearest requirement to a criterion that stands `at` this share of its list; empty where none is."""
        linked = [name for name in asked.requirements if name in self._places]
        if linked:
            return min(linked, key=self._places.__getitem__)
        shared: dict[str, float] = defaultdict(float)
        for word in words_of(plain(asked.text)):
            for name in self._speaking.get(word, ()):
                shared[name] += self.rarity(word)
        size = len(self._places)
        scored = [
            (
                score / (len(self._words[name]) + 4) * (1.0 - _ORDER * abs(at - self._places[name] / size)),
                -self._places[name],
                name,
            )
            for name, score in shared.items()
        ]
        best = max(scored, default=(0.0, 0, ""))
        return best[2] if best[0] > 0 else ""
