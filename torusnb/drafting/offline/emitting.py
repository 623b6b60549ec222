"""Telemetry events that the pack asks for: by name, or by what they are about, with the metadata it lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from torusnb.drafting.offline.decisions import Signal
from torusnb.drafting.offline.naming import snake
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.wording import singular_of

SIGNAL_VERBS = (
    ("persist", "saved"), ("background", "job"), ("integrate", "exchanged"), ("compute", "resolved"),
    ("validate", "rejected"), ("query", "loaded"), ("copy", "copied"),
)  # fmt: skip
"""Kind of work to the last atom of its event where no requirement gives better words."""

_SPAN = re.compile(r"`([^`\n]+)`")
_DOTTED = re.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$")
_FILE = re.compile(r"\.(?:ex|exs|heex|md|ya?ml|json|gleam|tsx?|jsx?|css|html|csv)$")
_NAMED = re.compile(r"(?:\bevents?\b|\bemits?\b)[^`.;]{0,24}$", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:telemetry )?events? (?:for|on|about) (?:each |every |all |any )?"
    r"(?P<what>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2}?)"
    r"(?=\s*\(|\s*[,;.:]|\s+(?:to|with|that|when|by|including)\b|$)",
    re.IGNORECASE,
)
_LISTS = re.compile(r"(?:\(|\b(?:with|include|includes|including|tagged)\b)")
_MOST = 6
_PREFIXED = 2
"""Parts up to which a dotted name is no whole event name: a thing and what happened to it."""


def atoms(prefix: Sequence[str], name: str) -> str:
    """An event's name as the list of atoms that code would emit."""
    return "[" + ", ".join(f":{part}" for part in (*prefix, name or "done")) + "]"


def given_signals(prefix: Sequence[str], placed: Iterable[Placed]) -> tuple[Signal, ...]:
    """The events that the pack's statements on telemetry ask for, at most six, each once.

    A code span is an event when it is dotted or stands right behind the word; other spans are metadata, and those in
    brackets or behind `with` are told as the event's tags.
    """
    found: dict[str, Signal] = {}
    for statement in placed:
        if statement.home == "11" and not statement.denies:
            for name in _names(statement.text):
                event = _event(prefix, name)
                found.setdefault(event, Signal(event, "", statement.key, _tags(statement.text, name)))
    return tuple(found.values())[:_MOST]


def _event(prefix: Sequence[str], name: str) -> str:
    """A dotted name of three parts or more has a prefix of its own, below the application's; another gets ours."""
    parts = [part for at, part in enumerate(name.split(".")) if at or part not in prefix[:1]]
    own = prefix[:1] if "." in name and len(name.split(".")) > _PREFIXED else prefix
    return atoms([*own, *parts[:-1]], parts[-1])


def _names(text: str) -> Iterator[str]:
    for match in _SPAN.finditer(text):
        span = match.group(1)
        dotted = _DOTTED.match(span) is not None and _FILE.search(span) is None
        if dotted or (re.fullmatch(r"[a-z]\w*_\w+", span) and _NAMED.search(text[: match.start()])):
            yield span
    about = _ABOUT.search(_SPAN.sub("", text))
    if about is not None:
        words = about.group("what").replace("-", " ").split()
        yield snake("_".join([*words[:-1], singular_of(words[-1])]))


def _tags(text: str, name: str) -> tuple[str, ...]:
    """The plain names in code spans behind the place where a list begins, without the event's own."""
    lists = _LISTS.search(text)
    spans = _SPAN.findall(text[lists.start() :]) if lists else []
    return tuple(span for span in dict.fromkeys(spans) if re.fullmatch(r"[a-z]\w*", span) and span != name)[:8]
