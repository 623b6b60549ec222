"""What speaks for one of the browser's files: names in the pack, names in templates, imports.

name_assets(pack: SpecPack, outlines: Mapping[str, AssetOutline]) -> dict[str, NamedAsset]
find_template_names(sources: Mapping[str, str]) -> tuple[TemplateName, ...]
template_assets(names, weights, outlines) -> dict[str, TemplateUse]
spread_imports(base: Mapping[str, float], uses: Mapping[str, Sequence[str]]) -> dict[str, tuple[Import, ...]]
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.waypoints.asset_files import AssetOutline
from torusnb.models.base import Place
from torusnb.models.requirements import Mention, SpecPack

_MOST_HOMES = 2
_SHORTEST = 6
_IDENTIFIER = re.compile(
    r"(?<![\w./@$-])(?:[A-Z]+[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+|[a-z]+[a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+)"
)
_JOINED = re.compile(r"[a-z0-9][A-Z]|[_-]")
"""A name of more than one word; a lone word in a code span is rarely a file's name."""
_HOOK = re.compile(r"""phx-hook\s*=\s*(?:"([\w.]+)"|\{[^}\n]*?"([\w.]+)")""")
_COMPONENT = re.compile(r"""(?:React\.component|react_component|live_react_component)\s*\([^")]{0,200}"([\w.]+)\"""")


@dataclass(frozen=True)
class NamedAsset:
    """A file that the pack names: the name as written, its places in order, and how sure that is (0 to 1)."""

    name: str
    places: tuple[Place, ...]
    weight: float


@dataclass(frozen=True)
class TemplateName:
    """A hook or a browser's component that a template of an Elixir file names, and how (`hook`, `component`)."""

    path: str
    kind: str
    name: str


@dataclass(frozen=True)
class TemplateUse:
    """How much the use in a template adds to the file that defines what is used."""

    source: TemplateName
    amount: float


@dataclass(frozen=True)
class Import:
    """How much another file adds, and how the two stand to each other (`imported by`, `imports`)."""

    path: str
    relation: str
    amount: float


def name_assets(pack: SpecPack, outlines: Mapping[str, AssetOutline]) -> dict[str, NamedAsset]:
    """The files that the pack names by path, file name or by something that they export.

    A name that more than two files bear names none of them, but for a path's end.
    """
    homes = _homes(outlines)
    tails: dict[str, list[str]] = defaultdict(list)
    for path in sorted(outlines):
        tails[path.rpartition("/")[2]].append(path)
    found: dict[str, list[tuple[float, Place, str]]] = defaultdict(list)
    for mention in (*pack.mentions, *_loose(pack)):
        paths, weight = _resolve(mention, homes, tails)
        for path in paths if len(paths) <= _MOST_HOMES else ():
            found[path].append((weight / len(paths), mention.place, mention.name))
    return {path: _named(entries) for path, entries in sorted(found.items())}


def _named(entries: Sequence[tuple[float, Place, str]]) -> NamedAsset:
    best = max(entries, key=lambda entry: (entry[0], -entry[1].line))
    places = tuple(sorted({place for _, place, _ in entries}))
    return NamedAsset(best[2], places, best[0])


def _resolve(
    mention: Mention, homes: Mapping[str, tuple[str, ...]], tails: Mapping[str, Sequence[str]]
) -> tuple[Sequence[str], float]:
    name = mention.name.removeprefix("./")
    if mention.kind == "path":
        name = name.partition(":")[0]
        return [path for path in tails.get(name.rpartition("/")[2], ()) if f"/{path}".endswith(f"/{name}")], 1.0
    if mention.kind == "function":
        name = name.partition("/")[0].partition("(")[0]
    name = name.strip("<>/ ")
    telling = len(name) >= _SHORTEST and _JOINED.search(name) is not None
    return (homes.get(name, ()), 0.8) if telling else ((), 0.0)


