"""What `torusnb status` tells: for each pack, whether what its design rests on has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import msgspec

from torusnb.context.changes.staleness import Checkout, compare_packages, compare_symbols
from torusnb.context.map.checkout import require_elixir_project
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.elixir.mixfiles import parse_lock
from torusnb.errors import InputError, OutputError, PackError, TrailError
from torusnb.models.base import Place
from torusnb.models.changes import Change, PackStatus
from torusnb.models.codebase import LockedPackage
from torusnb.models.design import Template, parse_keys
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision, Drafted, Exported, Footing, Settings
from torusnb.models.requirements import SpecPack, place_key
from torusnb.models.sources import Research
from torusnb.session import places
from torusnb.session.foreign import tell_foreign_files, tell_foreign_places
from torusnb.session.held import find_unsettled, join_changes
from torusnb.session.outlived import find_outlived_sections
from torusnb.session.packs import find_output, find_output_of
from torusnb.spec.changes import compare_packs
from torusnb.spec.discovery import PackFolder, find_packs, locate_pack
from torusnb.spec.headings import Heading, name_headings
from torusnb.spec.pathtails import PathTails
from torusnb.spec.reader import load_pack
from torusnb.spec.rests import parse_rests
from torusnb.spec.template import load_template
from torusnb.trail.store import Trail

TRAIL = "trail.sqlite3"

FOREIGN = "of another checkout"
"""The state of a pack whose trail has nothing to do with the checkout at hand."""

_ORDER = {"changed": 0, "gone": 1, "new": 2, "moved": 3, "unchanged": 4}
_OLDER = "It was exported by a torusnb that kept no symbols; export it again to have its code watched."


class Watch:
    """A checkout as it is now, to hold trails against; a file is read once for all of them."""

    def __init__(self, root: Path) -> None:
        """A watch over the checkout.

        Raises:
            CheckoutError: It is no Elixir project.
        """
        self.root = require_elixir_project(root)
        self._read = source_reader(self.root)
        self._checkout = Checkout(self._read, lambda: load_code_map(self.root, cache=places.outline_cache()))

    @cached_property
    def _locked(self) -> Mapping[str, LockedPackage]:
        return {package.name: package for package in parse_lock(self._read("mix.lock"))}

    def judge(self, trail: Trail) -> PackStatus:
        """The status of the pack that a trail belongs to."""
        record = _load_record(trail)
        if record.pack is None:
            return PackStatus(trail.path.parent.name, "", "read", note="The trail holds no pack yet.")
        directory, note, now = record.pack.directory, record.note, None
        commit = record.context.commit_id if record.context else ""
        if foreign := tell_foreign_files(self.root, self._read, (s.path for s in record.footing.symbols), commit):
            return PackStatus(record.pack.slug, directory, FOREIGN, commit, (), foreign)
        changes = [*compare_symbols(record.footing, self._checkout)]
        if foreign := tell_foreign_places(self.root, changes, directory, commit):
            return PackStatus(record.pack.slug, directory, FOREIGN, commit, (), foreign)
        try:
            now = load_pack(self.root / directory, self.root)
            changes += compare_packs(record.pack, now)
        except PackError as error:
            note = f"The pack cannot be read now, so its requirements were not compared: {error}"
        if record.research is not None:
            cited = (s for s in record.research.sources if s.key in record.rests or record.exported is None)
            changes += compare_packages(cited, self._locked)
        placed = [msgspec.structs.replace(change, sections=_sections(change, record)) for change in changes]
        try:
            outlived = find_outlived_sections(trail, record.template)
            left = {section for change in outlived for section in change.sections}
            unsettled = find_unsettled(trail, record.template, now, self._checkout, left)
            placed = [*join_changes(placed, unsettled), *outlived]
        except InputError as error:
            note = f"fdd.md cannot be read now, so a person's sections in it were not looked at: {error}"
        return PackStatus(record.pack.slug, directory, record.state, commit, _ranked(placed, trail.decisions()), note)

    def judge_file(self, path: Path) -> PackStatus:
        """The status of the pack whose trail lies at a path; the trail is only read."""
        with Trail.open(path, create=False) as trail:
            return self.judge(trail)

    def judge_folder(self, folder: PackFolder) -> PackStatus:
        """The state of a pack without a trail."""
        return PackStatus(folder.slug, folder.directory, "own design" if "fdd.md" in folder.files else "no design")


@dataclass(frozen=True)
class _Record:
    """What a trail holds of the last design, or of as much of one as there is."""

    pack: SpecPack | None
    context: Context | None
    research: Research | None
    drafted: Drafted | None
    exported: Exported | None
    template: Template

    @property
    def state(self) -> str:
        done = (("exported", self.exported), ("drafted", self.drafted), ("captured", self.context))
        return next((name for name, value in done if value is not None), "read")

    @property
    def footing(self) -> Footing:
        """The symbols of the export; before one, those of the context."""
        if self.exported is not None and self.exported.footing.symbols:
            return self.exported.footing
        if self.context is None:
            return Footing()
        return Footing(self.context.symbols, self.context.quotes)

    @property
    def note(self) -> str:
        return _OLDER if self.exported is not None and not self.footing.symbols else ""

    @cached_property
    def rests(self) -> dict[str, tuple[str, ...]]:
        """Evidence key to the sections that rest on it."""
        if self.exported is not None:
            cited = PathTails(symbol.path for symbol in self.exported.footing.symbols)
            return parse_rests(self.exported.text, self.template, cited)
        found: dict[str, list[str]] = {}
        for draft in self.drafted.sections if self.drafted else ():
            for key in parse_keys(draft.text):
                found.setdefault(key, []).append(draft.section)
        return {key: tuple(sections) for key, sections in found.items()}

    @cached_property
    def headings(self) -> dict[str, Heading]:
        """The headings of prd.md by the titles that a change is told with."""
        return name_headings(self.pack) if self.pack is not None else {}

    def is_below(self, key: str, title: str) -> bool:
        """Whether an evidence key is a line of prd.md under a heading."""
        line = key.rpartition(":")[2]
        heading = self.headings[title]
        place = Place(heading.section.place.path, int(line) if line.isdecimal() else 0)
        return place.line > 0 and key == place_key(place) and heading.holds(place)


def _load_record(trail: Trail) -> _Record:
    exported = trail.value(Exported, "export")
    drafted = trail.value(Drafted, "draft", exported.drafted if exported else "")
    settings = trail.value(Settings, "settings") or Settings()
    template = drafted.template if drafted else settings.template
    return _Record(
        pack=trail.value(SpecPack, "pack", drafted.pack if drafted else ""),
        context=trail.value(Context, "context", drafted.context if drafted else ""),
        research=trail.value(Research, "research", drafted.research) if drafted else None,
        drafted=drafted,
        exported=exported,
        template=(trail.value(Template, "template", template) if template else None) or load_template(),
    )


def _sections(change: Change, record: _Record) -> tuple[str, ...]:
    """The sections that rest on the thing, in the document's order."""
    family, _, name = change.key.partition(":")
    keys = [change.key]
    if family == "package" and record.research is not None:
        cited = (change.name, change.old)
        keys = [source.key for source in record.research.sources if (source.package, source.version) == cited]
    elif family == "prd" and name in record.headings:
        keys = [key for key in record.rests if record.is_below(key, name)]
    elif family == "note":
        keys = [key for key in record.rests if key.startswith(f"note:{quote(name)}:")]
    found = {section for key in keys for section in record.rests.get(key, ())}
    order = {section.id: number for number, section in enumerate(record.template.sections)}
    return tuple(sorted(found, key=lambda section: (order.get(section, len(order)), section)))


