"""What is asked of the code for each decided name, by its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from torusnb.drafting.claude.homes import count_arguments
from torusnb.drafting.claude.ledger import STANDINGS, Entry, Ledger
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Evidence
from torusnb.models.modules import Function, Module

_CHANGED, _NEW, _UNVERIFIED = STANDINGS[1:]
_TESTS, _CODE = "test/", "lib/"
_OF_FUNCTIONS = frozenset({"function", "component", "permission", "job", "process"})
_RENDERED = frozenset({"component", "live_component", "live_view"})
_OWN_QUESTION = frozenset({"telemetry", "field", "index", "table"})
"""Kinds whose decisions name atoms that another question asks for."""
_MOVES = re.compile(r"\b(?:replac|cop(?:y|ies)|extract|mov(?:e|ing)|shar(?:e|ing)|instead of)", re.IGNORECASE)
"""What a decision says of a function that takes the place of code which stands somewhere already."""
_LINES_OF_RULE = 20
_MANY = 3
_MOST_ATOMS = 4
_AT_ONCE = 4
"""Functions that one look-up shows."""
_FUNCTION = re.compile(
    r"(?:(?P<module>[A-Z]\w*(?:\.[A-Z]\w*)*)\.)?(?P<name>[a-z_]\w*[?!]?)(?:/(?P<arity>\d{1,2})|\((?P<given>.*)\))?"
)
_MODULE = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)+")
_TEMPLATE = re.compile(r"(?:[\w.-]+/)*\w+(?:\.html)?\.[hl]?eex|(?:[\w.-]+/)*\w+\.html")
_PATH = re.compile(r"(?:[A-Z]{3,7}\s+)?(?P<path>/[\w/:.*-]+)")
_QUOTED = re.compile(r"[\"'](?P<text>[^\"']{3,})[\"']")
_BARE = re.compile(r"[a-z_][\w.-]{3,}[?!]?")
_DOTTED = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)+")
_ATOMS = re.compile(r":([a-z_]\w*)")
_ATOM_SAID = re.compile(r"(?P<key>\b[a-z_]\w*:\s+)?(?<![\w:\"'/.]):(?P<name>[a-z_]\w{3,})(?![\w?!:])")
_GROUPED = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")


class Question(Value, frozen=True):
    """A look-up: a tool and its arguments.

    Attributes:
        tells_nothing: It is worth telling that nothing was found: nothing calls the function, nothing sends the event.
        brief: The beginning of the answer will do.
    """

    tool: str
    arguments: dict[str, str]
    tells_nothing: bool = False
    brief: bool = False


def list_questions(ledger: Ledger, code: CodeMap, seen: Iterable[Evidence] = ()) -> tuple[Question, ...]:
    """What is asked for the names of a ledger, each once: first the lines of changed functions that were not read.

    Then who calls, tests or renders what changes, where copies of it stand, how tables are keyed, and who else speaks
    of an event, parameter or route. A name that is new reaches nothing yet; a new column or index does, by its table,
    and a new function that takes the place of code does, by that code's copies. At last the atoms that decisions name.
    """
    asked: dict[tuple[str, tuple[tuple[str, str], ...]], Question] = {}
    unread = [name for name, place in _changed_functions(ledger, code) if not _was_read(place, seen)]
    shown = [
        Question("show", {"what": "; ".join(unread[start : start + _AT_ONCE])})
        for start in range(0, len(unread), _AT_ONCE)
    ]
    of_names = (each for entry in ledger.entries for each in _ask(entry, code))
    of_rules = (each for entry in ledger.entries for each in _ask_moved(entry, code))
    for question in (*shown, *of_names, *of_rules, *_ask_atoms(ledger, code)):
        asked.setdefault((question.tool, tuple(question.arguments.items())), question)
    return tuple(asked.values())


def _changed_functions(ledger: Ledger, code: CodeMap) -> Iterator[tuple[str, tuple[Module, Function]]]:
    for entry in ledger.entries:
        if entry.standing not in (_NEW, _UNVERIFIED) and (found := _find_function(entry, code)) is not None:
            module, function = found
            yield f"{module.name}.{function.name}/{function.arity}", found


def _find_function(entry: Entry, code: CodeMap) -> tuple[Module, Function] | None:
    """The function of the code map that an entry means; without an arity the first of that name.

    One that names no module is sought in the files whose lines it rests on.
    """
    match = _FUNCTION.fullmatch(entry.name.strip("` &"))
    if match is None or entry.kind not in _OF_FUNCTIONS:
        return None
    if match["module"] is not None:
        modules = [found for found in (_find_module(match["module"], code),) if found is not None]
    else:
        paths = dict.fromkeys(key.removeprefix("code:").rpartition(":")[0] for key in entry.keys)
        modules = [module for path in paths if path in code.by_path for module in code.by_path[path].modules]
    wanted = int(match["arity"]) if match["arity"] is not None else None
    if match["given"] is not None:
        wanted = count_arguments(match["given"])
    for module in modules:
        for function in module.functions:
            if function.name == match["name"] and (wanted is None or _takes(function, wanted)):
                return module, function
    return None


def _takes(function: Function, arity: int) -> bool:
    return function.arity - function.defaults <= arity <= function.arity


def _find_module(name: str, code: CodeMap) -> Module | None:
    if name in code.modules:
        return code.modules[name]
    full = code.by_tail.get(name, ())
    return code.modules[full[0]] if len(full) == 1 else None


def _was_read(place: tuple[Module, Function], seen: Iterable[Evidence]) -> bool:
    """Whether more than the function's first line is among the evidence."""
    module, function = place
    inner = range(function.line + 1, function.end_line + 1)
    return not inner or any(
        item.place is not None and item.place.path == module.path and item.place.line in inner for item in seen
    )


