"""A widget with a Markdown fallback."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets

from torusnb.errors import TorusnbError
from torusnb.models.record import Decision
from torusnb.session import Session


class Panel:
    """What a widget cell shows: the widget where someone can click, and its Markdown wherever not.

    Args:
        widget: The widget, or None in a run where nobody clicks.
        fallback: The same content as Markdown.
    """

    def __init__(self, widget: ipywidgets.Widget | None, fallback: str) -> None:
        self.widget = widget
        self.fallback = fallback

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude  # Jupyter passes both; every form is always given
        shown: dict[str, Any] = {"text/plain": self.fallback, "text/markdown": self.fallback}
        if self.widget is not None:
            shown |= self.widget._repr_mimebundle_()
        return shown


class Recorder:
    """Puts decisions in the trail and says so in a line below the widget."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.line = ipywidgets.HTML()
        self.line.add_class("torusnb-recorded")

    def decide(self, decision: Decision) -> None:
        """Record a decision; an error is shown in the line, since a callback has no cell to raise into."""
        try:
            event = self._session.decide(decision)
        except TorusnbError as error:
            self.line.value = f"<b>Not recorded:</b> {html.escape(str(error))}"
        else:
            self.line.value = f"Recorded as {event.seq}: {html.escape(event.summary)}"


def render_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; what would break a cell is escaped."""
    head = list(columns)
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def add_row(label: str, add: Callable[[str], None], *, hint: str) -> ipywidgets.Widget:
    """A text field with a button; an empty field adds nothing, and the field is emptied once used."""
    field = ipywidgets.Text(placeholder=hint, layout={"width": "60%"})
    button = ipywidgets.Button(description=label)

    def on_click(_: object) -> None:
        if field.value.strip():
            add(field.value.strip())
            field.value = ""

    button.on_click(on_click)
    return ipywidgets.HBox([field, button])


def _cell(value: object) -> str:
    text = " ".join(str(value).split())
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
