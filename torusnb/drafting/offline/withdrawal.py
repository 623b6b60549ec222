"""Requirements that the pack takes back elsewhere: it says to remove what they ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.wording import plain
from torusnb.models.requirements import SpecPack

_REMOVES = re.compile(
    r"^(?:remove|drop|delete|retire)\b|\bno longer (?:contains?|supports?|has|offers?)\b", re.IGNORECASE
)
_KEEPS = re.compile(r"^(?:keep|preserve|retain)\b", re.IGNORECASE)
_TERM = re.compile(
    r"`[^`]+`|\b(?!(?:post|pre|non|re|in|server|client|browser|user|database)-)[a-z]+(?:-[a-z]+)+\b", re.IGNORECASE
)
"""What names one thing: a code span or a compound with a hyphen."""
_LEAST = 2


def withdrawn_requirements(pack: SpecPack, placed: Sequence[Placed]) -> dict[str, tuple[str, ...]]:
    """Id of each requirement that the pack takes back, to the places that do; in the pack's order.

    `placed` are the pack's statements in their homes.

    A pack takes something back when at least two of its statements remove things, and the requirement names one of
    those things (a code span or a hyphenated compound that no statement keeps) without being about removing it.
    """
    removing = [one for one in placed if _REMOVES.search(one.text)]
    if len(removing) < _LEAST:
        return {}
    kept = {term for one in placed if one not in removing and _KEEPS.search(one.text) for term in terms(one.text)}
    found: dict[str, tuple[str, ...]] = {}
    for requirement in pack.requirements:
        text = plain(f"{requirement.title} {requirement.text}")
        if re.search(r"\b(?:remov\w+|no longer|retir\w+|delet\w+|drop\w*)\b", text, re.IGNORECASE):
            continue
        places = [one.key for one in removing if (terms(one.text) - kept) & terms(text)]
        if places:
            found[requirement.id] = tuple(places)
    return found


def terms(text: str) -> frozenset[str]:
    """The names in a text, in one spelling: `seed_trays` and `seed-tray` are the same."""
    return frozenset(
        re.sub(r"[-_]", " ", match.group(0).strip("`").lower()).rstrip("s") for match in _TERM.finditer(text)
    )
