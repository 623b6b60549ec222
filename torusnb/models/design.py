"""Drafting, review and export: evidence, sections, findings."""

from __future__ import annotations

import re

import msgspec

from torusnb.models.base import Place, Value
from torusnb.models.knowledge import Context
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Citation, Research, Source

MARKER = re.compile(r"\[(@[^\s;\[\]]+(?:\s*;\s*@[^\s;\[\]]+)*)\]")
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
        key: Stable for the same inputs: `FR-001`, `AC-001`, `prd:LINE`, `req:LINE`, `note:NAME:LINE`,
            `note:../NAME:LINE` (a document of the epic), `code:PATH:LINE`, `guide:PATH:LINE`, `src:LABEL`,
            `practice:ID`, `A-1`.
        kind: `requirement`, `criterion`, `prd`, `note`, `code`, `guide`, `source`, `practice`, `assumption`.
        text: What it says; for code and sources the verbatim quote.
        place: Where, for what lies in a file.
        cites: For a practice, the key of the source it rests on.
        source: For a source that research did not capture but a drafter looked up: the source itself.
        citations: For a source that was looked up: the words that were shown of it, bound to its captured bytes.
    """

    key: str
    kind: str
    text: str
    place: Place | None = None
    cites: str = ""
    source: Source | None = None
    citations: tuple[Citation, ...] = ()


def join_evidence(first: Evidence, second: Evidence) -> Evidence:
    """The first with what the second shows besides: other passages of one source, each with what binds it."""
    lines = first.text.split("\n")
    more = [line for line in second.text.split("\n") if line not in lines]
    return msgspec.structs.replace(
        first,
        text="\n".join([*lines, *more]),
        source=first.source or second.source,
        citations=tuple(dict.fromkeys((*first.citations, *second.citations))),
    )


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
    """All a drafter may use; with it a draft needs no checkout, no network and no key.

    Attributes:
        playbook: Without the practices that nothing citable bears out.
        seats: Focus area id to the section that most of its practices belong to first, and the share that does, 0 to
            1; of the whole playbook.
    """

    pack: SpecPack
    context: Context
    research: Research
    template: Template
    playbook: tuple[FocusArea, ...]
    evidence: dict[str, Evidence]
    seats: dict[str, tuple[str, float]] = {}


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
        prompts: Hex SHA-256 of the prompts that a model was asked with; empty where none was.
    """

    sections: tuple[SectionDraft, ...]
    evidence: tuple[Evidence, ...] = ()
    left: tuple[str, ...] = ()
    prompts: str = ""
