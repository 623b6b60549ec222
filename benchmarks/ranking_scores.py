"""Recall, nDCG and the like of rankings against gold, as TorusBench's score.py counts them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

LEAST_GOLD = 2
"""A case with fewer gold files does not count."""


def gold_of(case: Mapping[str, Any], kind: str, prefix: str = "lib/") -> frozenset[str]:
    """The gold paths of a case below a prefix; under lib only `.ex` files."""
    return frozenset(path for path in case.get(kind) or () if _counts(path, prefix))


def measure(ranked: Sequence[str], gold: frozenset[str]) -> dict[str, float]:
    """Recall at 10, 20 and 50, the first hit's reciprocal rank, and nDCG at 20."""
    hits = [path in gold for path in ranked]
    gained = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits[:20]))
    ideal = sum(1 / math.log2(place + 2) for place in range(min(20, len(gold))))
    return {
        **{f"R@{most}": sum(hits[:most]) / len(gold) for most in (10, 20, 50)},
        "MRR": next((1 / (place + 1) for place, hit in enumerate(hits) if hit), 0.0),
        "nDCG@20": gained / ideal,
    }


def score_kind(
    cases: Sequence[Mapping[str, Any]], rankings: Mapping[str, Sequence[str]], kind: str, prefix: str = "lib/"
) -> dict[str, dict[str, float]]:
    """Slug to its measures, for the cases that count; one without a ranking scores zero."""
    found = {}
    for case in cases:
        gold = gold_of(case, kind, prefix)
        if len(gold) >= LEAST_GOLD:
            ranked = [path for path in rankings.get(case["slug"], ()) if _counts(path, prefix)]
            found[case["slug"]] = measure(ranked, gold)
    return found


def mean_scores(scored: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Each measure's mean over the cases."""
    rows = list(scored.values())
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]} if rows else {}


def _counts(path: str, prefix: str) -> bool:
    return path.startswith(prefix) and (prefix != "lib/" or path.endswith(".ex"))
