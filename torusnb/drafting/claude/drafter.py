"""The drafter that asks Claude: the approach, the sections in their order, the review's rounds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE
from torusnb.drafting.claude.choosing import count_tokens
from torusnb.drafting.claude.deciding import decide_approach, list_material
from torusnb.drafting.claude.exchange import (
    MOST_LOOKUPS,
    MOST_LOOKUPS_FOR_APPROACH,
    MOST_LOOKUPS_FOR_EDITS,
    MOST_LOOKUPS_FOR_READING,
    Talk,
)
from torusnb.drafting.claude.foreseeing import list_courses
from torusnb.drafting.claude.mending import Mender
from torusnb.drafting.claude.order import Wave, design_section, plan_waves
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.prompts import load_prompts
from torusnb.drafting.claude.reached import foresee_reach
from torusnb.drafting.claude.reading_ahead import read_ahead
from torusnb.drafting.claude.requests import Composer
from torusnb.drafting.claude.revising import revise_draft
from torusnb.drafting.claude.second_reading import read_again
from torusnb.drafting.claude.sections import SectionWriter
from torusnb.drafting.claude.stopping import find_stops
from torusnb.drafting.drafters import Desk
from torusnb.drafting.offline.drafter import draft_texts
from torusnb.drafting.unanswered import Unanswered, note_stops, stopped_sections
from torusnb.errors import ModelError, ParameterError
from torusnb.models.base import fingerprint
from torusnb.models.design import Drafting, EvidencePack
from torusnb.models.messages import ModelReply
from torusnb.models.planned import Course, Planned


class ClaudeDrafter:
    """Drafts with a model, from the offline draft and the evidence; every request follows from them and the replies.

    So with a model that answers from a record, a second run asks nobody and gives the same bytes, and a run that was
    interrupted asks only for what is missing.
    """

    name = "claude"
    deterministic = False

    def __init__(self, desk: Desk) -> None:
        """A drafter at a desk.

        Raises:
            ParameterError: The desk has no model.
            TemplateError: A prompt file does not hold together.
        """
        if desk.model is None:
            raise ParameterError("the drafter claude needs a model; give a key, or choose offline", key="drafter")
        self._desk = desk
        self._model = desk.model
        self._prompts = load_prompts(desk.prompts)

    def identify(self) -> str:
        """A digest of the model's name, the prompts, the rounds, and whether batches are sent."""
        return fingerprint(self._desk.model_name, self._prompts.digest, self._desk.rounds, self._desk.batches)

    def draft_all(self, pack: EvidencePack) -> Drafting:
        """A text for each section of the template; a section whose text could not be taken is the offline one.

        So is one that depends on unanswered questions alone: nothing is asked of the model for it.

        Raises:
            ModelError: No complete reply came. What was replied is on record; the sections that are finished are said.
        """
        talk, composer, progress = self._begin(pack)
        writer = SectionWriter(talk, composer, progress)
        stopped = stopped_sections(pack)
        self._tell_stopped(stopped, progress)
        self._desk.say(f"evidence: about {count_tokens(composer.shared):,} tokens shared by all requests")
        try:
            self._decide(talk, composer, progress)
            for wave in _waves(pack, stopped):
                self._write(wave, writer)
            revise_draft(
                self._desk,
                progress,
                writer,
                lambda: Mender(talk, composer, progress, writer),
                lambda: self._read_again(talk, composer, progress),
            )
        except ModelError:
            done = ", ".join(progress.texts) or "none"
            self._desk.say(f"stopped; sections finished and on record: {done}. Run again to go on from there.")
            raise
        return msgspec.structs.replace(progress.drafting(), prompts=self._prompts.digest)

    def _read_again(self, talk: Talk, composer: Composer, progress: Progress) -> None:
        """A reading of the whole draft; a budget that is spent ends it, not the draft."""
        try:
            read_again(talk, composer, progress)
        except ModelError as error:
            if error.reason != "over-budget":
                raise
            progress.tell(["The budget was spent before the whole draft was read again.", *progress.left.get("", ())])

    def foresee(self, pack: EvidencePack) -> tuple[Planned, ...]:
        """The requests for the approach, for what it reaches and for each section, without look-ups and revisions.

        For a preflight: the first is sent just so, with what is read ahead of it, which is on record from then on. The
        others carry the approach and what is written by then, so in truth they are longer. Nothing is said of it.
        """
        talk, composer, progress = self._begin(pack)
        quiet = Talk(replace(self._desk, say=lambda _: None), self._model, composer.mark)
        read_ahead(quiet, composer, progress)
        writer = SectionWriter(talk, composer, progress)
        first = composer.approach(talk.tools, list_material(talk, progress))
        planned = [Planned(first, MOST_LOOKUPS_FOR_APPROACH * bool(talk.tools), revisable=False)]
        if talk.tools:
            planned.append(Planned(foresee_reach(planned[0].request, composer), MOST_LOOKUPS, revisable=False))
        for wave in _waves(pack, stopped_sections(pack)):
            batched = self._desk.batches and len(wave) > 1
            lookups = MOST_LOOKUPS if talk.tools and not batched else 0
            for section in wave:
                request = writer.prepare(section, looking_up=not batched).request
                planned.append(Planned(request, lookups, batched=batched, when_revised=MOST_LOOKUPS * bool(talk.tools)))
        if self._desk.rounds and self._desk.review is not None:
            planned += _foresee_rounds(composer, progress, talk)
        return tuple(planned)

    def courses(self) -> tuple[Course, ...]:
        """How the work on them may go: the least, the likely, the most."""
        return list_courses(self._desk.rounds)

    def _begin(self, pack: EvidencePack) -> tuple[Talk, Composer, Progress]:
        composer = Composer(pack, self._prompts, self._desk.model_name, native=self._model.native)
        progress = Progress(
            pack,
            draft_texts(pack),
            design=design_section(pack.template),
            stops=find_stops(pack),
            notes=note_stops(pack),
        )
        return Talk(self._desk, self._model, composer.mark), composer, progress

    def _tell_stopped(self, stopped: dict[str, tuple[Unanswered, ...]], progress: Progress) -> None:
        """Say which sections wait for an answer, and put each on the list of what is left."""
        for section, waiting in stopped.items():
            names = ", ".join(f"{each.question.id} (no answer from {each.who})" for each in waiting)
            told = (
                f"Section {section} is the offline draft and was not asked of the model, because it depends on "
                f"questions that research left unanswered: {names}. Ask again online, or add a source; the next run "
                "then drafts it."
            )
            progress.tell([told], section)
            self._desk.say(told)

    def _decide(self, talk: Talk, composer: Composer, progress: Progress) -> None:
        """The approach; a model that takes no tools is asked again without, and so is every section."""
        try:
            decide_approach(talk, composer, progress)
        except ModelError as error:
            if error.reason != "no-tools" or not talk.tools:
                raise
            talk.tools = ()
            self._desk.say("this model takes no tools: the draft goes on without look-ups")
            decide_approach(talk, composer, progress)

    def _write(self, wave: Wave, writer: SectionWriter) -> None:
        """The sections of a wave: one after the other, or sent together where batches are wanted."""
        if not self._desk.batches or len(wave) == 1:
            for section in wave:
                writer.write(writer.prepare(section, looking_up=True))
            return
        tasks = [writer.prepare(section, looking_up=False) for section in wave]
        self._desk.say(f"batch: sections {', '.join(section.id for section in wave)}")
        replies: tuple[ModelReply | None, ...]
        try:
            replies = self._model.reply_all([task.request for task in tasks])
        except ModelError as error:
            if error.reason not in UNUSABLE:
                raise
            replies = (None,) * len(tasks)  # they are on record; what failed is told for its own section
        for task, reply in zip(tasks, replies, strict=True):
            writer.write(task, reply)


def _waves(pack: EvidencePack, stopped: Collection[str]) -> tuple[Wave, ...]:
    """What is asked of the model, in waves; a section that is stopped is in none."""
    waves = (tuple(s for s in wave if s.id not in stopped) for wave in plan_waves(pack.template))
    return tuple(wave for wave in waves if wave)


def _foresee_rounds(composer: Composer, progress: Progress, talk: Talk) -> tuple[Planned, Planned]:
    """The reading of the whole draft and the edits that follow from it."""
    draft = [(f"section {section}", text) for section, text in progress.offline.items()]
    reading, edits = composer.reading(draft, (), talk.tools), composer.edits(draft, (), talk.tools)
    lookups = MOST_LOOKUPS_FOR_READING * bool(talk.tools), MOST_LOOKUPS_FOR_EDITS * bool(talk.tools)
    return (
        Planned(reading, lookups[0], when_revised=lookups[0], each_round=True),
        Planned(edits, lookups[1], when_revised=lookups[1], each_round=True, first=False),
    )
