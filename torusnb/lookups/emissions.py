"""The keys of what a telemetry event carries, as far as the code has them as literals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CALL = re.compile(r":telemetry\.(?P<kind>execute|span)\(")
_OPENS = re.compile(rf"{_CALL.pattern}\s*$")
_PIPED = re.compile(rf"(?:\[[^\[\]]*\]|\w)\s*\|>\s*{_CALL.pattern}")
_LONGEST_CALL = 30
_LONGEST_TEXT = 4_000
"""Characters of a call that are read, so that a hostile line costs no more than an honest one."""

_ABOVE = 40
_MOST_KEYS = 16
_KEY = re.compile(r'\s*(?:"(?P<text>[^"]*)"\s*=>|(?P<atom>[a-z_]\w*[?!]?):\s|:(?P<other>\w+)\s*=>)')
_NAME = re.compile(r"[a-z_]\w*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_OPEN, _CLOSE = "([{", ")]}"


def tell_emission(lines: Sequence[str | None], line: int) -> str:
    """`measurements a, b; metadata c` of the event that a line executes; empty where nothing can be told.

    A variable is followed to the map that it is given above, in the same file; what is not written out there is named
    by its expression. Of two calls on one line nothing is told, since either may be meant.

    Args:
        lines: The file.
        line: 1-based; where the event's name stands, which in a call over several lines is not where the call begins.
    """
    at, kind, given = _find_call(lines, line - 1)
    told = []
    names = ("measurements", "metadata") if kind == "execute" else ("metadata",)
    for name, argument in zip(names, given[1:], strict=False):
        keys = _keys(argument) or (_keys(_assigned(lines, at, argument)) if _NAME.fullmatch(argument) else ())
        written = ", ".join(keys[:_MOST_KEYS]) if keys else f"`{argument[:60]}`"
        told.append("" if argument == "%{}" else f"{name} {written}")
    return "; ".join(filter(None, told))


def _find_call(lines: Sequence[str | None], at: int) -> tuple[int, str, list[str]]:
    """The index of the line, what the call of the event named there is, and its arguments; none for no call.

    The call stands on the line itself, or opens on the line above, or the name is piped into it below.
    """
    here, text = _join(lines, at, 1), _join(lines, at, _LONGEST_CALL)
    calls = list(_CALL.finditer(here))
    if len(calls) == 1:
        piped = here[: calls[0].start()].rstrip().endswith("|>")
        return at, calls[0]["kind"], _arguments(text[calls[0].end() :], piped=piped)
    opened = _OPENS.search(_join(lines, at - 1, 1)) if at and not calls else None
    if opened is not None:
        return at - 1, opened["kind"], _arguments(text)
    below = _PIPED.search(text[:_LONGEST_TEXT]) if not calls else None
    if below is not None and below.start() < len(here):
        return at, below["kind"], _arguments(text[below.end() :], piped=True)
    return at, "", []


def _join(lines: Sequence[str | None], at: int, count: int) -> str:
    return "\n".join(line or "" for line in lines[at : at + count])


def _arguments(text: str, *, piped: bool = False) -> list[str]:
    """A call's arguments; the one that is piped in, empty, comes first."""
    return [*([""] if piped else []), *_split(text[:_LONGEST_TEXT])]


def _assigned(lines: Sequence[str | None], at: int, name: str) -> str:
    """What a variable is given nearest above a line."""
    given = re.compile(rf"^\s*{re.escape(name)}\s*=\s*(?P<rest>.*)$")
    for number in range(at - 1, max(-1, at - _ABOVE), -1):
        match = given.match(lines[number] or "")
        if match is not None:
            rest = f"{match['rest']}\n{_join(lines, number + 1, _LONGEST_CALL - 1)}"
            return rest.lstrip()[:_LONGEST_TEXT]
    return ""


def _keys(text: str) -> tuple[str, ...]:
    """The keys of the map that a text begins with."""
    if not text.startswith("%{"):
        return ()
    pairs = (_KEY.match(part) for part in _split(text[2:]))
    found = (match["text"] or match["atom"] or match["other"] for match in pairs if match is not None)
    return tuple(dict.fromkeys(filter(None, found)))


def _split(text: str) -> Iterator[str]:
    """The parts between the commas of the first level, up to the bracket that closes it."""
    depth, start, skip = 0, 0, 0
    for at, sign in enumerate(text):
        if at < skip:
            continue
        if sign == '"' and text[at - 1 : at] != "?":
            string = _STRING.match(text, at)
            if string is None:
                return
            skip = string.end()
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE and depth:
            depth -= 1
        elif (sign == "," and not depth) or sign in _CLOSE:
            if part := text[start:at].strip():
                yield part
            start = at + 1
            if sign != ",":
                return
