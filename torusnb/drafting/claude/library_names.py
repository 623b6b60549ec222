"""Names of library functions, modules, options and bindings in decisions, and how a library may write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from torusnb.models.codebase import CodeMap
from torusnb.models.design import MARKER, Evidence
from torusnb.models.modules import Function, Module

_CALLED = re.compile(r"(?<![\w.:@&])(?:(?P<module>[A-Z]\w*(?:\.[A-Z]\w*)*)\.)?(?P<name>[a-z_]\w*[?!]?)\(")
_SAID_MODULE = r"[A-Z]\w*(?:\.[A-Z]\w*)*"
_SAID = re.compile(
    rf"(?<![\w./:-])(?:(?P<module>{_SAID_MODULE})\.)?(?P<name>[a-z_]\w*[?!]?)"
    r"(?:/(?P<arity>\d{1,2})(?![\w/])|(?P<open>\())?"
)
_SAID_MODULES = re.compile(rf"(?<![\w.])(?:{_SAID_MODULE}\.[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|[A-Z][a-z]+)(?!\.*\w)")
_TERMS = re.compile(
    r"(?<![\w:./])(?![ct]:)(?P<erlang>:[a-z]\w*\.[a-z]\w*(?:/\d{1,2})?|[a-z]\w*[.:][a-z]\w*/\d{1,2})(?![\w/])"
    r"|(?<![\w-])(?P<binding>phx-[a-z]+(?:-[a-z]+)*)"
    r"|(?<![\w:]):?(?P<option>[a-z]+(?:_[a-z]+)+):?(?![\w/(])"
)
_LINE = re.compile(r"code:(?P<path>.+):(?P<line>\d+)")
_HOMES: Mapping[str, tuple[str, ...]] = {
    "channel": ("Phoenix.Channel",),
    "component": ("Phoenix.Component",),
    "controller": ("Phoenix.Controller", "Plug.Conn"),
    "embedded_schema": ("Ecto.Changeset", "Ecto.Schema"),
    "live_component": ("Phoenix.LiveView", "Phoenix.Component", "Phoenix.LiveComponent"),
    "live_view": ("Phoenix.LiveView", "Phoenix.Component"),
    "migration": ("Ecto.Migration",),
    "plug": ("Plug.Conn", "Phoenix.Controller"),
    "router": ("Phoenix.Router", "Phoenix.Controller", "Plug.Conn", "Phoenix.LiveView.Router"),
    "schema": ("Ecto.Changeset", "Ecto.Schema"),
    "worker": ("Oban.Worker", "Oban"),
}
"""Where a name without a module comes from in a module of a kind: what its `use` imports, or what such a module imports
as a rule."""
_KINDS: Mapping[str, str] = {"index": "migration", "column": "migration", "table": "migration", "route": "router"}
"""What a decided name of a kind is written in."""
_TEMPLATES = (".heex", ".eex", ".leex")


def homes_of(kinds: Iterable[str]) -> tuple[str, ...]:
    """The library modules whose functions a module of these kinds has at hand, the nearest first."""
    return tuple(dict.fromkeys(home for kind in kinds for home in _HOMES.get(kind, ())))


class LibraryNames:
    """Tells which names cannot be the project's own, and how its code calls them."""

    def __init__(self, code: CodeMap, seen: Mapping[str, Evidence]) -> None:
        """The names of a code map; of the lines that were `seen` the calls without a module are known too."""
        self._code = code
        self._packages = frozenset(package.name for package in code.packages)
        self._lines: dict[str, dict[int, str]] = {}
        for item in seen.values():
            if item.kind == "code" and item.place is not None:
                self._lines.setdefault(item.place.path, {})[item.place.line] = item.text
        self._own: dict[str, set[str]] = {}
        for module in code.modules.values():
            for function in module.functions:
                self._own.setdefault(function.name, set()).add(module.name)
        calls = Counter(
            (call.name, call.module.rpartition(".")[2])
            for module in code.modules.values()
            for call in module.calls
            if call.module not in self._own.get(call.name, ())
        )
        self._called_as: dict[str, str] = {}
        for (name, tail), _ in sorted(calls.items(), key=lambda each: (-each[1], each[0])):
            self._called_as.setdefault(name, tail)

    def said_in(self, text: str, homes: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """The functions that a text names as such: with a module, an arity or a bracket, or in words joined by `_`.

        Of each the names that a library may have it under, the likeliest first: of one without a module those of
        `homes` before the bare one.
        """
        for match in _SAID.finditer(MARKER.sub(" ", text)):
            name, module, arity = match["name"], match["module"], match["arity"]
            if module or arity or match["open"] or "_" in name.strip("_"):
                ending = f"/{arity}" if arity else ""
                at_home = () if module else tuple(f"{home}.{name}{ending}" for home in homes)
                named = (*at_home, *self._foreign(module, name, arity))
                if named:
                    yield tuple(dict.fromkeys(named))

    def homes(self, keys: Iterable[str], kind: str = "", name: str = "") -> tuple[str, ...]:
        """The modules from which a name without one may come, for a decision of a kind that rests on some lines.

        What the modules around these lines, or of the decided name, import; then what their kinds have at hand.
        """
        near = [module for module, _, _ in self._within(keys)]
        if kind:
            owner = name.partition("(")[0].partition("/")[0].rpartition(".")[0]
            full = (name, owner) if "." in name else (name,)
            near += [self._code.modules[each] for each in full if each in self._code.modules]
            near += [self._code.modules[m] for each in full for m in self._code.by_tail.get(each, ())]
        imported = (
            reference.module
            for module in near
            for reference in module.references
            if reference.kind == "import" and reference.module not in self._code.modules
        )
        kinds = [kind for module in near for kind in module.kinds]
        if any(key.rpartition(":")[0].endswith(_TEMPLATES) for key in keys):
            kinds.append("component")
        return tuple(dict.fromkeys((*imported, *homes_of([*kinds, _KINDS.get(kind, "")]))))

    def modules_in(self, text: str) -> Iterator[str]:
        """The modules that a text names and the project does not have; one word alone counts for a locked package."""
        for match in _SAID_MODULES.finditer(MARKER.sub(" ", text)):
            name = match.group()
            telling = "." in name or re.search(r"[a-z][A-Z]", name) or name.lower() in self._packages
            if telling and name not in self._code.modules and name not in self._code.by_tail:
                yield name

    @staticmethod
    def terms_in(text: str, homes: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        """The bindings, options and functions of Erlang that a text names; an atom may name a function of `homes`."""
        for match in _TERMS.finditer(MARKER.sub(" ", text)):
            option, written = match["option"], match.group()
            if option and written.startswith(":"):
                yield f":{option}", *(f"{home}.{option}" for home in homes)
            elif not option or written.endswith(":"):
                yield (match["erlang"] or match["binding"] or f":{option}",)

    def around(self, keys: Iterable[str]) -> Iterator[str]:
        """The functions that some lines of code call, then those that the functions around these lines call."""
        within = self._within(keys)
        for module, path, line in within:
            yield from self._called_in(self._lines.get(path, {}).get(line, ""), module)
        for module, _, line in within:
            for function in module.functions:
                if function.line <= line <= function.end_line:
                    yield from self._called_by(module, function)

    def _within(self, keys: Iterable[str]) -> list[tuple[Module, str, int]]:
        """The modules that some lines of code lie in, with path and line."""
        places = [(match["path"], int(match["line"])) for key in keys if (match := _LINE.fullmatch(key))]
        return [
            (module, path, line)
            for path, line in places
            for module in (self._code.by_path[path].modules if path in self._code.by_path else ())
            if module.line <= line <= module.end_line
        ]

    def _called_in(self, line: str, module: Module) -> Iterator[str]:
        """The functions that a line of a module calls; one without a module may be of what the module is."""
        for match in _CALLED.finditer(line):
            if match["module"] is not None:
                yield from self._foreign(match["module"], match["name"], None)
            elif module.function(match["name"]) is not None:
                yield f"c:{match['name']}"
            else:
                yield from (f"{home}.{match['name']}" for home in homes_of(module.kinds))
                yield match["name"]

    def _called_by(self, module: Module, function: Function) -> Iterator[str]:
        """What a function calls and the project does not define, by the code map and by the lines that were read."""
        for call in module.calls:
            if function.line <= call.line <= function.end_line:
                yield from self._foreign(call.module, call.name, None)
        lines = self._lines.get(module.path, {})
        for number in range(function.line + 1, function.end_line + 1):
            yield from self._called_in(lines.get(number, ""), module)

    def _foreign(self, module: str | None, name: str, arity: str | None) -> Iterator[str]:
        """A function as a library may have it; none for one of the project's own.

        A function of the project that has no module may be a library's callback.
        """
        ending = f"/{arity}" if arity else ""
        if module is not None:
            own = (module,) if module in self._code.modules else self._code.by_tail.get(module, ())
            if not any(each in self._own.get(name, ()) for each in own):
                yield f"{module.rpartition('.')[2] if own else module}.{name}{ending}"
        elif name in self._own:
            yield f"c:{name}{ending}"
        elif name in self._called_as:
            yield f"{self._called_as[name]}.{name}{ending}"
        else:
            yield f"{name}{ending}"
