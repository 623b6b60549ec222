"""Bytes to text: which charset a body is in, from what was declared and what the bytes say."""

from __future__ import annotations

import codecs
import re

from torusnb.models.base import Value

_LOOK = 1024
_TOO_MANY = 0.01

_HIGH = bytes(range(128, 256))
_CONTROLS = tuple(chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\x1b")

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

# The Encoding Standard reads these labels as their Windows supersets, and a `utf-16` in a meta element as UTF-8.
_LABELS = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "cp1252"), "windows-1252"),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "sjis", "windows-31j"), "cp932"),
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-9": "windows-1254",
    "tis-620": "cp874",
    "windows-874": "cp874",
}

_ISO = (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
_OTHERS = (
    "gb18030",
    "big5",
    "euc-jp",
    "iso-2022-jp",
    "cp932",
    "cp949",
    "koi8-r",
    "koi8-u",
    "cp866",
    "cp874",
    "macintosh",
)
_KNOWN = frozenset(
    (
        *("utf-8", "utf-16", "utf-16le", "utf-16be"),
        *(f"iso-8859-{part}" for part in _ISO),
        *(f"windows-125{part}" for part in range(9)),
        *_OTHERS,
    )
)
"""The charsets of the web; Python's other codecs (rot13, zlib, idna, utf-7) are not for pages."""

_META = re.compile(rb"<meta[^>]{0,400}?charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,4}=\s{0,4}[\"']([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


class Decoded(Value, frozen=True):
    """A body as text.

    Attributes:
        charset: Python's name of the charset it was decoded with: `body.decode(charset, "replace")` gives the text.
        note: What was declared wrongly, in one sentence; empty when all agrees.
        readable: False when so much of it is in no charset that nothing can be quoted from it.
    """

    text: str
    charset: str
    note: str = ""
    readable: bool = True


def decode_text(body: bytes, declared: str = "", *, markup: bool = True) -> Decoded:
    """A body as text, with what it was decoded by; never fails.

    The order is the Encoding Standard's: byte order mark, header, meta element. Bytes that are UTF-8 although
    something else was declared are read as UTF-8: text of another charset is hardly ever valid UTF-8 by chance.

    Args:
        body: The bytes, without content coding.
        declared: The charset of the `Content-Type` header; empty when it names none.
        markup: Whether a meta element or an XML declaration is looked for.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _decoded(body, charset, "")
    inner = _find_inner(body) if markup else ""
    label = declared or inner
    charset = _find_charset(label)
    note = f"The page declares a charset '{label[:40]}' that is none of the web's. " if label and not charset else ""
    if declared and inner and _find_charset(inner) not in {charset, ""}:
        note += f"The header declares '{declared[:40]}' and the page '{inner[:40]}'. "
    if _is_utf8(body):
        if charset not in {"", "utf-8"} and not body.isascii():
            note += f"The page declares '{label[:40]}', but its bytes are UTF-8. "
        return _decoded(body, "utf-8", note)
    if charset in {"", "utf-8"}:
        if charset:
            note += "The page declares UTF-8, but its bytes are not. "
        charset = "utf-8" if _mostly_utf8(body) else "windows-1252"
    return _decoded(body, charset, note)


def find_declared(content_type: str) -> str:
    """The charset parameter of a `Content-Type` header, or an empty string."""
    match = re.search(r";\s*charset\s*=\s*\"?\s*([^\s\";]{1,40})", content_type[:1000], re.IGNORECASE)
    return match.group(1) if match else ""


def _find_inner(body: bytes) -> str:
    head = body[:_LOOK]
    match = _XML.match(head) or _META.search(head)
    label = match.group(1).decode("ascii") if match else ""
    # A page that could be read as ASCII so far is not in UTF-16, whatever it says.
    return "utf-8" if label.lower().startswith("utf-16") else label


def _find_charset(label: str) -> str:
    name = label.strip().lower()
    name = _LABELS.get(name, name)
    return name if name in _KNOWN else ""


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(body: bytes) -> bool:
    """Whether a few damaged characters are all that keeps the bytes from being UTF-8."""
    text = body.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    return len(text) - len(body.translate(None, _HIGH)) > 2 * lost


def _decoded(body: bytes, charset: str, note: str) -> Decoded:
    text = body.decode(charset, "replace")
    lost = text.count("\ufffd") - (body.count(b"\xef\xbf\xbd") if charset.startswith("utf-8") else 0)
    if lost > 0:
        note += f"Characters that are not in {charset} and stand as U+FFFD: {lost}. "
    controls = sum(text.count(character) for character in _CONTROLS)
    readable = max(lost, 0) + controls <= _TOO_MANY * max(len(text), 1)
    return Decoded(text, charset, note.strip(), readable)
