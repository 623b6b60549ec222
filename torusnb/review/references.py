"""The references of a design document: the section, its entries, and what each of them gives."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.review.reading import Reading
from torusnb.spec.fdd import FddSection

_ENTRY = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?P<text>\S.*)$")
_LISTED = re.compile(r"^\*\*\[(?P<label>[^\]\n]+)\]\*\*\s*(?P<rest>.*)$")
_LABEL = re.compile(r"(?<![\w\]!\\*])\[(?P<label>[a-z0-9][a-z0-9._-]*[a-z0-9])\](?![(\[:*])")
QUOTED = re.compile(r"“[^“”\n]*”|‘[^‘’\n]*’(?!\w)|(?<!\w)\"(?=\S)[^\"\n]*\"|(?<![\w`])'(?=\w)[^'\n]*(?<=\S)'(?!\w)")
"""Quoted words of a line, with both marks: what stands on a screen has placeholders in brackets, too. A mark behind a
digit opens none, it is an inch; nor does one behind a letter, it is an apostrophe."""

_URL = re.compile(r"(?P<url>https?:[^\s<>`\"|]*)")


class Entry(Value, frozen=True):
    """A bullet of the references: its line, label (or empty), address (or empty) and whole text."""

    line: int
    label: str
    url: str
    text: str


def references_of(reading: Reading) -> FddSection | None:
    """The references section, or None."""
    ids = {section.id for section in reading.template.sections if section.form == "references"}
    return next((section for section in reading.sections if section.id in ids), None)


def find_entries(reading: Reading, section: FddSection | None) -> Iterator[Entry]:
    """The bullets of the references, in order; none without the section."""
    if section is None:
        return
    for number in range(section.line + 1, min(section.end_line, len(reading.lines)) + 1):
        match = _ENTRY.match(reading.lines[number - 1])
        if match is None or number in reading.fenced:
            continue
        listed = _LISTED.match(match["text"])
        url = _URL.search(match["text"])
        yield Entry(
            line=number,
            label=listed["label"] if listed else "",
            url=trim_url(url["url"]) if url else "",
            text=match["text"],
        )


def find_labels(reading: Reading, section: FddSection | None) -> dict[str, int]:
    """Every label in brackets outside the references, with the first line that has it."""
    used: dict[str, int] = {}
    quoted = [match.span() for match in QUOTED.finditer(reading.prose)]
    for match in _LABEL.finditer(reading.prose):
        line = reading.line_at(match.start())
        elsewhere = section is None or not section.line <= line <= section.end_line
        before = bisect_right(quoted, (match.start(), 0)) - 1
        if elsewhere and not (before >= 0 and match.start() < quoted[before][1]):
            used.setdefault(match["label"], line)
    return used


def find_urls(reading: Reading) -> Iterator[tuple[int, str]]:
    """Every web address outside code, whole or not: its line and text."""
    for match in _URL.finditer(reading.prose):
        yield reading.line_at(match.start()), trim_url(match["url"])


def trim_url(url: str) -> str:
    """An address without the punctuation of the sentence or the bracket of the link around it."""
    url = url.rstrip(".,;:!?'*_")
    while url.endswith((")", "]")) and url.count("(") < url.count(")") + url.count("]"):
        url = url[:-1].rstrip(".,;:!?'*_")
    return url.partition(")[")[0].partition("](")[0]
