"""Making a trail's design document again, from nothing but the trail.

Replay lays a person's decisions over the recorded draft, renders and merges again, and compares the
result with what was exported. Beside that it drafts again from the recorded inputs: where the drafter now
writes a section otherwise, that is named, but the text made here stays the recorded draft's. A drafter that
is not installed, or not deterministic, is not asked, and the result says so. No checkout, network or key is
needed.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from torusnb import __version__
from torusnb.drafting.drafters import NEED_A_MODEL, open_drafter
from torusnb.drafting.evidence import add_evidence, build_evidence
from torusnb.errors import TorusnbError, TrailError
from torusnb.export.document import FORM, render_fdd
from torusnb.export.merge import merge_fdd
from torusnb.models.base import Value, fingerprint
from torusnb.models.design import EvidencePack, FocusArea, SectionDraft, Template
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision, Drafted, Exported
from torusnb.models.requirements import SpecPack
from torusnb.models.review import NameCounts
from torusnb.models.sources import Research
from torusnb.research.markup import plain
from torusnb.research.report import render_research
from torusnb.review.scorecard import render_scorecard, score_design
from torusnb.trail.store import Trail, ValueType

_LONGEST_LEFT = 1_000
"""Characters of one thing that was left open."""


class Replay(Value, frozen=True):
    """What a replay made, and how it compares.

    Attributes:
        text: The design document, rendered and merged anew from the recorded draft. report: research.md made anew.
        differences: What is not the same as recorded, a sentence each; empty means byte for byte the same.
        notes: What was taken from the record instead of being done again.
    """

    text: str
    report: str
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class RecordedDesign(Value, frozen=True):
    """The last export of a trail.

    Attributes:
        seq: The number of its record. exported: That record. drafted: The draft it was made from.
        pack: The evidence that the draft rests on. sections: The sections as they stood, a person's included.
    """

    seq: int
    exported: Exported
    drafted: Drafted
    pack: EvidencePack
    sections: tuple[SectionDraft, ...]


def apply_section_decisions(drafts: Iterable[SectionDraft], decisions: Iterable[Decision]) -> tuple[SectionDraft, ...]:
    """The sections as they stand: a person's text where one was written or accepted, the draft's elsewhere.

    A `reopen` gives a section back to the drafter; a section that only a person wrote is added at the end.
    """
    standing = {draft.section: draft for draft in drafts}
    for decision in decisions:
        if decision.subject == "section" and decision.verdict in ("accept", "edit"):
            standing[decision.key] = SectionDraft(decision.key, decision.text, author="person", accepted=True)
    return tuple(standing.values())


def render_design(pack: EvidencePack, sections: Iterable[SectionDraft]) -> str:
    """The design document for some sections, with everything else it needs taken from the evidence pack."""
    return render_fdd(
        pack.pack.title,
        pack.template,
        sections,
        pack.evidence,
        pack.research.sources,
        commit=pack.context.commit_id,
        citations=pack.research.citations,
        namesakes=pack.context.namesakes,
    )


def render_report(
    pack: EvidencePack,
    sections: tuple[SectionDraft, ...],
    text: str,
    names: NameCounts | None,
    left: tuple[str, ...] = (),
) -> str:
    """research.md for some sections, with the scorecard of the design document at its end.

    Args:
        pack: The evidence.
        sections: The sections as they stand.
        text: The design document as it is written.
        names: How its names of code stood to the checkout when it was exported; without them there is no scorecard.
        left: What the drafter could not settle; a model may have worded it, so it shows as plain text.
    """
    report = render_research(pack, sections)
    if left:
        told = "\n".join(f"- {plain(sentence, _LONGEST_LEFT)}" for sentence in left)
        report = f"{report}\n## What drafting left open\n\n{told}\n"
    if names is None:
        return report
    looked_up = tuple(item.source for item in pack.evidence.values() if item.source is not None)
    research = msgspec.structs.replace(pack.research, sources=(*pack.research.sources, *looked_up))
    card = score_design(text, pack.template, pack.pack, research, names)
    return f"{report}\n{render_scorecard(card)}"


def load_design(trail: Trail) -> RecordedDesign:
    """The last export with what it was made of, as the trail has it.

    Raises:
        TrailError: The trail holds no export, or lacks what it rests on.
    """
    last = trail.latest("export")
    if last is None:
        raise TrailError("this trail holds no export yet; run `torusnb export` first", path=trail.path)
    exported = trail.parse(last, Exported)
    drafted = _recorded(trail, Drafted, "draft", exported.drafted)
    sections = apply_section_decisions(drafted.sections, trail.decisions(before=last.seq))
    return RecordedDesign(last.seq, exported, drafted, _rebuild_evidence(trail, drafted), sections)


def replay_trail(trail: Trail) -> Replay:
    """The last export, made again from the trail.

    Raises:
        TrailError: The trail is damaged, or holds no export.
    """
    trail.verify()
    design = load_design(trail)
    exported, pack, sections = design.exported, design.pack, design.sections
    notes, differences = _redraft(design.drafted, pack)
    earlier = [trail.parse(event, Exported) for event in trail.events("export") if event.seq < design.seq]
    stood = {fingerprint(record.text): record.text for record in earlier}
    base = stood.get(exported.restored, exported.existing)
    fresh = render_design(pack, sections)
    merged = merge_fdd(base, tuple(record.fresh for record in earlier), fresh, pack.template)
    report = render_report(pack, sections, merged.text, exported.names, design.drafted.left)
    if merged.text != exported.text:
        if exported.form != FORM:
            forms = f"it was exported in form {exported.form}, and this torusnb writes form {FORM}"
            differences.append(f"fdd.md cites its evidence in another form: {forms}")
        differences.append(_first_difference("fdd.md", exported.text, merged.text))
    if report != exported.report:
        differences.append(_first_difference("research.md", exported.report, report))
    return Replay(merged.text, report, tuple(differences), tuple(notes))


def _redraft(drafted: Drafted, pack: EvidencePack) -> tuple[list[str], list[str]]:
    """Draft again where the drafter is deterministic, to compare; returns notes and differences."""
    if drafted.drafter in NEED_A_MODEL:
        said = "a model wrote it, and a replay asks nobody, so whether it would write the same now was not compared"
        return [f"the draft by {drafted.drafter} was taken from the record: {said}"], []
    try:
        drafter = open_drafter(drafted.drafter)
    except TorusnbError as error:
        return [f"the draft by {drafted.drafter} was taken from the record, not made again: {error}"], []
    if not drafter.deterministic:
        return [f"the draft by {drafted.drafter} was taken from the record: it is not deterministic"], []
    recorded = {draft.section: draft.text for draft in drafted.sections}
    again = {draft.section: draft.text for draft in drafter.draft_all(pack).sections}
    changed = [name for name in sorted(recorded | again) if recorded.get(name) != again.get(name)]
    if not changed:
        return [], []
    versions = f"drafted by version {drafted.version}, replayed by {__version__}"
    return [], [f"the drafter now writes section {name} otherwise ({versions})" for name in changed]


def _rebuild_evidence(trail: Trail, drafted: Drafted) -> EvidencePack:
    pack = build_evidence(
        _recorded(trail, SpecPack, "pack", drafted.pack),
        _recorded(trail, Context, "context", drafted.context),
        _recorded(trail, Research, "research", drafted.research),
        _recorded(trail, Template, "template", drafted.template),
        _recorded(trail, tuple[FocusArea, ...], "playbook", drafted.playbook),
    )
    return add_evidence(pack, drafted.evidence, drafted.namesakes)


def _recorded(trail: Trail, kind: type[ValueType], step: str, key: str) -> ValueType:
    value = trail.value(kind, step, key)
    if value is None:
        raise TrailError(f"the trail lacks the {step} that the export rests on", path=trail.path, key=key)
    return value


def _first_difference(name: str, recorded: str, again: str) -> str:
    old, new = recorded.splitlines(), again.splitlines()
    for number, (one, other) in enumerate(zip(old, new, strict=False), start=1):
        if one != other:
            return f"{name} differs from the record first at line {number}: {one!r} is now {other!r}"
    return f"{name} has {len(new)} lines, and the record {len(old)}"
