"""Keeping, dropping and adding waypoints and sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets

from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.markup import render_code, render_html, render_link, render_table
from torusnb.widgets.panel import NARROW, WIDE, Panel, Recorder, make_button, make_label, make_row

_LIST = {"max_height": "36em", "overflow": "auto", "display": "block"}


@dataclass(frozen=True)
class _Row:
    """A thing to keep or drop.

    Attributes:
        key: What a decision on it names. name: in plain text. title, details: as HTML.
        why: Why it is there, in plain text. aside: Whether it belongs to the folded part of the list.
    """

    key: str
    name: str
    title: str
    details: str
    why: str
    aside: bool = False


def curate_waypoints(session: Session) -> Panel:
    """Each waypoint with `keep` and `drop`, and a field to add a file of the checkout.

    A decision holds from the next capture on: run the capture cell again, or any later notebook.
    """
    rows = []
    for waypoint in session.capture().waypoints:
        why = "; ".join(reason.text for reason in waypoint.reasons)
        name = waypoint.module or waypoint.path
        title = f"<b>{waypoint.rank}. {render_html(name)}</b> <code>{render_html(waypoint.path)}</code>"
        rows.append(_Row(waypoint.path, f"{waypoint.rank}. {name}", title, render_html(why), why))
    paths = session.code_map.paths
    field = ipywidgets.Combobox(placeholder="path of a file in the checkout", options=sorted(paths), layout=WIDE)

    def check(path: str) -> str:
        return "" if path in paths else f"the checkout has no file {path}; give its path as from mix.exs"

    return _curate(session, "waypoint", rows, field, check, listed_above=True)


def curate_sources(session: Session) -> Panel:
    """Each source with `keep` and `drop`, those that are cited first, and a field to add an address.

    A dropped source never comes back; an added one is cited as not fetched.
    """
    research = session.research()
    rows = []
    for source in research.sources:
        verdicts = sorted({citation.verdict for citation in research.citations if citation.source == source.key})
        why = ", ".join(verdicts) or "not cited"
        details = f"{render_html(why)} · {render_html(source.provider)} · {render_html(source.url)}"
        title = f"<b>{render_link(source.title, source.url)}</b>"
        rows.append(_Row(source.key, source.title, title, details, why, aside=not verdicts))
    rows.sort(key=lambda row: row.aside)  # stable: the order is otherwise the research's
    field = ipywidgets.Text(placeholder="https://…", layout=WIDE)

    def check(address: str) -> str:
        return (
            "" if address.startswith(("https://", "http://")) else "a source needs an address beginning with https://"
        )

    return _curate(session, "source", rows, field, check)


def _curate(
    session: Session,
    subject: str,
    rows: Sequence[_Row],
    field: ipywidgets.Text,
    check: Callable[[str], str],
    *,
    listed_above: bool = False,
) -> Panel:
    """The panel; where nobody clicks and the notebook lists the things already, only what was decided on them."""
    decided = {d.key: d.verdict for d in session.trail.decisions() if d.subject == subject}
    dropped = [key for key, verdict in decided.items() if verdict == "drop"]
    brief = listed_above and not session.parameters.interactive
    told = [row for row in rows if decided.get(row.key) or not brief]
    fallback = render_table((subject, "why", "decided"), [(r.name, r.why, decided.get(r.key, "")) for r in told])
    if brief and not told:
        fallback = f"None of the {len(rows)} {subject}s listed was kept or added by a person."
    if dropped:
        fallback += f"\n\nDropped: {', '.join(render_code(key) for key in dropped)}"
    if not session.parameters.interactive:
        return Panel(None, fallback)
    recorder = Recorder(
        session, "What you keep, drop or add is in the trail at once, and shows when the notebook is run again."
    )
    gone = [
        _Row(key, key, f"<b>{render_html(key)}</b>", "dropped", "dropped")
        for key in dropped
        if key not in {r.key for r in rows}
    ]
    lines = {row: _Line(subject, row, decided.get(row.key, ""), recorder).widget for row in [*rows, *gone]}
    shown = ipywidgets.VBox([line for row, line in lines.items() if not row.aside], layout=_LIST)
    folded = ipywidgets.VBox([line for row, line in lines.items() if row.aside], layout=_LIST)
    parts = [shown]
    if folded.children:
        parts.append(ipywidgets.Accordion([folded], titles=[f"{len(folded.children)} more, not cited"]))
    return Panel(ipywidgets.VBox([recorder.line, *parts, _add_row(subject, field, check, recorder)]), fallback)


class _Line:
    """One row: its two buttons show what is decided, also when it could not be recorded."""

    def __init__(self, subject: str, row: _Row, verdict: str, recorder: Recorder) -> None:
        self._subject, self._row, self._recorder = subject, row, recorder
        self._keep = make_button("keep", f"keep {row.key}", lambda: self._decide("keep"))
        self._drop = make_button("drop", f"drop {row.key}", lambda: self._decide("drop"))
        self._label = ipywidgets.HTML(layout=WIDE)
        self._show(verdict)
        self.widget = make_row(self._keep, self._drop, self._label)

    def _decide(self, verdict: str) -> None:
        if self._recorder.decide(Decision(self._subject, self._row.key, verdict)):
            self._show(verdict)

    def _show(self, verdict: str) -> None:
        self._keep.button_style = "success" if verdict in ("keep", "add") else ""
        self._drop.button_style = "danger" if verdict == "drop" else ""
        self._label.value = make_label(self._row.title, self._row.details, faded=verdict == "drop")


def _add_row(
    subject: str, field: ipywidgets.Text, check: Callable[[str], str], recorder: Recorder
) -> ipywidgets.Widget:
    """A text field with a button; the field is emptied once its content is recorded, and only then."""

    def add() -> None:
        given = field.value.strip()
        problem = check(given) if given else f"the field is empty; name the {subject} to add"
        if problem:
            recorder.refuse(problem)
        elif recorder.decide(Decision(subject, given, "add")):
            field.value = ""

    button = make_button("add", f"add this {subject}", add)
    button.layout = NARROW
    return make_row(button, field)
