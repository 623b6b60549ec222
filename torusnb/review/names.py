"""What the checkout knows of: lookups over a code map that answer whether a name exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from rapidfuzz import fuzz, process

from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module
from torusnb.review.nearest import find_moved, find_slip, rank_nearest
from torusnb.spec.pathtails import PathTails

_TOP_NAMES = """
    Access Agent Application Atom Base Behaviour Bitwise Calendar Code Config Date DateTime Duration Dict
    DynamicSupervisor EEx Enum Enumerable ETS Exception ExUnit File Float Function GenEvent GenServer HashDict IEx
    Inspect Integer IO JSON Kernel Keyword List Logger Macro Map MapSet Mix Module NaiveDateTime Node OptionParser Path
    PartitionSupervisor Port Process Protocol Range Record Regex Registry Set Stream String StringIO Supervisor System
    Task Time Tuple URI Version
    Ecto Phoenix Plug
"""

STDLIB = frozenset(_TOP_NAMES.split())
"""Top names of Elixir and OTP, and of the few libraries whose parts come as packages of other names."""

_GENERATED = (".Helpers", ".VerifiedRoutes")
_INJECTING = ("Repo", "Endpoint", "Gettext", "Presence", "Mailer", "Vault", "Cldr", "PubSub", "Router")
_REGISTERED = re.compile(r"\bname:\s*([A-Z]\w*(?:\.[A-Z]\w*)*)")
_CUTOFF = 60.0
_AS_GOOD = 10.0


class Names(Value, frozen=True, dict=True):
    """Names of one code map."""

    code: CodeMap

    @cached_property
    def modules(self) -> dict[str, Module]:
        """Full name to module."""
        return self.code.modules

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every module's name and every prefix of it, and the names that supervisors give to their children."""
        children = " ".join(child.text for module in self.modules.values() for child in module.children)
        return frozenset(
            prefix for name in [*self.modules, *_REGISTERED.findall(children)] for prefix in _prefixes(name)
        )

    @cached_property
    def tops(self) -> frozenset[str]:
        """First segments of the project's own modules, without those of other packages it adds to."""
        firsts = {name.partition(".")[0] for name in self.modules}
        return frozenset(first for first in firsts if not self.is_foreign(first))

    @cached_property
    def foreign(self) -> frozenset[str]:
        """First segments that belong to Elixir, OTP or a locked package."""
        packages = {"".join(part.capitalize() for part in package.name.split("_")) for package in self.code.packages}
        firsts = {package.name.split("_")[0].capitalize() for package in self.code.packages}
        return (STDLIB | packages | firsts) - {self._app, f"{self._app}Web"}

    @property
    def _app(self) -> str:
        return "".join(part.capitalize() for part in self.code.app.split("_"))

    @cached_property
    def _by_tail(self) -> dict[str, tuple[str, ...]]:
        """Every tail of a module's or namespace's name to the full names that end so."""
        tails: dict[str, list[str]] = {}
        for name in sorted(self.namespaces):
            parts = name.split(".")
            for index in range(len(parts)):
                tails.setdefault(".".join(parts[index:]), []).append(name)
        return {tail: tuple(names) for tail, names in tails.items()}

    @cached_property
    def tails(self) -> PathTails:
        """The files by the ends of their paths."""
        return PathTails(self.code.paths)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a known path, without a slash at the end."""
        found: set[str] = set()
        for path in self.code.paths:
            while "/" in path:
                path = path.rpartition("/")[0]
                if path in found:
                    break
                found.add(path)
        return frozenset(found)

    def is_foreign(self, name: str) -> bool:
        """Whether a name belongs to Elixir, OTP or a locked package."""
        first = name.partition(".")[0]
        return first in self.foreign or first.replace("_", "").lower() in self._packages

    @cached_property
    def _packages(self) -> frozenset[str]:
        """Names of the locked packages without underscores: a module may write them otherwise (`Lti_1p3`)."""
        own = {self._app.lower(), f"{self._app}Web".lower()}
        return frozenset(package.name.replace("_", "").lower() for package in self.code.packages) - own

    def is_own(self, name: str) -> bool:
        """Whether a name starts like the project's own modules."""
        return name.partition(".")[0] in self.tops

    def resolve(self, name: str) -> tuple[str, ...]:
        """The modules or namespaces a name can mean: itself, or those that end with it; empty when there are none."""
        if name in self.namespaces:
            return (name,)
        if any(name.endswith(ending) and name.removesuffix(ending) in self.modules for ending in _GENERATED):
            return (name,)
        return self._by_tail.get(name, ())

    def unknown_part(self, name: str) -> str:
        """The shortest beginning of a name that is no module or namespace of the checkout."""
        return next((prefix for prefix in _prefixes(name) if prefix not in self.namespaces), name)

    def has_function(self, module_names: Iterable[str], function: str, arity: int | None) -> bool:
        """Whether one of the modules has the function, may have got it from a `use`, or is only a namespace."""
        module_names = tuple(module_names)
        homes = [module for name in module_names if (module := self.modules.get(name)) and module.function(function)]
        if homes:
            return any(home.function(function, arity) or self._may_inject(home, function) for home in homes)
        for name in module_names:
            module = self.modules.get(name)
            if module is None or name.rpartition(".")[2] in _INJECTING:
                return True
            if module.function(function, arity) is not None or self._may_inject(module, function):
                return True
            if (name, function) in self._called and not any(known.name == function for known in module.functions):
                return True
        return False

    @cached_property
    def _called(self) -> frozenset[tuple[str, str]]:
        """Functions that other code calls: they exist even where a macro writes them."""
        return frozenset((call.module, call.name) for module in self.modules.values() for call in module.calls)

    def _may_inject(self, module: Module, function: str) -> bool:
        """Whether a `use` can have put the function there: callbacks everyone knows, or a macro of the project."""
        if function in {"child_spec", "start_link", "__struct__", "__schema__", "new", "perform", "insert"}:
            return any(reference.kind == "use" for reference in module.references) or module.schema is not None
        return any(
            reference.kind == "use" and reference.module in self.modules and not _is_web(reference.module)
            for reference in module.references
        )

    def has_path(self, path: str) -> bool:
        """Whether a file or folder is there, by its whole path or the last parts of it."""
        path = path.rstrip("/")
        if path in self.code.paths or path in self.folders:
            return True
        return (
            "/" in path
            and path.rsplit("/", 1)[-1] in self._endings
            and any(known.endswith(f"/{path}") for known in self._endings[path.rsplit("/", 1)[-1]])
        )

    def has_folder(self, path: str) -> bool:
        """Whether a folder is there, by its whole path or the last parts of it."""
        return path in self.folders or any(known.endswith(f"/{path}") for known in self.folders)

    @cached_property
    def _endings(self) -> dict[str, tuple[str, ...]]:
        endings: dict[str, list[str]] = {}
        for path in sorted(self.code.paths):
            endings.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        return {name: tuple(paths) for name, paths in endings.items()}

    @cached_property
    def _sorted_modules(self) -> list[str]:
        return sorted(self.modules)

    @cached_property
    def _sorted_paths(self) -> list[str]:
        return sorted(self.code.paths)

    def is_slip(self, name: str) -> bool:
        """Whether an existing module or path differs from the name in a few characters only."""
        return bool(find_slip(name, self._sorted_paths if "/" in name else self._sorted_modules))

    def moved_module(self, name: str) -> tuple[str, ...]:
        """Existing modules of the same last name that the name may have become, the most alike first."""
        return find_moved(name, [full for full in self._by_tail.get(_last(name), ()) if full in self.modules])

    def moved_path(self, path: str) -> tuple[str, ...]:
        """Existing paths of the same file name that the path may have become, the most alike first."""
        return find_moved(path, self._endings.get(path.rsplit("/", 1)[-1], ()))

    def nearest_module(self, name: str) -> tuple[str, ...]:
        """The existing modules whose names are most alike, best first."""
        return rank_nearest(name, self._sorted_modules)

    def nearest_path(self, path: str) -> tuple[str, ...]:
        """The existing paths that are most alike, best first."""
        return rank_nearest(path, self._sorted_paths)

    def nearest_function(self, module: str, function: str) -> tuple[str, ...]:
        """The module's functions whose names are most alike, as `name/arity`, best first."""
        known = self.modules.get(module)
        if known is None:
            return ()
        arities = {item.name: item.arity for item in known.functions if item.public}
        ranked = process.extract(function, sorted(arities), scorer=fuzz.ratio, score_cutoff=_CUTOFF, limit=2)
        return tuple(f"{name}/{arities[name]}" for name, score, _ in ranked if score > ranked[0][1] - _AS_GOOD)

    def functions_named(self, name: str) -> dict[str, tuple[int, int]]:
        """The modules that define a function of that name, each with the least and the greatest arity it has there."""
        return self._functions.get(name, {})

    @cached_property
    def _functions(self) -> dict[str, dict[str, tuple[int, int]]]:
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for module in self.modules.values():
            for item in module.functions:
                where = found.setdefault(item.name, {})
                low, high = where.get(module.name, (item.arity - item.defaults, item.arity))
                where[module.name] = (min(low, item.arity - item.defaults), max(high, item.arity))
        return found

    def missing_folder(self, path: str) -> str:
        """The first folder on the way to a path that is not there, or empty."""
        parts = path.split("/")[:-1]
        prefixes = ("/".join(parts[: size + 1]) for size in range(len(parts)))
        return next((prefix for prefix in prefixes if prefix not in self.folders), "")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: index + 1]) for index in range(len(parts))]


def _is_web(module: str) -> bool:
    return re.fullmatch(r"\w+Web", module) is not None
