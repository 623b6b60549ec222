"""A round of revision in one request: all findings and the whole draft, answered with exact edits.

A model that is shown one section and its findings leaves what was settled wrong in the others, and most findings are
mended by a line. So it is shown all of it once, and the program puts its edits in and checks each section they touch.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from torusnb.drafting.claude.attempts import TOO_MUCH, UNUSABLE, judge_text
from torusnb.drafting.claude.blocks import estimate_tokens
from torusnb.drafting.claude.checking import Fault
from torusnb.drafting.claude.editing import Answer, Applied, Edit, Refused, apply_edits, find_torn, parse_edits
from torusnb.drafting.claude.exchange import EDITS_BOUNDS, Exchange, Talk
from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.held import Held, Mended
from torusnb.drafting.claude.ledger import Entry, parse_entries, split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.reading import count_words
from torusnb.drafting.claude.requests import WRITTEN_TOKENS, Composer, keep_within
from torusnb.drafting.claude.sections import SectionWriter
from torusnb.drafting.claude.tidying import tidy_section
from torusnb.drafting.claude.whole_draft import find_unverified, render_lines, show_draft
from torusnb.errors import ModelError

FINDINGS_TOKENS = 12_000
"""Most tokens (estimated) of the findings that one request shows; sections with others are revised by themselves."""
_MOST_WRONG, _LONGEST_WRONG = 30, 400
_LONGEST_WISH = 600
_TOLERATED = 1.5
"""A section that is longer than it may be by more than this is asked about, by less only told."""
_LENGTH = re.compile(r"\AIt has \d+ (?:words|sentences);")
_NUMBER = re.compile(r"\d+")


@dataclass
class _Wrong:
    """What is wrong with one answer: by section (empty for the whole), with the edits that are not in.

    What is `mild` is told, and not asked about by itself: a section that is a sentence longer settles something.
    """

    said: list[tuple[str, str]] = field(default_factory=list)
    mild: list[tuple[str, str]] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    readable: bool = True

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Put down edits that are not in, and why."""
        for each in refused:
            self.said.append((each.edit.section, each.why))
            self.edits.append(each.edit)


