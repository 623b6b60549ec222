"""What the code near a feature does already: the values, names and checks that a default can be taken from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from torusnb.context.map.words import stems, telling_words
from torusnb.context.quotebook import QuoteBook
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Module

_NEAR = 20
_LONGEST = 110
_VALUE = re.compile(
    r"^@(?P<attribute>[a-z]\w*)\s+(?P<number>\d[\d_.]*(?:\s*\*\s*[\d_]+)*|:timer\.\w+\([^)]*\))\s*$"
    r"|\b(?P<option>[a-z]\w*):\s*(?:\d[\d_.]*|:timer\.\w+\([^)]*\))"
    r"|Keyword\.get\(\w+,\s*:(?P<key>\w+),\s*(?:\d[\d_.]*|:timer\.\w+\([^)]*\))\)"
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("page size", r"page_size|per_page|page_limit|batch|chunk|^limit$"),
    ("lifetime", r"ttl|expir|max_age|retention|retain|prune|keep|lifetime"),
    ("interval", r"interval|debounce|poll|refresh|delay|throttle|every|schedule_in"),
    ("timeout", r"timeout|deadline"),
    ("retries", r"max_attempts|retries|retry|backoff"),
    ("limit", r"^max|_max|^min_|limit|threshold|cap\b|quota"),
    ("percentage", r"percent|ratio|threshold"),
)
_ASKED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bretain|retention|\bkept\b|how long|expir|\bttl\b|lifetime|\bstale", ("lifetime",)),
    (r"how often|interval|\bpoll|debounce|refresh|real.?time|hourly|immediate|\bsync", ("interval", "lifetime")),
    (r"timeout|time out", ("timeout",)),
    (r"\bretr(?:y|ies)|attempts? before", ("retries",)),
    (r"percent|ratio|threshold|cut.?off", ("percentage", "limit")),
    (r"how many|maximum|minimum|\blimit|\bcap\b|page size|\bbatch|at most|at least", ("limit", "page size")),
)
_SPAN = re.compile(r"`([^`\n]{3,60})`")
_TICKET = re.compile(r"[A-Z]+-\d+")
_NO_CODE = re.compile(r"`|^\s*(?:#|alias |[-*] |@moduledoc|@doc)")
_MEASURES = frozenset(
    stems(
        telling_words("size limit maximum minimum count number page timeout ttl time interval delay duration default")
    )
)
"""Words of every value's name, which say nothing of what it is a value of."""


@dataclass(frozen=True)
class Custom:
    """A line near the feature that shows how it is done there.

    Attributes:
        kind: `page size`, `lifetime`, `interval`, `timeout`, `retries`, `limit`, `percentage`, or `name`.
        text: The line, verbatim without its indentation. module: Where it stands. key: Its evidence key.
    """

    kind: str
    text: str
    module: str
    key: str


class Customs:
    """The customs of the best waypoints, nearest first."""

    def __init__(self, waypoints: Sequence[Waypoint], code_map: CodeMap, book: QuoteBook) -> None:
        """The customs that the waypoints' own source shows."""
        self._near = [waypoint for waypoint in waypoints[:_NEAR] if waypoint.path in code_map.by_path]
        self._map = code_map
        self._book = book

    def value_for(self, question: str) -> Custom | None:
        """The nearest value of the kind that is asked for whose own name shares a word with the question; else None.

        That a module lies near is no reason: it holds lifetimes and limits of other things too.
        """
        plain = _SPAN.sub(" ", question)
        kinds = next((kinds for words, kinds in _ASKED if re.search(words, plain, re.IGNORECASE)), ())
        asked = set(stems(telling_words(question))) - _MEASURES
        fitting = [custom for kind in kinds for custom in self._values if custom.kind == kind]
        shared = [len(asked & set(stems(telling_words(_named(custom.text))))) for custom in fitting]
        best = max(range(len(fitting)), key=lambda n: (shared[n], -n), default=None)
        return fitting[best] if best is not None and shared[best] else None

    def line_with(self, statement: str) -> Custom | None:
        """The nearest line of code that holds a name which the statement puts in a code span."""
        for span in _SPAN.findall(statement):
            name = span.split("(")[0].removesuffix("/").strip()
            if len(name) > 3 and re.search(r"[._/:A-Z]", name) and not _TICKET.fullmatch(name):
                word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
                for waypoint in self._near:
                    for number, line in enumerate(self._book.lines(waypoint.path), 1):
                        if word.search(line) and not _NO_CODE.search(line):
                            return self._custom("name", waypoint, number, line)
        return None

    def function_for(self, statement: str) -> Custom | None:
        """The public function near the feature that shares most words with a statement, at least two."""
        asked = set(stems(telling_words(statement)))
        best: tuple[int, int, Custom] | None = None
        for rank, waypoint in enumerate(self._near):
            for module in self._map.by_path[waypoint.path].modules:
                home = set(stems(telling_words(module.name.rpartition(".")[2])))
                for function in module.functions:
                    name = set(stems(telling_words(function.name)))
                    shared = len(asked & (name | home))
                    if function.public and len(name & asked) > 0 and shared > 1:
                        text = f"{module.name}.{function.name}/{function.arity}"
                        custom = Custom("name", text, module.name, self._book.key(waypoint.path, function.line))
                        best = max(best or (0, 0, custom), (shared, -rank, custom), key=lambda entry: entry[:2])
        return best[2] if best else None

    def guard_of(self, module: str) -> Route | None:
        """The first route to a module that says who gets there: a `live_session`, a hook or a pipeline."""
        routes = (route for route in self._map.routes if route.module == module)
        return next((route for route in routes if route.live_session or route.on_mount or route.pipelines), None)

    @cached_property
    def _values(self) -> list[Custom]:
        found = []
        for waypoint in self._near:
            for number, line in enumerate(self._book.lines(waypoint.path), 1):
                match = _VALUE.search(line.strip())
                if match is not None and len(line.strip()) <= _LONGEST and not line.lstrip().startswith("#"):
                    name = match["attribute"] or match["option"] or match["key"]
                    kind = next((kind for kind, words in _KINDS if re.search(words, name)), "")
                    if kind:
                        found.append(self._custom(kind, waypoint, number, line))
        return found

    def _custom(self, kind: str, waypoint: Waypoint, number: int, line: str) -> Custom:
        owner = waypoint.module or waypoint.path
        return Custom(kind, " ".join(line.split()), owner, self._book.key(waypoint.path, number))


def _named(line: str) -> str:
    """The name of the value that a line gives."""
    match = _VALUE.search(line.strip())
    return (match["attribute"] or match["option"] or match["key"] or "") if match is not None else ""


def columns_with_default(module: Module, code_map: CodeMap) -> tuple[str, int, str] | None:
    """Path, line and name of the newest column with a default that a migration added to the module's table."""
    table = module.schema.table if module.schema else ""
    for migration in reversed(code_map.migrations):
        for column in migration.columns:
            if table and column.table == table and table in migration.alters and column.default:
                return migration.path, column.line, column.name
    return None
