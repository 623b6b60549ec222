"""What was decided of a name joins the row or the bullet that leads with it: a reader finds both in one place.

A table of signatures above and a table of decisions below it, on the same names, were read as one thing told twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.drafting.claude.homes import holds_decision, names_led, same_name
from torusnb.drafting.claude.ledger import KINDS, STANDINGS, Entry, shown_keys, told_sentences
from torusnb.drafting.claude.reading import Block, read_blocks
from torusnb.models.design import MARKER, marker

_LAST_MARKER = re.compile(rf"(?P<said>.*?)\s*(?P<marker>{MARKER.pattern})?(?P<end>[.\s]*)", re.DOTALL)
_NESTED = re.compile(r"\n\s*(?:[-*+]|\d+[.)]|```|~~~|\|)|\n\s*\n")
"""A bullet that holds more than one paragraph: nothing can be said at its end that is said of its lead."""
_MAY_PRECEDE = frozenset({"the", "a", *KINDS, *STANDINGS})
"""Words before the name of a bullet that is about it: “rule `ties`”, not “It calls `order/1`”."""
_DECLARED = STANDINGS[2:]
"""Standings that a reader must be told: the code holds no such name."""


def find_led(text: str, entry: Entry) -> Block | None:
    """The first row, or bullet of one paragraph, that leads with the entry's name; None without one."""
    for block in read_blocks(text):
        if _begins_with_name(block) and any(same_name(entry.name, name) for name in names_led(block)):
            return block
    return None


def _begins_with_name(block: Block) -> bool:
    if block.kind == "row":
        return True
    before = re.findall(r"\w+", re.split(r"[`*]", block.text.lstrip("-*+ "), maxsplit=1)[0].lower())
    return block.kind == "item" and not _NESTED.search(block.text) and _MAY_PRECEDE.issuperset(before)


def join_decisions(text: str, entries: Iterable[Entry]) -> str:
    """The text with each decision in the row or bullet that leads with its name, as far as it does not say it already.

    A name that is new, or could not be verified, is called so there. An entry whose name leads nothing changes nothing.
    """
    for entry in entries:
        block = find_led(text, entry)
        if block is not None:
            lines = text.split("\n")
            end = block.line - 1 + len(block.text.split("\n"))
            joined = _join(block, entry)
            text = "\n".join([*lines[: block.line - 1], *joined.split("\n"), *lines[end:]])
    return text


def _join(block: Block, entry: Entry) -> str:
    said = MARKER.sub(" ", block.text)
    missing = [sentence for sentence in told_sentences(entry) if not holds_decision(said, sentence)]
    text = _declare(block.text, entry) if not re.search(rf"\b{entry.standing}\b", said) else block.text
    if not missing:
        return text
    if block.kind != "row":
        return _add(text, " ".join(missing).replace("\\|", "|"), entry)
    return f"{_add(text.rstrip().removesuffix('|').rstrip(), ' '.join(missing), entry)} |"


def _add(text: str, said: str, entry: Entry) -> str:
    """The text with those sentences before its last marker, which then names what the entry rests on as well."""
    match = _LAST_MARKER.fullmatch(text)
    before, marked = (match["said"], match["marker"] or "") if match is not None else (text, "")
    keys = [key.strip().removeprefix("@") for key in marked.strip("[]").split(";") if key.strip()]
    stop = "" if before.endswith((".", "!", "?", "|")) else "."
    return f"{before}{stop} {said} {marker(*dict.fromkeys([*keys, *shown_keys(entry)]))}"


def _declare(text: str, entry: Entry) -> str:
    """The text with the standing behind the name that it leads with, where a reader must be told."""
    if entry.standing not in _DECLARED:
        return text
    spans = re.finditer(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*", text)
    led = next((s for s in spans if same_name(entry.name, (s[1] or s[2]).strip(" :.`"))), None)
    return text if led is None else f"{text[: led.end()]} ({entry.standing}){text[led.end() :]}"
