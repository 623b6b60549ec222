"""A fresh export meets a file that a person may have changed: what is theirs stays.

The unit is a section: a heading with all that stands below it, up to the next heading that the template
knows or that is not deeper. A unit is a person's when it differs from what was last exported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from torusnb.export.markers import fold_citations
from torusnb.models.base import Value
from torusnb.models.design import Template
from torusnb.spec.fdd import FddSection, parse_fdd

FRONT = "front matter"
"""The name of what stands before the first section: the title and an introduction."""

_NEWLINE = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


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


class _Unit(Value, frozen=True):
    key: tuple[str, int]
    section: str
    level: int
    text: str

    @property
    def name(self) -> str:
        return self.key[0]

    @property
    def words(self) -> str:
        """What counts as its text: line ends and blank lines at the end do not."""
        return "\n".join(line.rstrip() for line in _NEWLINE.split(self.text)).rstrip()


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
        names = tuple(unit.name for unit in _units(fresh, template) if unit.name != FRONT)
        return Merged(text=fresh, added=names)
    newline = "\r\n" if existing.count("\r\n") * 2 > existing.count("\n") else "\n"
    earlier = (exported,) if isinstance(exported, str) else tuple(dict.fromkeys(exported or ()))
    return _Merge(
        _units(existing, template),
        [_units(text, template) for text in earlier],
        _units(_NEWLINE.sub(newline, fresh), template),
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
    now = {unit.key: unit.words for unit in _units(fresh, template)}
    found = []
    past = [({u.key: u.words for u in _units(text, template)}, _units(own, template)) for text, own in exports]
    for unit in _units(existing or "", template):
        base = ""
        for written, own in reversed(past):  # back to the export that the person changed
            base = next((other.words for other in own if other.key == unit.key), "")
            if written.get(unit.key) != unit.words:
                break
        fresh_words = now.get(unit.key, unit.words)
        if base not in ("", unit.words) and fresh_words != unit.words and _says_else(base, fresh_words):
            found.append(Outlived(unit.name, base, fresh_words))
    return tuple(found)


def _says_else(one: str, other: str) -> bool:
    """Whether two texts differ in more than the form of their citations, which an older torusnb wrote at length."""
    return one != other and fold_citations(one) != fold_citations(other)


class _Merge:
    """One merge of three lists of units."""

    def __init__(
        self,
        existing: Sequence[_Unit],
        earlier: Sequence[Sequence[_Unit]],
        fresh: Sequence[_Unit],
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

    def _base(self, earlier: Sequence[Sequence[_Unit]]) -> Sequence[_Unit]:
        """The export that the file was made from: the one it has most in common with, of equals the latest.

        It need not be the last one: after a crash between record and file the file is older.
        """
        words = {(unit.key, unit.words) for unit in self.existing}
        ranked = [
            (sum((unit.key, unit.words) in words for unit in units), index) for index, units in enumerate(earlier)
        ]
        return earlier[max(ranked)[1]] if ranked else ()

    def _note(self, kind: str, unit: _Unit) -> None:
        self.names.setdefault(kind, []).append(unit.name)

    def _existing(self, unit: _Unit) -> _Unit | None:
        last, new = self.last.get(unit.key), self.fresh.get(unit.key)
        if (unit.key, unit.words) not in self.own:
            if new is None or new.words != unit.words:
                self._note("kept", unit)
                if last is not None and new is not None and _says_else(last.words, new.words):
                    self._note("stale", unit)
            return unit
        if new is None:
            self._note("removed", unit)
            return None
        if new.words == unit.words:
            return unit
        self._note("updated", unit)
        return new

    def _missing(self, units: list[_Unit], position: int, new: _Unit) -> None:
        parent = new.section.rpartition(".")[0]
        orphan = bool(parent) and all(unit.section != parent for unit in units)
        if (new.key in self.last or orphan or new.name == FRONT) and new.section not in self.required:
            if new.key in self.last or orphan:
                self._note("deleted", new)
            return
        units.insert(self._place(units, position, new), new)
        self._note("added", new)

    def _place(self, units: Sequence[_Unit], position: int, new: _Unit) -> int:
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

    def _spaced(self, units: Sequence[_Unit]) -> Iterator[str]:
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
    text = _NEWLINE.sub("\n", text)
    return len(text) - len(text.rstrip("\n"))


def _units(text: str, template: Template) -> tuple[_Unit, ...]:
    """The text cut into units; joined again they give the text, byte for byte."""
    lines = _LINE.findall(text)
    sections = _tops(parse_fdd(_NEWLINE.sub("\n", text), template).sections)
    starts = [section.line - 1 for section in sections]
    seen: Counter[str] = Counter()
    units = []
    if front := "".join(lines[: starts[0]] if starts else lines):
        units.append(_Unit((FRONT, 0), "", 0, front))
    for section, start, end in zip(sections, starts, [*starts[1:], len(lines)], strict=False):
        name = section.id or " ".join(section.title.split())
        units.append(_Unit((name, seen[name]), section.id, section.level, "".join(lines[start:end])))
        seen[name] += 1
    return tuple(units)


def _tops(sections: Sequence[FddSection]) -> list[FddSection]:
    """The sections that are units: known ones, and unknown ones that are not below the unit before them."""
    tops: list[FddSection] = []
    for section in sections:
        if section.id or not tops or section.level <= tops[-1].level:
            tops.append(section)
    return tops
