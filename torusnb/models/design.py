"""Drafting, review and export: evidence, sections, findings."""

from __future__ import annotations

import re

from torusnb.models.base import Place, Value
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Research, Source

MARKER = re.compile(r"\[(@[^\s;\]]+(?:\s*;\s*@[^\s;\]]+)*)\]")
"""`[@key]` or `[@key; @other]`: what the words before it rest on."""


def parse_keys(text: str) -> tuple[str, ...]:
    """The evidence keys that a text marks, in order, each once."""
    found: dict[str, None] = {}
    for marker in MARKER.finditer(text):
        for key in marker.group(1).split(";"):
            found.setdefault(key.strip().removeprefix("@"))
    return tuple(found)


def marker(*keys: str) -> str:
    """The marker for some keys (`[@FR-001; @code:lib/a.ex:3]`); empty for none."""
    return "[" + "; ".join(f"@{key}" for key in keys) + "]" if keys else ""


class Evidence(Value, frozen=True):
    """Anything a sentence may rest on.

    Attributes:
        key: Stable for the same inputs: `FR-001`, `AC-001`, `prd:LINE`, `req:LINE`, `code:PATH:LINE`,
            `guide:PATH:LINE`, `src:LABEL`, `practice:ID`, `A-1`.
        kind: `requirement`, `criterion`, `prd`, `code`, `guide`, `source`, `practice`, `assumption`.
        text: What it says; for code and sources the verbatim quote.
        place: Where, for what lies in a file.
        cites: For a practice, the key of the source it rests on.
        source: For a source that research did not find but a drafter looked up: the source itself.
    """

    key: str
    kind: str
    text: str
    place: Place | None = None
    cites: str = ""
    source: Source | None = None


class TemplateSection(Value, frozen=True):
    """A section of the design document.

    Attributes:
        id: `4`, `4.1`; the order in the template is the order in the document.
        title: The heading without its number.
        required: Always there, even when there is nothing to say.
        guidance: What the section holds, for a person and for a drafter.
        aliases: Other headings that real documents use for it.
        form: `prose`, `list`, `references`, … ; limits: least and most sentences, where it has them.
        least_words, most_words: Of the section with its sub-sections; 0 for no limit. Code does not count to the most.
    """

    id: str
    title: str
    required: bool = False
    guidance: str = ""
    aliases: tuple[str, ...] = ()
    form: str = ""
    least_sentences: int = 0
    most_sentences: int = 0
    least_words: int = 0
    most_words: int = 0

    @property
    def level(self) -> int:
        """1 for `4`, 2 for `4.1`."""
        return self.id.count(".") + 1


