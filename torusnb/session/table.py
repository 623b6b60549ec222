"""A DataFrame that shows as a table of texts: left-aligned, wrapped, without row numbers."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from torusnb.session.searching import table_name, take_up

_CELL = "text-align:left;vertical-align:top;white-space:normal;overflow-wrap:break-word;max-width:32em"
_SMALL = "font-size:smaller"
_TALL = 25  # rows; a longer table scrolls in a box of its own
_WORTH_A_SEARCH = 8  # rows; a shorter table is read at a glance
_BOX = "max-height:44em;overflow:auto"
_WIDTHS = "table-layout:auto;width:100%"  # notebooks give all columns the same width otherwise
_SPAN = re.compile(r"`([^`\n]+)`")
_LONG = re.compile(r"[^\s<>]{20,}")
_ID = re.compile(r"\b[A-Z]{1,4}-\d+[a-z]?\b")
_JOINT = re.compile(r"([/._])")


class Table(pd.DataFrame):
    """A DataFrame like any other; what is made of it by filtering or sorting shows the same way."""

    @property
    def _constructor(self) -> Callable[..., Table]:
        return Table

    def _repr_html_(self) -> str:
        """All rows and whole texts, since a quote that is cut off can't be checked."""
        if self.empty:
            looked_at = self.attrs.get("looked_at")
            told = f" Looked at {html.escape(str(looked_at))}." if looked_at else ""
            return f"<p><em>Nothing to show.{told}</em></p>"
        head = "".join(_cell("th", name) for name in self.columns)
        body = "".join(
            f"<tr>{''.join(_cell('td', value) for value in row)}</tr>\n" for row in self.itertuples(index=False)
        )
        inside = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>"
        name = table_name(inside)
        table = f'<table id="{name}" class="display compact" style="{_WIDTHS}">\n{inside}\n</table>'
        box = f' style="{_BOX}"' if len(self) > _TALL else ""
        script = take_up(name) if len(self) >= _WORTH_A_SEARCH else ""
        return f"<div{box}>{table}</div>\n{script}"


class Linked(str):
    """A text that leads somewhere: it filters and sorts as text, and shows as a link.

    Attributes:
        address: Where it leads; a text with an address that is no http(s) one shows as plain text.
    """

    address: str

    def __new__(cls, text: str, address: str) -> Linked:
        """The text with its address."""
        made = super().__new__(cls, text)
        made.address = address
        return made


class Folded(str):
    """A whole text of which a part shows at once and the rest when it is unfolded; it filters and sorts as text.

    Attributes:
        first: What shows at once, with its line breaks. rest: What is folded; may be empty.
    """

    first: str
    rest: str

    def __new__(cls, first: str, rest: str = "", joint: str = "; ") -> Folded:
        """The two parts, joined into the whole text."""
        made = super().__new__(cls, joint.join(part for part in (first, rest) if part))
        made.first, made.rest = first, rest
        return made


def _marked(value: object) -> str:
    """The text as HTML: code set as code, long words breakable, ids whole."""
    text = _SPAN.sub(r"<code>\1</code>", html.escape(str(value)))
    return _ID.sub(r'<span style="white-space:nowrap">\g<0></span>', _LONG.sub(_breakable, text))


def _cell(kind: str, value: Any) -> str:
    if isinstance(value, Folded):
        shown = _marked(value.first)
        if value.rest:
            shown += f'<details style="{_SMALL}"><summary>more</summary>{_marked(value.rest)}</details>'
        return f'<{kind} style="{_CELL}">{shown}</{kind}>'
    text = _marked(value)
    address = value.address if isinstance(value, Linked) else ""
    if address.startswith(("https://", "http://")):
        text = f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">{text}</a>'
    return f'<{kind} style="{_CELL}">{text}</{kind}>'


def _breakable(word: re.Match[str]) -> str:
    """A long path or module name that may be broken after its joints, so that a wide table fits."""
    return _JOINT.sub(r"\1<wbr>", word.group())
