"""Symbols: what a quoted line belongs to, with a hash that reformatting or a move does not change."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from torusnb.context.changes.hashing import hash_source
from torusnb.context.changes.layout import Layout
from torusnb.context.map.guides import parse_guide
from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import FileOutline
from torusnb.models.modules import Module

_PART_NAME = re.compile(r"@\w+|[\w.!]+\s*\(?\s*[^\s,()]+|\S+")
_MOST_ALIKE = 200  # statements of one name in a file; more are no names
_BODY = re.compile(r"(?:use|@behaviour|@moduledoc|defstruct|@type|@enforce_keys)\b")
_ELIXIR = (".ex", ".exs")
GUIDE = (".md", ".markdown")


@dataclass(frozen=True)
class Piece:
    """A symbol as it stands in a file: its name, its lines (1-based, both ends counted in) and their text."""

    name: str
    line: int
    end_line: int
    text: str
    path: str

    @cached_property
    def sha256(self) -> str:
        """The hash of the text."""
        return hash_source(self.text, self.path)

    @cached_property
    def solid(self) -> str:
        """The text without any white space; where this differs, so do the hashes."""
        return "".join(self.text.split())


class SourceSymbols:
    """The symbols of one file."""

    def __init__(self, path: str, text: str, outline: FileOutline | None = None) -> None:
        """The symbols of a text; the outline of Elixir source is read from it unless it is given."""
        self.path = path
        self._text = text.replace("\r\n", "\n").removeprefix("\ufeff")
        self._lines = self._text.split("\n")
        self._outline = outline
        self._layout = Layout(self._text)

    def line(self, number: int) -> str:
        """A line without its indentation; empty outside the file."""
        return self._lines[number - 1].strip() if 0 < number <= len(self._lines) else ""

    def at(self, line: int) -> Piece | None:
        """What a line belongs to; None for a line outside the file.

        In Elixir source this is the function with all its clauses, else the schema, else the whole statement of the
        module's body together with the heads of the blocks it stands in. For the line that opens a module it is what
        the module says of itself (`use`, `@behaviour`, `@moduledoc` and the like). In a guide it is the section, in
        `mix.lock` the package, elsewhere the whole file.
        """
        if not 0 < line <= len(self._lines):
            return None
        if self.path.endswith(GUIDE):
            return self._section(line)
        if self._is_lock:
            return Piece(_part_name(self.line(line)), line, line, self.line(line), self.path)
        if not self.path.endswith(_ELIXIR):
            return Piece(self.path, 1, len(self._lines), self._text, self.path)
        enclosing = [piece for piece in self._functions if piece.line <= line <= piece.end_line]
        if enclosing:
            return min(enclosing, key=lambda piece: piece.end_line - piece.line)
        schema = next((piece for piece in self._schemas if piece.line <= line <= piece.end_line), None)
        if schema is not None:
            return schema
        start = self._layout.start(line)
        opened = next((module for module in self._modules if module.line == start), None)
        return self._body(opened) if opened is not None else self._part(start)

    def named(self, name: str) -> tuple[Piece, ...]:
        """Every symbol of that name, in the order of their lines; for a function that has none its other arities."""
        if self.path.endswith(GUIDE):
            found = [piece for piece in self._sections if piece.name == name]
        elif not self.path.endswith(_ELIXIR):
            numbers = range(1, len(self._lines) + 1 if self._is_lock else 2)
            found = [piece for number in numbers if (piece := self.at(number)) is not None and piece.name == name]
        else:
            found = [piece for piece in (*self._functions, *self._schemas, *self._bodies) if piece.name == name]
            bare = _without_arity(name)
            others = (piece for piece in self._functions if bare and _without_arity(piece.name) == bare)
            found = found or list(others) or self._parts(name)
        return tuple(found)

    def like(self, name: str) -> tuple[Piece, ...]:
        """Every symbol that may say what a symbol of that name says.

        For a function these are the functions called so in any module, for a section the sections, otherwise the
        schemas and the modules.
        """
        if self.path.endswith(GUIDE):
            return self._sections
        function = bare_function(name)
        if not function:
            return (*self._schemas, *self._bodies)
        return tuple(piece for piece in self._functions if bare_function(piece.name) == function)

    @property
    def _is_lock(self) -> bool:
        return self.path.rpartition("/")[2] == "mix.lock"

    @cached_property
    def _modules(self) -> tuple[Module, ...]:
        if not self.path.endswith(_ELIXIR):
            return ()
        source = self._text.encode("utf-8", "surrogateescape")
        known = self._outline
        if known is None or known.sha256 != hashlib.sha256(source).hexdigest():
            known = parse_file(self.path, source)  # the file was changed, or vanished, since it was outlined
        return known.modules

    @cached_property
    def _functions(self) -> tuple[Piece, ...]:
        return tuple(
            self._piece(f"{module.name}.{function.name}/{function.arity}", function.line, function.end_line)
            for module in self._modules
            for function in module.functions
        )

    @cached_property
    def _schemas(self) -> tuple[Piece, ...]:
        """Each schema from its head to its `end`."""
        return tuple(
            self._piece(f"{module.name} schema", module.schema.line, self._layout.block_end(module.schema.line))
            for module in self._modules
            if module.schema is not None
        )

    @cached_property
    def _bodies(self) -> tuple[Piece, ...]:
        return tuple(self._body(module) for module in self._modules)

    def _body(self, module: Module) -> Piece:
        """The line that opens the module, and what it says of itself."""
        inside = self._layout.depths[module.line : module.end_line - 1]
        base = min((depth for depth in inside if depth >= 0), default=0)
        kept = [self._lines[module.line - 1]]
        number = module.line + 1
        while number <= min(module.end_line, len(self._lines)):
            opens = self._layout.depths[number - 1] == base
            end = self._layout.block_end(number) if opens else number
            if opens and _BODY.match(self.line(number)):
                kept.extend(self._lines[number - 1 : end])
            number = end + 1
        return Piece(module.name, module.line, module.line, "\n".join(kept), self.path)

    def _parts(self, name: str) -> list[Piece]:
        """The statements outside functions and schemas that are called so."""
        covered = {n for piece in (*self._functions, *self._schemas) for n in range(piece.line, piece.end_line + 1)}
        numbers = (number for number in range(1, len(self._lines) + 1) if number not in covered and self.line(number))
        begun = (number for number in numbers if self._layout.start(number) == number)
        called = (number for number in begun if self._name_of_part(number) == name)
        return [self._part(number) for number in islice(called, _MOST_ALIKE)]

    def _name_of_part(self, line: int) -> str:
        owner = max((m for m in self._modules if m.line <= line <= m.end_line), key=lambda m: m.line, default=None)
        return f"{owner.name if owner else self.path} {_part_name(self.line(line))}"

    def _part(self, line: int) -> Piece:
        end = self._layout.block_end(line)
        text = "\n".join([*self._layout.openers(line), *self._lines[line - 1 : end]])
        return Piece(self._name_of_part(line), line, end, text, self.path)

    def _piece(self, name: str, line: int, end_line: int) -> Piece:
        return Piece(name, line, end_line, "\n".join(self._lines[line - 1 : end_line]), self.path)

    @cached_property
    def _sections(self) -> tuple[Piece, ...]:
        return tuple(
            Piece(
                section.heading, section.line, section.line + section.text.count("\n") + 1,
                f"{section.heading}\n{section.text}", self.path,
            )
            for section in parse_guide(self._text, self.path).sections
        )  # fmt: skip

    def _section(self, line: int) -> Piece | None:
        return next((piece for piece in reversed(self._sections) if piece.line <= line), None)


def _without_arity(name: str) -> str:
    function, slash, _ = name.rpartition("/")
    return function if slash else ""


def bare_function(name: str) -> str:
    """A function's name without its module and arity; empty for the name of anything else."""
    return _without_arity(name).rpartition(".")[2]


def _part_name(line: str) -> str:
    """What a statement is called: an attribute's name, otherwise its first word and argument."""
    match = _PART_NAME.match(line)
    return " ".join(match.group().rstrip(":").replace("(", " ").split()) if match else line[:60]
