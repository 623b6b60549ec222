"""What the pack asks for, as texts that the index can be asked with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from torusnb.context.map.index import TextIndex
from torusnb.context.map.words import plain_words, stems
from torusnb.context.waypoints.pairs import Pair, count_pairs
from torusnb.models.base import Place
from torusnb.models.requirements import SpecPack

_LONGEST_NAME = 5
_ADDRESS = re.compile(r"https?://[^\s<>)\]]+")
"""The scraps of an address (a drawing's id, `www`) are words that nobody said."""


@dataclass(frozen=True)
class Asked:
    """A requirement, a criterion or a section (its title stands for an id) with the bag of its words."""

    id: str
    bag: Counter[str]


class Request:
    """A pack's words: all of them, and those of each requirement, criterion and section."""

    def __init__(self, pack: SpecPack, index: TextIndex) -> None:
        """The words of `pack` as `index` knows them."""
        self._pack = pack
        self._texts = _texts(pack)
        entries = [(entry.id, f"{entry.title} {entry.text}") for entry in pack.requirements]
        entries += [(entry.id, entry.text) for entry in pack.criteria]
        bags = index.bags(["\n".join(self._texts), *(text for _, text in entries)])
        self.bag = bags[0]
        self.asked = tuple(Asked(name, bag) for (name, _), bag in zip(entries, bags[1:], strict=True))
        titles = [f'section "{section.title}"' for section in pack.sections]
        section_bags = index.bags(self._texts[: len(titles)])
        self.sections = tuple(Asked(name, bag) for name, bag in zip(titles, section_bags, strict=True))
        self.spelling = self._spellings(index)

    def _spellings(self, index: TextIndex) -> dict[str, str]:
        """The index's stem of a word to the form that the pack uses most."""
        counted = Counter(word for text in self._texts for word in plain_words(text))
        words = sorted(counted, key=lambda word: (counted[word], word))
        return {term: word for word, bag in zip(words, index.bags(words), strict=True) for term in bag}

    @cached_property
    def phrases(self) -> Counter[tuple[str, ...]]:
        """Runs of one to five stemmed words with how often the pack says them."""
        found: Counter[tuple[str, ...]] = Counter()
        for text in self._texts:
            words = stems(plain_words(text))
            for length in range(1, _LONGEST_NAME + 1):
                found.update(words[start : start + length] for start in range(len(words) - length + 1))
        return found

    @cached_property
    def pairs(self) -> Counter[Pair]:
        """Neighbouring telling words with how often the pack says them."""
        return count_pairs(self._texts)

    @cached_property
    def ids_at(self) -> dict[Place, str]:
        """Where each requirement and criterion stands."""
        found: dict[Place, str] = {}
        entries = [(entry.id, (entry.place, *entry.also)) for entry in self._pack.requirements]
        entries += [(entry.id, (entry.place, *entry.also)) for entry in self._pack.criteria]
        for name, places in entries:
            for place in places:
                found.setdefault(place, name)
        return found


def _texts(pack: SpecPack) -> list[str]:
    """The pack's texts without web addresses, none twice: prd.md's sections, and what only requirements.yml says."""
    texts = [f"{section.title}\n{section.text}" for section in pack.sections]
    prd = {section.place.path for section in pack.sections}
    texts += [
        f"{entry.title}\n{entry.text}" for entry in pack.requirements if _only_elsewhere(entry.place, entry.also, prd)
    ]
    texts += [entry.text for entry in pack.criteria if _only_elsewhere(entry.place, entry.also, prd)]
    return [_ADDRESS.sub(" ", text) for text in texts]


def _only_elsewhere(place: Place, also: Iterable[Place], files: set[str]) -> bool:
    return all(entry.path not in files for entry in (place, *also))
