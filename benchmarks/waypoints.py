"""Waypoints of real features, each ranked on what existed before it was built, for `score.py`.

    python -m benchmarks.waypoints --history GIT_DIR --cases cases.jsonl --packs DIR --out rankings.jsonl \
        --out-changed changed.jsonl

A case is a line of JSON with `slug`, `parent` (the commit to design against) and `pack_dir`; `cited` and `changed` are
lists of paths or null, and only the scores need them. Its prd.md and requirements.yml come from DIR/<slug>. The
history ends at `parent`; earlier packs are those of `parent`'s tree, the case's own never among them. Each line of the
output holds `slug` and `ranked`: paths under lib, best first, then those under assets; --out has the order of what a
design has to know, --out-changed that of what the feature likely changes. Both are scored for both kinds of gold. With
--features the share of every signal is kept as well, for `benchmarks.waypoint_weights`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.checkouts import lay_out
from benchmarks.ranking_scores import mean_scores, score_kind
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.documents import is_indexed
from torusnb.context.map.index import Weights
from torusnb.context.map.text_cache import open_text_index
from torusnb.context.waypoints.assets import rank_assets
from torusnb.context.waypoints.history import load_history
from torusnb.context.waypoints.precedents import load_precedents
from torusnb.context.waypoints.ranking import SIGNALS, Past, Scene, rank_files
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import TEXT_B, TEXT_K1
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.codebase import CodeMap
from torusnb.models.history import History
from torusnb.models.requirements import SpecPack
from torusnb.spec.reader import load_pack

MOST_FILES, MOST_ASSETS = 80, 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Rank every case, write the rankings, print the scores; 1 when a case failed."""
    given = _parser().parse_args(arguments)
    cases = [json.loads(line) for line in given.cases.read_text().splitlines() if line.strip()]
    cases = [case for case in cases if not given.only or case["slug"] in given.only]
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        groups[case["parent"]].append(case)
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as caches, ProcessPoolExecutor(given.jobs) as pool:
        waiting = [
            pool.submit(rank_group, group, given.history, given.packs, Path(caches), bool(given.features))
            for group in groups.values()
        ]
        for done in as_completed(waiting):
            for row in done.result():
                rows[row["slug"]] = row
                print(f"{len(rows):3}/{len(cases)} {row['slug']:32} {row['told']}", file=sys.stderr, flush=True)
    ordered = [rows[case["slug"]] for case in cases]
    for out, order in ((given.out, "ranked"), (given.out_changed, "by_change")):
        if out:
            out.write_text("".join(json.dumps({"slug": row["slug"], "ranked": row[order]}) + "\n" for row in ordered))
    if given.features:
        given.features.write_text("\n".join(json.dumps(row["features"] | {"slug": row["slug"]}) for row in ordered))
    _print_scores(cases, rows)
    return 1 if any(row["failed"] for row in ordered) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=Path, required=True, help="a (bare) clone that holds the parent commits")
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--out-changed", type=Path, help="where to write the order of what is likely changed")
    parser.add_argument("--features", type=Path, help="where to write the signals' shares, a line for each case")
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--jobs", type=int, default=2)
    return parser


