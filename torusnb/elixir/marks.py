"""Marks: the bytes of a file at which a function's body may say something that an outline holds.

Half of what stands in functions (`assign(socket, :page, page)`, `{:ok, cart}`) says nothing to an outline, and telling
that from the bytes is many times faster than from the tree. There may be a mark too many, never one too few.
"""

from __future__ import annotations

import re
import string

MARK = 1
_SAID = {*string.ascii_uppercase.encode(), *b"=@"}
_TABLE = bytes(MARK if byte in _SAID else 32 if byte == MARK else byte for byte in range(256))
# An Erlang module before a dot (`:ets.new`).
_ERLANG = re.compile(rb":[^\s:,()\[\]{}\"'.]++\s*\.")
_METRICS = (b"counter", b"distribution", b"last_value", b"sum")


def find_marks(source: bytes, quoted: tuple[bytes, ...]) -> bytearray:
    """As many bytes as the source has, `MARK` where a function's body may name a module, bind or declare something.

    Args:
        source: The file.
        quoted: Words that say something in a `quote` block.
    """
    plain = source.replace(b"=>", b"  ").replace(b"==", b"  ")  # neither binds anything
    marks = bytearray(plain.translate(_TABLE))
    for match in _ERLANG.finditer(source):
        marks[match.start()] = MARK
    words = [b"send"]
    if b"Metrics" in source:
        words.extend(_METRICS)
    if b"quote" in source:
        words.extend(quoted)
    for word in words:
        position = source.find(word)
        while position >= 0:
            marks[position] = MARK
            position = source.find(word, position + 1)
    return marks
