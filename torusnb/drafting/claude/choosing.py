"""Which evidence is shown: a part shared by all requests, and what one section needs besides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from torusnb.drafting.claude.blocks import LONGEST_PART, Group, Part, estimate_tokens, is_speakable
from torusnb.drafting.claude.notes import choose_notes
from torusnb.drafting.claude.places import list_browser_files, list_files
from torusnb.drafting.claude.serving import find_served
from torusnb.drafting.claude.sources import choose_sources
from torusnb.drafting.evidence import place_key
from torusnb.drafting.unanswered import stopped_sources
from torusnb.models.design import Evidence, EvidencePack, Practice, parse_keys
from torusnb.models.knowledge import Known, Trap
from torusnb.models.requirements import NonFunctional, Risk, Statement

SHARED_TOKENS = 32_000
"""Most tokens (estimated) of the evidence that every request carries, requirements and criteria besides."""
SECTION_TOKENS = 6_000
"""Most tokens (estimated) of the evidence that one section gets besides."""

_SHARES = {
    "request": 6_000,
    "assumptions": 2_000,
    "waypoints": 9_500,
    "assets": 1_500,
    "traps": 4_000,
    "guides": 4_000,
    "sources": 1_000,
}
"""The most tokens of each family, in the order in which they are shown. What one leaves is not given to another: more
lines of the code were tried, and hardly any of them was used."""
_HEAD_TOKENS = 6
_SHORT_KEY = 8
"""Characters of a key, as a rule, once the paths are out of it (`f12:340`, `prd:40`, `FR-001`)."""
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


def choose_shared(pack: EvidencePack) -> tuple[Group, ...]:
    """The evidence that every request carries, in a fixed order: same pack, same groups.

    All requirements and criteria are in it, shortened alike when there are very many. The other families get the
    tokens of `_SHARES`, best first, so that a long one cannot push the others out.
    """
    families: tuple[tuple[str, Callable[[int], Iterable[Group]]], ...] = (
        ("request", lambda _: _request(pack)),
        ("assumptions", lambda _: _assumptions(pack)),
        ("assets", lambda _: list_browser_files(pack)),
        ("traps", lambda _: _traps(pack)),
        ("guides", lambda _: _guides(pack)),
        ("sources", lambda _: choose_sources(pack)),
        ("waypoints", lambda room: list_files(pack, room)),
    )
    chosen: dict[str, list[Group]] = {}
    for name, list_groups in families:
        left = _SHARES[name]
        for group in list_groups(left):
            fitting, used = _fit(group, left)
            left -= used
            if fitting.parts:
                chosen.setdefault(name, []).append(fitting)
    others = (group for name in _SHARES for group in chosen.get(name, ()))
    return (_requirements(pack), *choose_notes(pack), *others)


def choose_for_section(
    pack: EvidencePack,
    practices: Iterable[Practice],
    texts: Iterable[str],
    found: dict[str, Evidence],
    shared: Iterable[Group],
    read: Collection[str] = frozenset(),
) -> tuple[Group, ...]:
    """What a section needs besides the shared evidence.

    Args:
        pack: The evidence pack.
        practices: Those of the playbook that apply to the section, best first; only what a captured source bears out is
            shown.
        texts: What it starts from and what it must agree with; the evidence that they mark is shown.
        found: What was looked up so far.
        shared: What is shown already.
        read: Keys of what was read and is shown already.
    """
    seen = {part.key for group in shared for part in group.parts} | _places_of_ids(pack)
    named = dict.fromkeys(key for text in texts for key in parse_keys(text))
    stopped = stopped_sources(pack.research).keys() - found.keys()
    bare = _find_bare(pack)
    items = [found.get(key) or pack.evidence.get(key) for key in named if key not in {*seen, *read, *stopped, *bare}]
    marked = Group("Marked in the draft and in sections already written", tuple(_part(item) for item in items if item))
    advice = Group(
        "Practices for this section",
        tuple(
            Part(f"practice:{p.id}", "practice", _filled(f"{p.title}: {p.advice} Check: {' '.join(p.checks)}"))
            for p in practices
            if f"practice:{p.id}" not in bare
        ),
    )
    chosen, left = [], SECTION_TOKENS
    for group in (advice, marked):
        fitting, used = _fit(group, left)
        left -= used
        if fitting.parts:
            chosen.append(fitting)
    return tuple(chosen)


def _find_bare(pack: EvidencePack) -> frozenset[str]:
    """Keys of the practices that no captured source bears out: a design that marked one would list what nobody read."""
    captured = {source.key for source in pack.research.sources if source.sha256}
    return frozenset(
        key for key, item in pack.evidence.items() if item.kind == "practice" and item.cites not in captured
    )


def _places_of_ids(pack: EvidencePack) -> set[str]:
    """The lines that hold a requirement or a criterion, which is shown by its id."""
    return {place_key(item.place) for item in pack.pack.requirements} | {
        place_key(item.place) for item in pack.pack.criteria
    }


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
    """Each requirement with the criteria that prove it below it; those that belong to none stand at the end."""
    served = find_served(pack.pack)
    ids = [r.id for r in pack.pack.requirements] + [c.id for c in pack.pack.criteria]
    room = max(_LEAST_CHARACTERS, 4 * SHARED_TOKENS // 3 // max(1, len(ids)))
    notes = {r.id: f" ({r.priority})" for r in pack.pack.requirements if r.priority}
    notes |= {name: f" ({told})" for name, (_, told) in served.items()}
    order = []
    for requirement in pack.pack.requirements:
        order += [requirement.id, *(name for name, (first, _) in served.items() if first == requirement.id)]
    parts = []
    for name in filter(is_speakable, dict.fromkeys((*order, *ids))):
        item = pack.evidence[name]
        parts.append(Part(name, item.kind + notes.get(name, ""), item.text[:room]))
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
    assumed = {item.text for item in pack.evidence.values() if item.kind == "assumption"}
    besides = (statement for statement in said.assumptions if statement.text not in assumed)
    yield Group("Risks and questions", tuple(_statements((*said.risks, *said.questions, *besides, *said.notes))))


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
            asks = unknown is not None and not _repeats(unknown.question, item.text)
            more = f" Risk: {unknown.risk}" if unknown else ""
            more += f" Question: {unknown.question}" if unknown and asks else ""
            parts.append(Part(item.key, item.kind, item.text + more))
    yield Group("Assumptions", tuple(parts))


def _repeats(question: str, assumption: str) -> bool:
    """Whether a question only asks whether the assumption holds."""
    return assumption.rstrip(".")[1:] in question


def _traps(pack: EvidencePack) -> Iterator[Group]:
    """Each trap with its lines; torusnb's reading of them carries the key of the line that tells it.

    A remark on a whole module comes last: it tells of no line that a design could go wrong at.
    """
    for trap in sorted(pack.context.traps, key=_is_remark):
        keys = [key for key in trap.evidence if key in pack.evidence]
        if keys:
            reading = f"{trap.what} {trap.why} A design meets it so: {trap.remedy}"
            lines = tuple(_part(pack.evidence[key]) for key in keys[:4])
            yield Group(f"Trap {trap.rule} ({trap.severity})", (Part(keys[0], "reading of the code", reading), *lines))


def _is_remark(trap: Trap) -> bool:
    return trap.rule == "authors-warning" and not trap.symbol


def _guides(pack: EvidencePack) -> Iterator[Group]:
    notes: dict[str, list[Part]] = {}
    for note in pack.context.notes:
        notes.setdefault(note.place.path, []).append(Part(note.key, "guide", f"{note.heading}: {note.quote}"))
    for path, parts in notes.items():
        yield Group(f"Guide {path}", tuple(parts))
    known = [
        Part(line.evidence[0], "known", line.text)
        for line in pack.context.knowledge.known
        if line.evidence
        and line.evidence[0] in pack.evidence
        and not _is_counted(line)
        and not any(line.text in part.text for parts in notes.values() for part in parts)
    ]
    yield Group("What is known", tuple(known))


def _is_counted(known: Known) -> bool:
    """Whether a fact only counts the waypoints; each waypoint tells its folder and its tests itself."""
    layers = known.topic == "architecture" and known.evidence[0].startswith("code:")
    return layers or known.topic in {"domains and contexts", "tests"}