def _ask(entry: Entry, code: CodeMap) -> Iterator[Question]:
    """The look-ups for one entry, by its kind."""
    name = entry.name.strip("` ")
    if entry.kind in ("table", "field", "index"):
        yield from _ask_table(name, code)
    elif entry.standing in (_NEW, _UNVERIFIED):
        return
    elif (found := _find_function(entry, code)) is not None:
        module, function = found
        yield from _ask_function(module, function, entry.standing, code)
    elif _TEMPLATE.fullmatch(name):
        yield Question("callers", {"function": name}, tells_nothing=True)
    elif _MODULE.fullmatch(name) and (known := _find_module(name, code)) is not None:
        yield Question("callers", {"function": known.name}, tells_nothing=bool(_RENDERED & set(known.kinds)))
        yield Question("users", {"module": known.name}, tells_nothing=True)
    elif entry.kind == "route" and (path := _PATH.fullmatch(name)):
        yield Question("routes", {"to": path["path"]})
    elif entry.kind == "telemetry" and (event := ".".join(_ATOMS.findall(name)) or _dotted(name)):
        yield Question("event", {"name": event})
    elif entry.kind in ("topic", "flag"):
        quoted = _QUOTED.search(name)
        yield Question(entry.kind, {"name": quoted["text"] if quoted is not None else name.strip("\":'")})
    elif entry.kind in ("event", "parameter", "assign") and (text := _spoken(name)):
        yield Question("text", {"text": text}, tells_nothing=True)


def _ask_function(module: Module, function: Function, standing: str, code: CodeMap) -> Iterator[Question]:
    """Who calls a function; of one that changes also its tests and its copies.

    Where many modules have one of that name (`changeset`), its tests are those that call it by its module.
    """
    name = f"{module.name}.{function.name}/{function.arity}"
    yield Question("callers", {"function": name}, tells_nothing=True)
    if standing == _CHANGED:
        homes = sum(each.function(function.name) is not None for each in code.modules.values())
        called = f"{module.name.rpartition('.')[2]}.{function.name}(" if homes > _MANY else f"{function.name}("
        yield Question("text", {"text": called, "under": _TESTS}, tells_nothing=True)
        yield Question("clones", {"function": name})


def _ask_moved(entry: Entry, code: CodeMap) -> Iterator[Question]:
    """The copies of the code whose place a new function takes, at the lines that it rests on."""
    if entry.standing != _NEW or entry.kind not in _OF_FUNCTIONS or not _MOVES.search(entry.decision):
        return
    for key in entry.keys:
        path, _, line = key.removeprefix("code:").rpartition(":")
        if line.isdecimal() and path in code.by_path:
            first = int(line)
            yield Question("clones", {"function": f"{path}:{first}-{first + _LINES_OF_RULE}"})


def _ask_atoms(ledger: Ledger, code: CodeMap) -> Iterator[Question]:
    """Who else writes the atoms by which decisions join one place to another.

    A column's name is asked for by its table, and the parts of a tuple or list are what a function gives back.
    """
    schemas = [module.schema for module in code.tables.values() if module.schema is not None]
    columns = {field.name for schema in schemas for field in schema.fields}
    columns |= {name for schema in schemas for each in schema.associations for name in (each.name, each.column)}
    found: dict[str, None] = {}
    for entry in ledger.entries:
        said = _GROUPED.sub(" ", entry.decision) if entry.kind not in _OWN_QUESTION else ""
        for match in _ATOM_SAID.finditer(said):
            if match["name"] not in columns and (match["key"] or "_" in match["name"]):
                found.setdefault(match["name"])
    for name in tuple(found)[:_MOST_ATOMS]:
        yield Question("text", {"text": f":{name}", "under": _CODE}, brief=True)


def _ask_table(name: str, code: CodeMap) -> Iterator[Question]:
    """The columns and indexes of a name's table.

    It is written as `plots`, `plots.bed_id`, `Plot.bed_id`, `index on plots(bed_id)`, or an index named after it.
    """
    tables = sorted(code.tables, key=len, reverse=True)
    table = next((each for each in tables if re.match(rf"{re.escape(each)}(?:[._\s(]|$)", name)), None)
    schemas = (_find_module(each, code) for each in (name, name.rpartition(".")[0]) if each)
    table = table or next((m.schema.table for m in schemas if m is not None and m.schema is not None), None)
    table = table or next((each for each in tables if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", name)), None)
    if table:
        yield Question("table", {"table": table, "part": "columns"})


def _dotted(name: str) -> str:
    """An event that is written `shop.basket.added`; empty for what is no such name."""
    return name if _DOTTED.fullmatch(name) else ""


def _spoken(name: str) -> str:
    """How an event, parameter or assign is written in code; empty for what is none."""
    quoted = _QUOTED.search(name)
    if quoted is not None:
        return quoted["text"]
    bare = name.rpartition("@")[2].rpartition(":")[2].strip().lstrip("?&")
    return bare if _BARE.fullmatch(bare) else ""
