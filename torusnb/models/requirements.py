"""What a spec pack asks for: requirements, criteria, numbers, goals, risks, questions."""

from __future__ import annotations

import itertools
import re
from urllib.parse import quote

from torusnb.models.base import Place, Problem, Stamp, Value


class Requirement(Value, frozen=True):
    """A functional requirement.

    Attributes:
        id: As written, normalised only in case and dash (`FR-001`; `FR1` stays `FR1`).
        text: The statement, one paragraph, Markdown emphasis kept.
        place: Where its statement begins; where a later part of the PRD gives it new words, those.
        title: A short title where the source gives one apart from the text.
        priority: As written (`P0`, `must`), or empty.
        status: As written, or empty.
        also: Other places that state the same id.
        derived: True when the pack gives no ids and torusnb numbered a statement itself.
        before: Its earlier words, which a later part of the PRD replaced, in their order.
    """

    id: str
    text: str
    place: Place
    title: str = ""
    priority: str = ""
    status: str = ""
    also: tuple[Place, ...] = ()
    derived: bool = False
    before: tuple[Statement, ...] = ()


class AcceptanceCriterion(Value, frozen=True):
    """A testable criterion.

    Attributes:
        requirements: Ids of the requirements the text or the nesting links it to.
        given, when, then: Its parts where the text has that form; otherwise empty.
        verification: How it is to be verified, as written.
        proofs: Paths of files that the pack names as its proof, in its order; code, tests and documents alike.
        before: Its earlier words, which a later part of the PRD replaced, in their order.
    """

    id: str
    text: str
    place: Place
    requirements: tuple[str, ...] = ()
    given: str = ""
    when: str = ""
    then: str = ""
    status: str = ""
    verification: str = ""
    also: tuple[Place, ...] = ()
    derived: bool = False
    proofs: tuple[str, ...] = ()
    before: tuple[Statement, ...] = ()


class Quantity(Value, frozen=True):
    """A number with its unit, as a target or a limit.

    Attributes:
        text: The words it was read from, verbatim (`p95 <= 100ms`).
        value: The number.
        unit: `ms`, `s`, `min`, `h`, `d`, `%`, `rps`, `MB`, `rows`, `users`, … or empty.
        comparison: `<=`, `<`, `>=`, `>`, `=`, or empty when the text does not say.
        statistic: `p50`, `p95`, `p99`, `average`, `max` …, or empty.
    """

    text: str
    value: float
    unit: str = ""
    comparison: str = ""
    statistic: str = ""


class NonFunctional(Value, frozen=True):
    """A non-functional requirement, with its numbers.

    Attributes:
        id: As written (`NFR1`, `PERF-001`), or empty when the pack gives none.
        area: The label it stands under (`Performance`, `Security & Privacy`), or empty.
        epic_id: The id that the epic's document gives it, where it is the epic's. It is told, and is no id of the pack:
            nothing asks for it, and the feature may have the same.
        general: Whether it is an epic's that speaks too few of the feature's words to be about it: it decides nothing.
    """

    id: str
    area: str
    text: str
    place: Place
    quantities: tuple[Quantity, ...] = ()
    epic_id: str = ""
    general: bool = False

    @property
    def label(self) -> str:
        """What a list names it by: its id, else its area, behind the epic's id where it has one."""
        return self.id or f"{self.epic_id} {self.area}".strip()


_ASKS = re.compile(
    r"\W*(?:what|which|who|when|where|why|how|whether|if|should|shall|do|does|is|are|can|could|will|would|must|may|any|"
    r"confirm|decide|determine|clarify|define|choose|identify|investigate|agree|exact|naming|name)\b",
    re.IGNORECASE,
)


class Statement(Value, frozen=True):
    """One statement of a PRD; `label` is the bold or colon-led word it begins with, or the sub-heading."""

    text: str
    place: Place
    label: str = ""

    @property
    def asks(self) -> bool:
        """Whether it asks something: it has a question's mark, or begins like a question or a task to settle."""
        return "?" in self.text or _ASKS.match(self.text) is not None


class Risk(Value, frozen=True):
    """A risk the pack names, with its mitigation where it gives one."""

    text: str
    place: Place
    mitigation: str = ""


class Mention(Value, frozen=True):
    """A name of code that the pack uses.

    Attributes:
        kind: `module` (`Oli.Delivery.Sections`), `path` (`lib/oli/delivery/sections.ex`),
            `function` (`Oli.Repo.get/2`, `can_access?/3`), `route` (`/sections/:slug`),
            `event` (a dotted or quoted event name), `identifier` (any other code span).
    """

    kind: str
    name: str
    place: Place


class PrdSection(Value, frozen=True):
    """A heading of prd.md with the text up to the next heading, nothing left out.

    Attributes:
        text: Without the empty lines that it begins and ends with.
        gap: The lines between the heading's and the text's first.
    """

    title: str
    level: int
    place: Place
    text: str
    gap: int = 0

    @property
    def text_line(self) -> int:
        """The line that the text begins on."""
        return self.place.line + 1 + self.gap


NOTE_ENDINGS = (".md", ".txt")
"""How the names of a pack's other documents end."""