def rank_group(
    cases: Sequence[dict[str, Any]], git_dir: Path, packs: Path, caches: Path, features: bool
) -> list[dict[str, Any]]:
    """The cases of one parent; a failure becomes a row without a ranking, so that the others still run."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "checkout"
        try:
            lay_out(git_dir, cases[0]["parent"], root)
            code_map = load_code_map(root, cache=caches)
            history = load_history(root, cases[0]["parent"], git_dir=git_dir, cache=caches / "history.db")
        except Exception as error:  # noqa: BLE001  # a row says what went wrong; the other cases go on
            return [_failed(case, error) for case in cases]
        rows = []
        for case in cases:
            try:
                rows.append(_rank(case, root, code_map, history, packs, caches, features))
            except Exception as error:  # noqa: BLE001
                rows.append(_failed(case, error))
        return rows


def _failed(case: Mapping[str, Any], error: Exception) -> dict[str, Any]:
    told = f"FAILED {type(error).__name__}: {error}"
    empty: dict[str, Any] = {"ranked": [], "by_change": [], "likely": {}, "features": {}}
    return {"slug": case["slug"], **empty, "told": told, "failed": True}


def _rank(
    case: Mapping[str, Any],
    root: Path,
    code_map: CodeMap,
    history: History,
    packs: Path,
    caches: Path,
    features: bool,
) -> dict[str, Any]:
    pack = pack_of(case, packs)
    read = source_reader(root)
    precedents = load_precedents(root, pack)
    begun = time.perf_counter()
    found = rank_waypoints(pack, code_map, read, MOST_FILES, history=history, precedents=precedents, cache=caches)
    seconds = time.perf_counter() - begun
    assets = rank_assets(pack, code_map, read, found, MOST_ASSETS, history=history, precedents=precedents)
    whole = time.perf_counter() - begun
    past = Past(history, precedents)
    return {
        "slug": case["slug"],
        "ranked": [waypoint.path for waypoint in (*found, *assets)],
        "by_change": [waypoint.path for waypoint in (*sorted(found, key=lambda w: (-w.change, w.rank)), *assets)],
        "likely": {waypoint.path: waypoint.likely for waypoint in found},
        "seconds": seconds,
        "told": f"{seconds:5.1f} s for lib, {whole - seconds:5.1f} s for assets",
        "features": signal_shares(code_map, root, caches, pack, past) if features else {},
        "failed": False,
    }


def pack_of(case: Mapping[str, Any], packs: Path) -> SpecPack:
    """The case's own prd.md and requirements.yml, as if they lay in the tree where they came to lie."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / Path(case["pack_dir"]).name
        folder.mkdir()
        for name in ("prd.md", "requirements.yml"):
            if (packs / case["slug"] / name).is_file():
                (folder / name).write_bytes((packs / case["slug"] / name).read_bytes())
        return msgspec.structs.replace(load_pack(folder), directory=case["pack_dir"])


def signal_shares(code_map: CodeMap, root: Path, caches: Path, pack: SpecPack, past: Past) -> dict[str, Any]:
    """The paths under lib that any signal speaks for, and each signal's shares of them in that order."""
    read = source_reader(root)
    files = [file for file in code_map.files if is_indexed(file)]
    with open_text_index(code_map, read, cache=caches, weights=Weights(k1=TEXT_K1, b=TEXT_B)) as index:
        ranking = rank_files(Scene(files, code_map, index, read, past), pack, Request(pack, index))
    paths = [path for path in ranking.order if path.startswith("lib/") and path.endswith(".ex")]
    shares = {signal: [round(ranking.part(signal, path), 5) for path in paths] for signal in SIGNALS}
    return {"paths": paths, "shares": shares}


def _print_scores(cases: Sequence[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]]) -> None:
    orders = (("lib/", "ranked", "to know"), ("lib/", "by_change", "to change"), ("assets/", "ranked", ""))
    for prefix, order, name in orders:
        for kind in ("cited", "changed"):
            scored = score_kind(cases, {slug: row[order] for slug, row in rows.items()}, kind, prefix)
            if scored:
                told = "  ".join(f"{name} {value:.3f}" for name, value in mean_scores(scored).items())
                print(f"{prefix:8}{name:10}{kind:8}n={len(scored):3}  {told}")
    right, called, missed = 0, 0, 0
    for case in cases:
        likely, changed = rows[case["slug"]]["likely"], set(case.get("changed") or ())
        best = [path for path in rows[case["slug"]]["ranked"] if path in likely][:20]
        if changed:
            called += sum(likely[path] == "changed" for path in best)
            right += sum(likely[path] == "changed" and path in changed for path in best)
            missed += sum(likely[path] == "known" and path in changed for path in best)
    print(f"called changed among the first 20: {called}, of them right {right}; called known and changed: {missed}")
    seconds = [row["seconds"] for row in rows.values() if not row["failed"]]
    if seconds:
        print(f"seconds to rank lib: {statistics.median(seconds):.2f} median, {max(seconds):.2f} most")


if __name__ == "__main__":
    sys.exit(main())