class Template(Value, frozen=True):
    """The design document's sections, in order."""

    name: str
    title_suffix: str
    sections: tuple[TemplateSection, ...]

    def section(self, section_id: str) -> TemplateSection | None:
        """The section of that id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)

    def children(self, section_id: str) -> tuple[TemplateSection, ...]:
        """The sections directly or indirectly below one."""
        return tuple(s for s in self.sections if s.id.startswith(section_id + "."))


class Practice(Value, frozen=True):
    """One recommendation of the playbook.

    Attributes:
        id: `otp-1`. focus: the focus area's id. title: a short name.
        when: What a feature must have for it to apply, as signals (see the playbook file).
        applies: The same in words. advice: what to do, in words. checks: what to verify, each a sentence.
        source: The catalogue key of the primary source it rests on (`src:…`).
        sections: Ids of the template sections it belongs to.
    """

    id: str
    focus: str
    title: str
    when: tuple[str, ...]
    applies: str
    advice: str
    checks: tuple[str, ...]
    source: str
    sections: tuple[str, ...]


class FocusArea(Value, frozen=True):
    """One of the eleven focus areas, with its practices."""

    id: str
    title: str
    asks: str
    practices: tuple[Practice, ...] = ()


class EvidencePack(Value, frozen=True):
    """All a drafter may use; with it a draft needs no checkout, no network and no key."""

    pack: SpecPack
    context: Context
    research: Research
    template: Template
    playbook: tuple[FocusArea, ...]
    evidence: dict[str, Evidence]


class SectionDraft(Value, frozen=True):
    """A section's text, in Markdown with `[@key]` markers, without its own heading.

    Attributes:
        section: The template section's id.
        author: `offline`, `claude`, … or `person`.
        accepted: A person wrote or accepted it; no redraft replaces it.
    """

    section: str
    text: str
    author: str = "offline"
    accepted: bool = False


class Drafting(Value, frozen=True):
    """What a drafter made of an evidence pack.

    Attributes:
        sections: One for each section of the template, in its order.
        evidence: What was looked up meanwhile, besides the pack's; markers may name it too.
        left: What is still to be said against the sections when the rounds or the budget were spent, a sentence each.
    """

    sections: tuple[SectionDraft, ...]
    evidence: tuple[Evidence, ...] = ()
    left: tuple[str, ...] = ()


class Finding(Value, frozen=True):
    """What the review says.

    Attributes:
        rule: `structure.missing-section`, `trace.missing-id`, ….
        severity: `error`, `warning`, `note`.
        place: File and line in the document reviewed.
        text: What is wrong. remedy: what to do. section: the section's id, where known.
    """

    rule: str
    severity: str
    place: Place
    text: str
    remedy: str
    section: str = ""


class ReviewSettings(Value, frozen=True):
    """What a team's own file says that the rules weigh.

    Attributes:
        path: The file, as messages name it; empty for none.
        weights: A rule (`language.vague`) or a family (`language.*`) to `off`, `note`, `warning` or `error`, sorted.
    """

    path: str = ""
    weights: dict[str, str] = {}


class TraceColumn(Value, frozen=True):
    """A part of the document that names an id.

    Attributes:
        key: The template section's id (`4.1`), or the heading's words where the template does not know it; empty for
            what stands before the first heading.
        title: The heading's words.
        line: The heading's line; 0 before the first heading.
    """

    key: str
    title: str
    line: int


class TraceRow(Value, frozen=True):
    """Where the document names one id of the spec pack.

    Attributes:
        id: As the pack writes it. kind: `requirement` or `criterion`.
        places: A column's key to the lines there that hold the id literally, in order.
        tests: Lines that name it together with a test: in a section on testing, or in words that speak of one.
        ranges: Lines that only cover it by a range or a short form (`AC-001 through AC-006`, `AC-001/002`).
    """

    id: str
    kind: str
    places: dict[str, tuple[int, ...]] = {}
    tests: tuple[int, ...] = ()
    ranges: tuple[int, ...] = ()

    @property
    def state(self) -> str:
        """`named`, `range` (only a range covers it) or `missing`."""
        return "named" if self.places else "range" if self.ranges else "missing"


class TraceMatrix(Value, frozen=True):
    """Ids against sections: rows in the pack's order, requirements first; columns in the document's order.

    `unknown` are ids of the pack's families that the pack does not have, each with its lines.
    """

    path: str
    columns: tuple[TraceColumn, ...] = ()
    rows: tuple[TraceRow, ...] = ()
    unknown: dict[str, tuple[int, ...]] = {}


class NamedThing(Value, frozen=True):
    """A name of code that a document uses, and what the checkout knows of it.

    Attributes:
        kind: `module`, `function`, `path`, `table`, `route`, `event`, `topic`, `flag`.
        state: `existing`, `new` (the document declares it), `moved` (it exists under another name or path, given in
            `nearest`), `unknown`.
        line: Of its first mention. count: how often it stands in the text.
        nearest: The existing names most alike, best first; empty for one that exists or is new.
        loose: It counts as new only for its place in the design; no word says so.
    """

    kind: str
    name: str
    state: str
    line: int
    nearest: tuple[str, ...] = ()
    count: int = 1
    loose: bool = False


class NameCounts(Value, frozen=True):
    """How the names of code in a document stand to the checkout.

    Attributes:
        existing, new: How many exist at the commit, and how many the document declares new.
        unresolved: The others, sorted: moved or unknown.
    """

    existing: int = 0
    new: int = 0
    unresolved: tuple[str, ...] = ()


class Scorecard(Value, frozen=True):
    """What a design document can be measured by without a judgement; each measure is a part of a whole.

    Attributes:
        ids: The pack's requirement and criterion ids. ids_missing: those that are not in the text literally.
        claims: Paragraphs, bullets and table rows that say something. claims_cited: those that say on what they rest.
        sources: Outside sources that it cites. sources_primary: those by who makes the thing, or a standard.
        verdicts: The best verdict on each of those sources, each with its number.
        names: Its names of code; None where there was no checkout to look them up in.
    """

    ids: int = 0
    ids_missing: tuple[str, ...] = ()
    claims: int = 0
    claims_cited: int = 0
    sources: int = 0
    sources_primary: int = 0
    verdicts: dict[str, int] = {}
    names: NameCounts | None = None


class Review(Value, frozen=True):
    """The findings on one document, in the order of their lines, with a few measures.

    Attributes:
        settings: The file with a team's own weights that was laid over it, or empty.
        settings_key: The fingerprint of those weights, or empty.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    measures: dict[str, int] = {}
    settings: str = ""
    settings_key: str = ""

    def count(self, severity: str) -> int:
        """How many findings have that severity."""
        return sum(finding.severity == severity for finding in self.findings)
