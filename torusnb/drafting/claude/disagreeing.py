"""What in a section disagrees with a decision that was made anew after it was written. Pure: text in, sentence out."""

from __future__ import annotations

import re

from torusnb.drafting.claude.homes import holds_decision
from torusnb.drafting.claude.ledger import Entry
from torusnb.drafting.claude.numbers import find_numbers, find_with_words
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
    naming = [MARKER.sub("", block.text) for block in read_blocks(text) if named.search(block.text)]
    stale = {" ".join(said.split()): old for said in naming if (old := _find_stale(said, before, after))}
    blocks = [" ".join(said.split()) for said in naming]
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


def tell_withdrawn(text: str, taken: Entry, because: str, *, shared: bool = False) -> str:
    """What a section still says of a decision that was taken back, with its words; empty where that is nothing.

    What exists is there all the same, so only what calls it changed counts.

    Args:
        text: The section's text.
        taken: What was decided.
        because: Why it was taken back.
        shared: Whether another decided name has the same last part, so that only the whole name is this one.
    """
    name = taken.name if shared else taken.short
    if taken.standing == "existing":
        return ""
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    blocks = [" ".join(MARKER.sub("", block.text).split()) for block in read_blocks(text) if named.search(block.text)]
    if taken.standing == "changed":
        blocks = [said for said in blocks if _calls(said, name, taken.standing)]
    told = "; ".join(f"“{_cut(said)}”" for said in blocks[:_MOST_QUOTED])
    return f"`{taken.name}` was taken back since this was written: {because} Here it says: {told}" if told else ""


def _find_stale(said: str, before: Entry, after: Entry) -> tuple[str, ...]:
    """Numbers, names in code and the standing that a sentence has and only the earlier decision.

    A number of one digit stands for much: it counts where a word beside it is one beside it in that decision.
    """
    now = f"{after.name} {after.decision} {after.because}"
    numbers = set(find_numbers(before.decision)) - set(find_numbers(now))
    names = {name for name in _NAMED.findall(before.decision) if name not in now}
    beside: dict[str, set[str]] = {}
    for number, words in find_with_words(before.decision):
        beside.setdefault(number, set()).update(words)
    found = [n for n, words in find_with_words(said) if n in numbers and (len(n) > 1 or words & beside[n])]
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
