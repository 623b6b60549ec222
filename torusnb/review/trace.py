"""Rules about ids: every requirement and criterion is named, designed and tested, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.models.requirements import SpecPack
from torusnb.models.review import Finding, TraceMatrix, TraceRow
from torusnb.review.ids import Range, covered_by, find_ranges, split_id
from torusnb.review.matrix import trace_matrix
from torusnb.review.reading import Reading
from torusnb.review.rules import found

_WITHDRAWN = (
    r"(?![\w-])(?:[^.\n]{0,60}?\b(?:withdrawn|out of scope)"
    r"|[\s`*_|)\]:(–—-]*(?:(?:is|are|was|were|now|a) )*(?:non-goal|deferred to))\b"
)
"""What a design says behind the id of a criterion that it does not build, and so does not test."""


def review_trace(reading: Reading, pack: SpecPack | None) -> Iterator[Finding]:
    """Ids that the pack has and the document does not, the other way round, and criteria that no test proves."""
    if pack is None:
        yield _unchecked(
            reading,
            "No spec pack was given, so requirement and criterion ids were not checked.",
            "Review the fdd.md in its spec pack's folder.",
        )
        return
    matrix = trace_matrix(reading, pack)
    if not matrix.rows:
        yield _unchecked(
            reading,
            "The spec pack gives no requirement or criterion ids, so tracing was not checked.",
            "Number the requirements (FR-001) and criteria (AC-001) in prd.md or requirements.yml.",
        )
        return
    yield from _hidden(reading, matrix)
    yield from _missing(reading, matrix)
    yield from _untested(reading, matrix)
    yield from _only_listed(reading, matrix)
    yield from _unknown(reading, matrix)


def _unchecked(reading: Reading, text: str, remedy: str) -> Finding:
    return found("trace.not-checked", reading.path, 0, text, remedy)


def _hidden(reading: Reading, matrix: TraceMatrix) -> Iterator[Finding]:
    """A finding for each range, with the ids that stand nowhere but in it; an id belongs to the first range."""
    hidden: dict[int, tuple[Range, list[str]]] = {}
    ranges = tuple(find_ranges(reading.text))
    for row in matrix.rows:
        if row.state == "range":
            first = next(covered_by(ranges, row.id))
            hidden.setdefault(first.offset, (first, []))[1].append(row.id)
    for offset, (item, ids) in sorted(hidden.items()):
        line = reading.line_at(offset)
        yield found(
            "trace.range-hides-ids",
            reading.path,
            line,
            f"{_listed(ids)} {_stand(ids)} only in the range `{item.text.replace('`', '')}`; a range does not count.",
            f"Write {'each of them' if len(ids) > 1 else 'it'} out where the design addresses it.",
            section=reading.section_id(line),
        )


def _missing(reading: Reading, matrix: TraceMatrix) -> Iterator[Finding]:
    """One finding for the requirements that are nowhere, one for the criteria."""
    for kind in ("requirement", "criterion"):
        ids = [row.id for row in matrix.rows if row.kind == kind and row.state == "missing"]
        if ids:
            yield found(
                "trace.missing-id",
                reading.path,
                0,
                f"{_listed(ids)} of the spec pack {'is' if len(ids) == 1 else 'are'} nowhere in the document.",
                f"Say where the design addresses {'it' if len(ids) == 1 else 'each'}, by its id; "
                "or take it out of the pack.",
            )


def _untested(reading: Reading, matrix: TraceMatrix) -> Iterator[Finding]:
    """The criteria that the document names, but never together with a test; once for all of them."""
    named = [row for row in matrix.rows if row.kind == "criterion" and row.state == "named"]
    ids = [row.id for row in named if not row.tests and not _is_withdrawn(reading, row)]
    if not ids:
        return
    section = next((s for s in reading.sections if s.id and "test" in s.title.lower() and s.level <= 2), None)
    line = section.line if section is not None else 0
    who = f"any of the {len(ids)} criteria" if len(ids) == len(named) > 1 else _listed(ids)
    yield found(
        "trace.no-test",
        reading.path,
        line,
        f"No test is named for {who}.",
        "Say for each which test proves it and in which file, by its id.",
        section=section.id if section is not None else "",
    )


def _is_withdrawn(reading: Reading, row: TraceRow) -> bool:
    said = re.compile(rf"(?<![\w-]){re.escape(row.id)}{_WITHDRAWN}", re.IGNORECASE)
    return any(said.search(reading.lines[line - 1]) for lines in row.places.values() for line in lines)


def _only_listed(reading: Reading, matrix: TraceMatrix) -> Iterator[Finding]:
    """Requirements that only the section on requirements names, where the document traces others further."""
    lists = {s.id for s in reading.template.sections if "requirement" in s.title.lower()}
    rows = [row for row in matrix.rows if row.kind == "requirement" and row.places]
    ids = [row.id for row in rows if set(row.places) <= lists]
    if ids and len(ids) * 2 <= len(rows):
        line = _first_line(rows, ids[0])
        yield found(
            "trace.only-listed",
            reading.path,
            line,
            f"{_listed(ids)} {_stand(ids)} only in the list of requirements; no part of the design names "
            f"{'it' if len(ids) == 1 else 'them'}.",
            "Name it where the design meets it.",
            section=reading.section_id(line),
        )


def _first_line(rows: Sequence[TraceRow], name: str) -> int:
    return min(min(lines) for row in rows if row.id == name for lines in row.places.values())


def _unknown(reading: Reading, matrix: TraceMatrix) -> Iterator[Finding]:
    known = [row.id for row in matrix.rows]
    for name, lines in matrix.unknown.items():
        meant = _same_number(name, known)
        hint = f"Did you mean {meant}? Otherwise correct" if meant else "Correct"
        yield found(
            "trace.unknown-id",
            reading.path,
            lines[0],
            f"{name} is not in the spec pack.",
            f"{hint} the id, or add the requirement to the pack first: the design follows the pack.",
            section=reading.section_id(lines[0]),
        )


def _same_number(name: str, known: Sequence[str]) -> str:
    """The pack's id of the same family and number, written otherwise (`FR1` for `FR-001`)."""
    family, number, letter = split_id(name)
    return next((o for o in known if (_bare(split_id(o)[0]), *split_id(o)[1:]) == (_bare(family), number, letter)), "")


def _bare(family: str) -> str:
    return family.rstrip("-_ ")


def _stand(ids: Sequence[str]) -> str:
    return "stands" if len(ids) == 1 else "stand"


def _listed(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{', '.join(ids[:-1])} and {ids[-1]}"
