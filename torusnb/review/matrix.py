"""Which section names which id, and which of them speak of a test: the matrix behind the rules on tracing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.requirements import SpecPack
from torusnb.models.review import TraceColumn, TraceMatrix, TraceRow
from torusnb.review.ids import Range, covered_by, find_ids, find_ranges, pack_ids, split_id
from torusnb.review.reading import Reading

_ON_TESTS = re.compile(
    r"\b(?:tests?|testing|test (?:plan|strategy|matrix)|verification|verify(?:ing)?|validation|proofs?|qa)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_TEST = re.compile(
    r"\b(?:tests?|tested|testing|verif(?:y|ied|ies|ication)|asserts?|proof|proves?|proven|exunit|playwright|jest|"
    r"vitest|wallaby|qa)\b|_test\.exs|\.test\.tsx?|\.spec\.tsx?",
    re.IGNORECASE,
)
_FAMILIES = ("FR-", "AC-")


def trace_matrix(reading: Reading, pack: SpecPack) -> TraceMatrix:
    """Every id of the pack against the sections that name it; no rows when the pack gives no ids of its own."""
    return _Tracing(reading, pack).matrix()


class _Tracing(Value, frozen=True, dict=True):
    reading: Reading
    pack: SpecPack

    def matrix(self) -> TraceMatrix:
        ids = pack_ids(self.pack)
        places: dict[str, list[int]] = {name: [] for name in ids}
        for offset, name in find_ids(self.reading.text, ids):
            line = self.reading.line_at(offset)
            if places[name][-1:] != [line]:
                places[name].append(line)
        used = {self._column(line) for lines in places.values() for line in lines}
        return TraceMatrix(
            path=self.reading.path,
            columns=tuple(sorted(used, key=lambda column: column.line)),
            rows=tuple(self._row(name, places[name]) for name in ids),
            unknown=dict(self._unknown(frozenset(ids))),
        )

    def _row(self, name: str, lines: list[int]) -> TraceRow:
        by_column: dict[str, list[int]] = {}
        for line in lines:
            by_column.setdefault(self._column(line).key, []).append(line)
        covering = [self.reading.line_at(item.offset) for item in covered_by(self._ranges, name)]
        criteria = {item.id for item in self.pack.criteria}
        return TraceRow(
            id=name,
            kind="criterion" if name in criteria else "requirement",
            places={key: tuple(found) for key, found in by_column.items()},
            tests=tuple(sorted({line for line in [*lines, *covering] if self._is_test(line)})),
            ranges=tuple(sorted(set(covering))),
        )

    @cached_property
    def _ranges(self) -> tuple[Range, ...]:
        return tuple(find_ranges(self.reading.text))

    @cached_property
    def _columns(self) -> dict[int, TraceColumn]:
        return {}

    def _column(self, line: int) -> TraceColumn:
        if line not in self._columns:
            self._columns[line] = self._column_of(line)
        return self._columns[line]

    def _column_of(self, line: int) -> TraceColumn:
        within = [section for section in self.reading.sections if section.line <= line <= section.end_line]
        known = [section for section in within if section.id]
        if known:
            return TraceColumn(known[-1].id, known[-1].title, known[-1].line)
        return TraceColumn(within[0].title, within[0].title, within[0].line) if within else TraceColumn("", "", 0)

    @cached_property
    def _judged(self) -> dict[int, bool]:
        return {}

    def _is_test(self, line: int) -> bool:
        if line not in self._judged:
            titles = (s.title for s in self.reading.sections if s.line <= line <= s.end_line)
            self._judged[line] = any(_ON_TESTS.search(title) for title in titles) or bool(
                _SPEAKS_OF_TEST.search(self.reading.context(line))
            )
        return self._judged[line]

    def _unknown(self, wanted: frozenset[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Ids of the pack's own families (`FR-`, `AC-`) that the pack does not have, each once."""
        if not wanted:
            return
        derived = {item.id for item in self.pack.requirements} | {item.id for item in self.pack.criteria}
        known = wanted | derived | {item.id for item in self.pack.nonfunctional}
        families = sorted({family for name in wanted if len(family := split_id(name)[0]) > 1} | set(_FAMILIES))
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, families))})\d+[a-z]?(?![\w-])")
        found: dict[str, list[int]] = {}
        for match in pattern.finditer(self.reading.text):
            if match.group() not in known:
                found.setdefault(match.group(), []).append(self.reading.line_at(match.start()))
        for name, lines in found.items():
            yield name, tuple(dict.fromkeys(lines))
