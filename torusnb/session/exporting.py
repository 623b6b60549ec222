"""From the sections to fdd.md and research.md, with a person's own text left alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from torusnb.context.changes.footing import collect_footing
from torusnb.context.changes.staleness import Checkout
from torusnb.errors import ConflictError
from torusnb.export.document import FORM
from torusnb.export.markers import resolve_markers
from torusnb.export.merge import Merged, find_outlived, merge_fdd
from torusnb.export.notebook import load_notebook, parse_person_cells
from torusnb.export.writing import load_text, save_text
from torusnb.models.base import fingerprint
from torusnb.models.codebase import CodeMap
from torusnb.models.design import EvidencePack, SectionDraft, Template, parse_keys
from torusnb.models.record import Decision, Exported, Footing
from torusnb.review.reading import Reading
from torusnb.review.scorecard import count_names
from torusnb.session.held import drop_accepted, find_unsettled
from torusnb.session.restoring import load_standing, tell_standing, tell_taken_out
from torusnb.spec.pathtails import PathTails
from torusnb.spec.rests import parse_rests
from torusnb.spec.words import count_words
from torusnb.trail.replay import render_design, render_report
from torusnb.trail.store import Trail


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
    def archive(self) -> Path:
        """Every response that research got, as WARC."""
        return self.folder / "research.warc.gz"

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


def compose_export(
    trail: Trail,
    outputs: Outputs,
    pack: EvidencePack,
    sections: tuple[SectionDraft, ...],
    drafted: str,
    read_source: Callable[[str], str],
    code_map: CodeMap,
    left: tuple[str, ...] = (),
    *,
    anew: bool = False,
) -> Export:
    """The export as it would be written now; reads files, writes none.

    Args:
        trail: What was exported before.
        outputs: Where the documents lie.
        pack: The evidence that the sections rest on.
        sections: The sections as they stand.
        drafted: Key of the draft's record.
        read_source: The text of a file of the checkout by its path; empty for one that cannot be read.
        code_map: The checkout's map, to tell what is written twice.
        left: What the drafter could not settle, a sentence each.
        anew: Start without what the trail has of a person's words in a document that is gone.

    Raises:
        InputError: fdd.md cannot be read or breaks off in the middle, or it is to be made anew and holds words.
    """
    fresh = render_design(pack, sections)
    earlier = [trail.parse(event, Exported) for event in trail.events("export")]
    standing = load_standing(outputs.fdd, earlier, pack.template, anew=anew)
    merged = merge_fdd(standing.base, tuple(record.fresh for record in earlier), fresh, pack.template)
    past = [(record.text, record.fresh) for record in earlier]
    outlived = {*merged.stale, *(left.name for left in find_outlived(standing.base, past, fresh, pack.template))}
    checkout = Checkout(read_source, lambda: code_map)
    unsettled = find_unsettled(trail, pack.template, pack.pack, checkout)
    outlived.update(name for change in drop_accepted(unsettled, trail.decisions()) for name in change.sections)
    names = count_names(merged.text, pack.template, code_map)
    open_ends = [f"left by the drafter: {said}" for said in left]
    open_ends += [_tell_key(key, pack) for key in parse_keys(Reading("", merged.text, pack.template).prose)]
    report = render_report(pack, sections, merged.text, names, left)
    report_path, notes = _place_report(outputs.report, {record.report for record in earlier})
    written = {draft.section for draft in sections if draft.accepted} | set(merged.kept)
    footing = find_footing(merged.text, pack.template, written, earlier, read_source, code_map)
    texts = (standing.existing, fresh, merged.text, report)
    record = Exported(drafted, *texts, merged.kept, footing, names, FORM, standing.restored)
    taken_out = tell_taken_out(standing, earlier, merged, pack.template)
    merging = (*_tell_merge(merged, outlived), *taken_out)
    told = (*tell_standing(standing, merged), *merging, *open_ends, *notes)
    return Export(record, outputs.fdd, report_path, merged.updated, told)


def find_footing(
    text: str,
    template: Template,
    written: set[str],
    earlier: Sequence[Exported],
    read_source: Callable[[str], str],
    code_map: CodeMap,
) -> Footing:
    """What the places that a document names stand for.

    What only a person's sections name keeps the symbol it had when it was first exported: a new export did not look
    at it again.

    Args:
        text: The design document.
        template: Its sections.
        written: The sections that a person wrote.
        earlier: The exports so far, oldest first.
        read_source: The text of a file by its path.
        code_map: The checkout's map.
    """
    rests = parse_rests(text, template, PathTails(code_map.paths))
    fresh = collect_footing(rests, read_source, code_map)
    before = earlier[-1].footing if earlier else Footing()
    own = {key for key, where in rests.items() if all(_is_below(section, written) for section in where)}
    kept = {symbol.key: symbol for symbol in before.symbols if symbol.key in own}
    symbols = {symbol.key: symbol for symbol in fresh.symbols} | kept
    quotes = fresh.quotes | {key: before.quotes.get(key, "") for key in kept}
    texts = fresh.texts | before.texts
    used = {symbol.sha256 for symbol in symbols.values()}
    return Footing(
        tuple(symbols[key] for key in sorted(symbols)),
        dict(sorted(quotes.items())),
        {digest: texts[digest] for digest in sorted(used & texts.keys())},
    )


def _is_below(section: str, written: set[str]) -> bool:
    parts = section.split(".")
    return any(".".join(parts[:size]) in written for size in range(1, len(parts) + 1))


def write_export(trail: Trail, export: Export) -> Export:
    """Write the files, and the record of them unless the last one says the same.

    The record goes to the trail first, so that after a crash between the two torusnb still knows its own text from
    a person's.

    Raises:
        OutputError: A file cannot be written.
        ConflictError: Somebody changed fdd.md after it was read for this export, to something else than this export
            writes; what is there stays as it is.
    """
    _refuse_changed(export)
    last = trail.latest("export")
    if last is None or _outcome(trail.parse(last, Exported)) != _outcome(export.record):
        kept = f", {len(export.record.kept)} kept" if export.record.kept else ""
        summary = f"fdd.md, {count_words(export.text)} words{kept}"
        trail.append("export", summary, key=fingerprint(export.text), value=export.record)
    if export.record.existing != export.text:
        _refuse_changed(export)
        save_text(export.fdd_path, export.text)
    if load_text(export.report_path) != export.record.report:
        save_text(export.report_path, export.record.report)
    return export


def _refuse_changed(export: Export) -> None:
    if load_text(export.fdd_path) not in (export.record.existing, export.text):
        raise ConflictError(
            "the document was changed while it was being exported, and stays as it is now; export again to bring it up "
            "to date with that change kept",
            path=export.fdd_path,
        )


def find_new_cells(
    notebook: Path, template: Template, directory: str, taken: Sequence[Decision]
) -> tuple[Decision, ...]:
    """A decision for each final Markdown cell whose text was not taken from that cell before.

    Args:
        notebook: The notebook's file.
        template: The sections there are.
        directory: The pack's folder; a notebook that carries another pack's evidence gives nothing.
        taken: All decisions so far, oldest first.
    """
    last = {decision.key: decision.text for decision in taken if decision.origin == "cell"}
    cells = parse_person_cells(load_notebook(notebook), template, directory)
    return tuple(
        Decision("section", cell.section, "accept", cell.text, origin="cell")
        for cell in cells
        if last.get(cell.section) != cell.text
    )


def _tell_key(key: str, pack: EvidencePack) -> str:
    """That a marker in the document is shown as it stands; only a notebook's cells have theirs resolved."""
    if key not in pack.evidence:
        return f"[@{key}] stays in fdd.md as a person wrote it, and no evidence has that key"
    shown = resolve_markers(f"[@{key}]", pack.evidence, {source.key: source for source in pack.research.sources}).text
    said = f"and the review calls it an error: write {shown.strip()} there"
    return f"[@{key}] stays in fdd.md as a person wrote it, {said}"


def _outcome(record: Exported) -> tuple[object, ...]:
    """What an export came to, whatever lay there before."""
    return record.drafted, record.fresh, record.text, record.report, record.kept


def _tell_merge(merged: Merged, outlived: Collection[str]) -> Iterator[str]:
    for name in merged.kept:
        more = ", though what it rests on has changed since: read it again" if name in outlived else ""
        yield f"kept section {name} of fdd.md as a person wrote it{more}"
    for name in merged.removed:
        yield f"section {name} was taken out of fdd.md: the template or the drafter no longer has it"
    for name in merged.deleted:
        yield f"section {name} stays out of fdd.md, since a person took it out"


def _place_report(path: Path, known: set[str]) -> tuple[Path, tuple[str, ...]]:
    existing = load_text(path)
    if existing is None or existing in known:
        return path, ()
    fresh = path.with_name("research.latest.md")
    return fresh, (f"{path.name} was changed by a person and stays; the new report is {fresh.name}",)
