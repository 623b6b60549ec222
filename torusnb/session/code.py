"""Questions to the code map, as a notebook asks them: each answer a DataFrame, each row a quoted line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from torusnb.context.inquiry.answers import Answer, Reply
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Context

if TYPE_CHECKING:
    from torusnb.session.table import Table

_HOPS = 3
_BEST = 8  # waypoints


class CodeQuestions:
    """What an architect asks of a checkout before designing.

    Names are taken loosely: with or without the first parts of the module (`Baskets.redeem/2` for
    `Shop.Baskets.redeem/2`) as long as only one module ends so, a file's path, a table by its name or its schema. An
    unknown one is an `InputError` with the nearest names.

    No method sees what only the running program decides: `apply` with a computed name, a module kept in a variable or
    in configuration, a macro's expansion (but for the aliases and imports that `use` brings), a message to a process.
    Each table's `attrs["looked_at"]` says what was looked at, which is what an empty table shows.
    """

    def __init__(self, code_map: CodeMap, read_source: Callable[[str], str]) -> None:
        """Questions to that map, whose files `read_source` gives by their path."""
        self._inquiry = Inquiry(code_map, read_source)

    def callers(self, function: str) -> Table:
        """A row for each line that calls, pipes into, captures, renders (`<.comp`) or delegates to a function.

        Sure: aliases, imports (those that `use` brings too), arities with defaults and piped values are resolved; a
        name handed on as `{Mod, :fun, args}` is found where the module stands beside it. Not seen: a call on a
        variable (`module.fun()`), a behaviour's callback that a library calls, calls in test files.
        """
        return _answers(self._inquiry.callers(function), "caller")

    def callees(self, function: str) -> Table:
        """A row for each call in a function's clauses, in the order of the lines, with where the called one is defined.

        Sure for calls of named modules and of the module's own and imported functions; `Kernel`'s are left out.
        """
        return _answers(self._inquiry.callees(function), "calls", "how")

    def users_of(self, module: str) -> Table:
        """A row for each way in which another module uses this one: calls, structs, associations, imports, routes.

        Sure, as far as names tell: the first line of each way is quoted. A mere `alias` counts where nothing else does.
        """
        return _answers(self._inquiry.users_of(module), "user")

    def live_views_using(self, module: str, hops: int = _HOPS) -> Table:
        """A row for each LiveView, component, controller, worker and process that uses a module within so many hops.

        A way goes from function to function: a user counts at distance 2 when it calls a function that itself, or over
        others of its module, touches the module. Not seen: a field read from a struct that was handed on, and what
        `callers` does not see. Ways end at LiveViews, controllers and workers.
        """
        return _answers(self._inquiry.live_views_using(module, hops), "user", ways=True)

    def writers_of(self, table: str) -> Table:
        """A row for each line that writes a table: `Repo`, `Multi`, `cast_assoc`, `put_assoc`, SQL, migrations' data.

        `certain` when the struct, changeset, query or table's name is found behind the written value in that module;
        `by its name` when only the variable's name says so. Not seen: a value that another module made and whose
        variable is called otherwise, a database's cascades and triggers.
        """
        return _answers(self._inquiry.writers_of(table), "writer")

    def readers_of(self, table: str) -> Table:
        """A row for each line that queries a table: `from`, joins, `Repo.get` and its like, preloads, raw SQL.

        A join or preload over an association is `by its name` where several tables' associations share the name. Not
        seen: a query that another function continues stands at the line that names the table, not where it is run.
        """
        return _answers(self._inquiry.readers_of(table), "reader")

    def table(self, name: str) -> Table:
        """A row for each part of a table as the migrations leave it: columns, indexes, constraints; and its schemas.

        Each with the migration's line that gave it its present form. Sure for what migrations write with Ecto's own
        functions; what raw SQL in them does is not folded in.
        """
        return _answers(self._inquiry.table(name), "name", "what it is")

    def subscribers(self, topic: str = "") -> Table:
        """A row for each place that subscribes to or broadcasts a topic; without one, every topic.

        Topics are compared with their computed parts as holes: `cart:#{id}` is `cart:#{cart.id}`. A topic that a
        function computes from its arguments is shown as written, and is found `by its name` only.
        """
        return _answers(self._inquiry.topics(topic), "who")

    def events(self, prefix: str = "") -> Table:
        """A row for each place that executes, attaches to or measures a telemetry event that begins so.

        The prefix is written `shop.cart` or `[:shop, :cart]`. Events whose name is computed hold the part in braces.
        """
        return _answers(self._inquiry.events(prefix), "who")

    def flags(self, flag: str = "") -> Table:
        """A row for each place that defines, checks or changes a feature flag; without one, every flag.

        Seen are calls of modules that are called like flags' keepers, with a literal name; not a name in a variable.
        """
        return _answers(self._inquiry.flags(flag), "who")

    def routes_to(self, module: str) -> Table:
        """A row for each route that leads to a LiveView or controller, with its pipelines and `on_mount` hooks.

        Sure for routes written out in a router; not for those that a library's macro makes.
        """
        routes, looked_at = self._inquiry.routes_to(module)
        columns = ("verb", "path", "handler", "action", "pipelines", "live session", "on_mount", "place", "quote")
        rows = [
            (
                route.verb,
                route.path,
                route.module,
                route.action,
                ", ".join(route.pipelines),
                route.live_session,
                ", ".join(route.on_mount),
                f"{route.file}:{route.line}",
                self._inquiry.sources[route.file].quote(route.line),
            )
            for route in routes
        ]
        return _table(columns, rows, looked_at)

    def around(self, context: Context) -> Table:
        """A row for each LiveView, component, controller, worker and process that uses one of the best waypoints.

        Directly, and of the eight best that have a module; `live_views_using` follows a way further.
        """
        modules = list(dict.fromkeys(waypoint.module for waypoint in context.waypoints if waypoint.module))[:_BEST]
        rows = [
            (module, row.what, row.relation, str(row.place), row.quote, row.layer)
            for module in modules
            if self._inquiry.names.knows(module)
            for row in self._inquiry.live_views_using(module, 1).rows
        ]
        looked_at = f"the waypoints {', '.join(modules)}" if modules else "no waypoint that has a module"
        return _table(("waypoint", "user", "relation", "place", "quote", "layer"), rows, looked_at)

    def reach(self, name: str, hops: int = _HOPS) -> Table:
        """A row for each module and route that a change to a module, function or table would reach, nearest first.

        A reached module is shown once, at its least distance, with the way that leads there. See `live_views_using` for
        how ways are followed, and what they do not see. A server's callback leads to all its public functions.
        """
        return _answers(self._inquiry.reach(name, hops), "reached", ways=True)

    def find(self, name: str) -> Table:
        """A row for each place that defines a module, function, table, field, association or flag of that name."""
        return _answers(self._inquiry.find(name), "name", "what it is")


def _answers(reply: Reply, what: str, relation: str = "relation", ways: bool = False) -> Table:
    """The rows as a table; the columns that say the same in every row are left out where they say nothing."""
    columns = [what, relation, "place", "quote", "layer"]
    parts: list[Callable[[Answer], object]] = [
        lambda row: row.what,
        lambda row: row.relation,
        lambda row: str(row.place),
        lambda row: row.quote,
        lambda row: row.layer,
    ]
    if ways or any(row.distance > 1 for row in reply.rows):
        columns[:0] = ["distance"]
        parts[:0] = [lambda row: row.distance]
        columns.append("through")
        parts.append(lambda row: " → ".join(row.through))
    if what in ("writer", "reader", "who"):
        columns.append("sure")
        parts.append(lambda row: row.sure)
    return _table(columns, [tuple(part(row) for part in parts) for row in reply.rows], reply.looked_at)


def _table(columns: Iterable[str], rows: Sequence[tuple[object, ...]], looked_at: str) -> Table:
    from torusnb.session.table import Table  # pandas is heavy, and only a notebook needs it

    table = Table(list(rows), columns=list(columns))
    table.attrs["looked_at"] = looked_at
    return table
