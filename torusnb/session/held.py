"""What a person's sections of fdd.md rest on and what of it became another since the person wrote them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from urllib.parse import quote

import msgspec

from torusnb.context.changes.staleness import Checkout, compare_symbols
from torusnb.export.merge import Held, find_held
from torusnb.models.base import Place
from torusnb.models.changes import QUIET, Change
from torusnb.models.design import Template
from torusnb.models.record import Decision, Drafted, Exported, Footing
from torusnb.models.requirements import SpecPack, place_key
from torusnb.session.restoring import load_document
from torusnb.spec.changes import compare_packs
from torusnb.spec.headings import name_headings
from torusnb.spec.pathtails import PathTails
from torusnb.spec.rests import parse_rests
from torusnb.trail.store import Trail


def find_unsettled(
    trail: Trail, template: Template, now: SpecPack | None, checkout: Checkout, told: Collection[str] = ()
) -> tuple[Change, ...]:
    """The changes to what a person's sections rest on, each held against what it was when the section was written.

    A new export takes the pack and the code as they are now for what torusnb writes itself. Nobody looked at a
    person's section then, so for that one a change holds until the person touches the section or accepts the change.

    Args:
        trail: The pack's trail; fdd.md lies beside it.
        template: The sections.
        now: The pack as it is now; None where it cannot be read, and its requirements are not compared then.
        checkout: The checkout as it is now.
        told: Ids of sections that are told as outlived already; what they rest on is not told again.

    Raises:
        InputError: fdd.md cannot be read.
        TrailError: The trail is damaged.
    """
    exports = [(event.seq, trail.parse(event, Exported)) for event in trail.events("export")]
    if not exports:
        return ()
    records = [export for _, export in exports]
    existing = load_document(trail.path.with_name("fdd.md"), records)
    accepted = _accepted(trail, [seq for seq, _ in exports])
    compare = _Comparison(trail, records, now, checkout)
    found: dict[str, Change] = {}
    for held in find_held(existing, [(e.text, e.fresh) for e in records], accepted, template):
        for change in compare.changes(held, template) if held.name not in told else ():
            sections = (*found[change.key].sections, held.name) if change.key in found else (held.name,)
            found[change.key] = msgspec.structs.replace(found.get(change.key, change), sections=sections)
    return tuple(found.values())


def join_changes(changes: Sequence[Change], unsettled: Sequence[Change]) -> list[Change]:
    """The changes since the last export, then the others that a person's section still waits for; a key once."""
    loud = {change.key for change in changes if change.state not in QUIET}
    missed = [change for change in unsettled if change.key not in loud]
    keys = {change.key for change in missed}
    return [*(change for change in changes if change.key not in keys), *missed]


def drop_accepted(changes: Sequence[Change], decisions: Iterable[Decision]) -> list[Change]:
    """The changes without those that a person accepted exactly as they are now."""
    accepted = {decision.key: decision.text for decision in decisions if decision.subject == "change"}
    return [change for change in changes if not change.sha256 or accepted.get(change.key) != change.sha256]


def _accepted(trail: Trail, exports: list[int]) -> dict[str, int]:
    """Ids of the sections that a person wrote in a notebook, with the number of the export that the person knew."""
    found: dict[str, int] = {}
    for event in trail.events("decision"):
        decision = trail.parse(event, Decision)
        if decision.subject != "section":
            continue
        found.pop(decision.key, None)
        if decision.verdict in ("accept", "edit"):
            found[decision.key] = max(sum(seq < event.seq for seq in exports) - 1, 0)
    return found


class _Comparison:
    """The pack and the code at earlier exports against those of now, each pair compared once."""

    def __init__(self, trail: Trail, exports: list[Exported], now: SpecPack | None, checkout: Checkout) -> None:
        self._trail, self._exports, self._now, self._checkout = trail, exports, now, checkout
        self._packs: dict[str, tuple[SpecPack | None, tuple[Change, ...]]] = {}

    def changes(self, held: Held, template: Template) -> Iterator[Change]:
        """What changed of the things that a section names, since the export that its author knew."""
        export = self._exports[held.since]
        known = PathTails(symbol.path for symbol in export.footing.symbols)
        keys = parse_rests(held.text, template, known).keys()
        pack, stated = self._pack(export.drafted)
        if pack is not None:
            touches = _toucher(pack, keys)
            yield from (change for change in stated if touches(change))
        symbols = tuple(symbol for symbol in export.footing.symbols if symbol.key in keys)
        footing = Footing(symbols, export.footing.quotes, export.footing.texts)
        yield from (change for change in compare_symbols(footing, self._checkout) if change.state not in QUIET)

    def _pack(self, drafted: str) -> tuple[SpecPack | None, tuple[Change, ...]]:
        if drafted not in self._packs:
            draft = self._trail.value(Drafted, "draft", drafted)
            pack = self._trail.value(SpecPack, "pack", draft.pack) if draft is not None else None
            both = pack is not None and self._now is not None
            self._packs[drafted] = (pack, compare_packs(pack, self._now) if both else ())  # type: ignore[arg-type]
        return self._packs[drafted]


def _toucher(pack: SpecPack, keys: Collection[str]) -> Callable[[Change], bool]:
    """Whether a change of the pack touches what has one of the keys."""
    headings = name_headings(pack)
    lines = [int(key.rpartition(":")[2]) for key in keys if key.startswith("prd:")]

    def touches(change: Change) -> bool:
        family, _, name = change.key.partition(":")
        if family == "prd" and name in headings:
            heading = headings[name]
            places = [Place(heading.section.place.path, line) for line in lines]
            return any(place_key(place) in keys and heading.holds(place) for place in places)
        if family == "note":
            return any(key.startswith(f"note:{quote(name)}:") for key in keys)
        return change.key in keys

    return touches
