"""Which evidence is shown: a part shared by all requests, and what one section needs besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.drafting.claude.blocks import LONGEST_PART, Group, Part, estimate_tokens, is_speakable
from torusnb.drafting.evidence import place_key
from torusnb.drafting.unanswered import stopped_sources
from torusnb.models.design import Evidence, EvidencePack, Practice, parse_keys
from torusnb.models.knowledge import Waypoint
from torusnb.models.requirements import NonFunctional, Risk, Statement

SHARED_TOKENS = 32_000
"""Most tokens (estimated) of the evidence that every request carries, requirements and criteria besides."""
SECTION_TOKENS = 6_000
"""Most tokens (estimated) of the evidence that one section gets besides."""

_SHARES = {
    "request": 6_000,
    "assumptions": 2_000,
    "waypoints": 8_500,
    "assets": 1_500,
    "traps": 4_000,
    "guides": 4_000,
    "sources": 6_000,
}
"""How the shared tokens are divided; what one family leaves goes to the next."""
_HEAD_TOKENS = 6
_SHORT_KEY = 8
"""Characters of a key, as a rule, once the paths are out of it (`f12:340`, `prd:40`, `FR-001`)."""
_LINES_OF_A_FILE = 24
_PASSAGES_OF_A_SOURCE = 3
_LEAST_CHARACTERS = 160

_STANDS_FOR = {
    "module": "the owning context",
    "table": "the table",
    "live_view": "LiveView",
    "worker": "the worker",
    "cache": "the cache",
    "event_prefix": "the application's event prefix",
}
"""What the placeholders of the playbook stand for, as its head tells them."""

_DEFINES = re.compile(r"(?:@?(?:def|field|schema|callback|spec)|belongs_to|has_|many_to_many|embeds_|create|alter|add)")
_NAMES_ONLY = re.compile(r"(?:alias|import|require|use)\b")


def choose_shared(pack: EvidencePack) -> tuple[Group, ...]:
    """The evidence that every request carries, in a fixed order: same pack, same groups.

    All requirements and criteria are in it, shortened alike when there are very many. The other families get the
    tokens of `_SHARES`, best first, so that a long one cannot push the others out.
    """
    families: tuple[tuple[str, Iterator[Group]], ...] = (
        ("request", _request(pack)),
        ("assumptions", _assumptions(pack)),
        ("waypoints", _files(pack, pack.context.waypoints)),
        ("assets", _files(pack, pack.context.assets)),
        ("traps", _traps(pack)),
        ("guides", _guides(pack)),
        ("sources", _sources(pack)),
    )
    chosen = [_requirements(pack)]
    left = 0
    for name, groups in families:
        left += _SHARES[name]
        for group in groups:
            fitting, used = _fit(group, left)
            left -= used
            if fitting.parts:
                chosen.append(fitting)
    return tuple(chosen)


def choose_for_section(
    pack: EvidencePack,
    practices: Iterable[Practice],
    texts: Iterable[str],
    found: dict[str, Evidence],
    shared: Iterable[Group],
) -> tuple[Group, ...]:
    """What a section needs besides the shared evidence.

    Args:
        pack: The evidence pack.
        practices: Those of the playbook that apply to the section, best first.
        texts: What it starts from and what it must agree with; the evidence that they mark is shown.
        found: What was looked up so far.
        shared: What is shown already.
    """
    seen = {part.key for group in shared for part in group.parts}
    named = dict.fromkeys(key for text in texts for key in parse_keys(text))
    stopped = stopped_sources(pack.research).keys() - found.keys()
    items = [
        found.get(key) or pack.evidence.get(key)
        for key in named
        if key not in {*seen, *stopped} and not _is_listed(key)
    ]
    marked = Group("Marked in the draft and in sections already written", tuple(_part(item) for item in items if item))
    advice = Group(
        "Practices for this section",
        tuple(
            Part(f"practice:{p.id}", "practice", _filled(f"{p.title}: {p.advice} Check: {' '.join(p.checks)}"))
            for p in practices
        ),
    )
    chosen, left = [], SECTION_TOKENS
    for group in (advice, marked):
        fitting, used = _fit(group, left)
        left -= used
        if fitting.parts:
            chosen.append(fitting)
    return tuple(chosen)


def _is_listed(key: str) -> bool:
    """Whether it is the line of requirements.yml that holds a requirement, which is shown by its id."""
    return key.startswith("req:")


def _filled(advice: str) -> str:
    """An advice with words for what the offline drafter would name; the model knows better which module is meant."""
    for name, words in _STANDS_FOR.items():
        advice = advice.replace(f"{{{name}}}", words)
    return advice


def count_tokens(groups: Iterable[Group]) -> int:
    """The tokens (estimated) of some groups as they are shown."""
    return sum(_tokens(part) for group in groups for part in group.parts)


def _tokens(part: Part) -> int:
    """A line's key is shown short, so that the length of its path does not count."""
    return estimate_tokens(f"{part.key[:_SHORT_KEY]}{part.kind}{part.text[:LONGEST_PART]}") + _HEAD_TOKENS


