"""Which modules use a module, and how: the map's references turned round."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from torusnb.context.inquiry.answers import Answer
from torusnb.context.inquiry.scope import Scope
from torusnb.context.inquiry.sources import SourceFile, Sources, words
from torusnb.elixir.syntax import ALIAS, CALL, DOT, arguments, first_child
from torusnb.models.base import Place, Value
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_BEFORE = re.compile(rb"(?<![\w.])((?:[A-Z]\w*\.)*)$")
_BRINGING_LINE = re.compile(r"(alias|import|require|use)\b|#")
_BRINGS_IN = frozenset((b"alias", b"import", b"require", b"use"))


class Edge(Value, frozen=True):
    """One module's use of another.

    Attributes:
        user: The module that uses. relation: How, in words. line: Where; 0 when only the file's text can tell.
        weak: An alias alone, which uses nothing yet.
    """

    user: str
    relation: str
    line: int
    weak: bool = False


class Users:
    """Who uses whom in one code map."""

    def __init__(self, code_map: CodeMap, sources: Sources, scope: Scope) -> None:
        """The uses of that map."""
        self._map = code_map
        self._sources = sources
        self._scope = scope

    @cached_property
    def edges(self) -> dict[str, tuple[Edge, ...]]:
        """Module name to the uses of it, by path and line of the user; a module's use of itself is none."""
        found: dict[str, dict[Edge, None]] = defaultdict(dict)
        for module in self._map.modules.values():
            for target, edge in self._uses(module):
                full = self._scope.resolve_in(target, module) if target not in self._map.modules else target
                if full != module.name and full in self._map.modules:
                    found[full][edge] = None
        for route in self._map.routes:
            router = self._sources[route.file].module_at(route.line) if route.file in self._map.by_path else None
            if router is not None and route.module in self._map.modules:
                found[route.module][Edge(router.name, f"routes {route.verb} {route.path} to it", route.line)] = None
        return {name: tuple(edges) for name, edges in found.items()}

    def _uses(self, module: Module) -> list[tuple[str, Edge]]:
        found = [
            (call.module, Edge(module.name, f"calls {call.name}/{call.arity}", call.line)) for call in module.calls
        ]
        words = {"alias": "aliases it", "import": "imports it", "use": "uses it", "behaviour": "implements it"}
        for reference in module.references:
            relation = words.get(reference.kind)
            if relation is not None:
                weak = reference.kind == "alias"
                found.append((reference.module, Edge(module.name, relation, reference.line, weak)))
        if module.schema is not None:
            for association in module.schema.associations:
                relation = f"{association.kind} :{association.name}"
                found.append((association.module, Edge(module.name, relation, association.line)))
                if association.through[:1].isupper():
                    found.append((association.through, Edge(module.name, f"{relation} through it", association.line)))
        found += [
            (child.module, Edge(module.name, "starts it as a child", child.line))
            for child in module.children
            if child.module
        ]
        if "router" not in module.kinds:
            relation = "names it (struct, query, argument or component)"
            found += [(name, Edge(module.name, relation, 0)) for name in module.mentions]
        return found

    def of(self, name: str) -> tuple[Answer, ...]:
        """A row for each way in which a module uses the module; an alias counts only where nothing else does."""
        rows: dict[str, list[Answer]] = defaultdict(list)
        weak: dict[str, Answer] = {}
        for edge in self.edges.get(name, ()):
            user = self._map.modules[edge.user]
            line = edge.line or self.line_naming(user, name)
            answer = self._answer(user, edge.relation, line)
            if edge.weak:
                weak.setdefault(edge.user, answer)
            elif line and not (edge.line == 0 and any(row.place.line == line for row in rows[edge.user])):
                rows[edge.user].append(answer)
        for user_name, answer in weak.items():
            if not rows.get(user_name):
                rows[user_name].append(answer)
        return tuple(
            sorted((row for found in rows.values() for row in found), key=lambda row: (row.place, row.relation))
        )

    def line_naming(self, user: Module, name: str) -> int:
        """The first line of a module that names another one outside `alias` and its like; 0 if there is none."""
        file = self._sources[user.path]
        return next(iter(self.lines_naming(file, user, name)), 0)

    def lines_naming(self, file: SourceFile, user: Module, name: str) -> list[int]:
        """Every such line, in order, each once."""
        found: dict[int, None] = {}
        for start, end in self.naming(file, user, name):
            node = file.node_at(start, end)
            if node is not None and not brings_in(file, start, end):
                found[file.line_at(start)] = None
        return list(found)

    def naming(self, file: SourceFile, user: Module, name: str) -> list[tuple[int, int]]:
        """The bytes at which a module's text stands for another module, aliases resolved."""
        last = name.rpartition(".")[2]
        shorts = {last} | {r.as_name for r in user.references if r.as_name and r.module == name}
        shorts |= {short for short, full in self._scope.injected(user)[0].items() if full == name}
        found = []
        for short in sorted(shorts):
            for at, end in words(file.data, short.encode()):
                before = _BEFORE.search(file.data, max(0, at - 200), at)
                start = before.start(1) if before is not None else at
                if before is None or file.data[start - 1 : start] in (b"@", b":", b"."):
                    continue
                line = file.line_at(start)
                written = file.data[start:end].decode("utf-8", "replace")
                if user.line <= line <= user.end_line and self._scope.resolve(written, file, line) == name:
                    found.append((start, end))
        return sorted(found)

    def _answer(self, user: Module, relation: str, line: int) -> Answer:
        place = Place(user.path, line)
        return Answer(user.name, place, self._sources.quote(place), relation, self._sources.layer(user.path, user))


def brings_in(file: SourceFile, start: int, end: int) -> bool:
    """Whether a module's name at these bytes stands in `alias`, `import`, `require`, `use`, a comment or a text."""
    if _BRINGING_LINE.match(file.quote(file.line_at(start))):
        return True
    node = file.node_at(start, end)
    if node is None:
        return False
    if node.type in ("comment", "source"):
        return True
    if node.type == "quoted_content":
        around = node.parent
        return around is None or around.type != "sigil"
    current = node
    while current.kind_id in (ALIAS, DOT) or current.type in ("tuple", "arguments"):
        if current.parent is None:
            return False
        current = current.parent
    if current.kind_id != CALL:
        return False
    target = first_child(current)
    given = arguments(current)
    is_word = target is not None and file.text.raw(target) in _BRINGS_IN
    return is_word and bool(given) and given[0].start_byte <= start < given[0].end_byte
