"""The lines themselves: a function with all its clauses, a module's head and its functions, a range of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from torusnb.context.inquiry.answers import FunctionName
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.implementing import Implementations
from torusnb.lookups.keyed import find_tables, tell_keys
from torusnb.lookups.meant import is_file_name, list_bearers, list_meant
from torusnb.lookups.sheet import MOST_LINES, Sheet
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Context, Trap
from torusnb.models.messages import LACKS
from torusnb.models.modules import Function, Module

_PLACE = re.compile(r"(?P<path>[^\s:]+)(?::(?P<first>\d{1,7})(?:\s*[-–]\s*(?P<last>\d{1,7}))?)?")
_ABOVE = 30
_HEAD = 45
_SHORT_HEAD = 20
_AT_ONCE = 12
_HEADS_OF_FUNCTIONS = 40
_SMALL = 150
_SMALL_ALONE = 210
"""Lines of a module up to which it is shown whole: one of several, and alone."""
_BODIES = 90
"""Lines of a longer module's public functions up to which these are shown whole."""
_MOST_BEARERS, _FEW_BEARERS, _LINES_OF_BEARER = 10, 5, 8
_MOST_AT_ONCE = 6
_CLAUSES = 8
_FOR_NOTES = 0.015
"""The share of an answer's room for each thing's note on how to get its rest."""
_MOST_ENTRIES = 150
_TRAPS = 3
_NEAR = 5
_PATH = re.compile(r"^[./~]|/(?!\d+$)")
"""What is written as a path; `/2` at the end of a name is an arity."""

_ABOUT = re.compile(r"\s*(?:@(?:doc|spec|impl|deprecated|decorate)\b|attr[ (]|slot[ (])")
"""What stands above a function and belongs to it."""

_COMMENT = re.compile(r"\s*#")


