"""Symbols: what a quoted line belongs to, with a hash that reformatting or a move does not change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from torusnb.context.map.guides import parse_guide
from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import FileOutline, Module
from torusnb.models.knowledge import Symbol
from torusnb.models.record import Footing

_SPACE = re.compile(r"(?<!\w)\s+|\s+(?!\w)")
_PART_NAME = re.compile(r"@\w+|[\w.!]+\s*\(?\s*[^\s,()]+|\S+")
_CLOSER = re.compile(r'(?:end|else|rescue|catch|after)\b|[\])}]|"""')
_MOST_ALIKE = 200  # statements of one name in a file; more are no names
_LAST_CLOSER = re.compile(r'end\b|[\])}]|"""')
_BODY = re.compile(r"(?:use|@behaviour|@moduledoc|defstruct|@type|@enforce_keys)\b")
_ELIXIR = (".ex", ".exs")
_GUIDE = (".md", ".markdown")


@dataclass(frozen=True)
class Piece:
    """A symbol as it stands in a file: its name, its lines (1-based, both ends counted in) and their text."""

    name: str
    line: int
    end_line: int
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text."""
        return hash_source(self.text)


def hash_source(text: str) -> str:
    """Hex SHA-256 of source text; indentation, line breaks and blanks beside a sign are left out.

    So neither another line length nor another indentation changes it. Blanks between two words count.
    """
    bare = re.sub(r"\s+", " ", _SPACE.sub("", text.strip()))
    return hashlib.sha256(bare.encode("utf-8", "surrogateescape")).hexdigest()


class SourceSymbols:
    """The symbols of one file."""

    def __init__(self, path: str, text: str, outline: FileOutline | None = None) -> None:
        """The symbols of a text; the outline of Elixir source is read from it unless it is given."""
        self.path = path
        self._text = text.replace("\r\n", "\n").removeprefix("\ufeff")
        self._lines = self._text.split("\n")
        self._outline = outline

    def line(self, number: int) -> str:
        """A line without its indentation; empty outside the file."""
        return self._lines[number - 1].strip() if 0 < number <= len(self._lines) else ""

    def at(self, line: int) -> Piece | None:
        """What a line belongs to; None for a line outside the file.

        In Elixir source this is the function with all its clauses, else the schema, else the statement of the module's
        body together with the heads of the blocks it stands in. For the line that opens a module it is what the module
        says of itself (`use`, `@behaviour`, `@moduledoc` and the like). In a guide it is the section, in `mix.lock` the
        package, elsewhere the whole file.
        """
        if not 0 < line <= len(self._lines):
            return None
        if self.path.endswith(_GUIDE):
            return self._section(line)
        if self._is_lock:
            return Piece(_part_name(self.line(line)), line, line, self.line(line))
        if not self.path.endswith(_ELIXIR):
            return Piece(self.path, 1, len(self._lines), self._text)
        enclosing = [piece for piece in self._functions if piece.line <= line <= piece.end_line]
        if enclosing:
            return min(enclosing, key=lambda piece: piece.end_line - piece.line)
        schema = next((piece for piece in self._schemas if piece.line <= line <= piece.end_line), None)
        if schema is not None:
            return schema
        opened = next((module for module in self._modules if module.line == line), None)
        return self._body(opened) if opened is not None else self._part(line)

    def named(self, name: str) -> tuple[Piece, ...]:
        """Every symbol of that name, in the order of their lines; for a function that has none its other arities."""
        if self.path.endswith(_GUIDE):
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

    def alike(self, sha256: str) -> Piece | None:
        """The first symbol with that hash, whatever its name is now."""
        if self.path.endswith(_GUIDE):
            return next((piece for piece in self._sections if piece.sha256 == sha256), None)
        pieces = (*self._functions, *self._schemas, *self._bodies)
        return next((piece for piece in pieces if piece.sha256 == sha256), None)

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
            self._piece(f"{module.name} schema", module.schema.line, self._block_end(module.schema.line))
            for module in self._modules
            if module.schema is not None
        )

    @cached_property
    def _bodies(self) -> tuple[Piece, ...]:
        return tuple(self._body(module) for module in self._modules)

    def _body(self, module: Module) -> Piece:
        """The line that opens the module, and what it says of itself."""
        inside = self._depths[module.line : module.end_line - 1]
        base = min((depth for depth in inside if depth >= 0), default=0)
        kept = [self._lines[module.line - 1]]
        number = module.line + 1
        while number <= min(module.end_line, len(self._lines)):
            opens = self._depths[number - 1] == base
            end = self._block_end(number) if opens else number
            if opens and _BODY.match(self.line(number)):
                kept.extend(self._lines[number - 1 : end])
            number = end + 1
        return Piece(module.name, module.line, module.line, "\n".join(kept))

    @cached_property
    def _depths(self) -> list[int]:
        """Each line's indentation, the first line's at 0; -1 for a blank one."""
        return [len(line) - len(line.lstrip()) if line.strip() else -1 for line in self._lines]

    def _parts(self, name: str) -> list[Piece]:
        """The statements outside functions and schemas that are called so."""
        covered = {n for piece in (*self._functions, *self._schemas) for n in range(piece.line, piece.end_line + 1)}
        numbers = (number for number in range(1, len(self._lines) + 1) if number not in covered and self.line(number))
        called = (number for number in numbers if self._name_of_part(number) == name)
        return [self._part(number) for number in islice(called, _MOST_ALIKE)]

    def _name_of_part(self, line: int) -> str:
        owner = max((m for m in self._modules if m.line <= line <= m.end_line), key=lambda m: m.line, default=None)
        return f"{owner.name if owner else self.path} {_part_name(self.line(line))}"

    def _part(self, line: int) -> Piece:
        end = self._block_end(line)
        text = "\n".join([*self._openers(line), *self._lines[line - 1 : end]])
        return Piece(self._name_of_part(line), line, end, text)

    def _openers(self, line: int) -> list[str]:
        """The heads of the blocks a line stands in, outermost first, without modules; a route's `pipe_through` too."""
        found: list[str] = []
        depth = self._depths[line - 1]
        for number in range(line - 1, 0, -1):
            indentation = self._depths[number - 1]
            if indentation < 0 or indentation > depth:
                continue
            text = self._lines[number - 1]
            if indentation == depth and text.strip().startswith("pipe_through"):
                found.append(text)
            elif indentation < depth:
                depth = indentation
                if text.rstrip().endswith(" do") and not text.strip().startswith(("defmodule", "def ")):
                    found.append(text)
        return found[::-1]

    def _block_end(self, line: int) -> int:
        """The last line of the statement that begins on a line: what is deeper, up to its own closing word."""
        depth = self._depths[line - 1]
        end = line
        opens_text = self._lines[line - 1].count('"""') % 2 == 1
        for number in range(line + 1, len(self._lines) + 1):
            text, indentation = self._lines[number - 1], self._depths[number - 1]
            if opens_text:
                if '"""' in text:
                    return number
                continue
            if indentation < 0:
                continue
            if indentation > depth:
                end = number
            elif indentation == depth and _CLOSER.match(text.strip()):
                end = number
                if _LAST_CLOSER.match(text.strip()):
                    break
            else:
                break
        return end

    def _piece(self, name: str, line: int, end_line: int) -> Piece:
        return Piece(name, line, end_line, "\n".join(self._lines[line - 1 : end_line]))

    @cached_property
    def _sections(self) -> tuple[Piece, ...]:
        return tuple(
            Piece(
                section.heading, section.line, section.line + section.text.count("\n") + 1,
                f"{section.heading}\n{section.text}",
            )
            for section in parse_guide(self._text, self.path).sections
        )  # fmt: skip

    def _section(self, line: int) -> Piece | None:
        return next((piece for piece in reversed(self._sections) if piece.line <= line), None)


