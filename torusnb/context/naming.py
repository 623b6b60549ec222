"""What a spec pack names: modules, paths, functions, routes and tables, resolved to files of the code map."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec
from rapidfuzz import fuzz, process

from torusnb.context.map.words import MODULE
from torusnb.models.base import Place, Value
from torusnb.models.codebase import CodeMap
from torusnb.models.requirements import Mention, SpecPack

_CAMEL = re.compile(r"(?<![\w.@/])[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+(?![\w.])")
_FUNCTION = re.compile(r"(?:(?P<module>[A-Z][\w.]*)\.)?(?P<name>[a-z_]\w*[?!]?)(?:/(?P<arity>\d+)|\()")
_MEMBER = re.compile(r"(?P<module>(?:[A-Z]\w*\.)*[A-Z]\w*)\.(?P<name>[a-z_]\w*[?!]?)(?:/\d+|\(.*)?")
_MOST_HOMES = 2
_PASSING = 0.3
_ONE_WORD = 0.5
_FEW = 50
_SAME_TAIL, _ALIKE = 40.0, 78.0


class Named(Value, frozen=True):
    """A file that the pack names.

    Attributes:
        name: The name as the pack writes it. place: where it stands.
        weight: 1 for an exact name; less the more readings the name has.
        symbol: The function named in the file, or empty.
    """

    path: str
    name: str
    place: Place
    weight: float
    symbol: str = ""


class Resolver:
    """Names to files of one code map."""

    def __init__(self, code_map: CodeMap) -> None:
        """A resolver of that map's names."""
        self._map = code_map

    @cached_property
    def _public(self) -> dict[str, tuple[str, ...]]:
        """Public function name to the paths that define it."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self._map.modules.values():
            for function in module.functions:
                if function.public:
                    found[function.name].add(module.path)
        return {name: tuple(sorted(paths)) for name, paths in found.items()}

    @cached_property
    def _basenames(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self._map.by_path:
            found[path.rpartition("/")[2]].append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The first parts of the checkout's own module names; one that few modules have is a library's."""
        counted = Counter(name.partition(".")[0] for name in self._map.modules)
        return frozenset(name for name, count in counted.items() if count * _FEW >= counted.total())

    def module_paths(self, name: str) -> tuple[str, ...]:
        """The files that a module name, or an unambiguous ending of one, may mean; empty when there is none."""
        if name in self._map.modules:
            return (self._map.modules[name].path,)
        own = name.partition(".")[0] in self.namespaces and "." in name
        homes = () if own else self._map.by_tail.get(name, ())
        return tuple(sorted({self._map.modules[home].path for home in homes}))

    def is_missing(self, name: str) -> bool:
        """Whether a dotted name claims to be one of the checkout's own modules and is none, nor a namespace."""
        if "." not in name or name.partition(".")[0] not in self.namespaces or name in self._map.modules:
            return False
        return not any(known.startswith(name + ".") for known in self._map.modules)

    def nearest(self, missing: Iterable[str]) -> dict[str, str]:
        """Each name that is gone to the existing one most like it; one of the same last part comes first."""
        names = sorted(self._map.modules)
        found = {}
        for name in missing:
            tail = name.rpartition(".")[2]
            same = [known for known in names if known.rpartition(".")[2] == tail]
            cutoff = _SAME_TAIL if same else _ALIKE
            best = process.extractOne(name, same or names, scorer=fuzz.ratio, score_cutoff=cutoff)
            if best is not None:
                found[name] = str(best[0])
        return found

    def resolve(self, mention: Mention) -> Iterator[Named]:
        """The files a mention means, with how sure that is."""
        if mention.kind == "module":
            yield from self._weighed(mention, self.module_paths(mention.name))
        elif mention.kind == "path":
            yield from self._weighed(mention, self._paths(mention.name))
        elif mention.kind == "function":
            yield from self._functions(mention)
        elif mention.kind == "route":
            yield from self._routes(mention)
        elif mention.kind == "identifier":
            yield from self._identifiers(mention)

    def _weighed(
        self, mention: Mention, paths: tuple[str, ...], weight: float = 1.0, symbol: str = ""
    ) -> Iterator[Named]:
        if len(paths) <= _MOST_HOMES:
            for path in paths:
                yield Named(path, mention.name, mention.place, weight / len(paths), symbol)

    def _paths(self, name: str) -> tuple[str, ...]:
        name = name.partition(":")[0].removeprefix("./")
        if name in self._map.by_path:
            return (name,)
        if "/" not in name:
            return self._basenames.get(name, ())
        return tuple(path for path in self._basenames.get(name.rpartition("/")[2], ()) if path.endswith("/" + name))

    def _functions(self, mention: Mention) -> Iterator[Named]:
        match = _FUNCTION.match(mention.name)
        if match is None:
            return
        name = match["name"]
        if match["module"]:
            for path in self.module_paths(match["module"]):
                yield Named(path, mention.name, mention.place, 1.0, name)
        elif "_" in name or len(name) > 8:
            yield from self._weighed(mention, self._public.get(name, ()), 0.8, name)

    def _routes(self, mention: Mention) -> Iterator[Named]:
        wanted = mention.name.partition(" ")[2] if " " in mention.name else mention.name
        found: dict[str, str] = {}
        for route in self._map.routes:
            if route.path == wanted and len(wanted) > 1 and route.module in self._map.modules:
                found.setdefault(self._map.modules[route.module].path, route.action)
        if len(found) <= _MOST_HOMES:
            for path in sorted(found):
                yield Named(path, mention.name, mention.place, 0.8 / len(found), found[path])

    def _identifiers(self, mention: Mention) -> Iterator[Named]:
        name = mention.name
        if name in self._map.tables:
            yield Named(self._map.tables[name].path, name, mention.place, 0.8)
        elif _MEMBER.fullmatch(name):
            yield from self._members(mention)
        elif name[:1].isupper():
            # One word (`Source`) is as often a heading or a label as a module.
            yield from self._weighed(mention, self.module_paths(name), 0.9 if _CAMEL.fullmatch(name) else _ONE_WORD)
        elif name.endswith((".ex", ".exs")):
            yield from self._weighed(mention, self._paths(name))
        elif "_" in name and len(name) > 8:
            homes = self._public.get(name, ())
            yield from self._weighed(mention, homes if len(homes) == 1 else (), 0.5, name)

    def _members(self, mention: Mention) -> Iterator[Named]:
        """The modules that define the function of `Tail.function/2`, or that a field or function to come belongs to."""
        match = _MEMBER.fullmatch(mention.name)
        if match is not None:
            homes = self.module_paths(match["module"])
            having = tuple(path for path in homes if path in self._public.get(match["name"], ()))
            yield from self._weighed(mention, having or homes, 0.8, match["name"] if having else "")


