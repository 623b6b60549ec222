"""The tally: which words stand where and how often.

A place is a number: a document's number times the number of fields, plus the field's. Words are gathered as they are
written and split into their pieces once at the end, because a checkout writes the same few identifiers all over.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from torusnb.context.map.documents import FIELDS
from torusnb.context.map.words import PIECE, STOP, split_identifier

WIDTH = len(FIELDS)
"""How many places a document has."""

BITS = 32
COUNT = (1 << BITS) - 1
"""An entry is a 64-bit number: the place above these bits, how often the word stands there in them."""

_NO_BEGINNING = b"0123456789_"
_PIECE_OR_END = re.compile(PIECE.pattern + r"|\n")
_RAW = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_KEPT = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
# An identifier is a run of these bytes; everything else, and every byte of a letter beyond ASCII, ends it.
_SEPARATED = bytes(byte if byte in _KEPT else 32 for byte in range(256))
_TOKENS = "tokenize='porter unicode61'"


class Tally:
    """Gathers documents, then tells their words and lengths."""

    def __init__(self) -> None:
        self._texts: list[tuple[int, Counter[bytes]]] = []
        self._sizes: Counter[int] = Counter()

    def add(self, number: int, texts: Sequence[str]) -> None:
        """Count a document's texts, one for each field; what it got before under that number stays."""
        for field, text in enumerate(texts):
            if text:
                self.add_field(number, field, text)

    def add_field(self, number: int, field: int, text: str) -> None:
        """Count one text more."""
        self.add_bytes(number, field, text.encode("utf-8", "replace"))

    def add_bytes(self, number: int, field: int, text: bytes) -> None:
        """Count one text more, which is UTF-8 but for bytes that belong to no word in any case."""
        place = number * WIDTH + field
        tokens = text.translate(_SEPARATED).split()
        self._sizes[place] += len(tokens)
        self._texts.append((place, Counter(tokens)))

    def close(self) -> tuple[dict[str, bytes], dict[int, int]]:
        """Word to its entries, and place to its length: the identifiers there that say something."""
        words: dict[str, array[int]] = {}
        lengths, found = self._sizes, self._gather()
        for entries, pieces in zip(found.values(), _split_all(found), strict=True):
            if not pieces:
                for entry in entries:
                    lengths[entry >> BITS] -= entry & COUNT
                continue
            packed = array("Q", entries)
            for piece in pieces:
                if piece in words:
                    words[piece].extend(packed)
                else:
                    words[piece] = packed[:]
        return {word: entries.tobytes() for word, entries in words.items()}, dict(lengths)

    def _gather(self) -> dict[bytes, list[int]]:
        """Token to its entries.

        Not as soon as a text is counted: between two files to parse nothing of a table of fifty thousand tokens is left
        in the processor's cache, and every entry would take three times as long.
        """
        found: defaultdict[bytes, list[int]] = defaultdict(list)
        for place, counts in self._texts:
            shifted = place << BITS
            # Made once for each count: half a million numbers of this size are no small memory.
            entries = [shifted + count for count in range(max(counts.values(), default=0) + 1)]
            for token, count in counts.items():
                found[token].append(entries[count])
        return found


def pieces_of(text: str) -> tuple[str, ...]:
    """The pieces of the text's identifiers that tell something, in lower case."""
    return tuple(
        piece for raw in _RAW.findall(text) for piece in split_identifier(raw) if len(piece) > 2 and piece not in STOP
    )


def _split_all(tokens: Iterable[bytes]) -> Iterator[list[str]]:
    """The pieces of each token, as `pieces_of` tells them, in one pass over all of them."""
    lines = "".join([token.lstrip(_NO_BEGINNING).decode() + "\n" for token in tokens])
    pieces: list[str] = []
    for piece in " ".join(_PIECE_OR_END.findall(lines)).lower().split(" ") if lines else ():
        if piece == "\n":
            yield pieces
            pieces = []
        elif len(piece) > 2 and piece not in STOP:
            pieces.append(piece)


def stem_words(words: Iterable[str]) -> dict[str, str]:
    """Word to its stem by Porter's rules, for lower-case words of ASCII letters and digits.

    M. F. Porter, An algorithm for suffix stripping, Program 14 (1980), as SQLite's full text search has it.
    """
    listed = list(dict.fromkeys(words))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE VIRTUAL TABLE said USING fts5(text, content='', {_TOKENS})")
        db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(said, instance)")
        db.execute("INSERT INTO said(rowid, text) VALUES (1, ?)", (" ".join(listed),))
        return {listed[place]: stem for stem, place in db.execute("SELECT term, offset FROM terms")}