def _without_arity(name: str) -> str:
    function, slash, _ = name.rpartition("/")
    return function if slash else ""


def _part_name(line: str) -> str:
    """What a statement is called: an attribute's name, otherwise its first word and argument."""
    match = _PART_NAME.match(line)
    return " ".join(match.group().rstrip(":").replace("(", " ").split()) if match else line[:60]


def split_key(key: str) -> tuple[str, str, int]:
    """Family, path and line of a `code:PATH:LINE` or `guide:PATH:LINE` key; line 0 for a key without one."""
    family, _, rest = key.partition(":")
    path, colon, line = rest.rpartition(":")
    return (family, path, int(line)) if colon and line.isdecimal() else (family, rest, 0)


def collect_footing(
    keys: Iterable[str], read_source: Callable[[str], str], outlines: Mapping[str, FileOutline] | None = None
) -> Footing:
    """The symbols behind evidence keys, with the lines and the source text they stand for.

    Keys of other families than `code` and `guide`, and those whose line cannot be read, are left out.

    Args:
        keys: Evidence keys; each counts once.
        read_source: The text of a file by its path; empty for one that cannot be read.
        outlines: Outlines that are known already, by path.
    """
    files: dict[str, SourceSymbols] = {}
    symbols, quotes, texts = [], {}, {}
    for key in sorted(set(keys)):
        family, path, line = split_key(key)
        if family not in {"code", "guide"} or not line:
            continue
        if path not in files:
            files[path] = SourceSymbols(path, read_source(path), (outlines or {}).get(path))
        piece = files[path].at(line)
        if piece is not None and piece.text.strip():
            symbols.append(Symbol(key, path, piece.name, piece.sha256))
            quotes[key] = files[path].line(line)
            texts[piece.sha256] = piece.text
    return Footing(tuple(symbols), quotes, texts)
