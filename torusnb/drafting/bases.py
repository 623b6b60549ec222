"""What a practice's advice is cited by: captured words that say it, else the catalogue's entry, else the advice."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Value
from torusnb.models.design import FocusArea, Practice
from torusnb.models.sources import Research, Source

PLAYBOOK = "playbook"
"""The provider of a source that is no more than a practice's own word."""

_LEAST_WORDS = 4
_LEAST_SHARE = 1 / 3
"""Of a sentence of the advice, rare words counting more. Read in the research of seven packs, all four pairs that pass
both are right; with three words instead of four, half of them are."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_])|[;:]\s")
_FIGURE = re.compile(r"(?<![\w/.])\d[\d.,]*(?<![.,])")


class Bases(Value, frozen=True):
    """What practices are cited by.

    Attributes:
        cites: Practice id to the key of a source.
        entries: The sources among those that research does not have: a practice that nothing captured bears out.
    """

    cites: dict[str, str]
    entries: tuple[Source, ...] = ()


def find_bases(playbook: Sequence[FocusArea], research: Research) -> Bases:
    """What each practice is cited by, whose own source is among the research's.

    Its own source, or another of the same package, where a verified quote of it says what a sentence of the advice says
    and holds every figure of the advice. Else its own source, where the catalogue's note says so much, or where it was
    never captured and so reads unchecked. Else an entry for the advice itself, which reads unchecked too: a quote that
    was verified for something else never makes an advice look checked.
    """
    practices = [practice for area in playbook for practice in area.practices]
    spread = Counter(word for practice in practices for word in set(words_of(_said(practice))))
    weights = {word: math.log(1 + len(practices) / held) for word, held in spread.items()}
    sources = {source.key: source for source in research.sources}
    cites: dict[str, str] = {}
    entries: list[Source] = []
    for practice in practices:
        own = sources.get(practice.source)
        if own is None:
            continue
        borne = max(_borne_out(practice, own, sources, research, weights), default=None)
        if borne is not None:
            cites[practice.id] = borne[2]
        elif not own.sha256 or _share(practice, own.settles, own.package, weights):
            cites[practice.id] = own.key
        else:
            entries.append(_entry(practice, own))
            cites[practice.id] = entries[-1].key
    return Bases(cites, tuple(entries))


def _borne_out(
    practice: Practice, own: Source, sources: Mapping[str, Source], research: Research, weights: Mapping[str, float]
) -> Iterator[tuple[bool, float, str]]:
    """Whether it is the practice's own, the share and the key of each source whose verified quote says the advice."""
    for citation in research.citations:
        source = sources.get(citation.source)
        if citation.verdict != "verified" or citation.question in research.blocked or source is None:
            continue
        if source.key == own.key or (own.package and source.package == own.package):
            share = _share(practice, citation.quote, own.package, weights)
            if share:
                yield source.key == own.key, share, source.key


def _share(practice: Practice, text: str, package: str, weights: Mapping[str, float]) -> float:
    """How much a text says of the sentence it says most of; 0 for too little, or without a figure of the advice."""
    common = frozenset(words_of(package))
    held = frozenset(words_of(text)) - common
    if not {_plain(figure) for figure in _FIGURE.findall(practice.advice)} <= {
        _plain(figure) for figure in _FIGURE.findall(text)
    }:
        return 0.0
    best = 0.0
    for sentence in _SENTENCE.split(_said(practice)):
        words = [word for word in words_of(sentence) if word not in common]
        shared = [word for word in words if word in held]
        share = sum(weights[word] for word in shared) / (sum(weights[word] for word in words) or 1.0)
        if len(shared) >= _LEAST_WORDS and share >= _LEAST_SHARE:
            best = max(best, share)
    return best


def _said(practice: Practice) -> str:
    return f"{practice.title}. {practice.advice}"


def _plain(figure: str) -> str:
    return figure.replace(",", "")


def _entry(practice: Practice, source: Source) -> Source:
    """The advice as a source of its own, at the address that it rests on; nothing of it counts as captured."""
    return msgspec.structs.replace(
        source,
        key=f"src:practice-{practice.id}",
        title=f"{practice.title} (see {source.title})",
        provider=PLAYBOOK,
        settles=practice.advice,
        accessed="",
        sha256="",
    )
