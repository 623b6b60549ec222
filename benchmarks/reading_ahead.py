"""What is read before an approach is asked for, against what the feature then changed and its design cites.

    python -m benchmarks.reading_ahead --checkouts DIR --history GIT_DIR --cases cases.jsonl --packs DIR [--only SLUG …]

DIR holds a checkout for each case's slug (its `parent` laid out). A case is a line of JSON with `slug`, `parent`,
`commit`, `pack_dir`, and the paths `cited` and `changed`. A function is gold when the change touches one of its lines.
Prints for each case, and on the average of those with two or more gold: files and functions read, how many of them are
gold (precision), and how much of the gold is among them (recall). Nothing is asked of a model.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.waypoints import pack_of
from torusnb.context.capture import capture_context
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.waypoints.history import load_history
from torusnb.context.waypoints.precedents import load_precedents
from torusnb.drafting.claude.reading_ahead import AHEAD_TOKENS, plan_reading
from torusnb.drafting.evidence import build_evidence
from torusnb.models.codebase import CodeMap
from torusnb.models.sources import Research
from torusnb.spec.template import load_template

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+")
_RANGE = re.compile(r"(?P<path>[^:]+):(?P<first>\d+)-(?P<last>\d+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every case and print the averages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("checkouts", "history", "cases", "packs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--tokens", type=int, default=AHEAD_TOKENS)
    given = parser.parse_args(arguments)
    cases = [json.loads(line) for line in given.cases.read_text().splitlines() if line.strip()]
    rows: dict[str, list[tuple[float, float]]] = {"files": [], "functions": []}
    with tempfile.TemporaryDirectory() as cache:
        for case in (case for case in cases if not given.only or case["slug"] in given.only):
            told = []
            for kind, (read, gold) in _measure(case, given, Path(cache)).items():
                hit = len(read & gold)
                told.append(f"{kind}: {len(read)} read, {hit} of {len(gold)} gold")
                if len(gold) > 1:
                    rows[kind].append((hit / max(1, len(read)), hit / len(gold)))
            print(f"{case['slug']:30} {'; '.join(told)}", flush=True)
    for kind, scored in rows.items():
        if scored:
            precision, recall = (sum(row[n] for row in scored) / len(scored) for n in (0, 1))
            print(f"{kind}: precision {precision:.3f}, recall {recall:.3f} over {len(scored)} cases")
    return 0


def _measure(case: dict[str, Any], given: argparse.Namespace, cache: Path) -> dict[str, tuple[set[str], set[str]]]:
    root = given.checkouts / case["slug"]
    code = load_code_map(root, cache=cache)
    pack = pack_of(case, given.packs)
    history = load_history(root, case["parent"], git_dir=given.history, cache=cache / "history.db")
    precedents = load_precedents(root, pack)
    context = capture_context(pack, code, source_reader(root), history=history, precedents=precedents, cache=cache)
    evidence = build_evidence(pack, context, Research(), load_template(), ())
    read = {name for what in plan_reading(evidence, given.tokens) for name in what.split("; ")}
    functions = {name for one in read for name in _functions_of(one, code)}
    paths = {code.modules[name.rpartition(".")[0]].path for name in functions}
    cited = {path for path in (*(case["cited"] or ()), *(case["changed"] or ())) if path in code.by_path}
    gold = {path for path in cited if path.startswith("lib/")}
    return {"files": (paths, gold), "functions": (functions, _changed(case, given.history, code))}


def _functions_of(passage: str, code: CodeMap) -> set[str]:
    """The functions that a passage shows, as `Module.name/arity`."""
    match = _RANGE.fullmatch(passage)
    if match is None:
        return {passage}
    return _between(code, match["path"], int(match["first"]), int(match["last"]))


def _between(code: CodeMap, path: str, first: int, last: int) -> set[str]:
    modules = code.by_path[path].modules if path in code.by_path else ()
    return {
        f"{module.name}.{function.name}/{function.arity}"
        for module in modules
        for function in module.functions
        if function.line <= last and first <= function.end_line
    }


def _changed(case: dict[str, Any], history: Path, code: CodeMap) -> set[str]:
    """The functions of which the feature's own change touches a line."""
    command = ["git", "--git-dir", str(history), "diff", "-U0", "--no-color", case["parent"], case["commit"], "--"]
    paths = [path for path in case["changed"] or () if path in code.by_path and path.startswith("lib/")]
    found: set[str] = set()
    for path in paths:
        told = subprocess.run([*command, path], capture_output=True, check=True, timeout=60).stdout
        for match in map(_HUNK.match, told.decode("utf-8", "replace").split("\n")):
            if match is not None:
                first = int(match[1])
                found |= _between(code, path, first, first + max(1, int(match[2] or 1)) - 1)
    return found


if __name__ == "__main__":
    sys.exit(main())
