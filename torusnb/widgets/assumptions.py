"""Editing assumptions."""

from __future__ import annotations

import ipywidgets

from torusnb.models.knowledge import Unknown
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.markup import render_code, render_html, render_table
from torusnb.widgets.panel import WIDE, Panel, Recorder, make_button, make_label, make_row


def edit_assumptions(session: Session) -> Panel:
    """Each assumption in a text field with `save`, `drop` and `give back`.

    The saved text stands from the next capture on; `give back` returns to torusnb's own.
    """
    unknown = session.capture().knowledge.unknown
    decided = {d.key: d.verdict for d in session.trail.decisions() if d.subject == "assumption"}
    dropped = [key for key, verdict in decided.items() if verdict == "drop"]
    rows = [(u.id, u.assumption, u.impact, u.risk, decided.get(u.id, "")) for u in unknown]
    fallback = render_table(("id", "assumption", "impact", "risk", "decided"), rows)
    if dropped:
        fallback += f"\n\nDropped: {', '.join(render_code(key) for key in dropped)}"
    if not session.parameters.interactive:
        return Panel(None, fallback)
    recorder = Recorder(
        session, "What you save, drop or give back is in the trail at once, and shows when the notebook is run again."
    )
    lines = [_line(item, recorder) for item in unknown] + [_dropped_line(key, recorder) for key in dropped]
    return Panel(ipywidgets.VBox([recorder.line, *lines]), fallback)


def _line(item: Unknown, recorder: Recorder) -> ipywidgets.Widget:
    details = f"If it is wrong: {render_html(item.risk)} Impact: {render_html(item.impact)}."
    label = ipywidgets.HTML(make_label(f"<b>{render_html(item.id)}</b> {render_html(item.question)}", details))
    field = ipywidgets.Textarea(value=item.assumption, rows=2, continuous_update=False, layout=WIDE)

    def save() -> None:
        text = field.value.strip()
        if text:
            recorder.decide(Decision("assumption", item.id, "edit", text))
        else:
            recorder.refuse("the field is empty; write the assumption, or drop it")

    buttons = ipywidgets.HBox(
        [
            make_button("save", f"save {item.id}", save),
            make_button("drop", f"drop {item.id}", lambda: _decide(recorder, item.id, "drop")),
            make_button(
                "give back", f"return {item.id} to its first text", lambda: _decide(recorder, item.id, "reopen")
            ),
        ],
        layout={"flex": "0 0 auto"},
    )
    line = "1px solid var(--jp-border-color2, #e0e0e0)"
    return ipywidgets.VBox([label, ipywidgets.HBox([buttons, field])], layout={"border_bottom": line})


def _dropped_line(key: str, recorder: Recorder) -> ipywidgets.Widget:
    label = ipywidgets.HTML(make_label(f"<b>{render_html(key)}</b>", "dropped", faded=True))
    back = make_button("give back", f"return {key} to its first text", lambda: _decide(recorder, key, "reopen"))
    return make_row(back, label)


def _decide(recorder: Recorder, key: str, verdict: str) -> None:
    recorder.decide(Decision("assumption", key, verdict))
