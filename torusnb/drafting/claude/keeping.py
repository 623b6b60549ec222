"""What of the look-ups for the approach later requests show again: whole where there is room, else what decisions need.

A section is written from the lines and passages on which the decided names rest. An answer that holds one of them among
hundreds of others may be too long to stand in every request; these lines are kept all the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.exchange import shows

ONLY_DECIDED = " (only what decisions rest on)"
"""What stands behind the question of an answer of which only such lines are shown."""
_BESIDE = 2
"""Lines of code that are kept before and behind one that a decision rests on, where the answer shows them."""
_FILE = re.compile(r"# (?P<file>\w+) = ")
_SOURCE = "src:"

Read = tuple[str, str]
"""What was asked, and what it gave as shown."""


def keep_decided(read: Sequence[Read], cited: Sequence[str], tokens: int) -> tuple[Read, ...]:
    """The answers that fit, those first that show most of what is cited, in their order.

    Of an answer that does not fit the lines and passages are kept that bear a cited key, as far as no other shows them;
    room for these is set apart first.

    Args:
        read: Questions and answers, each once.
        cited: Keys as the answers show them.
        tokens: Most tokens (estimated) of what is kept.
    """
    weighed = sorted(read, key=lambda each: -sum(shows(each[1], key) for key in cited))
    left, needed, seen = tokens, {}, set[str]()
    for each in weighed:
        lines = _list_needed(each[1], frozenset(cited), seen)
        size = estimate_tokens("\n".join(lines))
        if lines and size <= left:
            left -= size
            seen |= {line for line in lines if not line.startswith("#")}
            needed[each] = "\n".join(lines)
    kept: dict[Read, Read] = {}
    for each in weighed:
        asked, said = each
        part = needed.get(each, "")
        more = estimate_tokens(said) - (estimate_tokens(part) if part else 0)
        if more <= left:
            left -= more
            kept[each] = each
        elif part:
            kept[each] = (f"{asked}{ONLY_DECIDED}", part)
    return tuple(kept[each] for each in read if each in kept)


def _list_needed(said: str, cited: Collection[str], seen: Collection[str]) -> tuple[str, ...]:
    """The lines of an answer that bear a cited key, with those beside them and what names their file or page.

    None when all of these were `seen`.
    """
    lines = said.splitlines()
    keys = ["" if line.startswith("#") or " |" not in line else line.partition(" |")[0] for line in lines]
    bearing = [number for number, key in enumerate(keys) if key in cited and lines[number] not in seen]
    needed: set[int] = set()
    for number in bearing:
        if keys[number].startswith(_SOURCE):
            needed.update(_with_heading(keys, number))
        else:
            beside = range(max(0, number - _BESIDE), min(len(lines), number + _BESIDE + 1))
            needed.update(each for each in beside if keys[each] and lines[each] not in seen)
    files = {keys[number].partition(":")[0] for number in needed}
    named = {n for n, line in enumerate(lines) if (told := _FILE.match(line)) and told["file"] in files}
    return tuple(lines[number] for number in sorted(needed | named)) if needed else ()


def _with_heading(keys: Sequence[str], number: int) -> Iterable[int]:
    """A line of a passage, and the heading above the passage."""
    first = number
    while first and keys[first - 1] == keys[number]:
        first -= 1
    return (first - 1, number) if first and not keys[first - 1] else (number,)
