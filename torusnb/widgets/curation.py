"""Keeping, dropping and adding waypoints and sources."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import ipywidgets

from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.panel import Panel, Recorder, add_row, render_table

Row = tuple[str, str, str]
"""A thing to keep or drop: its key, what it is, why it is there."""


def curate_waypoints(session: Session) -> Panel:
    """Each waypoint with `keep` and `drop`, and a field to add a file of the checkout.

    A decision holds from the next capture on: run the capture cell again, or any later notebook.
    """
    rows = [
        (w.path, f"{w.rank}. {w.module or w.path}", "; ".join(reason.text for reason in w.reasons))
        for w in session.capture().waypoints
    ]
    return _curate(session, "waypoint", rows, hint="lib/my_app/some_module.ex")


def curate_sources(session: Session) -> Panel:
    """Each source with `keep` and `drop`, and a field to add an address.

    A dropped source never comes back; an added one is cited as not fetched.
    """
    research = session.research()
    rows = []
    for source in research.sources:
        verdicts = sorted({c.verdict for c in research.citations if c.source == source.key})
        rows.append((source.key, source.title, ", ".join(verdicts) or "not cited"))
    return _curate(session, "source", rows, hint="https://…")


def _curate(session: Session, subject: str, rows: Sequence[Row], *, hint: str) -> Panel:
    decided = {d.key: d.verdict for d in session.trail.decisions() if d.subject == subject}
    shown = [(name, reasons, decided.get(key, "")) for key, name, reasons in rows]
    dropped = [key for key, verdict in decided.items() if verdict == "drop"]
    fallback = render_table((subject, "why", "decided"), shown)
    if dropped:
        fallback += f"\n\nDropped: {', '.join(f'`{key}`' for key in dropped)}"
    if not session.parameters.interactive:
        return Panel(None, fallback)
    recorder = Recorder(session)
    lines = [_line(key, name, reasons, decided.get(key, ""), subject, recorder.decide) for key, name, reasons in rows]
    lines += [_line(key, key, "dropped", "drop", subject, recorder.decide) for key in dropped]
    added = add_row(f"Add {subject}", lambda key: recorder.decide(Decision(subject, key, "add")), hint=hint)
    return Panel(ipywidgets.VBox([recorder.line, *lines, added]), fallback)


def _line(
    key: str, name: str, reasons: str, verdict: str, subject: str, decide: Callable[[Decision], None]
) -> ipywidgets.Widget:
    keep = ipywidgets.Button(description="keep", tooltip=f"keep {key}", layout={"width": "5em"})
    drop = ipywidgets.Button(description="drop", tooltip=f"drop {key}", layout={"width": "5em"})

    def choose(chosen: str) -> None:
        _mark(keep, drop, chosen)
        decide(Decision(subject, key, chosen))

    keep.on_click(lambda _: choose("keep"))
    drop.on_click(lambda _: choose("drop"))
    _mark(keep, drop, verdict)
    label = ipywidgets.HTML(f"<b>{html.escape(name)}</b> <small>{html.escape(reasons)}</small>")
    return ipywidgets.HBox([keep, drop, label])


def _mark(keep: ipywidgets.Button, drop: ipywidgets.Button, verdict: str) -> None:
    keep.button_style = "success" if verdict == "keep" else ""
    drop.button_style = "danger" if verdict == "drop" else ""
