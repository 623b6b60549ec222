"""A migration's steps while they are gathered: function by function, then in the order in which they are applied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

import msgspec
from msgspec.structs import replace

from torusnb.models.database import Migration, Step

_VERSION = re.compile(r"^(\d{8,})")
_MARK = "\x00"
_DEPTH = 6
_MOST_VISITS = 5_000  # functions that call each other twenty times over would grow without end
_MOST_STEPS = 50_000


def variable(name: str) -> str:
    """The mark for a name that only a call of the function tells."""
    return _MARK + name


@dataclass(frozen=True, slots=True)
class Visit:
    """A call of one of the migration's own functions, with what it passes."""

    name: str
    arguments: tuple[str, ...]


@dataclass(slots=True)
class Routine:
    """One clause of a migration's function: its parameters as written, and what it does."""

    parameters: tuple[str, ...]
    steps: list[Step | Visit] = field(default_factory=list)


@dataclass(slots=True)
class MigrationDraft:
    """A migration so far.

    Attributes:
        routines: Function name to its clauses.
        current: The steps of the clause that is being read.
        undone: Byte ranges that hold what is done only when the migration is rolled back.
        prefix: That of the table whose block was opened last.
        visits: How often functions were put in the place of their calls.
    """

    name: str
    line: int
    concurrent: bool = False
    routines: dict[str, list[Routine]] = field(default_factory=dict)
    current: list[Step | Visit] = field(default_factory=list)
    undone: list[tuple[int, int]] = field(default_factory=list)
    body: int = 0
    prefix: str = ""
    visits: int = 0

    def begin(self, name: str, parameters: tuple[str, ...], body: int) -> None:
        """What follows stands in a clause of that function, whose body begins at the byte `body`."""
        self.body = body
        routine = Routine(parameters)
        self.routines.setdefault(name, []).append(routine)
        self.current = routine.steps

    def is_undone(self, position: int) -> bool:
        """Whether what stands at the byte is left out when the migration is applied, or no part of a body."""
        return position < self.body or any(start <= position < end for start, end in self.undone)

    def freeze(self, path: str) -> Migration:
        """The outline's migration; its version is the number that the file's name begins with."""
        version = _VERSION.match(PurePosixPath(path).name)
        steps = tuple(islice(self._applied(), _MOST_STEPS))
        changed = ("alter_table", "rename_table", "rename_column")
        return Migration(
            version=version[1] if version else "",
            name=self.name,
            path=path,
            line=self.line,
            creates=_tables(steps, "create_table"),
            alters=_tables(steps, *changed),
            drops=_tables(steps, "drop_table"),
            columns=tuple(s.column for s in steps if s.kind in ("add", "modify") and s.column is not None),
            indexes=tuple(s.index for s in steps if s.kind == "create_index" and s.index is not None),
            concurrent=self.concurrent,
            removes=tuple(s.column for s in steps if s.kind == "remove" and s.column is not None),
            constraints=tuple(s.constraint for s in steps if s.constraint is not None),
            steps=steps,
        )

    def _applied(self) -> Iterator[Step]:
        entries: list[str] = [name for name in ("change", "up") if name in self.routines]
        entries = entries or list(self.routines)
        for name in entries:
            for routine in self.routines[name]:
                yield from self._expanded(routine, {}, _DEPTH)

    def _expanded(self, routine: Routine, values: dict[str, str], depth: int) -> Iterator[Step]:
        """The routine's steps with those of the functions it calls in their place, parameters filled in."""
        for step in routine.steps:
            if isinstance(step, Step):
                yield _filled(step, values)
                continue
            given = tuple(_value(text, values) for text in step.arguments)
            for called in self.routines.get(step.name, ()) if depth else ():
                if step.name in ("change", "up", "down") or self.visits == _MOST_VISITS:
                    continue
                if _fits(called.parameters, given):
                    self.visits += 1
                    yield from self._expanded(called, dict(zip(called.parameters, given, strict=False)), depth - 1)


def _fits(parameters: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether a clause takes the values; a literal parameter takes only itself."""
    if len(given) > len(parameters):
        return False
    pairs = zip(parameters, given, strict=False)
    return not any(p[:1] in ':"' and p.strip(':"') != value for p, value in pairs)


def _value(text: str, values: dict[str, str]) -> str:
    return values.get(text[1:], text[1:]) if text.startswith(_MARK) else text


def _filled(step: Step, values: dict[str, str]) -> Step:
    def fill(value: object) -> object:
        if isinstance(value, str):
            return _value(value, values)
        if isinstance(value, dict):
            return {key: fill(part) for key, part in value.items()}
        return [fill(part) for part in value] if isinstance(value, (list, tuple)) else value

    if step.prefix.startswith(_MARK):  # one that no call tells is no prefix that another step could mean
        step = replace(step, prefix=values.get(step.prefix[1:], ""))
    plain = msgspec.json.encode(step)
    return msgspec.convert(fill(msgspec.to_builtins(step)), Step) if b"\\u0000" in plain else step


def _tables(steps: tuple[Step, ...], *kinds: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.table for step in steps if step.kind in kinds))
