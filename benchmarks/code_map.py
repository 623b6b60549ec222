"""How fast the code map and its text index are, against plain tree-sitter parsing of the same files on one core.

    python -m benchmarks.code_map --torus DIR [--repeat 5] [--jobs N]

DIR is copied (only the files torusnb lists; a git work tree becomes one of a single commit) and never changed. Every
round measures all cases one after the other, so that what else the machine does falls on all alike; a ratio compares
two times of one round. What is timed is the map *and* an index that has answered a question; the result is touched
(modules, routes, tables, a score), nothing is left to be done later. Exit code 1 when a best ratio misses its target;
the targets are for a checkout of a thousand files and more, in a small one git and the start of Python weigh most.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from tree_sitter import Parser

from torusnb.context.map.checkout import code_paths, list_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.reading import read_checkout
from torusnb.context.map.text_cache import open_text_index
from torusnb.elixir.syntax import LANGUAGE
from torusnb.models.codebase import CodeMap

TARGETS = {"cold": 1.2, "nothing changed": 0.08, "one file changed": 0.1}
MOST_MEGABYTES = 500
LEAST_FILES = 1000
ASKED = "students redeem an attempt of a graded page in a section"
_ALONE = (
    "import sys; from pathlib import Path; from benchmarks.code_map import map_and_index;"
    "map_and_index(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) or None)"
)
_WORKER = "import sys; sys.path[:] = sys.argv[1:]; import torusnb.context.map.outliner"


@dataclass
class Case:
    """Wall and processor seconds of one case, a value for each round; other processes' seconds count as well."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> None:
        """Do it once more."""
        gc.collect()
        wall, cpu = time.perf_counter(), _processor_seconds()
        work()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(_processor_seconds() - cpu)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torus", type=Path, required=True, help="a checkout, with or without git")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=0, help="processes; 0 for what load_code_map chooses")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        root, cache = Path(scratch) / "checkout", Path(scratch) / "cache"
        copy_checkout(given.torus, root)
        cases = run_rounds(root, cache, given.repeat, given.jobs or None)
        memory = peak_memory(root, Path(scratch) / "fresh", given.jobs)
        good = print_ratios(cases)
        small = len(code_paths(list_files(root))) < LEAST_FILES
        print_memory(memory)
        print_limits(root, cases)
    return 0 if (good or small) and memory < MOST_MEGABYTES else 1


def copy_checkout(source: Path, target: Path) -> None:
    """Lay out the source's files, and commit them where it is a git work tree."""
    for path in list_files(source):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target / path)
    if (source / ".git").exists():
        identity = ("-c", "user.name=b", "-c", "user.email=b@example.org", "-c", "commit.gpgsign=false")
        for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
            subprocess.run(["git", *identity, *command], cwd=target, check=True, capture_output=True)


def run_rounds(root: Path, cache: Path, repeat: int, jobs: int | None) -> dict[str, Case]:
    """Every case in every round; the maps of one round are compared, too."""
    cases = {name: Case() for name in ("plain parsing", *TARGETS)}
    code = [path for path in code_paths(list_files(root)) if path.endswith((".ex", ".exs"))]
    sources = [(root / path).read_bytes() for path in code]
    for number in range(repeat):
        cases["plain parsing"].measure(lambda: parse_plainly(sources))
        shutil.rmtree(cache, ignore_errors=True)
        cases["cold"].measure(lambda: map_and_index(root, cache, jobs))
        cases["nothing changed"].measure(lambda: map_and_index(root, cache, jobs))
        changed = root / [path for path in code if "lib/" in path][number * 37 % len(code)]
        before = changed.read_bytes()
        changed.write_bytes(before + f"\n# round {number}\n".encode())
        cases["one file changed"].measure(lambda: map_and_index(root, cache, jobs))
        if load_code_map(root, cache=cache) != load_code_map(root):
            raise SystemExit("the cached map differs from a cold one")
        changed.write_bytes(before)
    return cases


def parse_plainly(sources: Sequence[bytes]) -> None:
    """Parse each file and drop its tree; the files were read before."""
    parser = Parser(LANGUAGE)
    for source in sources:
        parser.parse(source)


def map_and_index(root: Path, cache: Path, jobs: int | None) -> CodeMap:
    """What a session does before it ranks, and a look at all of it."""
    code_map = load_code_map(root, cache=cache, jobs=jobs)
    with open_text_index(code_map, source_reader(root), cache=cache) as index:
        scores = index.score(index.bags([ASKED])[0])
    touched = (len(code_map.modules), len(code_map.routes), len(code_map.tables), len(code_map.paths), len(scores))
    if not touched[0]:
        raise SystemExit("the checkout has no module")
    return code_map


def peak_memory(root: Path, cache: Path, jobs: int) -> float:
    """The greatest sum, in megabytes, of the resident sizes of a fresh process that makes a cold map and its helpers.

    Pages that processes share are counted in each, so the truth is below.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _ALONE, str(root), str(cache), str(jobs)]
    most = 0
    with subprocess.Popen(command, env=environment) as process:
        seen = psutil.Process(process.pid)
        while process.poll() is None:
            most = max(most, _resident(seen))
            time.sleep(0.01)
    if process.returncode:
        raise SystemExit("the process that was to be measured failed")
    return most / 1e6


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_info().rss
    except psutil.Error:  # one of them has just ended
        return total
    return total


def _processor_seconds() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def print_ratios(cases: dict[str, Case]) -> bool:
    """A row for each case; whether every best ratio is within its target."""
    plain = cases["plain parsing"]
    print(f"{'':18}{'best':>8}{'median':>8}{'target':>8}   {'best s':>8}{'median s':>10}{'processor':>11}")
    good = True
    for name, case in cases.items():
        ratios = [wall / base for wall, base in zip(case.wall, plain.wall, strict=True)]
        load = statistics.median(cpu / base for cpu, base in zip(case.cpu, plain.cpu, strict=True))
        target = f"{TARGETS[name]:8.2f}" if name in TARGETS else f"{'':8}"
        good = good and min(ratios) <= TARGETS.get(name, 1.0)
        print(
            f"{name:18}{min(ratios):8.3f}{statistics.median(ratios):8.3f}{target}   "
            f"{min(case.wall):8.3f}{statistics.median(case.wall):10.3f}{load:10.2f}x"
        )
    print("ratios to plain parsing in the same round; processor: seconds of all processes, as such a ratio, median")
    return good


def print_memory(megabytes: float) -> None:
    """The peak of a cold map in a process of its own."""
    print(f"peak memory, all processes: {megabytes:.0f} MB (target below {MOST_MEGABYTES})")


def print_limits(root: Path, cases: dict[str, Case]) -> None:
    """What the times cannot fall below."""
    start = Case()
    for _ in range(3):
        start.measure(lambda: subprocess.run([sys.executable, "-I", "-c", _WORKER, *sys.path], check=True))
    read = Case()
    for _ in range(3):
        read.measure(lambda: read_checkout(root))
    reading = read_checkout(root)
    size = sum(content.size for content in reading.contents.values())
    plain = min(cases["plain parsing"].wall)
    print(f"{len(reading.contents):,} files, {size / 1e6:.1f} MB of code and guides among {len(reading.paths):,} files")
    print(
        f"limits: parsing alone takes half of plain on two cores, {plain / 2:.2f} s; another process is ready after "
        f"{min(start.wall):.2f} s; listing, reading, hashing and asking git take {min(read.wall):.2f} s each time"
    )


if __name__ == "__main__":
    sys.exit(main())
