"""Writing and revising sections: what each is shown, and what becomes of its text."""

from __future__ import annotations

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE, Attempt, Attempts, Task
from torusnb.drafting.claude.blocks import Group
from torusnb.drafting.claude.checking import Rules, make_rules
from torusnb.drafting.claude.choosing import choose_for_section
from torusnb.drafting.claude.exchange import SECTION_BOUNDS, Bounds, Talk
from torusnb.drafting.claude.lengths import words_for
from torusnb.drafting.claude.offline_draft import keep_what_is_new
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import ALL_WRITTEN_TOKENS, WRITTEN_TOKENS, Composer, keep_within
from torusnb.drafting.playbook import applicable_practices
from torusnb.drafting.signals import detect_signals
from torusnb.errors import ModelError
from torusnb.models.design import TemplateSection
from torusnb.models.messages import ModelReply

_ALONE = Bounds(calls=0, tokens=0)
_AGAIN = (
    "What the model answered is on record and stands; other evidence, prompts or another model make a new request, and "
    "`--again` (`session.draft(again=True)`) asks the same once more, and the sections behind it anew."
)


class SectionWriter:
    """Writes and revises the sections of one draft."""

    def __init__(self, talk: Talk, composer: Composer, progress: Progress) -> None:
        self._talk = talk
        self._composer = composer
        self._progress = progress
        self._attempts = Attempts(talk, composer, progress)
        self._rules = make_rules(progress.pack, progress.offline)
        self._signals = detect_signals(progress.pack.pack, progress.pack.context)

    def prepare(self, section: TemplateSection, *, looking_up: bool) -> Task:
        """The task for a section, from what is decided and written so far."""
        offline = keep_what_is_new(self._progress.offline[section.id], self._progress.pack)
        material = (
            *self._material(section),
            (f"draft of section {section.id} by a program", offline),
        )
        rules = self.fit_rules(section)
        groups = self._groups(section, offline)
        tools = self._talk.tools if looking_up else ()
        request = self._composer.section(section, material, groups, rules.words, tools)
        return Task(request, groups, rules, self._progress.ledger)

    def write(self, task: Task, reply: ModelReply | None = None) -> None:
        """Write a section, or go on from the reply that is there already (no look-ups then).

        A text that cannot be taken after one repair leaves the section to the offline draft, and that is told.

        Raises:
            ModelError: No complete reply came, for a reason that concerns more than this section.
        """
        section = task.rules.section
        self._talk.desk.say(f"section {section.id} {section.title}: writing")
        if reply is not None:
            self._talk.desk.on_text(reply.text)
        attempt, why = self._attempt(self._attempts, task, reply)
        afresh = self._attempts.afresh() if why else None
        if afresh is not None:
            self._talk.desk.say(f"section {section.id}: asked afresh, because {why}")
            attempt, why = self._attempt(afresh, task, None)
        if attempt is None or why:
            self._fall_back(section, why)
        else:
            self._take(task, attempt, "drafted")

    def _attempt(self, attempts: Attempts, task: Task, reply: ModelReply | None) -> tuple[Attempt | None, str]:
        """What came of a task, and why it cannot be taken; empty when it can."""
        bounds = SECTION_BOUNDS if task.request.tools else _ALONE
        try:
            attempt = attempts.carry_out(task, bounds, reply)
        except ModelError as error:
            if error.reason not in UNUSABLE:
                raise
            return None, f"the model gave no usable answer ({error.reason})."
        return attempt, " ".join(attempt.grave)

    def revise(self, section: TemplateSection, findings: tuple[str, ...]) -> bool:
        """Revise a section for findings; whether it has a new text. One that cannot be taken changes nothing.

        Raises:
            ModelError: As in `write`.
        """
        now = self._progress.texts[section.id]
        material = (
            *self._material(section),
            (f"section {section.id} as it stands", now),
            ("findings", "\n".join(f"- {finding}" for finding in findings)),
        )
        rules = self.fit_rules(section)
        groups = self._groups(section, now)
        request = self._composer.revision(section, material, groups, rules.words, self._talk.tools)
        task = Task(request, groups, rules, self._progress.ledger)
        try:
            attempt = self._attempts.carry_out(task, SECTION_BOUNDS)
        except ModelError as error:
            if error.reason not in UNUSABLE:
                raise
            return False
        if attempt.grave or attempt.text == now:
            self._talk.desk.say(f"section {section.id}: the revision was not taken")
            return False
        self._take(task, attempt, "revised")
        return True

    def _take(self, task: Task, attempt: Attempt, done: str) -> None:
        progress, section = self._progress, task.rules.section
        progress.texts[section.id] = attempt.text
        progress.object_to(section.id, task.ledger)
        told = progress.decide(attempt.entries, (section.id,))
        progress.tell((f"Section {section.id}: {said}" for said in (*attempt.small, *told)), section.id)
        self._talk.desk.say(f"section {section.id}: {done}, {attempt.lookups} look-ups")

    def _fall_back(self, section: TemplateSection, why: str) -> None:
        told = f"Section {section.id} is the offline draft, because the model's text could not be taken: {why} {_AGAIN}"
        self._progress.tell([told], section.id)
        self._talk.desk.say(told)

    def fit_rules(self, section: TemplateSection) -> Rules:
        """What the section is held to, its length fitted to what is decided for it."""
        rules = self._rules[section.id]
        return msgspec.structs.replace(rules, words=words_for(section, self._progress.ledger, rules.words))

    def _groups(self, section: TemplateSection, text: str) -> tuple[Group, ...]:
        progress = self._progress
        decided = " ".join(f"[@{key}]" for entry in progress.ledger.entries for key in entry.keys)
        texts = (text, decided, *progress.texts.values())
        practices = applicable_practices(progress.pack.playbook, self._signals, section.id)
        return choose_for_section(
            progress.pack, practices, texts, progress.found, self._composer.shared, self._composer.shown
        )

    def _material(self, section: TemplateSection) -> tuple[tuple[str, str], ...]:
        """The approach, the ledger, its names at home here, and finished sections as far as there is room.

        Of these the design comes first, then what was written last.
        """
        progress = self._progress
        summary = progress.pack.template.sections[0].id == section.id
        design = [key for key in progress.texts if key.startswith(f"{progress.design}.")]
        others = [key for key in reversed(progress.texts) if key not in design]
        if summary or section.id == progress.design:
            others.reverse()
        written = [(f"section {key}, written", progress.texts[key]) for key in (*design, *others) if key != section.id]
        room = ALL_WRITTEN_TOKENS if summary else WRITTEN_TOKENS
        return (
            ("the approach", progress.approach),
            ("the ledger", progress.ledger.render()),
            ("decided names at home in this section", progress.list_home(section)),
            *keep_within(written, room),
        )
