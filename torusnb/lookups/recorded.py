"""Lookups answered from a record first, so that the same question is asked once and a replay asks nobody."""

from __future__ import annotations

import json
from collections.abc import Callable

from torusnb.errors import TrailError
from torusnb.lookups.tools import TOOLS
from torusnb.models.base import fingerprint
from torusnb.models.messages import Json, LookedUp, LookupAnswer, Lookups, LookupTool


class RecordedLookups:
    """Answers from a record; what is not there is asked of `inner` and recorded."""

    def __init__(
        self,
        inner: Lookups | None,
        find: Callable[[str], LookedUp | None],
        keep: Callable[[LookedUp], object],
        *,
        identity: str,
    ) -> None:
        """Lookups over a record.

        Args:
            inner: Who is asked what the record does not hold; None for a replay.
            find: The record of a key, or None.
            keep: Keeps a record.
            identity: What the answers rest on: another checkout, research or set of documents needs another one.
        """
        self._inner = inner
        self._find = find
        self._keep = keep
        self._identity = identity

    def tools(self) -> tuple[LookupTool, ...]:
        """All that can be asked, in a fixed order."""
        return self._inner.tools() if self._inner is not None else TOOLS

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """The recorded answer, or a new one that is recorded now.

        Raises:
            TrailError: It is not on record, and there is nobody to ask.
        """
        written = json.dumps(arguments, sort_keys=True, separators=(",", ":"))
        tool = json.dumps(name)
        key = fingerprint("lookup", tool, written, self._identity)
        known = self._find(key)
        if known is not None:
            return known.answer
        if self._inner is None:
            shown = f"{tool} {written}"[:200]
            raise TrailError(
                f"the trail holds no answer to the lookup {shown}; draft again where the checkout is at hand", key=key
            )
        answer = self._inner.answer(name, arguments)
        self._keep(LookedUp(key, tool, written, self._identity, answer))
        return answer
