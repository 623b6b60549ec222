"""The pack's words, and how much a thing named in code has to do with them."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.map.words import STOP, plain_words, stems, telling_words
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module
from torusnb.models.requirements import SpecPack

_COMMON_WORDS = """
action activate add apply associate atom attach attempt attr attribute available base boolean build calculate
call change changeset check clear close code common compute content context core count create current data
default delete detach details determine disable display do duplicate edit editor enable ensure entry error
evaluate event execute extract feature fetch field file filter final find format function general generate
generic get group handle id import index info initial input insert item key kind label link list load log main
make map mark maybe message meta metadata method mode module move multiple name new next number ok old
only open option options order page param params parse part path post prepare private process processing public
publish query read record refresh remove render report request reset resolve response result run save schedule
search select send server service set setting show single size socket sort source start state status step stop store
string struct support sync system table target text time title total transform type update upload url use valid
validate value version view write
"""
_COMMON = frozenset(_COMMON_WORDS.split())


# What every pack says under these headings (no flags, out of scope) is not what it asks for, unless it is about that.
_ASIDE = re.compile(r"non-goal|out of scope|flag|rollout|open question|assumption|risk|mitigation|appendix", re.I)
_LEAST = 0.35
_TELLING = 0.9
_SURER = 1.05
_TAKERS = 0.04
_FEW_TAKERS = 20
_MANY_HOMES = 6
_MOST_IDS = 12
_OFTEN = 3


@dataclass(frozen=True)
class Tie:
    """How a finding's topic meets the request: the words in common, rarest first, and the ids that speak them."""

    words: tuple[str, ...]
    requirements: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class RequestWords:
    """A pack's stemmed words: of each requirement and criterion, of the whole, and of each sentence.

    Attributes:
        entries: Id to its words. counts: How often the pack says a word. sentences: Each sentence's words.
        symbols: Names of functions and other identifiers that the pack writes as code, without those of everybody.
        rarity: Word to how few modules bear it in their names; 0 for one that all do, or that many hand around.
        lines: Each sentence as written.
    """

    entries: Mapping[str, frozenset[str]]
    counts: Mapping[str, int]
    sentences: tuple[frozenset[str], ...]
    symbols: frozenset[str]
    rarity: Mapping[str, float]
    most: float
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, pack: SpecPack, code_map: CodeMap) -> RequestWords:
        """The words of a pack, weighed by the names of a code map."""
        entries = {entry.id: f"{entry.title} {entry.text}" for entry in pack.requirements}
        entries |= {entry.id: entry.text for entry in pack.criteria}
        kept = [s for s in pack.sections if _ASIDE.search(pack.title) or not _ASIDE.search(s.title)]
        texts = [f"{section.title}\n{section.text}" for section in kept]
        texts += [text for text in entries.values() if not any(text in whole for whole in texts)]
        counts = Counter(word for text in texts for word in stems(telling_words(text)))
        lines = tuple(line for text in texts for line in text.replace(". ", "\n").split("\n") if line.strip())
        sentences = tuple(words for line in lines if (words := frozenset(stems(plain_words(line)))))
        bag = {name: frozenset(stems(telling_words(text))) for name, text in entries.items()}
        return cls(bag, counts, sentences, _symbols(pack, code_map), *_rarity(code_map), lines)

    def weight(self, word: str) -> float:
        """From 0 to 1: how much it says that a word is shared."""
        if word in _COMMON or word in STOP or len(word) < 3:
            return 0.0
        return self.rarity.get(word, self.most) / self.most

    def tie(self, topic: Iterable[str]) -> Tie:
        """How the words of a topic meet the request: in one requirement, else in one sentence or often.

        A single common word is no tie: what is shared has to be as telling as a word that only a few modules bear.
        """
        words = {word for word in stems(plain_words(" ".join(topic))) if word in self.counts}
        weights = {word: weight for word in words if (weight := self.weight(word)) >= _LEAST}
        scores = {name: _sum(weights[word] for word in weights if word in bag) for name, bag in self.entries.items()}
        best = max(scores.values(), default=0.0)
        if best >= _TELLING:
            ids = [name for name, score in scores.items() if score >= 0.75 * best]
            said = {word for name in ids for word in self.entries[name] if word in weights}
            told = tuple(ids[:6]) if len(ids) <= _MOST_IDS else ()
            return Tie(_by_weight({word: weights[word] for word in said}), told, _strength(best))
        shared = [frozenset(weights) & line for line in self.sentences]
        shared.append(frozenset(word for word in weights if self.counts[word] >= _OFTEN))
        line = min(shared, key=lambda words: (-_sum(weights[word] for word in words), sorted(words)))
        total = _sum(weights[word] for word in line)
        if total < _SURER:
            return Tie((), (), 0.0)
        return Tie(_by_weight({word: weights[word] for word in line}), (), 0.8 * _strength(total))

    def names(self, symbol: str) -> bool:
        """Whether the pack names a function, field or attribute as code (`upsert/2`, `Shop.Baskets.upsert`)."""
        return symbol.partition("/")[0].lstrip("@") in self.symbols


def _sum(weights: Iterable[float]) -> float:
    """The exact sum, rounded once: sets come in any order, and the order must not decide the last digit."""
    return math.fsum(weights)


def _strength(total: float) -> float:
    return 1 - math.exp(-total)


def _symbols(pack: SpecPack, code_map: CodeMap) -> frozenset[str]:
    """What the pack writes as code, without names that many modules give a function (`handle_params`).

    A name of one word (`put`) counts only with its module or arity: alone it may be anybody's.
    """
    modules = [module for file in code_map.files for module in file.modules]
    homes = Counter(name for module in modules for name in {function.name for function in module.functions})
    named = [mention.name for mention in pack.mentions if mention.kind in ("function", "identifier")]
    sure = (name for name in named if re.search(r"[_/.?!@]", name))
    found = (name.partition("/")[0].partition("(")[0].rpartition(".")[2].lstrip("@:") for name in sure)
    return frozenset(name for name in found if homes[name] < _MANY_HOMES)


def _by_weight(weights: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:4])


@functools.lru_cache(maxsize=65_536)
def _words_of(name: str) -> frozenset[str]:
    return frozenset(stems(plain_words(name)))


def _rarity(code_map: CodeMap) -> tuple[dict[str, float], float]:
    bearers: Counter[str] = Counter()
    modules = [module for file in code_map.files for module in file.modules]
    for module in modules:
        words: set[str] = set(_words_of(module.name))
        for function in module.functions:
            words |= _words_of(function.name)
        bearers.update(words)
    most = math.log(1 + len(modules)) or 1.0
    weights = {word: most - math.log(1 + count) for word, count in bearers.items()}
    return weights | dict.fromkeys(_handed_everywhere(modules), 0.0), most


def _handed_everywhere(modules: Sequence[Module]) -> list[str]:
    """Words of the parameters that functions of a good part of the modules take: they tell no two features apart."""
    takers: Counter[str] = Counter()
    for module in modules:
        heads = (function.head.partition("(")[2] for function in module.functions)
        takers.update({word for head in heads for word in _words_of(head)})
    least = max(_FEW_TAKERS, _TAKERS * len(modules))
    return sorted(word for word, count in takers.items() if count >= least)
