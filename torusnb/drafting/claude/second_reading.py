"""A second reading: the model reads its whole draft, and what it finds is revised like the review's findings.

The review without a model sees names, ids, citations and numbers; it does not see that two sections tell different
stories, or that a call gives back something else than the design relies on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Annotated

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE
from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.exchange import READING_BOUNDS, Exchange, Talk
from torusnb.drafting.claude.ledger import split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.reading import read_blocks, spoken_keys
from torusnb.drafting.claude.requests import ALL_WRITTEN_TOKENS, LINES_TOKENS, MOST_FAULTS, Composer, keep_within
from torusnb.errors import ModelError
from torusnb.models.base import Value
from torusnb.models.design import Evidence

_LONGEST = 2_000
"""Characters of a fault, and of its remedy, that a revision is told."""
_LONGEST_LINE = 160
_LONGEST_OPEN, _MOST_OPEN = 240, 40
_UNVERIFIED = re.compile(
    r"\b(?:un|not )verified\b|\bcould not be (?:read|seen|checked)\b|\bnot (?:been )?(?:read|seen)\b", re.IGNORECASE
)
_NAMED = re.compile(r"^\s*section\b", re.IGNORECASE)
_TOO_MUCH = frozenset({"too-long", "too-large"})
"""Reasons of `ModelError` for which the sections could be asked for, and all of them together cannot."""


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
    written = [(f"section {section}", progress.texts[section]) for section in _in_order(progress)]
    if not written:
        return
    written = [*keep_within(written, _room_for(progress))]
    material = (
        ("the approach", progress.approach),
        ("the ledger", progress.ledger.render()),
        *written,
        ("the lines that it marks", _marked_lines(progress, written)),
        ("what it calls unverified", find_unverified(progress.texts)),
    )
    exchange = Exchange(composer.reading(material, talk.tools))
    try:
        talk.converse(exchange, READING_BOUNDS)
    except ModelError as error:
        if error.reason not in UNUSABLE | _TOO_MUCH:
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
        held = progress.objections.setdefault(told.section, [])
        said = " ".join(composer.mark.clean(said).split())
        if said not in held:
            held.append(said)
    talk.desk.say(f"second reading: {len(faults)} faults, {exchange.calls} look-ups")


def parse_faults(text: str, sections: Collection[str]) -> tuple[Told, ...]:
    """The faults of an answer's block that lie in one of the sections, in their order; what cannot be read is none."""
    body = next((body for name in ("faults", "json") if (body := split_fence(text, name)[1]) is not None), text)
    try:
        parts = msgspec.json.decode(body, type=list[msgspec.Raw])
    except msgspec.DecodeError:
        return ()
    found = (told for part in parts if (told := _parse_fault(part)) is not None)
    return tuple(told for told in found if told.section in sections)[:MOST_FAULTS]


def _parse_fault(part: msgspec.Raw) -> Told | None:
    try:
        told = msgspec.json.decode(part, type=Told)
    except msgspec.DecodeError:
        return None
    return msgspec.structs.replace(told, section=_NAMED.sub("", told.section).strip(" ."))


def _room_for(progress: Progress) -> int:
    """Tokens (estimated) of the sections that are read: the offline ones', by which the preflight counts, and more."""
    return sum(map(estimate_tokens, progress.offline.values())) + ALL_WRITTEN_TOKENS


def find_unverified(texts: Mapping[str, str]) -> str:
    """What the sections call unverified, a line each with its section: a reading can settle some of it by looking."""
    found = [
        f"{section}: {' '.join(block.text.split())[:_LONGEST_OPEN]}"
        for section, text in texts.items()
        for block in read_blocks(text)
        if _UNVERIFIED.search(block.text)
    ]
    return "\n".join(found[:_MOST_OPEN])


def _marked_lines(progress: Progress, written: list[tuple[str, str]]) -> str:
    """Each marked line of code as it stands, so that a sentence can be held against it without a look-up."""
    usable = progress.usable
    keys = dict.fromkeys(key for _, text in written for key in spoken_keys(text))
    lines = [f"{key} {' '.join(usable[key].text.split())[:_LONGEST_LINE]}" for key in keys if _is_line(usable.get(key))]
    kept: list[str] = []
    room = LINES_TOKENS
    for line in sorted(lines):
        room -= estimate_tokens(line)
        if room >= 0:
            kept.append(line)
    return "\n".join(kept)


def _is_line(item: Evidence | None) -> bool:
    return item is not None and item.kind == "code" and bool(item.text.strip())


def _in_order(progress: Progress) -> tuple[str, ...]:
    return tuple(section.id for section in progress.pack.template.sections if section.id in progress.texts)
