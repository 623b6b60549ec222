"""One section asked for: its text tidied and checked, and asked for once more when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from torusnb.drafting.claude.blocks import Group, read_cited
from torusnb.drafting.claude.checking import Fault, Rules, check_section
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
    """A text as it came, tidied, with what is wrong with it, the names it decides, and the look-ups it took."""

    text: str
    faults: tuple[Fault, ...]
    entries: tuple[Entry, ...] = ()
    lookups: int = 0

    @property
    def grave(self) -> tuple[str, ...]:
        """Why it must not be taken; empty when it may be."""
        return tuple(fault.text for fault in self.faults if fault.grave)

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
        turn = self._composer.repair(task.rules.section, [fault.text for fault in first.faults])
        exchange.say("user", turn, purpose=f"repair of section {task.rules.section.id}")
        try:
            self._talk.converse(exchange, bounds)
        except ModelError as error:
            if error.reason not in UNUSABLE:
                raise
            return first
        second = self._read(task, exchange)
        second = msgspec.structs.replace(second, entries=second.entries or first.entries)
        better = (len(second.grave), len(second.small)) <= (len(first.grave), len(first.small))
        return second if better else first

    def _read(self, task: Task, exchange: Exchange) -> Attempt:
        """The reply's text: citations as markers, the ledger's block apart, tidied and checked."""
        self._progress.learn(exchange.evidence)
        mark, rules = self._composer.mark, task.rules
        cited = read_cited(exchange.content, (*self._composer.shared, *task.groups), mark)
        said, block = split_fence(cited, "ledger")
        text = mark.aliases.expand(tidy_section(said, rules.section, rules.template, mark))
        faults = judge_text(text, rules, self._composer, self._progress)
        entries: tuple[Entry, ...] = ()
        try:
            entries = parse_entries(mark.aliases.expand_json(block)) if block else ()
        except msgspec.DecodeError as error:
            faults = (*faults, Fault(f"The `ledger` block cannot be read: {error}.", grave=False))
        there = find_existing(entries, self._progress.pack.context.code)
        faults = (*faults, *(Fault(said, grave=False) for said in there))
        return Attempt(text, faults, entries, exchange.calls)


def judge_text(text: str, rules: Rules, composer: Composer, progress: Progress) -> tuple[Fault, ...]:
    """All that is wrong with a tidied text of a section, as the draft stands."""
    told = composer.section_prompt(rules.section, rules.words, looking_up=True)
    instructions = (*composer.instructions, told, composer.unanswered)
    stops, found = progress.stops, progress.found
    known = {*progress.usable, *stops.sources}
    checked = check_section(text, rules, known, instructions, composer.mark)
    return (*(Fault(said) for said in check_stopped(text, stops, found)), *checked)
