"""From what came of a fetch to what a provider answers: a refusal stays a refusal."""

from __future__ import annotations

from urllib.parse import urlsplit

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


def told_by(fetched: Fetched) -> str:
    """What came of it in words; the host stands for an address whose query would only repeat what was asked."""
    message = fetched.message.strip() or f"{fetched.outcome}."
    try:
        host = urlsplit(fetched.requested).hostname or ""
    except ValueError:
        return message
    for url in (fetched.requested[:300], fetched.url[:300]):
        message = message.replace(url, host) if url and host else message
    return message.replace(f"{host}: the name '{host}'", f"the name '{host}'")
