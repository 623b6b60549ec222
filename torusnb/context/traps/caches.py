"""Caches: entries that nothing takes out again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene
from torusnb.elixir.bodies import FunctionBody, ModuleBody
from torusnb.elixir.body_calls import Site
from torusnb.elixir.syntax import (
    ATOM,
    IDENTIFIER,
    UNARY,
)
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap

PUTS = frozenset(
    ["put", "put!", "put_many", "fetch", "fetch!", "get_or_store", "put_new", "insert", "insert_new", "set"]
)
_TAKES = frozenset(
    [
        "del",
        "del!",
        "delete",
        "clear",
        "clear!",
        "purge",
        "purge!",
        "reset",
        "reset!",
        "expire",
        "expire!",
        "expire_at",
        "touch",
        "take",
        "take!",
        "prune",
        "dirty_delete",
        "delete_all_objects",
        "delete_object",
        "match_delete",
        "select_delete",
        "erase",
    ]
)
STORES = ("Cachex", "ConCache", ":ets")
"""The modules that keep things under a name."""
_ENDS = ("ttl", "expiration", "expire", "expires", "default_ttl", "ttl_check_interval", "global_ttl")
_LIMIT = re.compile(r"limit:\s*([\d_]+)")
_FIXED_KEY = re.compile(r"revision|guid|hash|sha|digest|version|uuid|etag", re.IGNORECASE)


@dataclass(frozen=True)
class Touch:
    """A call that does something with a named cache or table."""

    module: ModuleBody
    function: FunctionBody
    site: Site


def cache_name(node: Node, module: ModuleBody) -> str:
    """The name of a cache or table as an argument gives it: an atom, or an attribute that holds one; else empty."""
    text = module.text
    if node.kind_id == ATOM:
        return text.of(node)
    if node.kind_id == UNARY and text.of(node).startswith("@"):
        value = module.attributes.get(text.of(node)[1:].strip())
        return text.of(value) if value is not None and value.kind_id == ATOM else ""
    if node.kind_id == IDENTIFIER and text.of(node) == "__MODULE__":
        return module.name
    return ""


def find_touches(scene: Scene, name: str) -> Iterator[Touch]:
    """Every call anywhere in the checkout that names the cache."""
    bare = name.removeprefix(":")
    for outline in scene.code_map.modules.values():
        if not any(use.name in (bare, name) for use in outline.caches):
            continue
        body = scene.module(outline.name)
        for function in body.functions if body is not None else ():
            for site in function.sites:
                if (
                    site.module in STORES
                    and site.given
                    and body is not None
                    and cache_name(site.given[0], body) == name
                ):
                    yield Touch(body, function, site)


def _detect_stale(scene: Scene) -> Iterable[Finding]:
    told: set[str] = set()
    for file in scene.files:
        if not any(module.caches for module in file.outline.modules):
            continue
        for name in _put_names(scene, file):
            if name not in told:
                told.add(name)
                yield from _stale(scene, file, name)


def _put_names(scene: Scene, file: NearFile) -> list[str]:
    bodies = scene.bodies(file.path)
    names = [
        cache_name(site.given[0], module)
        for module in (bodies.modules if bodies is not None else ())
        for function in module.functions
        for site in function.sites
        if site.module in STORES and site.name in PUTS and site.given
    ]
    return [name for name in dict.fromkeys(names) if name]


def _stale(scene: Scene, file: NearFile, name: str) -> Iterator[Finding]:
    touches = list(find_touches(scene, name))
    puts = [touch for touch in touches if touch.site.name in PUTS]
    here = [touch for touch in puts if scene.code_map.modules[touch.module.name].path == file.path]
    if here and here[0].site.module == ":ets" and "cache" not in f"{name} {here[0].module.name}".lower():
        return  # a table of counters or states is no cache
    if not here or any(_takes_out(touch) for touch in touches) or any(_expires(touch) for touch in puts):
        return
    child = child_text(scene.code_map, name)
    if any(word in child for word in _ENDS) or _passes_name_on(touches):
        return
    first = here[0]
    key = first.site.given[1] if len(first.site.given) > 1 else None
    written = first.module.text.one_line(key, 50) if key is not None else ""
    limit = _LIMIT.search(child)
    fixed = bool(_FIXED_KEY.search(written))
    bound = f"it is limited to {limit[1].replace('_', ',')} entries" if limit else "it has no limit either"
    if first.site.module == ":ets" and not limit:
        bound = "nothing bounds it"
    under = f" under `{written}`" if written else ""
    yield Finding(
        path=file.path,
        line=first.site.line,
        what=f"`{first.function.label}` puts into the cache `{name}`{under} without a time to live; nothing "
        "in this checkout "
        f"takes an entry out, and {bound}.",
        stake=_stale_stake(fixed, bool(limit)),
        topic=(name, first.function.name, written, first.module.name.rpartition(".")[2]),
        symbol=first.function.label,
        module=first.module.name,
        severity="medium" if not (fixed and limit) else "low",
        also=tuple(Place(file.path, touch.site.line) for touch in here[1:3]),
        weight=0.5 if fixed else 0.8,
    )


def _stale_stake(fixed: bool, limited: bool) -> str:
    if not fixed:
        return "what was read once is served until the node restarts, on each node its own"
    if limited:
        return "an answer that should change for the same key never does while its entry stays"
    return "memory grows with every new key, and an answer that should change for the same key never does"


def _takes_out(touch: Touch) -> bool:
    site = touch.site
    return site.name in _TAKES or (site.module == "ConCache" and site.name in ("update", "update_existing"))


def _expires(touch: Touch) -> bool:
    """Whether the entry says when it ends: an option, or a time put into the value."""
    text = touch.module.text
    written = " ".join(text.of(node) for node in touch.site.given[1:]).lower()
    return any(word in written for word in (*_ENDS, "expir", "_at", "timestamp", "opts"))


def child_text(code_map: CodeMap, name: str) -> str:
    """How the cache is started, as its supervisor writes it."""
    bare = re.escape(name)
    pattern = re.compile(rf"(?<![\w:]){bare}(?!\w)")
    return " ".join(
        child.text for module in code_map.modules.values() for child in module.children if pattern.search(child.text)
    )


def _passes_name_on(touches: Iterable[Touch]) -> bool:
    """Whether a module that touches the cache also hands the name to functions, so that what they do is not seen."""
    for module in {id(touch.module): touch.module for touch in touches}.values():
        for function in module.functions:
            for site in function.sites:
                if (
                    site.module in STORES
                    and site.name in _TAKES
                    and site.given
                    and not cache_name(site.given[0], module)
                ):
                    return True
    return False


RULES: tuple[Rule, ...] = (
    Rule(
        "stale-cache",
        "A cache that nothing empties",
        "runtime",
        "Something is put into a named cache or ETS table without a time to live, and no code of the "
        "checkout takes an entry of "
        "that cache out.",
        "Name the writes after which an entry is wrong, delete it there on every node, and give entries a "
        "time to live.",
        _detect_stale,
        quiet=True,
    ),
)
