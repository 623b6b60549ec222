"""Text of unknown origin as Markdown or HTML that says the same and does nothing else.

Names in a spec pack, a checkout or a catalogue can hold anything: markup in them is shown, never obeyed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_SPAN = re.compile(r"`([^`\n]+)`")
_SPECIAL = re.compile(r"([\\`*\[\]<|$~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")


def render_markdown(value: object) -> str:
    """One line of Markdown that reads like the value; only its `code spans` keep their meaning."""
    parts = _SPAN.split(" ".join(str(value).split()))
    return "".join(_code(part) if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts))


def render_code(value: object) -> str:
    """A name as a Markdown code span; one that a span cannot hold is given as escaped text."""
    text = " ".join(str(value).split())
    return f"`{text}`" if text and not set(text) & set("`|\\") else _SPECIAL.sub(r"\\\1", text)


def render_html(value: object) -> str:
    """Escaped HTML that reads like the value; its `code spans` are set as code."""
    return _SPAN.sub(r'<code style="font-size:inherit">\1</code>', html.escape(str(value)))


def render_link(text: str, url: str) -> str:
    """A link for a web address, in a tab of its own; anything else is text."""
    if not re.match(r"https?://", url, re.IGNORECASE):
        return render_html(text)
    target = f'href="{html.escape(url)}" target="_blank" rel="noopener noreferrer" style="text-decoration:underline"'
    return f"<a {target}>{render_html(text)}</a>"


def render_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table, or a word that there is nothing to show."""
    head = list(columns)
    lines = ["| " + " | ".join(render_markdown(value) for value in row) + " |" for row in rows]
    if not lines:
        return "*Nothing to show.*"
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines])


def _code(text: str) -> str:
    """A code span inside a table; the two characters that would end a cell make it plain text."""
    return render_code(text) if not set(text) & set("|\\") else _SPECIAL.sub(r"\\\1", f"`{text}`")
