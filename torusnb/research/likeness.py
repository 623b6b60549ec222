"""Two texts as they are compared: what copying changes and meaning does not is left aside.

That is: white space, soft hyphens and other invisible characters, typographic quotes, dashes and ligatures, composed
and decomposed letters, HTML entities, and Markdown's marks for code, stress and links. Everything else is meaning: a
number, a sign, an exponent, the case of a letter.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

from torusnb.models.base import Value

_REPLACED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
    **dict.fromkeys('\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"', '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    "\u2026": "...",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\u212a": "K",
    "\u212b": "\u00c5",
    "\u2126": "\u03a9",
}
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff`"
_MARK = r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});"
_BLANK = r"\s|&(?:nbsp|ensp|emsp|thinsp|shy|zwnj|zwj|#160|#173|#x[aA]0|#xa[dD]|#820[23]|#x200[bBcCdD]);"
_STRESS = (
    rf"(?<![\w*/{_MARK}])\*{{1,3}}(?=[^\W\d]|[\"'(`\u201c\u2018])"
    rf"|(?<=[\w.,;:!?)\"'`\u201d\u2019{_MARK}])\*{{1,3}}(?![\w*/(])"
    rf"|(?<![\w/{_MARK}])_{{1,3}}(?=[^\W\d_]|[\"'(`])"
    rf"|(?:(?<=[^\W\d_])|(?<=[.,;:!?)\"'`{_MARK}]))_{{1,3}}(?![\w/(])"
)
_LINK = r"\[(?=[^\[\]\n]{1,300}\]\()|(?<=[^\[\]\n])\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,500}\)"
_CHARS = "".join(char for char in _REPLACED if char != '"')
_FIRST = rf"(?=[\s&*_\[\]{_UNSEEN}{_CHARS}])(?! [^\s&*_\[\]{_UNSEEN}])"
_RUN = rf"(?P<run>(?:{_BLANK}|[{_UNSEEN}]|{_STRESS}|{_LINK})+)"
_SPECIAL = re.compile(rf"{_FIRST}(?:{_RUN}|(?P<entity>{_ENTITY})|(?P<char>[{_CHARS}]))")
_DECOMPOSED = re.compile(rf"(?P<cluster>[^\W\d_][{_MARK}]+)|{_SPECIAL.pattern}")
_SEEN_BLANK = re.compile(r"\s|&(?:nbsp|ensp|emsp|thinsp|#160|#x[aA]0|#820[23]);")


class Likeness(Value, frozen=True):
    """A text as it is compared.

    Attributes:
        text: The plain form.
        starts: Offsets into it where a piece begins that stands for one stretch of the original.
        spans: For each of them its span in the original, and 1 when it stands for it letter by letter.
    """

    text: str
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` stands for; `end` is after `start`."""
        return self._place(start)[0], self._place(end - 1)[1]

    def position(self, offset: int) -> int:
        """Where in `text` the original's offset stands, or the nearest place after it."""
        low, high = 0, len(self.spans)
        while low < high:
            middle = (low + high) // 2
            if self.spans[middle][1] <= offset:
                low = middle + 1
            else:
                high = middle
        if low == len(self.spans):
            return len(self.text)
        start, _, plain = self.spans[low]
        return self.starts[low] + (max(0, offset - start) if plain else 0)

    def _place(self, at: int) -> tuple[int, int]:
        number = bisect_right(self.starts, at) - 1
        start, end, plain = self.spans[number]
        if not plain:
            return start, end
        found = start + at - self.starts[number]
        return found, found + 1


@lru_cache(maxsize=64)
def liken(text: str) -> Likeness:
    """A text in the form in which two texts are compared; the last 64 are kept."""
    parts: list[str] = []
    starts: list[int] = []
    spans: list[tuple[int, int, int]] = []
    length = at = 0

    def take(piece: str, start: int, end: int, plain: int) -> None:
        nonlocal length
        if piece:
            parts.append(piece)
            starts.append(length)
            spans.append((start, end, plain))
            length += len(piece)

    special = _SPECIAL if unicodedata.is_normalized("NFC", text) else _DECOMPOSED
    for found in special.finditer(text):
        start, end = found.span()
        take(text[at:start], at, start, 1)
        take(_plain(found), start, end, 0)
        at = end
    take(text[at:], at, len(text), 1)
    return Likeness("".join(parts), tuple(starts), tuple(spans))


def _plain(found: re.Match[str]) -> str:
    piece = found.group()
    kind = found.lastgroup
    if kind == "run":
        return " " if _SEEN_BLANK.search(piece) else ""
    if kind == "entity":
        shown = html.unescape(piece)
        return shown if shown == piece else "".join(_REPLACED.get(char, char) for char in shown)
    if kind == "cluster":
        return unicodedata.normalize("NFC", piece)
    return _REPLACED[piece]
