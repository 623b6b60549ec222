"""A review as a person reads it, and as a program does."""

from __future__ import annotations

from torusnb.models.base import render_json
from torusnb.models.design import Review

_ORDER = ("error", "warning", "note")


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
    return f"{summary} ({'; '.join(facts)})" if facts else summary


def render_review_json(review: Review) -> str:
    """Canonical JSON of the review, with one newline at the end: the same review always gives the same bytes."""
    return render_json(review).decode("utf-8") + "\n"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