def find_named(pack: SpecPack, resolver: Resolver) -> tuple[Named, ...]:
    """Every file the pack names, in the order of the pack's lines; a name may stand more than once."""
    seen: dict[tuple[str, str, Place], Named] = {}
    for mention in pack.mentions:
        for named in resolver.resolve(mention):
            seen.setdefault((named.path, named.name, named.place), named)
    for mention in _loose_mentions(pack):
        # A CamelCase word outside a code span is as often a product's name as a module's.
        share = 1.0 if mention.kind == "module" else _PASSING
        for named in resolver.resolve(mention):
            seen.setdefault(
                (named.path, named.name, named.place), msgspec.structs.replace(named, weight=named.weight * share)
            )
    return tuple(sorted(seen.values(), key=lambda n: (n.place, n.name, n.path)))


def find_missing(pack: SpecPack, resolver: Resolver) -> tuple[Mention, ...]:
    """The checkout's own modules that the pack names, not to remove them, and that do not exist: each once."""
    found: dict[str, Mention] = {}
    for mention in (*pack.mentions, *_loose_mentions(pack)):
        if mention.kind == "module" and resolver.is_missing(mention.name):
            found.setdefault(mention.name, mention)
    return tuple(mention for name, mention in found.items() if not pack.takes_back(name))


def _loose_mentions(pack: SpecPack) -> Iterator[Mention]:
    """Module names and CamelCase words in running text, which the pack's own mentions may leave out."""
    texts = [(section.text, section.place) for section in pack.sections]
    texts += [(f"{entry.title} {entry.text}", entry.place) for entry in pack.requirements]
    texts += [(entry.text, entry.place) for entry in pack.criteria]
    for text, place in texts:
        for match in MODULE.finditer(text):
            yield Mention("module", match.group(), place)
        for match in _CAMEL.finditer(text):
            yield Mention("identifier", match.group(), place)
