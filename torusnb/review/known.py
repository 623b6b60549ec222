"""What the checkout knows, indexed for the review."""

from __future__ import annotations

from functools import cached_property

from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.review.names import Names
from torusnb.review.runtime_names import RuntimeNames


class Known(Value, frozen=True, dict=True):
    """The indexes over one code map that naming needs; built once, good for any number of documents."""

    code: CodeMap

    @cached_property
    def names(self) -> Names:
        """Modules, functions and paths."""
        return Names(self.code)

    @cached_property
    def runtime(self) -> RuntimeNames:
        """Tables, routes, events, topics and flags."""
        return RuntimeNames(self.code)

    @cached_property
    def callers(self) -> dict[tuple[str, str], list[tuple[int, str, str, int]]]:
        """Module and function to its calls: arity, calling module, path and line, by path and line."""
        found: dict[tuple[str, str], list[tuple[int, str, str, int]]] = {}
        for module in self.code.modules.values():
            for call in module.calls:
                found.setdefault((call.module, call.name), []).append((call.arity, module.name, module.path, call.line))
        for calls in found.values():
            calls.sort(key=lambda call: call[2:])
        return found
