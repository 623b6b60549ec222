"""A second reading: the model reads its whole draft, and what it finds is revised like the review's findings.

The review without a model sees names, ids, citations and numbers; it does not see that two sections tell different
stories, or that a call gives back something else than the design relies on.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated

import msgspec

from torusnb.drafting.claude.attempts import TOO_MUCH, UNUSABLE
from torusnb.drafting.claude.exchange import READING_BOUNDS, Exchange, Talk
from torusnb.drafting.claude.ledger import split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import MOST_FAULTS, Composer
from torusnb.drafting.claude.whole_draft import find_unverified, show_draft
from torusnb.errors import ModelError
from torusnb.models.base import Value

_LONGEST = 2_000
"""Characters of a fault, and of its remedy, that a revision is told."""
_NAMED = re.compile(r"^\s*section\b", re.IGNORECASE)


class Told(Value, frozen=True):
    """A fault that the reading tells, with the section it lies in and what that shall say instead."""

    section: str
    fault: Annotated[str, msgspec.Meta(min_length=1)]
    remedy: str | None = None


def read_again(talk: Talk, composer: Composer, progress: Progress) -> None:
    """Put what the model holds against its own draft on the list of what is to be revised.

    An answer that cannot be read, or none, changes nothing: the review follows anyway.

    Raises:
        ModelError: No complete reply came, for a reason that concerns more than this request.
    """
    draft, sections = show_draft(progress)
    if not sections:
        return
    besides = (("what it calls unverified", find_unverified(progress.texts)),)
    exchange = Exchange(composer.reading(draft, besides, talk.tools))
    try:
        talk.converse(exchange, READING_BOUNDS)
    except ModelError as error:
        if error.reason not in UNUSABLE | TOO_MUCH:
            raise
        why = f"The whole design was not read a second time: the model gave no usable answer ({error.reason})."
        progress.tell([why, *progress.left.get("", ())])
        talk.desk.say(why)
        return
    progress.learn(exchange.evidence)
    text = "".join(str(block["text"]) for block in exchange.content if block.get("type") == "text")
    faults = parse_faults(composer.mark.aliases.expand(text), progress.texts)
    for told in faults:
        said = f"{told.fault[:_LONGEST]} {(told.remedy or '')[:_LONGEST]}".strip()
        progress.hold(told.section, " ".join(composer.mark.clean(said).split()))
    talk.desk.say(f"second reading: {len(faults)} faults, {exchange.calls} look-ups")


def parse_faults(text: str, sections: Collection[str]) -> tuple[Told, ...]:
    """The faults of an answer's block that lie in one of the sections, in their order; what cannot be read is none."""
    body = next((body for name in ("faults", "json") if (body := split_fence(text, name)[1]) is not None), text)
    try:
        parts = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return ()
    found = (told for part in parts if (told := _parse_fault(part)) is not None)
    return tuple(told for told in found if told.section in sections)[:MOST_FAULTS]


def _parse_fault(part: msgspec.Raw) -> Told | None:
    try:
        told = msgspec.json.decode(part, type=Told)
    except msgspec.DecodeError:
        return None
    return msgspec.structs.replace(told, section=_NAMED.sub("", told.section).strip(" ."))
