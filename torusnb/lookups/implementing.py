"""Behaviours: the modules that answer a callback, and the lines that call it through a variable."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.sheet import Sheet
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Function, Module

_MOST_MEMBERS, _MOST_CALLBACKS = 8, 4
_MOST_LINES = 12
_FEW_ELSEWHERE = 4
"""Lines in files that speak of none of the kin up to which they are told: of a common name they mean anything."""
_CALLBACK = re.compile(r"\s*@(?:macro)?callback\s+(?P<name>[a-z_]\w*[?!]?)\s*(?P<rest>\(?.*)")
_LINES_OF_SPEC = 12
_NAME = re.compile(r"(?:(?P<module>[A-Z][\w.]*)\.)(?P<name>[a-z_]\w*[?!]?)(?:/(?P<arity>\d+))?")
_BEHAVIOUR = "behaviour"


@dataclass(frozen=True)
class Callback:
    """A callback of a behaviour: who asks for it, its name and arity, the line that declares it."""

    owner: Module
    name: str
    arity: int
    line: int

    def is_answered_by(self, function: Function) -> bool:
        """Whether a function is what the callback asks for."""
        return function.public and function.name == self.name and function.arity == self.arity


class Implementations:
    """Who answers the callbacks of one checkout's behaviours, by `@behaviour` or by a `use` that sets it."""

    def __init__(self, code: CodeMap, text: CheckoutText) -> None:
        """The behaviours of that map."""
        self._code = code
        self._text = text

    def tell(self, sheet: Sheet, module: Module) -> None:
        """The modules that implement a behaviour, each with the heads of what answers its callbacks; else nothing."""
        if _BEHAVIOUR in module.kinds:
            self._tell_members(sheet, module, self._callbacks(module))

    def shows(self, sheet: Sheet, function: str) -> bool:
        """Show a callback's declaration and who answers it; whether the name is that of one and of no function."""
        found = self._find(function)
        if not found:
            return False
        owner = found[0].owner
        for each in found:
            sheet.say(f"{owner.name}.{each.name}/{each.arity} is a callback, declared in {owner.path}")
            for line in self._lines_of(each):
                sheet.quote(owner.path, line, indented=True)
        self._tell_members(sheet, owner, found)
        return True

    def callers(self, sheet: Sheet, function: str) -> bool:
        """Show who answers a callback and who calls it through a variable; whether the name is that of a callback."""
        if not self.shows(sheet, function):
            return False
        for each in self._find(function):
            self._tell_through(sheet, each, found_none=True)
        return True

    def through(self, sheet: Sheet, module: Module, functions: Iterable[Function]) -> None:
        """For functions that answer a callback of the checkout, the lines that call it through a variable."""
        for owner in self._owners.get(module.name, ()):
            for each in self._callbacks(self._code.modules[owner]):
                if any(each.is_answered_by(function) for function in functions):
                    sheet.say(f"{module.name} answers the callback {owner}.{each.name}/{each.arity}")
                    self._tell_through(sheet, each)

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        """Behaviour of the checkout to the modules that implement it, sorted."""
        modules = self._code.modules
        given = {name: frozenset(_injected(module)) for name, module in modules.items()}
        found: dict[str, set[str]] = defaultdict(set)
        for name, module in modules.items():
            for reference in module.references:
                owners = given.get(reference.module, frozenset()) if reference.kind == "use" else frozenset()
                owners |= {reference.module} if reference.kind == _BEHAVIOUR else frozenset()
                for owner in owners - given[name]:
                    if owner in modules and owner != name and _BEHAVIOUR in modules[owner].kinds:
                        found[owner].add(name)
        return {owner: tuple(sorted(names)) for owner, names in found.items()}

    @cached_property
    def _owners(self) -> dict[str, tuple[str, ...]]:
        """Module to the behaviours of the checkout that it implements, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for owner in sorted(self._members):
            for name in self._members[owner]:
                found[name].append(owner)
        return {name: tuple(owners) for name, owners in found.items()}

    def _callbacks(self, module: Module) -> tuple[Callback, ...]:
        lines = self._text.lines(module.path)
        found = []
        for number in range(module.line, min(module.end_line, len(lines)) + 1):
            match = _CALLBACK.match(lines[number - 1] or "")
            if match is not None:
                following = (line or "" for line in lines[number : number + _LINES_OF_SPEC - 1])
                arity = count_arguments(" ".join((match["rest"], *following)))
                found.append(Callback(module, match["name"], arity or 0, number))
        return tuple(found)

    def _find(self, function: str) -> tuple[Callback, ...]:
        """The callbacks of a name that no function of the behaviour's own bears; none for any other name."""
        match = _NAME.fullmatch(function.strip().removeprefix("&"))
        if match is None:
            return ()
        name = match["module"]
        homes = (name,) if name in self._code.modules else self._code.by_tail.get(name, ())
        owner = self._code.modules[homes[0]] if len(homes) == 1 else None
        if owner is None or _BEHAVIOUR not in owner.kinds or owner.function(match["name"]) is not None:
            return ()
        arity = int(match["arity"]) if match["arity"] else None
        named = (each for each in self._callbacks(owner) if each.name == match["name"])
        return tuple(each for each in named if arity is None or each.arity == arity)

    def _lines_of(self, callback: Callback) -> Iterator[int]:
        """The lines of a callback's declaration: up to the one that closes it."""
        depth = 0
        for number in range(callback.line, min(callback.line + _LINES_OF_SPEC, callback.owner.end_line)):
            line = self._text.line(callback.owner.path, number) or ""
            yield number
            depth += sum(sign in "([{" for sign in line) - sum(sign in ")]}" for sign in line)
            if depth <= 0 and not line.rstrip().endswith(("::", "|", ",")):
                return

    def _tell_members(self, sheet: Sheet, owner: Module, callbacks: Sequence[Callback]) -> None:
        members = self._members.get(owner.name, ())
        if not callbacks or not members:
            return
        counted = "1 module implements it" if len(members) == 1 else f"{len(members)} modules implement it"
        sheet.say(f"{counted}: {', '.join(members)}")
        for name in members[:_MOST_MEMBERS]:
            module = self._code.modules[name]
            answering = [f for f in module.functions if any(each.is_answered_by(f) for each in callbacks)]
            for function in answering[:_MOST_CALLBACKS]:
                sheet.say(f"{name}.{function.name}/{function.arity}, lines {function.line} to {function.end_line}")
                sheet.quote(module.path, function.line)

    def _tell_through(self, sheet: Sheet, callback: Callback, *, found_none: bool = False) -> None:
        kin = {callback.owner.path, *(self._code.modules[n].path for n in self._members.get(callback.owner.name, ()))}
        near, far = list[tuple[str, int]](), list[tuple[str, int]]()
        for module in sorted(self._code.modules.values(), key=lambda each: (each.path, each.line, each.name)):
            path = module.path
            of_kin = path in kin or bool(_spoken(module) & self._kin(callback))
            for number in self._dispatches(path, module, callback):
                (near if of_kin else far).append((path, number))
        told = list(dict.fromkeys([*near, *(far if len(far) <= _FEW_ELSEWHERE else [])]))
        if told:
            more = f", the first {_MOST_LINES}" if len(told) > _MOST_LINES else ""
            sheet.say(f"may call it through a variable or a configured module: {len(told)}{more}")
        elif found_none:
            sheet.say("no line is seen that calls it through a variable")
        for path, number in told[:_MOST_LINES]:
            sheet.quote(path, number)

    def _kin(self, callback: Callback) -> frozenset[str]:
        return frozenset((callback.owner.name, *self._members.get(callback.owner.name, ())))

    def _dispatches(self, path: str, module: Module, callback: Callback) -> Iterator[int]:
        """The lines of a module that call a function of that name and arity on what is no name of a module."""
        name = re.escape(callback.name)
        pattern = re.compile(
            rf"(?<![\w.:@])[a-z_@][\w.\[\]():@!?]*\.{name}\((?P<given>.*)|\bapply\(\s*[^A-Z:]*:{name}\s*,\s*\[(?P<listed>.*)"
        )
        if callback.name not in self._text.read(path):
            return
        lines = self._text.lines(path)
        for number in range(module.line, min(module.end_line, len(lines)) + 1):
            line = lines[number - 1] or ""
            match = pattern.search(line) if callback.name in line and not line.lstrip().startswith("#") else None
            if match is None:
                continue
            given, closing = (match["given"], ")") if match["given"] is not None else (match["listed"], "]")
            count = count_arguments(f"({given}", closing)
            piped = line[: match.start()].rstrip().endswith("|>")
            if count is None or count == callback.arity - piped:
                yield number


def count_arguments(text: str, closing: str = ")") -> int | None:
    """How many arguments stand in the brackets that a text begins with; None where they are not closed in it."""
    if not text.startswith("("):
        return 0
    depth, count, said = 0, 0, False
    for sign in text[1:]:
        if depth == 0 and sign == closing:
            return count + said
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign == ",":
            count += 1
        elif not sign.isspace():
            said = True
    return None


def _injected(module: Module) -> Iterator[str]:
    """The behaviours that `use` of the module gives: those that stand in its `__using__`."""
    macro = module.function("__using__")
    if macro is not None:
        for reference in module.references:
            if reference.kind == _BEHAVIOUR and macro.line <= reference.line <= macro.end_line:
                yield reference.module


def _spoken(module: Module) -> frozenset[str]:
    """The modules that a module names in any way."""
    spoken = (*(call.module for call in module.calls), *(reference.module for reference in module.references))
    return frozenset((*module.mentions, *spoken))
