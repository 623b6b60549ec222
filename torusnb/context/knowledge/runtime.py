"""What runs in the checkout: caches, queues, flags, topics, supervised children, tables, telemetry prefixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from torusnb.context.quotebook import QuoteBook
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Line
from torusnb.models.modules import Module, Use

_MOST = 60
_PREFIX_PARTS = 2

_LIBRARY_TELEMETRY = frozenset(
    {"phoenix", "ecto", "oban", "vm", "plug", "telemetry", "cachex", "finch", "tesla", "broadway"}
)


def collect_runtime(code_map: CodeMap, book: QuoteBook) -> dict[str, tuple[Line, ...]]:
    """Kind (`cache`, `child`, `flag`, `pubsub`, `queue`, `table`, `topic`) to verbatim lines with their keys.

    Over the whole checkout, in the order of files and lines, at most 60 of a kind; what defines a thing comes
    before what only uses it.
    """
    modules = [module for file in code_map.files for module in file.modules]
    applications = [module for module in modules if "application" in module.kinds]
    places: dict[str, Iterable[tuple[str, int]]] = {
        "cache": _uses(modules, "caches", ("start", "ets", "cachex", "persistent_term")),
        "child": ((module.path, child.line) for module in applications for child in module.children),
        "flag": _uses(modules, "flags", ("define", "check")),
        "pubsub": (
            (module.path, child.line)
            for module in modules
            for child in module.children
            if child.module.endswith("PubSub")
        ),
        "queue": ((module.path, _line_of_use(module, "Worker")) for module in modules if "worker" in module.kinds),
        "table": ((m.path, m.schema.line) for m in modules if m.schema is not None and m.schema.table),
        "topic": _uses(modules, "topics", ("broadcast", "subscribe")),
    }
    found = {}
    for kind, pairs in places.items():
        lines = _lines(pairs, book)
        if lines:
            found[kind] = lines
    return found


def _uses(modules: Iterable[Module], category: str, kinds: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    modules = list(modules)
    for kind in kinds:
        for module in modules:
            uses: tuple[Use, ...] = getattr(module, category)
            yield from ((module.path, use.line) for use in uses if use.kind == kind)


def _line_of_use(module: Module, ending: str) -> int:
    """The line of `use …Worker`, or the module's own."""
    lines = (r.line for r in module.references if r.kind == "use" and r.module.endswith(ending))
    return next(lines, module.line)


def _lines(places: Iterable[tuple[str, int]], book: QuoteBook) -> tuple[Line, ...]:
    found: dict[str, Line] = {}
    for path, line in places:
        if len(found) == _MOST:
            break
        key = book.key(path, line)
        if key not in found:
            found[key] = Line(book.quote(key), (key,))
    return tuple(found.values())


def telemetry_prefixes(code_map: CodeMap) -> tuple[str, ...]:
    """The first two parts of the events that the checkout itself emits, most used first, ties by name."""
    counted: Counter[str] = Counter()
    for file in code_map.files:
        for module in file.modules:
            for use in module.telemetry:
                parts = use.name.split(".")
                if use.kind in {"execute", "span"} and len(parts) > 1 and parts[0] not in _LIBRARY_TELEMETRY:
                    counted[".".join(parts[:_PREFIX_PARTS])] += 1
    return tuple(sorted(counted, key=lambda prefix: (-counted[prefix], prefix)))


def count_totals(code_map: CodeMap) -> dict[str, int]:
    """How much of everything the whole checkout has; kinds with none are left out."""
    modules = [module for file in code_map.files for module in file.modules]
    counted = Counter(kind for module in modules for kind in module.kinds)
    totals = {
        "files": len(code_map.files),
        "lines": sum(file.lines for file in code_map.files),
        "modules": len(modules),
        "schemas": sum(module.schema is not None for module in modules),
        "live_views": counted["live_view"],
        "live_components": counted["live_component"],
        "controllers": counted["controller"],
        "routes": len(code_map.routes),
        "workers": counted["worker"],
        "processes": counted["genserver"] + counted["supervisor"],
        "migrations": len(code_map.migrations),
        "telemetry_events": len({u.name for m in modules for u in m.telemetry if u.kind in {"execute", "span"}}),
        "guides": len(code_map.guides),
        "packages": len(code_map.packages),
    }
    return {name: count for name, count in sorted(totals.items()) if count}
