"""Markup in Markdown that no reader of the rendered page sees: its place is kept, its text is not."""

from __future__ import annotations

import re
from bisect import bisect_left

from torusnb.research.pages.hidden import read_tag

_MARKUP = re.compile(
    r"<!--|<(?:script|style|template|noscript)\b|<[a-z][^<>]*\b(?:hidden|style|class)\b", re.IGNORECASE
)
_START = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*$|(?P<ticks>`+)|(?P<comment><!--)"
    r"|<(?P<tag>[a-z][a-z0-9]*)(?P<held>\s[^<>]*)?>",
    re.MULTILINE | re.IGNORECASE,
)
_TICKS = re.compile(r"`+")
_RAW = frozenset({"script", "style", "template", "noscript"})
_ATTRIBUTE = re.compile(r"([^\s=\"]+)(?:\s*=\s*\"([^\"]*)\")?")
_LONGEST_SPAN = 2_000


def mask_unseen(text: str) -> str:
    """The text, as long as before, with blanks for HTML comments, scripts and hidden elements.

    What stands in code, fenced or in a span, is shown and stays. The time grows with the text's length.
    """
    if not _MARKUP.search(text):
        return text
    ticks: dict[int, list[int]] = {}
    for run in _TICKS.finditer(text):
        ticks.setdefault(len(run.group()), []).append(run.start())
    parts: list[str] = []
    at = kept = 0
    while found := _START.search(text, at):
        at = found.end()
        if found["fence"]:
            at = _end_of_fence(text, found["fence"], at)
        elif found["ticks"]:
            at = _end_of_span(text, ticks, len(found["ticks"]), at)
        elif end := _end_of_unseen(text, found):
            parts += (text[kept : found.start()], re.sub(r"[^\n]", " ", text[found.start() : end]))
            at = kept = end
    return "".join((*parts, text[kept:]))


def _end_of_fence(text: str, fence: str, at: int) -> int:
    close = re.compile(rf"^ {{0,3}}{re.escape(fence)}{re.escape(fence[0])}*[ \t]*$", re.MULTILINE).search(text, at)
    return close.end() if close else len(text)


def _end_of_span(text: str, ticks: dict[int, list[int]], length: int, at: int) -> int:
    """After the code span that begins before `at`; `at` itself when nothing closes it within its paragraph."""
    places = ticks[length]
    number = bisect_left(places, at)
    if number == len(places) or places[number] - at > _LONGEST_SPAN or "\n\n" in text[at : places[number]]:
        return at
    return places[number] + length


def _end_of_unseen(text: str, found: re.Match[str]) -> int:
    """After what the markup hides; 0 when it hides nothing. What is never closed hides all the rest."""
    if found["comment"]:
        close = text.find("-->", found.end())
        return close + 3 if close >= 0 else len(text)
    tag, held = found["tag"].lower(), found["held"] or ""
    if held.rstrip().endswith("/") or (tag not in _RAW and not _hides(tag, held)):
        return 0
    depth = 1
    for mark in re.compile(rf"<(/?){tag}\b[^<>]*>", re.IGNORECASE).finditer(text, found.end()):
        depth += -1 if mark.group(1) else 1
        if depth == 0:
            return mark.end()
    return len(text)


def _hides(tag: str, held: str) -> bool:
    attributes = "".join(f' {name}="{value}"' for name, value in _ATTRIBUTE.findall(held.replace("'", '"')))
    return read_tag(tag, attributes, frozenset()).unseen
