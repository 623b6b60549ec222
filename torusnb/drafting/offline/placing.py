"""Placing the pack's statements: the topics each speaks of, and from them the one section that is its home."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.homes import home_of, names_flow
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import words_of
from torusnb.models.base import Place, Value
from torusnb.models.requirements import NonFunctional, PrdSection, SpecPack, Statement

_SOURCES = (
    "nonfunctional", "interface_notes", "data_notes", "integration_notes", "flags", "rollout", "telemetry", "notes",
    "use_cases", "assumptions", "roles",
)  # fmt: skip
"""The fields of a pack that hold what is to be, in the order in which the first to hold a line keeps it."""
_LOOKS_ELSEWHERE = re.compile(
    r"non[- ]?goals?\b|out[- ]of[- ]scope|not in scope|\bbackground\b|\bproblem\b|motivation|change ?log|"
    r"decision log|\bhistory\b|^references?$|glossary|appendix|prior art|(?:open )?questions?$|stakeholders?",
    re.IGNORECASE,
)
"""A heading below which nothing is asked for."""
_GRANTS = re.compile(
    r"^(?:\S+ )?(?:can(?:not)?|may|only|must|(?:is|are) allowed)\b|\b(?:permi\w+|authori[sz]\w*|forbidden)\b",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"(?:^|;\s*)[A-Z][\w /&-]{2,30}:\s*(?:yes|no|none|all|own|full|partial|read|write|view|edit|allowed|denied|limited|"
    r"[x✓✗—–-])(?:\s[^;:]{0,30})?(?=;|\.?\s*$)",
    re.IGNORECASE,
)
"""A cell of a table of rights: whose it is, and whether it is given."""
_DENIES = re.compile(
    r"^(?:there (?:is|are) )?no (?!(?:more|less|fewer|longer|one)\b|[^.;]*\b(?:may|must|can|shall)\b)"
    r"(?:new\b|(?:[\w/-]+ ){0,5}(?:changes?|migrations?)\b|"
    r"[^.;]*?\b(?:required|needed|necessary|planned|expected|added|introduced|delivered|in scope)\b)|"
    r"^none\b|^not (?:applicable|required|needed|planned)\b|^do(?:es)? not (?:require|need|change|touch|affect)\b|"
    r"\b(?:is|are) (?:not (?:required|needed|planned)|out of scope)\b",
    re.IGNORECASE,
)
"""What says that a matter is not needed; what merely forbids something (`no name in a log`) is a demand."""
_COLUMN = re.compile(r"^(?:description|meaning|notes?|details?|behaviou?r): ", re.IGNORECASE)
_NAME_ALONE = re.compile(r"`[^`\s]+`")
"""One name in a list of names, as of events: all that the line says."""
_POINTS = re.compile(r"\s*\((?:see|cf\.?) (?:below|above|next|section)[^)]*\)", re.IGNORECASE)
_BRACKET = re.compile(r"\s*\((?!`)[^)]*\)")
_NESTED = 2
"""Lines between a step and the list below it; a blank line or a heading makes it more."""
_OWN_WORDS = frozenset({"nonfunctional", "rollout", "flags"})
"""What says more than a requirement with the same words: a bound, a step of the release."""
_EXACT = re.compile(r"`[^`]+`|\d+(?:\.\d+)?")
_SAME, _COVERED, _LEAST = 0.75, 0.7, 4


class Placed(Value, frozen=True):
    """A statement of the pack in its home.

    Attributes:
        keys: Its place; behind it the places that say the same.
        text: One plain line. label: The label or sub-heading it stands under, where that tells anything.
        home: The number of the section, as torusnb's template has it; empty where no section could hold it.
        source: The field of the pack that it was read into.
        flow: The heading whose step it is; empty for what is no step.
        ids: Requirements or criteria that say the same; it is told with them.
        words: Its telling words and its label's, stemmed.
    """

    keys: tuple[str, ...]
    text: str
    label: str
    home: str
    source: str
    flow: str = ""
    ids: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The place where it stands."""
        return self.keys[0]

    @property
    def denies(self) -> bool:
        """Whether it only says that something is not needed: a reason for a section to stay empty."""
        return _DENIES.search(self.text) is not None