def _homes(outlines: Mapping[str, AssetOutline]) -> dict[str, tuple[str, ...]]:
    """A name to the files called so, or else to those that export it."""
    called: dict[str, set[str]] = defaultdict(set)
    exported: dict[str, set[str]] = defaultdict(set)
    for path, outline in outlines.items():
        called[outline.stem].add(path)
        for export in outline.exports:
            exported[export.name].add(path)
    names = sorted(called.keys() | exported.keys())
    return {name: tuple(sorted(called.get(name) or exported[name])) for name in names}


def _loose(pack: SpecPack) -> Iterable[Mention]:
    """CamelCase words in running text."""
    texts = [(section.text, section.place) for section in pack.sections]
    texts += [(f"{entry.title} {entry.text}", entry.place) for entry in pack.requirements]
    texts += [(entry.text, entry.place) for entry in pack.criteria]
    for text, place in texts:
        for match in _IDENTIFIER.finditer(text):
            yield Mention("identifier", match.group(), place)


def find_template_names(sources: Mapping[str, str]) -> tuple[TemplateName, ...]:
    """The hooks and browser's components that Elixir sources and templates name, by path and name, each once."""
    found = set()
    for path, text in sources.items():
        for match in _HOOK.finditer(text):
            found.add(TemplateName(path, "hook", match.group(1) or match.group(2)))
        for match in _COMPONENT.finditer(text):
            found.add(TemplateName(path, "component", match.group(1)))
    return tuple(sorted(found, key=lambda name: (name.path, name.kind, name.name)))


def template_assets(
    names: Iterable[TemplateName], weights: Mapping[str, float], outlines: Mapping[str, AssetOutline]
) -> dict[str, tuple[TemplateUse, ...]]:
    """Path to the uses of what it defines, greatest first; `weights` says what a use in an Elixir file counts.

    A hook or component that many of those files use counts for less.
    """
    exported: dict[str, list[str]] = defaultdict(list)
    for path, outline in sorted(outlines.items()):
        for export in outline.exports:
            exported[export.name].append(path)
    homes = _homes(outlines)
    listed = list(names)
    users: dict[tuple[str, str], int] = defaultdict(int)
    for name in listed:
        users[name.kind, name.name] += 1
    found: dict[str, list[TemplateUse]] = defaultdict(list)
    for name in listed:
        last = name.name.rpartition(".")[2]
        paths = exported.get(last) or homes.get(last, ())
        if 0 < len(paths) <= _MOST_HOMES:
            for path in paths:
                amount = weights.get(name.path, 0.0) / users[name.kind, name.name] ** 0.5 / len(paths)
                found[path].append(TemplateUse(name, amount))
    return {path: tuple(sorted(uses, key=lambda u: (-u.amount, u.source.path))) for path, uses in sorted(found.items())}


def spread_imports(
    base: Mapping[str, float], uses: Mapping[str, Sequence[str]], most: int = 6, fading: float = 0.6
) -> dict[str, tuple[Import, ...]]:
    """What each file's neighbours by import add to it, greatest first.

    What a strong candidate imports is likely to matter, less so the more it imports and the more others import it;
    so is what imports a strong candidate. Each further neighbour counts less than the one before.
    """
    importers: dict[str, int] = defaultdict(int)
    for targets in uses.values():
        for target in targets:
            importers[target] += 1
    gathered: dict[str, list[Import]] = defaultdict(list)
    for path, targets in sorted(uses.items()):
        for target in targets:
            crowd = (1 + math.log(len(targets))) * (1 + math.log(importers[target]))
            if base.get(path, 0.0) > 0:
                gathered[target].append(Import(path, "imported by", base[path] / crowd))
            if base.get(target, 0.0) > 0:
                gathered[path].append(Import(target, "imports", base[target] / crowd))
    found = {}
    for path, near in sorted(gathered.items()):
        near.sort(key=lambda entry: (-entry.amount, entry.path))
        found[path] = tuple(
            Import(entry.path, entry.relation, entry.amount * fading**place) for place, entry in enumerate(near[:most])
        )
    return found