def _ranked(changes: Sequence[Change], decisions: Iterable[Decision]) -> tuple[Change, ...]:
    """What wants to be looked at first; a diff is told once for each symbol."""
    accepted = {decision.key: decision.text for decision in decisions if decision.subject == "change"}
    judged = [msgspec.structs.replace(c, accepted=bool(c.sha256) and accepted.get(c.key) == c.sha256) for c in changes]
    judged.sort(key=lambda change: (not change.open, _ORDER[change.state]))
    told: set[tuple[str, str]] = set()
    found = []
    for change in judged:
        same = (change.name, change.sha256)
        found.append(msgspec.structs.replace(change, diff=()) if same in told else change)
        told.add(same)
    return tuple(found)


def judge_packs(root: Path, given: Sequence[str], out_dir: Path) -> tuple[PackStatus, ...]:
    """The status of the packs that a person names, or of every pack of the checkout and every trail there is.

    Args:
        root: The checkout.
        given: Packs as `locate_pack` takes them, or the names of folders in `out_dir`; empty means all.
        out_dir: Where each pack has its folder.

    One damaged trail does not keep the others from being judged, unless it was asked for.

    Raises:
        InputError: A pack that is named cannot be found.
        TrailError: The trail of a pack that is named is damaged.
    """
    watch = Watch(root)
    if given:
        return tuple(_judge_one(watch, name, out_dir) for name in given)
    found = []
    for path in sorted(out_dir.glob(f"*/{TRAIL}")):
        try:
            found.append(watch.judge_file(path))
        except (TrailError, OutputError) as error:
            found.append(PackStatus(path.parent.name, "", "unreadable", note=str(error)))
    walked = {status.directory for status in found}
    found += [watch.judge_folder(folder) for folder in find_packs(watch.root) if folder.directory not in walked]
    return tuple(found)


def find_trail(root: Path, given: str, out_dir: Path) -> Path | None:
    """The trail of a pack, by the pack or its output folder; None when there is none yet.

    Raises:
        PackError: There is no such pack, nor a trail of that name.
        TrailError: The trail is damaged.
    """
    output = find_output(given, out_dir) or find_output_of(locate_pack(root, given), root, out_dir)
    return output / TRAIL if output is not None else None


def _judge_one(watch: Watch, given: str, out_dir: Path) -> PackStatus:
    path = find_trail(watch.root, given, out_dir)
    if path is not None:
        return watch.judge_file(path)
    folder = locate_pack(watch.root, given).resolve()
    directory = folder.relative_to(watch.root).as_posix() if folder.is_relative_to(watch.root) else folder.as_posix()
    return watch.judge_folder(PackFolder(folder.name, directory, tuple(sorted(p.name for p in folder.iterdir()))))


def accept_changes(trail: Trail, status: PackStatus, given: str) -> tuple[Change, ...]:
    """Put down that a person looked at a change and accepts it; it stays quiet until the thing changes again.

    Args:
        trail: The pack's trail, open for writing.
        status: Its status.
        given: A change's key or symbol, or `all`.

    Returns:
        The changes accepted now; those that were accepted before are not put down again.

    Raises:
        InputError: Nothing that wants to be looked at has that key or name.
    """
    chosen = [change for change in status.open if given in ("all", change.key, change.name)]
    if not chosen and given != "all":
        waiting = ", ".join(change.key for change in status.open[:5]) or "nothing"
        raise InputError(f"no open change of {status.slug} is called {given!r}; waiting: {waiting}", key=given)
    for change in chosen:
        decision = Decision("change", change.key, "accept", change.sha256)
        trail.append("decision", f"accept change {change.key}", key=change.key, value=decision, actor="person")
    return tuple(chosen)
