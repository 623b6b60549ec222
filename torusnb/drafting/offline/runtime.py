"""What runs: background jobs, caches, topics, flags, and the words of the pack that rule them out."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.placing import speaks_of_flags
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, speaks_of
from torusnb.models.base import Value
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Line
from torusnb.models.modules import Module, Use
from torusnb.models.requirements import Requirement, SpecPack, Statement

_NO_FLAG = re.compile(
    r"\bno\b[^.;]{0,30}\b(?:feature[- ])?flags?\b|\bflags?\b[^.;]{0,20}\bnot (?:required|needed)", re.IGNORECASE
)
_LEFT_OUT = re.compile(
    r"^(?:do not )?(?:introduc|add|us)\w* (?:an? |any |new )*(?:feature[- ])flags?\b(?! (?:ui|page|api|admin)\w*)",
    re.IGNORECASE,
)
"""A non-goal that is a flag itself."""
_NO_TELEMETRY = re.compile(
    r"\bno\b[^.;]{0,40}\b(?:telemetry|instrumentation|metrics|events?|analytics)\b[^.;]{0,40}"
    r"\b(?:required|needed|planned|added|expected|in scope)|"
    r"\b(?:not|never) (?:add|introduce|emit|require)\b[^.;]{0,20}\b(?:telemetry|instrumentation|metrics|events?)\b",
    re.IGNORECASE,
)
_NO_JOB = re.compile(
    r"\bno\b[^.;]{0,40}\b(?:background|oban|jobs?|workers?|genserver|otp|process(?:es)?)\b|"
    r"^remove\b.{0,120}\b(?:jobs|workers?)\b",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:oban|in the background|background (?:job|work|task|process)\w*|"
    r"asynchron\w+|enqueue\w*|worker|nightly|digest)\b",
    re.IGNORECASE,
)


_GATED = re.compile(
    r"\b(?:behind|gated?|guarded|controlled|enabled|released|rolled out)\b[^.;]{0,40}"
    r"\b(?:flags?|canary|toggles?|rollouts?)\b|"
    r"\b(?:feature[- ]?flags?|canary)\b[^.;]{0,40}\b(?:gates?|controls?|enables?|on|off|enabled|disabled)\b|"
    r"\b(?:staged|phased|scoped|canary) rollout\b",
    re.IGNORECASE,
)
"""A requirement that puts the feature itself behind a flag or into stages; to speak of a rollout is not enough."""
_PENDING = re.compile(
    r"\b(?:in[- ]flight|thinking|until completion|while (?:it is )?(?:generating|pending))\b", re.IGNORECASE
)
_LIMITED = re.compile(r"\b(?:time(?:d|s)?[- ]?outs?|retr(?:y|ies|ied)|loading|cancel\w*|pending)\b", re.IGNORECASE)
_REMOTE = re.compile(
    r"\b(?:(?:re)?generat\w+|llms?|genai|providers?|external|remote|third-party|webhooks?|upstream|outside service)\b",
    re.IGNORECASE,
)
"""States of work that waits: some say it alone, others only beside what lies outside the application."""
_CACHE = re.compile(r"\bcach(?:e|es|ed|ing)\b", re.IGNORECASE)
_NEAR = 10
"""Waypoints up to this rank count as the feature's neighbourhood even when no requirement touches them."""


class CacheUse(Value, frozen=True):
    """A cache at hand: its name, the module that touches it, the line."""

    name: str
    kind: str
    module: str
    key: str


class Runtime(Value, frozen=True):
    """What the feature needs of the runtime, and what is there.

    Attributes:
        jobs: Requirements that ask for work outside the request. workers: existing workers among the waypoints.
        waiting: Requirements whose states (in flight, timed out) show that work waits on something outside.
        no_job, no_flag: The pack's words that rule a process or a flag out, with their key.
        no_cache: The non-goal that leaves caching to others.
        caches: Caches that waypoints touch. topics: PubSub topics that waypoints touch.
    """

    jobs: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    workers: tuple[Module, ...] = ()
    no_job: Line | None = None
    no_flag: Line | None = None
    no_telemetry: Line | None = None
    no_cache: Line | None = None
    flag: Line | None = None
    caching: tuple[str, ...] = ()
    caches: tuple[CacheUse, ...] = ()
    topics: tuple[tuple[Module, Use], ...] = ()
    notifying: tuple[str, ...] = ()
    processes: tuple[Module, ...] = ()


