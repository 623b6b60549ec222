"""Why a YAML or TOML text cannot be read: line, column, what is wrong there in plain words, and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from yaml.reader import Reader

from torusnb.errors import TemplateError
from torusnb.models.base import Value

_TOML_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_OPENED = ("expected ',' or", "unexpected end of stream", "could not find expected ':'")
"""Faults that a parser notices later than where a person mends them."""

_QUOTE = "Put the whole value in double quotes."
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a value holds a colon and is not quoted", _QUOTE),
    (
        "could not find expected ':'",
        "no colon follows this key",
        "Write `key: value`, or indent it as part of a value.",
    ),
    ("cannot start any token", "a value begins with {sign}, which means something else in YAML", _QUOTE),
    ("alphabetic or numeric", "a value begins with a sign that means something else in YAML", _QUOTE),
    ("undefined alias", "a value begins with *, which means something else in YAML", _QUOTE),
    ("expected <block end>", "the indentation fits no line above", "Indent it as the lines it belongs to."),
    ("expected key", "the indentation fits no line above", "Indent it as the lines it belongs to."),
    ("expected ',' or", "what opens here is not closed, or lacks a comma", "Close it, or put the value in quotes."),
    ("node content", "a bracket or brace above is not closed, or a value is missing", "Close it, or give the value."),
    ("unexpected end of stream", "the quotation mark that opens here is never closed", "Close it."),
    ("unknown escape", "a backslash in double quotes", "Write it twice, or use single quotes."),
    ("another document", "a second document begins", "Keep one in the file, and take out the `---` between them."),
)
"""What a parser says, what that means, and what to do."""


class Flaw(Value, frozen=True):
    """The place where a text stops being YAML or TOML.

    Attributes:
        line, column: Both 1-based.
        text: What is wrong, as the end of a sentence.
        remedy: What to do, in a sentence.
    """

    line: int
    column: int
    text: str
    remedy: str


def explain_yaml(text: str, error: Exception) -> Flaw:
    """The flaw behind what a YAML parser raised for a text."""
    found = Reader.NON_PRINTABLE.search(text.removeprefix("\ufeff"))
    if found is not None:
        line, column = _place(text, found.start())
        return Flaw(line, column, f"the character U+{ord(found[0]):04X} is not allowed", "Delete it.")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else f"a value cannot be read ({error})"
        return Flaw(1, 1, what, "Write it more plainly; quotes make a text of a value.")
    said, mark = error.problem or "", error.problem_mark
    if any(words in said for words in _OPENED):
        mark = error.context_mark or mark
    line, column = mark.line + 1, mark.column + 1
    written = [*text.split("\n"), ""][mark.line]
    depth = len(written) - len(written.lstrip())
    if "\t" in written[:depth]:
        return Flaw(line, written.index("\t") + 1, "a tab indents this line", "Replace every tab there with spaces.")
    if written[mark.column : mark.column + 1] == "\t":
        return Flaw(line, column, "a tab stands before the value", "Replace it with a space.")
    if mark.column > depth and ("expected <block end>" in said or "expected key" in said):
        return Flaw(line, column, "more follows behind a value that has ended", _QUOTE)
    for words, meaning, remedy in _KNOWN:
        if words in said:
            return Flaw(line, column, meaning.format(sign=written[mark.column : mark.column + 1]), remedy)
    return Flaw(line, column, " ".join(said.split()) or "it cannot be parsed", "Mend that line.")


def explain_toml(text: str, error: Exception) -> Flaw:
    """The flaw behind what a TOML parser raised for a text."""
    said = str(error)
    place = _TOML_PLACE.search(said)
    line, column = _place(text, len(text.rstrip()))
    if place is not None and place["line"]:
        line, column = int(place["line"]), int(place["column"])
    what = said[: place.start()] if place is not None else said
    return Flaw(line, column, what[:1].lower() + what[1:], "Mend that line.")


def refuse_yaml(what: str, text: str, path: str | Path, error: Exception) -> TemplateError:
    """The error for a file of a team's own that is no YAML; `what` is the file as a sentence begins with it."""
    flaw = explain_yaml(text, error)
    said = f"{what} is not valid YAML: {flaw.text} (column {flaw.column}). {flaw.remedy}"
    return TemplateError(said, path=path, line=flaw.line)


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
