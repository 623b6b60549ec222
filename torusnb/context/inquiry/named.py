"""Topics, telemetry events, flags, routes: what the outlines already hold by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from torusnb.context.inquiry.answers import BY_NAME, CERTAIN, Answer
from torusnb.context.inquiry.calls import Calls
from torusnb.context.inquiry.sources import Sources
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.modules import Module, Use

_HOLE = re.compile(r"#\{[^{}]*\}|\{[^{}]*\}|\*")


class Named:
    """Finds named things in one code map."""

    def __init__(self, code_map: CodeMap, sources: Sources, calls: Calls) -> None:
        """The names of that map."""
        self._map = code_map
        self._sources = sources
        self._calls = calls

    def topics(self, wanted: str) -> tuple[Answer, ...]:
        """Who subscribes to and who broadcasts a topic: exact names first, then topics alike but for their holes."""
        return self._uses("topics", lambda name: match_topic(name, wanted) if wanted else CERTAIN)

    def events(self, prefix: str) -> tuple[Answer, ...]:
        """Who executes, attaches to and measures the telemetry events that begin with a prefix."""
        parts = _event_parts(prefix)
        return self._uses("telemetry", lambda name: _begins(_event_parts(name), parts))

    def flags(self, wanted: str) -> tuple[Answer, ...]:
        """Who defines, checks and changes a flag."""
        name = wanted.removeprefix(":").strip("\"'")
        return self._uses("flags", lambda known: CERTAIN if not name or known == name else "")

    def names(self, category: str) -> tuple[str, ...]:
        """Every name of a category, sorted."""
        return tuple(
            sorted({use.name for m in self._map.modules.values() for use in _category(m, category) if use.name})
        )

    def _uses(self, category: str, match: Callable[[str], str]) -> tuple[Answer, ...]:
        rows = []
        for module in self._map.modules.values():
            for use in _category(module, category):
                sure = match(use.name)
                if sure:
                    rows.append(self._row(module, use, sure))
        return tuple(sorted(rows, key=lambda row: (row.sure != CERTAIN, row.relation, row.place)))

    def _row(self, module: Module, use: Use, sure: str) -> Answer:
        file = self._sources[module.path]
        caller = self._calls.caller_of(None, file, use.line) if use.line else ("", 0)
        row = self._calls.answer(file, module, caller, use.line, f"{_WORDS.get(use.kind, use.kind)} {use.name}")
        return row if sure == CERTAIN else Answer(row.what, row.place, row.quote, row.relation, row.layer, sure=sure)

    def routes_to(self, module: Module) -> tuple[Route, ...]:
        """The routes whose handler is the module, or whose live session mounts it first."""
        return tuple(route for route in self._map.routes if route.module == module.name or _mounts(route, module.name))

    def routes_under(self, path: str) -> tuple[Route, ...]:
        """The routes of a path and of everything below it; a parameter's name does not matter."""
        wanted = _shape(path)
        found = (route for route in self._map.routes if _shape(route.path)[: len(wanted)] == wanted)
        return tuple(sorted(found, key=lambda route: (_shape(route.path), route.file, route.line)))


_WORDS = {
    "attach": "attaches to",
    "broadcast": "broadcasts",
    "change": "changes",
    "channel": "takes joins of",
    "check": "checks",
    "define": "defines",
    "execute": "executes",
    "metric": "measures",
    "span": "spans",
    "subscribe": "subscribes to",
    "track": "tracks who is in",
}


def _category(module: Module, category: str) -> Iterable[Use]:
    return {"topics": module.topics, "telemetry": module.telemetry, "flags": module.flags}[category]


def match_topic(name: str, wanted: str) -> str:
    """Whether a topic as written is the wanted one: `certain`, `by its name` for its fixed parts only, or empty."""
    if name == wanted:
        return CERTAIN
    fixed, given = _fixed_parts(name), _fixed_parts(wanted)
    if fixed and fixed == given:
        return CERTAIN
    if not given or not fixed:
        return ""
    return BY_NAME if any(given[0] in part for part in fixed) or _fits(fixed, wanted) else ""


def _fits(fixed: tuple[str, ...], text: str) -> bool:
    """Whether a text could be what the fixed parts of a topic become when the program runs."""
    at = 0
    for part in fixed:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return text.startswith(fixed[0])


def _fixed_parts(topic: str) -> tuple[str, ...]:
    """The parts of a topic that are the same each time: around `#{…}`, and the literals that `<>` joins."""
    computed = "<>" in topic or "(" in topic
    literals = re.findall(r'"([^"]*)"', topic) if computed else [topic]
    return tuple(part for literal in literals for part in _HOLE.split(literal) if part)


def _event_parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[.,\s\[\]:]+", name) if part)


def _begins(parts: tuple[str, ...], prefix: tuple[str, ...]) -> str:
    """Whether an event begins with a prefix; a part that only the running program knows agrees by its name only."""
    sure = CERTAIN
    if len(parts) < len(prefix):
        return ""
    for at, (part, wanted) in enumerate(zip(parts, prefix, strict=False), 1):
        if part != wanted and not (at == len(prefix) and part.startswith(wanted)):
            if not part.startswith("{"):
                return ""
            sure = BY_NAME
    return sure


def _shape(path: str) -> tuple[str, ...]:
    """The parts of a path, each parameter as a colon."""
    return tuple(":" if part[0] in ":*" else part for part in path.split("/") if part)


def _mounts(route: Route, module: str) -> bool:
    return any(hook.strip("{ ").split(",")[0].strip() == module for hook in route.on_mount)
