"""What the steps of an open session gave, for as long as nothing further is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torusnb.trail.store import Trail

ValueType = TypeVar("ValueType")


class Standing:
    """The values of steps, each good until the trail has a newer record.

    All that a step depends on is read once for a session or stands in the trail, so a notebook of twenty cells does
    not work out the fingerprints of a large checkout twenty times.
    """

    def __init__(self, trail: Trail) -> None:
        """Nothing was given yet."""
        self._trail = trail
        self._given: dict[str, tuple[tuple[int, str], object]] = {}

    def get(self, step: str, make: Callable[[], ValueType]) -> ValueType:
        """The step's value: what it gave last, or what it makes when anything was recorded since then."""
        head = self._trail.head()
        if step not in self._given or self._given[step][0] != head:
            value = make()
            self._given[step] = (self._trail.head(), value)
        return self._given[step][1]  # type: ignore[return-value]  # a step always gives the same kind of value
