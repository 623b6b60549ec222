"""Where designs meet: two packs that make, change or read the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import PurePosixPath

from torusnb.models.claims import Claim, Conflict, Design

SEVERITIES = ("high", "medium", "low", "none")
_COMMON_SHARE = 3
_FEWEST = 4
_KINDS = ("table", "module", "route", "event", "topic", "flag", "cache", "file")


def find_common(designs: Iterable[Design]) -> frozenset[tuple[str, str]]:
    """The things that more than a third of the designs name, and at least four: common ground, and no conflict."""
    designs = tuple(designs)
    counted = Counter((claim.kind, claim.name) for design in designs for claim in design.claims)
    least = max(len(designs) / _COMMON_SHARE, _FEWEST - 1)
    return frozenset(thing for thing, count in counted.items() if count > least)


def find_conflicts(
    designs: Sequence[Design], common: frozenset[tuple[str, str]], directory: str = ""
) -> tuple[Conflict, ...]:
    """Every thing that two designs claim, the worst first.

    Args:
        designs: The designs to hold against each other.
        common: Things that are left out, unless both designs make them.
        directory: Only what the design of this folder meets, which is then the first of each pair; empty means every
            pair.
    """
    found = []
    for one, other in combinations(designs, 2):
        if directory and directory not in (one.directory, other.directory):
            continue
        first, second = (other, one) if directory == other.directory else (one, other)
        theirs = {(claim.kind, claim.name): claim for claim in second.claims}
        for claim in first.claims:
            match = theirs.get((claim.kind, claim.name))
            if match is not None and ((claim.kind, claim.name) not in common or claim.role == match.role == "new"):
                found.append(_meet(first, claim, second, match))
    found.sort(key=lambda c: (SEVERITIES.index(c.severity), c.archived, _KINDS.index(c.kind), c.name, c.slugs))
    return tuple(found)


def _meet(first: Design, one: Claim, second: Design, other: Claim) -> Conflict:
    roles = {one.role, other.role}
    thing = f"{one.kind} {one.name}"
    ordered = _ordered(first, second)
    if ordered is not None and (one if ordered[1] is first else other).role != "read":
        later, sooner = ordered
        severity, text = (
            "low",
            f"{later.slug} depends on {sooner.slug}: what {sooner.slug} does to the {thing} comes first.",
        )
    elif roles == {"new"}:
        severity, text = "high", f"Both make the {thing}: agree on one owner before either is built."
    elif "new" in roles:
        maker, user, does = (first, second, other.role) if one.role == "new" else (second, first, one.role)
        severity, text = "medium", f"{maker.slug} makes the {thing}, and {user.slug} {_third(does)} it: order the work."
    elif roles == {"change"}:
        severity, text = "medium", f"Both change the {thing}: one of them will have to merge."
    elif "change" in roles:
        changer, user = (first, second) if one.role == "change" else (second, first)
        severity, text = "low", f"{changer.slug} changes the {thing}, which {user.slug} rests on."
    else:
        severity, text = "none", f"Both rest on the {thing}."
    slugs = (first.slug, second.slug)
    return Conflict(severity, one.kind, one.name, slugs, one, other, text, first.archived or second.archived)


def _ordered(first: Design, second: Design) -> tuple[Design, Design] | None:
    """The later and the sooner of two packs of one folder when one depends on the other, and not both."""
    if PurePosixPath(first.directory).parent != PurePosixPath(second.directory).parent:
        return None
    pairs = [(a, b) for a, b in ((first, second), (second, first)) if b.slug in a.depends]
    return pairs[0] if len(pairs) == 1 else None


def _third(role: str) -> str:
    return "changes" if role == "change" else "reads"