class Mender:
    """Carries out one round.

    Attributes:
        mended: What came of it so far, also when a reply did not come.
    """

    def __init__(self, talk: Talk, composer: Composer, progress: Progress, writer: SectionWriter) -> None:
        self._talk = talk
        self._composer = composer
        self._progress = progress
        self._sections = {section.id: section for section in progress.pack.template.sections}
        self._writer = writer
        self._shown: tuple[str, ...] = ()
        self.mended = Mended()

    def mend(self, held: Sequence[Held]) -> None:
        """Ask for edits, and once more for those that cannot be put in; what they leave is in `mended.alone`.

        Raises:
            ModelError: No complete reply came, for a reason that concerns more than this request.
        """
        self.mended.held = tuple(held)
        draft, self._shown = show_draft(self._progress)
        findings = self._render_findings()
        if not findings:
            return
        exchange = Exchange(self._composer.edits(draft, self._besides(findings), self._talk.tools))
        if not self._converse(exchange, UNUSABLE | TOO_MUCH):
            self._leave(self._shown)
            return
        first = self._take(exchange)
        if not first.said:
            return
        self.mended.lost = first.edits
        self._talk.desk.say(f"revision: asked once more, {len(first.said)} to mend")
        exchange.say("user", self._repair(first), purpose="repair of the revision")
        second = self._take(exchange) if self._converse(exchange, UNUSABLE) else _Wrong(readable=False)
        self._give_up(first, second)

    def _converse(self, exchange: Exchange, bearable: frozenset[str]) -> bool:
        try:
            self._talk.converse(exchange, EDITS_BOUNDS)
        except ModelError as error:
            if error.reason not in bearable:
                raise
            self._talk.desk.say(f"revision: the model gave no usable answer ({error.reason})")
            return False
        return True

    def _render_findings(self) -> str:
        """The findings by section, each with its number; empty without any of a section that is shown."""
        lines: list[str] = []
        room, section, named = FINDINGS_TOKENS, "", False
        for number, each in enumerate(self.mended.held, start=1):
            told = f"{number}. {' '.join(each.said.split())}"
            tokens = estimate_tokens(told)
            if (each.section and each.section not in self._shown) or tokens > room:
                self._leave_one(number)
                continue
            room -= tokens
            if each.section != section or not lines:
                section = each.section
                lines.append(self._titled(section) if section else "the whole document")
            lines.append(told)
            named = named or bool(each.section)
        return "\n".join(lines) if named else ""

    def _besides(self, findings: str) -> tuple[tuple[str, str], ...]:
        progress = self._progress
        shown = [progress.texts[name] for name in self._shown]
        lengths = []
        for name in self._shown:
            most = self._writer.fit_rules(self._sections[name]).words
            lengths.append(f"{self._titled(name)}: {count_words(progress.texts[name])} of at most {most} words")
        return (
            ("how long the sections may be", "\n".join(lengths)),
            ("what it calls unverified", find_unverified(progress.texts)),
            ("the lines that the findings mark", render_lines(progress, [findings], shown)),
            ("findings", findings),
        )

    def _titled(self, section: str) -> str:
        return f"section {section}, {self._sections[section].title}"

    def _take(self, exchange: Exchange) -> _Wrong:
        """Put an answer's edits and decisions into the draft; what is wrong with the others."""
        progress, aliases = self._progress, self._composer.mark.aliases
        progress.learn(exchange.evidence)
        said = "".join(str(block["text"]) for block in exchange.content if block.get("type") == "text")
        said, block = split_fence(self._composer.mark.clean(said), "ledger")
        answer = parse_edits(said) if block is None or said.strip() else Answer()
        wrong = _Wrong([("", why) for why in answer.wrong], readable=answer.readable)
        by_section: dict[str, list[Edit]] = {}
        for edit in answer.edits:
            by_section.setdefault(edit.section, []).append(
                msgspec.structs.replace(edit, old=aliases.expand_all(edit.old))
            )
        taken = [edit for name, edits in by_section.items() for edit in self._edit(name, edits, wrong)]
        self.mended.taken += taken
        self._decide(block, {edit.section for edit in taken}, wrong)
        self._talk.desk.say(f"revision: {_count(taken)} taken, {exchange.calls} look-ups")
        return wrong

    def _edit(self, name: str, edits: list[Edit], wrong: _Wrong) -> tuple[Edit, ...]:
        """Put the edits of one section into it; those that are in it then."""
        if name not in self._shown:
            wrong.refuse(Refused(edit, f"There is no section {name[:40]} that can be edited.") for edit in edits)
            return ()
        progress, section = self._progress, self._sections[name]
        before = progress.texts[name]
        others = {other: text for other, text in progress.texts.items() if other != name}
        applied = apply_edits(before, edits, others)
        wrong.refuse(applied.refused)
        if not applied.taken:
            return ()
        rules = self._writer.fit_rules(section)
        mark = self._composer.mark
        text = mark.aliases.expand(tidy_section(applied.text, section, rules.template, mark))
        known = {_kind(fault) for fault in judge_text(before, rules, self._composer, progress)}
        torn = (Fault(said) for said in find_torn(before, text, self._composer.prompts.holds(section)))
        if text == before:
            return ()
        faults = [*torn, *judge_text(text, rules, self._composer, progress)]
        grave = [fault.text for fault in faults if fault.grave]
        if grave:
            why = f"With its edits: {' '.join(grave)[:_LONGEST_WRONG]} None of them is put in; give all of them again."
            wrong.said.append((name, why))
            wrong.edits += applied.taken
            return ()
        short = count_words(text) <= _TOLERATED * rules.words
        for fault in faults:
            if _kind(fault) not in known:
                (wrong.mild if short and _LENGTH.search(fault.text) else wrong.said).append((name, fault.text))
        return self._keep(applied, text, [fault.text for fault in faults])

    def _keep(self, applied: Applied, text: str, small: list[str]) -> tuple[Edit, ...]:
        name = applied.taken[0].section
        self._progress.texts[name] = text
        self._progress.tell((f"Section {name}: {said}" for said in small), name)
        self._talk.desk.say(f"section {name}: revised by {_count(applied.taken)}")
        return applied.taken

    def _decide(self, block: str | None, edited: set[str], wrong: _Wrong) -> None:
        """Put what a `ledger` block decides into the ledger."""
        progress = self._progress
        if not block:
            return
        block = self._composer.mark.aliases.expand_json(block)
        entries: tuple[Entry, ...] = ()
        try:
            entries = parse_entries(block)
        except msgspec.DecodeError as error:
            wrong.said.append(("", f"The `ledger` block cannot be read: {str(error)[:160]}."))
        wrong.said += [("", said) for said in find_existing(entries, progress.pack.context.code)]
        before = progress.ledger
        told = progress.decide(entries, edited)
        for name in sorted(edited):
            progress.object_to(name, before, lenient=True)
        wrong.said += [("", said) for said in told]
        progress.tell([*progress.left.get("", ()), *told])
        known, now = ((*each.entries, *each.withdrawn) for each in (before, progress.ledger))
        taken = {(entry.kind, entry.name) for entry in now if entry not in known}
        self.mended.settled |= {number for number in _mends_of(block, taken) if 0 < number <= len(self.mended.held)}

    def _repair(self, wrong: _Wrong) -> tuple[dict[str, object], ...]:
        """The turn that asks once more: what is wrong, and the sections it is about as they stand now."""
        told = [*wrong.said, *wrong.mild]
        said = [f"Section {name}: {why}" if name else why for name, why in told]
        shown = [each[:_LONGEST_WRONG] for each in said[:_MOST_WRONG]]
        if len(said) > _MOST_WRONG:
            shown.append(f"And {len(said) - _MOST_WRONG} more of this kind.")
        names = [name for name in self._shown if any(name == at for at, _ in told)]
        now = [(f"section {name} as it stands now", self._progress.texts[name]) for name in names]
        return self._composer.edits_repair(shown, keep_within(now, WRITTEN_TOKENS))

    def _give_up(self, first: _Wrong, second: _Wrong) -> None:
        """Leave the sections whose edits failed twice to a revision of their own."""
        lost = second.edits if second.readable else first.edits
        self.mended.lost = lost
        failed = {edit.section for edit in first.edits} if first.readable else {*self._shown}
        again = {edit.section for edit in second.edits} if second.readable else {*self._shown}
        self._leave([name for name in self._shown if name in failed and name in again], lost)

    def _leave(self, names: Iterable[str], lost: Sequence[Edit] = ()) -> None:
        """Note what is to be mended in some sections by themselves: their findings, and those of lost edits."""
        held = self.mended.held
        for name in names:
            numbers = [n for n, each in enumerate(held, start=1) if each.section == name]
            own = [held[n - 1].said for n in numbers]
            also = [n for edit in lost if edit.section == name for n in self.mended.numbers_of(edit)]
            for each in (held[n - 1] for n in dict.fromkeys(also)):
                if each.section != name:
                    own.append(f"Of section {each.section or 'the whole'}: {each.said}")
            wished = [edit.new or edit.whole for edit in lost if edit.section == name]
            if not own:
                own = [f"It was to say: {' '.join(wish.split())[:_LONGEST_WISH]}" for wish in wished if wish.strip()]
            if own and name in self._progress.texts:
                self.mended.alone[name] = own
                self.mended.told[name] = tuple(numbers)

    def _leave_one(self, number: int) -> None:
        """Note a finding that is not shown, to be mended in its section alone; one of none stays with the review."""
        mended, each = self.mended, self.mended.held[number - 1]
        if each.section in self._progress.texts:
            mended.alone.setdefault(each.section, []).append(each.said)
            mended.told[each.section] = (*mended.told.get(each.section, ()), number)


def _mends_of(block: str, taken: Collection[tuple[str, str]]) -> Iterable[int]:
    """The numbers under `mends` of those entries of a `ledger` block whose kind and name the ledger took."""
    try:
        parts = msgspec.json.decode(block, type=list[dict[str, object]] | dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return ()
    listed = [parts] if isinstance(parts, dict) else parts
    named = (part.get("mends") for part in listed if (str(part.get("kind")), str(part.get("name"))) in taken)
    return tuple(n for each in named if isinstance(each, list) for n in each if type(n) is int)


def _kind(fault: Fault) -> str:
    """A fault without its numbers: a text that is a word longer than it was has no new one."""
    return _NUMBER.sub("#", fault.text)


def _count(edits: Sequence[Edit]) -> str:
    return f"{len(edits)} edit{'' if len(edits) == 1 else 's'}"
