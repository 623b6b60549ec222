"""What a name written in a file stands for: aliases, imports, and what `use` of a module brings along."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from torusnb.context.inquiry.sources import SourceFile
from torusnb.elixir.names import expand
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_NO_LINE = 1 << 30


class Scope:
    """Resolves the names of one code map's files."""

    def __init__(self, code_map: CodeMap) -> None:
        """The names of that map."""
        self._map = code_map
        self._injected: dict[str, tuple[dict[str, str], frozenset[str]]] = {}

    def resolve(self, written: str, file: SourceFile, line: int) -> str:
        """The full name behind a module's name as written on a line of a file.

        The last alias above the line holds; one inside another function is not told from one above all of them.
        """
        if file.outline is None:
            owner = self.template_owner(file.path)
            return written if owner is None else self._in_module(written, owner, _NO_LINE)
        around = sorted(
            (module for module in file.modules if module.line <= line <= module.end_line), key=lambda m: m.line
        )
        if written.startswith("__MODULE__"):
            return written.replace("__MODULE__", around[-1].name, 1) if around else written
        for module in reversed(around):
            name = self._in_module(written, module, line)
            if name != written:
                return name
        return written

    def resolve_in(self, written: str, module: Module) -> str:
        """The full name behind a name that the outline of a module holds, which may lack what `use` brings."""
        return written if written in self._map.modules else self._in_module(written, module, _NO_LINE)

    def _in_module(self, written: str, module: Module, line: int) -> str:
        aliases = dict(self.injected(module)[0])
        for nested in self._nested.get(module.name, ()):
            aliases[nested.rpartition(".")[2]] = nested
        for reference in sorted(module.references, key=lambda r: r.line):
            if reference.line <= line and (
                reference.kind == "alias" or (reference.kind == "require" and reference.as_name)
            ):
                aliases[reference.as_name or reference.module.rpartition(".")[2]] = reference.module
        return expand(written, aliases)

    @cached_property
    def _nested(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for file in self._map.files:
            if len(file.modules) > 1:
                for module in file.modules:
                    found[module.name.rpartition(".")[0]].append(module.name)
        return found

    def injected(self, module: Module) -> tuple[dict[str, str], frozenset[str]]:
        """The aliases and the imported modules that the macros which a module uses bring into it."""
        known = self._injected.get(module.name)
        if known is not None:
            return known
        aliases: dict[str, str] = {}
        imports: set[str] = set()
        self._injected[module.name] = (aliases, frozenset())  # a circle of `use` ends here
        for reference in module.references:
            used = self._map.modules.get(reference.module) if reference.kind == "use" else None
            if used is None or used.function("__using__") is None:
                continue
            above = self.injected(used)
            aliases |= above[0]
            imports |= above[1]
            for inner in used.references:
                if inner.kind == "alias":
                    aliases.setdefault(inner.as_name or inner.module.rpartition(".")[2], inner.module)
                elif inner.kind == "import":
                    imports.add(inner.module)
        self._injected[module.name] = (aliases, frozenset(imports))
        return self._injected[module.name]

    def imports(self, module: Module) -> frozenset[str]:
        """The modules whose functions a module can call by their bare names."""
        own = {reference.module for reference in module.references if reference.kind == "import"}
        return self.injected(module)[1] | own

    @cached_property
    def importers(self) -> dict[str, tuple[Module, ...]]:
        """Module name to the modules that can call its functions by their bare names."""
        found: dict[str, list[Module]] = defaultdict(list)
        for module in self._map.modules.values():
            for name in self.imports(module):
                found[name].append(module)
        return {name: tuple(sorted(modules, key=lambda m: (m.path, m.line))) for name, modules in found.items()}

    def template_owner(self, path: str) -> Module | None:
        """The module that a template in a file of its own belongs to, by Phoenix's conventions, or None.

        Beside it (`page_live.ex`), above its folder (`page_html.ex`, `layouts.ex`), or the view of its folder
        (`templates/page/…` to `views/page_view.ex`).
        """
        folder, _, file = path.rpartition("/")
        name = folder.rpartition("/")[2]
        views = f"{folder.rpartition('/templates/')[0]}/views/{name}_view.ex"
        for candidate in (f"{folder}/{file.partition('.')[0]}.ex", f"{folder}.ex", views):
            outline = self._map.by_path.get(candidate)
            if outline is not None and outline.modules:
                return outline.modules[0]
        return None
