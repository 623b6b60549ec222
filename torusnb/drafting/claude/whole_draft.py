"""The whole draft as a reading and a round of revision are shown it: the same texts in the same order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.reading import read_blocks, spoken_keys
from torusnb.drafting.claude.requests import ALL_WRITTEN_TOKENS, LINES_TOKENS, keep_within
from torusnb.models.design import MARKER, Evidence, marker

Material = tuple[tuple[str, str], ...]
"""Titles and texts."""

_LONGEST_LINE = 160
_LONGEST_OPEN, _MOST_OPEN = 240, 40
_MOST_SETTLING = 3
"""Lines that are told with a sentence that may be settled by them."""
_LEAST_SHARED = 2
"""Words of code that a line and a sentence share, the file that the sentence marks counted as one."""
_UNVERIFIED = re.compile(
    r"\b(?:un|not )verified\b|\bcould not be (?:read|seen|checked)\b|\bnot (?:been )?(?:read|seen|known)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]?[a-z]{3,}")
_PARTS = re.compile(r"[.;|](?=\s|$)")
_VALUE = re.compile(r"(?<![\w.])\d|@\w+ [^\s(]")
"""A number, or an attribute that is set."""
_SETTLES_NOTHING = re.compile(r"\s*(?:alias|import|require|use|defmodule|@moduledoc|@doc|@spec|@type|end\b|#)")
_STEM = 6
"""Letters by which two forms of a word are held to be one; comparing only."""
_SAID_OF_UNKNOWN = frozenset(
    word[:_STEM]
    for word in _WORD.findall(
        "unverified verified verify known read seen checked could been this that with from which when many there they "
        "what how the and for not are was has have does done else end true false nil case"
    )
)
"""Words of a sentence that calls something unknown, and of any line of code."""
_COMMON, _COMMON_SHARE = 4, 50
"""A word that more lines have than this number, and than one line in so many, tells nothing of one of them."""


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
        ("the lines that it marks", render_lines(progress, (text for _, text in written))),
    )
    shown = {title for title, _ in written}
    return material, tuple(name for name in order if f"section {name}" in shown)


def find_unverified(texts: Mapping[str, str], found: Iterable[Evidence] = ()) -> str:
    """What the sections call unverified, a line each with its section: some of it can be settled by looking.

    Args:
        texts: The sections' texts.
        found: What was looked up; a line of code that speaks of the same stands below the sentence, which may have been
            written before anybody looked.
    """
    lines = [item for item in found if _is_line(item) and not _SETTLES_NOTHING.match(item.text)]
    told = []
    for section, text in texts.items():
        for block in read_blocks(text):
            if _UNVERIFIED.search(block.text):
                said = " ".join(block.text.split())[:_LONGEST_OPEN]
                told.append("\n".join((f"{section}: {said}", *_find_settling(block.text, lines))))
    return "\n".join(told[:_MOST_OPEN])


def _find_settling(sentence: str, lines: list[Evidence]) -> list[str]:
    """The lines that speak of what a sentence does not know, best first; none that it marks itself.

    A line that gives a value comes before others, as does one of a file that the sentence marks.
    """
    own = set(spoken_keys(sentence))
    files = {key.rpartition(":")[0] for key in own}
    spoken = [_words(line.text) for line in lines]
    wanted = _words(_around_unknown(sentence))
    counted = {word: sum(word in words for words in spoken) for word in wanted}
    most = max(_COMMON, len(lines) // _COMMON_SHARE)
    weights = {word: math.log(1 + len(lines) / count) for word, count in counted.items() if 0 < count <= most}
    weighed = []
    for line, words in zip(lines, spoken, strict=True):
        shared = sorted(words & weights.keys())
        near = line.key.rpartition(":")[0] in files
        if line.key not in own and shared and len(shared) + near >= _LEAST_SHARED:
            weight = sum(weights[word] for word in shared) * (1 + near) * (1 + bool(_VALUE.search(line.text)))
            weighed.append((-weight, line.key, line))
    best = [line for _, _, line in sorted(weighed, key=lambda each: each[:2])[:_MOST_SETTLING]]
    return [f"  looked up: {marker(line.key)} {_shortened(line)}" for line in best]


def _around_unknown(sentence: str) -> str:
    """The part of a sentence or row that calls something unknown, with its neighbours."""
    parts = [part for part in _PARTS.split(MARKER.sub(" ", sentence)) if part.strip()]
    near = {n for at, part in enumerate(parts) if _UNVERIFIED.search(part) for n in (at - 1, at, at + 1)}
    return " ".join(part for n, part in enumerate(parts) if n in near)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower()[:_STEM] for word in _WORD.findall(text.replace("_", " "))) - _SAID_OF_UNKNOWN


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
