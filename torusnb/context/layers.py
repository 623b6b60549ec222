"""Which layer of a Phoenix application a file belongs to."""

from __future__ import annotations

from torusnb.models.codebase import FileOutline
from torusnb.models.modules import Module

_BY_KIND = (
    ("test", "test"),
    ("migration", "migration"),
    ("router", "router"),
    ("live_view", "live_view"),
    ("live_component", "component"),
    ("component", "component"),
    ("controller", "controller"),
    ("channel", "controller"),
    ("plug", "controller"),
    ("view", "component"),
    ("worker", "worker"),
    ("schema", "schema"),
    ("embedded_schema", "schema"),
)
_PROCESSES = frozenset({"application", "supervisor", "genserver", "agent", "broadway", "gen_stage", "task", "presence"})
_HOLDERS = frozenset({"genserver", "agent", "broadway", "gen_stage"})  # a supervisor starts a cache, and holds none
_CACHE_NAMES = ("cache", "depot")


def main_module(outline: FileOutline) -> Module | None:
    """The module that a file is about: the first, unless a later one is far longer; None without modules."""
    if not outline.modules:
        return None
    first = outline.modules[0]
    longest = max(outline.modules, key=lambda module: module.end_line - module.line)
    return longest if longest.end_line - longest.line > 4 * (first.end_line - first.line) else first


def layer_of(path: str, module: Module | None) -> str:
    """The layer's name as `Waypoint.layer` lists them; by what the module is, and only then by its path."""
    kinds = frozenset(module.kinds) if module else frozenset()
    tail = module.name.rpartition(".")[2].lower() if module else ""
    if tail.endswith(_CACHE_NAMES) or (module and kinds & _HOLDERS and module.caches):
        return "cache"
    for kind, layer in _BY_KIND:
        if kind in kinds:
            return layer
    if kinds & _PROCESSES:
        return "process"
    return _by_path(path)


def _by_path(path: str) -> str:
    parts = path.split("/")
    if "migrations" in parts:
        return "migration"
    if path.startswith("assets/"):
        return "asset"
    if path.startswith("test/") or "/test/" in path:
        return "test"
    if path.endswith((".md", ".markdown")):
        return "guide"
    if not path.endswith((".ex", ".exs")):
        return "other"
    web = next((part for part in parts if part.endswith("_web")), "")
    if not web:
        return "context"
    if "controllers" in parts or "plugs" in parts:
        return "controller"
    if "components" in parts or "views" in parts or "live" in parts:
        return "component"
    return "other"
