"""Where else the code of a function stands: copies of it, of a part of it, and longer functions that hold it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from torusnb.context.inquiry.clones import Clone, Fragment, find_clones
from torusnb.context.inquiry.code_tokens import tokenize
from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.context.map.index import TextIndex
from torusnb.errors import InputError
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.sheet import Sheet
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module

_LINES = re.compile(r"(?:code:)?(?P<path>[^\s:]+):(?P<first>\d{1,7})(?:\s*[-–]\s*(?P<last>\d{1,7}))?")
_FILES = 40
_RAREST = 24
_MOST_RARITY = 6.0
_LINES_OF_CLONE = 8
_WHOLE = 0.8
_MOST_LINES = 400
_LONGEST_LINE, _MOST_TOKENS = 1_000, 3_000
"""Of a line and of a function what is compared: generated code would take for ever."""


class Clones:
    """Finds the clones of code in one checkout; a file is read into pieces when a question needs it, and kept so."""

    def __init__(
        self, code: CodeMap, inquiry: Inquiry, text: CheckoutText, open_index: Callable[[], TextIndex]
    ) -> None:
        """Clones in that map; `open_index` gives its text index, which tells where to look."""
        self._code = code
        self._inquiry = inquiry
        self._text = text
        self._open_index = open_index
        self._pieces: dict[str, tuple[Fragment, ...]] = {}

    def clones(self, sheet: Sheet, function: str) -> None:
        """The functions alike to one, or to the lines of a range, each with the lines that the two share.

        Raises:
            InputError: There is no such function, or no such lines.
        """
        asked = self._asked(function)
        found = self._find(asked)
        if not found:
            sheet.say(f"no code alike to {asked.name} found by its calls, atoms, keys and literals")
            return
        sheet.say(f"alike to {asked.name}, names aside: {len(found)}, best first")
        for clone in found:
            piece = clone.fragment
            sheet.say(f"{piece.name}, {piece.path}:{piece.line}: {_describe(clone)}")
            self._quote(sheet, clone)

    def _quote(self, sheet: Sheet, clone: Clone) -> None:
        """The first line of a clone's function and the lines that it shares, evenly chosen where there are many."""
        piece = clone.fragment
        sheet.quote(piece.path, piece.line)
        lines = [line for line in clone.lines if line != piece.line]
        step = max(1, -(-len(lines) // _LINES_OF_CLONE))
        for line in lines[::step]:
            sheet.quote(piece.path, line)

    def _asked(self, function: str) -> Fragment:
        match = _LINES.fullmatch(function.strip())
        if match is not None and match["path"] in self._code.by_path:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            path, lines = match["path"], self._lines(match["path"])
            if not 0 < first <= min(last, len(lines)):
                raise InputError(f"{path} has no lines {first} to {last}; it has {len(lines)}", key=function)
            last = min(last, len(lines), first + _MOST_LINES - 1)
            return _cut_piece(f"{path}:{first}-{last}", path, lines, ((first, last),))
        module, functions = self._inquiry.functions(function)
        if not functions:
            raise InputError(f"{function} is defined by no line of the checkout", key=function)
        arity = f"/{functions[0].arity}" if len(functions) == 1 else ""
        named = f"{module.name}.{functions[0].name}{arity}"
        spans = [(function.line, function.end_line) for function in functions]
        return _cut_piece(named, module.path, self._lines(module.path), spans)

    def _lines(self, path: str) -> list[str]:
        return self._text.read(path).split("\n")

    def _pieces_of(self, path: str) -> tuple[Fragment, ...]:
        found = self._pieces.get(path)
        if found is None:
            outline = self._code.by_path.get(path)
            modules = outline.modules if outline is not None else ()
            lines = self._lines(path)
            found = self._pieces[path] = tuple(piece for module in modules for piece in _cut(module, lines))
        return found

    def _find(self, asked: Fragment) -> tuple[Clone, ...]:
        index = self._open_index()
        tokens = list(dict.fromkeys(token for token, _ in asked.tokens))
        bags = index.bags(tokens)
        rarity = {
            token: min(_MOST_RARITY, sum(index.rarity(term) for term in bag))
            for token, bag in zip(tokens, bags, strict=True)
            if bag
        }
        terms = sorted({term for bag in bags for term in bag}, key=lambda term: (-index.rarity(term), term))
        held = index.cover(terms[:_RAREST])
        paths = sorted(held, key=lambda path: (-held[path], path))[:_FILES]
        others = [piece for path in dict.fromkeys((asked.path, *paths)) for piece in self._pieces_of(path)]
        return find_clones(asked, others, rarity)


def _cut(module: Module, lines: Sequence[str]) -> Iterator[Fragment]:
    """A module's functions."""
    for function in module.functions:
        if function.kind != "defdelegate":
            name = f"{module.name}.{function.name}/{function.arity}"
            yield _cut_piece(name, module.path, lines, ((function.line, function.end_line),))


def _cut_piece(name: str, path: str, lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> Fragment:
    """What stands in some stretches of a file's lines."""
    numbers = (n for first, last in spans for n in range(first, min(last, len(lines)) + 1))
    begin, end = min(first for first, _ in spans), max(last for _, last in spans)
    tokens = tokenize((n, lines[n - 1][:_LONGEST_LINE]) for n in numbers)
    return Fragment(name, path, begin, end, tokens[:_MOST_TOKENS])


def _describe(clone: Clone) -> str:
    """How much of the one stands in the other, in words."""
    share, of = f"{clone.share:.0%}", f"{clone.of:.0%}"
    if min(clone.share, clone.of) >= _WHOLE:
        return f"nearly the same ({share})"
    return f"holds {share} of it, which is {of} of its own"
