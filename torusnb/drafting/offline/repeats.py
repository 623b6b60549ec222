"""A thing is told once: lines that say again what an earlier section says leave their section."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torusnb.models.design import parse_keys

_RUN = 4
_LEAST = 12
_SAME = 0.62
_WORD = re.compile(r"[A-Za-z0-9_]+")
_MARKER = re.compile(r"\s*\[@[^\]]*\]")
_ID = re.compile(r"\b(?:FR|AC|NFR|A)-?\d+\w?\b")
_LEAD = re.compile(r"^(?:\s*(?:[-*]|\d+\.)\s+)(?:The pack (?:says|asks): )?")
_LABEL = re.compile(r"^\*\*[^*]+\*\*$")
_QUOTED_IN_WHOLE = frozenset({"1", "2", "13", "16", "17"})
"""Sections that stand apart: the digest, what is asked, which test proves it, what is open, and where it stands."""


def tell_once(texts: Mapping[str, str]) -> dict[str, str]:
    """The sections without list items that repeat an item or paragraph of an earlier section.

    An item repeats another when most of its runs of four words stand there. A section that would be left empty says
    which section tells it. A table, a numbered step and a line of the sections that list the pack stay.
    """
    told: dict[tuple[str, ...], list[int]] = {}
    homes: list[str] = []
    kept: dict[str, str] = {}
    for section, text in texts.items():
        lines, gone = [], []
        whole = text.splitlines()
        for position, line in enumerate(whole):
            runs = _runs(line)
            leads = whole[position + 1 : position + 2] and whole[position + 1].startswith(" ")
            home = _home(runs, told, homes, section) if _may_leave(section, line) and not leads else ""
            if home:
                gone.append((home, line))
                continue
            lines.append(line)
            if runs and section not in _QUOTED_IN_WHOLE:
                for run in runs:
                    told.setdefault(run, []).append(len(homes))
                homes.append(section)
        kept[section] = _without_bare_labels(lines) or _refer(gone) if gone else text
    return kept


def _may_leave(section: str, line: str) -> bool:
    return section not in _QUOTED_IN_WHOLE and line.lstrip().startswith("- ")


def _runs(line: str) -> frozenset[tuple[str, ...]]:
    bare = _ID.sub(" ", _LEAD.sub("", _MARKER.sub("", line)))
    words = [word.lower() for word in _WORD.findall(bare)]
    if len(words) < _LEAST:
        return frozenset()
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _home(
    runs: frozenset[tuple[str, ...]], told: Mapping[tuple[str, ...], list[int]], homes: list[str], section: str
) -> str:
    """The earlier section that holds most of the runs; empty for none."""
    shared: dict[int, int] = {}
    for run in runs:
        for index in told.get(run, ()):
            shared[index] = shared.get(index, 0) + 1
    same = sorted(index for index, number in shared.items() if number >= _SAME * len(runs))
    return next((homes[index] for index in same if homes[index] != section), "")


def _without_bare_labels(lines: list[str]) -> str:
    """The lines without labels that nothing follows; empty when only labels are left."""
    kept: list[str] = []
    for position, line in enumerate(lines):
        follows = next((other for other in lines[position + 1 :] if other.strip()), "")
        if not (_LABEL.match(line) and (not follows or _LABEL.match(follows))):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _refer(gone: list[tuple[str, str]]) -> str:
    """One sentence for a section whose every line stands elsewhere, with the evidence of those lines."""
    keys = list(dict.fromkeys(key for _, line in gone for key in parse_keys(line)))[:3]
    homes = list(dict.fromkeys(home for home, _ in gone))
    basis = f" [{'; '.join(f'@{key}' for key in keys)}]" if keys else ""
    return f"What the pack asks here stands in section{'s' if len(homes) > 1 else ''} {' and '.join(homes)}.{basis}"
