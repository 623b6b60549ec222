"""What the trail keeps: events and a person's decisions."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.design import Evidence, SectionDraft
from torusnb.models.knowledge import Symbol
from torusnb.models.review import NameCounts


class Decision(Value, frozen=True):
    """Something a person decided.

    Attributes:
        subject: `waypoint`, `trap`, `source`, `assumption`, `section`, `change` (what `torusnb status` tells of).
        key: The waypoint's path, the assumption's id, the section's id; the key of a trap, a source, a change.
        verdict: `keep`, `drop`, `add`, `edit`, `accept`, `reopen`.
        text: The new text for `edit` and `accept` (a section's Markdown, an assumption; for a change the hash of what
            was accepted); a reason otherwise.
        origin: `cell` for a section taken from a notebook's Markdown cell; empty for a decision made directly.
    """

    subject: str
    key: str
    verdict: str
    text: str = ""
    origin: str = ""


class Settings(Value, frozen=True):
    """A team's own files that a pack is worked on with: keys of the records that hold them, empty for the shipped."""

    template: str = ""
    playbook: str = ""
    catalogue: str = ""


class Drafted(Value, frozen=True):
    """One draft of all sections, with the keys of the records it was made from.

    Attributes:
        drafter: The drafter's name. version: torusnb's version.
        pack, context, research, template, playbook: Keys of the records of those steps.
        evidence: What the drafter looked up besides the evidence of those records.
        namesakes: Of each name of a file looked up that several files of the checkout share, all those files, sorted.
        left: What was still to be said against the sections when it ended, a sentence each.
        prompts: Hex SHA-256 of the prompts that a model was asked with; empty where none was.
    """

    drafter: str
    version: str
    pack: str
    context: str
    research: str
    template: str
    playbook: str
    sections: tuple[SectionDraft, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    left: tuple[str, ...] = ()
    prompts: str = ""
    namesakes: tuple[str, ...] = ()


class Footing(Value, frozen=True):
    """What a design document rests on in the checkout, as it stood when the document was exported.

    Attributes:
        symbols: A symbol for each line of code or guide that the document cites, sorted by key.
        quotes: Each of those keys to its line, without its indentation.
        texts: Each symbol's source text by the symbol's hash.
    """

    symbols: tuple[Symbol, ...] = ()
    quotes: dict[str, str] = {}
    texts: dict[str, str] = {}


class Exported(Value, frozen=True):
    """One export: all that is needed to make the same bytes again.

    Attributes:
        drafted: Key of the draft that was rendered.
        existing: The design document as it lay there before, or None.
        fresh: What torusnb itself would have written.
        text: What was written: `fresh`, with the sections a person had changed left as they were.
        report: The text of research.md.
        kept: Ids (or titles) of the sections that stayed because a person had changed them.
        footing: What the document's citations of code and guides stood for.
        names: How its names of code stood to the checkout; None for an export from before that was counted.
        form: How the document cited, as `export.document.FORM` numbers it.
        restored: Fingerprint of the earlier export's text that stood for a document that was gone or empty; empty where
            none did.
    """

    drafted: str
    existing: str | None
    fresh: str
    text: str
    report: str
    kept: tuple[str, ...] = ()
    footing: Footing = Footing()
    names: NameCounts | None = None
    form: int = 1
    restored: str = ""


class Event(Value, frozen=True):
    """One record of the trail.

    Attributes:
        seq: 1, 2, 3 …, without gaps. at: ISO 8601 time in UTC, to the second.
        actor: `torusnb` or `person`.
        step: `run`, `settings`, `pack`, `context`, `template`, `playbook`, `catalogue`, `query`, `answer`,
            `fetch`, `research`, `draft`, `review`, `decision`, `export`, `recheck`.
        key: What it is about; for a computed value the fingerprint of its inputs.
        summary: One line for a person. data: canonical JSON of the value, or empty.
        digest: Hex SHA-256 over this record and the digest before it.
    """

    seq: int
    at: str
    actor: str
    step: str
    key: str
    summary: str
    data: str
    digest: str
