"""Every real spec pack end to end, offline, against the checkout it was designed for.

    python -m benchmarks.packs --history GIT_DIR --cases cases.jsonl --packs DIR --out DIR

A case is a line of JSON with `slug`, `parent` (the commit to design against) and `pack_dir`. Its prd.md and
requirements.yml come from DIR/<slug>. For each case fdd.md, research.md and review.json go to OUT/<slug>, and a
second run over the same inputs into a fresh folder must give the same bytes. Exit code 1 when a case fails, a
review has an error, a field validator refuses a document, or the bytes differ.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from benchmarks.checkouts import lay_out
from torusnb.models.base import render_json
from torusnb.models.review import Review
from torusnb.review.profiles import PROFILES, check_profile
from torusnb.session import Parameters, Session

PACK_FILES = ("prd.md", "requirements.yml")
TODAY = "2026-01-01"
"""A fixed access date, so that two runs of the benchmark can be compared."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print a row for each; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=Path, required=True, help="a (bare) clone that holds the parent commits")
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    cases = [json.loads(line) for line in given.cases.read_text().splitlines() if line.strip()]
    cases = [case for case in cases if not given.only or case["slug"] in given.only]
    rows = []
    with ProcessPoolExecutor(given.jobs) as pool:
        waiting = {pool.submit(run_case, case, given.history, given.packs, given.out): case["slug"] for case in cases}
        for done in as_completed(waiting):
            row = done.result()
            rows.append(row)
            print(_row(row), flush=True)
    return _summary(rows)


def run_case(case: dict[str, Any], history: Path, packs: Path, out: Path) -> dict[str, Any]:
    """One case, walked twice; every failure becomes a row, so that the others still run."""
    row: dict[str, Any] = {"slug": case["slug"], "failure": ""}
    with tempfile.TemporaryDirectory() as scratch:
        checkout = Path(scratch) / "checkout"
        try:
            lay_out(history, case["parent"], checkout)
            folder = checkout / case["pack_dir"]
            folder.mkdir(parents=True, exist_ok=True)
            for name in PACK_FILES:
                if (packs / case["slug"] / name).is_file():
                    shutil.copyfile(packs / case["slug"] / name, folder / name)
            target = out / case["slug"]
            shutil.rmtree(target, ignore_errors=True)
            row |= _walk(checkout, case["pack_dir"], Path(scratch) / "first", target)
            again = _walk(checkout, case["pack_dir"], Path(scratch) / "second", None)
            row["same"] = row["bytes"] == again["bytes"]
        except Exception as error:  # noqa: BLE001  # a row says what went wrong; the other cases go on
            row["failure"] = f"{type(error).__name__}: {error}"
    return row


def _walk(checkout: Path, pack: str, out: Path, keep: Path | None) -> dict[str, Any]:
    begun = time.perf_counter()
    parameters = Parameters(str(checkout), pack, str(out), today=TODAY, interactive=False)
    with Session(parameters) as session:
        export = session.export()
        review = session.review(export)
        seconds = time.perf_counter() - begun
        refused = [name for name in PROFILES if _refuses(name, export.text, session)]
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / "fdd.md").write_text(export.text)
            (keep / "research.md").write_text(export.record.report)
            (keep / "review.json").write_bytes(render_json(review))
    return {
        "errors": review.count("error"),
        "warnings": review.count("warning"),
        "words": len(export.text.split()),
        "refused": refused,
        "seconds": seconds,
        "bytes": (export.text, export.record.report),
    }


def _refuses(profile: str, text: str, session: Session) -> bool:
    empty = Review("fdd.md")
    checked = check_profile(
        empty,
        text,
        profile,
        pack=session.pack,
        link_exists=lambda link: (session.outputs.folder / link).exists(),
    )
    return checked != empty


def _row(row: dict[str, Any]) -> str:
    if row["failure"]:
        return f"{row['slug']:30} FAILED {row['failure']}"
    return (
        f"{row['slug']:30} {row['errors']:2} errors {row['warnings']:3} warnings {row['words']:5} words "
        f"{row['seconds']:5.1f} s  same bytes: {'yes' if row['same'] else 'NO'}"
        + (f"  refused by: {', '.join(row['refused'])}" if row["refused"] else "")
    )


def _summary(rows: Sequence[dict[str, Any]]) -> int:
    walked = [row for row in rows if not row["failure"]]
    good = [row for row in walked if not row["errors"] and row["same"] and not row["refused"]]
    print(f"{len(good)} of {len(rows)} cases without an error, the same twice, accepted by both field validators")
    if walked:
        words = sorted(row["words"] for row in walked)
        print(f"words: {words[0]} least, {statistics.median(words):.0f} median, {words[-1]} most")
        print(f"seconds: {statistics.median(row['seconds'] for row in walked):.1f} median")
    return 0 if rows and len(good) == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
