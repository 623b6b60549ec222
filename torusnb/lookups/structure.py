"""Questions to the code map: callers, users, tables, reach, routes, and what is known by a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from torusnb.context.inquiry.answers import CERTAIN, OUTSIDE, Answer, Reply
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.lookups.defaults import tell_defaults
from torusnb.lookups.emissions import tell_emission
from torusnb.lookups.implementing import Implementations
from torusnb.lookups.sheet import Sheet
from torusnb.models.base import Place
from torusnb.models.codebase import Route

_HOPS = 3
_LINES_OF_TABLE = 30
_USES_OF_TABLE = 14
_AT_ONCE = 8
_NEAR_EVENTS = 8
_COMMON = 0.5
"""The share of all events from which a word of a name (the application's own) tells nothing."""
_WORD = re.compile(r"[a-z0-9]+")
_PIPELINES = 6
_COLUMN = "column "
_EXECUTES = ("executes ", "spans ")
_BASICS = frozenset(
    (
        *("Access", "Atom", "Base", "Bitwise", "Date", "DateTime", "Enum", "Exception", "Float", "Function", "IO"),
        *("Inspect", "Integer", "Kernel", "Keyword", "List", "Map", "MapSet", "NaiveDateTime", "Range", "Regex"),
        *("Stream", "String", "Time", "Tuple", "URI"),
    )
)
"""Modules of the language whose calls tell nothing of what a function does to anything else."""


class Structure:
    """Puts the answers of an inquiry on a sheet. Unknown names raise `InputError` with the nearest ones."""

    def __init__(self, inquiry: Inquiry, implementations: Implementations) -> None:
        """Answers of that inquiry; `implementations` knows who answers a callback."""
        self._inquiry = inquiry
        self._implementations = implementations

    def callers(self, sheet: Sheet, function: str) -> None:
        """Every line that calls a function; then the options that it takes by default, and who gives them.

        Of a callback, and of a function that answers one, also the lines that call it through a variable.
        """
        if self._implementations.callers(sheet, function):
            return
        reply = self._inquiry.callers(function)
        _tell(sheet, "calls of", reply)
        module, functions = self._inquiry.functions(function)
        tell_defaults(sheet, module, functions, reply.rows)
        self._implementations.through(sheet, module, functions)

    def callees(self, sheet: Sheet, function: str) -> None:
        """What of the checkout a function calls, a group for each line of it; then what of libraries, in one line."""
        reply = self._inquiry.callees(function)
        foreign = [row for row in reply.rows if row.relation.endswith(OUTSIDE)]
        own = [row for row in reply.rows if row not in foreign]
        sheet.say(f"calls in {reply.looked_at}: {len(own)} of the checkout's own")
        for place in dict.fromkeys(row.place for row in own):
            called = [row for row in own if row.place == place]
            sheet.say("; ".join(f"{row.what} ({row.relation})" for row in called))
            sheet.quote(place.path, place.line)
        if told := list_foreign(foreign):
            sheet.say(f"outside the checkout, with their lines: {'; '.join(told)}")

    def users(self, sheet: Sheet, module: str) -> None:
        """Every way in which a module is used."""
        _tell(sheet, "uses of", self._inquiry.users_of(module))

    def table(self, sheet: Sheet, table: str, part: str = "") -> None:
        """A table's parts, its writers and its readers; `part` names the only one wanted."""
        if part in ("", "columns"):
            _tell_table(sheet, self._inquiry.table(table), whole=bool(part))
        for wanted, ask in (("writers", self._inquiry.writers_of), ("readers", self._inquiry.readers_of)):
            if part in ("", wanted):
                _tell(sheet, f"{wanted} of", ask(table), 0 if part else _USES_OF_TABLE)

    def reach(self, sheet: Sheet, name: str, hops: int = _HOPS) -> None:
        """What a change would reach, counted by layer first."""
        reply = self._inquiry.reach(name, hops)
        layers = Counter(row.layer or "other" for row in reply.rows)
        counted = ", ".join(f"{count} {layer}" for layer, count in sorted(layers.items(), key=lambda e: (-e[1], e[0])))
        if counted:
            sheet.say(f"a change would reach {counted}")
        _tell(sheet, "reached from", reply)

    def routes(self, sheet: Sheet, to: str) -> None:
        """The routes of a module or under a path."""
        routes, looked_at = self._inquiry.routes_to(to)
        sheet.say(f"{len(routes)} routes for {looked_at}")
        self._tell_pipelines(sheet, routes)
        around = ""
        for route in routes:
            if (said := _describe_scope(route)) != around:
                sheet.say(said or "without pipeline")
                around = said
            sheet.say(f"{route.verb} {route.path} -> {route.module} {route.action}")
            sheet.quote(route.file, route.line)

    def _tell_pipelines(self, sheet: Sheet, routes: Iterable[Route]) -> None:
        """What the pipelines of some routes consist of, each once: who may come in is decided there."""
        named = dict.fromkeys((route.file, name) for route in routes for name in route.pipelines)
        for file, name in tuple(named)[:_PIPELINES]:
            line, plugs = self._inquiry.pipeline(file, name)
            if line:
                sheet.say(f"pipeline {name}: {'; '.join(plugs)}")
                sheet.quote(file, line)

    def topic(self, sheet: Sheet, name: str = "") -> None:
        """Who subscribes to and broadcasts a topic."""
        _tell(sheet, "topics,", self._inquiry.topics(name))

    def event(self, sheet: Sheet, name: str = "") -> None:
        """Who executes and measures telemetry events, and the keys that they carry where the code has them.

        Where no event begins so, those whose names share its words are told.
        """
        reply = self._inquiry.events(name)
        if name and not reply.rows:
            near = near_events(self._inquiry.events("").rows, name)
            if near:
                sheet.say(f"no telemetry event begins with {name}; of these the names share its words")
                reply = Reply(near, f"near {name}")
        _tell(sheet, "telemetry events,", replace(reply, rows=tuple(_carrying(sheet, reply.rows))))

    def flag(self, sheet: Sheet, name: str = "") -> None:
        """Who defines and checks a flag."""
        _tell(sheet, "feature flags,", self._inquiry.flags(name))


def _tell(sheet: Sheet, about: str, reply: Reply, most: int = 0) -> None:
    """The rows of a reply, neighbours of one kind under one heading; `most` of them when it is given."""
    sheet.say(f"{about} {reply.looked_at}: {_counted(reply.rows)}")
    shown = reply.rows[:most] if most else reply.rows
    at: dict[Place, list[Answer]] = {}
    for row in shown:
        at.setdefault(row.place if row.place.line else Place(f"{row.place.path} {row.what}"), []).append(row)
    heading = ""
    for place, rows in at.items():
        said = _describe_all(rows)
        if said != heading:
            sheet.say(said)
            heading = said
        sheet.quote(place.path, place.line)
    if len(shown) < len(reply.rows):
        sheet.say(f"{len(reply.rows) - len(shown)} more; ask for this part alone")


def list_foreign(rows: Iterable[Answer]) -> tuple[str, ...]:
    """The functions of libraries that are called, each with its lines; those of the language's own basics left out."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.what.rpartition(".")[0] not in _BASICS:
            lines.setdefault(row.what, []).append(row.place.line)
    return tuple(f"{name} {', '.join(map(str, dict.fromkeys(numbers)))}" for name, numbers in lines.items())


def _carrying(sheet: Sheet, rows: Iterable[Answer]) -> Iterable[Answer]:
    """The rows; those that execute an event say what it carries."""
    for row in rows:
        executes = row.place.line and row.relation.startswith(_EXECUTES)
        told = tell_emission(sheet.source(row.place.path), row.place.line) if executes else ""
        yield replace(row, relation=f"{row.relation} ({told})") if told else row


def near_events(rows: Sequence[Answer], name: str) -> tuple[Answer, ...]:
    """The rows of the events that share most of a name's words, first those that share what few events share."""
    words = [set(_WORD.findall(row.relation.lower())) for row in rows]
    wanted = set(_WORD.findall(name.lower()))
    common = {word for word in wanted if sum(word in each for each in words) > len(rows) * _COMMON}
    scores = [len(each & wanted - common) for each in words]
    order = sorted(range(len(rows)), key=lambda n: (-scores[n], n))
    return tuple(rows[n] for n in order if scores[n])[:_NEAR_EVENTS]


def _counted(rows: tuple[Answer, ...]) -> str:
    if not rows:
        return "none found"
    files = len({row.place.path for row in rows})
    return f"{len(rows)} in {files} {'file' if files == 1 else 'files'}"


def _describe_scope(route: Route) -> str:
    """What a request passes before it comes to a route."""
    parts = [f"pipelines {', '.join(route.pipelines)}"] if route.pipelines else []
    parts += [f"live session {route.live_session}"] if route.live_session else []
    parts += [f"on_mount {', '.join(route.on_mount)}"] if route.on_mount else []
    return "; ".join(parts)


def _describe_all(rows: list[Answer]) -> str:
    """What stands on one line; the names of a list of events, topics or flags are put together."""
    first, *others = rows
    if others and all((row.what, row.sure, row.distance) == (first.what, first.sure, 1) for row in rows):
        return describe(replace(first, relation="; ".join(dict.fromkeys(row.relation for row in rows))))
    return "; ".join(describe(row) for row in rows)


def describe(row: Answer) -> str:
    """Who stands in the relation, how, how far away, and how surely, in one line."""
    parts = [f"{row.what} ({row.layer})" if row.layer else row.what, row.relation]
    if row.distance > 1:
        way = " -> ".join(row.through)
        parts.append(f"distance {row.distance}" + (f" through {way}" if way else ""))
    if row.sure != CERTAIN:
        parts.append(row.sure)
    if not row.place.line:
        parts.append(row.place.path)
    return ", ".join(parts)


def _tell_table(sheet: Sheet, reply: Reply, *, whole: bool) -> None:
    sheet.say(f"table {reply.looked_at}")
    for kind, rows in _kinds(reply.rows):
        sheet.say(f"{kind}: {'; '.join(f'{row.what} {row.relation.removeprefix(_COLUMN)}' for row in rows)}")
    places = list(dict.fromkeys(row.place for row in reply.rows))
    shown = places if whole else places[:_LINES_OF_TABLE]
    sheet.say("the lines that made it so:")
    for place in shown:
        sheet.quote(place.path, place.line)
    if len(shown) < len(places):
        sheet.say(f"{len(places) - len(shown)} more lines; ask for part columns")


def _kinds(rows: tuple[Answer, ...]) -> Iterable[tuple[str, list[Answer]]]:
    """The rows by what they are, columns a few at a time, so that no line grows too long."""
    for kind in ("schema", "column", "index", "constraint"):
        found = [row for row in rows if _kind(row.relation) == kind]
        together = (
            _AT_ONCE if kind == "column" else 1
        )  # conditions and expressions are long, and nothing of them may go
        for start in range(0, len(found), together):
            yield kind, found[start : start + together]


def _kind(relation: str) -> str:
    """`schema`, `table`, `column`, `index` or `constraint`, as `table_rows` words it."""
    if relation.startswith(("schema", "table", "column")):
        return relation.partition(" ")[0]
    return "index" if relation.startswith(("index", "unique index")) else "constraint"
