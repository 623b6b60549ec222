"""What a draft holds while it is being made."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from torusnb.drafting.claude.assumed import tell_assumed
from torusnb.drafting.claude.disagreeing import tell_disagreement, tell_withdrawn
from torusnb.drafting.claude.homes import list_untold
from torusnb.drafting.claude.joining import Placement, join_decisions, place_decisions
from torusnb.drafting.claude.ledger import (
    WITHDRAWN,
    Entry,
    Ledger,
    find_amended,
    find_withdrawn,
    merge_entries,
    render_table,
)
from torusnb.drafting.claude.stopping import Stops, check_stopped
from torusnb.drafting.unanswered import add_note
from torusnb.models.design import Drafting, Evidence, EvidencePack, SectionDraft, TemplateSection, join_evidence, marker


@dataclass
class Progress:
    """The state of a draft; it changes only through what was replied, so a replay goes through the same states.

    Attributes:
        pack: The evidence pack. offline: The offline draft, by section.
        design: The section that tells the decided names without a home of their own.
        approach: The chosen approach as later requests carry it. ledger: The names decided.
        texts: What the model wrote and the checks let pass, by section, in the order of writing.
        found: What was looked up besides the pack, by key.
        objections: By section, what is held against it besides the review: what was decided anew after it was written,
            and what a second reading found.
        left: What is still to be said, by section (empty for the whole), each a sentence.
        stops: What is unanswered. notes: what the document says of it, by section.
    """

    pack: EvidencePack
    offline: dict[str, str]
    design: str = ""
    approach: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    texts: dict[str, str] = field(default_factory=dict)
    found: dict[str, Evidence] = field(default_factory=dict)
    objections: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    stops: Stops = field(default_factory=Stops)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> dict[str, Evidence]:
        """All evidence that a marker may name; what the pack holds under a key stands.

        Of the sources that stand for unanswered questions alone only those are in it that were looked up meanwhile.
        """
        everything = {**self.found, **self.pack.evidence}
        return {key: item for key, item in everything.items() if key not in self.stops.sources or key in self.found}

    def learn(self, evidence: dict[str, Evidence]) -> None:
        """Keep what was looked up, as far as the pack does not hold it, and what of its sources was quoted besides."""
        for key, item in evidence.items():
            if key not in self.pack.evidence or item.citations:
                known = self.found.get(key)
                self.found[key] = item if known is None else join_evidence(known, item)

    def decide(self, entries: Iterable[Entry], authors: Collection[str] = ()) -> tuple[str, ...]:
        """Put names into the ledger; a sentence for each that may not stand as it is.

        A decision that states what an unanswered question asks is left out. Sections that speak of a name which is
        decided anew get that as an objection, the `authors` excepted.
        """
        kept, told = [], []
        for entry in entries:
            wrong = (
                ""
                if entry.standing == WITHDRAWN
                else next(check_stopped(f"{entry.decision} {marker(*entry.keys)}", self.stops, self.found), "")
            )
            if wrong:
                told.append(f"A decision of kind {entry.kind} was left out. {wrong}")
            else:
                kept.append(entry)
        before = self.ledger
        self.ledger, more = merge_entries(before, kept, self.usable)
        for section in self.texts:
            if section not in authors:
                self.object_to(section, before)
        return (*told, *more)

    def object_to(self, section: str, before: Ledger, *, lenient: bool = False) -> None:
        """Hold against a section what was decided anew since an earlier ledger, as far as its text disagrees with it.

        Being lenient, only what it still says of the earlier decision counts.
        """
        earlier = {(entry.kind, entry.name): entry for entry in before.entries}
        for amended in find_amended(before, self.ledger):
            first = earlier[amended.kind, amended.name]
            said = tell_disagreement(self.texts[section], first, amended, lenient=lenient)
            if said:
                self.hold(section, said)
        standing = {entry.short for entry in self.ledger.entries}
        for taken, back in find_withdrawn(before, self.ledger):
            said = tell_withdrawn(self.texts[section], taken, back.because, shared=taken.short in standing)
            if said:
                self.hold(section, said)

    def hold(self, section: str, said: str) -> None:
        """Hold something against a section, once."""
        held = self.objections.setdefault(section, [])
        if said not in held:
            held.append(said)

    def drop(self, section: str, said: Iterable[str]) -> bool:
        """Hold some things no longer against a section; whether any of them was."""
        held, dropped = self.objections.pop(section, []), set(said)
        kept = [each for each in held if each not in dropped]
        if kept:
            self.objections[section] = kept
        return kept != held

    def remember(self) -> Progress:
        """The state as it is now; what changes later changes only this one."""
        return replace(
            self,
            texts=dict(self.texts),
            objections={section: list(held) for section, held in self.objections.items()},
            left=dict(self.left),
        )

    def tell(self, sentences: Iterable[str], section: str = "") -> None:
        """Put sentences on the list of what is left, in place of those on the same section."""
        told = list(sentences)
        self.left.pop(section, None)
        if told:
            self.left[section] = told

    def text_of(self, section: TemplateSection, placed: Placement) -> str:
        """The section as the document has it: the model's text or else the offline one, with what the program adds.

        That is the commit that was read, the assumptions that are cited and not told, what was decided of the names
        that it leads with or that are at home there, and the note on what is stopped.
        """
        text = self.texts.get(section.id, self.offline[section.id])
        commit = self.pack.context.commit_id
        if section.form == "context" and commit not in text:
            text = add_note(text, f"Read at commit `{commit}`.")
        if section.id in self.texts:
            unknown = self.pack.context.knowledge.unknown
            text = tell_assumed(text, section, self.texts, self.ledger, self.usable, unknown)
        text = join_decisions(text, placed.joined.get(section.id, ()))
        return add_note(add_note(text, render_table(placed.rows.get(section.id, ()))), self.notes.get(section.id, ""))

    def place(self) -> Placement:
        """Where what was decided is told, as the texts stand."""
        return place_decisions(self.pack.template, self.ledger, self.design, self.texts)

    def list_home(self, section: TemplateSection) -> str:
        """The decided names at home in a section that no text tells yet, a line for each; empty without any."""
        untold = list_untold(section, self.ledger, self.pack.template, self.design, self.texts)
        return "\n".join(f"{entry.kind} `{entry.name}`" for entry in untold)

    def sections(self) -> tuple[SectionDraft, ...]:
        """A draft for each section of the template, in its order; `author` says whose text it is."""
        placed = self.place()
        return tuple(
            SectionDraft(s.id, self.text_of(s, placed), author="claude" if s.id in self.texts else "offline")
            for s in self.pack.template.sections
        )

    def drafting(self) -> Drafting:
        """What the drafter hands over."""
        place = {section.id: number for number, section in enumerate(self.pack.template.sections)}
        told = sorted(self.left, key=lambda section: (section != "", place.get(section, len(place)), section))
        left = [sentence for section in told for sentence in self.left[section]]
        return Drafting(self.sections(), evidence=tuple(self.found.values()), left=tuple(left))
