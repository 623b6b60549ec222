"""What the checkout knows of the names of the running system: tables, routes, telemetry events, topics, flags."""

from __future__ import annotations

import re
from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.review.nearest import find_slip, rank_nearest

_PARAMETER = re.compile(r"[:*{<#]|\.\.\.")
_SPAN_ENDS = ("start", "stop", "exception")
_OPEN_ENDED = frozenset({"FORWARD", "MACRO", "SOCKET"})
_PLACE = re.compile(r"\*|#\{[^}]*\}|<[^>]*>|\{[^}]*\}")


class RuntimeNames(Value, frozen=True, dict=True):
    """Names of one code map, by kind; `has` answers whether one exists, `nearest` which are alike."""

    code: CodeMap

    def has(self, kind: str, name: str) -> bool:
        """Whether the checkout has it.

        Raises:
            KeyError: There is no such kind.
        """
        return {
            "table": self._has_table,
            "route": self._has_route,
            "event": self._has_event,
            "topic": self._has_topic,
            "flag": self._has_flag,
        }[kind](name)

    def nearest(self, kind: str, name: str) -> tuple[str, ...]:
        """The existing names of that kind that are most alike, best first."""
        return rank_nearest(name, self.known[kind])

    def slip(self, kind: str, name: str) -> str:
        """The existing name of that kind that differs in a few characters only, or empty."""
        return find_slip(name, self.known[kind])

    @cached_property
    def known(self) -> dict[str, tuple[str, ...]]:
        """Every kind to its names, sorted."""
        return {
            "table": tuple(sorted(self._tables)),
            "route": tuple(sorted({route.path for route in self.code.routes})),
            "event": tuple(sorted(self._events)),
            "topic": tuple(sorted(self._topics)),
            "flag": tuple(sorted(self._flags)),
        }

    @cached_property
    def _tables(self) -> frozenset[str]:
        """Tables of schemas and migrations, and of the caches, which a text calls tables as well."""
        made = {name for step in self.code.migrations for name in (*step.creates, *step.alters, *step.drops)}
        joined = {
            association.through
            for module in self.code.modules.values()
            if module.schema is not None
            for association in module.schema.associations
        }
        caches = {use.name.lstrip(":") for module in self.code.modules.values() for use in module.caches}
        return frozenset((made | joined | caches | set(self.code.tables)) - {""})

    def _has_table(self, name: str) -> bool:
        return name in self._tables

    @cached_property
    def _routes(self) -> dict[int, list[tuple[str, ...]]]:
        by_size: dict[int, list[tuple[str, ...]]] = {}
        for route in self.code.routes:
            parts = _segments(route.path)
            by_size.setdefault(len(parts), []).append(parts)
        return by_size

    @cached_property
    def _open_routes(self) -> tuple[tuple[str, ...], ...]:
        """Beginnings below which anything may follow: what is forwarded, and routes that end with a star."""
        found = {_segments(route.path) for route in self.code.routes if route.verb in _OPEN_ENDED}
        starred = {_segments(route.path)[:-1] for route in self.code.routes if "*" in route.path.rpartition("/")[2]}
        return tuple(sorted((found | starred) - {()}))

    def _has_route(self, name: str) -> bool:
        """A route, the beginning of one (a scope), or something below what is forwarded."""
        wanted = _segments(name)
        if wanted[-1:] == ("*",):
            wanted = wanted[:-1]
        if any(wanted[: len(parts)] == parts for parts in self._open_routes):
            return True
        if any(_serves(parts, wanted) for parts in self._routes.get(len(wanted), ())):
            return True
        return any(
            _fits(parts, wanted) for size, known in self._routes.items() if size >= len(wanted) for parts in known
        )

    def has_route_area(self, name: str) -> bool:
        """Whether any route begins with the same part."""
        return name.strip("/").partition("/")[0] in self._areas

    @cached_property
    def _areas(self) -> frozenset[str]:
        return frozenset(route.path.strip("/").partition("/")[0] for route in self.code.routes) - {""}

    @cached_property
    def _events(self) -> frozenset[str]:
        return frozenset(use.name for module in self.code.modules.values() for use in module.telemetry)

    @cached_property
    def event_areas(self) -> frozenset[str]:
        """First parts of the events in use, and the app's own name."""
        return frozenset({name.partition(".")[0] for name in self._events} | {self.code.app})

    def _has_event(self, name: str) -> bool:
        """An event, a span's part of one, or the beginning that several share."""
        bare = name.rpartition(".")[0] if name.rpartition(".")[2] in _SPAN_ENDS else name
        return any(
            known in (name, bare) or known.startswith(f"{name}.") or ("{" in known and _pattern(known).fullmatch(name))
            for known in self._events
        )

    @cached_property
    def _topics(self) -> frozenset[str]:
        return frozenset(use.name for module in self.code.modules.values() for use in module.topics)

    def _has_topic(self, name: str) -> bool:
        plain = _PLACE.sub("*", name)
        return plain in self._topics or any("*" in known and _pattern(known).fullmatch(plain) for known in self._topics)

    @cached_property
    def _flags(self) -> frozenset[str]:
        return frozenset(use.name.lstrip(":") for module in self.code.modules.values() for use in module.flags)

    def _has_flag(self, name: str) -> bool:
        plain = name.replace("-", "_")
        return any(known.replace("-", "_") == plain for known in self._flags)


def _segments(path: str) -> tuple[str, ...]:
    return tuple("*" if _PARAMETER.search(part) else part for part in path.strip("/").split("/") if part)


def _fits(known: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a route begins like that.

    A parameter fits a parameter. Words fit one too where none of them is a parameter, as in an address with values.
    """
    filled = "*" not in wanted
    return all(a == b or (filled and a == "*") for a, b in zip(known, wanted, strict=False))


def _serves(known: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a route of as many segments takes an address: its own words are there, and its parameters take any."""
    same = any(a == b != "*" for a, b in zip(known, wanted, strict=True))
    return same and all(a in ("*", b) for a, b in zip(known, wanted, strict=True))


def _pattern(known: str) -> re.Pattern[str]:
    parts = _PLACE.split(known)
    return re.compile(r"[^\s]+".join(re.escape(part) for part in parts))
