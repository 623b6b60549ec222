"""Code without its names: the tokens by which a copied piece is known again, each with its line.

A copy that was edited keeps what it calls, its atoms, keys, literals and operators, and loses its variables' names, its
own name, its comments and the modules before the dots. These are the clones of types 2 and 3 (Roy, Cordy and Koschke,
"Comparison and evaluation of code clone detection techniques and tools", 2009).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Token = tuple[str, int]
"""A token and the line that it stands on."""

_KEPT = frozenset(
    ("case", "cond", "if", "unless", "with", "else", "fn", "for", "when", "and", "or", "not", "in", "rescue")
)
_KEPT |= {"catch", "after", "raise", "throw", "nil", "true", "false"}
"""Words of the language that are no variables."""
_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<shown>\b(?:class|style|d|viewBox|fill|stroke[\w-]*|width|height|xmlns)=\{?\[?\"[^\"]*\"?)"
    r"|~[a-zA-Z](?=[\"(\[{/|<'])"
    r"|\"(?P<string>(?:[^\"\\]|\\.)*)\"?"
    r"|(?P<own>\bdef\w*\s+[a-z_]\w*[?!]?)"
    r"|(?P<key>\b[a-z_]\w*[?!]?):(?=\s|$)"
    r"|(?<![\w:]):(?P<atom>[a-zA-Z_]\w*[?!]?|\"[^\"]*\")"
    r"|(?P<attribute>@[a-z_]\w*)"
    r"|(?P<field>\.[a-z_]\w*[?!]?)"
    r"|(?:\|>\s*|&)(?P<piped>[a-z_]\w*[?!]?)"
    r"|(?P<call>\b[a-z_]\w*[?!]?)(?=\()"
    r"|(?P<module>\b[A-Z][\w.]*\w)(?=\.[a-z_])"
    r"|(?P<struct>\b[A-Z]\w*(?:\.[A-Z]\w*)*)"
    r"|(?P<name>\b[a-z_]\w*[?!]?)"
    r"|(?P<number>\b\d[\d_.]*)"
    r"|(?P<operator><>|\+\+|--|===?|!==?|=~|<=|>=|&&|\|\||<-|(?<=\s)[-+*/<>](?=\s)|!(?=\w))"
)
_DOCUMENTS = re.compile(r"\s*@(?:module|type)?doc\b")
_TEMPLATES = ("~H", "~F", "~L", "~E")
_HEREDOC = '"""'
_WORD = re.compile(r"[A-Za-z_]\w+|\d+")
_LONG_TEXT = 30
"""Characters from which a text is compared by its words."""


def tokenize(lines: Iterable[tuple[int, str]]) -> tuple[Token, ...]:
    """The tokens of numbered lines in their order.

    Texts of several lines are taken by their words, as is a long one. Punctuation, documentation and what only the
    looks of a page rest on are out.
    """
    found: list[Token] = []
    inside = prose = documents = False
    for number, line in lines:
        if not inside:
            documents = _DOCUMENTS.match(line) is not None
        parts = line.split(_HEREDOC)
        for at, part in enumerate(parts):
            if at:
                inside = not inside
                prose = inside and not parts[at - 1].endswith(_TEMPLATES)
            if documents:
                continue
            if prose:
                found.extend((f'"{word}', number) for word in _WORD.findall(part))
            elif part.strip():
                found.extend((token, number) for token in _tokens(part))
    return tuple(found)


def _tokens(line: str) -> Iterable[str]:
    for match in _TOKEN.finditer(line):
        kind, value = match.lastgroup, match[match.lastgroup] if match.lastgroup else ""
        if kind == "string":
            words = _WORD.findall(value) if len(value) > _LONG_TEXT else [value]
            yield from (f'"{word}' for word in words)
        elif kind in ("key", "atom"):
            yield f":{value}"
        elif kind in ("piped", "call"):
            yield f"{value}("
        elif kind == "field":
            yield f"{value[1:]}("
        elif kind == "struct":
            yield value.rpartition(".")[2]
        elif kind in ("number", "operator", "attribute") or (kind == "name" and value in _KEPT):
            yield value
