"""Who calls a function, and what a function calls."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from torusnb.context.inquiry.answers import OUTSIDE, Answer, FunctionName
from torusnb.context.inquiry.scope import Scope
from torusnb.context.inquiry.sites import Site, read_site
from torusnb.context.inquiry.sources import SourceFile, Sources, call_words, enclosing_definition, name_of, words
from torusnb.elixir.syntax import ALIAS, ATOM, COMMENT, LIST
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Function, Module

_WORD = re.compile(rb"(?<![\w@:])[a-z_]\w*[?!]?(?!:[ \n])")
_LISTED = re.compile(r"\s*import\s+[\w.]+\s*,\s*(?P<word>only|except):\s*\[(?P<list>[^\]]*)\]")
_NAME_ARITY = re.compile(r"(\w+[?!]?):\s*(\d+)")
_MOST_DELEGATES = 3


class Calls:
    """The calls of one code map, found again in the few files that can hold them."""

    def __init__(self, code_map: CodeMap, sources: Sources, scope: Scope) -> None:
        """The calls of that map."""
        self._map = code_map
        self._sources = sources
        self._scope = scope
        self._loose: dict[str, frozenset[str]] = {}
        self._outside: dict[FunctionName, tuple[Answer, ...]] = {}

    @cached_property
    def by_function(self) -> dict[tuple[str, str], list[tuple[Module, int, int]]]:
        """Module and function name to `(calling module, arity, line of the first call)`, from the outlines."""
        found: dict[tuple[str, str], list[tuple[Module, int, int]]] = defaultdict(list)
        for module in self._map.modules.values():
            for call in module.calls:
                found[self._scope.resolve_in(call.module, module), call.name].append((module, call.arity, call.line))
        return found

    def callers(self, target: FunctionName) -> tuple[tuple[Answer, ...], int]:
        """Every line that calls the function, and how many files were read; a delegate's callers are at distance 2."""
        paths = self.candidates(target)
        rows = [row for path in paths for row in self._calls_in(self._sources[path], target)]
        count = len(paths)
        for delegate, row in self._delegates(target):
            rows.append(row)
            if len(row.through) < _MOST_DELEGATES and str(delegate) != str(target):
                further, read = self.callers(delegate)
                count += read
                rows += [_beyond(answer, str(delegate)) for answer in further]
        return tuple(sorted(dict.fromkeys(rows), key=lambda row: (row.distance, row.place, row.relation))), count

    def candidates(self, target: FunctionName) -> tuple[str, ...]:
        """The files that can hold a call of the function, sorted."""
        word = target.name.encode()
        owner = self._map.modules[target.module]
        paths = {owner.path} | {module.path for module, _, _ in self.by_function.get((target.module, target.name), ())}
        loose = self._loose_paths(target.module)
        return tuple(sorted(paths | {path for path in loose if word in self._sources[path].data}))

    def _loose_paths(self, name: str) -> frozenset[str]:
        """The files that may call a module's functions in a way that no outline tells."""
        known = self._loose.get(name)
        if known is None:
            users = (
                *self._scope.importers.get(name, ()),
                *self._mentioning.get(name, ()),
                *self._calling.get(name, ()),
            )
            known = self._loose[name] = frozenset({*(user.path for user in users), *self._sources.templates})
        return known

    @cached_property
    def _mentioning(self) -> dict[str, list[Module]]:
        found: dict[str, list[Module]] = defaultdict(list)
        for module in self._map.modules.values():
            for name in module.mentions:
                found[self._scope.resolve_in(name, module)].append(module)
        return found

    @cached_property
    def _calling(self) -> dict[str, list[Module]]:
        """Module to those that call any of its functions, which may also hand on another one by its name."""
        found: dict[str, dict[str, Module]] = defaultdict(dict)
        for (owner, _), callers in self.by_function.items():
            for module, _, _ in callers:
                found[owner][module.name] = module
        return {owner: list(modules.values()) for owner, modules in found.items()}

    def mentioning(self, name: str) -> tuple[Module, ...]:
        """The modules that name a module other than by calling it."""
        return tuple(self._mentioning.get(name, ()))

    def sites(self, file: SourceFile, target: FunctionName) -> Iterator[tuple[Site, Module | None]]:
        """The calls of a function in a file, each with the module it stands in."""
        for start, end in call_words(file.data, target.name):
            site = read_site(file, start, end)
            if site is None or not target.takes(site.arity):
                continue
            module = file.module_at(site.line)
            if self.target_of(site, file, module) == target.module:
                yield site, module

    def target_of(self, site: Site, file: SourceFile, module: Module | None) -> str:
        """The full name of the module whose function a call means; empty for what is no call of the map's functions."""
        if site.owner:
            return self._scope.resolve(site.owner, file, site.line)
        home = module or self._scope.template_owner(file.path)
        if home is None:
            return ""
        if home.function(site.name, site.arity) is not None:
            return home.name
        for name in sorted(self._scope.imports(home)):
            imported = self._map.modules.get(name)
            function = imported.function(site.name, site.arity) if imported is not None else None
            if function is not None and function.public and self._lets_in(home, name, site):
                return name
        return ""

    def _lets_in(self, home: Module, name: str, site: Site) -> bool:
        """Whether a module's `import` of another one, by its `only` and `except`, brings the called function."""
        own = [r for r in home.references if r.kind == "import" and r.module == name]
        if not own:
            return True
        file = self._sources[home.path]
        return any(imports_function(file, reference.line, site.name, site.arity) for reference in own)

    def caller_of(self, node: Node | None, file: SourceFile, line: int) -> tuple[str, int]:
        """Name and arity of the function around a node (or around a line of a template in it); empty outside one."""
        definition = None
        if file.outline is not None:
            if node is None:
                start = file.data.find(file.quote(line).encode(), file.starts[line - 1])
                node = file.node_at(max(start, 0), max(start, 0) + 1)
            definition = enclosing_definition(node, file.text) if node is not None else None
        return name_of(definition, file.text) if definition is not None else ("", 0)

    def _calls_in(self, file: SourceFile, target: FunctionName) -> Iterator[Answer]:
        for site, module in self.sites(file, target):
            name, arity = self.caller_of(site.node, file, site.line)
            itself = module is not None and (module.name, name) == (target.module, target.name) and target.takes(arity)
            relation = "calls itself" if itself else f"{site.relation} {target.name}/{site.arity}"
            yield self.answer(file, module, (name, arity), site.line, relation)
        for start, end in words(file.data, target.name.encode()):
            line = self._handed_on(file, start - 1, end, target) if file.data[start - 1 : start] == b":" else 0
            if line:
                module = file.module_at(line)
                caller = self.caller_of(file.node_at(start, end), file, line)
                yield self.answer(file, module, caller, line, f"hands on :{target.name} by its name")

    def callers_outside(self, target: FunctionName) -> tuple[Answer, ...]:
        """The calls of a function from other modules, kept for the next question."""
        known = self._outside.get(target)
        if known is None:
            own = self._map.modules[target.module]
            known = tuple(
                row
                for path in self.candidates(target)
                for row in self._calls_in(self._sources[path], target)
                if row.place.path != own.path or self._sources[path].module_at(row.place.line) != own
            ) + tuple(row for _, row in self._delegates(target))
            self._outside[target] = known
        return known

    def _handed_on(self, file: SourceFile, start: int, end: int, target: FunctionName) -> int:
        """The line of `{Mod, :fun, args}` or `apply(Mod, :fun, args)` around these bytes, or 0."""
        node = file.node_at(start, end) if file.outline is not None else None
        if node is None or node.kind_id != ATOM or node.parent is None:
            return 0
        beside = [child for child in node.parent.named_children if child.kind_id != COMMENT]
        at = next((i for i, child in enumerate(beside) if child.start_byte == node.start_byte), 0)
        left = beside[at - 1] if at else None
        line = node.start_point[0] + 1
        if left is None or (left.kind_id != ALIAS and file.text.raw(left) != b"__MODULE__"):
            return 0
        if self._scope.resolve(file.text.of(left), file, line) != target.module:
            return 0
        given = beside[at + 1] if at + 1 < len(beside) else None
        if given is not None and given.kind_id == LIST and not target.takes(given.named_child_count):
            return 0
        return line

    def answer(
        self, file: SourceFile, module: Module | None, caller: tuple[str, int], line: int, relation: str
    ) -> Answer:
        """The row of a line: the function around it, or the module, or the template's file."""
        owner = module.name if module is not None else file.path
        what = f"{owner}.{caller[0]}/{caller[1]}" if caller[0] else owner
        return Answer(what, Place(file.path, line), file.quote(line), relation, self._sources.layer(file.path, module))

    def _delegates(self, target: FunctionName) -> Iterator[tuple[FunctionName, Answer]]:
        for module, arity, line in self.by_function.get((target.module, target.name), ()):
            function = delegate_at(module, line)
            if function is not None and target.takes(arity):
                file = self._sources[module.path]
                row = self.answer(
                    file, module, (function.name, function.arity), line, f"delegates to {target.name}/{arity}"
                )
                yield FunctionName(module.name, function.name, (function.arity,)), row

    def callees(self, target: FunctionName) -> tuple[Answer, ...]:
        """What the clauses of a function call, in the order of their lines; a `~H` template in them counts."""
        module = self._map.modules[target.module]
        file = self._sources[module.path]
        rows = []
        spans = [(f.line, f.end_line) for f in module.functions if f.name == target.name and target.takes(f.arity)]
        for match in file.find(_WORD):
            line = file.line_at(match.start())
            if not any(start <= line <= end for start, end in spans):
                continue
            site = read_site(file, match.start(), match.end())
            if site is None or file.module_at(line) != module:
                continue
            name, arity = self.caller_of(site.node, file, line)
            owner = self.target_of(site, file, module)
            if name == target.name and target.takes(arity) and owner:
                rows.append(self._callee(file, site, owner))
        return tuple(dict.fromkeys(rows))

    def _callee(self, file: SourceFile, site: Site, owner: str) -> Answer:
        called = self._map.modules.get(owner)
        function = called.function(site.name, site.arity) if called is not None else None
        home = f"defined at {called.path}:{function.line}" if called is not None and function is not None else ""
        if called is None:
            home = OUTSIDE
        relation = f"{site.relation}" + (f", {home}" if home else "")
        layer = self._sources.layer(called.path, called) if called is not None else ""
        return Answer(
            f"{owner}.{site.name}/{site.arity}", Place(file.path, site.line), file.quote(site.line), relation, layer
        )


def imports_function(file: SourceFile, line: int, name: str, arity: int) -> bool:
    """Whether the `import` on a line brings a function, by what its `only:` or `except:` lists."""
    start = file.starts[line - 1]
    statement = file.data[start : start + 2_000].decode("utf-8", "replace")
    match = _LISTED.match(statement)
    if match is None:
        return True
    listed = f"{name}: {arity}" in {f"{found[1]}: {found[2]}" for found in _NAME_ARITY.finditer(match["list"])}
    return listed if match["word"] == "only" else not listed


def delegate_at(module: Module, line: int) -> Function | None:
    """The `defdelegate` of a module that stands on a line, or None."""
    return next((f for f in module.functions if f.kind == "defdelegate" and f.line == line), None)


def _beyond(answer: Answer, delegate: str) -> Answer:
    return Answer(
        answer.what,
        answer.place,
        answer.quote,
        answer.relation,
        answer.layer,
        answer.distance + 1,
        (delegate, *answer.through),
        answer.sure,
    )
