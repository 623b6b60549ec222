"""From bytes to characters: the charset as the client found it, or as the page itself tells it."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LATIN = frozenset({"iso8859-1", "ascii"})


def decode_body(body: bytes, charset: str = "") -> tuple[str, str]:
    """The text, and a note where a reader should know how it was made.

    A byte order mark decides, then the given charset, then the page's own `meta`, then UTF-8, and last windows-1252,
    as browsers do (https://html.spec.whatwg.org/#determining-the-character-encoding). Latin-1 is read as windows-1252.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace"), ""
    declared = charset
    if not declared:
        found = _DECLARED.search(body[:1024])
        declared = found.group(1).decode("ascii") if found else "utf-8"
    try:
        name = codecs.lookup(declared).name
        if name in _LATIN:
            name = "cp1252"
        return body.decode(name), ""
    except LookupError:
        note = f"The page names the unknown charset {declared}; it was read as UTF-8."
    except (UnicodeDecodeError, ValueError):
        note = f"The page is not all {declared}; what could not be read is marked."
        if not charset:
            try:
                return body.decode("utf-8"), f"The page calls itself {declared} but is UTF-8."
            except UnicodeDecodeError:
                return body.decode("cp1252", "replace"), note
        return body.decode(declared, "replace"), note
    return body.decode("utf-8", "replace"), note
