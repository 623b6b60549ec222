"""Which requirement a criterion proves, where the pack says so or the words of both leave no doubt."""

from __future__ import annotations

import math
import re
from collections import Counter

from torusnb.drafting.offline.work import words_of
from torusnb.models.requirements import AcceptanceCriterion, SpecPack

_LEAST = 0.3
"""The share of a criterion's words, rare ones counting more, that its requirement has to speak."""
_LEAD = 1.5
"""How far the best requirement has to be ahead of the next; the one of the same number need only not be behind."""
_NUMBER = re.compile(r"\d+$")


def find_served(pack: SpecPack) -> dict[str, tuple[str, str]]:
    """Criterion to the first requirement it stands below, with the words for that; none where nothing tells.

    The pack's own links come first, then ids in the criterion's text, then the words that both share: one requirement
    has to be well ahead, or to bear the criterion's number and not be behind. What only words tell is said to be so.
    """
    ids = [requirement.id for requirement in pack.requirements]
    said = {r.id: frozenset(words_of(f"{r.title} {r.text}")) for r in pack.requirements}
    counted = Counter(word for words in said.values() for word in words)
    rarity = {word: math.log(1 + len(said) / number) for word, number in counted.items()}
    found: dict[str, tuple[str, str]] = {}
    for criterion in pack.criteria:
        linked = [name for name in criterion.requirements if name in said]
        linked = linked or [name for name in ids if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", criterion.text)]
        if linked:
            found[criterion.id] = (linked[0], f"for {', '.join(linked)}")
        elif likest := _find_likest(criterion, said, rarity):
            found[criterion.id] = (likest, f"for {likest}, by its words")
        elif criterion.requirements:
            found[criterion.id] = ("", f"for {', '.join(criterion.requirements)}")
    return found


def _find_likest(criterion: AcceptanceCriterion, said: dict[str, frozenset[str]], rarity: dict[str, float]) -> str:
    """The requirement whose words the criterion speaks; empty where none is clearly meant."""
    words = frozenset(words_of(criterion.text))
    whole = sum(rarity.get(word, 0.0) for word in words)
    if not whole:
        return ""
    shares = {name: sum(rarity[word] for word in words & spoken) / whole for name, spoken in said.items()}
    best, *others = sorted(shares, key=lambda name: -shares[name])
    same = [name for name in shares if _number(name) and _number(name) == _number(criterion.id)]
    if shares[best] < _LEAST:
        return ""
    if len(same) == 1 and shares[same[0]] * _LEAD >= shares[best]:
        return same[0]
    return best if not others or shares[best] >= _LEAD * shares[others[0]] else ""


def _number(name: str) -> str:
    match = _NUMBER.search(name)
    return match.group().lstrip("0") if match else ""
