"""What the trail keeps: events and a person's decisions."""

from __future__ import annotations

from torusnb.models.base import Value


class Decision(Value, frozen=True):
    """Something a person decided.

    Attributes:
        subject: `waypoint`, `source`, `assumption`, `section`.
        key: The waypoint's path, the source's key, the assumption's id, the section's id.
        verdict: `keep`, `drop`, `add`, `edit`, `accept`, `reopen`.
        text: The new text for `edit` and `accept` (a section's Markdown, an assumption); a reason otherwise.
    """

    subject: str
    key: str
    verdict: str
    text: str = ""


class Event(Value, frozen=True):
    """One record of the trail.

    Attributes:
        seq: 1, 2, 3 …, without gaps. at: ISO 8601 time in UTC, to the second.
        actor: `torusnb` or `person`.
        step: `open`, `context`, `research`, `draft`, `review`, `export`, `decision`, `share`.
        key: What it is about; for a computed value the fingerprint of its inputs.
        summary: One line for a person. data: canonical JSON of the value, or empty.
        digest: Hex SHA-256 over this record and the digest before it.
    """

    seq: int
    at: str
    actor: str
    step: str
    key: str
    summary: str
    data: str
    digest: str
