"""Two readings of the same spec pack: which requirements and sections changed in between."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from torusnb.models.base import Place, fingerprint
from torusnb.models.changes import Change
from torusnb.models.requirements import AcceptanceCriterion, Requirement, SpecPack, name_in_pack
from torusnb.spec.headings import Heading, name_headings

GONE = "gone"
"""What is accepted of something that is no longer there."""

_DIFF_LINES = 40


def compare_packs(then: SpecPack, now: SpecPack) -> tuple[Change, ...]:
    """What changed in the pack: requirements and criteria by id, then the sections of prd.md not explained by those.

    Last come the folder's other documents, each as a whole, apart from one that is read in place of a prd.md.

    White space and the order of things do not count. Ids that torusnb gave itself are no identities: a pack without
    ids of its own is compared by its sections alone.
    """
    stated = tuple(_compare_stated(then, now))
    explained = set(_places(then, now, {change.key for change in stated}))
    return (*stated, *_compare_sections(then, now, explained), *_compare_notes(then, now))


def _compare_stated(then: SpecPack, now: SpecPack) -> Iterator[Change]:
    old, new = _stated(then), _stated(now)
    for name, (before, _) in old.items():
        if name not in new:
            yield Change(name, name, "gone", before, sha256=GONE)
    for name, (after, place) in new.items():
        digest = fingerprint(after)
        if name not in old:
            yield Change(name, name, "new", "", after, place, digest)
        elif old[name][0] != after:
            yield Change(name, name, "changed", old[name][0], after, place, digest)


def _stated(pack: SpecPack) -> dict[str, tuple[str, Place]]:
    entries: tuple[Requirement | AcceptanceCriterion, ...] = (*pack.requirements, *pack.criteria)
    return {entry.id: (" ".join(entry.text.split()), entry.place) for entry in entries if not entry.derived}


def _places(then: SpecPack, now: SpecPack, keys: set[str]) -> Iterator[Place]:
    for pack in (then, now):
        yield from (requirement.place for requirement in pack.requirements if requirement.id in keys)
        yield from (criterion.place for criterion in pack.criteria if criterion.id in keys)


def _compare_sections(then: SpecPack, now: SpecPack, explained: set[Place]) -> Iterator[Change]:
    old, new = name_headings(then), name_headings(now)
    for title, before in old.items():
        section, heading = before.section, new.get(title)
        words = section.text.split()
        if heading is None:
            if words and not _explains(before, explained):
                yield Change(f"prd:{title}", title, "gone", _first(section.text), sha256=GONE)
        elif words != heading.section.text.split() and not _explains(before, explained):
            after = heading.section
            if _explains(heading, explained):
                continue
            before_line, after_line = _first_difference(section.text, after.text)
            digest = fingerprint(" ".join(after.text.split()))
            diff = _differing(section.text, after.text)
            yield Change(f"prd:{title}", title, "changed", before_line, after_line, after.place, digest, diff)
    for title, heading in new.items():
        section = heading.section
        if title not in old and section.text.split() and not _explains(heading, explained):
            digest = fingerprint(" ".join(section.text.split()))
            yield Change(f"prd:{title}", title, "new", "", _first(section.text), section.place, digest)


def _compare_notes(then: SpecPack, now: SpecPack) -> Iterator[Change]:
    requests = {name_in_pack(section.place.path) for pack in (then, now) for section in pack.sections}
    same = {(note.name, note.sha256) for note in then.beside if note.sha256} & {(n.name, n.sha256) for n in now.beside}
    kept = {name for name, _ in same}  # other lines were chosen of the same file: nobody changed it
    old, new = ({n.name: n.statements for n in pack.beside if n.name not in kept} for pack in (then, now))
    for name in sorted((old.keys() | new.keys()) - requests):
        before, after = ([statement.text for statement in notes.get(name, ())] for notes in (old, new))
        if sorted(before) == sorted(after):
            continue
        gone, fresh = _first_difference("\n".join(before), "\n".join(after))
        state = "gone" if not after else "changed" if before else "new"
        place = next((statement.place for statement in new.get(name, ()) if statement.text == fresh), None)
        diff = _differing("\n".join(before), "\n".join(after)) if state == "changed" else ()
        yield Change(f"note:{name}", name, state, gone, fresh, place, fingerprint(after) if after else GONE, diff)


def _explains(heading: Heading, explained: set[Place]) -> bool:
    """Whether a changed requirement or criterion stands in the section."""
    return any(heading.holds(place) for place in explained)


def _first(text: str) -> str:
    return next((" ".join(line.split()) for line in text.split("\n") if line.strip()), "")


def _first_difference(old: str, new: str) -> tuple[str, str]:
    """The first line of either text that the other does not have."""
    before, after = _lines(old), _lines(new)
    return next((b for b in before if b not in after), ""), next((a for a in after if a not in before), "")


def _differing(old: str, new: str) -> tuple[str, ...]:
    """The lines that differ, each with its sign, up to a bound; a line that only stands elsewhere does not differ."""
    marked = list(difflib.unified_diff(_lines(old), _lines(new), n=0, lineterm=""))[2:]
    lines = [line for line in marked if not line.startswith("@@")]
    both = {line[1:] for line in lines if line[0] == "-"} & {line[1:] for line in lines if line[0] == "+"}
    told = [line for line in lines if line[1:] not in both] or lines
    more = len(told) - _DIFF_LINES
    return tuple(told) if more <= 0 else (*told[:_DIFF_LINES], f"… and {more} more lines that differ")


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]