def _fit(group: Group, tokens: int) -> tuple[Group, int]:
    """The first parts of a group that fit, and the tokens they take; a part that no marker can name is left out."""
    parts, used = [], 0
    for part in group.parts:
        if not is_speakable(part.key) or not part.text.strip():
            continue
        if used + _tokens(part) > tokens:
            break
        used += _tokens(part)
        parts.append(part)
    return Group(group.title, tuple(parts)), used


def _part(item: Evidence) -> Part:
    return Part(item.key, item.kind, item.text)


def _requirements(pack: EvidencePack) -> Group:
    ids = [r.id for r in pack.pack.requirements] + [c.id for c in pack.pack.criteria]
    room = max(_LEAST_CHARACTERS, 4 * SHARED_TOKENS // 3 // max(1, len(ids)))
    priority = {r.id: f" ({r.priority})" for r in pack.pack.requirements if r.priority}
    serves = {c.id: f" (for {', '.join(c.requirements)})" for c in pack.pack.criteria if c.requirements}
    parts = []
    for name in dict.fromkeys(ids):
        item = pack.evidence[name]
        note = priority.get(name) or serves.get(name) or ""
        if is_speakable(name):
            parts.append(Part(name, item.kind + note, item.text[:room]))
    return Group("Requirements and acceptance criteria", tuple(parts))


def _request(pack: EvidencePack) -> Iterator[Group]:
    """What the pack says besides: the numbers first, the notes last."""
    said = pack.pack
    yield Group("Non-functional requirements", tuple(_statements(said.nonfunctional)))
    yield Group("The feature", tuple(_statements((*said.summary, *said.background, *said.goals, *said.non_goals))))
    yield Group("Roles and uses", tuple(_statements((*said.roles, *said.use_cases))))
    notes = (*said.interface_notes, *said.data_notes, *said.integration_notes, *said.telemetry)
    yield Group("Interfaces, data, integration, telemetry", tuple(_statements(notes)))
    yield Group("Flags and rollout", tuple(_statements((*said.flags, *said.rollout))))
    yield Group(
        "Risks and questions", tuple(_statements((*said.risks, *said.questions, *said.assumptions, *said.notes)))
    )


def _statements(statements: Iterable[NonFunctional | Statement | Risk]) -> Iterator[Part]:
    for statement in statements:
        label = statement.label if isinstance(statement, Statement) else ""
        if isinstance(statement, NonFunctional):
            label = " ".join(word for word in (statement.id, statement.area) if word)
        text = f"{label}: {statement.text}" if label else statement.text
        if isinstance(statement, Risk) and statement.mitigation:
            text = f"{text} Mitigation: {statement.mitigation}"
        yield Part(place_key(statement.place), "prd", text)


def _assumptions(pack: EvidencePack) -> Iterator[Group]:
    known = {unknown.id: unknown for unknown in pack.context.knowledge.unknown}
    parts = []
    for item in pack.evidence.values():
        if item.kind == "assumption":
            unknown = known.get(item.key)
            more = f" Risk: {unknown.risk} Question: {unknown.question}" if unknown else ""
            parts.append(Part(item.key, item.kind, item.text + more))
    yield Group("Assumptions", tuple(parts))


def _files(pack: EvidencePack, waypoints: Iterable[Waypoint]) -> Iterator[Group]:
    """A group for each file, best first: its quoted lines, functions, fields, callbacks in the order of the file."""
    lines: dict[str, list[Evidence]] = {}
    for item in pack.evidence.values():
        if item.kind == "code" and item.place is not None:
            lines.setdefault(item.place.path, []).append(item)
    shown: set[str] = set()
    for waypoint in waypoints:
        if waypoint.path in shown:
            continue
        shown.add(waypoint.path)
        others = [item for item in lines.get(waypoint.path, ()) if item.key != waypoint.key]
        telling = sorted(others, key=lambda item: (_telling(item.text), _line(item)))[:_LINES_OF_A_FILE]
        parts = [_part(item) for item in sorted(telling, key=_line)]
        tested = pack.context.tests.get(waypoint.path, ())
        yield Group(_why(waypoint, tested), (Part(waypoint.key, "code", waypoint.quote or waypoint.module), *parts))


def _telling(line: str) -> int:
    """How much a line tells of its file, 0 the most: what it defines, then what it does, then whose names it uses."""
    if _NAMES_ONLY.match(line):
        return 2
    return 0 if _DEFINES.match(line) else 1


def _line(item: Evidence) -> tuple[int, str]:
    return (item.place.line if item.place else 0), item.key


def _why(waypoint: Waypoint, tested: tuple[str, ...]) -> str:
    tests = f", tested by {', '.join(tested[:2])}" if tested else ""
    answers = f", answers {', '.join(waypoint.requirements[:6])}" if waypoint.requirements else ""
    return f"Waypoint {waypoint.rank}: {waypoint.path} ({waypoint.layer}, likely {waypoint.likely}{answers}{tests})"


def _traps(pack: EvidencePack) -> Iterator[Group]:
    """Each trap with its lines; torusnb's reading of them carries the key of the line that tells it."""
    for trap in pack.context.traps:
        keys = [key for key in trap.evidence if key in pack.evidence]
        if keys:
            reading = f"{trap.what} {trap.why} A design meets it so: {trap.remedy}"
            lines = tuple(_part(pack.evidence[key]) for key in keys[:4])
            yield Group(f"Trap {trap.rule} ({trap.severity})", (Part(keys[0], "reading of the code", reading), *lines))


def _guides(pack: EvidencePack) -> Iterator[Group]:
    notes: dict[str, list[Part]] = {}
    for note in pack.context.notes:
        notes.setdefault(note.place.path, []).append(Part(note.key, "guide", f"{note.heading}: {note.quote}"))
    for path, parts in notes.items():
        yield Group(f"Guide {path}", tuple(parts))
    known = [
        Part(line.evidence[0], "known", line.text)
        for line in pack.context.knowledge.known
        if line.evidence and line.evidence[0] in pack.evidence
    ]
    yield Group("What is known", tuple(known))


def _sources(pack: EvidencePack) -> Iterator[Group]:
    """A group for each source with words of its own: its cited quotes first, then other passages of it.

    A source that stands for nothing but unanswered questions is not shown.
    """
    research = pack.research
    stopped = stopped_sources(research)
    quotes: dict[str, dict[str, str]] = {}
    for citation in research.citations:
        if citation.quote:
            quotes.setdefault(citation.source, {}).setdefault(citation.quote, f"source, quote {citation.verdict}")
    for passage in research.passages:
        words = quotes.setdefault(passage.source, {})
        if not any(passage.text in quote or quote in passage.text for quote in words):
            words.setdefault(f"{passage.heading}: {passage.text}", "source, passage")
    for key, words in quotes.items():
        source = research.source(key)
        if source is not None and key in pack.evidence and key not in stopped:
            release = f" {source.package} {source.version}".rstrip()
            parts = tuple(Part(key, kind, text) for text, kind in list(words.items())[:_PASSAGES_OF_A_SOURCE])
            yield Group(f"Source: {source.title}{release}", parts)
