"""From the sections to fdd.md and research.md, with a person's own text left alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torusnb.export.cells import load_notebook, parse_person_cells
from torusnb.export.merge import merge_fdd
from torusnb.export.writing import load_text, save_text
from torusnb.models.base import fingerprint
from torusnb.models.record import Decision, Drafted, Exported
from torusnb.research.report import render_research
from torusnb.trail.replay import render_design

if TYPE_CHECKING:
    from torusnb.session.session import Session


@dataclass(frozen=True)
class Outputs:
    """The files of one pack's folder."""

    folder: Path

    @property
    def trail(self) -> Path:
        """The trail."""
        return self.folder / "trail.sqlite3"

    @property
    def fdd(self) -> Path:
        """The design document."""
        return self.folder / "fdd.md"

    @property
    def report(self) -> Path:
        """The research report."""
        return self.folder / "research.md"

    @property
    def notebooks(self) -> Path:
        """The executed notebooks."""
        return self.folder / "notebooks"


@dataclass(frozen=True)
class Export:
    """What an export writes, or wrote.

    Attributes:
        record: The texts, as they go to the trail.
        updated: Ids of the sections that differ from what lay there before.
        notes: What a person should know, a sentence each.
        report_path: Where the report goes: beside research.md when a person changed that.
    """

    record: Exported
    fdd_path: Path
    report_path: Path
    updated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The design document."""
        return self.record.text


def compose_export(session: Session, notebook: Path | None) -> Export:
    """The export as it would be written now; reads files, writes none but a person's cells to the trail."""
    notes = _take_cells(session, notebook)
    drafted = session.draft()
    pack = session.evidence()
    sections = session.sections()
    fresh = render_design(pack, sections)
    earlier = [session.trail.parse(event, Exported) for event in session.trail.events("export")]
    existing = load_text(session.outputs.fdd)
    merged = merge_fdd(existing, tuple(record.fresh for record in earlier), fresh, session.template)
    report = render_research(pack, sections)
    report_path, report_notes = _place_report(session.outputs.report, {record.report for record in earlier})
    record = Exported(_drafted_key(session, drafted), existing, fresh, merged.text, report, merged.kept)
    notes += [f"kept section {name} of fdd.md as a person wrote it" for name in merged.kept]
    return Export(record, session.outputs.fdd, report_path, merged.updated, tuple(notes + report_notes))


def write_export(session: Session, export: Export) -> Export:
    """Write the files, and the record of them unless the last one says the same.

    The record goes to the trail first, so that after a crash between the two torusnb still knows its own text from
    a person's.
    """
    last = session.trail.latest("export")
    if last is None or _outcome(session.trail.parse(last, Exported)) != _outcome(export.record):
        kept = f", {len(export.record.kept)} kept" if export.record.kept else ""
        summary = f"fdd.md, {len(export.text.split())} words{kept}"
        session.trail.append("export", summary, key=fingerprint(export.text), value=export.record)
    if export.record.existing != export.text:
        save_text(export.fdd_path, export.text)
    if load_text(export.report_path) != export.record.report:
        save_text(export.report_path, export.record.report)
    return export


def _outcome(record: Exported) -> tuple[object, ...]:
    """What an export came to, whatever lay there before."""
    return record.drafted, record.fresh, record.text, record.report, record.kept


def _take_cells(session: Session, notebook: Path | None) -> list[str]:
    """Put the Markdown cells a person tagged `fdd` into the trail as accepted sections."""
    if notebook is None or not notebook.is_file():
        return []
    accepted = {draft.section: draft.text for draft in session.sections() if draft.accepted}
    notes = []
    for draft in parse_person_cells(load_notebook(notebook), session.template, session.pack.title):
        if accepted.get(draft.section) != draft.text:
            session.decide(Decision("section", draft.section, "accept", draft.text))
            notes.append(f"took section {draft.section} from a Markdown cell of {notebook.name}")
    return notes


def _place_report(path: Path, known: set[str]) -> tuple[Path, list[str]]:
    existing = load_text(path)
    if existing is None or existing in known:
        return path, []
    fresh = path.with_name("research.latest.md")
    return fresh, [f"{path.name} was changed by a person and stays; the new report is {fresh.name}"]


def _drafted_key(session: Session, drafted: Drafted) -> str:
    """The key of the record that holds this draft."""
    return next(event.key for event in session.trail.events("draft") if session.trail.parse(event, Drafted) == drafted)
