"""What a notebook shows as text: Markdown views of a session's values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torusnb.export.cells import ABSENT_MIME, EVIDENCE_MIME
from torusnb.export.document import render_heading
from torusnb.export.notebook import render_ledger
from torusnb.models.design import marker
from torusnb.models.knowledge import Line, Restatement
from torusnb.models.review import Review
from torusnb.session.exporting import Export
from torusnb.session.unreached import find_unreached
from torusnb.spec.template import load_template
from torusnb.spec.words import count_words

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
    """A section as it stands, with its sub-sections under their headings: the notebook's final cell for it.

    Where the template does not have it, or nothing is drafted for it, a note that an export passes over.
    """
    text = _section_text(session, section_id)
    if session.template.section(section_id) is None:
        return _absent(f"The template has no section {section_id}; the document goes without it.")
    return Text(text) if text else _absent(f"Nothing is drafted for section {section_id}.")


def other_sections(session: Session) -> Text:
    """The sections for which notebook 3 has no cell, under their headings: those of a team's own template.

    The notebook has a cell for each top-level section of the template that travels with torusnb.
    """
    own_cells = {section.id for section in load_template().sections}
    parts = [
        f"{render_heading(section)}\n\n{text}"
        for section in session.template.sections
        if section.level == 1 and section.id not in own_cells and (text := _section_text(session, section.id))
    ]
    return Text("\n\n".join(parts)) if parts else _absent("Every section of the template has its cell above.")


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
    counted = ((review.count(name), name) for name in ("error", "warning", "note"))
    told = ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted)
    return Text(f"**Review of {review.path}:** {told}.")


def unreached(session: Session) -> Text:
    """Who was asked outside and could not be reached, each once, with what to do."""
    if session.parameters.offline:
        return Text("Nobody was asked outside: torusnb works offline.")
    told = find_unreached(session)
    if not told:
        return Text("Everybody who was asked outside answered.")
    return Text("\n".join([*(f"- {line}" for line in told[:-1]), "", told[-1]]))


def written(export: Export) -> Text:
    """Where an export lies, and what a person should know about it."""
    lines = [f"- design document: `{export.fdd_path}` ({count_words(export.text):,} words)"]
    lines.append(f"- research report: `{export.report_path}`")
    return Text("\n".join(lines + [f"- {note}" for note in export.notes]))


def _section_text(session: Session, section_id: str) -> str:
    standing = {draft.section: draft.text for draft in session.sections() if draft.text.strip()}
    parts = [standing[section_id]] if section_id in standing else []
    for child in session.template.children(section_id):
        if child.id in standing:
            parts.append(f"{render_heading(child)}\n\n{standing[child.id]}")
    return "\n\n".join(parts)


def _absent(note: str) -> Text:
    return Text(f"*{note}*", ((ABSENT_MIME, {"note": note}),))


def _part(title: str, lines: tuple[Line, ...]) -> str:
    return f"**{title}**\n\n" + "\n".join(f"- {line.text} {marker(*line.evidence)}".rstrip() for line in lines)
