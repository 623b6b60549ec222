"""What a pack says only to say that it is not used: `X recommendation: not applicable`, with what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from torusnb.models.base import Place
from torusnb.models.requirements import Mention, PrdSection, SpecPack

_WAIVED = re.compile(
    r"^(?:status|applicab\w+|decision|recommendation|required|needed|verdict|impact|answer)?[\s:=–—-]*"
    r"(?:not applicable|n/?a|not (?:needed|required|used|recommended|planned))\b"
    r"(?! (?:only|just|unless|if|when|until|except|to)\b)[^.;,]{0,24}(?:[.;,(–—-]|$)",
    re.IGNORECASE,
)
"""A point that answers only that something is not to be."""
_ANSWERED = re.compile(r"^(?P<label>[^:|]{2,60}):\s+(?P<answer>.+)$")
_MARK = re.compile(r"^(?P<indent>\s*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")


def find_unused(pack: SpecPack) -> frozenset[tuple[str, int]]:
    """The lines, as path and number, that stand under a label of which the pack says that it is not applicable.

    `- Load rig: not applicable` is one such line. Where a point below a label says so (`- Status: Not applicable`), the
    label's line and all points below it are: reasons that something is left out ask for nothing.
    """
    return frozenset((section.place.path, number) for section in pack.sections for number in _unused_lines(section))


def keep_used(pack: SpecPack) -> SpecPack:
    """The pack without the lines of `find_unused` in its sections, and without the names that stand there alone.

    Lines keep their numbers: one that goes is left empty. A pack that says no such thing comes back as it is.
    """
    unused = find_unused(pack)
    if not unused:
        return pack
    sections = tuple(_without(section, unused) for section in pack.sections)
    rest = "\n".join([*(s.text for s in sections), *(f"{r.title} {r.text}" for r in pack.requirements)])
    rest = "\n".join([rest, *(criterion.text for criterion in pack.criteria)])
    mentions = tuple(m for m in pack.mentions if not _is_in(m.place, unused) or m.name in rest)
    return msgspec.structs.replace(pack, sections=sections, mentions=mentions)


def find_ruled_out(pack: SpecPack) -> tuple[Mention, ...]:
    """The names that stand in the lines of `find_unused` alone."""
    kept = frozenset(keep_used(pack).mentions)
    return tuple(mention for mention in pack.mentions if mention not in kept)


def _is_in(place: Place, lines: frozenset[tuple[str, int]]) -> bool:
    return (place.path, place.line) in lines


def _without(section: PrdSection, unused: frozenset[tuple[str, int]]) -> PrdSection:
    first = section.text_line
    lines = [
        "" if (section.place.path, number) in unused else line
        for number, line in enumerate(section.text.split("\n"), first)
    ]
    return msgspec.structs.replace(section, text="\n".join(lines))


def _unused_lines(section: PrdSection) -> Iterator[int]:
    lines = section.text.split("\n")
    first = section.text_line
    for number, line in enumerate(lines):
        bare = _bare(line)
        answered = _ANSWERED.match(bare)
        if answered is not None and _WAIVED.match(answered["answer"]) and not _WAIVED.match(bare):
            yield from (first + n for n in range(number, _end(lines, number)))
        elif _WAIVED.match(bare) and (label := _label_above(lines, number)) is not None:
            yield from (first + n for n in range(label, _end(lines, label)))


def _bare(line: str) -> str:
    return _EMPHASIS.sub("", _MARK.sub("", line)).strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _label_above(lines: list[str], number: int) -> int | None:
    """The line of the label that a point stands below; None where it stands below none."""
    depth = _indent(lines[number])
    for above in range(number - 1, -1, -1):
        if lines[above].strip() and _indent(lines[above]) < depth:
            return above if _bare(lines[above]).endswith(":") else None
    return None


def _end(lines: list[str], start: int) -> int:
    """The line behind the last one that is indented deeper than a line."""
    depth, end = _indent(lines[start]), start + 1
    for number in range(start + 1, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) <= depth:
                break
            end = number + 1
    return end
