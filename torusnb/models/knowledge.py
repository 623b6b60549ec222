"""What context capture hands on: waypoints, what is known and not, the restated request."""

from __future__ import annotations

from torusnb.models.base import Place, Problem, Value
from torusnb.models.behaviour import Behaviour
from torusnb.models.codebase import CodeMap


class Reason(Value, frozen=True):
    """Why a place is a waypoint.

    Attributes:
        kind: `named` (the pack names it), `text` (its code speaks the same words), `guide`,
            `reference` (a waypoint uses it, or it uses one), `route`, `history` (commits that speak alike changed it),
            `cochange` (changed together with a waypoint), `precedent` (an earlier pack that is alike cites it),
            `ticket` (a line of it names the request's ticket), `ruled` (the pack says that it does not apply),
            `subjects` (commits that changed it speak the same words), `nearest` (to a requirement, criterion or
            section), `often` (changes as large as a feature touch it), `person` (added by hand).
        text: In words a person reads (`named in FR-003`, `shares "rollout", "cohort" with AC-002`).
        weight: Its share of the score, at least 0; for `nearest` and `often`, of what makes a change likely.
    """

    kind: str
    text: str
    weight: float = 0.0


class Waypoint(Value, frozen=True):
    """A place in the checkout that this feature's design must know.

    Attributes:
        key: `code:PATH:LINE`, the evidence key of the quoted line.
        path: The file.
        module: Its main module, or empty for a file without one.
        layer: `context`, `schema`, `live_view`, `component`, `controller`, `worker`, `process`, `cache`,
            `router`, `migration`, `test`, `guide`, `asset`, `other`.
        rank: 1 is best. score: greater is better; comparable within one ranking only.
        quote: The quoted line, verbatim without its indentation. line: its 1-based line.
        requirements: Ids of the requirements and criteria whose words it answers, best first.
        likely: `changed` or `known`; only the first twenty are called `changed`, pages and components sooner.
        change: How likely the feature changes it, from 0 to 1: sorting by it gives the order of what is changed, as
            `rank` gives the order of what a design has to know. 0 for an asset and where an older version captured.
    """

    key: str
    path: str
    module: str
    layer: str
    rank: int
    score: float
    line: int
    quote: str
    reasons: tuple[Reason, ...] = ()
    requirements: tuple[str, ...] = ()
    likely: str = "known"
    change: float = 0.0


class Known(Value, frozen=True):
    """Something that is known, with the keys of the evidence that shows it."""

    topic: str
    text: str
    evidence: tuple[str, ...]


class Unknown(Value, frozen=True):
    """Something that is not known, and how the design goes on regardless.

    Attributes:
        id: `A-1`, `A-2`, …: the assumption's id, stable for the same pack.
        assumption: What the design takes for granted. risk: what follows if it is wrong.
        impact: `high`, `medium`, `low`.
        question: What to ask. default: the suggested answer. owner: who decides (`product`, `infrastructure`, …).
        stated: The pack itself states the assumption.
        evidence: Keys of what made torusnb ask.
    """

    id: str
    topic: str
    text: str
    assumption: str
    risk: str
    question: str
    default: str
    impact: str = "medium"
    owner: str = "product"
    stated: bool = False
    evidence: tuple[str, ...] = ()


class Knowledge(Value, frozen=True):
    """The `what I know / don't know` list."""

    known: tuple[Known, ...] = ()
    unknown: tuple[Unknown, ...] = ()


class Line(Value, frozen=True):
    """A sentence with the keys of what it rests on."""

    text: str
    evidence: tuple[str, ...] = ()


class Restatement(Value, frozen=True):
    """The request in other words; every line names what it rests on."""

    feature: tuple[Line, ...] = ()
    goals: tuple[Line, ...] = ()
    non_goals: tuple[Line, ...] = ()
    constraints: tuple[Line, ...] = ()
    performance: tuple[Line, ...] = ()
    success: tuple[Line, ...] = ()


class GuideNote(Value, frozen=True):
    """A part of a guide that matters to this feature: its place, a verbatim sentence or two, and why.

    `topic` is set for a note on the surroundings that every design needs (`architecture`, `deployment`, …).
    `modules` are the checkout's own that it names and that exist, `missing_modules` those that do not exist (any
    longer), each with the nearest existing one in `nearest` where one is alike.
    """

    key: str
    place: Place
    heading: str
    quote: str
    reason: str
    missing_modules: tuple[str, ...] = ()
    topic: str = ""
    modules: tuple[str, ...] = ()
    nearest: dict[str, str] = {}


