"""Editing assumptions."""

from __future__ import annotations

import html

import ipywidgets

from torusnb.models.knowledge import Unknown
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.panel import Panel, Recorder, render_table


def edit_assumptions(session: Session) -> Panel:
    """Each assumption in a text field with `save`; the saved text stands from the next capture on."""
    unknown = session.capture().knowledge.unknown
    rows = [(u.id, u.assumption, u.impact, u.risk) for u in unknown]
    fallback = render_table(("id", "assumption", "impact", "risk"), rows)
    if not session.parameters.interactive:
        return Panel(None, fallback)
    recorder = Recorder(session)
    return Panel(ipywidgets.VBox([recorder.line, *(_line(item, recorder) for item in unknown)]), fallback)


def _line(item: Unknown, recorder: Recorder) -> ipywidgets.Widget:
    label = ipywidgets.HTML(f"<b>{item.id}</b> <small>{html.escape(item.text)} Risk: {html.escape(item.risk)}</small>")
    field = ipywidgets.Textarea(value=item.assumption, rows=2, layout={"width": "80%"})
    save = ipywidgets.Button(description="save", tooltip=f"save {item.id}", layout={"width": "5em"})
    save.on_click(lambda _: recorder.decide(Decision("assumption", item.id, "edit", field.value.strip())))
    return ipywidgets.VBox([label, ipywidgets.HBox([field, save])])
