"""Which definitions of a PRD give an identifier new words: `FR-002 now reads: …`, or its statement once more."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from torusnb.spec.definitions import Definition
from torusnb.spec.markdown import Chapter
from torusnb.spec.pieces import split_pieces

_LATER = re.compile(
    r"\b(?:amend(?:ments?|ed)|addend(?:um|a)|supersed\w+|corrections?|errata"
    r"|scope (?:change|update|adjustment)s?|(?:later|late|subsequent) (?:changes?|decisions?))\b",
    re.IGNORECASE,
)
"""A heading of a part that changes what stands above it."""
_CHANGED = r"(?:amended|changed|reworded|revised|updated|restated|rewritten|replaced|corrected)"
_NOW = re.compile(
    rf"^[\s*_`:–—-]*(?:[(\[]\s*(?:now )?{_CHANGED}\b[^()\[\]]{{0,40}}[)\]]\s*[:–—-]+"
    r"|(?:(?:shall|should|will|must) )?(?:now )?(?:reads?|says?|becomes)(?: now)?(?: as follows)?\s*(?::|(?=[“\"]))"
    rf"|(?:is|are|was|has been|have been|gets) (?:now |hereby )?{_CHANGED} ?(?:to read|to|with|by|as follows)\s*"
    r"(?::|(?=[“\"]))"
    r"|changes to\s*(?::|(?=[“\"])))[\s*_]*(?P<words>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""How words begin that are given to an identifier in place of its old ones."""
_TELLS = re.compile(
    r"^\W*(?:is|are|was|were|has|have|had|now|no longer|not|stays?|remains?|see|moved?)\b", re.IGNORECASE
)
"""What speaks about an identifier instead of stating it."""
_LEAST, _SHARED, _SHORT = 4, 0.5, 3


def mark_amendments(definitions: Sequence[Definition], chapters: Sequence[Chapter]) -> tuple[Definition, ...]:
    """The definitions, in which those that give an id new words say so and hold these words alone.

    Words say it themselves (`amends` is `said`), or stand below a heading that amends (`placed`): then they count only
    where they state the same thing anew, see `restates`.
    """
    parts = [(chapter.line, _end_of(chapter, chapters)) for chapter in chapters if _LATER.search(chapter.title)]
    return tuple(_marked(definition, parts) for definition in definitions)


def _end_of(part: Chapter, chapters: Sequence[Chapter]) -> int:
    """The last line of a part with the chapters below it."""
    below = [chapter for chapter in chapters if chapter.line > part.line]
    after = next((chapter.line for chapter in below if chapter.level <= part.level), None)
    return after - 1 if after is not None else max(chapter.end_line for chapter in chapters)


def _marked(definition: Definition, parts: Sequence[tuple[int, int]]) -> Definition:
    said = _NOW.match(definition.text)
    if said is not None:
        words = said["words"].strip().strip('“”"').strip()
        return msgspec.structs.replace(definition, text=words, amends="said") if words else definition
    if any(first <= definition.place.line <= last for first, last in parts) and not _TELLS.match(definition.text):
        return msgspec.structs.replace(definition, amends="placed")
    return definition


def restates(old: str, new: str) -> bool:
    """Whether a text states anew what another one states: it is a sentence, and they share half of their words."""
    before, after = _telling(old), _telling(new)
    shared = len(before & after)
    return len(after) >= _LEAST and shared >= _SHARED * min(len(before), len(after))


def _telling(text: str) -> set[str]:
    return {piece for piece in split_pieces(text) if len(piece) > _SHORT}
