"""Where a word ends inside code: at what is no letter or figure, and at a capital inside a name."""

from __future__ import annotations


def holds_whole(line: str, text: str) -> bool:
    """Whether a line holds a text that no letter goes on from; `_`, capitals inside a name and a plural's s end a word.

    So `late_work` is whole in `late_work_policy` and `LateWork` in `LateWorkPolicy`, but `tab` is not in `table`.
    """
    exact = text != text.lower()
    held = line if exact else line.lower()
    start = held.find(text)
    while start >= 0:
        end = start + len(text)
        plural = end + 1 if line[end : end + 1] == "s" else end
        if _is_border(line, start) and (_is_border(line, end) or _is_border(line, plural)):
            return True
        start = held.find(text, start + 1)
    return False


def _is_border(line: str, at: int) -> bool:
    """Whether a word ends before that place and another begins there."""
    before, after, next_one = line[at - 1 : at] if at else "", line[at : at + 1], line[at + 1 : at + 2]
    if not before.isalnum() or not after.isalnum():
        return True
    return after.isupper() and (not before.isupper() or next_one.islower())