class Showing:
    """Shows definitions and lines of one checkout, with what context capture found out about them."""

    def __init__(
        self, code: CodeMap, inquiry: Inquiry, text: CheckoutText, context: Context, implementations: Implementations
    ) -> None:
        """The definitions of that map; `context` knows traps and tests, `implementations` who answers a callback."""
        self._code = code
        self._inquiry = inquiry
        self._text = text
        self._context = context
        self._implementations = implementations

    def show(self, sheet: Sheet, what: str) -> None:
        """Functions, modules, files, ranges of lines or folders, several apart by `;`.

        Raises:
            InputError: The only thing that is asked for does not exist; of several that is told in its place.
        """
        asked = list(dict.fromkeys(part.strip() for part in what.split(";") if part.strip()))
        wanted = asked[:_MOST_AT_ONCE]
        if len(wanted) == 1:
            self._show(sheet, wanted[0], alone=True)
            return
        sizes = []
        for one in wanted:
            alone = Sheet(self._text)
            self._try(alone, one)
            sizes.append(alone.used)
        for at, one in enumerate(wanted):
            room = 1.0 - sheet.used - _FOR_NOTES * len(wanted[at:])
            sheet.allow(share_room(sizes[at:], room)[0])
            self._try(sheet, one)
        if len(asked) > len(wanted):
            left = "; ".join(asked[_MOST_AT_ONCE:])
            sheet.say(f"{_MOST_AT_ONCE} things are shown at once; ask again for {left}")

    def _try(self, sheet: Sheet, what: str) -> None:
        try:
            self._show(sheet, what)
        except InputError as error:
            sheet.say(error.message)

    def _show(self, sheet: Sheet, what: str, *, alone: bool = False) -> None:
        match = _PLACE.fullmatch(what.removeprefix("code:").removeprefix("guide:").removeprefix("./"))
        path = match["path"] if match is not None else ""
        if match is not None and path in self._code.paths:
            first = int(match["first"] or 1)
            self._range(sheet, path, first, int(match["last"]) if match["last"] else first + MOST_LINES)
        elif self._is_folder(path):
            self._folder(sheet, path.rstrip("/"))
        elif _PATH.search(what) or is_file_name(path):
            self._meant(sheet, what, path)
        elif self._implementations.shows(sheet, what):
            return
        elif bearers := list_bearers(what, self._code, self._inquiry.names):
            self._bearers(sheet, what, bearers, alone=alone)
        elif self._inquiry.names.is_function(what):
            self._functions(sheet, self._inquiry.names.function(what))
        else:
            self._module(sheet, self._inquiry.names.module(what), alone=alone)

    def _meant(self, sheet: Sheet, what: str, path: str) -> None:
        """The lines of the one file that a wrong path means; otherwise what it may mean."""
        meant = list_meant(path, self._text.paths) if path else ()
        if len(meant) == 1:
            sheet.say(f"there is no {path}; what follows is {meant[0]}")
            self._show(sheet, what.replace(path, meant[0], 1))
            return
        if not meant and (folder := self._text.lacks(path)):
            raise InputError(f"{what} cannot be shown: {LACKS} {folder}/ at all")
        near = ", ".join(meant[:_NEAR] or self._near(what)) or "nothing"
        raise InputError(f"no file of the checkout that may be shown is called {what}; near it: {near}")

    def _bearers(self, sheet: Sheet, what: str, bearers: tuple[str, ...], *, alone: bool) -> None:
        """The only thing that a name can mean; of several, each with its first lines."""
        if len(bearers) == 1:
            sheet.say(f"{what} means {bearers[0]}: no other module of that name has it")
            self._show(sheet, bearers[0], alone=alone)
            return
        sheet.say(f"{len(bearers)} are called {what}; ask for one by its whole name, its beginning is:")
        most = _LINES_OF_BEARER if len(bearers) <= _FEW_BEARERS else 1
        for name in bearers[:_MOST_BEARERS]:
            module = self._code.modules[name.rpartition(".")[0] if "/" in name else name]
            last = name.rpartition(".")[2]
            function = module.function(*_split_name(last)) if "/" in name else None
            first, end = (function.line, function.end_line) if function else (module.line, module.end_line)
            sheet.say(f"{name}: {module.path}, lines {first} to {end}")
            self._lines(sheet, module.path, range(first, min(end, first + most - 1) + 1))
        if len(bearers) > _MOST_BEARERS:
            sheet.say(f"and {', '.join(bearers[_MOST_BEARERS : 2 * _MOST_BEARERS])}")

    def _is_folder(self, path: str) -> bool:
        return "/" in path and next(self._text.below(path), None) is not None

    def _near(self, path: str) -> list[str]:
        found = process.extract(path.partition(":")[0], self._text.paths, scorer=fuzz.ratio, limit=_NEAR)
        return sorted(name for name, _, _ in found)

    def _range(self, sheet: Sheet, path: str, first: int, last: int) -> None:
        if not self._text.may_read(path):
            raise InputError(f"{path} is not shown: such files hold secrets")
        count = len(self._text.lines(path))
        if not count or not any(line != "" for line in self._text.lines(path)):
            raise InputError(f"{path} {self._text.tell_blank(path) or 'cannot be read'}")
        if first > count or last < first:
            raise InputError(f"{path} has {count} lines; ask for lines between 1 and {count}")
        sheet.say(f"{path}, lines {first} to {min(last, count)} of {count}{self._owner(path, first)}")
        self._lines(sheet, path, range(first, min(last, count) + 1))

    def _owner(self, path: str, line: int) -> str:
        """Whose lines they are, where the outline tells."""
        module = self._inquiry.sources[path].module_at(line) if path in self._code.by_path else None
        if module is None:
            return ""
        around = [f for f in module.functions if f.line <= line <= f.end_line]
        return f", in {module.name}" + (f".{around[-1].name}/{around[-1].arity}" if around else "")

    @staticmethod
    def _lines(sheet: Sheet, path: str, numbers: Sequence[int]) -> None:
        fresh = [number for number in numbers if not sheet.has_line(path, number)]
        if len(fresh) < len(numbers):
            sheet.say(f"{len(numbers) - len(fresh)} of these lines stand above")
        for at, number in enumerate(fresh):
            if sheet.is_full and not sheet.fits(path, fresh[at:]):
                sheet.say(f"the rest from line {number}: show {path}:{number}")
                return
            sheet.quote(path, number, indented=True)

    def _folder(self, sheet: Sheet, folder: str) -> None:
        paths = list(self._text.below(folder))
        sheet.say(f"{folder}/: {len(paths)} files")
        for path in paths[:_MOST_ENTRIES]:
            outline = self._code.by_path.get(path)
            if outline is not None and outline.modules:
                sheet.quote(path, outline.modules[0].line)
            else:
                sheet.say(path)

    def _functions(self, sheet: Sheet, wanted: FunctionName) -> None:
        module = self._code.modules[wanted.module]
        found = [f for f in module.functions if f.name == wanted.name and (not wanted.arities or _takes(f, wanted))]
        if not found:
            sheet.say(f"{wanted} is called, but defined by no line of the checkout: a macro or a library gives it")
            return
        for function in found:
            clauses = "1 clause" if function.clauses == 1 else f"{function.clauses} clauses"
            told = f"{function.kind}, {clauses}, lines {function.line} to {function.end_line} of {module.path}"
            sheet.say(f"{module.name}.{function.name}/{function.arity}: {told}")
            self._lines(sheet, module.path, range(self._begin(function, module), function.end_line + 1))
        self._known(sheet, module, found[0].name)
        spoken = (self._text.line(module.path, n) for f in found for n in range(f.line, f.end_line + 1))
        tell_keys(sheet, self._inquiry, find_tables(spoken, module, self._code))

    def _module(self, sheet: Sheet, module: Module, *, alone: bool) -> None:
        """A module that fits whole, or its head and its functions, and the bodies of its public ones if these are few.

        What is asked for alone may be longer than one of several.
        """
        kinds = f" ({', '.join(module.kinds)})" if module.kinds else ""
        sheet.say(f"{module.name}{kinds}: {module.path}, lines {module.line} to {module.end_line}")
        self._known(sheet, module, "")
        self._implementations.tell(sheet, module)
        if module.end_line - module.line < (_SMALL_ALONE if alone else _SMALL):
            self._lines(sheet, module.path, range(module.line, module.end_line + 1))
            return
        own = sorted(module.functions, key=lambda function: function.line)
        begin = min((self._begin(function, module) for function in own), default=module.end_line + 1)
        public = [function for function in own if function.public]
        listed = public if len(public) <= _HEADS_OF_FUNCTIONS else []
        last = min(begin - 1, module.line + (_HEAD if listed or not own else _SHORT_HEAD))
        self._lines(sheet, module.path, range(module.line, last + 1))
        if last < begin - 1:
            sheet.say(f"the head goes on: show {module.path}:{last + 1}-{begin - 1}")
        if own:
            sheet.say(
                f"{len(own)} functions, {len(public)} public; show {module.name}.NAME/ARITY gives the lines of one"
            )
        bodies = sum(function.end_line - function.line + 1 for function in listed) <= _BODIES
        for function in listed:
            if bodies:
                self._lines(sheet, module.path, range(self._begin(function, module), function.end_line + 1))
                continue
            clauses = self._clauses(function, module)
            for line in clauses[:_CLAUSES]:
                sheet.quote(module.path, line)
            if len(clauses) > _CLAUSES:
                sheet.say(f"{len(clauses) - _CLAUSES} more clauses of {function.name}/{function.arity}")
        others = [function for function in own if function.public and not listed]
        others += [function for function in own if not function.public]
        for start in range(0, len(others), _AT_ONCE):
            some = others[start : start + _AT_ONCE]
            sheet.say(", ".join(f"{f.kind} {f.name}/{f.arity} {f.line}" for f in some))

    def _clauses(self, function: Function, module: Module) -> list[int]:
        """The first lines of a function's clauses."""
        if function.clauses == 1:
            return [function.line]
        begins = re.compile(rf"\s*{function.kind}\s+{re.escape(function.name)}(?![\w?!])")
        numbers = range(function.line, function.end_line + 1)
        return [n for n in numbers if begins.match(self._text.line(module.path, n) or "")] or [function.line]

    def _begin(self, function: Function, module: Module) -> int:
        """The line at which a function's documentation begins, at most 30 lines above."""
        before = [other.end_line for other in module.functions if other.end_line < function.line]
        least = max([*before, module.line, function.line - _ABOVE - 1]) + 1
        above = range(least, function.line)
        begin = next((n for n in above if _ABOUT.match(self._text.line(module.path, n) or "")), function.line)
        while begin > least and _COMMENT.match(self._text.line(module.path, begin - 1) or ""):
            begin -= 1
        return begin

    def _known(self, sheet: Sheet, module: Module, function: str) -> None:
        """What context capture knows of a module: its tests, and the traps that lie there."""
        tests = self._context.tests.get(module.path, ())
        if tests:
            sheet.say(f"tested by {', '.join(tests)}")
        traps = [trap for trap in self._context.traps if trap.module == module.name and _concerns(trap, function)]
        for trap in traps[:_TRAPS]:
            sheet.say(f"trap, {trap.severity}: {trap.what} {trap.remedy}")
            path, _, line = trap.evidence[0].removeprefix("code:").rpartition(":")
            if line.isdecimal():
                sheet.quote(path, int(line))


def share_room(sizes: Sequence[float], room: float) -> list[float]:
    """How much of the room each may take: the small ones all they need, the others the same of what is left."""
    shares = [0.0] * len(sizes)
    left = max(0.0, room)
    for done, at in enumerate(sorted(range(len(sizes)), key=lambda n: (sizes[n], n))):
        shares[at] = min(sizes[at], left / (len(sizes) - done))
        left -= shares[at]
    return shares


def _takes(function: Function, wanted: FunctionName) -> bool:
    return any(function.arity - function.defaults <= arity <= function.arity for arity in wanted.arities)


def _split_name(name: str) -> tuple[str, int]:
    """`name/1` as name and arity."""
    bare, _, arity = name.partition("/")
    return bare, int(arity)


def _concerns(trap: Trap, function: str) -> bool:
    return not function or trap.symbol.partition("/")[0] == function