def place_statements(pack: SpecPack) -> tuple[Placed, ...]:
    """The statements of a pack that a design must hold, in the pack's order, each with one home.

    What stands under a heading that looks back or rules out (background, non-goals, questions) is none of them. Two
    that say the same become one; a role is one only where it grants or forbids something.
    """
    about_flags = speaks_of_flags(pack)
    found: dict[str, Placed] = {}
    alike: dict[tuple[str, frozenset[str]], list[str]] = {}
    texts = [(r.id, f"{r.title} {r.text}") for r in pack.requirements] + [(c.id, c.text) for c in pack.criteria]
    spoken = {name: frozenset(words_of(plain(text))) for name, text in texts}
    items = tuple(_items(pack))
    flows = _flows(items)
    for item in items:
        if item.source == "use_cases" and item.place not in flows:
            continue
        flow = flows.get(item.place, "")
        home = "4.2" if flow else home_of(item.text, item.label, item.source, item.heading, about_flags=about_flags)
        placed = Placed((place_key(item.place),), item.text, item.label, home, item.source, flow)
        words = frozenset(words_of(f"{placed.label} {placed.text}"))
        placed = msgspec.structs.replace(placed, words=words, ids=_ids(spoken, placed))
        near = alike.setdefault((flow, frozenset(_EXACT.findall(placed.text))), [])
        twin = next((key for key in near if _twins(found[key], placed)), "")
        if twin:
            fuller = max(found[twin], placed, key=lambda one: len(words_of(one.text)))
            placed = msgspec.structs.replace(
                found[twin], text=fuller.text, words=fuller.words, keys=(*found[twin].keys, placed.key)
            )
        else:
            near.append(placed.key)
        found[twin or placed.key] = placed
    return _gather(found.values())


def _gather(placed: Iterable[Placed]) -> tuple[Placed, ...]:
    """The statements, those in one run under one label in one section: where most of them belong, else the first.

    A list says something as a whole; areas of quality, which group what is unlike, are no such label.
    """
    gathered: list[Placed] = []
    for (label, source, _), run in groupby(placed, key=lambda one: (one.label, one.source, one.flow)):
        items = list(run)
        homes = Counter(one.home for one in items if one.home)
        if label and len(items) > 1 and homes and source not in {"nonfunctional", "roles"}:
            home = max(homes, key=lambda number: homes[number])  # the first of those that are as many
            whole = all(one.ids for one in items)
            items = [
                msgspec.structs.replace(one, home=home or one.home, ids=one.ids if whole else ()) if one.home else one
                for one in items
            ]
        gathered += items
    return tuple(gathered)


def keep_normative(pack: SpecPack) -> SpecPack:
    """The pack with the statements under a non-goal heading among its non-goals, whatever field they were read into."""
    moved: list[Statement] = []
    fields: dict[str, tuple[Statement, ...]] = {}
    for source in _SOURCES[1:]:
        statements: tuple[Statement, ...] = getattr(pack, source)
        refused = [s for s in statements if re.search(r"non[- ]?goals?", _heading(pack, s.place), re.IGNORECASE)]
        if refused:
            moved += refused
            fields[source] = tuple(s for s in statements if s not in refused)
    if not moved:
        return pack
    return msgspec.structs.replace(pack, **fields, non_goals=(*pack.non_goals, *moved))


def speaks_of_flags(pack: SpecPack) -> bool:
    """Whether flags, stages or rollouts are what the feature itself is about, and not how it is released."""
    return (
        re.search(r"\b(?:flags?|canary|rollouts?)\b", f"{pack.title} {pack.slug}".replace("_", " "), re.I) is not None
    )


def grants(role: Statement | NonFunctional) -> bool:
    """Whether what is said of a role gives or refuses it something; merely to use the feature is no right."""
    return _GRANTS.search(role.text) is not None or (isinstance(role, Statement) and is_row_of_rights(role))


