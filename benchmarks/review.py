"""How long a review takes: a design document of 40 kB against the code map of a whole checkout.

    python -m benchmarks.review --torus DIR [--document FILE] [--repeat 7]

Without FILE the checkout's fdd.md nearest to 40 kB is taken. It is reviewed in its pack, with the names of code looked
up in the map of DIR. Warm means that the indexes over the map are built, as they are from the second document on; the
first review, which builds them, is told beside it. As a measure that another machine can compare, the seconds are also
told as a ratio to parsing the same text with markdown-it alone, best of all rounds each. Exit code 1 when a warm
review of 40 kB takes more than half a second.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from markdown_it import MarkdownIt

from torusnb.context.map.codemap import load_code_map
from torusnb.errors import PackError
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review
from torusnb.review.known import Known
from torusnb.review.links import link_exists
from torusnb.review.review import review_text
from torusnb.session import places
from torusnb.spec.reader import load_pack
from torusnb.spec.template import load_template

TARGET = 0.5
SIZE = 40_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torus", type=Path, required=True)
    parser.add_argument("--document", type=Path)
    parser.add_argument("--repeat", type=int, default=7)
    given = parser.parse_args(arguments)
    path = given.document or nearest_document(given.torus, SIZE)
    text = path.read_text(encoding="utf-8")
    code = load_code_map(given.torus.resolve(), cache=places.outline_cache())
    pack, template = _pack(path.parent, given.torus), load_template()
    leads = partial(link_exists, path.parent)

    def review(known: Known) -> Review:
        return review_text(text, path="fdd.md", template=template, pack=pack, known=known, link_exists=leads)

    known = Known(code)
    first = _seconds(lambda: review(known))
    warm, parsing = [], []
    for _ in range(given.repeat):  # in turns, so that what else the machine does falls on both alike
        warm.append(_seconds(lambda: review(known)))
        parsing.append(_seconds(lambda: MarkdownIt("commonmark").enable("table").parse(text)))
    scaled = min(warm) * SIZE / len(text.encode())
    print(f"{path.parent.name}/{path.name}: {len(text.encode()):,} bytes, {len(code.modules):,} modules")
    print(f"first review  {first:.3f} s")
    print(f"warm review   {min(warm):.3f} s best, {sorted(warm)[len(warm) // 2]:.3f} s median")
    print(f"parsing       {min(parsing):.3f} s; the review is {min(warm) / min(parsing):.1f} times that")
    print(f"for {SIZE:,} bytes: {scaled:.3f} s (target {TARGET} s)")
    return 0 if scaled <= TARGET else 1


def nearest_document(root: Path, size: int) -> Path:
    """The checkout's fdd.md whose size is nearest; the first by path among equals."""
    found = sorted(root.rglob("fdd.md"))
    if not found:
        raise SystemExit(f"{root} holds no fdd.md; give one with --document")
    return min(found, key=lambda path: abs(path.stat().st_size - size))


def _pack(folder: Path, root: Path) -> SpecPack | None:
    try:
        return load_pack(folder.resolve(), root.resolve())
    except PackError:
        return None


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
