"""Quantities as a document states them: what is measured, of what, and how much."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.base import Value
from torusnb.review.passages import Passage

_SIZES = {
    ("ms", "millisecond", "milliseconds"): ("time", 0.001),
    ("s", "sec", "secs", "second", "seconds"): ("time", 1.0),
    ("m", "min", "mins", "minute", "minutes"): ("time", 60.0),
    ("h", "hr", "hrs", "hour", "hours"): ("time", 3600.0),
    ("d", "day", "days"): ("time", 86400.0),
    ("week", "weeks"): ("time", 604800.0),
    ("month", "months"): ("months", 1.0),
    ("year", "years"): ("months", 12.0),
    ("kb", "kib"): ("bytes", 1e3),
    ("mb", "mib"): ("bytes", 1e6),
    ("gb", "gib"): ("bytes", 1e9),
    ("%",): ("%", 1.0),
}
_UNITS = {unit: size for units, size in _SIZES.items() for unit in units}

_AMOUNT = (
    r"(?P<number>\d[\d,_]*(?:\.\d+)?)(?:[\s-]?(?P<unit>milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?"
    r"|h|days?|d"
    r"|weeks?|months?|years?|[KMG]i?B|%))?(?![\w.]*\w|-\d)"
)
_TO = (
    r"(?:\s*(?:<=|>=|≤|<|=|:|of|is|are|to|at|under|below|within|most|up|no more than|stays?|remains?|about|roughly"
    r"|around|~|≈|`|\*\*|\()){0,4}\s*"
)
_NAMED = re.compile(
    r"(?<![\w])`?(?:"
    r"(?P<ttl>TTL|time[- ]to[- ]live|ttl(?:_\w+)?)|(?P<timeout>time-?outs?|timeout_ms)"
    r"|(?P<retention>retention(?: period| window)?|(?:kept|retained) for)"
    r"|(?P<batch>batch[ _-]size|batches)|(?P<concurrency>concurrency)|(?P<attempts>max(?:imum)?[ _](?:attempts"
    r"|retries))"
    r"|(?P<debounce>debounce[sd]?|debounced by)|(?P<page>page[ _]size|pages)|(?P<pool>pool[ _]size)"
    r"|(?P<interval>(?:poll|polling|refresh|flush|sweep|cleanup) interval)"
    rf")`?{_TO}{_AMOUNT}",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(
    rf"(?<![\w.-]){_AMOUNT}[\s-](?:(?:hard|soft|request|default|fixed|short) )?(?:(?P<ttl>TTL)|(?P<timeout>time-?out)"
    rf"|(?P<retention>retention)|(?P<debounce>debounce))\b",
    re.IGNORECASE,
)
_STATISTIC = re.compile(rf"\b(?P<statistic>p(?:50|75|90|95|99))\b{_TO}{_AMOUNT}", re.IGNORECASE)
_STATISTIC_OF = re.compile(
    r"\b(?P<statistic>p(?:50|75|90|95|99))\b (?:of|for|on) (?:`[^`\n]+`|[^.;,\d\n`]){2,60}?"
    rf"\b(?:is|are|held|stays?|remains?|below|under|within|at|to)\b{_TO}{_AMOUNT}",
    re.IGNORECASE,
)
_PERCENTILE = re.compile(r"^\W*(p(?:50|75|90|95|99))\b", re.IGNORECASE)
_CELL_AMOUNT = re.compile(rf"^\W*(?:<=|≤|<|~|≈)?\s*{_AMOUNT}\s*$", re.IGNORECASE)
_CODE = re.compile(r"`([^`\n]+)`")
_PLACE = re.compile(r"\([^()\n]*:\d+[^()\n]*\)|\b[A-Z]{2,5}-?\d+[a-z]?\b")
_WORD = re.compile(r"[a-z][a-z_]*[a-z]")
_FILLERS = """
    the an and or of for per with to in on at by is are be as its it this that from under over within below most
    least up no more than default new set uses use using has have short fixed hard soft about roughly around must
    should stays stay remains held takes take run runs go goes gets get gives holds keeps each every entries value
    they them when then after before p50 p75 p90 p95 p99 ms target targets
"""
_EMPTY = frozenset(_FILLERS.split())


class Quantity(Value, frozen=True):
    """One stated value.

    Attributes:
        name: What is measured: `p95`, `ttl`, `timeout`, ….
        words: What it is measured of: the words of its sentence, or those right before a named quantity, in order.
        sentence: The words of its sentence.
        code: The code spans of its sentence.
        kind: `time`, `bytes`, `%`, `months` or `count`.
        value: In seconds, bytes, … ; `text` as written.
        passage, offset: Where it stands.
    """

    name: str
    words: tuple[str, ...]
    sentence: tuple[str, ...]
    code: frozenset[str]
    kind: str
    value: float
    text: str
    passage: Passage
    offset: int


def find_quantities(passage: Passage) -> Iterator[Quantity]:
    """The named quantities and percentiles of a passage, in order of their kinds."""
    if not any(character.isdigit() for character in passage.text):
        return
    if passage.header:
        yield from _cells(passage)
    for pattern in (_NAMED, _NAMED_AFTER):
        for match in pattern.finditer(passage.text):
            yield _named(passage, match)
    for match in (*_STATISTIC.finditer(passage.text), *_STATISTIC_OF.finditer(passage.text)):
        if match.re is _STATISTIC_OF and not match["unit"]:
            continue
        start, end = passage.sentence(match.start())
        words = _words(_STATISTIC.sub(" ", passage.text[start:end])) or _lead(passage, start)
        yield _quantity(passage, match, match["statistic"].lower(), words, passage.text[start:end])


def _lead(passage: Passage, start: int) -> tuple[str, ...]:
    """What a list of labelled values is about: the words before its first label, for an item that has only a label."""
    label = passage.text.find("`")
    return _words(passage.text[:label]) if 0 <= label < start else ()


def _named(passage: Passage, match: re.Match[str]) -> Quantity:
    name = next(name for name in match.re.groupindex if name not in {"number", "unit"} and match[name])
    start, end = passage.sentence(match.start())
    before = re.split(r"[,:(;]", passage.text[start : match.start()])[-1]
    return _quantity(passage, match, name, _words(before)[-3:], passage.text[start:end])


def _quantity(passage: Passage, match: re.Match[str], name: str, words: tuple[str, ...], around: str) -> Quantity:
    kind, size = _UNITS.get((match["unit"] or "").lower(), ("count", 1.0))
    value = float(match["number"].replace(",", "").replace("_", "").rstrip(".")) * size
    code = frozenset(span.strip() for span in _CODE.findall(around))
    sentence = _words(around.replace(match.group(), " "))
    return Quantity(name, words, sentence, code, kind, value, " ".join(match.group().split()), passage, match.start())


def _cells(passage: Passage) -> Iterator[Quantity]:
    """The cells of a table whose header names percentiles; what is measured stands in the first cell."""
    heads = [_PERCENTILE.match(cell) for cell in _row(passage.header)]
    cells = _row(passage.text)
    for head, cell in zip(heads[1:], cells[1:], strict=False):
        match = _CELL_AMOUNT.match(cell) if head else None
        if head and match:
            yield _quantity(passage, match, head[1].lower(), _words(cells[0]), cells[0])


def _row(text: str) -> list[str]:
    return text.strip().strip("|").split("|")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(_PLACE.sub(" ", _CODE.sub(" ", text)).lower()) if word not in _EMPTY)
