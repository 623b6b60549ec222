"""Commits that speak of something, or that touched a file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cached_property

from torusnb.context.map.index import TextIndex
from torusnb.context.waypoints.history_signals import cochanged, find_alike
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.sheet import Sheet
from torusnb.models.history import Change, History

_COMMITS = 12
_PATHS = 8
_TOGETHER = 8


class Commits:
    """What the history of a checkout tells. A commit has no key: what it changed is cited by its lines of today."""

    def __init__(self, read_history: Callable[[], History] | None, text: CheckoutText) -> None:
        """The commits of the history that `read_history` gives when it is first asked for."""
        self._read = read_history
        self._text = text

    @cached_property
    def _history(self) -> History:
        return self._read() if self._read is not None else History("")

    def history(self, sheet: Sheet, words: str = "", path: str = "") -> None:
        """Commits alike, or those that touched a file; without either the last ones.

        Raises:
            InputError: No commit touched that path.
        """
        for problem in self._history.problems:
            sheet.say(f"{problem.text} {problem.remedy}")
        changes = self._history.changes
        if not changes:
            sheet.say("there is no history to look into")
            return
        if path:
            changes = self._touching(path)
        if words:
            alike = find_alike(History(self._history.commit, self._history.at, changes), _bag(words))
            changes = tuple(entry.change for entry in alike)
        touched = f" that touched {path}" if path else ""
        sheet.say(f"{len(changes)} commits{touched}, {'the most alike' if words else 'newest'} first")
        for change in changes[:_COMMITS]:
            self._tell(sheet, change)
        if path and not words:
            together = cochanged(self._history, {path: 1.0}, frozenset(self._text.paths) - {path})
            ranked = sorted(together, key=lambda name: (-together[name].weight, name))[:_TOGETHER]
            for name in ranked:
                sheet.say(f"{name}: {together[name].text}")

    def _touching(self, path: str) -> tuple[Change, ...]:
        folder = f"{path.rstrip('/')}/"
        found = tuple(c for c in self._history.changes if any(p == path or p.startswith(folder) for p in c.paths))
        if not found:
            raise InputError(f"no commit of the history touched {path}; give a path as `show` takes it, or words")
        return found

    def _tell(self, sheet: Sheet, change: Change) -> None:
        paths = [path for path in change.paths if self._text.may_read(path)]
        more = f" and {len(change.paths) - len(paths[:_PATHS])} more" if len(change.paths) > len(paths[:_PATHS]) else ""
        sheet.say(f"commit {change.id[:10]} of {_date(change.at)}: {change.subject}")
        sheet.say(f"  touched {', '.join(paths[:_PATHS]) or 'no file that is still there'}{more}")


def _bag(words: str) -> dict[str, float]:
    with TextIndex(()) as index:
        return dict(index.bags([words])[0])


def _date(at: int) -> str:
    try:
        return datetime.datetime.fromtimestamp(at, datetime.UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return "an unknown day"
