"""Text from elsewhere as plain Markdown: whatever it holds, it stays text and stays in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from torusnb.research.addresses import is_web_address

_SPECIAL = re.compile(r"[\\`*\[\]<>|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)|!(?=\[)")
_LEADING = re.compile(r"^(\s*)([#+=-]|\d{1,9}(?=[.)]))")
_PIPE = re.compile(r"(?<!\\)\|")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")


def plain(text: str, longest: int = 0) -> str:
    """Text on one line that Markdown and HTML leave as it is; cut at `longest` characters, 0 for no limit."""
    line = " ".join(_INVISIBLE.sub("", text).split())
    if longest and len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    escaped = _SPECIAL.sub(lambda found: "\\" + found.group(), line)
    return _LEADING.sub(_escape_leading, escaped)


def code(text: str) -> str:
    """Text as a code span, on one line."""
    line = " ".join(_INVISIBLE.sub("", text).split())
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    if not longest:
        return f"`{line}`"
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}"


def link(url: str) -> str:
    """An address as a link where it is one that is safe to follow, otherwise as plain text."""
    return f"<{url}>" if is_web_address(url) else plain(url)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; the cells must be safe already (`plain`, `code`)."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return lines + ["| " + " | ".join(_PIPE.sub(r"\\|", cell) or "–" for cell in row) + " |" for row in rows]


def _escape_leading(found: re.Match[str]) -> str:
    mark = found.group(2)
    return f"{found.group(1)}{mark}\\" if mark.isdigit() else f"{found.group(1)}\\{mark}"
