"""What an answer is made of."""

from __future__ import annotations

from torusnb.models.base import Place, Value

CERTAIN = "certain"
BY_NAME = "by its name"
OUTSIDE = "outside the checkout"
"""Ends the relation of a call to what the map does not hold."""


class Answer(Value, frozen=True):
    """One row of an answer.

    Attributes:
        what: `Module.function/arity`, a module, a route or a file: who stands in the relation.
        place: Path and line at the commit; line 0 stands for the file as a whole.
        quote: The line as it stands there, without its indentation.
        relation: How it is related, in words (`calls`, `pipes into`, `Repo.update of a changeset`).
        layer: The layer of the file, as `Waypoint.layer` lists them, or empty.
        distance: Steps from what was asked about; 1 is direct.
        through: What lies between, nearest to what was asked about first; empty for a direct relation.
        sure: `certain` when the code says so; `by its name` when only a name that agrees does.
    """

    what: str
    place: Place
    quote: str
    relation: str
    layer: str = ""
    distance: int = 1
    through: tuple[str, ...] = ()
    sure: str = CERTAIN


class Reply(Value, frozen=True):
    """The rows of an answer, and what was looked at, so that an empty one says what its emptiness means."""

    rows: tuple[Answer, ...]
    looked_at: str


class FunctionName(Value, frozen=True):
    """A function of a module of the map: `arities` are those it can be called with; empty when any will do."""

    module: str
    name: str
    arities: tuple[int, ...] = ()

    def takes(self, arity: int) -> bool:
        """Whether a call with that many arguments means it."""
        return not self.arities or arity in self.arities

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" + (f"/{self.arities[-1]}" if self.arities else "")
