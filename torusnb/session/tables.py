"""What a session found, as DataFrames: a row a thing, columns a person reads.

Texts are shown whole; each table can be filtered, sorted and joined like any other DataFrame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from torusnb.context.knowledge.digest import digest_guides
from torusnb.models.changes import PackStatus
from torusnb.models.claims import Conflict
from torusnb.models.codebase import CodeMap
from torusnb.models.design import EvidencePack, SectionDraft, parse_keys
from torusnb.models.knowledge import Context, GuideNote, Waypoint
from torusnb.models.record import Event
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review, TraceMatrix
from torusnb.models.sources import Research

_SHOWN = 2  # reasons
_IN_PACK = re.compile(r"(?<![\w./-])(?:[\w.-]+/)+((?:prd\.md|requirements\.ya?ml):\d+)")

if TYPE_CHECKING:
    import pandas as pd

    from torusnb.research.matrix import Chain
    from torusnb.session.searching import Searching


def searching() -> Searching:
    """Search and sorting for every table of the notebook; show it once, anywhere in it."""
    from torusnb.session.searching import Searching

    return Searching()


def requirements(pack: SpecPack) -> pd.DataFrame:
    """A row for each requirement, with the ids of its criteria and where it is stated."""
    rows = [
        (r.id, r.text, r.priority, ", ".join(c.id for c in pack.criteria_of(r.id)), str(r.place))
        for r in pack.requirements
    ]
    return _table(("id", "requirement", "priority", "criteria", "place"), rows)


def criteria(pack: SpecPack) -> pd.DataFrame:
    """A row for each acceptance criterion."""
    rows = [(c.id, c.text, ", ".join(c.requirements), str(c.place)) for c in pack.criteria]
    return _table(("id", "criterion", "requirements", "place"), rows)


def targets(pack: SpecPack) -> pd.DataFrame:
    """A row for each non-functional requirement, with the numbers read from it."""
    rows = [(n.label, n.text, ", ".join(q.text for q in n.quantities), str(n.place)) for n in pack.nonfunctional]
    return _table(("area", "requirement", "numbers", "place"), rows)


def problems(pack: SpecPack, context: Context | None = None) -> pd.DataFrame:
    """A row for each thing that could not be read as it stands, in the pack and the checkout."""
    found = [*(context.problems if context else ()), *pack.problems, *(context.code.problems if context else ())]
    if context is not None:
        found += [problem for file in context.code.files for problem in file.problems]
    rows = [(p.severity, str(p.place), p.text, p.remedy) for p in found]
    return _table(("severity", "place", "problem", "remedy"), rows)


def waypoints(context: Context, *, by_change: bool = False) -> pd.DataFrame:
    """A row for each waypoint, what a design has to know first, or what the feature likely changes, with reasons."""
    return _waypoints(context, sorted(context.waypoints, key=lambda w: (-w.change if by_change else 0, w.rank)))


def assets(context: Context) -> pd.DataFrame:
    """A row for each waypoint among the browser's files, which are ranked apart."""
    return _waypoints(context, context.assets).drop(columns="change %")


def traps(context: Context) -> pd.DataFrame:
    """A row for each trap near the waypoints, what matters most first; a decision on one names its key."""
    rows = [
        (
            trap.rank,
            trap.severity,
            trap.what,
            trap.why,
            trap.remedy,
            _key_place(context, trap.evidence[0]) if trap.evidence else "",
            context.quotes.get(trap.evidence[0], "") if trap.evidence else "",
            trap.rule,
            trap.key,
        )
        for trap in context.traps
    ]
    told = ("rank", "severity", "what", "why it matters", "how a design meets it", "place", "quote", "rule", "key")
    return _table(told, rows)


