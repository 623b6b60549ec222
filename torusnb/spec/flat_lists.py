"""Lists that a ticket gives without marks: one item on each line, or all on one line one after the other."""

from __future__ import annotations

import re

from torusnb.spec.topics import read_topic

_FEWEST_LINES, _LONGEST_LINE, _FEWEST_WORDS = 3, 160, 2
_LONGEST_TITLE = 4
_MARKED = re.compile(r"^\s*(?:[-*+•>#|`~=]|\d{1,3}[.)]|\[|!\[|<|\S.*:\s*$)")
_ITEM = re.compile(r"^[A-Z“\"][^\n]*$")
_ENDS = re.compile(r"[.!?;,:…]\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_VERBS = (
    "Show|Add|Allow|Let|Display|Build|Create|Put|Make|Keep|Enable|Provide|Implement|Persist|Hide|Remove|Prevent|Preserve|"
    "Expose|Ensure|Validate|Do not"
)
_GLUED = re.compile(
    rf"(?<=[a-z0-9)”\"`])(?<!\bthe)(?<!\ban)(?<!\ba)(?<!\bon)(?<!\bor)(?<!\band)(?<!\bto)(?<!\bclick)(?<!\bpress)"
    rf"(?<!\bselect)(?<!\bnamed)(?<!\bcalled)(?<!\blabel)\s+(?=(?:{_VERBS}) [a-z]+\s)"
    r"(?!\w+ (?:button|link|icon|menu|option|tab|tile|page|and|or|to)\b)"
)
_LEAST_GLUED = 3


def mark_flat_lists(text: str) -> str:
    """The text with a bullet before each line of a list that has no marks, its title as a heading; no line is moved.

    At least three lines in a row, each short, beginning with a capital and without a stop behind it, are a list: prose
    that was wrapped goes on in small letters, or ends its sentences.
    """
    lines = text.split("\n")
    marked = list(lines)
    fenced, run = False, list[int]()
    for at, line in enumerate([*lines, ""]):
        fenced = fenced != bool(_FENCE.match(line))
        if not fenced and _is_item(line):
            run.append(at)
            continue
        if len(run) >= _FEWEST_LINES and not line.strip() and (run[0] == 0 or not lines[run[0] - 1].strip()):
            for item in run:
                marked[item] = f"- {lines[item]}"
            title = _title_above(lines, run[0])
            if title is not None:
                marked[title] = f"## {lines[title]}"
        run = []
    return "\n".join(marked)


def _title_above(lines: list[str], first: int) -> int | None:
    """The line that names what a list is of, where it stands by itself right above."""
    above = next((at for at in range(first - 1, -1, -1) if lines[at].strip()), None)
    if above is None or _MARKED.match(lines[above]) or len(lines[above].split()) > _LONGEST_TITLE:
        return None
    alone = above == 0 or not lines[above - 1].strip()
    return above if alone and above < first - 1 and read_topic(lines[above]) else None


def _is_item(line: str) -> bool:
    few = len(line.split()) < _FEWEST_WORDS or len(line) > _LONGEST_LINE
    return not few and bool(_ITEM.match(line)) and not _MARKED.match(line) and not _ENDS.search(line)


def split_glued(text: str) -> list[str]:
    """The demands that follow each other on one line without a stop (`Show the total Hide the tax Keep the sum`).

    They are told apart where at least three of them begin with the verb of a demand; else the text is one.
    """
    parts = [part.strip() for part in _GLUED.split(text)]
    begins = [" ".join(part.split()[:2]) for part in parts if re.match(rf"(?:{_VERBS})\b", part)]
    named = len(set(begins)) < len(begins)  # two words that come again with a capital are a name
    return parts if _LEAST_GLUED <= len(begins) >= len(parts) - 1 and not named else [text]
