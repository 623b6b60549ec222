"""A seeded sample of trap reports on real checkouts, for reading by hand.

    python -m benchmarks.traps --checkouts DIR --cases cases.jsonl --packs DIR [--count 50] [--seed 1] [--rule ID …]

    python -m benchmarks.traps --write-rules docs/traps.md

DIR holds a checkout for each case's slug (its `parent` laid out, without git). Prints each report with its quoted
lines, then how many each rule gave and how long the slowest pack took. The second form writes the rules into the page,
below its introduction.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.traps import LIMIT, RULES, find_traps
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.base import parse_json, render_json
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Trap, Waypoint
from torusnb.spec.reader import load_pack

_WAYPOINTS = 40


@dataclass(frozen=True)
class Report:
    """A trap of a case, with the lines around what it quotes."""

    slug: str
    trap: Trap
    quotes: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and print the sample; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkouts", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--packs", type=Path)
    parser.add_argument("--write-rules", type=Path, metavar="FILE", help="write the rules into this page and stop")
    parser.add_argument("--kept", type=Path, help="a folder for code maps and waypoints, to read the same case twice")
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--rule", nargs="*", default=None, metavar="ID", help="these rules only, quiet ones too")
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--around", type=int, default=2, help="lines of code before and after a quote")
    given = parser.parse_args(arguments)
    if given.write_rules is not None:
        page = given.write_rules.read_text(encoding="utf-8").partition("\n## Data\n")[0].rstrip()
        given.write_rules.write_text(f"{page}\n\n{render_rules()}", encoding="utf-8")
        return 0
    cases = [json.loads(line) for line in given.cases.read_text().splitlines() if line.strip()]
    cases = [case for case in cases if not given.only or case["slug"] in given.only]
    reports: list[Report] = []
    seconds = []
    for case in cases:
        found, taken = run_case(case["slug"], given)
        reports += found
        seconds.append(taken)
    sample = random.Random(given.seed).sample(reports, min(given.count, len(reports)))
    for number, report in enumerate(sample, 1):
        print(_render(number, report))
    counts = Counter(report.trap.rule for report in reports)
    print(f"{len(reports)} reports on {len(cases)} cases; the slowest pack took {max(seconds):.2f} s")
    for rule in RULES:
        print(f"{counts[rule]:5} {rule}")
    return 0


def render_rules() -> str:
    """The rules as docs/traps.md has them, families together."""
    parts = []
    for family in dict.fromkeys(rule.family for rule in RULES.values()):
        parts.append(f"## {family.capitalize()}")
        for rule in (rule for rule in RULES.values() if rule.family == family):
            about = f"{rule.title}. {'Quiet' if rule.quiet else 'On'}. {rule.meaning}"
            parts += [f"### `{rule.id}`", "\n".join(textwrap.wrap(about, 110)), f"> In a design: {rule.remedy}"]
    return "\n\n".join(parts) + "\n"


def run_case(slug: str, given: argparse.Namespace) -> tuple[list[Report], float]:
    """The traps of one case, and the seconds that finding them took."""
    root = given.checkouts / slug
    code_map, waypoints = _near(slug, root, given.packs, given.kept)
    pack = load_pack(given.packs / slug, root)
    read = source_reader(root)
    begun = time.perf_counter()
    traps = find_traps(pack, waypoints, code_map, read, given.limit, rules=given.rule)
    taken = time.perf_counter() - begun
    return [
        Report(slug, trap, tuple(_quote(key, read, given.around) for key in trap.evidence)) for trap in traps
    ], taken


def _near(slug: str, root: Path, packs: Path, kept: Path | None) -> tuple[CodeMap, tuple[Waypoint, ...]]:
    """The code map and waypoints of a case, read from `kept` where they lie there."""
    if kept is not None and (kept / f"{slug}.map").is_file():
        code_map = parse_json((kept / f"{slug}.map").read_bytes(), CodeMap)
        return code_map, parse_json((kept / f"{slug}.waypoints").read_bytes(), tuple[Waypoint, ...])
    code_map = load_code_map(root)
    waypoints = rank_waypoints(load_pack(packs / slug, root), code_map, source_reader(root), _WAYPOINTS)
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{slug}.map").write_bytes(render_json(code_map))
        (kept / f"{slug}.waypoints").write_bytes(render_json(waypoints))
    return code_map, waypoints


def _quote(key: str, read: Callable[[str], str], around: int) -> str:
    path, _, line = key.removeprefix("code:").rpartition(":")
    lines = read(path).split("\n")
    first = max(int(line) - 1 - around, 0)
    shown = (f"    {number:5} {text}" for number, text in enumerate(lines[first : int(line) + around], first + 1))
    return "\n".join([f"    {key}", *shown])


def _render(number: int, report: Report) -> str:
    trap = report.trap
    head = f"--- {number}. {trap.rule} ({trap.severity}, rank {trap.rank}) {report.slug} {trap.symbol}"
    return "\n".join([head, f"WHAT {trap.what}", f"WHY {trap.why}", f"DO {trap.remedy}", *report.quotes, ""])


if __name__ == "__main__":
    sys.exit(main())
