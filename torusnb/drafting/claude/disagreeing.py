"""What in a section disagrees with a decision that was made anew after it was written. Pure: text in, sentence out."""

from __future__ import annotations

import re

from torusnb.drafting.claude.homes import NUMBER, holds_decision
from torusnb.drafting.claude.ledger import Entry
from torusnb.drafting.claude.reading import read_blocks
from torusnb.models.design import MARKER

_LONGEST = 160
_MOST_QUOTED = 2
_WORD = re.compile(r"[a-z_]\w{3,}", re.IGNORECASE)
_NAMED = re.compile(r"`([^`\n]+)`")


def tell_disagreement(text: str, before: Entry, after: Entry, *, lenient: bool = False) -> str:
    """What a section says of a name against its new decision, with its words; empty where nothing is to be changed.

    A sentence that still has a number, a name in code or a standing which only the earlier decision had is told. Where
    there is none, what names it and speaks of what was decided first is told, unless some of it holds the new decision
    already. What only names it is no disagreement.

    Args:
        text: The section's text.
        before: What was decided first.
        after: What is decided now, under the same kind and name.
        lenient: Whether only what was decided before and no more counts, not what is merely left unsaid.
    """
    named = re.compile(rf"(?<!\w){re.escape(after.short)}(?!\w)")
    blocks = [" ".join(MARKER.sub("", block.text).split()) for block in read_blocks(text) if named.search(block.text)]
    stale = {said: old for said in blocks if (old := _find_stale(said, before, after))}
    head = f"`{after.name}` was decided anew since this was written: {after.decision}"
    if stale:
        told = [f"“{_cut(said)}” still has {', '.join(old)}" for said, old in stale.items()]
        return f"{head} Here {'; '.join(told[:_MOST_QUOTED])}."
    if lenient or any(holds_decision(said, after.decision) for said in blocks):
        return ""
    first = _words(before.decision) - _words(after.name)
    decided = first - _words(after.decision) or first
    speaking = [f"“{_cut(said)}”" for said in blocks if _words(said) & decided]
    return f"{head} Here it says: {'; '.join(speaking[:_MOST_QUOTED])}" if speaking else ""


def _find_stale(said: str, before: Entry, after: Entry) -> tuple[str, ...]:
    """Numbers, names in code and the standing that a sentence has and only the earlier decision."""
    now = f"{after.name} {after.decision} {after.because}"
    numbers = set(NUMBER.findall(before.decision)) - set(NUMBER.findall(now))
    names = {name for name in _NAMED.findall(before.decision) if name not in now}
    found = [number for number in NUMBER.findall(said) if number in numbers]
    found += [f"`{name}`" for name in _NAMED.findall(said) if name in names]
    if before.standing != after.standing and _calls(said, after.short, before.standing):
        found.append(f"“{before.standing}”, which is {after.standing} now")
    return tuple(dict.fromkeys(found))


def _calls(said: str, name: str, standing: str) -> bool:
    """Whether a standing is the name's own: right before it, or right behind it (in brackets, in the next cell)."""
    named = rf"[`*]*(?:[\w.]+\.)?{re.escape(name)}(?!\w)"
    behind = rf"[`*]*\s*[|(,:]?\s*(?:(?:is|are|was|as|a|an|the) )*{standing}\b"
    return re.search(rf"\b{standing} (?:[a-z]+ )?{named}|{named}{behind}", said, re.IGNORECASE) is not None


def _cut(said: str) -> str:
    return f"{said[:_LONGEST]} …" if len(said) > _LONGEST else said


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))
