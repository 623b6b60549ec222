"""The questions, put together: a loose name in, the rows of an answer out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from msgspec.structs import replace

from torusnb.context.inquiry.answers import Answer, FunctionName, Reply
from torusnb.context.inquiry.calls import Calls
from torusnb.context.inquiry.definitions import Definitions
from torusnb.context.inquiry.named import Named
from torusnb.context.inquiry.names import NameBook
from torusnb.context.inquiry.reach import Reach, split_caller
from torusnb.context.inquiry.scope import Scope
from torusnb.context.inquiry.sources import Sources
from torusnb.context.inquiry.stores import Stores
from torusnb.context.inquiry.tables import table_rows
from torusnb.context.inquiry.unseen import Unseen
from torusnb.context.inquiry.users import Users
from torusnb.context.map.tables import fold_tables, tables_named
from torusnb.errors import InputError
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.database import Table
from torusnb.models.modules import Function, Module

ENTRY_LAYERS = ("live_view", "component", "controller", "worker", "process")


class Inquiry:
    """Answers questions about one code map; files are read when a question needs them, and kept.

    Every method takes names loosely (see `NameBook`) and raises `InputError` with the nearest names for an unknown one.
    """

    def __init__(self, code_map: CodeMap, read_source: Callable[[str], str]) -> None:
        """Questions to that map.

        Args:
            code_map: The whole checkout; a restricted map gives answers about its part only.
            read_source: The text of a file of the checkout by its path; empty for one that cannot be read.
        """
        self._map = code_map
        self.sources = Sources(code_map, read_source)
        self._scope = Scope(code_map)
        self._calls = Calls(code_map, self.sources, self._scope)
        self._users = Users(code_map, self.sources, self._scope)
        self._named = Named(code_map, self.sources, self._calls)
        self._definitions = Definitions(code_map, self.sources)
        self._unseen = Unseen(code_map, self.sources)

    @cached_property
    def stores(self) -> Stores:
        """What reads and writes tables."""
        return Stores(self._map, self.sources, self._scope, self._calls)

    @cached_property
    def names(self) -> NameBook:
        """The names that questions may use."""
        shared = (table.name for table in self._tables.values())
        return NameBook(self._map, {*self._tables, *shared, *self._map.tables}, self._calls.by_function)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return fold_tables(self._map.migrations)

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self._map, self.sources, self._calls, self._users)

    def functions(self, function: str) -> tuple[Module, tuple[Function, ...]]:
        """The module of a function's name, and the functions in it that are meant; none where `use` brings it."""
        target = self.names.function(function)
        module = self._map.modules[target.module]
        return module, tuple(
            f
            for f in module.functions
            if f.name == target.name
            and (not target.arities or any(f.arity - f.defaults <= n <= f.arity for n in target.arities))
        )

    def callers(self, function: str) -> Reply:
        """Every line that calls a function; the callers of a delegate to it stand at distance 2, the unseen last."""
        target = self.names.function(function)
        rows, count = self._calls.callers(target)
        rows += self._unseen.of(self._map.modules[target.module])
        return Reply(rows, f"{target}: {self._whole}, {count} files that can hold a call of it read again")

    def callees(self, function: str) -> Reply:
        """What a function calls, in the order of its lines."""
        target = self.names.function(function)
        rows = self._calls.callees(target)
        return Reply(rows, f"{target}: its clauses in {self._map.modules[target.module].path}")

    def users_of(self, module: str) -> Reply:
        """Every way in which a module is used by another."""
        found = self.names.module(module)
        return Reply(self._users.of(found.name), f"{found.name}: {self._whole}")

    def lines_naming(self, module: str) -> tuple[Place, ...]:
        """Every line of another module that names this one outside `alias`, `import` and comments, in order."""
        name = self.names.module(module).name
        users = dict.fromkeys(edge.user for edge in self._users.edges.get(name, ()))
        found = {
            Place(user.path, line)
            for user in (self._map.modules[each] for each in users)
            for line in self._users.lines_naming(self.sources[user.path], user, name)
        }
        return tuple(sorted(found))

    def live_views_using(self, module: str, hops: int) -> Reply:
        """The LiveViews, components, controllers, workers and processes that use a module, nearest first."""
        found = self.names.module(module)
        rows = tuple(
            row
            for row in self._reach.from_modules((found.name,), hops)
            if row.layer in ENTRY_LAYERS and row.distance <= hops
        )
        return Reply(rows, f"{found.name}: {self._whole}, up to {hops} hops")

    def writers_of(self, table: str) -> Reply:
        """Every line that writes a table."""
        name = self.names.table(table)
        rows, paths = self.stores.writers(name)
        untold = sorted(place for place in self.stores.untold if place.rpartition(":")[0] in paths)
        more = f"; {len(untold)} writes there whose table cannot be told: {', '.join(untold[:5])}" if untold else ""
        return Reply(rows, self._about_table(name, len(paths)) + more + (", …" if len(untold) > 5 else ""))

    def readers_of(self, table: str) -> Reply:
        """Every line that reads a table."""
        name = self.names.table(table)
        rows, count = self.stores.readers(name)
        return Reply(rows, self._about_table(name, count))

    def table(self, table: str) -> Reply:
        """A table as it is: its schemas, columns, indexes and constraints, each with the line that made it so."""
        name = self.names.table(table)
        folded = tables_named(self._tables, name)
        plain = folded[0].name if folded else name
        schemas = tuple(self._map.modules[schema] for schema in self.stores.schemas_of(plain))
        told = f"{name}: {len(self._map.migrations)} migrations"
        paths = {path for table in folded for path in table.migrations}
        touched = f", of which {len(paths)} touch it" if folded else ", none of which makes it"
        touched += f"; {len(folded)} tables of that name, one after the other" if len(folded) > 1 else ""
        return Reply(table_rows(folded, schemas, self.sources), told + touched)

    def topics(self, topic: str) -> Reply:
        """Who subscribes to and broadcasts a topic; an empty one asks for all."""
        rows = self._named.topics(topic)
        if topic:
            rows += tuple(beyond for row in rows for beyond in self._callers_of_wrapper(row))
        return self._by_name("topics", tuple(dict.fromkeys(rows)), topic)

    def _callers_of_wrapper(self, row: Answer) -> tuple[Answer, ...]:
        """Who calls a function that subscribes or broadcasts for others; none for one in a LiveView or process."""
        module, (name, arity) = split_caller(row)
        if not name or row.layer in ENTRY_LAYERS or module not in self._map.modules:
            return ()
        found = self._map.modules[module].function(name, arity)
        if found is None:
            return ()
        word = "subscribes" if row.relation.startswith("subscribes") else "broadcasts"
        target = FunctionName(module, name, tuple(range(found.arity - found.defaults, found.arity + 1)))
        return tuple(
            replace(caller, relation=f"{word} by {name}/{arity}", distance=2, through=(row.what,), sure=row.sure)
            for caller in self._calls.callers(target)[0]
            if caller.distance == 1
        )

    def events(self, prefix: str) -> Reply:
        """Who executes, attaches to and measures the telemetry events of a prefix; an empty one asks for all."""
        return self._by_name("telemetry", self._named.events(prefix), prefix)

    def flags(self, flag: str) -> Reply:
        """Who defines, checks and changes a feature flag; an empty one asks for all."""
        return self._by_name("flags", self._named.flags(flag), flag)

    def routes_to(self, module: str) -> tuple[tuple[Route, ...], str]:
        """The routes that lead to a module, or those under a path (`/carts`), and what was looked at."""
        routers = len({route.file for route in self._map.routes})
        looked_at = f"{len(self._map.routes)} routes of {routers} routers"
        if (path := module.strip()).startswith("/"):
            return self._named.routes_under(path), f"{path}: {looked_at}"
        found = self.names.module(module)
        return self._named.routes_to(found), f"{found.name}: {looked_at}"

    def pipeline(self, file: str, name: str) -> tuple[int, tuple[str, ...]]:
        """The line at which a pipeline of a router's file begins, and its plugs in their order; 0 where it has none."""
        for module in self._map.by_path[file].modules if file in self._map.by_path else ():
            begins = (guard.line for guard in module.guards if guard.kind == "pipeline" and guard.name == name)
            if name in module.pipelines:
                return next(begins, 0), module.pipelines[name]
        return 0, ()

    def find(self, name: str) -> Reply:
        """Where a name is defined, or one that holds it: module, function, table, field, association, flag.

        Raises:
            InputError: Nothing of that name is defined; the nearest names are told.
        """
        rows = self._definitions.find(name.strip().removeprefix("&").removeprefix(":"))
        if not rows:
            raise InputError(f"nothing is called {name}; near it: {', '.join(self.names.nearest(name))}", key=name)
        return Reply(rows, f"{name}: {self._whole}")

    def reach(self, name: str, hops: int) -> Reply:
        """What a change to a module, a function (`Mod.fun/1`) or a table would reach, by distance and layer."""
        given = name.strip().strip("\"'")
        if given in self.names.tables:
            schemas = self.stores.schemas_of(given)
            rows = list(self._reach.from_modules(schemas, hops)) if schemas else []
            known = {row.what for row in rows}
            raw = tuple(row for row in self.stores.raw_users(given) if row.layer != "migration")
            rows += [row for row in self._reach.from_answers(given, raw, hops) if row.what not in known]
            told = f"{given}: the schemas {', '.join(schemas) or '(none)'} and the queries that name the table itself"
            return Reply(_nearest_first(rows), f"{told}; {self._whole}, up to {hops} hops")
        if not self.names.is_function(given):
            module = self.names.module(given)
            rows = list(self._reach.from_modules((module.name,), hops))
            told = f"{module.name}: {self._whole}, up to {hops} hops"
            return Reply(_nearest_first(rows) + self._unseen.of(module), told)
        target = self.names.function(given)
        rows = list(self._reach.from_function(target, hops))
        unseen = self._unseen.of(self._map.modules[target.module])
        return Reply(_nearest_first(rows) + unseen, f"{target}: {self._whole}, up to {hops} hops")

    def _by_name(self, category: str, rows: tuple[Answer, ...], wanted: str) -> Reply:
        known = self._named.names(category)
        near = f"; near it: {', '.join(self.names.closest(wanted, known))}" if wanted and not rows and known else ""
        words = {"topics": "topics", "telemetry": "telemetry events", "flags": "feature flags"}[category]
        return Reply(rows, f"{wanted or 'all'}: {len(known)} {words} of {self._whole}{near}")

    def _about_table(self, table: str, count: int) -> str:
        schemas = ", ".join(self.stores.schemas_of(table)) or "no schema"
        return f"{table} ({schemas}): {self._whole}, {count} files that speak of it read again"

    @property
    def _whole(self) -> str:
        return f"{len(self._map.modules):,} modules in {len(self._map.files):,} files"


def _nearest_first(rows: list[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(rows, key=lambda row: (row.distance, row.layer, row.what, row.place)))
