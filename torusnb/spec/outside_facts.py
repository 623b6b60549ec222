"""Sentences that state a fact of the outside world: what a library, a standard, the BEAM or a browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value

_THING = (
    r"(?:PostgreSQL|Postgres|[Tt]he BEAM|Erlang(?:/OTP)?|OTP|Ecto(?:\.\w+)*|Oban|ETS|(?:[Aa] |[Tt]he )?GenServers?|"
    r"Cachex|Phoenix(?: LiveView| PubSub| Channels?|\.\w+)*|ClickHouse|Redis|(?:Amazon |AWS )?S3|"
    r"LTI 1\.\d(?:\.\d)?(?: [A-Z]\w+)*|OAuth 2(?:\.0|\.1)?|OIDC|OpenID Connect|WCAG(?: 2\.\d)?|RFC ?\d{3,5}|"
    r"HTTP/[123](?:\.\d)?|Safari|Chrome|Firefox|(?:modern )?browsers)"
)
_CLAIM = re.compile(
    rf"(?<![\w.`/-])`?{_THING}`?(?:['’]s \w+)?\s+(?:\w+ ){{0,2}}?"
    r"(?:guarantees?|ensures|specifies|specify|mandates?|defines|requires|serializes|by default|automatically|never|"
    r"always|(?:is|are) atomic|(?:is|are) guaranteed|limits|allows|blocks?|rejects?|retries|locks|recommends?)\b"
    r"(?! (?:are|is|were|of)\b)"
)
_ACCORDING = re.compile(
    r"\b(?:according to|as (?:documented|specified|required|defined) (?:by|in)|(?:guaranteed|required|mandated) by)\s+"
    rf"(?:the )?`?{_THING}\b"
)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*\[(])|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|\||#))")
_OWN = re.compile(r"\b(?:we|our|this design|this feature|must|should|shall|will)\b", re.IGNORECASE)


class OutsideFact(Value, frozen=True):
    """A sentence that states one; `start` is where `claim`, the words that do, begins in the whole text."""

    start: int
    claim: str
    sentence: str


def find_outside_facts(text: str) -> Iterator[OutsideFact]:
    """The facts of the outside world that a Markdown text states plainly, sourced or not, in order.

    A sentence about what the design must or will do is none.
    """
    for offset, sentence in split_statements(text):
        match = _CLAIM.search(sentence) or _ACCORDING.search(sentence)
        if match is not None and not is_own(sentence):
            yield OutsideFact(offset + match.start(), match.group(), sentence)


def is_own(sentence: str) -> bool:
    """Whether a sentence says what the design must or will do, not what is so elsewhere."""
    return _OWN.search(sentence) is not None


def split_statements(text: str) -> Iterator[tuple[int, str]]:
    """The sentences, bullets and rows of a Markdown text with their offsets, in order."""
    start = 0
    for end in _END.finditer(text):
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]
