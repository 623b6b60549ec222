"""From what came of a fetch to what a provider answers: a refusal stays a refusal."""

from __future__ import annotations

from torusnb.models.fetched import Fetched

_OUTCOMES = {
    "rate-limited": "rate-limited",
    "challenge": "challenge",
    "gone": "unavailable",
    "refused": "broken",
    "wrong-type": "broken",
    "too-large": "broken",
    "broken": "broken",
    "thin": "broken",
}


def outcome_of(fetched: Fetched) -> str:
    """The outcome of a query whose answer could not be had; `unreachable` for all that a later run may bring."""
    return _OUTCOMES.get(fetched.outcome, "unreachable")
