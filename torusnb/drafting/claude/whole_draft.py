"""The whole draft as a reading and a round of revision are shown it: the same texts in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.reading import read_blocks, spoken_keys, states_something
from torusnb.drafting.claude.requests import ALL_WRITTEN_TOKENS, LINES_TOKENS, keep_within
from torusnb.models.design import Evidence

Material = tuple[tuple[str, str], ...]
"""Titles and texts."""

_LONGEST_LINE = 160
_LONGEST_OPEN, _MOST_OPEN = 240, 40
_UNVERIFIED = re.compile(
    r"\b(?:un|not )verified\b|\bcould not be (?:read|seen|checked)\b|\bnot (?:been )?(?:read|seen|known)\b",
    re.IGNORECASE,
)


def show_draft(progress: Progress) -> tuple[Material, tuple[str, ...]]:
    """The approach, the ledger, the sections that there is room for, and the lines they mark; and those sections' ids.

    The room is that of the offline sections, by which the preflight counts, and more; a section that does not fit is
    passed over.
    """
    room = sum(map(estimate_tokens, progress.offline.values())) + ALL_WRITTEN_TOKENS
    order = [section.id for section in progress.pack.template.sections if section.id in progress.texts]
    written = keep_within(((f"section {name}", progress.texts[name]) for name in order), room)
    material = (
        ("the approach", progress.approach),
        ("the ledger", progress.ledger.render()),
        *written,
        ("told by the program", list_told(progress, order)),
        ("the lines that it marks", render_lines(progress, (text for _, text in written))),
    )
    shown = {title for title, _ in written}
    return material, tuple(name for name in order if f"section {name}" in shown)


def find_unverified(texts: Mapping[str, str]) -> str:
    """What the sections call unverified, a line each with its section: some of it can be settled by looking.

    Below a label or words with a colon that say so, each bullet and row is unverified too.
    """
    found = [
        f"{section}: {' '.join(said.split())[:_LONGEST_OPEN]}"
        for section, text in texts.items()
        for said in _list_unverified(text)
    ]
    return "\n".join(found[:_MOST_OPEN])


def _list_unverified(text: str) -> Iterator[str]:
    below = False
    for block in read_blocks(text):
        said = _UNVERIFIED.search(block.text) is not None
        if block.kind == "paragraph":
            below = said and not states_something(block)
        if said or below:
            yield block.text


def list_told(progress: Progress, sections: Iterable[str]) -> str:
    """The decided names that the program tells in some sections, and where; the ledger has their decisions."""
    placed = progress.place()
    lines = []
    for name in sections:
        for where, entries in (("in the row that leads with it", placed.joined), ("in a row below", placed.rows)):
            if told := [f"{entry.kind} `{entry.name}`" for entry in entries.get(name, ())]:
                lines.append(f"section {name}, {where}: {', '.join(told)}")
    return "\n".join(lines)


def render_lines(progress: Progress, texts: Iterable[str], besides: Iterable[str] = ()) -> str:
    """Each line of code that some texts mark, as it stands, so that a sentence can be held against it.

    What the texts `besides` mark is left out: it is shown already.
    """
    usable = progress.usable
    shown = {key for text in besides for key in spoken_keys(text)}
    keys = dict.fromkeys(key for text in texts for key in spoken_keys(text) if key not in shown)
    items = ((key, usable.get(key)) for key in keys)
    lines = [f"{key} {_shortened(item)}" for key, item in items if item is not None and _is_line(item)]
    kept: list[str] = []
    room = LINES_TOKENS
    for line in sorted(lines):
        room -= estimate_tokens(line)
        if room >= 0:
            kept.append(line)
    return "\n".join(kept)


def _is_line(item: Evidence) -> bool:
    return item.kind == "code" and bool(item.text.strip())


def _shortened(item: Evidence) -> str:
    return " ".join(item.text.split())[:_LONGEST_LINE]
