"""Every name of code in a document, judged: it exists, is declared new, has moved, or is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.review import NamedThing
from torusnb.review.codespans import Span, find_functions, find_modules, find_paths, find_runtime_names
from torusnb.review.declared import Declarations
from torusnb.review.known import Known
from torusnb.review.names import Names
from torusnb.review.reading import Reading

_IN_BROWSER = re.compile(r"[\w.]+`?\s+(?:React|TypeScript|JavaScript)\b")
_DEFINED = re.compile(r"\bdefmodule\s+([A-Z]\w*(?:\.[A-Z]\w*)*)")
_SHOWN = re.compile(r"\bdef(?:p|macro|delegate)?\s+([a-z_]\w*[!?]?)|@(?:spec|callback)\s+([a-z_]\w*[!?]?)")
_TYPE = "t"  # `Module.t()` is a type
_CALLBACKS = re.compile(
    r"call|changeset|child_spec|handle_\w+|init|join|mount|perform|render|start_link|terminate|update"
)
_STORED = ("table", "route")
_OUTSIDE = re.compile(r"\b(?:clickhouse|s3|bigquery|redshift|athena|snowflake|ets|dets|mnesia)\b", re.IGNORECASE)


def named_things(reading: Reading, known: Known) -> tuple[NamedThing, ...]:
    """Every name of code in the document, each once, by kind and first mention; what belongs to libraries is left out.

    An event, topic or flag that is not there counts as unknown only where the document calls it existing: designs name
    new ones without saying so. A table or route counts as new in the part that describes the design.
    """
    naming = Naming(reading, known)
    return (*naming.modules, *naming.functions, *naming.paths, *naming.runtime_things)


class Naming(Value, frozen=True, dict=True):
    """The names of one document against one checkout."""

    reading: Reading
    known: Known

    @property
    def names(self) -> Names:
        """Modules, functions and paths of the checkout."""
        return self.known.names

    @cached_property
    def declarations(self) -> Declarations:
        """What the document declares new."""
        return Declarations(self.reading)

    @cached_property
    def modules(self) -> tuple[NamedThing, ...]:
        """Modules of the project; those of libraries and of tests are left out."""
        return tuple(self._judge_modules())

    def _judge_modules(self) -> Iterator[NamedThing]:
        for name, spans in self._modules_named.items():
            if self.names.is_foreign(name) or _is_test(name) or self._in_browser(spans):
                continue
            line, count = self.reading.line_at(spans[0].offset), len(spans)
            if self.names.resolve(name):
                yield NamedThing("module", name, "existing", line, count=count)
            elif self.names.is_own(name) or self._looks_relative(name):
                state, nearest, loose = self._unknown_module(name)
                yield NamedThing("module", name, state, line, nearest, count, loose)

    def _in_browser(self, spans: Sequence[Span]) -> bool:
        """Whether the words right behind it say that it is a component of the browser's code."""
        return any(_IN_BROWSER.match(self.reading.text, span.offset) for span in spans)

    def _unknown_module(self, name: str) -> tuple[str, tuple[str, ...], bool]:
        if self._is_new(name):
            return "new", (), False
        if self.names.is_slip(name):
            return "unknown", self.names.nearest_module(name), False
        if self._among(name, self._loose_modules):
            return "new", (), True
        moved = self.names.moved_module(name)
        return ("moved", moved, False) if moved else ("unknown", self.names.nearest_module(name), False)

    @cached_property
    def _modules_named(self) -> dict[str, list[Span]]:
        mentions: dict[str, list[Span]] = {}
        for span in find_modules(self.reading.text):
            mentions.setdefault(span.name, []).append(span)
        return mentions

    @cached_property
    def _new_modules(self) -> frozenset[str]:
        """Modules that the document declares new, or shows the definition of."""
        declared = set(_DEFINED.findall(self.reading.text))
        for name, spans in self._modules_named.items():
            if name in declared or self.names.resolve(name):
                continue
            said = [span.offset for span in spans if self.declarations.declared(span.offset)]
            called = bool(said) or self.declarations.called_new(name.rpartition(".")[2])
            if called and (not self.names.is_slip(name) or any(map(self.declarations.plainly, said))):
                declared.add(name)
        return frozenset(declared)

    @cached_property
    def _loose_modules(self) -> frozenset[str]:
        """Modules that nothing but their place presents as parts of the design."""
        return frozenset(
            name
            for name, spans in self._modules_named.items()
            if not self.names.resolve(name)
            and any(self.declarations.loosely(span.offset) for span in spans)
            and not any(self.declarations.called_existing(span.offset) for span in spans)
        )

    def _is_new(self, name: str) -> bool:
        """Whether the name, what it stands below, a longer name of the same module, or its file was declared new."""
        stem = name.rpartition(".")[2].lower()
        return self._among(name, self._new_modules) or any(_camel(path) == stem for path in self._new_paths)

    def _among(self, name: str, new: frozenset[str]) -> bool:
        parts = name.split(".")
        if any(".".join(parts[:size]) in new for size in range(2, len(parts) + 1)):
            return True
        return any(other.endswith(f".{name}") or other.startswith(f"{name}.") for other in new)

    @cached_property
    def functions(self) -> tuple[NamedThing, ...]:
        """Functions of existing modules, and those named without one that the named modules know by that name."""
        found: dict[tuple[str, str, str], NamedThing] = {}
        for span in self._function_spans:
            key = (span.module, span.name, span.detail)
            if key in found:
                continue
            thing = self._function(span) if span.module else self._local(span)
            if thing is not None:
                found[key] = thing
        return tuple(found.values())

    def _function(self, span: Span) -> NamedThing | None:
        if self.names.is_foreign(span.module) or span.name == _TYPE:
            return None
        full = self.names.resolve(span.module)
        if not full:
            return None
        shown = f"{span.module}.{span.name}" + (f"/{span.detail}" if span.detail else "")
        line = self.reading.line_at(span.offset)
        if self.names.has_function(full, span.name, int(span.detail) if span.detail else None):
            return NamedThing("function", shown, "existing", line)
        if span.bare:
            return None
        twin = any(module in self.names.functions_named(span.name) for module in full)
        if self._function_is_new(span, twin):
            return NamedThing("function", shown, "new", line)
        return NamedThing("function", shown, "unknown", line, self.names.nearest_function(full[0], span.name))

    def _local(self, span: Span) -> NamedThing | None:
        """A function named without its module, where a module that the document names has one of that name."""
        arity = int(span.detail)
        homes = self.names.functions_named(span.name)
        line, shown = self.reading.line_at(span.offset), f"{span.name}/{span.detail}"
        beside = self._modules_beside(line) if homes else frozenset()
        near = {name: arities for name, arities in homes.items() if name in beside}
        if any(low <= arity <= high for low, high in homes.values()):
            return NamedThing("function", shown, "existing", line)
        if not near or _CALLBACKS.fullmatch(span.name):
            return None
        if "" in beside or self._function_is_new(span, twin=True):
            return NamedThing("function", shown, "new", line)
        nearest = tuple(f"{name}.{span.name}/{high}" for name, (_, high) in sorted(near.items()))
        return NamedThing("function", shown, "unknown", line, nearest[:2])

    def _modules_beside(self, line: int) -> frozenset[str]:
        """Full names of the modules in the words around; an empty one when any of them is not there."""
        beside: set[str] = set()
        for span in find_modules(self.reading.context(line)):
            beside.update(self.names.resolve(span.name) or ("",))
        return frozenset(beside)

    def _function_is_new(self, span: Span, twin: bool) -> bool:
        """Whether the document declares it; next to a `twin` of another arity only words right beside it count."""
        if span.name in self._shown_functions:
            return True
        arities = {span.detail} if twin else {span.detail, ""}
        named = (other for other in self._function_spans if other.name == span.name)
        said = [other.offset for other in named if other.detail in arities or not span.detail]
        if twin:
            return any(self.declarations.plainly(at) or self.declarations.changes(at) for at in said)
        return any(map(self.declarations.declared, said))

    @cached_property
    def _function_spans(self) -> tuple[Span, ...]:
        return tuple(find_functions(self.reading.text))

    @cached_property
    def _shown_functions(self) -> frozenset[str]:
        """Functions whose definition or specification the document shows."""
        return frozenset(name for pair in _SHOWN.findall(self.reading.text) for name in pair if name)

    @cached_property
    def paths(self) -> tuple[NamedThing, ...]:
        """Source files below folders that the code map knows."""
        return tuple(self._judge_paths())

    def _judge_paths(self) -> Iterator[NamedThing]:
        for path, spans in self._paths_named.items():
            if not self.known_below(path) and not spans[0].bare:
                continue
            line, count = self.reading.line_at(spans[0].offset), len(spans)
            if self.names.has_path(path) or (spans[0].bare and self.names.tails.fitting(path)):
                yield NamedThing("path", path, "existing", line, count=count)
            elif self._path_is_new(path):
                yield NamedThing("path", path, "new", line, count=count)
            elif self._path_is_loose(path, spans):
                yield NamedThing("path", path, "new", line, count=count, loose=True)
            else:
                moved = () if self.names.is_slip(path) else self.names.moved_path(path)
                nearest = moved or self.names.nearest_path(path)
                yield NamedThing("path", path, "moved" if moved else "unknown", line, nearest, count)

    @cached_property
    def _paths_named(self) -> dict[str, list[Span]]:
        mentions: dict[str, list[Span]] = {}
        for span in find_paths(self.reading.text, self.names.tails):
            mentions.setdefault(span.name, []).append(span)
        return mentions

    @cached_property
    def _new_paths(self) -> frozenset[str]:
        return frozenset(
            path
            for path, spans in self._paths_named.items()
            for span in spans
            if not self.names.has_path(path)
            and self.declarations.declared(span.offset)
            and (not self.names.is_slip(path) or self.declarations.plainly(span.offset))
        )

    def _path_is_new(self, path: str) -> bool:
        stem = _camel(path)
        return path in self._new_paths or any(name.rpartition(".")[2].lower() == stem for name in self._new_modules)

    def _path_is_loose(self, path: str, spans: list[Span]) -> bool:
        if self.names.is_slip(path) or any(self.declarations.called_existing(span.offset) for span in spans):
            return False
        stem = _camel(path)
        if any(name.rpartition(".")[2].lower() == stem for name in self._loose_modules):
            return True
        if path.endswith("_test.exs") and any(self.declarations.planned_test(span.offset) for span in spans):
            return True
        return any(self.declarations.loosely(span.offset) for span in spans)

    @cached_property
    def runtime_things(self) -> tuple[NamedThing, ...]:
        """Tables, routes, events, topics and flags."""
        mentions: dict[tuple[str, str], list[Span]] = {}
        for span in find_runtime_names(self.reading.text):
            mentions.setdefault((span.kind, span.name), []).append(span)
        judged = (self._runtime_thing(kind, name, spans) for (kind, name), spans in mentions.items())
        return tuple(thing for thing in judged if thing is not None)

    def _runtime_thing(self, kind: str, name: str, spans: list[Span]) -> NamedThing | None:
        runtime = self.known.runtime
        line, count = self.reading.line_at(spans[0].offset), len(spans)
        if runtime.has(kind, name):
            return NamedThing(kind, name, "existing", line, count=count)
        if kind == "route" and not any(span.detail for span in spans) and not runtime.has_route_area(name):
            return None
        if kind == "event" and name.partition(".")[0] not in runtime.event_areas:
            return None
        if any(_OUTSIDE.search(self.reading.lines[self.reading.line_at(span.offset) - 1]) for span in spans):
            return None
        slip = runtime.slip(kind, name)
        judge = self.declarations.plainly if slip else self.declarations.declared
        if any(judge(span.offset) for span in spans):
            return NamedThing(kind, name, "new", line, count=count)
        proposed = kind not in _STORED or any(self.declarations.in_design(span.offset) for span in spans)
        if proposed and not slip and not any(self.declarations.plainly_existing(span.offset) for span in spans):
            return NamedThing(kind, name, "new", line, count=count, loose=True)
        return NamedThing(kind, name, "unknown", line, runtime.nearest(kind, name), count)

    def _looks_relative(self, name: str) -> bool:
        """Whether a name begins with the last part of an existing namespace, as after an alias."""
        return bool(self.names.resolve(name.partition(".")[0])) and name.count(".") >= 1

    def known_below(self, path: str) -> bool:
        """Whether the code map would know a path: its first folder is one of the checkout's."""
        return path.partition("/")[0] in self.names.folders and "node_modules/" not in path and "..." not in path


def _is_test(name: str) -> bool:
    """Tests and their support are not outlined, so their modules cannot be looked up."""
    return name.endswith(("Test", "Case", "Fixtures", "Factory", "Mock", "Stub"))


def _camel(path: str) -> str:
    """The last part of the module's name that a file would hold, in lower case."""
    return path.rsplit("/", 1)[-1].partition(".")[0].replace("_", "").lower()
