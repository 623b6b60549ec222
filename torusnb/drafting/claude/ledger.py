"""The ledger: names that are decided once, for all sections."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from typing import Annotated, Literal, get_args

import msgspec

from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.placeholders import quote_placeholders, without_placeholders
from torusnb.drafting.offline.wording import clip, plain
from torusnb.models.base import Value
from torusnb.models.design import marker

Kind = Literal[
    "component", "function", "event", "parameter", "assign", "text", "field", "table", "index", "topic", "flag",
    "route", "job", "process", "cache", "telemetry", "permission", "rule",
]  # fmt: skip
Standing = Literal["existing", "changed", "new", "unverified", "withdrawn"]
KINDS: tuple[str, ...] = get_args(Kind)
*_STANDINGS, WITHDRAWN = get_args(Standing)
STANDINGS: tuple[str, ...] = tuple(_STANDINGS)
"""How a decided name may stand; `WITHDRAWN` is the standing of an entry that takes one back."""

MOST_ENTRIES = 60
"""Entries that a ledger holds; what comes later is left out and said so."""
LEDGER_TOKENS = 12_000
"""Most tokens (estimated) of a ledger, which every request carries; what does not fit is left out and said so."""
ROW_WORDS = 50
"""Words of a decision in a table, as a rule: what a decision may have, since sections do not tell it again."""

_MOST_PLACES, _MOST_SERVED = 2, 6
_LONGEST_WHY = 300
"""Characters of the reason that is kept for what was taken back."""

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
_Decision = Annotated[str, msgspec.Meta(min_length=1, max_length=1_200)]
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_LONG_NAME = re.compile(r"(?:[A-Z]\w*\.)+(?P<short>[A-Z]\w*|[a-z_]\w*[?!]?(?:/\d+)?)")
_PIPE, _ESCAPED_PIPE = "\ue000", "\\|"
"""Stands for `|` while marks that would break a table are taken out: a return shape is written with it."""
_FENCE = r"^[ \t]*(?P<ticks>`{{3,}})[ \t]*{name}[^\n]*\n(?P<body>.*?)^[ \t]*(?P=ticks)[ \t]*$"


class Entry(Value, frozen=True):
    """One decided name.

    Attributes:
        kind: What it names. standing: whether it exists, changes, is new, could not be verified, or is taken back.
        decision: What is decided about it, a sentence; what is taken back needs none. keys: what that rests on.
        because: Why it takes the place of what was decided before under that kind and name; empty for a first one.
    """

    kind: Kind
    name: _Name
    standing: Standing
    decision: _Decision = ""
    keys: tuple[str, ...] = ()
    because: Annotated[str, msgspec.Meta(max_length=1_200)] = ""

    def __post_init__(self) -> None:
        """Refuse an entry that decides nothing.

        Raises:
            ValueError: It has no decision and takes none back.
        """
        if not self.decision and self.standing != WITHDRAWN:
            raise ValueError("Object missing required field `decision`")

    @property
    def short(self) -> str:
        """The name without the modules it lies in: `order/1` of `Garden.Beds.order/1`, `Beds` of `Garden.Beds`."""
        whole = _LONG_NAME.fullmatch(self.name)
        return whole["short"] if whole else self.name


class Ledger(Value, frozen=True):
    """What is decided so far, in the order it was decided; and what was taken back, with the reason."""

    entries: tuple[Entry, ...] = ()
    withdrawn: tuple[Entry, ...] = ()

    def render(self) -> str:
        """One JSON object a line, as a request carries it."""
        lines = [msgspec.json.encode(entry).decode("utf-8") for entry in (*self.entries, *self.withdrawn)]
        return "\n".join(lines) or "(nothing yet)"


_FOREIGN = re.compile(
    r"[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\]\s*[\[(]|<!|</?[a-z][a-z0-9-]*(?:[\s/>]|$)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]",
    re.IGNORECASE,
)
"""What no name and no decision holds: their rows go into the document as they are."""


def merge_entries(ledger: Ledger, added: Iterable[Entry], usable: Collection[str]) -> tuple[Ledger, tuple[str, ...]]:
    """The ledger with what may be added, and a sentence for each entry that may not as it stands.

    What was decided stays decided, until an entry of that kind and name says why it takes its place, or takes it back.
    What was taken back comes again only with a reason. A key that does not resolve is taken out and told; an entry left
    without any is not taken. What claims to exist without a line of code that shows it is taken as unverified.
    """
    entries = {(entry.kind, entry.name): entry for entry in ledger.entries}
    gone = {(entry.kind, entry.name): entry for entry in ledger.withdrawn}
    told: list[str] = []
    for given in added:
        entry = msgspec.structs.replace(given, decision=quote_placeholders(given.decision))
        place = (entry.kind, entry.name)
        refused = _refuse(entry, entries.get(place), gone.get(place))
        if refused is not None:
            told += refused
            continue
        if entry.standing == WITHDRAWN:
            gone[place] = msgspec.structs.replace(entry, decision="", keys=(), because=entry.because[:_LONGEST_WHY])
            del entries[place]
            continue
        unknown = [key for key in entry.keys if key not in usable]
        keys = tuple(key for key in entry.keys if key in usable)
        if unknown:
            told.append(
                f"The decision on {plain(entry.name)} named evidence that does not exist: {', '.join(unknown)}."
            )
        if not keys:
            told.append(f"The decision on {plain(entry.name)} rests on nothing and was left out.")
        elif len(entries) >= MOST_ENTRIES and place not in entries:
            told.append(f"The decision on {plain(entry.name)} was left out: the ledger holds {MOST_ENTRIES} already.")
        else:
            because = entry.because if place in entries or place in gone else ""
            taken = msgspec.structs.replace(entry, keys=keys, standing=_standing(entry, keys), because=because)
            grown = {**entries, place: taken}
            if _is_too_long(grown.values()):
                told.append(f"The decision on {plain(entry.name)} was left out: the ledger is as long as it may be.")
            else:
                entries = grown
                gone.pop(place, None)
    while gone and _is_too_long((*entries.values(), *gone.values())):
        del gone[next(iter(gone))]
    return Ledger(tuple(entries.values()), tuple(gone.values())), tuple(told)


def _refuse(entry: Entry, stands: Entry | None, gone: Entry | None) -> tuple[str, ...] | None:
    """What is to be told of an entry that cannot be taken whatever it rests on; None for one that may be."""
    name, withdrawal = plain(entry.name), entry.standing == WITHDRAWN
    if stands is not None and not entry.because.strip():
        same = entry.decision == stands.decision and not withdrawal
        return () if same else (f"The decision on {name} stands: another one for it gave no reason.",)
    if withdrawal and stands is None:
        return () if gone else (f"There is no decision of kind {entry.kind} on {name} to take back.",)
    if gone is not None and not entry.because.strip():
        return (f"{name} was taken back; it is decided again only with a reason (`because`).",)
    if _FOREIGN.search(without_placeholders(f"{entry.name} {entry.decision} {entry.because}")):
        return (f"A decision of kind {entry.kind} held an address, markup or hidden characters and was left out.",)
    return None


def _is_too_long(entries: Iterable[Entry]) -> bool:
    return estimate_tokens(Ledger(tuple(entries)).render()) > LEDGER_TOKENS


def find_withdrawn(before: Ledger, after: Ledger) -> tuple[tuple[Entry, Entry], ...]:
    """What the earlier ledger decided and the later one takes back: each entry with the one that takes it back."""
    earlier = {(entry.kind, entry.name): entry for entry in before.entries}
    places = (((entry.kind, entry.name), entry) for entry in after.withdrawn)
    return tuple((earlier[place], entry) for place, entry in places if place in earlier)


def find_amended(before: Ledger, after: Ledger) -> tuple[Entry, ...]:
    """The entries of the later ledger that decide something else than the earlier one does of that kind and name."""
    earlier = {(entry.kind, entry.name): (entry.decision, entry.standing) for entry in before.entries}
    decided = ((entry, (entry.decision, entry.standing)) for entry in after.entries)
    return tuple(entry for entry, now in decided if earlier.get((entry.kind, entry.name), now) != now)


def render_table(entries: Iterable[Entry]) -> str:
    """A table of decisions: kind by kind, each in the order of the requirements they serve; empty without any."""
    ordered = sorted(entries, key=lambda entry: (KINDS.index(entry.kind), _first_served(entry)))
    rows = [f"| {_named(e)} | {e.standing} | {_in_short(e.decision)} {marker(*shown_keys(e))} |" for e in ordered]
    return "\n".join(["| Name | Standing | Decision |", "|---|---|---|", *rows]) if rows else ""


def split_fence(text: str, name: str) -> tuple[str, str | None]:
    """The text without its last fenced block of that name, and what stands in the block; None without one."""
    found = list(re.finditer(_FENCE.format(name=re.escape(name)), text, re.MULTILINE | re.DOTALL | re.IGNORECASE))
    if not found:
        return text, None
    last = found[-1]
    return f"{text[: last.start()]}{text[last.end() :]}", last["body"]


def parse_entries(body: str) -> tuple[Entry, ...]:
    """The entries of a `ledger` block: a list, or a single one.

    Raises:
        msgspec.DecodeError: It is no JSON of that form (`ValidationError` is one of these).
    """
    try:
        if body.lstrip().startswith("{"):
            return (msgspec.json.decode(body, type=Entry),)
        return msgspec.json.decode(body, type=tuple[Entry, ...])
    except RecursionError as error:
        raise msgspec.DecodeError("JSON is nested too deeply") from error


def _standing(entry: Entry, keys: tuple[str, ...]) -> Standing:
    claims = entry.standing in {"existing", "changed"}
    return "unverified" if claims and not any(key.startswith("code:") for key in keys) else entry.standing


def _first_served(entry: Entry) -> float:
    """The number of the first requirement, or else criterion, that an entry names; one that names none comes last."""
    for family in ("FR", "AC"):
        numbers = [int(match[1]) for key in entry.keys if (match := re.fullmatch(rf"{family}-?(\d{{1,9}})\w?", key))]
        if numbers:
            return min(numbers)
    return math.inf


def shown_keys(entry: Entry) -> tuple[str, ...]:
    """What a row is marked with: two places at most, and what it serves, so that no requirement loses its row.

    Of outside sources the first is among the places: a decision that names one stands on how a library behaves.
    """
    asked = [key for key in entry.keys if ":" not in key]
    places = [key for key in entry.keys if ":" in key]
    told = [key for key in places if key.startswith("src:")][:1]
    others = [key for key in places if key not in told][: _MOST_PLACES - len(told)]
    return (*asked[:_MOST_SERVED], *(key for key in places if key in {*told, *others}))


def told_sentences(entry: Entry) -> tuple[str, ...]:
    """What a row tells of a decision, sentence by sentence; a `|` is written so that no table breaks."""
    return tuple(_SENTENCE_END.split(_in_short(entry.decision)))


def _in_short(decision: str) -> str:
    """The decision as far as whole sentences fit into `ROW_WORDS`, the first of them in any case."""
    first, *others = _SENTENCE_END.split(plain(decision.replace("|", _PIPE)).replace(_PIPE, _ESCAPED_PIPE))
    said = clip(first, ROW_WORDS) + "."
    for sentence in others:
        if len(f"{said} {sentence}".split()) > ROW_WORDS:
            break
        said = f"{said} {sentence}"
    return said


def _named(entry: Entry) -> str:
    name = " ".join(clip(plain(quote_placeholders(entry.name).replace("|", _PIPE)), 12).replace("`", "").split())
    return f"{entry.kind} `{name.replace(_PIPE, _ESCAPED_PIPE)}`"
