"""What a function takes where its caller says nothing: options with a default, and which calls give them.

A call that leaves an option out is bound to the default that stands in the function, which no line of the call tells: a
reader that asks for version 1 by default misses what a writer keeps under version 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.context.inquiry.answers import Answer
from torusnb.lookups.sheet import Sheet
from torusnb.models.base import Place, Value
from torusnb.models.modules import Function, Module

_OPTION = re.compile(
    r"(?P<options>\bopt(?:ion)?s\b)(?:"
    r"\s*\|>\s*(?:Keyword|Map)\.(?:get|get_lazy|pop|pop_lazy|put_new|put_new_lazy)\(\s*:(?P<piped>\w+[?!]?)\s*,"
    r"|\s*,\s*:(?P<given>\w+[?!]?)\s*,"
    r"|\[:(?P<taken>\w+[?!]?)\]\s*\|\|)\s*(?P<default>.+)"
)
_READS = re.compile(r"\b(?:Keyword|Map)\.(?:get|get_lazy|pop|pop_lazy|pop_first|put_new|put_new_lazy)\(\s*$")
_NOTHING = re.compile(r"(?:nil|false|\[\]|%\{\}|\"\")\s*[),]?")
"""Defaults that only say that nothing was given."""
_PASSED_ON = re.compile(r"\bopt(?:ion)?s\b|\b\w+_opts\b")
_LINES_OF_CALL = 12
_LONGEST = 60
_MOST_OPTIONS = 4
_MOST_CALLS = 6


class Option(Value, frozen=True):
    """An option that a function reads, with its default as written and the line."""

    name: str
    default: str
    line: int


def find_options(lines: Sequence[str | None], function: Function) -> tuple[Option, ...]:
    """The options of a function whose default says something, each once, in the order of the lines."""
    found: dict[str, Option] = {}
    for number in range(function.line, min(function.end_line, len(lines)) + 1):
        line = lines[number - 1] or ""
        for match in _OPTION.finditer(line):
            name = match["piped"] or match["given"] or match["taken"]
            if match["given"] and not _READS.search(line[: match.start()]):
                continue
            default = _cut(match["default"])
            if default and not _NOTHING.fullmatch(default):
                found.setdefault(name, Option(name, default, number))
    return tuple(found.values())


def tell_defaults(sheet: Sheet, module: Module, functions: Sequence[Function], calls: Sequence[Answer]) -> None:
    """For each option with a default its line, how many calls give it, and the lines of the fewer ones."""
    lines = sheet.source(module.path)
    options = dict.fromkeys(option for function in functions for option in find_options(lines, function))
    places = tuple(dict.fromkeys(row.place for row in calls if row.place.line and row.distance == 1))
    for option in tuple(options)[:_MOST_OPTIONS] if places else ():
        given = [place for place in places if _gives(sheet, place, option.name)]
        giving = frozenset(given)
        silent = [place for place in places if place not in giving]
        left = [place for place in silent if not _passes_on(sheet, place)]
        passed = len(silent) - len(left)
        beyond = f", in {passed} it cannot be told" if passed else ""
        sheet.say(
            f"option :{option.name} is {option.default} by default: given in {len(given)} calls, left out in "
            f"{len(left)}{beyond}"
        )
        sheet.quote(module.path, option.line)
        for place in (given if len(given) <= len(left) or not left else left)[:_MOST_CALLS]:
            sheet.quote(place.path, place.line)


def _gives(sheet: Sheet, place: Place, name: str) -> bool:
    word = re.escape(name)
    return any(re.search(rf"(?<![\w:.]){word}:(?=\s|$)|:{word}(?![\w?!])", line) for line in _call(sheet, place))


def _passes_on(sheet: Sheet, place: Place) -> bool:
    return any(_PASSED_ON.search(line) for line in _call(sheet, place))


def _call(sheet: Sheet, place: Place) -> Iterator[str]:
    """The lines of the call that begins at a place."""
    depth = 0
    for line in sheet.source(place.path)[place.line - 1 : place.line - 1 + _LINES_OF_CALL]:
        yield line or ""
        depth += sum(sign in "([{" for sign in line or "") - sum(sign in ")]}" for sign in line or "")
        if depth <= 0:
            return


def _cut(text: str) -> str:
    """What stands before the bracket that closes the call."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0 or (depth == 0 and sign == ","):
            return text[:at].strip()[:_LONGEST]
    return text.strip()[:_LONGEST]