class Note(Value, frozen=True):
    """Another document of a pack's folder: the ticket, texts for a screen, what designers and engineers wrote down.

    Attributes:
        name: The file's name.
        statements: Its paragraphs, list items and rows in order, each one line; the label is the heading above it.
        sha256: For a document of the folder above, of which only what binds this feature is kept (its name then begins
            with `../`): the hash of the whole file. Empty for all others.
    """

    name: str
    statements: tuple[Statement, ...]
    sha256: str = ""


class Withdrawal(Value, frozen=True):
    """A later part of the request that takes back what the list of requirements still holds.

    Attributes:
        title: The heading of that part.
        place: Where the heading stands.
        ids: The requirements and criteria that it takes back, in the list's order.
        lines: The statements that do so, in their order.
        names: The names of what they take back that no standing entry of the list speaks of, in pieces
            (`("export", "button")`): what else of the pack speaks of them falls too.
    """

    title: str
    place: Place
    ids: tuple[str, ...]
    lines: tuple[Statement, ...]
    names: tuple[tuple[str, ...], ...] = ()


class SpecPack(Value, frozen=True):
    """A feature's folder as read; `problems` says what could not be read as it stands.

    Attributes:
        slug: The folder's name.
        directory: POSIX path of the folder relative to the checkout, or absolute when outside.
        title: The feature's name from the first heading, without `PRD` and the like.
        summary: The overview, as paragraphs.
        background: The problem statement, as paragraphs.
        flags: Statements on feature flags; empty when the PRD says that there are none.
        rollout: Environments, stages, data migrations, rollback: the rest of the rollout section.
        notes: Statements under headings of no known topic; the label is the group or the heading.
        sections: The whole prd.md by headings, so that nothing is lost.
        stamps: The files read, with the hash of their bytes.
        beside: The folder's other documents, by name, then those of the epic's folder above it (`../prd.md`), with what
            of them binds this feature. Without a prd.md one of the folder's own is read as the request too.
        withdrawals: What a later part takes back of the requirements and criteria above, which still hold it.
    """

    slug: str
    directory: str
    title: str
    summary: tuple[Statement, ...] = ()
    background: tuple[Statement, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    criteria: tuple[AcceptanceCriterion, ...] = ()
    nonfunctional: tuple[NonFunctional, ...] = ()
    roles: tuple[Statement, ...] = ()
    use_cases: tuple[Statement, ...] = ()
    goals: tuple[Statement, ...] = ()
    non_goals: tuple[Statement, ...] = ()
    interface_notes: tuple[Statement, ...] = ()
    data_notes: tuple[Statement, ...] = ()
    integration_notes: tuple[Statement, ...] = ()
    flags: tuple[Statement, ...] = ()
    rollout: tuple[Statement, ...] = ()
    telemetry: tuple[Statement, ...] = ()
    risks: tuple[Risk, ...] = ()
    questions: tuple[Statement, ...] = ()
    assumptions: tuple[Statement, ...] = ()
    notes: tuple[Statement, ...] = ()
    mentions: tuple[Mention, ...] = ()
    sections: tuple[PrdSection, ...] = ()
    problems: tuple[Problem, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    beside: tuple[Note, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def withdrawn(self) -> frozenset[str]:
        """The ids that a later part takes back."""
        return frozenset(name for withdrawal in self.withdrawals for name in withdrawal.ids)

    def takes_back(self, name: str) -> bool:
        """Whether a statement that takes something back names it letter for letter: such a name is none to build."""
        whole = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)")
        return any(whole.search(line.text) for withdrawal in self.withdrawals for line in withdrawal.lines)

    def criteria_of(self, requirement_id: str) -> tuple[AcceptanceCriterion, ...]:
        """The criteria linked to a requirement, in the pack's order."""
        return tuple(c for c in self.criteria if requirement_id in c.requirements)

    def sections_above(self, place: Place) -> tuple[PrdSection, ...]:
        """The headings of a place's file up to the place, in their order: the last is the one that it lies below."""
        return tuple(s for s in self.sections if s.place.path == place.path and s.place.line <= place.line)


def name_in_pack(path: str) -> str:
    """A file's name as the pack's documents give it: `prd.md`, or `../prd.md` for one of its epic's folder above.

    Places of the epic's folder keep each step up (`docs/epics/mail/digest/../prd.md`): they are told from the
    pack's own.
    """
    folder, _, name = path.rpartition("/")
    steps = folder.split("/")
    up = len(steps) - len(list(itertools.dropwhile(lambda step: step == "..", reversed(steps))))
    return f"{'../' * up}{name}"


def place_key(place: Place) -> str:
    """The evidence key of a line of a pack: `prd:LINE`, `req:LINE` for requirements.yml, `note:NAME:LINE` for others.

    It does not say where the pack lies, so that it is the same inside and outside a checkout. What a marker cannot hold
    of a file's name is escaped as in a web address (`note:first%20talk.md:3`). A document of the folder above is named
    as it is reached from the pack (`note:../prd.md:3`).
    """
    name = name_in_pack(place.path)
    if name.startswith("../"):
        return f"note:{quote(name)}:{place.line}"
    if name.endswith((".yml", ".yaml")):
        return f"req:{place.line}"
    if name == "prd.md" or not name.lower().endswith(NOTE_ENDINGS):
        return f"prd:{place.line}"
    return f"note:{quote(name)}:{place.line}"
