"""What was decided of a name joins the row or the bullet that leads with it: a reader finds both in one place.

A table of signatures above and a table of decisions below it, on the same names, were read as one thing told twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from torusnb.drafting.claude.homes import LED_TO_COLON, holds_decision, list_untold, names_led, needs_no_row, same_name
from torusnb.drafting.claude.ledger import KINDS, STANDINGS, Entry, Ledger, shown_keys, told_sentences
from torusnb.drafting.claude.reading import Block, read_blocks
from torusnb.drafting.offline.wording import upper_first
from torusnb.models.base import Value
from torusnb.models.design import MARKER, Template, marker, parse_keys

_NESTED = re.compile(r"\n\s*(?:[-*+]|\d+[.)]|```|~~~|\|)|\n\s*\n")
"""A bullet that holds more than one paragraph: nothing can be said at its end that is said of its lead.

Nor of one that a colon ends: what it says stands below it."""
_BEFORE_NAME = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<before>[^`*]*)")
_MAY_PRECEDE = frozenset({"the", "a", *KINDS, *STANDINGS})
"""Words before the name of a bullet that is about it: “rule `ties`”, not “It calls `order/1`”."""
_CELL_END = re.compile(r"(?<!\\)\|")
_STOPPED = re.compile(r"[.!?][\"'”’)*_]*$")
_FIRST_CELL = 2
"""Of a row cut at its bars: before the first bar is nothing, and the first cell holds the name."""
_DECLARED = STANDINGS[2:]
"""Standings that a reader must be told: the code holds no such name."""


class Placement(Value, frozen=True):
    """Where what was decided is told, by section: joined to what the text leads with, or in rows below it."""

    joined: dict[str, tuple[Entry, ...]]
    rows: dict[str, tuple[Entry, ...]]


def place_decisions(template: Template, ledger: Ledger, design: str, texts: Mapping[str, str]) -> Placement:
    """Where each decision is told that no text tells itself.

    It joins the text of its home or of one of its home's parts, the first that leads with its name, else it gets a row
    below its home. What merely exists gets none where some section speaks of it, but joins whichever section leads
    with it.

    Args:
        template: The template, for the homes.
        ledger: What is decided.
        design: The section that tells what has no home of its own.
        texts: What the model wrote, by section.
    """
    leading = {section: [*filter(_begins_with_name, read_blocks(text))] for section, text in texts.items()}
    joined: dict[str, tuple[Entry, ...]] = {}
    rows: dict[str, tuple[Entry, ...]] = {}
    for home in template.sections:
        near = [home.id, *(part.id for part in template.children(home.id))]
        for entry in list_untold(home, ledger, template, design, texts):
            spare = needs_no_row(entry, texts)
            sections = [*near, *(section.id for section in template.sections)] if spare else near
            led = next((name for name in sections if _find_leading(leading.get(name, ()), entry) is not None), "")
            if led:
                joined[led] = (*joined.get(led, ()), entry)
            elif not spare:
                rows[home.id] = (*rows.get(home.id, ()), entry)
    return Placement(joined, rows)


def find_led(text: str, entry: Entry) -> Block | None:
    """The first row, or bullet of one paragraph, that leads with the entry's name; None without one."""
    return _find_leading(filter(_begins_with_name, read_blocks(text)), entry)


def _find_leading(blocks: Iterable[Block], entry: Entry) -> Block | None:
    return next((b for b in blocks if any(same_name(entry.name, name) for name in names_led(b))), None)


def _begins_with_name(block: Block) -> bool:
    if block.kind == "row":
        return True
    if _NESTED.search(block.text) or MARKER.sub("", block.text).rstrip().endswith(":"):
        return False
    colon = LED_TO_COLON.match(block.text)
    if colon is not None and not re.search(r"[`*]", colon.group()[2:]):
        return True
    lead = _BEFORE_NAME.match(block.text)
    return lead is not None and _MAY_PRECEDE.issuperset(re.findall(r"\w+", lead["before"].lower()))


def join_decisions(text: str, entries: Iterable[Entry]) -> str:
    """The text with each decision in the row or bullet that leads with its name, as far as it does not say it already.

    A name that is new, or could not be verified, is called so there. An entry whose name leads nothing changes nothing.
    """
    for entry in entries:
        block = find_led(text, entry)
        if block is not None:
            lines = text.split("\n")
            end = block.line - 1 + len(block.text.split("\n"))
            line = lines[block.line - 1]
            indent = line[: len(line) - len(line.lstrip())] if block.kind == "row" else ""
            joined = f"{indent}{_join(block, entry)}"
            text = "\n".join([*lines[: block.line - 1], *joined.split("\n"), *lines[end:]])
    return text


def _join(block: Block, entry: Entry) -> str:
    said = MARKER.sub(" ", block.text)
    missing = [sentence for sentence in told_sentences(entry) if not holds_decision(said, sentence)]
    text = _declare(block.text, entry) if not re.search(rf"\b{entry.standing}\b", said) else block.text
    if not missing:
        return text
    decision = " ".join(missing)
    if block.kind == "row":
        return _join_row(text.rstrip(), decision, entry)
    decision = decision.replace("\\|", "|")
    lead = LED_TO_COLON.match(text)
    if lead is None:
        return _add(text, decision, entry)
    return _add(f"{lead.group()} {_before(decision, text[lead.end() :])}", "", entry)


def _join_row(row: str, decision: str, entry: Entry) -> str:
    """The row with the decision at the head of what it says most in: the cell with the most words behind the name."""
    cells = _CELL_END.split(row[:-1].rstrip() if _ends_cell(row) else row)
    longest = max(range(1, len(cells)), key=lambda number: (len(MARKER.sub("", cells[number]).split()), number))
    if longest < _FIRST_CELL:
        return f"{_add('|'.join(cells), decision, entry)} |"
    cells[longest] = f" {_before(decision, cells[longest])}{' ' if longest < len(cells) - 1 else ''}"
    return f"{_add('|'.join(cells), '', entry)} |"


def _before(decision: str, said: str) -> str:
    """What was decided, and then what the text says besides, which is a sentence of its own."""
    return f"{decision} {upper_first(said.strip())}"


def _ends_cell(row: str) -> bool:
    """Whether the last sign closes a cell; an escaped one is said in it."""
    return row.endswith("|") and not row.endswith("\\|")


def _add(text: str, said: str, entry: Entry) -> str:
    """The text with those sentences before its last marker, which then names what the entry rests on as well."""
    before = text.rstrip(". \t\n")
    at = before.rfind("[@")
    marked = MARKER.fullmatch(before, at) if at >= 0 else None
    before = before if marked is None else before[:at].rstrip()
    keys = parse_keys(marked.group()) if marked is not None else ()
    told = f"{before}{_stop(before)} {said}" if said else before
    return f"{told} {marker(*dict.fromkeys([*keys, *shown_keys(entry)]))}"


def _stop(text: str) -> str:
    """What ends the words before another sentence."""
    return "" if _STOPPED.search(text) or _ends_cell(text) else "."


def _declare(text: str, entry: Entry) -> str:
    """The text with the standing behind the name that it leads with, where a reader must be told."""
    if entry.standing not in _DECLARED:
        return text
    spans = re.finditer(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*", text)
    led = next((s for s in spans if same_name(entry.name, (s[1] or s[2]).strip(" :.`"))), None)
    return text if led is None else f"{text[: led.end()]} ({entry.standing}){text[led.end() :]}"
