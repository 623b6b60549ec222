"""Where a decided name is told: each kind of name in one section, in a table below what that section's text says.

A decision that stood in a table of the design and again in its own section was told twice, and a reader had to put both
together; so it has one home, and there the text may tell it more fully than the ledger does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.drafting.claude.ledger import KINDS, STANDINGS, Entry, Ledger
from torusnb.drafting.claude.numbers import find_numbers
from torusnb.drafting.claude.reading import Block, read_blocks
from torusnb.models.design import MARKER, Template, TemplateSection

_HOMES = {
    "component": ("component",),
    "flow": ("rule",),
    "interfaces": ("function",),
    "http": ("route",),
    "liveview": ("event", "parameter", "assign", "text"),
    "processes": ("process", "job", "topic"),
    "schemas": ("table", "field", "index"),
    "caching": ("cache",),
    "observability": ("telemetry",),
    "security": ("permission",),
}
"""By a word of a section's title the kinds that are told there; all others are told in the design itself."""
_CELL = re.compile(r"^\s*\|(?P<lead>[^|\n]*)")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?P<lead>(?:\w+\s+){0,2}(?:`[^`\n]+`|\*\*[^*\n]+\*\*))")
LED_TO_COLON = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<lead>[^:\n]{1,120}?):(?=\s|$)")
"""A bullet up to the colon behind what it leads with."""
_STANDING = re.compile(
    rf"^(?:{'|'.join(KINDS)})\s+|\s*\((?:{'|'.join(STANDINGS)})\)\s*$|,\s*(?:{'|'.join(STANDINGS)})\s*$"
)
_NAMED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_WORD = re.compile(r"[a-z_]\w{3,}", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|without|cannot|neither|nor|refuse[sd]?)\b|n['’]t\b", re.IGNORECASE
)
_CALL = re.compile(r"(?P<name>[\w.]+[?!]?)\((?P<arguments>.*)\)")
_AS_FULL = 0.6
"""A bullet or row that leads with a name tells its decision when it holds this share of the decision's words.

Short words do not count; all numbers do, and a decision that denies something is told only by a text that denies
something too. Less, and a row that tells something else of the name would take its decision away.
"""


def kinds_told(section: TemplateSection) -> tuple[str, ...]:
    """The kinds of names that a section is the home of, by its title; empty for a section that is none's."""
    words = set(re.findall(r"\w+", section.title.lower()))
    return tuple(kind for word, kinds in _HOMES.items() if word in words for kind in kinds)


def find_homes(template: Template, design: str) -> dict[str, str]:
    """For each kind with a section of its own in the template, that section's id; `design` is home to the rest."""
    homes: dict[str, str] = {}
    for section in template.sections:
        for kind in kinds_told(section):
            homes.setdefault(kind, section.id)
    return {kind: home for kind, home in homes.items() if home != design}


def list_untold(
    section: TemplateSection, ledger: Ledger, template: Template, design: str, texts: Mapping[str, str]
) -> tuple[Entry, ...]:
    """The decided names at home in a section that its text does not tell itself.

    A name counts as told where a bullet or a row of the section, or of its parts, leads with it and says what was
    decided.

    Args:
        section: The section.
        ledger: What is decided.
        template: The template, for its homes and parts.
        design: The section that tells what has no home of its own.
        texts: What the model wrote, by section; an offline text knows of no decision.
    """
    homes = find_homes(template, design)
    at_home = [entry for entry in ledger.entries if homes.get(entry.kind, design) == section.id]
    if not at_home:
        return ()
    parts = (section, *template.children(section.id))
    led = [found for part in parts for found in _find_led(texts.get(part.id, ""))]
    return tuple(entry for entry in at_home if not _told(entry, led))


def needs_no_row(entry: Entry, texts: Mapping[str, str]) -> bool:
    """Whether it names what merely exists, as was decided first, and what speaks of it says what was decided."""
    if entry.standing != STANDINGS[0] or entry.because:
        return False
    name = re.escape(entry.short)
    whole = re.compile(rf"(?<![\w.]){name}(?!\w)|(?<=\.){name}(?!\w)")
    said = [block.text for text in texts.values() for block in read_blocks(text) if whole.search(block.text)]
    return holds_decision(MARKER.sub(" ", "\n".join(said)), entry.decision)


def _find_led(text: str) -> list[tuple[tuple[str, ...], str]]:
    """What each bullet and row leads with, and what it says."""
    found = []
    for block in read_blocks(text):
        if names := names_led(block):
            found.append((names, MARKER.sub(" ", block.text)))
    return found


def names_led(block: Block) -> tuple[str, ...]:
    """The names that a row or a bullet leads with: in code, in bold, or as its first cell or words up to a colon."""
    match = (_CELL if block.kind == "row" else _BULLET).match(block.text)
    marked = () if match is None else tuple((c or b).strip(" :.`") for c, b in _NAMED.findall(match["lead"]))
    whole = match if block.kind == "row" else LED_TO_COLON.match(block.text)
    plain = _STANDING.sub("", MARKER.sub("", whole["lead"]).replace("`", "").replace("*", "")).strip() if whole else ""
    return (*marked, plain) if plain and plain not in marked else marked


def _told(entry: Entry, led: list[tuple[tuple[str, ...], str]]) -> bool:
    leading = (text for names, text in led if any(same_name(entry.name, name) for name in names))
    return any(holds_decision(text, entry.decision) for text in leading)


def holds_decision(text: str, decision: str) -> bool:
    """Whether a text holds what was decided: most of its words, all of its numbers, and its denial."""
    words = _words(decision)
    if not words or len(words & _words(text)) < _AS_FULL * len(words):
        return False
    if not set(find_numbers(decision)) <= set(find_numbers(text)):
        return False
    return bool(_NEGATION.search(text)) or not _NEGATION.search(decision)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, the namespace of either left out; a call stands for the function it calls."""
    call = _CALL.fullmatch(other)
    if call is not None:
        other = f"{call['name']}/{count_arguments(call['arguments'])}"
    return bool(other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def count_arguments(written: str) -> int:
    """How many arguments stand there; commas inside brackets and braces part none."""
    depth, count = 0, 1 if written.strip() else 0
    for character in written:
        depth += (character in "([{<") - (character in ")]}>")
        count += character == "," and depth == 0
    return count
