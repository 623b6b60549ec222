"""The requests of a draft: a prefix that all share, then what one step needs. The same state gives the same request."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from torusnb.drafting.claude.blocks import Group, Mark, estimate_tokens, files_of, render_groups, text_block
from torusnb.drafting.claude.choosing import choose_shared
from torusnb.drafting.claude.exchange import (
    MOST_LOOKUPS,
    MOST_LOOKUPS_FOR_APPROACH,
    MOST_LOOKUPS_FOR_EDITS,
    MOST_LOOKUPS_FOR_READING,
    tell_unshown,
)
from torusnb.drafting.claude.homes import find_homes
from torusnb.drafting.claude.keeping import ONLY_DECIDED, keep_decided
from torusnb.drafting.claude.ledger import KINDS, STANDINGS
from torusnb.drafting.claude.order import design_section
from torusnb.drafting.claude.prompts import Prompts
from torusnb.drafting.claude.stopping import find_stops, render_stops
from torusnb.models.design import EvidencePack, Template, TemplateSection
from torusnb.models.messages import Json, ModelRequest

APPROACH_OUTPUT = 12_000
"""Most tokens of the approach; a model's thinking counts too."""
SECTION_OUTPUT = 8_000
"""Most tokens of a section, at least; one that must name many ids may have more."""
WRITTEN_TOKENS = 12_000
"""Most tokens (estimated) of finished sections that a section is shown."""
ALL_WRITTEN_TOKENS = 2 * WRITTEN_TOKENS
"""Likewise of those that the summary is shown."""
LINES_TOKENS = 8_000
"""Most tokens (estimated) of the marked lines of code that a second reading is shown beside the draft."""
EDITS_OUTPUT = 16_000
"""Most tokens of the edits of a round of revision."""
MOST_FAULTS = 12
"""Faults that a second reading may tell; the rest is left out."""
READ_TOKENS = 48_000
"""Most tokens (estimated) of what was read for the approach, which every section is shown again; an endpoint without
caching gets half of it."""
_TOKENS_A_WORD = 4
_SHOWN_LINE = re.compile(r"^(?P<key>\S{1,400}:\d+) \|", re.MULTILINE)
"""A line of code in an answer of the tool that shows code, with its key."""


