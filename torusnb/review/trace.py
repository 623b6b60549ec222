"""Rules about ids: every requirement and criterion is named, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.models.design import Finding
from torusnb.models.requirements import SpecPack
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_RANGE_MARK = r"\s*(?:`?\s*(?:-|–|—|to|through|thru|until|\.\.\.?|…)\s*`?)\s*"
_ID = re.compile(r"(?P<family>.*?[^0-9])??(?P<number>\d+)(?P<letter>[a-z]?)")


def review_trace(reading: Reading, pack: SpecPack | None) -> Iterator[Finding]:
    """Ids that the pack has and the document does not, and the other way round."""
    if pack is None:
        yield found(
            "trace.not-checked",
            reading.path,
            0,
            "No spec pack was given, so requirement and criterion ids were not checked.",
            "Review the fdd.md in its spec pack's folder.",
        )
        return
    wanted = pack_ids(pack)
    if not wanted:
        yield found(
            "trace.not-checked",
            reading.path,
            0,
            "The spec pack gives no requirement or criterion ids, so tracing was not checked.",
            "Number the requirements (FR-001) and criteria (AC-001) in prd.md or requirements.yml.",
        )
        return
    present = {name for name in wanted if has_id(reading.text, name)}
    ranges = tuple(_ranges(reading.text))
    for name in wanted:
        if name not in present:
            yield _missing(reading, name, ranges)
    yield from _unknown(reading, pack, wanted)


def pack_ids(pack: SpecPack) -> tuple[str, ...]:
    """The requirement and criterion ids the pack itself gives, in its order, each once."""
    requirements = [item.id for item in pack.requirements if not item.derived]
    criteria = [item.id for item in pack.criteria if not item.derived]
    return tuple(dict.fromkeys([*requirements, *criteria]))


def has_id(text: str, name: str) -> bool:
    """Whether an id stands in the text as a word of its own: `AC-004` is not in `AC-004b`."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?!\w|-\d)", text) is not None


def _missing(reading: Reading, name: str, ranges: tuple[tuple[int, str, str], ...]) -> Finding:
    own = _parts(name)
    for offset, first, last in ranges:
        low, high = _parts(first), _parts(last)
        if own[0] == low[0] == high[0] and low[1] <= own[1] <= high[1]:
            line = reading.line_at(offset)
            return found(
                "trace.missing-id",
                reading.path,
                line,
                f"{name} is only covered by the range {first} to {last}; a range does not count.",
                f"Write {name} out where the design addresses it.",
                section=reading.section_id(line),
            )
    return found(
        "trace.missing-id",
        reading.path,
        0,
        f"{name} of the spec pack is nowhere in the document.",
        f"Say where the design addresses {name}, by its id; or take it out of the pack.",
    )


def _ranges(text: str) -> Iterator[tuple[int, str, str]]:
    """Ranges of ids (`AC-001 through AC-022`, `FR-001–003`): offset, first and last id."""
    pattern = re.compile(rf"(?<![\w-])([A-Z]{{1,6}}-?)(\d+){_RANGE_MARK}(?:\1)?(\d+)(?!\w)")
    for match in pattern.finditer(text):
        family, first, last = match.groups()
        if int(first) < int(last):
            yield match.start(), f"{family}{first}", f"{family}{last}"


def _parts(name: str) -> tuple[str, int, str]:
    match = _ID.fullmatch(name)
    if match is None:
        return name, 0, ""
    return match["family"] or "", int(match["number"]), match["letter"]


def _unknown(reading: Reading, pack: SpecPack, wanted: tuple[str, ...]) -> Iterator[Finding]:
    """Ids of the pack's own families (`FR-`, `AC-`) that the pack does not have, each once."""
    known = set(wanted) | {item.id for item in pack.nonfunctional if item.id}
    families = sorted({_parts(name)[0] for name in wanted} - {""})
    families = [family for family in families if len(family) > 1]
    if not families:
        return
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, families))})\d+[a-z]?(?![\w-])")
    seen: set[str] = set()
    for match in pattern.finditer(reading.text):
        name = match.group()
        if name in known or name in seen:
            continue
        seen.add(name)
        line = reading.line_at(match.start())
        yield found(
            "trace.unknown-id",
            reading.path,
            line,
            f"{name} is not in the spec pack.",
            "Correct the id, or add the requirement to the pack first: the design follows the pack.",
            section=reading.section_id(line),
        )
