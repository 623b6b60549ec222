"""Names as a person writes them, to the names of the map; an unknown one is answered with the nearest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container
from functools import cached_property

from rapidfuzz import fuzz, process

from torusnb.context.inquiry.answers import FunctionName
from torusnb.errors import InputError
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_FUNCTION = re.compile(r"^(?:(?P<module>.*?)\.)?(?P<name>[a-z_]\w*[?!]?)(?:/(?P<arity>\d+))?$")
_MOST = 5


class NameBook:
    """The names of one code map."""

    def __init__(self, code_map: CodeMap, tables: Collection[str], called: Container[tuple[str, str]] = ()) -> None:
        """The names of that map; `tables` are the names of all tables known, `called` the functions called somewhere.

        A function that `use` gives to a module (`get` of a repo) is defined nowhere in the map, but called.
        """
        self._map = code_map
        self._called = called
        self.tables = frozenset(tables)

    @cached_property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """Function name to the modules that define it, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self._map.modules.values():
            for function in module.functions:
                found[function.name].add(module.name)
        return {name: tuple(sorted(modules)) for name, modules in found.items()}

    def knows(self, module: str) -> bool:
        """Whether the map has a module of that full name."""
        return module in self._map.modules

    def module(self, given: str) -> Module:
        """The module of a name: full, without its first parts where that is unique, or the path of its file.

        Raises:
            InputError: No module has that name, or several end in it.
        """
        name = given.strip().removeprefix("Elixir.").removeprefix("%").removesuffix("{}")
        if name in self._map.modules:
            return self._map.modules[name]
        outline = self._map.by_path.get(name.removeprefix("./").partition(":")[0])
        if outline is not None and outline.modules:
            return self._map.modules[outline.modules[0].name]
        homes = self._map.by_tail.get(name, ())
        if len(homes) == 1:
            return self._map.modules[homes[0]]
        if homes:
            raise InputError(f"{len(homes)} modules end in {name}; give one of: {_listed(homes)}", key=given)
        raise InputError(f"no module is called {name}; near it: {_listed(self.near(name))}", key=given)

    def function(self, given: str) -> FunctionName:
        """The function of a name: `Mod.fun/1`, `Mod.fun`, or `fun` alone where one module defines it.

        Without an arity every function of that name is meant.

        Raises:
            InputError: There is no such module or function, or several modules define it.
        """
        match = _FUNCTION.match(given.strip().removeprefix("&"))
        if match is None:
            raise InputError(f"{given} is no function name; write it as Module.function/arity", key=given)
        name = match["name"]
        arity = int(match["arity"]) if match["arity"] else None
        owner = self._owner(match["module"], name, arity) if match["module"] else self._sole_home(name, given)
        named = [function for function in owner.functions if function.name == name]
        if not named and (owner.name, name) in self._called:
            return FunctionName(owner.name, name, () if arity is None else (arity,))
        if not named:
            known = sorted({f"{function.name}/{function.arity}" for function in owner.functions})
            raise InputError(
                f"{owner.name} defines no {name}; near it: {_listed(self.closest(name, known))}", key=given
            )
        if arity is None:
            return FunctionName(owner.name, name)
        found = owner.function(name, arity)
        if found is None:
            known = [f"{name}/{function.arity}" for function in named]
            raise InputError(f"{owner.name} defines no {name}/{arity}, but {_listed(known)}", key=given)
        return FunctionName(owner.name, name, tuple(range(found.arity - found.defaults, found.arity + 1)))

    def table(self, given: str) -> str:
        """The table of a name, which may also be a schema's module.

        Raises:
            InputError: There is no such table.
        """
        name = given.strip().strip("\"'").removeprefix(":")
        if name in self.tables:
            return name
        if name[:1].isupper() or "/" in name:
            module = self.module(name)
            if module.schema is not None and module.schema.table:
                return module.schema.table
            raise InputError(f"{module.name} is no schema of a table", key=given)
        near = _listed(self.closest(name, self.tables))
        raise InputError(f"no migration or schema has a table {name}; near it: {near}", key=given)

    def is_function(self, given: str) -> bool:
        """Whether a name is written as a function's: its last part begins with a small letter."""
        last = given.strip().removeprefix("&").partition("/")[0].rpartition(".")[2]
        return last[:1].islower() or last[:1] == "_" if not given.endswith((".ex", ".exs")) else False

    def nearest(self, name: str) -> tuple[str, ...]:
        """The names of any kind that are most like a name, best first."""
        if not self.is_function(name):
            return self.near(name)
        bare = name.partition("/")[0].rpartition(".")[2]
        return self.closest(bare, sorted({*self.homes, *self.tables}))

    @staticmethod
    def closest(name: str, known: Collection[str]) -> tuple[str, ...]:
        """Those of the known names that are most like a name, best first."""
        return tuple(found for found, _, _ in process.extract(name, sorted(known), scorer=fuzz.ratio, limit=_MOST))

    def near(self, name: str) -> tuple[str, ...]:
        """The modules whose last part is most like the last part of a name, best first."""
        wanted = name.rpartition(".")[2].lower()
        scored = sorted(
            (
                -fuzz.ratio(wanted, known.rpartition(".")[2].lower()) - 0.2 * fuzz.ratio(name.lower(), known.lower()),
                known,
            )
            for known in self._map.modules
        )
        return tuple(known for _, known in scored[:_MOST])

    def _owner(self, module: str, name: str, arity: int | None) -> Module:
        """The module of a function; where several end so, the only one of them that defines it."""
        homes = () if self.knows(module) else self._map.by_tail.get(module, ())
        bearers = [home for home in homes if self._map.modules[home].function(name, arity) is not None]
        return self._map.modules[bearers[0]] if len(bearers) == 1 else self.module(module)

    def _sole_home(self, name: str, given: str) -> Module:
        homes = self.homes.get(name, ())
        if len(homes) == 1:
            return self._map.modules[homes[0]]
        if homes:
            raise InputError(f"{len(homes)} modules define {name}; give one of: {_listed(homes)}", key=given)
        raise InputError(f"no module defines {name}; near it: {_listed(self.closest(name, self.homes))}", key=given)


def _listed(names: Collection[str]) -> str:
    shown = list(names)[:_MOST]
    return ", ".join(shown) + (", …" if len(names) > len(shown) else "") if shown else "nothing"