def is_row_of_rights(role: Statement) -> bool:
    """Whether an entry is an action with a right for each role (`Learner: own; Assistant: no`), and no role."""
    cells = _RIGHT.findall(plain(role.text))
    return len(cells) > 1 and len(cells) == len(plain(role.text).rstrip(" .;").split(";"))


class _Item(Value, frozen=True):
    place: Place
    text: str
    label: str
    heading: str
    source: str


def _items(pack: SpecPack) -> Iterator[_Item]:
    """Every statement that asks for something, once, by line."""
    seen: dict[Place, _Item] = {}
    for source in _SOURCES:
        for statement in getattr(pack, source):
            if not _asks(statement, source) or (isinstance(statement, NonFunctional) and statement.general):
                continue
            heading = _heading(pack, statement.place)
            label = _label(statement)
            if not any(_LOOKS_ELSEWHERE.search(title) for title in (heading, label)):
                text = _POINTS.sub("", _COLUMN.sub("", plain(statement.text))).rstrip(" .;")
                if len(text.split()) > 1 or _NAME_ALONE.fullmatch(text):
                    seen.setdefault(statement.place, _Item(statement.place, text, label, heading, source))
    yield from sorted(seen.values(), key=lambda item: (item.place.path, item.place.line))


def _asks(statement: Statement | NonFunctional, source: str) -> bool:
    if source == "roles":
        return grants(statement)
    if source == "assumptions":
        return isinstance(statement, Statement) and statement.label.lower().startswith("decision")
    return True


def _label(statement: Statement | NonFunctional) -> str:
    label = statement.area if isinstance(statement, NonFunctional) else statement.label
    bare = _BRACKET.sub("", plain(label)).strip(" *:.")
    return "" if bare.lower() in {"assumptions", "decision", "note", "notes", "requirements"} else bare


def _heading(pack: SpecPack, place: Place) -> str:
    """The heading above a place; empty for the document's title."""
    above = pack.sections_above(place)
    return _bare(above[-1]) if above and above[-1].level > 1 else ""


def _bare(section: PrdSection) -> str:
    return re.sub(r"^[\d.]+\s+", "", plain(section.title))


def _flows(items: Sequence[_Item]) -> dict[Place, str]:
    """Place of each step to the heading of its flow: a run of statements under a title that names a function or flow.

    A list right below the last step of a run belongs to it, under its own label.
    """
    found: dict[Place, str] = {}
    run: list[_Item] = []
    title = ""
    for item in items:
        own = item.label or item.heading
        near = bool(run) and item.place.path == run[-1].place.path
        below = near and 0 < item.place.line - run[-1].place.line <= _NESTED and bool(item.label)
        if title and near and (own == title or below):
            run.append(item)
            continue
        found |= {step.place: title for step in run} if len(run) > 1 else {}
        title = own if names_flow(own) else ""
        run = [item] if title else []
    found |= {step.place: title for step in run} if len(run) > 1 else {}
    return found


def _ids(spoken: Mapping[str, frozenset[str]], placed: Placed) -> tuple[str, ...]:
    """The requirements and criteria that say all that a statement says."""
    wanted = set(words_of(placed.text))
    if placed.source in _OWN_WORDS or placed.home == "5" or len(wanted) < _LEAST or placed.flow:
        return ()
    return tuple(name for name, words in spoken.items() if _share(wanted, words) >= _COVERED)[:1]


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two statements with the same names and numbers say the same: one has all words of the other, few more.

    One word instead of another makes it another statement: lists repeat a sentence with each of their items.
    """
    smaller, larger = sorted((one, other), key=len)
    return len(smaller) >= max(_LEAST, _SAME * len(larger)) and smaller <= larger


def _twins(one: Placed, other: Placed) -> bool:
    """Whether two statements say the same; items of one list are compared without the label that they share."""
    if not one.label or one.label != other.label:
        return _same(one.words, other.words)
    return _same(frozenset(words_of(one.text)), frozenset(words_of(other.text)))


def _share(wanted: Iterable[str], given: Iterable[str]) -> float:
    words = set(wanted)
    return len(words & set(given)) / len(words) if words else 0.0
