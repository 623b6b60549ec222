"""What all widgets share: a Markdown twin, a line that tells what was recorded, buttons of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from torusnb.errors import TorusnbError
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.markup import render_html

NARROW = {"width": "7em", "flex": "0 0 auto"}
WIDE = {"flex": "1 1 auto", "width": "auto", "min_width": "0"}


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
        shown = self.widget._repr_mimebundle_() if self.widget is not None else {}
        return shown | {"text/plain": self.fallback, "text/markdown": self.fallback}


class Recorder:
    """Puts decisions in the trail and says so in a line of the widget."""

    def __init__(self, session: Session, effect: str) -> None:
        """A line for a session; `effect` says when a decision shows."""
        self._session = session
        self._effect = effect
        self.line = ipywidgets.HTML(f"<i>{render_html(effect)}</i>")
        self.line.add_class("torusnb-recorded")

    def decide(self, decision: Decision, warning: str = "") -> bool:
        """Record a decision; whether it is in the trail.

        An error is shown in the line, since a callback has no cell to raise into.
        """
        try:
            event = self._session.decide(decision)
        except TorusnbError as error:
            self.refuse(str(error))
            return False
        said = f"Recorded as {event.seq}: {event.summary}."
        self.line.value = f"<b>{render_html(said)}</b> {render_html(warning or self._effect)}"
        return True

    def refuse(self, reason: str) -> None:
        """Say why nothing was recorded."""
        self.line.value = f'<b style="color:var(--jp-error-color1,#b71c1c)">Not recorded:</b> {render_html(reason)}'


def make_button(label: str, tooltip: str, on_click: Callable[[], None]) -> ipywidgets.Button:
    """A button of the common width."""
    button = ipywidgets.Button(description=label, tooltip=tooltip, layout=NARROW)
    button.on_click(lambda _: on_click())
    return button


def make_label(title: str, details: str, *, faded: bool = False) -> str:
    """The HTML of a row's label: what it is, and under it in small what is known of it; both are HTML already."""
    style = "line-height:1.4;padding:3px 0 3px 8px" + (";opacity:.5" if faded else "")
    return f'<div style="{style}">{title}<br><small>{details}</small></div>'


def make_row(*children: ipywidgets.Widget) -> ipywidgets.HBox:
    """Widgets side by side, with a thin line under them."""
    line = "1px solid var(--jp-border-color2, #e0e0e0)"
    return ipywidgets.HBox(children, layout={"align_items": "center", "border_bottom": line})
