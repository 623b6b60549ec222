"""The rule about facts of the outside world: what a library, a standard or the BEAM does needs a source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.review import Finding
from torusnb.review.reading import Reading
from torusnb.review.rules import found

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
_SOURCE = re.compile(
    r"\[[a-z0-9][a-z0-9._-]*\]|https?://|\]\(|\[@|\(\s*`?[\w./-]+\.(?:ex|exs|md|yml|ts|tsx)\b|\b[A-Z]{1,6}-\d+\b"
)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*\[(])|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]|\||#))")
_TESTS = re.compile(r"\btest", re.IGNORECASE)
_OWN = re.compile(r"\b(?:we|our|this design|this feature|must|should|shall|will)\b", re.IGNORECASE)


def review_outside_claims(reading: Reading) -> Iterator[Finding]:
    """Sentences that state what a technology or standard does, without a source in the same sentence.

    Only plain statements count: a sentence about what the design must or will do is no fact of the outside world, and
    a list of tests says what is checked, not what is so.
    """
    tests = {section.id for section in reading.template.sections if _TESTS.search(section.title)}
    for offset, text in _sentences(reading.text):
        match = _CLAIM.search(text) or _ACCORDING.search(text)
        line = reading.line_at(offset + match.start()) if match else 0
        if match is None or line in reading.fenced or _SOURCE.search(text) or _OWN.search(text):
            continue
        if reading.section_id(line) in tests:
            continue
        yield found(
            "citation.uncited-claim",
            reading.path,
            line,
            f"This states a fact about the outside world without a source: “{' '.join(match.group().split())} …”",
            "Cite the primary documentation for it, for the version in use, or say that it is assumed.",
            section=reading.section_id(line),
        )


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in _END.finditer(text):
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]
