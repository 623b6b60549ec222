"""One section asked for: its text tidied and checked, and asked for once more when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from torusnb.drafting.claude.blocks import Group, read_cited
from torusnb.drafting.claude.checking import Fault, Rules, check_section
from torusnb.drafting.claude.editing import Answer, apply_edits, find_torn, parse_edits
from torusnb.drafting.claude.exchange import Bounds, Exchange, Talk
from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.ledger import Entry, Ledger, parse_entries, split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import Composer
from torusnb.drafting.claude.stopping import check_stopped
from torusnb.drafting.claude.tidying import tidy_section
from torusnb.errors import ModelError
from torusnb.models.base import Value
from torusnb.models.messages import ModelReply, ModelRequest

UNUSABLE = frozenset({"refused", "cut-short", "window-full", "empty"})
"""Reasons of `ModelError` that concern one answer only: the draft goes on without it."""
TOO_MUCH = frozenset({"too-long", "too-large"})
"""Reasons of `ModelError` for which the sections could be asked for, and all of them together cannot."""
_MOST_EDITED = 8
"""Faults of a text that edits are asked for; with more the whole section is sooner written again."""


@dataclass(frozen=True)
class Task:
    """A section to write or revise.

    Attributes:
        request: What is sent. groups: the evidence shown in it.
        rules: What its text is held to.
        ledger: What was decided when it was asked for; in a batch others decide before its text is taken.
    """

    request: ModelRequest
    groups: tuple[Group, ...]
    rules: Rules
    ledger: Ledger


class Attempt(Value, frozen=True):
    """A text as it came, tidied.

    Attributes:
        text: The text. faults: what is wrong with it and with what it decides.
        entries: The names it decides. undecided: those of its faults that concern these.
        lookups: The look-ups it took.
    """

    text: str
    faults: tuple[Fault, ...]
    entries: tuple[Entry, ...] = ()
    undecided: tuple[Fault, ...] = ()
    lookups: int = 0

    @property
    def grave(self) -> tuple[str, ...]:
        """Why it must not be taken; empty when it may be."""
        return tuple(fault.text for fault in self.faults if fault.grave)

    @property
    def local(self) -> bool:
        """Whether edits can mend all that is wrong with it."""
        return all(fault.local for fault in self.faults) and len(self.faults) <= _MOST_EDITED

    @property
    def small(self) -> tuple[str, ...]:
        """What is to be said against it all the same."""
        return tuple(fault.text for fault in self.faults if not fault.grave)


class Attempts:
    """Carries out tasks with the model."""

    def __init__(self, talk: Talk, composer: Composer, progress: Progress) -> None:
        self._talk = talk
        self._composer = composer
        self._progress = progress

    def afresh(self) -> Attempts | None:
        """The same with the model that answers nothing from a record, where the desk has one."""
        model = self._talk.desk.afresh
        if model is None:
            return None
        talk = Talk(self._talk.desk, model, self._talk.mark)
        talk.tools = self._talk.tools
        return Attempts(talk, self._composer, self._progress)

    def carry_out(self, task: Task, bounds: Bounds, reply: ModelReply | None = None) -> Attempt:
        """The section's text after at most one repair; the better of two.

        Args:
            task: What is asked.
            bounds: What it may look up.
            reply: The first reply, where it is there already.

        Raises:
            ModelError: No complete reply came.
        """
        exchange = Exchange(task.request)
        if reply is None:
            self._talk.converse(exchange, bounds)
        else:
            self._talk.take(exchange, reply, bounds)
        first = self._read(task, exchange)
        if not first.faults:
            return first
        self._talk.desk.say(f"{task.request.purpose}: asked once more, {len(first.faults)} to mend")
        second = self._repair(task, exchange, bounds, first)
        if second is None:
            return first
        better = (len(second.grave), len(second.small)) <= (len(first.grave), len(first.small))
        return second if better else first

    def _repair(self, task: Task, exchange: Exchange, bounds: Bounds, first: Attempt) -> Attempt | None:
        """What came of asking once more, for edits where all that is wrong has its place; None without a usable answer.

        Where the edits cannot be put in, the whole section is asked for. An answer that is the whole section is one.
        """
        section, wrong = task.rules.section, [fault.text for fault in first.faults]
        by_edits = first.local
        while True:
            turn = self._composer.repair(section, wrong, by_edits=by_edits)
            exchange.say("user", turn, purpose=f"repair of section {section.id}")
            try:
                self._talk.converse(exchange, bounds)
            except ModelError as error:
                if error.reason not in UNUSABLE:
                    raise
                return None
            if not by_edits or not _holds_edits(exchange, section.id):
                return self._read(task, exchange, first)
            edited, lost = self._edit(task, exchange, first)
            if edited is not None:
                return edited
            self._talk.desk.say(f"{task.request.purpose}: asked for the whole section, {len(lost)} edits lost")
            by_edits, wrong = False, [*wrong, *lost]

    def _edit(self, task: Task, exchange: Exchange, first: Attempt) -> tuple[Attempt | None, tuple[str, ...]]:
        """The first text with the edits of a reply; or None, and why they cannot be put in."""
        self._progress.learn(exchange.evidence)
        mark, rules = self._composer.mark, task.rules
        said, block = split_fence(mark.clean(_text_of(exchange)), "ledger")
        answer = parse_edits(said, rules.section.id) if said.strip() else Answer()
        edits = [msgspec.structs.replace(edit, old=mark.aliases.expand_all(edit.old)) for edit in answer.edits]
        applied = apply_edits(first.text, edits, {})
        text = mark.aliases.expand(tidy_section(applied.text, rules.section, rules.template, mark))
        torn = find_torn(first.text, text, self._composer.prompts.holds(rules.section))
        lost = (*answer.wrong, *(refused.why for refused in applied.refused), *torn)
        return (None if lost else self._judge(task, text, block, exchange.calls, first)), lost

    def _read(self, task: Task, exchange: Exchange, first: Attempt | None = None) -> Attempt:
        """The reply's text: citations as markers, the ledger's block apart, tidied and checked."""
        self._progress.learn(exchange.evidence)
        mark, rules = self._composer.mark, task.rules
        cited = read_cited(exchange.content, (*self._composer.shared, *task.groups), mark)
        said, block = split_fence(cited, "ledger")
        text = mark.aliases.expand(tidy_section(said, rules.section, rules.template, mark))
        return self._judge(task, text, block, exchange.calls, first)

    def _judge(self, task: Task, text: str, block: str | None, calls: int, first: Attempt | None) -> Attempt:
        """A tidied text with its faults; without a `ledger` block what the first text decided holds, and its faults."""
        faults = judge_text(text, task.rules, self._composer, self._progress)
        if first is not None and not (block or "").strip():
            return Attempt(text, (*faults, *first.undecided), first.entries, first.undecided, calls)
        entries: tuple[Entry, ...] = ()
        said: list[str] = []
        try:
            entries = parse_entries(self._composer.mark.aliases.expand_json(block)) if block else ()
        except msgspec.DecodeError as error:
            said.append(f"The `ledger` block cannot be read: {error}.")
        said += find_existing(entries, self._progress.pack.context.code)
        undecided = tuple(Fault(each, grave=False, local=True) for each in said)
        return Attempt(text, (*faults, *undecided), entries, undecided, calls)


def _text_of(exchange: Exchange) -> str:
    return "".join(str(block["text"]) for block in exchange.content if block.get("type") == "text")


def _holds_edits(exchange: Exchange, section: str) -> bool:
    """Whether a reply holds a list of edits, readable or not, instead of a section; a `ledger` block alone edits none.

    JSON below words of a section is an example of it, unless it says what is to be replaced.
    """
    said, block = split_fence(_text_of(exchange), "ledger")
    if not said.strip():
        return block is not None
    if split_fence(said, "edits")[1] is not None:
        return True
    answer, beside = parse_edits(said, section), split_fence(said, "json")[0].strip()
    return answer.readable and (said.strip() == beside or not beside or any(e.old or e.whole for e in answer.edits))


def judge_text(text: str, rules: Rules, composer: Composer, progress: Progress) -> tuple[Fault, ...]:
    """All that is wrong with a tidied text of a section, as the draft stands."""
    told = composer.section_prompt(rules.section, rules.words, looking_up=True)
    instructions = (*composer.instructions, told, composer.unanswered)
    stops, found = progress.stops, progress.found
    known = {*progress.usable, *stops.sources}
    checked = check_section(text, rules, known, instructions, composer.mark)
    return (*(Fault(said, local=True) for said in check_stopped(text, stops, found)), *checked)
