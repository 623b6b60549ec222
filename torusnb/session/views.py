"""What a notebook shows as text: Markdown views of a session's values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torusnb.export.cells import EVIDENCE_MIME, render_ledger
from torusnb.models.design import Review, marker
from torusnb.models.knowledge import Line, Restatement
from torusnb.session.exporting import Export

if TYPE_CHECKING:
    from torusnb.session.session import Session


@dataclass(frozen=True)
class Text:
    """Markdown that a notebook renders, with whatever else its output carries."""

    markdown: str
    attached: tuple[tuple[str, object], ...] = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        del include, exclude  # Jupyter passes both; every form is always given
        return {"text/markdown": self.markdown, "text/plain": self.markdown, **dict(self.attached)}


def restatement(value: Restatement) -> Text:
    """The request in other words, each line with the evidence it rests on."""
    parts = (
        ("The feature", value.feature),
        ("Goals", value.goals),
        ("Not goals", value.non_goals),
        ("Constraints", value.constraints),
        ("Performance", value.performance),
        ("Success", value.success),
    )
    return Text("\n\n".join(_part(title, lines) for title, lines in parts if lines))


def section(session: Session, section_id: str) -> Text:
    """A section as it stands, with its sub-sections under their headings: the notebook's final cell for it."""
    wanted = session.template.section(section_id)
    standing = {draft.section: draft.text for draft in session.sections()}
    parts = [standing[section_id]] if standing.get(section_id) else []
    for child in session.template.children(section_id):
        if child.id in standing:
            parts.append(f"{'#' * (child.level + 1)} {child.id} {child.title}\n\n{standing[child.id]}")
    if wanted is None or not parts:
        return Text(f"*The template has no section {section_id}, or nothing was drafted for it.*")
    return Text("\n\n".join(parts))


def ledger(session: Session) -> Text:
    """The evidence behind the draft, carried in the output so that the notebook exports by itself."""
    pack = session.evidence()
    kinds: dict[str, int] = {}
    for item in pack.evidence.values():
        kinds[item.kind] = kinds.get(item.kind, 0) + 1
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return Text(f"{len(pack.evidence)} pieces of evidence: {counted}.", ((EVIDENCE_MIME, render_ledger(pack)),))


def verdict(review: Review) -> Text:
    """The review in one line."""
    errors, warnings, notes = (review.count(name) for name in ("error", "warning", "note"))
    return Text(f"**Review of {review.path}:** {errors} errors, {warnings} warnings, {notes} notes.")


def written(export: Export) -> Text:
    """Where an export lies, and what a person should know about it."""
    lines = [f"- design document: `{export.fdd_path}` ({len(export.text.split())} words)"]
    lines.append(f"- research report: `{export.report_path}`")
    return Text("\n".join(lines + [f"- {note}" for note in export.notes]))


def _part(title: str, lines: tuple[Line, ...]) -> str:
    return f"**{title}**\n\n" + "\n".join(f"- {line.text} {marker(*line.evidence)}".rstrip() for line in lines)
