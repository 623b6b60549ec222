"""What the decided names reach, looked up by the program and put to the model before any section is written.

Whoever decides to change a function, a template or a table looks at that place; what breaks a design stands elsewhere:
another caller, an index that forbids it, a second page that renders the same template, an event that nothing sends. The
code map knows these, so nobody has to think of asking.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import msgspec

from torusnb.drafting.claude.attempts import UNUSABLE
from torusnb.drafting.claude.exchange import MOST_LOOKUPS, Bounds, Exchange, Talk
from torusnb.drafting.claude.existing import find_existing
from torusnb.drafting.claude.homes import count_arguments
from torusnb.drafting.claude.ledger import STANDINGS, Entry, Ledger, parse_entries, split_fence
from torusnb.drafting.claude.progress import Progress
from torusnb.drafting.claude.requests import Composer
from torusnb.drafting.claude.serving import find_served
from torusnb.errors import ModelError
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import Evidence
from torusnb.models.messages import ModelRequest
from torusnb.models.modules import Function, Module
from torusnb.models.requirements import SpecPack

REACHED_BOUNDS = Bounds(calls=40, tokens=24_000, answer=1_500)
"""What the program looks up by itself; a long list of callers shows its nearest."""
AFTER_BOUNDS = Bounds(calls=MOST_LOOKUPS, tokens=16_000)
"""What the model may look up in the light of it."""
PURPOSE = "what the approach reaches"

_CHANGED, _NEW, _UNVERIFIED = STANDINGS[1:]
_TESTS = "test/"
_OF_FUNCTIONS = frozenset({"function", "component", "permission", "job", "process"})
_TELLS_NOTHING = frozenset({"callers", "users", "text"})
"""Tools by which a name that is found nowhere is worth telling: nothing calls it, nothing sends it."""
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


class Question(Value, frozen=True):
    """A look-up: a tool and its arguments."""

    tool: str
    arguments: dict[str, str]


def hold_against_reach(talk: Talk, exchange: Exchange, composer: Composer, progress: Progress) -> Exchange:
    """Go on with the approach's exchange: show what its names reach, and take what is decided in the light of it.

    Returns what was looked up meanwhile. An answer without a block of names changes nothing: the second reading and the
    review follow anyway.

    Raises:
        ModelError: No complete reply came, for a reason that concerns more than this request.
    """
    reached = Exchange(msgspec.structs.replace(exchange.request, purpose=PURPOSE))
    nowhere = []
    for question in list_questions(progress.ledger, progress.pack.context.code, progress.usable.values()):
        count = len(reached.read)
        asked = talk.read_ahead(reached, question.tool, dict(question.arguments), REACHED_BOUNDS)
        if asked and len(reached.read) == count and question.tool in _TELLS_NOTHING:
            nowhere.append(" ".join((question.tool, *question.arguments.values())))
    progress.learn(reached.evidence)
    after = Exchange(exchange.request)
    known = {talk.mark.aliases.short(key) for key in exchange.evidence}
    material = (
        *_fresh(reached.read, known),
        ("found nowhere", "\n".join(nowhere)),
        ("decided by none", tell_undecided(progress.pack.pack, progress)),
    )
    after.say("user", composer.reached(material), purpose=PURPOSE)
    before = progress.ledger
    told = _take_answer(talk, after, progress)
    progress.tell([*progress.left.get("", ()), *told])
    amended = len(progress.ledger.entries) - len(before.entries)
    talk.desk.say(f"{PURPOSE}: {len(reached.read)} things shown, {amended} names more, {after.calls} look-ups")
    after.read[:0] = reached.read
    return after


def foresee_reach(approach: ModelRequest, composer: Composer) -> ModelRequest:
    """The request as far as it can be known before the approach is."""
    after = Exchange(approach)
    after.say("assistant", ({"type": "text", "text": "(the approach)"},))
    after.say("user", composer.reached(()), purpose=PURPOSE)
    return after.request


def list_questions(ledger: Ledger, code: CodeMap, seen: Iterable[Evidence] = ()) -> tuple[Question, ...]:
    """What is asked for the names of a ledger, each once: first the lines of changed functions that were not read.

    Then who calls, tests or renders what changes, how tables are keyed, and who else speaks of an event, parameter or
    route. A name that is new reaches nothing yet; a new column or index does, by its table.
    """
    asked: dict[tuple[str, tuple[tuple[str, str], ...]], Question] = {}
    unread = [name for name, place in _changed_functions(ledger, code) if not _was_read(place, seen)]
    shown = [
        Question("show", {"what": "; ".join(unread[start : start + _AT_ONCE])})
        for start in range(0, len(unread), _AT_ONCE)
    ]
    for question in (*shown, *(each for entry in ledger.entries for each in _ask(entry, code))):
        asked.setdefault((question.tool, tuple(question.arguments.items())), question)
    return tuple(asked.values())


def tell_undecided(pack: SpecPack, progress: Progress) -> str:
    """The requirements and criteria that no decision names, a line for each; empty where there is none.

    A criterion counts as named with the requirement that it proves.
    """
    named = {key for entry in progress.ledger.entries for key in entry.keys}
    served = find_served(pack)
    lines = [f"{asked.id}: {asked.text}" for asked in pack.requirements if asked.id not in named]
    for criterion in pack.criteria:
        proves = {*criterion.requirements, served.get(criterion.id, ("", ""))[0]}
        if criterion.id not in named and not named & proves:
            lines.append(f"{criterion.id}: {criterion.text}")
    return "\n".join(lines)


def _take_answer(talk: Talk, after: Exchange, progress: Progress) -> tuple[str, ...]:
    """Put what is decided now into the ledger; what is to be told of it."""
    try:
        talk.converse(after, AFTER_BOUNDS)
    except ModelError as error:
        if error.reason not in UNUSABLE:
            raise
        return (f"The approach was not held against what it reaches: no usable answer ({error.reason}).",)
    progress.learn(after.evidence)
    text = "".join(str(block["text"]) for block in after.content if block.get("type") == "text")
    _, body = split_fence(talk.mark.aliases.expand_json(text), "ledger")
    try:
        entries = parse_entries(body or "[]")
    except msgspec.DecodeError:
        talk.desk.say(f"{PURPOSE}: the answer holds no ledger that can be read; the approach stands")
        return ()
    there = (f"Approach: {said}" for said in find_existing(entries, progress.pack.context.code))
    return (*progress.decide(entries), *there)


def _fresh(read: Iterable[tuple[str, str]], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What was looked up and holds a line that the model had not seen yet; `known` are the keys of those it had."""
    for asked, shown in read:
        keys = [line.partition(" | ")[0] for line in shown.splitlines() if " | " in line and not line.startswith("#")]
        if any(key.strip() not in known for key in keys if key.strip()):
            yield f"looked up: {asked}", shown


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
        yield Question("callers", {"function": f"{module.name}.{function.name}/{function.arity}"})
        if entry.standing == _CHANGED:
            yield Question("text", {"text": f"{function.name}(", "under": _TESTS})
    elif _TEMPLATE.fullmatch(name):
        yield Question("callers", {"function": name})
    elif _MODULE.fullmatch(name) and (known := _find_module(name, code)) is not None:
        yield Question("users", {"module": known.name})
    elif entry.kind == "route" and (path := _PATH.fullmatch(name)):
        yield Question("routes", {"to": path["path"]})
    elif entry.kind == "telemetry" and (event := ".".join(_ATOMS.findall(name)) or _dotted(name)):
        yield Question("event", {"name": event})
    elif entry.kind in ("topic", "flag"):
        quoted = _QUOTED.search(name)
        yield Question(entry.kind, {"name": quoted["text"] if quoted is not None else name.strip("\":'")})
    elif entry.kind in ("event", "parameter", "assign") and (text := _spoken(name)):
        yield Question("text", {"text": text})


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
