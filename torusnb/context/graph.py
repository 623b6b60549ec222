"""Which files of the code map speak to which: aliases, associations, calls, routes, and a context's own folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module


class FileGraph:
    """The references between a code map's files, resolved to paths; sorted, and without self-references."""

    def __init__(self, code_map: CodeMap) -> None:
        """The graph of that map."""
        self._map = code_map

    @cached_property
    def uses(self) -> dict[str, tuple[str, ...]]:
        """Path to the paths whose modules it aliases, imports, uses, calls, associates with or routes to."""
        return self._resolved(_names_used)

    @cached_property
    def calls(self) -> dict[str, tuple[str, ...]]:
        """Path to the paths whose modules it calls, associates with or routes to: what it works with."""
        return self._resolved(_names_called)

    def _resolved(self, names_of: Callable[[Module], set[str]]) -> dict[str, tuple[str, ...]]:
        modules = self._map.modules
        found: dict[str, set[str]] = defaultdict(set)
        for file in self._map.files:
            names = {route.module for route in file.routes}
            for module in file.modules:
                names |= names_of(module)
            for name in names:
                target = modules.get(name)
                if target is not None and target.path != file.path:
                    found[file.path].add(target.path)
        return {path: tuple(sorted(targets)) for path, targets in sorted(found.items())}

    @cached_property
    def used_by(self) -> dict[str, tuple[str, ...]]:
        """Path to the paths that use it."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, targets in self.uses.items():
            for target in targets:
                found[target].append(path)
        return {path: tuple(sorted(sources)) for path, sources in sorted(found.items())}

    @cached_property
    def parents(self) -> dict[str, str]:
        """Path of a file in a context's folder to the context's own file (`a/b/c.ex` to `a/b.ex`)."""
        known = self._map.by_path
        found = {}
        for path in known:
            context = f"{path.rpartition('/')[0]}.ex"
            if context in known:
                found[path] = context
        return found

    def neighbours(self, path: str) -> tuple[str, ...]:
        """The files one reference away, in either direction."""
        return tuple(sorted({*self.uses.get(path, ()), *self.used_by.get(path, ())}))


def _names_used(module: Module) -> set[str]:
    names = {reference.module for reference in module.references}
    names |= {child.module for child in module.children if child.module}
    return names | _names_called(module)


def _names_called(module: Module) -> set[str]:
    names = {call.module for call in module.calls}
    if module.schema is not None:
        names |= {association.module for association in module.schema.associations}
    return names