class Trap(Value, frozen=True):
    """Behaviour near a waypoint that would break naive reuse.

    Attributes:
        key: `trap:RULE:PATH:MODULE.SYMBOL`, with `#2` and so on for a further one there; it holds when lines move.
        rule: The detector's id (`closed-list`, …; docs/traps.md).
        what: What the code does, with the names and numbers that stand there. One sentence.
        why: Why that matters to this feature: what is at stake, and what ties it to the request. One sentence.
        stake: What goes wrong for a design that does not know, without the tie. One sentence.
        remedy: How a design would meet it. One sentence.
        severity: `high`, `medium`, `low`: how likely a design that ignores it goes wrong.
        evidence: `code:PATH:LINE` keys of the lines that show it, the telling one first.
        module: The module it lies in. symbol: The function, field or attribute (`upsert/2`, `@event_types`), or empty.
        requirements: Ids of the requirements it bears upon, best first.
        rank: 1 matters most to this feature.
    """

    key: str
    rule: str
    what: str
    why: str
    remedy: str
    severity: str
    evidence: tuple[str, ...]
    module: str = ""
    symbol: str = ""
    requirements: tuple[str, ...] = ()
    rank: int = 0
    stake: str = ""


class Symbol(Value, frozen=True):
    """What a quoted line belongs to, so that a later change can be told: staleness is judged symbol by symbol.

    Attributes:
        key: The `code:PATH:LINE` key that was quoted. path: Its file.
        name: `Module.function/arity`, `Module` (a schema, a body), `path` (a file without modules), a guide's heading.
        sha256: Hex digest over the symbol's source lines, indentation and trailing white space left out.
        twins: Other symbols that said the same then: their names, for a guide's section with the guide's path before
            it; None where nobody looked.
    """

    key: str
    path: str
    name: str
    sha256: str
    twins: tuple[str, ...] | None = None


CONTEXT_FORM = 1
"""The form of a recorded context. It rises with every field that is added, or that comes to mean something else.

A record leaves out what has its default, so one that was captured before would read as if nothing had been found.
"""


class Context(Value, frozen=True):
    """Everything context capture found, complete in itself: no checkout is needed to read it.

    Attributes:
        code: The code map restricted to the waypoints, their neighbours and the runtime (application,
            router, telemetry), so that drafting needs no checkout.
        totals: Counts over the whole checkout (`modules`, `schemas`, `live_views`, `routes`, `workers`, …).
        telemetry_prefixes: The event prefixes in use over the whole checkout, most used first.
        tests: Waypoint path to the existing test files beside it.
        runtime: Names over the whole checkout that drafting may need: kind (`cache`, `queue`, `flag`,
            `topic`, `child`, `pubsub`, `table`) to verbatim lines with their evidence keys.
        quotes: Every `code:` key that the parts above rest on or may give (each part of `code`, the locked
            packages) to its line, verbatim without its indentation; empty when the file could not be read.
        assets: Waypoints among the browser's files (TypeScript, JavaScript, styles), ranked apart from the Elixir ones.
        traps: What would break naive reuse around the waypoints, what matters most first.
        symbols: The symbols of the quoted lines, for telling later what changed.
        problems: What of the checkout and its history could not be seen.
        behaviours: The functions near the feature as their bodies show them, sorted by path and line.
        namesakes: Of each name that a file of this context shares with another file of the checkout, all files that
            have it, sorted: what the end of a path has to be told apart from.
    """

    commit_id: str
    waypoints: tuple[Waypoint, ...]
    notes: tuple[GuideNote, ...]
    knowledge: Knowledge
    restatement: Restatement
    code: CodeMap
    totals: dict[str, int] = {}
    telemetry_prefixes: tuple[str, ...] = ()
    tests: dict[str, tuple[str, ...]] = {}
    runtime: dict[str, tuple[Line, ...]] = {}
    quotes: dict[str, str] = {}
    assets: tuple[Waypoint, ...] = ()
    traps: tuple[Trap, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    problems: tuple[Problem, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    namesakes: tuple[str, ...] = ()
