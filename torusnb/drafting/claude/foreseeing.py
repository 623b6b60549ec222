"""How the work on a draft may go, for the preflight: what bounds it, and what is likely.

The most is what the bounds allow: every look-up in a turn of its own, and asked for more than there are before a reply
and before each of its repairs; every section repaired by edits that cannot be put in, and then whole; in every round
the edits asked for twice and every section revised by itself besides; every reply as long as it may be, and nothing
found in the cache. The likely course is a guess, since no draft has been measured yet: replies of a quarter of their
limit, half of the look-ups with a short word each, a repair for each fourth request, one round of edits, and one
section in sixteen whose edits cannot be put in. The least is one short reply for each request.
"""

from __future__ import annotations

import math

from torusnb.drafting.claude.choosing import SECTION_TOKENS
from torusnb.drafting.claude.exchange import DEAF_ROUNDS, LOOKUP_TOKENS, MOST_LOOKUPS
from torusnb.drafting.claude.ledger import LEDGER_TOKENS
from torusnb.drafting.claude.requests import (
    ALL_WRITTEN_TOKENS,
    APPROACH_OUTPUT,
    LINES_TOKENS,
    READ_TOKENS,
    SECTION_OUTPUT,
    WRITTEN_TOKENS,
)
from torusnb.models.planned import Course

_GROWN_TOKENS = (
    READ_TOKENS
    + APPROACH_OUTPUT
    + LEDGER_TOKENS
    + ALL_WRITTEN_TOKENS
    + SECTION_TOKENS
    + 3 * SECTION_OUTPUT
    + LINES_TOKENS
)
"""What is read ahead, decided, written and marked by then, all at its largest; of a revision also the text as it
stands, and as much again for what is found in it; edits that were lost before a second repair; of a round of edits the
findings, and what is unverified."""
_BY_BYTES = 4 / 3
"""Room is counted in quarters of characters, the preflight in thirds of bytes."""
_CACHED = 20
"""What was read for the approach fills half of its room, as a guess, and costs a tenth when it comes from the cache."""
_MOST_REPAIRS = 2
"""A section is repaired by edits and, where they are lost, whole."""
_ALONE = 1 / 16
"""The share of sections that are revised by themselves, as a guess."""


def list_courses(rounds: int) -> tuple[Course, ...]:
    """The least, the likely and the most, for so many rounds of revision."""
    answer = LOOKUP_TOKENS // MOST_LOOKUPS
    return (
        Course("least", written=1 / 16),
        Course(
            "likely",
            written=1 / 4,
            grown=WRITTEN_TOKENS // 2 + READ_TOKENS // _CACHED,
            lookups=1 / 2,
            asking=1 / 32,
            answer=answer,
            repaired=1 / 4,
            revised=min(1, rounds) * _ALONE,
            rounds=min(1, rounds),
        ),
        Course(
            "most",
            written=1,
            grown=math.ceil(_BY_BYTES * _GROWN_TOKENS),
            lookups=(MOST_LOOKUPS + (1 + _MOST_REPAIRS) * DEAF_ROUNDS) / MOST_LOOKUPS,
            asking=1,
            answer=2 * answer,
            repaired=_MOST_REPAIRS,
            revised=rounds,
            rounds=rounds,
            cached=False,
        ),
    )
