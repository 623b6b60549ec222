"""Whether the code and guides that a design rests on are what they were, symbol by symbol."""

from __future__ import annotations

import difflib
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace
from rapidfuzz import fuzz, process

from torusnb.context.changes.footing import SourceFiles, identify, split_key
from torusnb.context.changes.hashing import hash_source
from torusnb.context.changes.symbols import Piece, SourceSymbols
from torusnb.models.base import Place
from torusnb.models.changes import Change
from torusnb.models.codebase import CodeMap, LockedPackage
from torusnb.models.knowledge import Symbol
from torusnb.models.record import Footing
from torusnb.models.sources import Source

GONE = "gone"
_DIFF_LINES = 14
_ALIKE = 60.0


class Checkout:
    """The checkout as it is now: read file by file, and mapped as a whole only when a symbol has left its file."""

    def __init__(self, read_source: Callable[[str], str], load_map: Callable[[], CodeMap]) -> None:
        """A checkout behind a reader of its files and a loader of its code map; each is asked once for a thing."""
        self._load = load_map
        self._files = SourceFiles(read_source, None)

    def file(self, path: str) -> SourceSymbols:
        """A file's symbols; those of an empty text when it is not there."""
        return self._files[path]

    @cached_property
    def code_map(self) -> CodeMap:
        """The map of the whole checkout."""
        return self._load()

    def elsewhere(self, symbol: Symbol) -> Iterable[tuple[str, Piece]]:
        """The places in other files where a symbol may have gone: first under its own name, then under another module.

        A guide's section is looked for in the other guides by its heading.
        """
        own, _, function = symbol.name.rpartition("/")[0].rpartition(".")
        for path in self._candidates(symbol, own, function):
            if path != symbol.path:
                pieces = (*self.file(path).named(symbol.name), *self.file(path).like(symbol.name))
                yield from ((path, piece) for piece in pieces)

    def _candidates(self, symbol: Symbol, module: str, function: str) -> list[str]:
        if symbol.key.startswith("guide:"):
            return [guide.path for guide in self.code_map.guides]
        modules = self.code_map.modules
        home = modules.get(module or symbol.name.partition(" ")[0])
        found = [home.path] if home is not None else []
        if function:
            named = (m.path for m in modules.values() if any(f.name == function for f in m.functions))
            found += sorted(set(named) - set(found))
        return found


def compare_symbols(footing: Footing, checkout: Checkout) -> tuple[Change, ...]:
    """A change for each symbol, in the order of their keys; what is as it was is told too.

    A symbol that has left is taken to have moved where its text stands now, unless it stood there already when the
    design was made, or nobody looked then: that one is gone, with a note that names its twin.
    """
    return tuple(_compare(symbol, footing, checkout) for symbol in footing.symbols)


def _compare(symbol: Symbol, footing: Footing, checkout: Checkout) -> Change:
    old, text = footing.quotes.get(symbol.key, ""), footing.texts.get(symbol.sha256, "")
    line = split_key(symbol.key)[2]
    if text:  # an older torusnb may have hashed it by another rule
        symbol = replace(symbol, sha256=hash_source(text, symbol.path))
    file = checkout.file(symbol.path)
    here = file.named(symbol.name)
    same = [piece for piece in here if piece.sha256 == symbol.sha256]
    if same:
        return _kept(symbol, old, line, file, _nearest(same, line))
    if here:
        return _changed(symbol, old, file, _nearest(here, line), text)
    there = [*((symbol.path, piece) for piece in file.like(symbol.name)), *checkout.elsewhere(symbol)]
    alike = [piece for _, piece in there if piece.sha256 == symbol.sha256]
    for piece in alike:
        if _is_new(piece, symbol):
            return _kept(symbol, old, line, checkout.file(piece.path), piece)
    for path, piece in there:
        if piece.name == symbol.name and piece not in alike:
            return _changed(symbol, old, checkout.file(path), piece, text)
    return Change(symbol.key, symbol.name, "gone", old, sha256=GONE, note=_tell_twin(alike))


def _is_new(piece: Piece, symbol: Symbol) -> bool:
    """Whether a symbol of the same text can be the one that left: it was not there beside it."""
    if symbol.twins is None:
        return piece.name == symbol.name
    return identify(piece) not in symbol.twins


def _tell_twin(alike: Sequence[Piece]) -> str:
    return f"{alike[0].name} says the same ({Place(alike[0].path, alike[0].line)})" if alike else ""


def _nearest(pieces: Sequence[Piece], line: int) -> Piece:
    return min(pieces, key=lambda piece: (abs(piece.line - line), piece.line))


def _kept(symbol: Symbol, old: str, line: int, file: SourceSymbols, piece: Piece) -> Change:
    """The same text; its quoted line is looked for inside it, nearest to where it was.

    Of a line that nobody quoted (a guide's, before an export) it is only known whether it still lies in the text.
    """
    within = range(piece.line, piece.end_line + 1)
    numbers = [number for number in within if file.line(number) == old or (not old and number == line)]
    number = min(numbers, key=lambda number: abs(number - line), default=piece.line)
    moved = file.path != symbol.path or number != line
    place = Place(file.path, number)
    return Change(
        symbol.key, piece.name, "moved" if moved else "unchanged", old, file.line(number), place, symbol.sha256
    )


def _changed(symbol: Symbol, old: str, file: SourceSymbols, piece: Piece, text: str) -> Change:
    lines = {number: file.line(number) for number in range(piece.line, piece.end_line + 1)}
    best = process.extractOne(old, lines, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    number = int(best[2]) if best else piece.line
    diff = _diff(text, piece.text)
    place = Place(file.path, number)
    return Change(symbol.key, piece.name, "changed", old, file.line(number), place, piece.sha256, diff)


def _diff(old: str, new: str) -> tuple[str, ...]:
    """The lines that differ, without the diff's head; empty when the old text is not known."""
    if not old:
        return ()
    before, after = (textwrap.dedent(text).split("\n") for text in (old, new))
    lines = list(difflib.unified_diff([b.rstrip() for b in before], [a.rstrip() for a in after], n=0, lineterm=""))
    told = [line for line in lines[2:] if not line.startswith("@@")]
    more = len(told) - _DIFF_LINES
    return tuple(told) if more <= 0 else (*told[:_DIFF_LINES], f"… and {more} more lines")


def compare_packages(sources: Iterable[Source], locked: Mapping[str, LockedPackage]) -> tuple[Change, ...]:
    """A change for each version of a package whose documentation is cited; sorted by name and version."""
    cited = sorted({(source.package, source.version) for source in sources if source.package and source.version})
    versions = Counter(name for name, _ in cited)
    found = []
    for name, version in cited:
        key = f"package:{name}@{version}" if versions[name] > 1 else f"package:{name}"
        now = locked.get(name)
        if now is None:
            found.append(Change(key, name, "gone", version, sha256=GONE))
        else:
            state = "unchanged" if now.version == version else "changed"
            place = Place(now.path, now.line)
            found.append(Change(key, name, state, version, now.version, place, now.version))
    return tuple(found)
