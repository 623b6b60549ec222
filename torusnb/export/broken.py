"""A design document that ends in the middle: a copy that was not finished, not what a person wished."""

from __future__ import annotations

from collections.abc import Sequence

from torusnb.export.units import NEWLINE, Unit, cut_units
from torusnb.models.base import Value
from torusnb.models.design import Template

_MOST = 2
"""One in how many sections must be missing for an end of own words without a line break to count as broken off."""


class Break(Value, frozen=True):
    """Where a document breaks off.

    Attributes:
        name: The section that is not whole: its id, or its title outside the template.
        missing: How many sections stood behind it.
    """

    name: str
    missing: int


def find_break(existing: str, seen: str, template: Template) -> Break | None:
    """Where a document breaks off that was whole before; None where it does not, or where a person may have cut it.

    It breaks off when a section that is not whole is its last one, and everything that stood behind that is missing.
    A document that ends with a whole section was shortened on purpose, and so was one whose last line is a person's own
    and ends with a line break.

    Args:
        existing: The document as it is now.
        seen: The document as it was seen last.
        template: The sections.
    """
    before, units = cut_units(seen, template), cut_units(existing, template)
    if not units or not before:
        return None
    keys = [unit.key for unit in before]
    torn = _torn_heading(existing, before, {unit.key for unit in units})
    if torn is not None:
        return Break(before[torn].name, len(before) - torn - 1) if torn + 1 < len(before) else None
    last = units[-1]
    if last.key not in keys:
        return None
    position = keys.index(last.key)
    behind = keys[position + 1 :]
    if not behind or {unit.key for unit in units} & set(behind):
        return None
    return Break(last.name, len(behind)) if _is_cut(existing, last, before[position], len(behind), len(keys)) else None


def _torn_heading(existing: str, before: Sequence[Unit], here: set[tuple[str, int]]) -> int | None:
    """Which section's heading the last line is a beginning of."""
    line = NEWLINE.split(existing)[-1]
    if not line.startswith("#"):
        return None
    for index, unit in enumerate(before):
        heading = NEWLINE.split(unit.text)[0]
        if unit.key not in here and heading != line and heading.startswith(line):
            return index
    return None


def _is_cut(existing: str, last: Unit, whole: Unit, missing: int, count: int) -> bool:
    if last.words == whole.words:
        return False
    if whole.words.startswith(last.words):
        return True
    line = NEWLINE.split(existing)[-1]
    begun = any(other.startswith(line) and other != line for other in NEWLINE.split(whole.text))
    return bool(line.strip()) and (begun or missing * _MOST >= count)
