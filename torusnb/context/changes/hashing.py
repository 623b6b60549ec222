"""The hash of a piece of text: the layout of code is no part of it, what stands between quotation marks is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache

_SPACE = re.compile(r"(?<![\w\s])\s+|\s+(?![\w\s])")
_TOKEN = re.compile(
    r"""\#[^\n]*|(?<!\w)\?(?:\\.|[^\s\\])"""
    r"""|(?<!~)~(?:[a-z]|[A-Z][A-Z0-9]*)(?:\"\"\"|'''|["'/|(\[{<])|\"\"\"|'''|["']|[{}]"""
)
_SIGIL = re.compile(r"~([a-zA-Z][A-Z0-9]*)")
_HEREDOC = re.compile(r"""(?:~[a-zA-Z][A-Z0-9]*)?(?:\"\"\"|''')""")
_ONE_LINE = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ELIXIR = (".ex", ".exs", "mix.lock")
_PROSE = (".md", ".markdown")


def hash_source(text: str, path: str = "source.ex") -> str:
    """Hex SHA-256 of source text; indentation, line breaks and blanks beside a sign are left out.

    So neither another line length nor another indentation changes it. Blanks between two words count, and in Elixir
    so does every blank of a string, a heredoc (but for its margin) and a sigil; of `~H` only what HTML keeps.

    Args:
        text: The source text.
        path: The file it is from: the end of its name tells whose quotation marks hold. Prose has none.
    """
    bare = _bare(text.strip(), path)
    return hashlib.sha256(bare.encode("utf-8", "surrogateescape")).hexdigest()


def find_quoted(text: str) -> Iterator[tuple[int, int]]:
    """The spans of strings, heredocs and sigils in Elixir source, in order; one that never closes goes to the end.

    What is quoted within an interpolation belongs to the string around it. Comments and `?"` open nothing.
    """
    around: list[re.Pattern[str] | None] = []  # what closes each quotation; None for the braces of an interpolation
    start = position = 0
    while match := ((around[-1] if around else None) or _TOKEN).search(text, position):
        position, sign = match.end(), match.group()
        if around and around[-1] is not None:
            if sign == "#{":
                around.append(None)
            elif sign[0] != "\\":
                around.pop()
                if not around:
                    yield start, position
        elif sign in "{}":
            if around and sign == "{":
                around.append(None)
            elif around:
                around.pop()
        elif sign[0] not in "#?":
            start = start if around else match.start()
            around.append(_closer(sign))
    if around:
        yield start, len(text)


@cache
def _closer(opener: str) -> re.Pattern[str]:
    """What to look for inside a quotation: its end, an escape, an interpolation where it has them."""
    sigil = _SIGIL.match(opener)
    mark = opener[sigil.end() :] if sigil else opener
    closing = rf"(?m:^)[ \t]*{mark}" if len(mark) > 1 else re.escape(_CLOSING.get(mark, mark))
    interpolation = "" if sigil and sigil[1][0].isupper() else r"\#\{|"
    return re.compile(rf"\\.|{interpolation}{closing}", re.DOTALL)


def _bare(text: str, path: str) -> str:
    if path.endswith(_PROSE):
        return _join(text)
    elixir = path.endswith(_ELIXIR)
    spans = find_quoted(text) if elixir else (match.span() for match in _ONE_LINE.finditer(text))
    parts, done = [], 0
    for start, end in spans:
        quoted = text[start:end]
        parts += [_join(text[done:start]), _quoted(quoted) if elixir else quoted]
        done = end
    return "".join([*parts, _join(text[done:])])


def _join(code: str) -> str:
    return re.sub(r"\s+", " ", _SPACE.sub("", code))


def _quoted(text: str) -> str:
    """What a quotation says: a heredoc without the margin that its closing marks set, HEEx without its layout."""
    if text.startswith("~H"):
        return _bare(text, "page.heex")
    if not _HEREDOC.match(text):
        return text
    lines = text.split("\n")
    margin = len(lines[-1]) - len(lines[-1].lstrip(" \t"))
    return "\n".join(line[min(margin, len(line) - len(line.lstrip(" \t"))) :] for line in lines)
