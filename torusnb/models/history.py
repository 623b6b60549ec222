"""What git tells of a checkout's past."""

from __future__ import annotations

from torusnb.models.base import Problem, Value


class LoggedCommit(Value, frozen=True):
    """A commit as git's log shows it.

    Attributes:
        at: Seconds since 1970 at which it was committed.
        paths: What it changed, under the names of that time, sorted; empty for a merge.
        renamed: Old and new name of each file it renamed.
    """

    id: str
    parents: tuple[str, ...]
    at: int
    subject: str
    paths: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Change(Value, frozen=True):
    """A commit that changed something, its paths under the names that the files have now, sorted."""

    id: str
    at: int
    subject: str
    paths: tuple[str, ...]


class History(Value, frozen=True):
    """The changes that a commit rests on, newest first.

    Attributes:
        at: When the commit itself was made, in seconds since 1970; 0 when there is no history.
        problems: Why it says less than it could.
    """

    commit: str
    at: int = 0
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