def _waypoints(context: Context, found: Sequence[Waypoint]) -> pd.DataFrame:
    rows = [
        (
            w.rank,
            w.module or w.path,
            _place(context, w.path, w.line),
            w.layer,
            w.likely,
            round(100 * w.change),
            ", ".join(w.requirements),
            _reasons(w),
            w.quote,
        )
        for w in found
    ]
    return _table(("rank", "module", "place", "layer", "likely", "change %", "answers", "reasons", "quote"), rows)


def _reasons(waypoint: Waypoint) -> str:
    """All the reasons, the two strongest shown at once; a place in the pack by its file's own name."""
    from torusnb.session.table import Folded

    told = [_IN_PACK.sub(r"\1", reason.text) for reason in waypoint.reasons]
    return Folded("; ".join(told[:_SHOWN]), "; ".join(told[_SHOWN:]))


def notes(context: Context) -> pd.DataFrame:
    """A row for each part of a guide that matters to the feature."""
    rows = [
        (_place(context, n.place.path, n.place.line), n.heading, n.quote, n.reason, _missing(n)) for n in context.notes
    ]
    return _table(("place", "heading", "quote", "reason", "modules no longer there"), rows)


def _missing(note: GuideNote) -> str:
    names = note.missing_modules
    return ", ".join(f"{name} (nearest: {note.nearest[name]})" if name in note.nearest else name for name in names)


def guides(code_map: CodeMap) -> pd.DataFrame:
    """A row for each of the checkout's guides: what it is about, and the modules it speaks of."""
    rows = [
        (
            str(n.place),
            n.heading,
            n.quote,
            ", ".join(n.modules),
            _missing(n),
        )
        for n in digest_guides(code_map)
    ]
    return _table(("place", "heading", "what it says", "modules", "modules no longer there"), rows)


def known(context: Context) -> pd.DataFrame:
    """A row for each thing that is known, with the keys of its evidence."""
    rows = [(k.topic, k.text, ", ".join(k.evidence)) for k in context.knowledge.known]
    return _table(("topic", "known", "evidence"), rows)


def unknown(context: Context) -> pd.DataFrame:
    """A row for each thing that is not known: the assumption, its risk, the question and its default."""
    rows = [
        (u.id, u.text, u.assumption, u.impact, u.risk, u.question, u.default, u.owner)
        for u in context.knowledge.unknown
    ]
    return _table(("id", "not known", "assumption", "impact", "risk", "question", "default", "owner"), rows)


def questions(research: Research) -> pd.DataFrame:
    """A row for each research question, with how many citations answer it."""
    rows = [
        (q.id, q.text, q.focus, ", ".join(q.serves), sum(c.question == q.id for c in research.citations))
        for q in research.questions
    ]
    return _table(("id", "question", "focus", "serves", "citations"), rows)


def citations(research: Research) -> pd.DataFrame:
    """A row for each citation: verdict first, since *unchecked* must never look checked."""
    from torusnb.session.table import Linked

    rows = []
    for citation in research.citations:
        source = research.source(citation.source)
        if source is not None:
            accessed = source.accessed or "not accessed"
            address = Linked(source.url, source.url)
            rows.append((citation.verdict, citation.question, source.title, address, accessed, citation.quote))
    return _table(("verdict", "question", "title", "url", "accessed", "quote"), rows)


def evidence(pack: EvidencePack, sections: Sequence[SectionDraft] | None = None) -> pd.DataFrame:
    """A row for each piece of evidence a sentence may rest on; with sections, only for those they rest on."""
    cited = None if sections is None else {key for section in sections for key in parse_keys(section.text)}
    found = [item for key, item in sorted(pack.evidence.items()) if cited is None or key in cited]
    rows = [(e.key, e.kind, str(e.place or ""), e.text) for e in found]
    return _table(("key", "kind", "place", "text"), rows)


