"""How many planted faults the review finds: seeded faults in good design documents, one at a time.

    python -m benchmarks.faults [--faults 300] [--torus DIR PACK...] [--show-missed]

The good documents are torusnb's own exports for the packs of the miniature Torus, and the designs that lie there
written by hand. Every fault is planted into a copy and reviewed as a session reviews; it counts as found when the
review has a finding of the kind's rules that it does not have for the untouched document. Reviewing the untouched
document again must bring nothing new. Exit code 1 when fewer than 97 % are found, or anything new comes up.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.fault_kinds import KINDS, Ground, Kind
from torusnb.models.review import Finding, Review
from torusnb.models.sources import Research
from torusnb.resources import data_path
from torusnb.review.sarif import fingerprint_finding
from torusnb.session import Session

SAMPLE_PACKS = ("late_work_policies", "activity_feed", "nightly_import")
TARGET = 0.97
_TODAY = "2026-01-01"


@dataclass(frozen=True)
class Good:
    """A good document, and how it is reviewed."""

    name: str
    text: str
    ground: Ground
    review: Callable[[str], Review]


@dataclass(frozen=True)
class Planted:
    """One fault: what it is, where it was planted, and the rules of the new findings that count."""

    seed: int
    kind: str
    document: str
    rules: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether the review found it."""
        return bool(self.rules)


def good_documents(session: Session) -> list[Good]:
    """The session's export, and the design that lies in the pack's folder where there is one."""
    export = session.compose()
    ground = Ground(session.pack, session.code_map, session.template)

    def review(text: str) -> Review:
        record = msgspec.structs.replace(export.record, text=text)
        return session.review(dataclasses.replace(export, record=record))

    found = [Good(f"{session.pack.slug} (export)", export.text, ground, review)]
    quoting = quote_sources(export.text, session.research())
    if quoting != export.text:
        found.append(Good(f"{session.pack.slug} (quoting)", quoting, ground, review))
    own = session.folder / "fdd.md"
    if own.is_file():
        found.append(Good(f"{session.pack.slug} (by hand)", own.read_text(encoding="utf-8"), ground, review))
    return found


def quote_sources(text: str, research: Research) -> str:
    """The document with a sentence more on transactions that quotes a verified source, for each of them."""
    heading, references = re.search(r"^## 7\..*$", text, re.MULTILINE), re.search(r"^## 17\..*$", text, re.MULTILINE)
    if heading is None or references is None:
        return text
    quotes, entries = [], []
    for source in research.sources:
        held = (c.quote for c in research.citations if c.source == source.key and c.verdict == "verified")
        quote = next((words for words in held if not set(words) & set("“”[]`\n")), "")
        if quote and f"[{source.label}]" not in text:
            quotes.append(f"- On this, “{quote}” [{source.label}]\n")
            entries.append(f"- **[{source.label}]** {source.title} · {source.url} · Accessed {source.accessed}\n")
    before, between = text[: heading.end()], text[heading.end() : references.start()]
    after = text[references.start() :].rstrip("\n")
    return f"{before}\n\n{''.join(quotes)}{between}{after}\n{''.join(entries)}" if quotes else text


def open_session(torus: Path, pack: str, out: Path) -> Session:
    """A session that asks nobody and writes below `out`."""
    return Session.open(torus_root=str(torus), pack=pack, out_dir=str(out), today=_TODAY, interactive=False)


def plant_faults(documents: Sequence[Good], count: int, kinds: Sequence[Kind] = KINDS) -> list[Planted]:
    """Plant and review that many faults; kinds and documents take turns, and each fault has its number as seed.

    A kind that finds no place in any of the documents is passed over, and so is a document that has that very fault.
    """
    reviews = {good.name: good.review(good.text).findings for good in documents}
    before = {name: _marks(findings) for name, findings in reviews.items()}
    has = {name: {finding.rule for finding in findings} for name, findings in reviews.items()}
    planted: list[Planted] = []
    seed = 0
    while len(planted) < count and seed < count * 4:
        kind = kinds[seed % len(kinds)]
        first = (seed // len(kinds) + seed) % len(documents)
        for good in (*documents[first:], *documents[:first]):
            if has[good.name] & set(kind.rules):
                continue
            lines = kind.plant(good.text.split("\n"), random.Random(seed), good.ground)
            if lines is not None and lines != good.text.split("\n"):
                planted.append(_judge(seed, kind, good, "\n".join(lines), before[good.name]))
                break
        seed += 1
    return planted


def new_on_untouched(documents: Sequence[Good]) -> list[str]:
    """What a second review of the untouched documents says that the first did not."""
    found = []
    for good in documents:
        first, second = (_marks(good.review(good.text).findings) for _ in range(2))
        found += [f"{good.name}: {mark}" for mark in (second - first).elements()]
    return found


def _judge(seed: int, kind: Kind, good: Good, text: str, before: Counter[str]) -> Planted:
    findings = good.review(text).findings
    fresh = _marks(findings) - before
    new = [finding for finding in findings if fresh[fingerprint_finding(finding)] > 0]
    rules = sorted({finding.rule for finding in new if finding.rule.startswith(kind.rules)})
    return Planted(seed, kind.name, good.name, tuple(rules), tuple(sorted({finding.rule for finding in new})))


def _marks(findings: Sequence[Finding]) -> Counter[str]:
    return Counter(fingerprint_finding(finding) for finding in findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, review, and print the share by kind; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--torus", type=Path, default=data_path("sample_torus"))
    parser.add_argument("--packs", nargs="*", default=SAMPLE_PACKS, metavar="PACK")
    parser.add_argument("--show-missed", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        sessions = [open_session(given.torus, pack, Path(scratch)) for pack in given.packs]
        documents = [good for session in sessions for good in good_documents(session)]
        start = time.perf_counter()
        planted = plant_faults(documents, given.faults)
        seconds = time.perf_counter() - start
        untouched = new_on_untouched(documents)
        for session in sessions:
            session.close()
    return _report(planted, untouched, seconds, given.show_missed)


def _report(planted: Sequence[Planted], untouched: Sequence[str], seconds: float, show_missed: bool) -> int:
    for kind in KINDS:
        ours = [fault for fault in planted if fault.kind == kind.name]
        rules = Counter(rule for fault in ours for rule in fault.rules)
        told = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        print(f"{sum(fault.found for fault in ours):3} of {len(ours):3}  {kind.name:34} {told}")
    if show_missed:
        for fault in planted:
            if not fault.found:
                new = ", ".join(fault.new) or "nothing"
                print(f"missed: seed {fault.seed}, {fault.kind}, {fault.document}; new: {new}")
    for line in untouched:
        print(f"new on an untouched document: {line}")
    share = sum(fault.found for fault in planted) / len(planted)
    print(f"{share:.1%} of {len(planted)} faults found in {seconds:.1f} s; {len(untouched)} new on untouched documents")
    return 0 if share >= TARGET and not untouched else 1


if __name__ == "__main__":
    sys.exit(main())
