"""Weights for the signals of waypoints, and what they are worth on cases they were not chosen on.

    python -m benchmarks.waypoints … --features features.jsonl
    python -m benchmarks.waypoint_weights --features features.jsonl --cases cases.jsonl

The cross-entropy method (Rubinstein 1999) draws weights around a mean, keeps the best draws, and moves the mean there;
it seeks recall@20 and nDCG@20 for what is cited and what is changed, and prefers small weights. Only the signals that
both orders share are weighed; what counts for one order alone (`orders`) is left out of all scores. Printed are the
weights for all cases; the scores of the present ones and of the found ones on the cases they were chosen on; and held
out: one epic at a time, and the later half of the cases by date with weights from the earlier half. The search has a
fixed seed. Weights from here are rounded by hand before they go to `torusnb.context.waypoints.signals.Tuning`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.ranking_scores import LEAST_GOLD, gold_of
from torusnb.context.waypoints.ranking import SIGNALS
from torusnb.context.waypoints.signals import Tuning

Floats = NDArray[np.float64]

KINDS = ("cited", "changed")
WORTH = np.array([1.0, 0.8, 1.0, 0.3])
"""What recall and nDCG of cited, recall and nDCG of changed count in the search."""

ROUNDS, DRAWS, KEPT, SPREAD, SMALL = 8, 1200, 60, 0.25, 0.004
_MOST = 20
_POOL = 120
_DISCOUNT = 1 / np.log2(np.arange(_MOST) + 2)


@dataclass(frozen=True)
class Case:
    """A case's shares (files times signals) and which of the files are gold, for each kind with enough gold."""

    slug: str
    epic: str
    date: str
    shares: Floats
    gold: tuple[tuple[NDArray[np.bool_], int] | None, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the weights and their scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--cases", type=Path, required=True)
    given = parser.parse_args(arguments)
    cases = load_cases(given.features, given.cases)
    present = np.array([float(getattr(Tuning(), signal)) for signal in SIGNALS])
    _say("present weights, all cases", [_scores(case, present[None])[0] for case in cases])
    found = search(cases, present)
    _say("found weights, all cases (chosen on them)", [_scores(case, found[None])[0] for case in cases])
    print("    " + "  ".join(f"{name} {value:.2f}" for name, value in zip(SIGNALS, found, strict=True)))
    rows = []
    for epic in sorted({case.epic for case in cases}):
        weights = search([case for case in cases if case.epic != epic], present)
        rows += [_scores(case, weights[None])[0] for case in cases if case.epic == epic]
    _say("found weights, each epic held out", rows)
    ordered = sorted(cases, key=lambda case: (case.date, case.slug))
    earlier, later = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    weights = search(earlier, np.full(len(SIGNALS), 0.4))
    _say("present weights, later half", [_scores(case, present[None])[0] for case in later])
    _say("weights of the earlier half, later half", [_scores(case, weights[None])[0] for case in later])
    return 0


def load_cases(features: Path, cases: Path) -> list[Case]:
    """The cases with gold, each with the files that one of the signals ranks among its best."""
    told = {row["slug"]: row for row in map(json.loads, features.read_text().splitlines())}
    found = []
    for case in map(json.loads, filter(str.strip, cases.read_text().splitlines())):
        row = told.get(case["slug"], {})
        golds = [gold_of(case, kind) for kind in KINDS]
        if row.get("paths") and any(len(gold) >= LEAST_GOLD for gold in golds):
            found.append(_case(case, row, golds))
    return found


def _case(case: Mapping[str, Any], row: Mapping[str, Any], golds: Sequence[frozenset[str]]) -> Case:
    shares = np.array([row["shares"][signal] for signal in SIGNALS], dtype=np.float64).T
    best = np.unique(np.concatenate([np.argsort(-column, kind="stable")[:_POOL] for column in shares.T]))
    paths = [row["paths"][place] for place in best]
    folder = PurePosixPath(case["pack_dir"])
    epic = folder.parent.name if "epics" in folder.parts else case["slug"]
    marked = tuple(
        (np.array([path in gold for path in paths]), len(gold)) if len(gold) >= LEAST_GOLD else None for gold in golds
    )
    return Case(case["slug"], epic, case["date"], shares[best], marked)


def search(cases: Sequence[Case], begin: Floats) -> Floats:
    """The weights that serve these cases best, near `begin` or not."""
    draw = np.random.default_rng(0)
    mean, spread = begin.copy(), np.full(len(begin), SPREAD)
    for _ in range(ROUNDS):
        weights = np.abs(draw.normal(mean, spread, (DRAWS, len(mean))))
        weights[0] = mean
        scores = np.nanmean([_scores(case, weights) for case in cases], axis=0) @ WORTH
        order = np.argsort(SMALL * (weights**2).sum(axis=1) - scores, kind="stable")[:KEPT]
        mean, spread = weights[order].mean(axis=0), weights[order].std(axis=0) * 1.05 + 0.02
    return mean


def _scores(case: Case, weights: Floats) -> Floats:
    """For each row of weights recall and nDCG of cited and of changed; nan where the case has no such gold."""
    totals = case.shares @ weights.T
    best = np.argsort(-totals, axis=0, kind="stable")[:_MOST]
    found = np.full((len(weights), 4), np.nan)
    for place, marked in enumerate(case.gold):
        if marked is not None:
            hits = marked[0][best]
            found[:, 2 * place] = hits.sum(axis=0) / marked[1]
            found[:, 2 * place + 1] = _DISCOUNT[: len(best)] @ hits / _DISCOUNT[: min(_MOST, marked[1])].sum()
    return found


def _say(what: str, rows: Sequence[Floats]) -> None:
    cited, cited_ndcg, changed, changed_ndcg = np.nanmean(rows, axis=0)
    print(
        f"{what:44} cited R@20 {cited:.3f} nDCG {cited_ndcg:.3f}   changed R@20 {changed:.3f} nDCG {changed_ndcg:.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
