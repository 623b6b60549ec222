"""What changed since a design was made: the symbols, requirements and packages that it rests on."""

from __future__ import annotations

from torusnb.models.base import Place, Problem, Value
from torusnb.models.gates import Gates

QUIET = frozenset({"unchanged", "moved"})
"""States that need nobody's attention: the thing is what it was."""


class Change(Value, frozen=True):
    """One thing that a design rests on, then and now.

    Attributes:
        key: `code:PATH:LINE`, `guide:PATH:LINE`, a requirement's id, `prd:HEADING`, `package:NAME`
            (`package:NAME@VERSION` where several versions of it are cited), or `section:ID` for a person's section of
            fdd.md whose draft has become another since.
        name: The symbol, the requirement's id, the heading, the package.
        state: `unchanged`, `moved` (the same at another place), `changed`, `gone`, `new` (the pack asks for more).
        old, new: The quoted line (the statement, the version) then and now; empty where there is none.
        place: Where it is now; None when it is nowhere.
        sha256: What a person accepts: the hash of what is there now, `gone` when nothing is.
        diff: The symbol's lines that differ, as a unified diff without a head; empty when its old text is not known.
        sections: The design document's sections that rest on it, as ids or titles.
        accepted: A person looked at exactly this change and accepted it.
        note: What a person should know beside it (where a symbol that is gone has a twin), or empty.
    """

    key: str
    name: str
    state: str
    old: str = ""
    new: str = ""
    place: Place | None = None
    sha256: str = ""
    diff: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    accepted: bool = False
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether it wants to be looked at."""
        return self.state not in QUIET and not self.accepted


class PackStatus(Value, frozen=True):
    """Whether what a pack's design rests on is what it was.

    Attributes:
        state: `exported`, `drafted`, `captured`, `read` (how far its trail came), or without a trail `own design`
            (an fdd.md that torusnb did not write) and `no design`; `unreadable` for a damaged trail, and
            `of another checkout` for one that was made from other files than those at hand.
        commit: The commit the design was made at; empty without a trail.
        changes: Everything it rests on, what wants to be looked at first.
        gates: How far the pack came from analyze to develop; None where nobody judged that.
        archived: It lies among the packs that are done with.
        note: What a person should know beside it, or empty.
        broken: What is wrong with files of the pack that cannot be read as they stand (requirements.yml, torusnb.toml).
    """

    slug: str
    directory: str
    state: str
    commit: str = ""
    changes: tuple[Change, ...] = ()
    note: str = ""
    gates: Gates | None = None
    archived: bool = False
    broken: tuple[Problem, ...] = ()

    @property
    def open(self) -> tuple[Change, ...]:
        """What changed and was not accepted."""
        return tuple(change for change in self.changes if change.open)

    def count(self, state: str) -> int:
        """How many things are in a state."""
        return sum(change.state == state for change in self.changes)
