"""The one line of a file that tells most about why it is a waypoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.layers import main_module
from torusnb.context.map.index import TextIndex
from torusnb.models.codebase import FileOutline

_OWN_NAME = 0.8


@dataclass(frozen=True)
class Quote:
    """A line of a file, without its indentation, and its 1-based number."""

    line: int
    text: str


@dataclass(frozen=True)
class _Candidate:
    line: int
    words: str
    bonus: float


def choose_quotes(
    files: Sequence[tuple[FileOutline, str, frozenset[str]]], bag: Mapping[str, float], index: TextIndex
) -> tuple[Quote, ...]:
    """For each `(outline, source, symbols)` its most telling line.

    A function that the pack names wins; otherwise the function head, schema or route that shares most with the
    bag, if it shares more than the line that defines the module. The line is verbatim: one that the source does
    not hold as the outline says is never chosen.
    """
    listed = [_candidates(outline, symbols) for outline, _, symbols in files]
    bags = iter(index.bags([candidate.words for candidates in listed for candidate in candidates]))
    found = []
    for (_, source, _), candidates in zip(files, listed, strict=True):
        lines = source.split("\n")
        best, best_score = Quote(1, lines[0].strip()), -1.0
        for candidate in candidates:
            words = next(bags)
            text = lines[candidate.line - 1].strip() if 0 < candidate.line <= len(lines) else ""
            score = sum(min(bag.get(term, 0.0), 3.0) * index.rarity(term) for term in words) / (8 + len(words))
            if text and score + candidate.bonus > best_score:
                best, best_score = Quote(candidate.line, text), score + candidate.bonus
        found.append(best)
    return tuple(found)


def _candidates(outline: FileOutline, symbols: frozenset[str]) -> list[_Candidate]:
    main = main_module(outline)
    found = []
    if main is not None:
        found.append(_Candidate(main.line, main.name.rpartition(".")[2], _OWN_NAME))
    for module in outline.modules:
        if module.schema is not None:
            found.append(_Candidate(module.schema.line, f"{module.schema.table} {module.name.rpartition('.')[2]}", 1.2))
        for function in module.functions:
            named = 100.0 if function.name in symbols else 0.0
            public = 0.8 if function.public else 0.0
            found.append(_Candidate(function.line, f"{function.name} {function.doc}", named + public))
    if not outline.modules:
        found.extend(_Candidate(route.line, f"{route.path} {route.module}", 0.0) for route in outline.routes)
    return found
