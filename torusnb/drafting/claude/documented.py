"""What the held documentation says of the library mechanisms on which decisions stand, asked for by the program.

A design that relies on how Phoenix, Ecto or Oban behave can be held against the library's own words. What research
found was asked for before anything was decided, so it is general; by now the decisions name functions, rest on lines
that call some, and change functions that call others. Which of these names are a library's, and what its documentation
says of them, the tool `docs` knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from torusnb.drafting.claude.exchange import Bounds, Exchange, Talk
from torusnb.drafting.claude.ledger import Ledger
from torusnb.drafting.claude.progress import Progress
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import MARKER, Evidence, parse_keys
from torusnb.models.messages import DOCUMENTED_HERE, Lookups, ModelRequest
from torusnb.models.modules import Function, Module

DOCUMENTED_BOUNDS = Bounds(calls=48, tokens=6_000, answer=600)
"""What the program asks of the documentation; what finds nothing costs a call and hardly a token."""
MOST_DOCUMENTED = 12
"""Answers that are shown; asked in the order of how much a decision depends on the name."""
TOOL = "docs"

_LONGEST = 560
"""Characters that the tool takes of names and of words."""
_CALLED = re.compile(r"(?<![\w.:@&])(?:(?P<module>[A-Z]\w*(?:\.[A-Z]\w*)*)\.)?(?P<name>[a-z_]\w*[?!]?)\(")
_SAID_MODULE = r"[A-Z]\w*(?:\.[A-Z]\w*)*"
_SAID = re.compile(
    rf"(?<![\w./:-])(?:(?P<module>{_SAID_MODULE})\.)?(?P<name>[a-z_]\w*[?!]?)"
    r"(?:/(?P<arity>\d{1,2})(?![\w/])|(?P<open>\())?"
)
_SAID_MODULES = re.compile(rf"(?<![\w.])(?:{_SAID_MODULE}\.[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|[A-Z][a-z]+)(?![\w.]*\w)")
_TERMS = re.compile(
    r"(?<![\w:])(?P<erlang>:[a-z]\w*\.[a-z]\w*(?:/\d+)?)|(?<![\w-])(?P<binding>phx-[a-z]+(?:-[a-z]+)*)"
    r"|(?<![\w:]):?(?P<option>[a-z]+(?:_[a-z]+)+):?(?![\w/(])"
)
_LINE = re.compile(r"code:(?P<path>.+):(?P<line>\d+)")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


class Asked(Value, frozen=True):
    """What is asked of the documentation: names, and the words of the decision that depends on them.

    Attributes:
        names: Of one, what documents it; of several, the one passage that says most of the words.
    """

    names: tuple[str, ...]
    words: str


def read_documented(talk: Talk, request: ModelRequest, progress: Progress) -> Exchange:
    """What the documentation says, each passage once; nothing where none is held or no name is a library's.

    Of a decision that names a function of which something was said, what else it calls is not asked.

    Args:
        talk: Who is asked.
        request: What the exchange begins with; its purpose stands before each look-up that is told.
        progress: The ledger, the approach, and the lines that were read.
    """
    documented = Exchange(request)
    if not talk.offers(TOOL) or talk.desk.lookups is None:
        return documented
    asked = list_asked(progress.ledger, progress.approach, progress.pack.context.code, progress.usable)
    held = _find_held(talk.desk.lookups, dict.fromkeys(name for each in asked for name in each.names))
    said: set[str] = set()
    answered: set[str] = set()
    for each in asked:
        names = [name for name in each.names if name in held]
        if not names or answered & {*names} or len(documented.read) == MOST_DOCUMENTED:
            continue
        count = len(documented.read)
        arguments = {"name": next(_chunks(names)), "words": _cut(each.words, _LONGEST)}
        talk.read_ahead(documented, TOOL, arguments, DOCUMENTED_BOUNDS)
        shown = {line for _, text in documented.read[count:] for line in text.splitlines() if not line.startswith("#")}
        if shown <= said:
            del documented.read[count:]
        elif len(each.names) == 1:
            answered.update(names)
        said |= shown
    return documented


def _find_held(lookups: Lookups, names: Iterable[str]) -> frozenset[str]:
    """Which of some names the documentation has."""
    held: list[str] = []
    for together in _chunks(names):
        answer = lookups.answer(TOOL, {"name": together, "words": together})
        for line in answer.text.splitlines():
            if line.startswith(DOCUMENTED_HERE):
                held += line.removeprefix(DOCUMENTED_HERE).split("; ")
    return frozenset(held)


def list_asked(ledger: Ledger, approach: str, code: CodeMap, seen: Mapping[str, Evidence]) -> tuple[Asked, ...]:
    """What could be asked, each once: first the functions that a decision or the approach names, one by one.

    Then for each decision the functions that the lines it rests on call, those that the functions around these lines
    and the function it changes call, and the modules and options it speaks of, all together. Which of these names
    belong to a library is not known here.
    """
    names = _Names(code, seen)
    decided = [(entry, f"{entry.decision} {entry.because}") for entry in ledger.entries]
    said = [*decided, *((None, each) for each in _SENTENCE.split(approach) if each.strip())]
    around = [(text, [*names.around(entry.keys if entry is not None else parse_keys(text))]) for entry, text in said]
    named = dict.fromkeys(name for text, _ in around for name in names.said_in(text) if not name.startswith("c:"))
    asked = [
        Asked((name,), _plain(" ".join(text for text, called in around if name in {*names.said_in(text), *called})))
        for name in named
    ]
    for text, called in around:
        together = [*names.said_in(text), *names.modules_in(text), *names.terms_in(text), *called]
        if together:
            asked.append(Asked(tuple(dict.fromkeys(together)), _plain(text)))
    return tuple(dict.fromkeys(asked))


class _Names:
    """Tells which names cannot be the project's own, and how its code calls them."""

    def __init__(self, code: CodeMap, seen: Mapping[str, Evidence]) -> None:
        self._code = code
        self._packages = frozenset(package.name for package in code.packages)
        self._lines: dict[str, dict[int, str]] = {}
        for item in seen.values():
            if item.kind == "code" and item.place is not None:
                self._lines.setdefault(item.place.path, {})[item.place.line] = item.text
        self._own: dict[str, set[str]] = {}
        for module in code.modules.values():
            for function in module.functions:
                self._own.setdefault(function.name, set()).add(module.name)
        calls = Counter(
            (call.name, call.module.rpartition(".")[2])
            for module in code.modules.values()
            for call in module.calls
            if call.module not in self._own.get(call.name, ())
        )
        self._called_as: dict[str, str] = {}
        for (name, tail), _ in sorted(calls.items(), key=lambda each: (-each[1], each[0])):
            self._called_as.setdefault(name, tail)

    def said_in(self, text: str) -> Iterator[str]:
        """The functions that a text names as such: with a module, an arity or a bracket, or in words joined by `_`."""
        for match in _SAID.finditer(MARKER.sub(" ", text)):
            name, module, arity = match["name"], match["module"], match["arity"]
            if module or arity or match["open"] or "_" in name.strip("_"):
                yield from self._foreign(module, name, arity)

    def modules_in(self, text: str) -> Iterator[str]:
        """The modules that a text names and the project does not have; one word alone counts for a locked package."""
        for match in _SAID_MODULES.finditer(MARKER.sub(" ", text)):
            name = match.group()
            telling = "." in name or re.search(r"[a-z][A-Z]", name) or name.lower() in self._packages
            if telling and name not in self._code.modules and name not in self._code.by_tail:
                yield name

    @staticmethod
    def terms_in(text: str) -> Iterator[str]:
        """The bindings, options and functions of Erlang that a text names."""
        for match in _TERMS.finditer(MARKER.sub(" ", text)):
            yield match["erlang"] or match["binding"] or f":{match['option']}"

    def around(self, keys: Iterable[str]) -> Iterator[str]:
        """The functions that some lines of code call, then those that the functions around these lines call."""
        places = [(match["path"], int(match["line"])) for key in keys if (match := _LINE.fullmatch(key))]
        within = [
            (module, path, line)
            for path, line in places
            for module in (self._code.by_path[path].modules if path in self._code.by_path else ())
            if module.line <= line <= module.end_line
        ]
        for module, path, line in within:
            yield from self._called_in(self._lines.get(path, {}).get(line, ""), module)
        for module, _, line in within:
            for function in module.functions:
                if function.line <= line <= function.end_line:
                    yield from self._called_by(module, function)

    def _called_in(self, line: str, module: Module) -> Iterator[str]:
        """The functions that a line of a module calls; one without a module may be of what the module is."""
        for match in _CALLED.finditer(line):
            if match["module"] is not None:
                yield from self._foreign(match["module"], match["name"], None)
            elif module.function(match["name"]) is not None:
                yield f"c:{match['name']}"
            else:
                yield from (f"{_camel(kind)}.{match['name']}" for kind in module.kinds)
                yield match["name"]

    def _called_by(self, module: Module, function: Function) -> Iterator[str]:
        """What a function calls and the project does not define, by the code map and by the lines that were read."""
        for call in module.calls:
            if function.line <= call.line <= function.end_line:
                yield from self._foreign(call.module, call.name, None)
        lines = self._lines.get(module.path, {})
        for number in range(function.line + 1, function.end_line + 1):
            yield from self._called_in(lines.get(number, ""), module)

    def _foreign(self, module: str | None, name: str, arity: str | None) -> Iterator[str]:
        """A function as a library may have it; none for one of the project's own.

        A function of the project that has no module may be a library's callback.
        """
        ending = f"/{arity}" if arity else ""
        if module is not None:
            own = (module,) if module in self._code.modules else self._code.by_tail.get(module, ())
            if not any(each in self._own.get(name, ()) for each in own):
                yield f"{module.rpartition('.')[2] if own else module}.{name}{ending}"
        elif name in self._own:
            yield f"c:{name}{ending}"
        elif name in self._called_as:
            yield f"{self._called_as[name]}.{name}{ending}"
        else:
            yield f"{name}{ending}"


def _camel(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))


def _plain(text: str) -> str:
    return " ".join(MARKER.sub(" ", text).split())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0]


def _chunks(names: Iterable[str]) -> Iterator[str]:
    """Names apart by `;`, as many as one look-up takes."""
    joined = ""
    for name in names:
        if joined and len(joined) + len(name) + 2 > _LONGEST:
            yield joined
            joined = ""
        joined = f"{joined}; {name}" if joined else name
    if joined:
        yield joined
