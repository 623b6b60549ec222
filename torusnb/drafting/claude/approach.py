"""The approach: the request restated, options weighed, one chosen, names decided; read from an answer and checked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import msgspec

from torusnb.drafting.claude.ledger import MOST_ENTRIES, Entry, split_fence
from torusnb.models.base import Value
from torusnb.models.design import marker, parse_keys

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=3_000)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]


class Option(Value, frozen=True):
    """A way that was weighed, with what it gains and costs against the non-functional requirements."""

    name: _Name
    summary: _Text
    trade_offs: Annotated[tuple[_Text, ...], msgspec.Meta(min_length=1, max_length=12)]


class Approach(Value, frozen=True):
    """What is decided before any section is written; `chosen` is the name of one of the options."""

    restated: _Text
    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=2, max_length=4)]
    chosen: _Name
    reason: _Text
    ledger: Annotated[tuple[Entry, ...], msgspec.Meta(min_length=1, max_length=MOST_ENTRIES)]


class Answered(Value, frozen=True):
    """A reply read as an approach.

    Attributes:
        approach: None when it is none.
        wrong: What is wrong with it, a sentence each; a form that cannot be used, or keys that do not resolve.
    """

    approach: Approach | None
    wrong: tuple[str, ...] = ()


def parse_approach(text: str, usable: Collection[str]) -> Answered:
    """The approach that a reply holds in its fenced block, or what is wrong with it."""
    _, body = split_fence(text, "approach")
    if body is None:
        _, body = split_fence(text, "json")
    if body is None:
        start, end = text.find("{"), text.rfind("}")
        body = text[start : end + 1] if start < end else ""
    if not body.strip():
        return Answered(None, ("The answer holds no `approach` block.",))
    try:
        approach = msgspec.json.decode(body, type=Approach)
    except msgspec.DecodeError as error:
        return Answered(None, (f"The `approach` block cannot be read: {error}.",))
    names = [option.name for option in approach.options]
    if len(set(names)) < len(names):
        return Answered(None, ("Two options have the same name.",))
    if approach.chosen not in names:
        return Answered(None, ("`chosen` is the name of none of the options.",))
    return Answered(approach, tuple(_unresolved(approach, usable)))


def render_approach(approach: Approach, usable: Collection[str]) -> str:
    """The approach as later requests carry it; a marker that does not resolve is told as such, never passed on."""
    lines = [f"The request: {approach.restated}", ""]
    for option in approach.options:
        lines += [f"Option {option.name}: {option.summary}", *(f"- {said}" for said in option.trade_offs), ""]
    text = "\n".join([*lines, f"Chosen: {approach.chosen}. {approach.reason}"])
    for key in parse_keys(text):
        if key not in usable:
            text = text.replace(f"@{key}", "unverified")
    return text


def _unresolved(approach: Approach, usable: Collection[str]) -> list[str]:
    said = [approach.restated, approach.reason]
    said += [text for option in approach.options for text in (option.summary, *option.trade_offs)]
    marked = dict.fromkeys(key for text in said for key in parse_keys(text))
    wrong = [f"{marker(key)} names no evidence." for key in marked if key not in usable]
    for entry in approach.ledger:
        wrong += [f"The ledger's {entry.name} names no evidence with {key}." for key in entry.keys if key not in usable]
        if not entry.keys:
            wrong.append(f"The ledger's {entry.name} names no evidence.")
        claims = entry.standing in {"existing", "changed"}
        if claims and entry.keys and not any(key.startswith("code:") for key in entry.keys):
            wrong.append(f"The ledger's {entry.name} is said to be {entry.standing} without a `code:` key.")
    return wrong