def decide_runtime(evidence: EvidencePack, matcher: Matcher) -> Runtime:
    """The runtime's part of the plan; only what a requirement's own words ask for."""
    pack = evidence.pack
    statements = (*pack.data_notes, *pack.interface_notes, *pack.integration_notes, *pack.non_goals, *pack.flags)
    no_job = _first(statements, _NO_JOB)
    modules = [module for _, module in matcher.candidates]
    touched = {m.module.name for r in pack.requirements for m in matcher.matches(r)}
    near = [m for w, m in matcher.candidates if m.name in touched or w.rank <= _NEAR]
    no_cache = _first(pack.non_goals, _CACHE)
    caching = tuple(r.id for r in pack.requirements if "cache" in kinds_of(_own(r))[:2]) if no_cache is None else ()
    return Runtime(
        jobs=tuple(r.id for r in pack.requirements if _asks_job(r)) if no_job is None else (),
        waiting=tuple(r.id for r in pack.requirements if _waits(_own(r))) if no_job is None else (),
        workers=tuple(m for m in modules if "worker" in m.kinds),
        no_job=no_job,
        no_flag=_first((*pack.flags, *pack.non_goals), _NO_FLAG) or _without_flag(pack),
        no_telemetry=rules_out_telemetry(pack),
        flag=None if speaks_of_flags(pack) else _flag(pack.flags) or _flag_asked(pack.requirements),
        no_cache=no_cache,
        caching=caching,
        caches=_caches([m for m in near if (caching or m.name in touched) and not serves_all(m)]),
        topics=tuple((m, use) for m in near if m.name in touched for use in m.topics if _is_topic(use.name))[:6],
        notifying=tuple(r.id for r in pack.requirements if "notify" in kinds_of(_own(r))[:2]),
        processes=tuple(
            m for m in near if m.name in touched and {"genserver", "supervisor"} & set(m.kinds) and not serves_all(m)
        ),
    )


def _without_flag(pack: SpecPack) -> Line | None:
    """The non-goal, or the line below a heading of flags, that leaves them out; no statement holds such a line."""
    left = _first(pack.non_goals, _LEFT_OUT)
    if left is not None or _first((*pack.flags, *pack.rollout), _GATED) is not None:
        return left
    for section in pack.sections:
        for line in section.text.splitlines() if re.search(r"\bflag", section.title, re.IGNORECASE) else ():
            if _NO_FLAG.search(plain(line)):
                return Line(text=plain(line), evidence=(place_key(section.place),))
    return None


def rules_out_telemetry(pack: SpecPack) -> Line | None:
    """The pack's own words that no telemetry is wanted, or None."""
    return _first((*pack.telemetry, *pack.integration_notes, *pack.non_goals), _NO_TELEMETRY)


def _is_topic(name: str) -> bool:
    """Whether a topic is written out; a call that computes it names nothing a reader could subscribe to."""
    return bool(name) and "(" not in name.split("#{", 1)[0]


def _own(requirement: Requirement) -> str:
    return plain(f"{requirement.title} {requirement.text}")


def _asks_job(requirement: Requirement) -> bool:
    text = _own(requirement)
    return bool(_JOB.search(text)) and speaks_of("background", text)


def _waits(text: str) -> bool:
    return bool(_PENDING.search(text) or (_LIMITED.search(text) and _REMOTE.search(text)))


def _first(statements: tuple[Statement, ...], pattern: re.Pattern[str]) -> Line | None:
    for statement in statements:
        if pattern.search(plain(statement.text)):
            return Line(text=plain(statement.text), evidence=(place_key(statement.place),))
    return None


def _flag(statements: tuple[Statement, ...]) -> Line | None:
    """The first statement that asks for a flag."""
    for statement in statements:
        text = plain(statement.text)
        if re.search(r"\b(?:flags?|canary|toggle|gate[ds]?)\b", text, re.IGNORECASE) and not _NO_FLAG.search(text):
            return Line(text=text, evidence=(place_key(statement.place),))
    return None


def _flag_asked(requirements: tuple[Requirement, ...]) -> Line | None:
    """The first requirement that asks for a flag or a staged rollout."""
    for requirement in requirements:
        if _GATED.search(_own(requirement)):
            return Line(text=plain(requirement.text or requirement.title), evidence=(requirement.id,))
    return None


def _caches(modules: list[Module]) -> tuple[CacheUse, ...]:
    found: dict[tuple[str, str], CacheUse] = {}
    for module in modules:
        for use in module.caches:
            if use.name:
                key = code_key(module.path, use.line)
                found.setdefault((use.name, module.name), CacheUse(use.name, use.kind, module.name, key))
    return tuple(found.values())[:6]
