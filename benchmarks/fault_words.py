"""Faults in what a document says: contradictions, vague words, open decisions, guardrails left out."""

from __future__ import annotations

import random
import re

from benchmarks.fault_ground import Ground, Lines, Planter, insert, sections

_TWICE = (
    ("The cached board has a TTL of {} minutes.", "Entries of the cached board go by a TTL of {} minutes."),
    (
        "The call to the registry has a timeout of {} seconds.",
        "A timeout of {} seconds bounds the call to the registry.",
    ),
    (
        "Rows of the ledger are kept for {} days.",
        "The nightly purge leaves alone what is young: rows of the ledger are kept for {} days.",
    ),
    ("The ledger job takes a batch size of {}.", "Each run of the ledger job has a batch size of {}."),
    ("P95 of `GET /ledger/board` is held to {} ms.", "For `GET /ledger/board` the design promises P95 of {} ms."),
)


def other_number(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """One thing stated in two sections, with two values."""
    del ground
    one, other = rng.choice(_TWICE)
    value = rng.randrange(2, 40) * 5
    first = insert(lines, rng, one.format(value), "performance", "consistency", "interfaces")
    return insert(first, rng, other.format(value * 3), "failure", "security", "caching") if first is not None else None


def vague(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    words = ("The page should be fast and scalable.", "Lookups are quick and the job is highly scalable.")
    return insert(lines, rng, rng.choice(words), "performance", "proposed design")


def undecided(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    words = (
        "We could use a GenServer or an ETS table here; this will be decided during implementation.",
        "The rows may or may not be kept, whatever turns out to be easier.",
    )
    return insert(lines, rng, rng.choice(words), "consistency", "interfaces", "data model")


def unguarded(words: str, *added: str) -> Planter:
    """Something that needs a guardrail is added, and every line that speaks of the guardrail is taken out.

    Args:
        words: What a line on the guardrail says, as alternatives of one pattern.
        added: List items on what has to be guarded.
    """
    pattern = re.compile(words, re.IGNORECASE)

    def plant(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
        del ground
        kept = [line for line in lines if line.startswith("#") or not pattern.search(line)]
        places = [
            part for part in sections(kept) if re.search("interfaces|data model|design", kept[part[0]], re.IGNORECASE)
        ]
        if not places:
            return None
        start, _ = rng.choice(places)
        return [*kept[: start + 1], "", *(f"- {item}" for item in added), *kept[start + 1 :]]

    return plant
