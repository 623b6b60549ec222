"""Closed lists: values that code enumerates, so that a new one is refused or crashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from torusnb.context.layers import layer_of, main_module
from torusnb.context.traps.enumerations import Enumeration, find_enumerations
from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.context.traps.wishes import Wish, find_wish
from torusnb.models.base import Place

_OUTCOMES = frozenset(("ok", "error", "true", "false", "nil", "noreply", "reply", "cont", "halt", "asc", "desc"))
_REFUSALS = {
    "enum": "`Ecto.Enum` refuses any other when it is cast or loaded",
    "inclusion": "`validate_inclusion` refuses any other",
    "guard": "a guard lets no other through",
    "heads": "no clause takes any other",
    "case": "the `case` has no clause for any other",
}
_STRONG = ("enum", "inclusion", "guard", "heads", "case")
_MOST_SHOWN = 8
_SHOWN = frozenset(("live_view", "component", "controller"))


@dataclass(frozen=True)
class _Group:
    """The same values, listed in one or more places; the one that a new value meets first leads."""

    members: tuple[tuple[NearFile, Enumeration], ...]


def find_closed_lists(scene: Scene) -> Iterator[Finding]:
    """Lists whose values the request would plausibly add to, or that stand at the heart of a waypoint."""
    found = [
        (file, entry)
        for file in scene.files
        if (bodies := scene.bodies(file.path)) is not None
        for entry in find_enumerations(bodies, file.outline)
        if len(set(entry.values) - _OUTCOMES) >= 2
    ]
    for group in _grouped(found):
        finding = _finding(scene, group)
        if finding is not None:
            yield finding


def _grouped(found: Sequence[tuple[NearFile, Enumeration]]) -> Iterator[_Group]:
    """Lists that hold the same values, declared ones leading."""
    waiting = sorted(found, key=lambda pair: _STRONG.index(pair[1].kind))
    while waiting:
        lead, rest = waiting[0], waiting[1:]
        same = [pair for pair in rest if _alike(lead[1].values, pair[1].values)]
        yield _Group((lead, *same))
        waiting = [pair for pair in rest if pair not in same]


def _alike(one: Iterable[str], other: Iterable[str]) -> bool:
    left, right = set(one) - _OUTCOMES, set(other) - _OUTCOMES
    common = left & right
    return len(common) >= 2 and 2 * len(common) >= max(len(left), len(right))


def _finding(scene: Scene, group: _Group) -> Finding | None:
    file, lead = group.members[0]
    owner = lead.module.rpartition(".")[2]
    declared = lead.kind in ("enum", "inclusion")
    if not declared and layer_of(file.path, main_module(file.outline)) in _SHOWN:
        return None  # how values are shown; the compiler and the eye find it when a value is added
    if not declared and scene.served and file.path not in scene.served:
        return None  # a test language or script: no request of a person ends there
    named = [entry.name for _, entry in group.members]
    values = {value for _, entry in group.members for value in entry.values}
    wish = find_wish(scene.request, values, named, owner)
    if wish is None:
        return None
    others = [
        (near, entry) for near, entry in group.members[1:] if (entry.module, entry.name) != (lead.module, lead.name)
    ]
    return Finding(
        file.path,
        lead.line,
        _what(lead, others),
        _stake(wish),
        (*named, owner, *lead.values),
        symbol=lead.name,
        module=lead.module,
        remedy=_remedy(others),
        severity="high",
        also=tuple(dict.fromkeys(Place(near.path, entry.line) for near, entry in others))[:4],
        weight=min(0.5 + 0.1 * len(others) + (0.2 if wish.values else 0.0), 1.0),
        asked=not declared,
        wanted=True,
    )


def _what(lead: Enumeration, others: Sequence[tuple[NearFile, Enumeration]]) -> str:
    shown = ", ".join(f"`{value}`" for value in lead.values[:_MOST_SHOWN])
    more = f" and {len(lead.values) - _MOST_SHOWN} more" if len(lead.values) > _MOST_SHOWN else ""
    places = list(dict.fromkeys(f"`{entry.name}` in `{entry.module}`" for _, entry in others))
    also = f"; {', '.join(places[:2])} {'list' if len(places) > 1 else 'lists'} them too" if places else ""
    return f"`{lead.name}` of `{lead.module}` knows only {shown}{more}: {_REFUSALS[lead.kind]}{also}."


def _stake(wish: Wish) -> str:
    if wish.values:
        written = " and ".join(f"`{value}`" for value in wish.values[:2])
        return f"The request writes {written} beside values of this list, and it is refused until the list changes"
    words = " and ".join(f'"{word}"' for word in wish.words[:2])
    return f"The request speaks of adding to {words}, and a new value is refused until this list changes"


def _remedy(others: Sequence[tuple[NearFile, Enumeration]]) -> str:
    places = len({(near.path, entry.line) for near, entry in others}) + 1
    every = f"all {places} places" if places > 1 else "the list"
    return f"Name the new values in the design, change {every} in one step, and say what older nodes do with them."


RULES = (
    Rule(
        "closed-list",
        "A closed list that refuses a new value",
        "data",
        "Values are enumerated: `Ecto.Enum`, `validate_inclusion`, a guard `when x in …`, function heads on literals "
        "or a `case` without a clause for the rest. Reported where the request plausibly adds a value: "
        "it writes one that is no member as code beside members, or a sentence speaks of a new or further one of the "
        "field. Values that are all members, reuse and what is out of scope are no reason. Lists of the same values "
        "are one report.",
        "Name the new values in the design, change every such list in one step, and say what older nodes do with them.",
        find_closed_lists,
        quiet=True,
    ),
)
