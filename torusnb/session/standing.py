"""What the steps of an open session gave, for as long as nothing further is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torusnb.trail.store import Trail

ValueType = TypeVar("ValueType")


class Standing:
    """The values of steps, each good until the trail has a newer record, whoever wrote it.

    What a step depends on is read once for a session or stands in the trail, so a notebook of twenty cells does not
    work out the fingerprints of a large checkout twenty times. What a step reads of the checkout each time (earlier
    packs, the extent of the history) counts as it was when the value was made.
    """

    def __init__(self, trail: Trail) -> None:
        """Nothing was given yet."""
        self._trail = trail
        self._given: dict[str, tuple[tuple[int, str], object]] = {}

    def get(self, step: str, make: Callable[[], ValueType]) -> ValueType:
        """The step's value: what it gave last, or what it makes when anything was recorded since then.

        A value during whose making something was recorded is not kept, since that may have been another process.
        """
        head = self._trail.head()
        if step in self._given and self._given[step][0] == head:
            return self._given[step][1]  # type: ignore[return-value]  # a step always gives the same kind of value
        value = make()
        if self._trail.head() == head:
            self._given[step] = (head, value)
        return value
