"""Where a name is defined, and what is defined under names that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torusnb.context.inquiry.answers import Answer
from torusnb.context.inquiry.sources import Sources
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Function, Module

_LEAST = 3
"""Letters; what is shorter stands in every second name."""


@dataclass(frozen=True)
class _Defined:
    """A definition: its name, the module or namespace it lies in, its row; a function's arities count."""

    home: str
    name: str
    row: Answer
    function: Function | None = None

    def closeness(self, wanted: str) -> int:
        """0 for exactly the wanted name, 1 when it begins so, 2 when it holds it anywhere, 3 otherwise."""
        bare, _, arity = wanted.partition("/")
        if f".{self.home}.{self.name}".endswith(f".{bare}"):
            return 0 if self._takes(arity) else 3
        owner, _, last = bare.rpartition(".")
        if len(last) < _LEAST or arity or (owner and not f".{self.home}".endswith(f".{owner}")):
            return 3
        at = self.name.lower().find(last.lower())
        return 3 if at < 0 else 2 if at else 1

    def _takes(self, arity: str) -> bool:
        function = self.function
        if function is None or not arity.isdecimal():
            return True
        return function.arity - function.defaults <= int(arity) <= function.arity


class Definitions:
    """Everything that one code map defines by a name."""

    def __init__(self, code_map: CodeMap, sources: Sources) -> None:
        """The definitions of that map."""
        self._map = code_map
        self._sources = sources

    def find(self, name: str) -> tuple[Answer, ...]:
        """Modules, functions, schemas' fields and associations, tables and flags of a name, or whose name holds it.

        The exact ones come first, then those that begin with it, in any case of letters, then the rest. A name with
        a module before it stays in that module.
        """
        ranked = []
        for defined in (*self._in_modules(), *self._tables()):
            closeness = defined.closeness(name)
            if closeness < 3:
                ranked.append((closeness, defined.row.relation, defined.row.place, defined.row.what, defined.row))
        return tuple(dict.fromkeys(entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:-1])))

    def _in_modules(self) -> Iterator[_Defined]:
        for module in self._map.modules.values():
            layer = self._sources.layer(module.path, module)
            home, _, last = module.name.rpartition(".")
            yield _Defined(home, last, self._row(module.name, module.path, module.line, "a module", layer))
            for function in module.functions:
                what = f"{module.name}.{function.name}/{function.arity}"
                row = self._row(what, module.path, function.line, f"a function ({function.kind})", layer)
                yield _Defined(module.name, function.name, row, function)
            yield from self._of_schema(module, layer)
            for use in module.flags:
                if use.kind == "define" and use.name:
                    yield _Defined("", use.name, self._row(use.name, module.path, use.line, "a feature flag", layer))

    def _of_schema(self, module: Module, layer: str) -> Iterator[_Defined]:
        schema = module.schema
        if schema is None:
            return
        if schema.table:
            row = self._row(module.name, module.path, schema.line, "the schema of the table", layer)
            yield _Defined("", schema.table, row)
        parts = [(field.name, field.line, f"a field, {field.type}") for field in schema.fields]
        parts += [(a.name, a.line, f"an association, {a.kind} {a.module}".rstrip()) for a in schema.associations]
        for name, line, relation in parts:
            yield _Defined(module.name, name, self._row(f"{module.name}.{name}", module.path, line, relation, layer))

    def _tables(self) -> Iterator[_Defined]:
        for migration in self._map.migrations:
            for name in migration.creates:
                row = self._row(name, migration.path, migration.line, "a table that a migration creates", "migration")
                yield _Defined("", name, row)

    def _row(self, what: str, path: str, line: int, relation: str, layer: str) -> Answer:
        place = Place(path, line)
        return Answer(what, place, self._sources.quote(place), relation, layer)
