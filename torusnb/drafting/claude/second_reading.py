"""A second reading: the model reads its whole draft once, and what it finds is revised like the review's findings.

The review without a model sees names, ids, citations and numbers; it does not see that two sections tell different
stories, or that a call gives back something else than the design relies on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE
from torusnb.drafting.claude.exchange import SECTION_BOUNDS, Exchange, Talk
from torusnb.drafting.claude.ledger import split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import MOST_FAULTS, Composer
from torusnb.errors import ModelError
from torusnb.models.base import Value

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Told(Value, frozen=True):
    """A fault that the reading tells, with the section it lies in and what that shall say instead."""

    section: str
    fault: _Text
    remedy: str = ""


def read_again(talk: Talk, composer: Composer, progress: Progress) -> None:
    """Put what the model holds against its own draft on the list of what is to be revised.

    An answer that cannot be read, or none, changes nothing: the review follows anyway.

    Raises:
        ModelError: No complete reply came, for a reason that concerns more than this request.
    """
    written = [(f"section {section}", progress.texts[section]) for section in _in_order(progress)]
    if not written:
        return
    material = (("the approach", progress.approach), ("the ledger", progress.ledger.render()), *written)
    exchange = Exchange(composer.reading(material, talk.tools))
    try:
        talk.converse(exchange, SECTION_BOUNDS)
    except ModelError as error:
        if error.reason not in UNUSABLE:
            raise
        talk.desk.say(f"second reading: no usable answer ({error.reason})")
        return
    progress.learn(exchange.evidence)
    text = "".join(str(block["text"]) for block in exchange.content if block.get("type") == "text")
    faults = parse_faults(composer.mark.aliases.expand(text), progress.texts)
    for told in faults:
        said = f"{told.fault} {told.remedy}".strip()
        progress.objections.setdefault(told.section, []).append(" ".join(composer.mark.clean(said).split()))
    talk.desk.say(f"second reading: {len(faults)} faults, {exchange.calls} look-ups")


def parse_faults(text: str, sections: Collection[str]) -> tuple[Told, ...]:
    """The faults of an answer's block that lie in one of the sections; none where nothing can be read."""
    _, body = split_fence(text, "faults")
    try:
        told = msgspec.json.decode(body or "[]", type=list[Told])
    except msgspec.DecodeError:
        return ()
    return tuple(fault for fault in told if fault.section in sections)[:MOST_FAULTS]


def _in_order(progress: Progress) -> tuple[str, ...]:
    return tuple(section.id for section in progress.pack.template.sections if section.id in progress.texts)
