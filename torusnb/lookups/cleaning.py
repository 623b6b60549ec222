"""Lines of files as a model may read them: without control characters, without secrets, of a bounded length."""

from __future__ import annotations

import re
import unicodedata

from torusnb.trail.secrets import find_secrets

LONGEST_LINE = 400
"""Characters of a line that are shown."""

_LOOKED_AT = 1_000
"""Characters of a line that are looked at; a line of a megabyte would take the patterns for ever."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_BEGIN, _END = "-----BEGIN", "-----END"
_ASSIGNED = re.compile(
    r"(?P<name>secret|passw|token|api_?key|private_?key|access_?key|salt|credential)\w*[\"'\]]*\s*(?:=>|[:=,])\s*"
    r"[\"'](?P<value>[^\s\"'#{}<>$]{16,})[\"']",
    re.IGNORECASE,
)
_NAME = re.compile(r"[a-z]{2,}(?:[-_.:/](?:[a-z]{2,}|\d{1,3}))+")
_ADDRESS = re.compile(r"(?:https?://[a-z][a-z.-]*\.[a-z]{2,})?(?P<path>(?:/(?:[a-z]+\d?)(?:[._-][a-z]+\d?)*)+)/?")
_LONGEST_WORD, _MOST_NUMBERS = 16, 2


def clean_text(text: str) -> str:
    """The text without control and format characters; a tab becomes a blank.

    Letters that nobody sees could carry orders to a model, and a line end could forge the key of another line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if sign == "\t" else sign for sign in text if _is_seen(sign))


def _is_seen(sign: str) -> bool:
    return sign == "\t" or unicodedata.category(sign) not in _UNSEEN


def shorten(text: str, longest: int = LONGEST_LINE) -> str:
    """The beginning of a text that is too long."""
    return text if len(text) <= longest else text[:longest].rstrip()


def clean_lines(lines: list[str]) -> tuple[str | None, ...]:
    """The lines cleaned, each None that seems to hold a secret; a key over several lines is withheld whole."""
    found: list[str | None] = []
    inside = False
    for line in lines:
        begins = _BEGIN in line and "PRIVATE KEY" in line
        inside = inside or begins
        clean = clean_text(line[:_LOOKED_AT])
        found.append(None if inside or _holds_secret(clean) else clean)
        if inside and _END in line:
            inside = False
    return tuple(found)


def _holds_secret(line: str) -> bool:
    if len(line) < 20:
        return False
    return bool(find_secrets(line)) or any(_looks_random(match) for match in _ASSIGNED.finditer(line))


def _looks_random(assigned: re.Match[str]) -> bool:
    """Whether a literal is none that a person would choose as a name or an address: letters and digits mixed.

    Words with a counter (`token-summary-1`) are one, and so is an address of such words; of a password they may be all.
    """
    value = assigned["value"]
    if not (any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)):
        return False
    return assigned["name"].lower() == "passw" or not (_is_name(value) or _is_address(value))


def _is_name(value: str) -> bool:
    """Whether words of small letters stand there, apart by signs, with a short number or two."""
    parts = re.split(r"[-_.:/]", value)
    words = [part for part in parts if part.isalpha()]
    counted = len(words) > 1 and len(parts) - len(words) <= _MOST_NUMBERS
    return counted and _NAME.fullmatch(value) is not None and all(map(_is_word, words))


def _is_address(value: str) -> bool:
    """Whether it is an address or a path of words alone, without a query; a version of one digit is a word too."""
    path = _ADDRESS.fullmatch(value)
    return path is not None and all(_is_word(word.rstrip("0123456789")) for word in re.split(r"[/._-]", path["path"]))


def _is_word(word: str) -> bool:
    """Whether letters can be read as a word: not many of them, and a vowel where there are four or more."""
    return len(word) < _LONGEST_WORD and (len(word) < 4 or re.search(r"[aeiouy]", word) is not None)
