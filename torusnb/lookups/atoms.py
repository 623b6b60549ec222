"""How a line writes an atom: as a key with a module or function, as another key, as a value.

A table that one place fills with atoms and modules is read by others through the atom alone, so that no call leads from
the one to the other.
"""

from __future__ import annotations

import re

from torusnb.models.modules import Module

REGISTERS = "registers something under it"
AS_KEY = "written as a key"
KINDS = (REGISTERS, AS_KEY)
"""In the order in which they are told; what is left uses the atom as a value."""

_ATOM = re.compile(r":(?P<name>[a-z_]\w*[?!]?)")
_OPTIONS = frozenset(("as", "module", "mod", "for", "only", "except", "with", "to", "do", "else", "type", "struct"))
_OPTIONS |= {"schema", "through", "join_through", "impl", "behaviour", "worker", "name", "default", "layout", "from"}
"""Keys of the language and its libraries, whose value may be a module."""

_DECLARES = re.compile(
    r"\s*(?:field|belongs_to|has_one|has_many|many_to_many|embeds_\w+|plug|pipe_through|on_mount|resources|get|post|put"
    r"|patch|delete|live|forward|socket|channel|attr|slot|defdelegate|use|import|alias|behaviour)\b"
)
"""Declarations whose atom is a field's, an action's or an argument's name, and no registry's key."""


def bare_atom(text: str) -> str:
    """The name of an atom that is written with its colon; empty for what is none."""
    match = _ATOM.fullmatch(text.strip())
    return match["name"] if match is not None else ""


def atom_pattern(name: str) -> re.Pattern[str]:
    """The pattern of an atom as a value (`:plum`) or a key (`plum: 1`), for text in small letters."""
    word = re.escape(name.lower())
    return re.compile(rf"(?<![\w:]):{word}(?![\w?!])|(?<![\w:@.]){word}:(?=\s|$)")


def kind_of_atom(line: str, name: str) -> str:
    """One of `KINDS`, or empty where the line uses the atom as a value."""
    word = re.escape(name)
    key = rf"(?:(?<![\w:@.]){word}:\s+|(?<![\w:]):{word}\s*=>\s*|\{{\s*:{word},\s*)"
    if re.search(rf"{key}(?:[A-Z]\w*(?:\.[A-Z]\w*)*\s*(?=[,\]}})]|$)|&|\{{\s*[A-Z]\w*)", line):
        return REGISTERS
    return AS_KEY if re.search(rf"(?<![\w:@.]){word}:(?=\s|$)|(?<![\w:]):{word}\s*=>", line) else ""


def registered_as(line: str, module: Module) -> str:
    """The atom with which a line puts a module into a table; empty where it puts it under none, or under an option."""
    if _DECLARES.match(line):
        return ""
    last = re.escape(module.name.rpartition(".")[2])
    match = re.search(
        rf"(?:(?<![\w:@.])(?P<key>[a-z_]\w*):\s+|(?<![\w:]):(?P<atom>[a-z_]\w*)(?:\s*=>|,)\s*)"
        rf"(?:\{{\s*)?(?:&\s*)?(?:[A-Z]\w*\.)*{last}(?:\.[a-z_]\w*[?!]?(?:/\d+)?)?\s*(?=[,\]}})]|$)",
        line,
    )
    name = (match["key"] or match["atom"]) if match is not None else ""
    return "" if name in _OPTIONS else name
