"""What functions do, as far as a design must know it: their clauses, the calls in them, what they give back."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.modules import Call


class ClauseOutline(Value, frozen=True):
    """One clause of a function.

    Attributes:
        head: The head as written, on one line (`handle_event("save", params, socket)`).
        line, end_line: Its first and its last line, 1-based.
        calls: The calls in it to functions of the checkout (its own module's with that module's name) and to what has
            an effect (`Repo`, `Phoenix.PubSub`, `Oban`, `:telemetry`), in the order they stand in, each function once.
        schemas: The schema modules with a table that it names, in order.
    """

    head: str
    line: int
    end_line: int
    calls: tuple[Call, ...] = ()
    schemas: tuple[str, ...] = ()


class Behaviour(Value, frozen=True):
    """A function near the feature as its body shows it.

    Attributes:
        layer: The layer of its module's file, as `Waypoint.layer` lists them.
        returns: The shapes of what its clauses may give back (`{:ok, _}`, `nil`, `%Shop.Basket{}`), in document order;
            `unknown` among them where a tail expression does not tell.
        spec: Its `@spec` as written on one line, or empty.
    """

    module: str
    name: str
    arity: int
    kind: str
    path: str
    layer: str
    clauses: tuple[ClauseOutline, ...]
    returns: tuple[str, ...] = ()
    spec: str = ""

    @property
    def line(self) -> int:
        """The first clause's first line."""
        return self.clauses[0].line

    @property
    def public(self) -> bool:
        """Whether another module can call it."""
        return not self.kind.endswith("p")
