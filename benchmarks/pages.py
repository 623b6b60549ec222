"""How fast 200 pages of ExDoc are extracted, indexed and searched, against reading the bytes with selectolax alone.

    python -m benchmarks.pages [--pages 200] [--repeat 5]

The pages are invented, of ExDoc 0.38's shape and about 60 kB each: a sidebar, a summary, highlighted listings, and
half of their bytes markup. Every round measures all cases one after the other; a ratio compares processor seconds of
one round, so that what else the machine does falls out. "Selectolax alone" parses each page and takes the text of its
body. Exit code 1 when a best ratio misses its target.
"""

from __future__ import annotations

import argparse
import gc
import html
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborHTMLParser

from torusnb.research.pages import Page, extract_page
from torusnb.research.passage_index import PassageIndex

TARGETS = {"extracted": 12.0, "extracted and indexed": 15.0}
QUERIES = 20
SIZE = 60_000
_WORDS = re.findall(
    r"\S+",
    """
    batch buffer cache client column cursor deadline file flow handler index journal key lease ledger lock mailbox
    message node offset option order partition process queue reader record replica request result retry row schema
    scope shard snapshot socket state stream supervisor table timeout token topic transaction update value version
    worker writer
    """,
)
_VERBS = re.findall(
    r"\S+",
    """
    acknowledges archives batches compacts drains flushes holds limits locks merges rebuilds refills replays scans
    """,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args(arguments)
    bodies = [make_page(number) for number in range(given.pages)]
    size = sum(map(len, bodies)) / 1e6
    times: dict[str, list[float]] = {"selectolax alone": [], **{name: [] for name in TARGETS}, "searched": []}
    for number in range(given.repeat):
        for name, seconds in measure_round(bodies, number).items():
            times[name].append(seconds)
    print(f"{given.pages} pages, {size:.1f} MB; {QUERIES} queries a round")
    good = True
    plain = times["selectolax alone"]
    for name, held in times.items():
        ratios = [seconds / base for seconds, base in zip(held, plain, strict=True)]
        target = TARGETS.get(name)
        good = good and (target is None or min(ratios) <= target)
        wanted = f"target {target:.0f}" if target else ""
        print(
            f"{name:24}{min(held):8.3f} s {size / min(held):8.1f} MB/s   ratio best {min(ratios):6.2f}"
            f" median {statistics.median(ratios):6.2f}   {wanted}"
        )
    return 0 if good else 1


def measure_round(bodies: Sequence[bytes], number: int) -> dict[str, float]:
    """Processor seconds of each case; extraction never finds a page that it has seen before."""
    pages: list[Page] = []
    index = PassageIndex()
    found: dict[str, float] = {}

    def extract() -> None:
        for place, body in enumerate(bodies):
            pages.append(
                extract_page(body, "text/html", url=f"https://example.org/{number}/{place}.html", charset="utf-8")
            )

    def fill() -> None:
        for place, page in enumerate(pages):
            index.add(page, source=f"src:page-{place}")

    def search() -> None:
        chance = random.Random(number)
        if not sum(len(index.search(" ".join(chance.sample(_WORDS, 6)))) for _ in range(QUERIES)):
            raise SystemExit("no query found anything")

    found["selectolax alone"] = _seconds(lambda: [read_plainly(body) for body in bodies])
    found["extracted"] = _seconds(extract)
    found["extracted and indexed"] = found["extracted"] + _seconds(fill)
    found["searched"] = _seconds(search)
    if not all(any(section.anchor.endswith("/2") for section in page.sections) for page in pages):
        raise SystemExit("a page lost its functions")
    return found


def read_plainly(body: bytes) -> int:
    """The length of the text that selectolax alone gives."""
    tree = LexborHTMLParser(body)
    return len(tree.body.text()) if tree.body else 0


def make_page(number: int) -> bytes:
    """A page of a module, in ExDoc's markup."""
    chance = random.Random(number)
    name = f"Quarry.{chance.choice(_WORDS).title()}{number}"
    functions: list[str] = []
    rows: list[str] = []
    while sum(map(len, functions)) + sum(map(len, rows)) < SIZE:
        functions.append(_function(chance, len(functions)))
        rows.append(
            f'<div class="summary-row"><div class="summary-signature"><a href="#act{len(rows)}/2" data-no-tooltip="" '
            f'translate="no">act{len(rows)}(one, two)</a></div><div class="summary-synopsis"><p>{_sentence(chance)}</p>'
            "</div></div>"
        )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="generator" content="ExDoc v0.38.1">'
        f'<meta name="project" content="quarry v1.2.0"><title>{name} — quarry v1.2.0</title></head><body>'
        '<div class="body-wrapper"><nav id="sidebar" class="sidebar"><ul><li>quarry</li></ul></nav>'
        '<main class="content">'
        f'<div id="content" class="content-inner"><div id="top-content"><h1><span translate="no">{name}</span> '
        f'<small class="app-vsn" translate="no">(quarry v1.2.0)</small></h1><section id="moduledoc"><p>'
        f"{' '.join(_sentence(chance) for _ in range(8))}</p></section></div>"
        '<section id="summary" class="details-list">'
        f'<h2 class="section-heading"><span class="text">Summary</span></h2>{"".join(rows)}</section>'
        '<section id="functions" class="details-list"><h2 class="section-heading"><span class="text">Functions</span>'
        f'</h2><div class="functions-list">{"".join(functions)}</div></section><footer class="footer">'
        "<p>Built using ExDoc</p></footer></div></main></div></body></html>"
    ).encode()


def _function(chance: random.Random, number: int) -> str:
    text = "".join(f"<p>{' '.join(_sentence(chance) for _ in range(3))}</p>" for _ in range(2))
    listing = "".join(
        f'<span class="n">{chance.choice(_WORDS)}</span><span class="w"> </span><span class="o">=</span>'
        f'<span class="w"> </span><span class="nc">Quarry</span><span class="o">.</span>'
        f'<span class="n">act{number}</span><span class="p" data-group-id="{chance.randint(10**9, 10**10)}-1">(</span>'
        f'<span class="ss">:{chance.choice(_WORDS)}</span>'
        f'<span class="p" data-group-id="{chance.randint(10**9, 10**10)}-1">)</span><span class="w">\n</span>'
        for _ in range(3)
    )
    return (
        f'<section class="detail" id="act{number}/2"><div class="detail-header"><a href="#act{number}/2" '
        'class="detail-link" data-no-tooltip="" aria-label="Link to this function">'
        '<i class="ri-link-m" aria-hidden="true"></i></a>'
        f'<div class="heading-with-actions"><h1 class="signature" translate="no">act{number}(one, two)</h1></div></div>'
        f'<section class="docstring"><div class="specs"><pre translate="no"><span class="attribute">@spec</span> '
        f'act{number}(term(), term()) :: :ok</pre></div>{text}<h2 id="act{number}/2-examples" class="section-heading">'
        f'<span class="text">Examples</span></h2><pre><code class="makeup elixir" translate="no">{listing}</code></pre>'
        "</section></section>"
    )


def _sentence(chance: random.Random) -> str:
    one, two, three, four = chance.sample(_WORDS, 4)
    code = f'<code class="inline">{html.escape(f"{one}_{two}/{chance.randint(0, 4)}")}</code>'
    return f"Each {one} of the {two} {chance.choice(_VERBS)} its {three}s in {code} until the {four} has been released."


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    raise SystemExit(main())
