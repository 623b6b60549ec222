"""Telemetry events that the pack asks for: by name, or by what they are about, with the metadata it lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from torusnb.drafting.offline.decisions import Signal
from torusnb.drafting.offline.naming import action_of, past, snake
from torusnb.drafting.offline.placing import Placed
from torusnb.drafting.offline.wording import singular_of
from torusnb.models.requirements import NonFunctional, SpecPack, Statement

if TYPE_CHECKING:
    from torusnb.drafting.offline.ledger import Ledger

SIGNAL_VERBS = (
    ("persist", "saved"), ("background", "job"), ("integrate", "exchanged"), ("compute", "resolved"),
    ("validate", "rejected"), ("query", "loaded"), ("copy", "copied"),
)  # fmt: skip
"""Kind of work to the last atom of its event where no requirement gives better words."""

_SPAN = re.compile(r"`([^`\n]+)`")
_DOTTED = re.compile(r"^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$")
_FILE = re.compile(r"\.(?:ex|exs|heex|md|ya?ml|json|gleam|tsx?|jsx?|css|html|csv)$")
_COUNTED = re.compile(r"`\s+(?:counts?|rates?|events?)\b", re.IGNORECASE)
"""What a line counts that begins with the names: `bed_watered`, `bed_weeded` counts."""
_NAMED = re.compile(r"(?:\bevents?\b|\bemits?\b)[^`.;]{0,24}$", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:telemetry )?events? (?:for|on|about) (?:each |every |all |any )?"
    r"(?P<what>[a-z][a-z-]*(?: [a-z][a-z-]*){0,2}?)"
    r"(?=\s*\(|\s*[,;.:]|\s+(?:to|with|that|when|by|including)\b|$)",
    re.IGNORECASE,
)
_LISTS = re.compile(r"(?:\(|\b(?:with|include|includes|including|tagged)\b)")
_MOST, _MOST_DERIVED = 6, 4
_LEFT_OPEN = re.compile(r"\bif (?:any |production )?(?:telemetry|instrumentation|metrics|events)\b", re.IGNORECASE)
_SAME_NAMES = re.compile(
    r"\b(?:telemetry|event|metric)s?\b[^.;]{0,20}\b(?:names?|events?)?\b[^.;]{0,20}\b(?:retained|kept|unchanged|"
    r"stay\w*|remain\w*)\b",
    re.IGNORECASE,
)


_LISTED = re.compile(
    r"\b(?:events?|outcomes?|interactions?|track\w*|emit\w*)\b[^:`]{0,60}:\s+(?P<list>[^.`]+)", re.IGNORECASE
)
_HAPPENED = re.compile(
    r"^(?:and |or )?(?P<thing>[a-z]+(?: [a-z]+){0,2}) (?P<did>[a-z]+ed(?:/[a-z]+ed)*|shown|sent|seen)$", re.I
)
"""A thing and what happened to it, in words: `seed tray watered`, `order sent`."""


def atoms(prefix: Sequence[str], name: str) -> str:
    """An event's name as the list of atoms that code would emit."""
    return "[" + ", ".join(f":{part}" for part in (*prefix, name or "done")) + "]"


def emitted_part(prefix: Sequence[str], used: Iterable[str]) -> str:
    """As much of a prefix as events of the checkout begin with, as a code span; empty where none does."""
    parts = [name.split(".") for name in used]
    sizes = [size for size in range(1, len(prefix) + 1) if any(p[:size] == list(prefix[:size]) for p in parts)]
    return f"`{atoms(prefix[: sizes[-1] - 1], prefix[sizes[-1] - 1])}`" if sizes else ""


def adds_none(pack: SpecPack) -> NonFunctional | Statement | None:
    """The statement that leaves telemetry open (`if telemetry is added`) or keeps today's event names, or None."""
    said: tuple[NonFunctional | Statement, ...] = (*pack.telemetry, *pack.assumptions, *pack.nonfunctional)
    return next((one for one in said if _LEFT_OPEN.search(one.text) or _SAME_NAMES.search(one.text)), None)


def given_signals(prefix: Sequence[str], placed: Iterable[Placed]) -> tuple[Signal, ...]:
    """The events that the pack's statements on telemetry ask for, at most six, each once.

    A code span is an event when it is dotted or stands right behind the word; other spans are metadata, and those in
    brackets or behind `with` are told as the event's tags.
    """
    found: dict[str, Signal] = {}
    told = [statement for statement in placed if statement.home == "11" and not statement.denies]
    for statement in told:
        for name in _names(statement.text):
            event = _event(prefix, name)
            found.setdefault(event, Signal(event, "", statement.key, _tags(statement.text, name)))
    for statement in told if not found else ():
        for name in _phrases(statement.text):
            event = _event(prefix, name)
            found.setdefault(event, Signal(event, "", statement.key))
    return tuple(found.values())[:_MOST]


def derive_signals(ledger: Ledger) -> tuple[Signal, ...]:
    """The events of a pack that says nothing of telemetry: one for each kind of work that can fail, at most four.

    Where it says in words what is to be tracked, those words stand, and no event is made up beside them.
    """
    found: dict[str, Signal] = {}
    if ledger.given("11"):
        return ()
    for kind, verb in SIGNAL_VERBS:
        asked = [r for r in ledger.plan.asking(kind) if not ledger.is_boundary(r)]
        if asked and len(found) < _MOST_DERIVED:
            own = ledger.requirement(asked[0])
            words = action_of(own.title) or action_of(own.text)
            name = atoms(ledger.prefix, "_".join((words[1], past(words[0]))) if words else verb)
            found.setdefault(name, Signal(name, kind, asked[0]))
    return tuple(found.values())


def _event(prefix: Sequence[str], name: str) -> str:
    """A dotted name stands as the pack writes it, because others look for it by that name; another gets our prefix."""
    return name if "." in name else atoms(prefix, name)


def _names(text: str) -> Iterator[str]:
    for match in _SPAN.finditer(text):
        span = match.group(1)
        dotted = _DOTTED.match(span) is not None and _FILE.search(span) is None
        named = _NAMED.search(text[: match.start()]) or (text.startswith("`") and _COUNTED.search(text))
        if dotted or (re.fullmatch(r"[a-z]\w*_\w+", span) and named):
            yield span
    about = _ABOUT.search(_SPAN.sub("", text))
    if about is not None:
        words = about.group("what").replace("-", " ").split()
        yield snake("_".join([*words[:-1], singular_of(words[-1])]))


def _phrases(text: str) -> Iterator[str]:
    """The events that a list gives in words: `Events: order sent, order shipped/refused`."""
    listed = _LISTED.search(text)
    for words in re.split(r"[,;]", listed.group("list")) if listed is not None else ():
        happened = _HAPPENED.match(" ".join(words.split()))
        if happened is not None:
            yield from (snake(f"{happened['thing']}_{did}") for did in happened["did"].split("/"))


def _tags(text: str, name: str) -> tuple[str, ...]:
    """The plain names in code spans behind the place where a list begins, without the event's own."""
    lists = _LISTS.search(text)
    spans = _SPAN.findall(text[lists.start() :]) if lists else []
    return tuple(span for span in dict.fromkeys(spans) if re.fullmatch(r"[a-z]\w*", span) and span != name)[:8]
