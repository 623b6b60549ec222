"""The keys of what a telemetry event carries, as far as the code has them as literals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CALL = re.compile(r"\b(?P<kind>execute|span)\(")
_NEAR = 3
_LONGEST_CALL = 30
_ABOVE = 40
_MOST_KEYS = 16
_KEY = re.compile(r'\s*(?:"(?P<text>[^"]*)"\s*=>|(?P<atom>[a-z_]\w*[?!]?):\s|:(?P<other>\w+)\s*=>)')
_NAME = re.compile(r"[a-z_]\w*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_OPEN, _CLOSE = "([{", ")]}"


def tell_emission(lines: Sequence[str | None], line: int) -> str:
    """`measurements a, b; metadata c` of the event that a line executes; empty where nothing can be told.

    A variable is followed to the map that it is given above, in the same file; what is not written out there is named
    by its expression.
    """
    at, kind, given = _find_call(lines, line)
    told = []
    names = ("measurements", "metadata") if kind == "execute" else ("metadata",)
    for name, argument in zip(names, given[1:], strict=False):
        keys = _keys(argument) or (_keys(_assigned(lines, at, argument)) if _NAME.fullmatch(argument) else ())
        written = ", ".join(keys[:_MOST_KEYS]) if keys else f"`{argument[:60]}`"
        told.append("" if argument == "%{}" else f"{name} {written}")
    return "; ".join(filter(None, told))


def _find_call(lines: Sequence[str | None], line: int) -> tuple[int, str, list[str]]:
    """The index of the line of the call nearest to a line, what it is, and its arguments; none for what is no call."""
    near = sorted(range(max(0, line - 1 - _NEAR), min(len(lines), line + _NEAR)), key=lambda n: (abs(n - line + 1), n))
    for number in near:
        match = _CALL.search(lines[number] or "")
        if match is not None:
            text = "\n".join(part or "" for part in lines[number : number + _LONGEST_CALL])
            return number, match["kind"], list(_split(text[match.end() :]))
    return 0, "", []


def _assigned(lines: Sequence[str | None], at: int, name: str) -> str:
    """What a variable is given nearest above a line."""
    given = re.compile(rf"^\s*{re.escape(name)}\s*=\s*(?P<rest>.*)$")
    for number in range(at - 1, max(-1, at - _ABOVE), -1):
        match = given.match(lines[number] or "")
        if match is not None:
            rest = "\n".join((match["rest"], *(part or "" for part in lines[number + 1 : number + _LONGEST_CALL])))
            return rest.lstrip()
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
        if sign == '"':
            string = _STRING.match(text, at)
            skip = string.end() if string is not None else skip
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
