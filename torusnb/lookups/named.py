"""What the documentation says of exact names, before any search by words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.models.telling import count_told
from torusnb.research.providers.deps import DependencyDocs
from torusnb.research.providers.protocol import Hit
from torusnb.research.words import word_set

PASSAGES_OF_NAME = 2
"""Passages that one name brings."""
_OF_MEMBER, _OF_MODULE = (2, 0.2), (3, 0.3)
"""Of how many of the words a passage speaks at least, and its least relevance: a module at large speaks of much."""
_OF_TELLING = 0.1
"""The least relevance of a function's own passage that tells of several kinds of behaviour."""
_STRONG_WORDS, _STRONG_RELEVANCE, _STRONG_TOLD = 2, 0.35, 2
"""Of how many words one of several names' passages speaks at least, its least relevance, and kinds of behaviour."""
_ALIKE = 0.8
"""A second passage of a name is shown when it says nearly as much as the first."""
_MOST_NAMES = 40
_LOOKS_LIKE_NAME = re.compile(
    r"(?:[A-Z]\w*\.)+[A-Za-z_]\w*[?!]?(?:/\d+)?|[a-z]\w*[?!]?/\d+|[a-z]\w*_\w+[?!]?|:[a-z]\w*(?:\.[a-z]\w*)?(?:/\d+)?"
    r"|[a-z]\w*[.:][a-z]\w*/\d+|phx-[a-z-]+|[A-Z][a-z]+[A-Z]\w*"
)


def split_names(given: str) -> tuple[str, ...]:
    """Names apart by `;`, each once."""
    return tuple(dict.fromkeys(name for each in given.split(";") if (name := each.strip())))


def list_names(words: str) -> tuple[str, ...]:
    """The words of a question that are written like a name of a library."""
    bare = (word.strip("`'\"(),.") for word in words.split())
    return tuple(dict.fromkeys(word for word in bare if _LOOKS_LIKE_NAME.fullmatch(word)))


def find_documented(docs: DependencyDocs, names: Iterable[str], words: str, package: str = "") -> list[Hit]:
    """The passages that document some names, by how much they say of the words; ties in the order of the names."""
    asked = tuple(names)[:_MOST_NAMES]
    hits = [hit for name in asked for hit in docs.find_named(name, words, package)[:PASSAGES_OF_NAME]]
    return sorted(hits, key=lambda hit: -hit.relevance)


def find_asked(docs: DependencyDocs, given: str, words: str, package: str = "") -> list[Hit]:
    """What documents a name and speaks of the words; of several names, apart by `;`, the one passage that says most.

    A passage speaks of the words when it holds two of them; of words that are but the name, each passage does. One that
    tells behaviour goes before one that only says what there is. Of several names nobody said which decides anything,
    so that a passage must tell behaviour, and hold more of the words; a `;` behind a single name asks for the same.
    """
    names = split_names(given)
    said = len(word_set(words) - word_set(given))
    found = find_documented(docs, names, words, package)
    fitting = [hit for hit in found if (_decides(hit, said) if ";" in given else _speaks(hit, said))]
    fitting = [hit for hit in fitting if count_told(quoted(hit))] or fitting
    best = [hit for hit in fitting if hit.relevance >= _ALIKE * fitting[0].relevance]
    return best[: PASSAGES_OF_NAME if len(names) < 2 else 1]


def _speaks(hit: Hit, said: int) -> bool:
    """Whether a hit says enough of so many words that were asked."""
    of_member = hit.passage is not None and "/" in hit.passage.anchor
    words, relevance = _OF_MEMBER if of_member else _OF_MODULE
    if of_member and count_told(quoted(hit)) > 1:
        relevance = _OF_TELLING
    return not said or ((hit.spoken or 0) >= min(words, said) and hit.relevance >= relevance)


def _decides(hit: Hit, said: int) -> bool:
    """Whether a hit that nobody asked for by its name tells enough behaviour, and of enough of the words."""
    strong = (hit.spoken or 0) >= min(_STRONG_WORDS, said) and hit.relevance >= _STRONG_RELEVANCE
    return not said or (strong and _speaks(hit, said) and count_told(quoted(hit)) >= _STRONG_TOLD)


def find_held(docs: DependencyDocs, given: str, package: str = "") -> tuple[str, ...]:
    """Which of some names, apart by `;`, are documented, in their order."""
    return tuple(name for name in split_names(given) if docs.find_named(name, "", package))


def quoted(hit: Hit) -> str:
    """The words of a hit's passage that are quoted, as they stand there."""
    passage = hit.passage
    return passage.text[hit.start - passage.start : hit.end - passage.start] if passage is not None else ""
