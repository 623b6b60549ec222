"""A fresh export meets a file that a person may have changed: what is theirs stays.

The unit is a section: a heading with all that stands below it, up to the next heading that the template
knows or that is not deeper. A unit is a person's when it differs from what was last exported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from torusnb.export.kept import find_kept_ends, list_kept_ends
from torusnb.export.markers import says_else
from torusnb.export.units import FRONT, NEWLINE, Unit, cut_units
from torusnb.models.base import Value
from torusnb.models.design import Template
from torusnb.spec.pathtails import PlaceReader


class Merged(Value, frozen=True):
    """The outcome of a merge; the tuples hold section ids, or titles of sections outside the template.

    Attributes:
        text: What to write.
        kept: Sections a person wrote or changed, which stay as they are.
        updated: Sections brought up to date.
        added: Sections that were not in the file.
        deleted: Sections a person took out, which stay out.
        removed: Sections that only torusnb had written and the fresh export no longer has.
        stale: The kept sections for which the fresh export now says something else than the last one did.
    """

    text: str
    kept: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


class Outlived(Value, frozen=True):
    """A person's section that torusnb's own text has left behind.

    Attributes:
        name: Its id, or its title outside the template.
        then, now: What torusnb itself would have written when the person wrote it, and writes now.
    """

    name: str
    then: str
    now: str


class Held(Value, frozen=True):
    """A section as a person wrote it.

    Attributes:
        name: Its id, or its title outside the template.
        text: It, with its heading and all that stands below it.
        since: The number of the export, from 0, that the person had before them: all later ones left it as it is.
    """

    name: str
    text: str
    since: int


def merge_fdd(existing: str | None, exported: str | Sequence[str] | None, fresh: str, template: Template) -> Merged:
    """The existing file brought up to date, with everything a person wrote still in it, byte for byte.

    Without an earlier export everything in the file counts as a person's and only missing sections are added.
    A section a person deleted stays deleted, unless the template requires it. After writing, remember `fresh`
    (not the merged text) as an export; merging again then changes nothing.

    Args:
        existing: The file as it is now; None, or blank, when there is none.
        exported: What torusnb rendered for it before, the last one or all of them, oldest first; none when unknown. A
            section that is as any of them had it is torusnb's own.
        fresh: What torusnb renders now.
        template: The sections.
    """
    if existing is None or not existing.strip():
        names = tuple(unit.name for unit in cut_units(fresh, template) if unit.name != FRONT)
        return Merged(text=fresh, added=names)
    newline = "\r\n" if existing.count("\r\n") * 2 > existing.count("\n") else "\n"
    earlier = (exported,) if isinstance(exported, str) else tuple(dict.fromkeys(exported or ()))
    here, units = PlaceReader(existing), cut_units(existing, template)
    past = [cut_units(list_kept_ends(text, here.kept, template), template) for text in earlier]
    own = {(unit.key, unit.words) for written in past for unit in written}
    theirs = [unit.text for unit in units if (unit.key, unit.words) not in own]
    fresh = list_kept_ends(fresh, find_kept_ends(theirs, here, PlaceReader(fresh)), template)
    return _Merge(
        units,
        past,
        cut_units(NEWLINE.sub(newline, fresh), template),
        template,
        newline,
    ).merged()


def find_outlived(
    existing: str | None, exports: Sequence[tuple[str, str]], fresh: str, template: Template
) -> tuple[Outlived, ...]:
    """The sections of a person that have stood unchanged while torusnb's own text for them became another.

    Unlike `Merged.stale`, which compares with the last export alone, this holds until the person touches the section.

    Args:
        existing: The file as it is now; None when there is none.
        exports: What was written and what torusnb itself would have written, for each export, oldest first.
        fresh: What torusnb renders now.
        template: The sections.
    """
    fresh = list_kept_ends(fresh, PlaceReader(existing or "").kept, template)
    now = {unit.key: unit.words for unit in cut_units(fresh, template)}
    found = []
    past = _past(exports, template)
    for unit in cut_units(existing or "", template):
        base, source = "", None
        for written, own in reversed(past):  # back to the export that the person changed
            base, source = next(((o.words, o.source) for o in own if o.key == unit.key), ("", None))
            if written.get(unit.key) != unit.words:
                break
        fresh_words = now.get(unit.key, unit.words)
        if (
            base not in ("", unit.words)
            and fresh_words != unit.words
            and says_else(base, fresh_words, source, PlaceReader(fresh))
        ):
            found.append(Outlived(unit.name, base, fresh_words))
    return tuple(found)


def find_held(
    existing: str | None, exports: Sequence[tuple[str, str]], accepted: Mapping[str, int], template: Template
) -> tuple[Held, ...]:
    """The sections that a person wrote, in the document's order.

    Args:
        existing: The file as it is now; None when there is none.
        exports: What was written and what torusnb itself would have written, for each export, oldest first.
        accepted: Names of the sections that torusnb renders in a person's words, with the number of the export that
            the person knew.
        template: The sections.
    """
    past = _past(exports, template)
    own = {(unit.key, unit.words) for _, units in past for unit in units}
    found = []
    for unit in cut_units(existing or "", template):
        if (unit.key, unit.words) not in own:
            changed = (n for n in reversed(range(len(past))) if past[n][0].get(unit.key) != unit.words)
            found.append(Held(unit.name, unit.text, next(changed, 0)))
        elif unit.name in accepted:
            found.append(Held(unit.name, unit.text, accepted[unit.name]))
    return tuple(found)


def _past(
    exports: Sequence[tuple[str, str]], template: Template
) -> list[tuple[dict[tuple[str, int], str], tuple[Unit, ...]]]:
    """For each export the words that were written, and torusnb's own sections as they stood among a person's."""
    return [
        (
            {unit.key: unit.words for unit in cut_units(text, template)},
            cut_units(list_kept_ends(own, PlaceReader(text).kept, template), template),
        )
        for text, own in exports
    ]


class _Merge:
    """One merge of three lists of units."""

    def __init__(
        self,
        existing: Sequence[Unit],
        earlier: Sequence[Sequence[Unit]],
        fresh: Sequence[Unit],
        template: Template,
        newline: str,
    ) -> None:
        self.existing = existing
        self.here = {unit.key for unit in existing}
        self.own = {(unit.key, unit.words) for units in earlier for unit in units}
        self.last = {unit.key: unit for unit in self._base(earlier)}
        self.fresh_units = fresh
        self.fresh = {unit.key: unit for unit in fresh}
        self.required = {section.id for section in template.sections if section.required}
        self.newline = newline
        self.names: dict[str, list[str]] = {}

    def merged(self) -> Merged:
        """What stands at the end, and what happened to each section."""
        units = [unit for old in self.existing if (unit := self._existing(old)) is not None]
        for position, new in enumerate(self.fresh_units):
            if new.key not in self.here:
                self._missing(units, position, new)
        text = "".join(self._spaced(units))
        if units[-1] is not self.existing[-1]:
            text = text.rstrip("\r\n") + self.newline
        return Merged(text, **{kind: tuple(names) for kind, names in self.names.items()})

    def _base(self, earlier: Sequence[Sequence[Unit]]) -> Sequence[Unit]:
        """The export that the file was made from: the one it has most in common with, of equals the latest.

        It need not be the last one: after a crash between record and file the file is older.
        """
        words = {(unit.key, unit.words) for unit in self.existing}
        ranked = [
            (sum((unit.key, unit.words) in words for unit in units), index) for index, units in enumerate(earlier)
        ]
        return earlier[max(ranked)[1]] if ranked else ()

    def _note(self, kind: str, unit: Unit) -> None:
        self.names.setdefault(kind, []).append(unit.name)

    def _existing(self, unit: Unit) -> Unit | None:
        last, new = self.last.get(unit.key), self.fresh.get(unit.key)
        if (unit.key, unit.words) not in self.own:
            if new is None or new.words != unit.words:
                self._note("kept", unit)
                if last is not None and new is not None and says_else(last.words, new.words, last.source, new.source):
                    self._note("stale", unit)
            return unit
        if new is None:
            self._note("removed", unit)
            return None
        if new.words == unit.words:
            return unit
        self._note("updated", unit)
        return new

    def _missing(self, units: list[Unit], position: int, new: Unit) -> None:
        parent = new.section.rpartition(".")[0]
        orphan = bool(parent) and all(unit.section != parent for unit in units)
        if (new.key in self.last or orphan or new.name == FRONT) and new.section not in self.required:
            if new.key in self.last or orphan:
                self._note("deleted", new)
            return
        units.insert(self._place(units, position, new), new)
        self._note("added", new)

    def _place(self, units: Sequence[Unit], position: int, new: Unit) -> int:
        """Behind the nearest section that stands before it in the fresh export, and what hangs below that one."""
        places = {unit.key: index for index, unit in enumerate(units)}
        for before in reversed(self.fresh_units[:position]):
            if before.key in places:
                place = places[before.key] + 1
                while place < len(units) and units[place].level > new.level and before.name != FRONT:
                    place += 1
                return place
        after = (places[unit.key] for unit in self.fresh_units[position + 1 :] if unit.key in places)
        return next(after, len(units))

    def _spaced(self, units: Sequence[Unit]) -> Iterator[str]:
        """The units' texts, with a blank line before one that torusnb puts in where there is none."""
        written = {unit.text for unit in self.existing}
        for index, unit in enumerate(units):
            before = units[index - 1].text if index else ""
            joined = unit.text in written and before in written
            if before and not joined:
                lacking = 2 - _trailing_newlines(before)
                yield self.newline * max(0, lacking)
            yield unit.text


def _trailing_newlines(text: str) -> int:
    text = NEWLINE.sub("\n", text)
    return len(text) - len(text.rstrip("\n"))
