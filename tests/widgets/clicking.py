"""Finding widgets the way a person does: by the words on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets

from torusnb.widgets.panel import Panel


def walk(widget: Any) -> Iterator[Any]:
    """A widget and everything in it, in the order it is shown."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def click(panel: Panel, tooltip: str) -> None:
    """Press the button with this tooltip."""
    (button,) = (w for w in walk(panel.widget) if isinstance(w, ipywidgets.Button) and w.tooltip == tooltip)
    button.click()


def tooltips(panel: Panel) -> list[str]:
    """The tooltips of all buttons."""
    return [w.tooltip for w in walk(panel.widget) if isinstance(w, ipywidgets.Button)]


def said(panel: Panel) -> str:
    """What the line says that tells what was recorded."""
    (line,) = (w for w in walk(panel.widget) if "torusnb-recorded" in getattr(w, "_dom_classes", ()))
    return str(line.value)


def field(panel: Panel, kind: type[Any]) -> Any:
    """The only widget of exactly this kind."""
    (found,) = (w for w in walk(panel.widget) if type(w) is kind)
    return found


def page(panel: Panel) -> str:
    """All HTML of the widgets."""
    return "\n".join(w.value for w in walk(panel.widget) if isinstance(w, ipywidgets.HTML))