def evidence_matrix(pack: EvidencePack, sections: Sequence[SectionDraft]) -> pd.DataFrame:
    """A row for each requirement, citation and sentence that rests on it; `gap` says what a chain lacks.

    Behind the chains stand the requirements without any, and what the design says without naming what it rests on.
    """
    from torusnb.research.matrix import Claim, trace_evidence

    matrix = trace_evidence(pack, tuple(sections))
    rows = [
        (name, chain.question, chain.source, chain.verdict, chain.quote, claim.section, claim.text, _lack(chain))
        for chain in matrix.chains
        for name in chain.serves or ("",)
        for claim in chain.claims or (Claim("", ""),)
    ]
    served = {name for chain in matrix.chains for name in chain.serves}
    rows += [(t.requirement, "", "", "", "", "", "", t.gap) for t in matrix.gaps if t.requirement not in served]
    rows += [("", "", "", "", "", claim.section, claim.text, "no citation") for claim in matrix.unmarked]
    return _table(("requirement", "question", "source", "verdict", "quote", "section", "sentence", "gap"), rows)


def _lack(chain: Chain) -> str:
    lacking = ["nothing verified"] if chain.verdict != "verified" else []
    return ", ".join(lacking if chain.claims else [*lacking, "not used"])


def findings(review: Review) -> pd.DataFrame:
    """A row for each finding, errors first."""
    order = {"error": 0, "warning": 1, "note": 2}
    ranked = sorted(review.findings, key=lambda f: (order.get(f.severity, 3), f.place))
    rows = [(f.severity, f.rule, str(f.place), f.section, f.text, f.remedy) for f in ranked]
    return _table(("severity", "rule", "place", "section", "finding", "remedy"), rows)


def coverage(matrix: TraceMatrix) -> pd.DataFrame:
    """A row for each id of the pack: whether it is named, in which sections on which lines, and where with a test."""
    keys = [column.key for column in matrix.columns]
    cells = (((row.id, row.state), (*(row.places.get(key, ()) for key in keys), row.tests)) for row in matrix.rows)
    rows = [(*head, *(", ".join(map(str, lines)) for lines in found)) for head, found in cells]
    return _table(("id", "state", *(key or "preamble" for key in keys), "tests"), rows)


def changes(status: PackStatus) -> pd.DataFrame:
    """A row for each thing that the design rests on, what wants to be looked at first."""
    rows = [
        (
            "accepted" if c.accepted and not c.open else c.state,
            c.key,
            c.name,
            str(c.place or ""),
            ", ".join(c.sections),
            c.old,
            c.new,
            "\n".join(c.diff),
        )
        for c in status.changes
    ]
    return _table(("state", "key", "symbol", "now at", "sections", "line then", "line now", "difference"), rows)


def conflicts(found: Iterable[Conflict]) -> pd.DataFrame:
    """A row for each thing that two designs claim, the worst first."""
    rows = [
        (
            c.severity,
            c.kind,
            c.name,
            c.slugs[1] + (" (archived)" if c.archived else ""),
            c.text,
            f"{c.one.role}: {c.one.place}",
            f"{c.other.role}: {c.other.place}",
            c.other.text,
        )
        for c in found
    ]
    return _table(("severity", "kind", "name", "pack", "what it means", "here", "there", "its words"), rows)


def events(records: Iterable[Event]) -> pd.DataFrame:
    """A row for each record of the trail."""
    rows = [(e.seq, e.at, e.actor, e.step, e.summary) for e in records]
    return _table(("seq", "at", "actor", "step", "summary"), rows)


def _place(context: Context, path: str, line: int) -> str:
    """The place as text, leading to the file at the pinned commit where the checkout's host is known."""
    from torusnb.session.table import Linked

    web = context.code.commit.web
    return Linked(f"{path}:{line}", f"{web}{quote(path)}#L{line}" if web else "")


def _key_place(context: Context, key: str) -> str:
    path, _, line = key.removeprefix("code:").rpartition(":")
    return _place(context, path, int(line)) if key.startswith("code:") and line.isdecimal() else key


def _table(columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    from torusnb.session.table import Table  # pandas is heavy, and only a notebook needs it

    return Table(list(rows), columns=list(columns))