class Composer:
    """Makes requests for one pack.

    Attributes:
        mark: Begins each record. shared: The evidence of every request.
        instructions: The prompts that are sent with every request, for the check on echoes.
        unanswered: What is asked where questions are unanswered; empty where none is.
        read: Blocks of what was read for the approach.
        shown: Keys of the lines of code that stand in them.
    """

    def __init__(self, pack: EvidencePack, prompts: Prompts, model: str, *, native: bool) -> None:
        self.pack = pack
        self.prompts = prompts
        self.mark = Mark(pack)
        self.shared = choose_shared(pack)
        self._model = model
        self._native = native
        self._homes = _name_homes(pack.template)
        areas = "\n".join(f"- **{area.title}**: {area.asks}" for area in pack.playbook)
        self.instructions = (
            prompts.fill("role", mark=self.mark.text),
            prompts.fill("guardrails"),
            prompts.fill("focus", areas=areas),
        )
        stops = find_stops(pack)
        self._stopped = render_stops(stops)
        self.unanswered = prompts.fill("unanswered") if stops.questions else ""
        self._prefix = render_groups(self.shared, self.mark, native=native, cached=native)
        self._told = files_of(self.shared, self.mark)
        self.read: tuple[Json, ...] = ()
        self.shown: frozenset[str] = frozenset()

    def keep_read(
        self, read: Sequence[tuple[str, str]], cited: Iterable[str] = (), guessed: Collection[tuple[str, str]] = ()
    ) -> None:
        """Show what was asked and what it gave in every request from now on, each once, as far as there is room.

        Args:
            read: Questions and answers as shown, in their order, which is kept.
            cited: Keys of what was decided; answers that hold most of them go first where room is short, and of one for
                which there is none the lines and passages that bear such a key are shown all the same.
            guessed: Those of `read` that nobody asked for. One that shows no file of `cited` is not shown again, unless
                nothing is cited: the model saw it before it decided.
        """
        keys = [self.mark.aliases.short(key) for key in cited]
        decided = self.mark.aliases.files_in(" ".join(keys)).keys()
        once = tuple(dict.fromkeys(read))
        wanted = [each for each in once if each not in guessed or self._shows_one(each[1], decided)]
        kept = keep_decided(wanted, keys, READ_TOKENS if self._native else READ_TOKENS // 2)
        self.shown = frozenset(
            self.mark.aliases.full(line["key"])
            for _, said in kept
            for line in _SHOWN_LINE.finditer(self.mark.clean(said))
        )
        shown = [self.mark.enclose(f"read in the code: {asked}", said) for asked, said in kept]
        unshown = tell_unshown(once, [(asked.removesuffix(ONLY_DECIDED), said) for asked, said in kept])
        if unshown:
            shown.append(self.mark.enclose("read and not shown again", unshown))
        self.read = tuple(map(text_block, shown))
        if self.read and self._native:
            self.read = (*self.read[:-1], {**self.read[-1], "cache_control": {"type": "ephemeral"}})

    def _shows_one(self, said: str, files: Collection[str]) -> bool:
        """Whether an answer shows one of the files, by their numbers; also where there is none to look for."""
        return not files or any(file in files for file in self.mark.aliases.files_in(said))

    def approach(self, tools: tuple[Json, ...], material: Iterable[tuple[str, str]] = ()) -> ModelRequest:
        """The request for the approach; `material` holds title and text of what a program found out besides."""
        told = self.prompts.fill(
            "approach",
            sections=", ".join(f"{s.id} {s.title}" for s in self.pack.template.sections),
            lookups=MOST_LOOKUPS_FOR_APPROACH if tools else 0,
            kinds=", ".join(f"`{kind}`" for kind in KINDS),
            standings=", ".join(f"`{standing}`" for standing in STANDINGS),
        )
        return self._request("approach", (), material, told, tools, APPROACH_OUTPUT)

    def section(
        self,
        section: TemplateSection,
        material: Iterable[tuple[str, str]],
        groups: Iterable[Group],
        words: int,
        tools: tuple[Json, ...],
    ) -> ModelRequest:
        """The request for a section.

        Args:
            section: The section.
            material: Title and text of what it starts from and must agree with.
            groups: Evidence for it besides the shared.
            words: Most words it may have.
            tools: What may be looked up.
        """
        told = self.section_prompt(section, words, looking_up=bool(tools))
        return self._request(f"section {section.id}", groups, material, told, tools, _output(words))

    def revision(
        self,
        section: TemplateSection,
        material: Iterable[tuple[str, str]],
        groups: Iterable[Group],
        words: int,
        tools: tuple[Json, ...],
    ) -> ModelRequest:
        """The request to revise a section; `material` holds its text and the findings."""
        told = self.prompts.fill("revision", **self._about(section, words))
        return self._request(f"revision of {section.id}", groups, material, told, tools, _output(words))

    def reading(
        self, draft: Iterable[tuple[str, str]], besides: Iterable[tuple[str, str]], tools: tuple[Json, ...]
    ) -> ModelRequest:
        """The request to read the whole draft; the round of revision behind it finds the `draft` in the cache."""
        told = self.prompts.fill("reading", lookups=MOST_LOOKUPS_FOR_READING if tools else 0, most=MOST_FAULTS)
        return self._request("second reading", (), besides, told, tools, SECTION_OUTPUT, draft)

    def edits(
        self, draft: Iterable[tuple[str, str]], besides: Iterable[tuple[str, str]], tools: tuple[Json, ...]
    ) -> ModelRequest:
        """The request for the edits of a round; `besides` holds the findings."""
        told = self.prompts.fill("edits", lookups=MOST_LOOKUPS_FOR_EDITS if tools else 0)
        return self._request("revision of the draft", (), besides, told, tools, EDITS_OUTPUT, draft)

    def edits_repair(self, faults: Iterable[str], sections: Iterable[tuple[str, str]]) -> tuple[Json, ...]:
        """The turn that asks for edits once more, with what is wrong and the sections as they stand now."""
        wrong = self.mark.enclose("what is wrong", "\n".join(f"- {fault}" for fault in faults))
        now = (self.mark.enclose(title, text) for title, text in sections)
        return tuple(map(text_block, (wrong, *now, self.prompts.fill("edits_repair"))))

    def section_prompt(self, section: TemplateSection, words: int, *, looking_up: bool) -> str:
        """What a section's request asks for, in words."""
        about = self._about(section, words)
        return self.prompts.fill("section", **about, lookups=MOST_LOOKUPS if looking_up else 0)

    def repair(self, section: TemplateSection, faults: Iterable[str], *, by_edits: bool = False) -> tuple[Json, ...]:
        """The turn that asks for a section once more, or for edits of it, with what is wrong."""
        wrong = self.mark.enclose("what is wrong", "\n".join(f"- {fault}" for fault in faults))
        name = "repair_edits" if by_edits else "repair"
        return (text_block(wrong), text_block(self.prompts.fill(name, id=section.id, title=section.title)))

    def approach_repair(self, faults: Iterable[str]) -> tuple[Json, ...]:
        """The turn that asks for the approach once more."""
        wrong = self.mark.enclose("what is wrong", "\n".join(f"- {fault}" for fault in faults))
        return (text_block(wrong), text_block(self.prompts.fill("approach_repair")))

    def reached(self, material: Iterable[tuple[str, str]]) -> tuple[Json, ...]:
        """The turn that puts what the decided names reach to the model; `material` holds it."""
        enclosed = [self.mark.enclose(title, text) for title, text in material if text.strip()]
        told = self.prompts.fill("reached", lookups=MOST_LOOKUPS)
        return tuple(map(text_block, (*enclosed, told)))

    def _about(self, section: TemplateSection, words: int) -> dict[str, str]:
        return {
            "id": section.id,
            "title": section.title,
            "guidance": section.guidance or section.title,
            "holds": self.prompts.holds(section),
            "length": _length(section, words),
            "home": self._homes.get(section.id, "none"),
        }

    def _request(
        self,
        purpose: str,
        groups: Iterable[Group],
        material: Iterable[tuple[str, str]],
        told: str,
        tools: tuple[Json, ...],
        output: int,
        draft: Iterable[tuple[str, str]] = (),
    ) -> ModelRequest:
        """A request; a `draft` stands before the material, and the last cache breakpoint behind it."""
        besides = tuple(groups)
        shown = render_groups(besides, self.mark, native=self._native, told=self._told)
        known = {*self._told, *files_of(besides, self.mark)}
        first = self._enclose(draft, known)
        stopped = (("unanswered questions", self._stopped),)
        enclosed = self._enclose((*stopped, *material), known)
        content = [*self._prefix, *self.read, *shown, *first, *enclosed, text_block(_joined(told, self.unanswered))]
        if self._native and (tools or first):
            last = len(content) - 1 - (1 + len(enclosed) if first else 0)
            content[last] = {**content[last], "cache_control": {"type": "ephemeral"}}
        return ModelRequest(
            purpose=purpose,
            model=self._model,
            max_tokens=output,
            system=(text_block("\n\n".join(self.instructions)),),
            messages=({"role": "user", "content": content},),
            tools=tools,
        )

    def _enclose(self, texts: Iterable[tuple[str, str]], known: set[str]) -> list[Json]:
        """Blocks for some texts, before them the files that their short keys name; those are `known` then."""
        enclosed = [self.mark.enclose(title, text) for title, text in texts if text.strip()]
        named = self.mark.aliases.files_in("\n".join(enclosed)).items()
        files = "\n".join(f"{file} = {path}" for file, path in named if file not in known)
        known.update(file for file, _ in named)
        if files:
            enclosed.insert(0, self.mark.enclose("files", files))
        return [*map(text_block, enclosed)]


def keep_within(texts: Iterable[tuple[str, str]], tokens: int) -> tuple[tuple[str, str], ...]:
    """The first texts that fit; one that does not fit is passed over."""
    kept = []
    for title, text in texts:
        size = estimate_tokens(text)
        if size <= tokens:
            tokens -= size
            kept.append((title, text))
    return tuple(kept)


def _name_homes(template: Template) -> dict[str, str]:
    """For each section that is home to decided names, the kinds of them, in words."""
    design = design_section(template)
    homes = find_homes(template, design)
    kinds: dict[str, list[str]] = {}
    for kind in KINDS:
        kinds.setdefault(homes.get(kind, design), []).append(f"`{kind}`")
    named = {section: ", ".join(each) for section, each in kinds.items()}
    parts = (
        {
            part.id: f"{named[design]} (put below section {design}, of which this is a part)"
            for part in template.children(design)
        }
        if design in named
        else {}
    )
    return {**parts, **named}


def _joined(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _output(words: int) -> int:
    return max(SECTION_OUTPUT, _TOKENS_A_WORD * words)


def _length(section: TemplateSection, words: int) -> str:
    if section.least_sentences and section.most_sentences:
        return f"{section.least_sentences} to {section.most_sentences} sentences, at most {words} words."
    return f"At most {words} words, markers and code blocks not counted; fewer where fewer say it."
