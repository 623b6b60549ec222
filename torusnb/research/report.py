"""research.md: what was asked, what was found and how far it was checked, and what it decided in the design."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from torusnb.models.design import EvidencePack, SectionDraft
from torusnb.models.sources import Citation, Question, Source
from torusnb.research.markup import code, link, plain
from torusnb.research.matrix import trace_evidence
from torusnb.research.report_matrix import render_chains
from torusnb.research.report_pointers import NOT_FETCHED, render_pointers, tell_pointers
from torusnb.research.report_tables import render_assumptions, render_ledger, render_matrix, render_waypoints
from torusnb.research.uses import Uses, find_uses

VERDICT_WORDS = {
    "verified": "**VERIFIED** – the quote stands verbatim in the captured text",
    "near-match": "NEAR MATCH – the captured text differs in wording",
    "misattributed": "MISATTRIBUTED – the captured text does not hold these words",
    "version-mismatch": "OTHER VERSION – the captured text is not of the locked version",
    "not-fetched": "_not accessed_",
    "unchecked": "_unchecked_",
}
"""How each verdict reads; only `verified` looks verified."""

_MOST_DROPPED = 4


def render_research(pack: EvidencePack, sections: tuple[SectionDraft, ...]) -> str:
    """The research report in Markdown, the same bytes for the same input.

    Whatever a source or a spec pack holds appears as text: it can neither end a table, nor open HTML, nor make a link.

    Args:
        pack: Evidence, with the research and the context it was raised from.
        sections: The design's sections as they stand; what they cite is what the research decided.
    """
    uses, matrix = find_uses(pack, sections), trace_evidence(pack, sections)
    titles = {section.id: section.title for section in pack.template.sections}
    lines = [
        *_heading(pack),
        "## Questions",
        "",
        *(line for question in pack.research.questions for line in _question(question, pack, uses, titles)),
        *_added(pack),
        *render_pointers(pack.research),
        *_unanswered(pack),
        *render_matrix(matrix.traces, uses),
        *render_chains(matrix),
        *render_waypoints(pack.context.waypoints),
        *render_assumptions(pack.context.knowledge.unknown, uses),
        *render_ledger(pack, uses),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _heading(pack: EvidencePack) -> list[str]:
    research, commit = pack.research, pack.context.code.commit
    changed = ", with uncommitted changes" if commit.dirty else ""
    verdicts = Counter(citation.verdict for citation in research.citations)
    counts = ", ".join(f"{verdicts[name]} {name}" for name in VERDICT_WORDS if verdicts[name]) or "none"
    answered = {citation.question for citation in research.citations}
    unanswered = sum(question.id not in answered for question in research.questions)
    return [
        f"# Research for {plain(pack.pack.title or pack.pack.slug)}",
        "",
        f"- Feature: {code(pack.pack.slug)}, spec pack {code(_tell_folder(pack.pack.directory))}",
        f"- Code: commit {code(pack.context.commit_id)}{changed}",
        f"- Date of capture: {research.asked or 'unknown'}",
        f"- Questions: {len(research.questions)}, of which {unanswered} unanswered",
        f"- Citations by verdict: {counts}",
        "",
        "Quotes are data from the sources named; nothing in them is addressed to the reader. A source that was not",
        "accessed is a pointer to read, and nothing it is said to settle has been checked.",
        "",
    ]


def _tell_folder(directory: str) -> str:
    """A pack's folder; of one outside the checkout only the name, since the rest tells of somebody's machine."""
    return f"…/{PurePath(directory).name}" if PurePath(directory).is_absolute() else directory


def _question(question: Question, pack: EvidencePack, uses: Uses, titles: dict[str, str]) -> list[str]:
    research = pack.research
    area = next((area.title for area in pack.playbook if area.id == question.focus), question.focus)
    citations = tuple(c for c in research.citations if c.question == question.id)
    names = [name for name in question.serves if name != question.focus]
    lines = [
        f"### {question.id}: {plain(question.text)}",
        "",
        f"- Serves: {', '.join(plain(name) for name in names) or 'the focus area'} ({plain(area)})",
        f"- Queries sent: {_queries(question, pack) or 'none'}",
        *_failures(question, pack),
        *_sources(citations, pack),
        *tell_pointers(citations),
        *_not_kept(question, pack),
    ]
    decided = [f"{section} {plain(titles.get(section, ''))}".strip() for section in uses.of_sources(citations)]
    if not citations:
        lines.append(f"- **Unanswered**: no source found speaks of it closely enough to be cited. {_again(pack)}")
    elif question.id in research.blocked:
        lines.append(
            "- **Open**: a provider refused, and no words found elsewhere were verified; nothing rests on it. "
            + _again(pack)
        )
    elif decided:
        lines.append(f"- Decided in the design: {'; '.join(decided)}")
    else:
        lines.append("- Decided in the design: no section cites these sources.")
    return [*lines, ""]


def _again(pack: EvidencePack) -> str:
    """How to ask once more what nobody answered."""
    return f"To ask again: `torusnb run {plain(pack.pack.slug)} --online`; or add a source in notebook 2."


def _queries(question: Question, pack: EvidencePack) -> str:
    """What was sent, and to whom; the same text to several providers once."""
    sent: dict[str, list[str]] = {}
    for query in pack.research.queries:
        if query.question == question.id:
            about = f", package {code(query.package)}" if query.package else ""
            about += f" ({query.removed} kept inside)" if query.removed else ""
            sent.setdefault(code(query.text) + about, []).append(query.provider)
    return "; ".join(f"{text} to {', '.join(names)}" for text, names in sent.items())


def _failures(question: Question, pack: EvidencePack) -> list[str]:
    """Who brought nothing, and what to do about it."""
    told = [failure for failure in pack.research.failures if failure.question == question.id]
    return [f"- No answer from {plain(f.provider)} ({plain(f.outcome)}): {plain(f.message)}" for f in told]


def _sources(citations: tuple[Citation, ...], pack: EvidencePack) -> list[str]:
    lines = []
    better = {(found.source, found.question): found for found in pack.research.replacements}
    for citation in citations:
        source = pack.research.source(citation.source)
        if source is not None and citation.verdict != NOT_FETCHED:
            lines += _citation(citation, source)
            found = better.get((citation.source, citation.question))
            if found is not None and found.url:
                lines.append(f"  - A primary source says the same: {plain(found.title)} · {link(found.url)}")
    return lines


def _citation(citation: Citation, source: Source) -> list[str]:
    address = f"{source.url}#{citation.anchor}" if citation.anchor and "#" not in source.url else source.url
    lines = [
        f"- **\\[{source.label}\\]** {plain(source.title)} · {link(address)}",
        f"  - Verdict: {VERDICT_WORDS.get(citation.verdict, plain(citation.verdict))}",
    ]
    if citation.quote:
        lines.append(f"  - Quote: “{plain(citation.quote)}”")
        where = f"under “{plain(citation.heading)}”, " if citation.heading else ""
        lines.append(f"  - Captured: {source.accessed}, {where}SHA-256 {code(source.sha256[:12])}")
    lines.append(f"  - Why kept: {plain(citation.reason)}")
    return lines


def _not_kept(question: Question, pack: EvidencePack) -> list[str]:
    """What was looked at in vain, by why it was dropped."""
    looks = [look for look in pack.research.looks if look.question == question.id and not look.kept]
    reasons: dict[str, list[str]] = {}
    for look in looks[:_MOST_DROPPED]:
        reasons.setdefault(plain(look.reason), []).append(f"\\[{look.source.removeprefix('src:')}\\]")
    shown = [f"{', '.join(names)} {reason}" for reason, names in reasons.items()]
    if len(looks) > _MOST_DROPPED:
        shown.append(f"and {len(looks) - _MOST_DROPPED} more")
    return [f"- Looked at, not kept: {'; '.join(shown)}"] if shown else []


def _added(pack: EvidencePack) -> list[str]:
    """What no question led to: a person's own sources, and what a drafter looked up."""
    whole = tuple(c for c in pack.research.citations if not c.question)
    persons = tuple(c for c in whole if not c.quote)
    lines: list[str] = []
    for title, citations in (
        ("Sources a person added for the feature as a whole", persons),
        ("Documentation looked up while drafting", tuple(c for c in whole if c not in persons)),
    ):
        if citations:
            lines += [f"## {title}", "", *_sources(citations, pack), *tell_pointers(citations), ""]
    return lines


def _unanswered(pack: EvidencePack) -> list[str]:
    answered = {citation.question for citation in pack.research.citations}
    verified = {c.question for c in pack.research.citations if c.verdict == "verified"}
    lines = ["## Unanswered questions", ""]
    nothing = [q for q in pack.research.questions if q.id not in answered]
    lines += [f"- {q.id}: {plain(q.text)}" for q in nothing] or ["- None: each question has at least a source to read."]
    pointers = [q.id for q in pack.research.questions if q.id in answered and q.id not in verified]
    if pointers:
        lines += ["", f"With sources to read, but nothing verified: {', '.join(pointers)}."]
    return [*lines, ""]
