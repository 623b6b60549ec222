"""The footing of a design: the symbols behind the lines it cites, and which other symbols say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from torusnb.context.changes.symbols import GUIDE, Piece, SourceSymbols, bare_function
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Symbol
from torusnb.models.record import Footing


def split_key(key: str) -> tuple[str, str, int]:
    """Family, path and line of a `code:PATH:LINE` or `guide:PATH:LINE` key; line 0 for a key without one."""
    family, _, rest = key.partition(":")
    path, colon, line = rest.rpartition(":")
    return (family, path, int(line)) if colon and line.isdecimal() else (family, rest, 0)


def collect_footing(keys: Iterable[str], read_source: Callable[[str], str], code_map: CodeMap | None = None) -> Footing:
    """The symbols behind evidence keys, with the lines and the source text they stand for.

    Keys of other families than `code` and `guide`, and those whose line cannot be read, are left out.

    Args:
        keys: Evidence keys; each counts once.
        read_source: The text of a file by its path; empty for one that cannot be read.
        code_map: The checkout's map. Without it nobody knows later which twins a symbol had, and a symbol that left
            is told as gone also where its text stands elsewhere.
    """
    files = SourceFiles(read_source, code_map)
    symbols, quotes, texts = [], {}, {}
    for key in sorted(set(keys)):
        family, path, line = split_key(key)
        if family not in {"code", "guide"} or not line:
            continue
        piece = files[path].at(line)
        if piece is not None and piece.text.strip():
            twins = files.twins(piece) if code_map is not None else None
            symbols.append(Symbol(key, path, piece.name, piece.sha256, twins))
            quotes[key] = files[path].line(line)
            texts[piece.sha256] = piece.text
    return Footing(tuple(symbols), quotes, texts)


class SourceFiles:
    """The files of a checkout as symbols, each read once."""

    def __init__(self, read_source: Callable[[str], str], code_map: CodeMap | None) -> None:
        """Files behind a reader; outlines that are known already are not taken again."""
        self._read = read_source
        self._map = code_map
        self._files: dict[str, SourceSymbols] = {}
        self._known: dict[Piece, tuple[str, ...]] = {}

    def __getitem__(self, path: str) -> SourceSymbols:
        """A file's symbols; those of an empty text when it is not there."""
        if path not in self._files:
            outline = self._map.by_path.get(path) if self._map is not None else None
            self._files[path] = SourceSymbols(path, self._read(path), outline)
        return self._files[path]

    def twins(self, piece: Piece) -> tuple[str, ...]:
        """The identities of the other symbols that say the same as one does, sorted."""
        if piece not in self._known:
            same = (
                identity
                for path in self._alike_paths(piece)
                for other in self[path].like(piece.name)
                if (identity := identify(other)) != identify(piece)
                and other.solid == piece.solid  # so that what is nowhere near it need not be hashed
                and other.sha256 == piece.sha256
            )
            self._known[piece] = tuple(sorted(set(same)))
        return self._known[piece]

    def _alike_paths(self, piece: Piece) -> list[str]:
        """The files where the symbol's text may stand a second time."""
        if self._map is None:
            return [piece.path]
        if piece.path.endswith(GUIDE):
            return sorted({guide.path for guide in self._map.guides} | {piece.path})
        name = bare_function(piece.name)
        return sorted({*self._map_of_functions.get(name, ()), piece.path})

    @cached_property
    def _map_of_functions(self) -> dict[str, set[str]]:
        """Bare function name to the files that have such a function."""
        found: dict[str, set[str]] = {}
        for module in self._map.modules.values() if self._map is not None else ():
            for function in module.functions:
                found.setdefault(function.name, set()).add(module.path)
        return found


def identify(piece: Piece) -> str:
    """What tells a symbol from its twins: its name; for a guide's section the guide as well."""
    return f"{piece.path} {piece.name}" if piece.path.endswith(GUIDE) else piece.name
