"""The rule about facts of the outside world: what a library, a standard or the BEAM does needs a source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.review import Finding
from torusnb.review.reading import Reading
from torusnb.review.rules import found
from torusnb.spec.outside_facts import find_outside_facts

_SOURCE = re.compile(
    r"\[[a-z0-9][a-z0-9._-]*\]|https?://|\]\(|\[@|\(\s*`?…?[\w./-]+\.(?:ex|exs|md|yml|ts|tsx)\b|\b[A-Z]{1,6}-\d+\b"
)
_BEHIND = re.compile(r"\s*\((?:[^()\n]|\([^()\n]*\))*\)")
"""A sentence's sources in brackets behind its full stop, as torusnb's own documents write them."""
_TESTS = re.compile(r"\btest", re.IGNORECASE)


def review_outside_claims(reading: Reading) -> Iterator[Finding]:
    """Sentences that state what a technology or standard does, without a source in the same sentence.

    Only plain statements count: a sentence about what the design must or will do is no fact of the outside world, and
    a list of tests says what is checked, not what is so.
    """
    tests = {section.id for section in reading.template.sections if _TESTS.search(section.title)}
    for fact in find_outside_facts(reading.text):
        line = reading.line_at(fact.start)
        end = fact.start - fact.sentence.index(fact.claim) + len(fact.sentence)
        behind = _BEHIND.match(reading.text, end)
        sourced = _SOURCE.search(fact.sentence + (behind.group() if behind else ""))
        if line in reading.fenced or sourced or reading.section_id(line) in tests:
            continue
        yield found(
            "citation.uncited-claim",
            reading.path,
            line,
            f"This states a fact about the outside world without a source: “{' '.join(fact.claim.split())} …”",
            "Cite the primary documentation for it, for the version in use, or say that it is assumed.",
            section=reading.section_id(line),
        )
