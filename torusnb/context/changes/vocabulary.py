"""The names that designs can meet on, as the checkout knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from torusnb.context.layers import main_module
from torusnb.context.naming import Resolver
from torusnb.models.codebase import CodeMap

_PARAMETER = re.compile(r"[:*]\w+|\{\w+\}|<\w+>")
_HOLE = re.compile(r"#?\{[^}]*\}|<[^>]*>|\*")
_PHASE = re.compile(r"\.(?:start|stop|exception)$")
_CODE_FOLDER = ("lib/", "assets/", "priv/", "config/")

_NO_CODE = (".md", ".markdown", ".yml", ".yaml", ".json", ".txt", ".csv", "mix.lock")

_STATES = frozenset({"on", "off", "true", "false", "nil", "enabled", "disabled"})
"""What a flag may be set to; code that hands one on as an atom does not name a flag."""

Thing = tuple[str, str, bool]
"""Kind, full name, and whether the checkout has it."""


class Vocabulary:
    """Names to things of one checkout: every spelling of a thing gives the same kind and name."""

    def __init__(self, code_map: CodeMap) -> None:
        """The vocabulary of that map."""
        self._map = code_map
        self._resolver = Resolver(code_map)

    def find(self, kind: str, name: str) -> Iterator[Thing]:
        """The things that a module's name, a path or a route means; none for what is not the checkout's own."""
        if kind == "module":
            yield from self._module(name)
        elif kind == "path":
            yield from self._path(name.partition(":")[0].removeprefix("./"))
        else:
            yield from self._route(name)

    def event(self, written: str) -> Thing:
        """A telemetry event written as a list of atoms; `:start`, `:stop` and `:exception` are one event."""
        name = _PHASE.sub("", ".".join(re.findall(r":(\w+)", written)))
        return "event", name, name in self._events

    def topic(self, written: str) -> Thing:
        """A PubSub topic; what is filled in at run time counts as one and the same."""
        name = _HOLE.sub("*", written)
        return "topic", name, name in self._topics

    def has_topic(self, written: str) -> bool:
        """Whether code broadcasts or subscribes to a topic of that form."""
        return _HOLE.sub("*", written) in self._topics

    def has_table(self, name: str) -> bool:
        """Whether a schema maps a table or a migration makes it."""
        return name in self._tables

    def has_plain(self, name: str) -> bool:
        """Whether a bare identifier is the name of a table, a flag or a cache."""
        bare = name.removeprefix(":")
        return bare in self._tables or bare in self._flags or bare in self._caches

    def plain(self, name: str, *, is_table: bool, is_flag: bool) -> Iterator[Thing]:
        """The things an identifier means; an unknown one is what the words beside it call it."""
        if name in self._tables and not is_flag:
            yield "table", name, True
        elif name in self._flags:
            yield "flag", name, True
        elif name in self._caches:
            yield "cache", name, True
        elif is_flag:
            yield "flag", name, False
        elif is_table and name not in self._columns:
            yield "table", name, False

    def _module(self, name: str) -> Iterator[Thing]:
        modules = self._map.modules
        if name in modules:
            if "." in name:  # the root module is everybody's
                yield self._known(name)
            return
        homes = self._resolver.module_paths(name)
        if len(homes) == 1:
            full = [known for known in modules if known.endswith(f".{name}") and modules[known].path == homes[0]]
            yield from (self._known(known) for known in full[:1])
        elif self._resolver.is_missing(name):
            yield "module", name, False

    def _known(self, name: str) -> Thing:
        """A module, or the table that it maps."""
        schema = self._map.modules[name].schema
        if schema is not None and schema.table:
            return "table", schema.table, True
        return "module", name, True

    def _path(self, path: str) -> Iterator[Thing]:
        outline = self._map.by_path.get(path)
        main = main_module(outline) if outline is not None else None
        if main is not None:
            yield self._known(main.name)
        elif path in self._map.paths and not path.endswith(_NO_CODE):
            yield "file", path, True
        elif path.startswith(_CODE_FOLDER) and "*" not in path and "." in path.rpartition("/")[2]:
            yield "file", path, False

    def _route(self, name: str) -> Iterator[Thing]:
        path = name.partition(" ")[2] if " " in name else name
        path = path.partition("?")[0].rstrip("/")
        shape = _PARAMETER.sub(":_", path)
        if shape in self._routes:
            yield "route", shape, True
        elif path.count("/") > 1 and not re.search(r"\.\w+$|[*]{2}", path):
            yield "route", shape, False

    @cached_property
    def _routes(self) -> frozenset[str]:
        return frozenset(_PARAMETER.sub(":_", route.path.rstrip("/")) for route in self._map.routes) - {""}

    @cached_property
    def _tables(self) -> frozenset[str]:
        made = {table for migration in self._map.migrations for table in migration.creates}
        return frozenset(made | self._map.tables.keys())

    @cached_property
    def _columns(self) -> frozenset[str]:
        modules = self._map.modules.values()
        return frozenset(field.name for m in modules if m.schema is not None for field in m.schema.fields)

    @cached_property
    def _events(self) -> frozenset[str]:
        uses = (use for module in self._map.modules.values() for use in module.telemetry)
        return frozenset(_PHASE.sub("", use.name) for use in uses)

    @cached_property
    def _topics(self) -> frozenset[str]:
        uses = (use for module in self._map.modules.values() for use in module.topics)
        return frozenset(_HOLE.sub("*", use.name.strip('"')) for use in uses if use.name)

    @cached_property
    def _flags(self) -> frozenset[str]:
        uses = (use for module in self._map.modules.values() for use in module.flags)
        return frozenset(use.name.strip(':"') for use in uses if use.name) - _STATES

    @cached_property
    def _caches(self) -> frozenset[str]:
        uses = (use for module in self._map.modules.values() for use in module.caches)
        return frozenset(use.name.strip(':"') for use in uses if use.name) - {""}
