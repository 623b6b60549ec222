"""The whole review: every family of rules over one document, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Collection

from torusnb.models.base import render_json
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Template
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Finding, Review
from torusnb.models.sources import Research
from torusnb.review.callers import review_callers
from torusnb.review.citations import review_citations
from torusnb.review.codenames import review_code_names
from torusnb.review.completeness import review_completeness
from torusnb.review.contradictions import review_contradictions
from torusnb.review.guardrails import review_guardrails
from torusnb.review.ids import find_ids, pack_ids
from torusnb.review.known import Known
from torusnb.review.language import review_language
from torusnb.review.passages import find_passages
from torusnb.review.quotes import review_quotes
from torusnb.review.reading import Reading
from torusnb.review.sentences import count_sentences
from torusnb.review.sourcing import measure_sources
from torusnb.review.staleness import review_cited_lines
from torusnb.review.structure import review_structure
from torusnb.review.trace import review_trace
from torusnb.spec.words import count_words

_ORDER = ("error", "warning", "note")


def review_text(
    text: str,
    *,
    path: str,
    template: Template,
    pack: SpecPack | None = None,
    code: CodeMap | None = None,
    known: Known | None = None,
    evidence: Collection[str] | None = None,
    research: Research | None = None,
    strict_names: bool = False,
    link_exists: Callable[[str], bool] | None = None,
) -> Review:
    """The findings on a design document, by line and rule; what could not be checked is a note, never silence.

    Args:
        text: The document, torusnb's own or any other.
        path: How findings name it.
        template: The sections it should have.
        pack: Its spec pack, for the ids.
        code: The code map of the whole checkout (not one restricted to waypoints), for the names of code.
        known: The indexes over `code`, where several documents are reviewed against it; otherwise they are built.
        evidence: Keys that markers may still name; only for a draft that is not exported yet.
        research: Sources and verdicts behind the references.
        strict_names: Unknown names of code are errors, as in a document that torusnb drafted.
        link_exists: Tells for a relative link's path whether a file is there.
    """
    reading = Reading(path=path, text=text.replace("\r\n", "\n").replace("\r", "\n"), template=template)
    known = known or (Known(code) if code is not None else None)
    packages = known.code.packages if known is not None else ()
    passages = find_passages(reading)
    findings = [
        *review_structure(reading),
        *review_trace(reading, pack),
        *review_code_names(reading, known, strict=strict_names, quoted=_code_names(pack)),
        *review_callers(reading, passages, known),
        *review_completeness(reading, passages, pack),
        *review_citations(reading, evidence=evidence, research=research, packages=packages, link_exists=link_exists),
        *review_quotes(reading, known.code if known is not None else None, research),
        *review_guardrails(reading, passages, pack),
        *review_language(reading, passages),
        *review_contradictions(reading, passages),
        *review_cited_lines(reading, passages, known),
    ]
    return Review(path=path, findings=tuple(sorted(findings, key=_place)), measures=_measures(reading, pack, research))


def _code_names(pack: SpecPack | None) -> frozenset[str]:
    """The modules and paths that a pack names."""
    return frozenset(m.name for m in pack.mentions if m.kind in {"module", "path"}) if pack else frozenset()


def _place(finding: Finding) -> tuple[int, str, str]:
    return finding.place.line, finding.rule, finding.text


def _measures(reading: Reading, pack: SpecPack | None, research: Research | None) -> dict[str, int]:
    first = next((section for section in reading.sections if section.id == reading.template.sections[0].id), None)
    ids = pack_ids(pack) if pack is not None else ()
    return {
        "words": count_words(reading.text),
        "sections": len({section.id for section in reading.sections if section.id}),
        "summary_sentences": count_sentences(first.whole) if first is not None else 0,
        "ids": len(ids),
        "ids_present": len({name for _, name in find_ids(reading.text, ids)}),
        **measure_sources(reading, research),
    }


def render_review(review: Review) -> str:
    """A summary line and a Markdown table of the findings, errors first, then by line."""
    lines = [render_summary(review)]
    ranked = sorted(review.findings, key=lambda finding: _ORDER.index(finding.severity))
    if ranked:
        lines += ["", "| Severity | Rule | Line | What | What to do |", "|---|---|---:|---|---|"]
    for finding in ranked:
        line = str(finding.place.line) if finding.place.line else "-"
        cells = (finding.severity, f"`{finding.rule}`", line, _cell(finding.text), _cell(finding.remedy))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def render_summary(review: Review) -> str:
    """One line: how many findings of each severity, and the measures that are there."""
    counts = [_plural(review.count(severity), severity) for severity in _ORDER]
    summary = f"{review.path}: {', '.join(counts)}"
    facts = []
    if review.measures.get("ids"):
        facts.append(f"{review.measures['ids_present']} of {review.measures['ids']} ids present")
    if "summary_sentences" in review.measures:
        facts.append(_plural(review.measures["summary_sentences"], "sentence") + " in the summary")
    if "words" in review.measures:
        facts.append(f"{review.measures['words']:,} words")
    if review.settings:
        off = _plural(review.measures.get("switched_off", 0), "finding")
        facts.append(f"weighed by {review.settings}, which leaves out {off}")
    return f"{summary} ({'; '.join(facts)})" if facts else summary


def render_review_json(review: Review) -> str:
    """Canonical JSON of the review, with one newline at the end: the same review always gives the same bytes."""
    return render_json(review).decode("utf-8") + "\n"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
