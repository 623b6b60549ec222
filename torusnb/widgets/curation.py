"""Keeping and dropping waypoints, traps and sources, and adding to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets

from torusnb.models.knowledge import Trap
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.session.capturing import find_quiet_traps
from torusnb.widgets.markup import render_code, render_html, render_link, render_table
from torusnb.widgets.panel import NARROW, WIDE, Panel, Recorder, make_button, make_label, make_row

_LIST = {"max_height": "36em", "overflow": "auto", "display": "block"}


@dataclass(frozen=True)
class _Row:
    """A thing to keep or drop.

    Attributes:
        key: What a decision on it names. name: in plain text. title, details: as HTML.
        why: Why it is there, in plain text. aside: Whether it belongs to the folded part of the list.
        told: What the trail keeps beside the key, where the key alone does not say what was decided on.
    """

    key: str
    name: str
    title: str
    details: str
    why: str
    aside: bool = False
    told: str = ""


@dataclass(frozen=True)
class _Adding:
    """The field for a thing of one's own; `check` gives what is wrong with it, or nothing."""

    field: ipywidgets.Text
    check: Callable[[str], str]


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

    return _curate(session, "waypoint", rows, _Adding(field, check), listed_above=True)


def curate_traps(session: Session) -> Panel:
    """Each trap with `keep` and `drop`; folded below, what the quiet rules report.

    A dropped trap comes into no later draft; a kept one stays while the code does it, and one of a quiet rule comes in
    only so. A decision holds from the next capture on.
    """
    found = session.capture().traps
    rows = [_trap_row(trap) for trap in found]
    if session.parameters.interactive:  # nobody else can ask for them here
        told = {trap.key for trap in found}
        rows += [_trap_row(trap, aside=True) for trap in find_quiet_traps(session) if trap.key not in told]
    return _curate(session, "trap", rows, listed_above=True, folded="of quiet rules, not in the design unless kept")


def _trap_row(trap: Trap, *, aside: bool = False) -> _Row:
    title = f"{render_html(trap.what)} <small>{render_html(trap.rule)}</small>"
    return _Row(trap.key, trap.what, title, render_html(trap.why), trap.why, aside, trap.what)


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

    return _curate(session, "source", rows, _Adding(field, check), folded="not cited")


def _curate(
    session: Session,
    subject: str,
    rows: Sequence[_Row],
    adding: _Adding | None = None,
    *,
    listed_above: bool = False,
    folded: str = "",
) -> Panel:
    """The panel; where nobody clicks and the notebook lists the things already, only what was decided on them."""
    decisions = [decision for decision in session.trail.decisions() if decision.subject == subject]
    decided = {decision.key: decision.verdict for decision in decisions}
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
    texts = {decision.key: decision.text for decision in decisions}
    recorder = Recorder(
        session, "What you keep, drop or add is in the trail at once, and shows when the notebook is run again."
    )
    gone = [
        _Row(key, key, f"<b>{render_html(key)}</b>", render_html(texts[key] or "dropped"), "dropped")
        for key in dropped
        if key not in {r.key for r in rows}
    ]
    lines = {row: _Line(subject, row, decided.get(row.key, ""), recorder).widget for row in [*rows, *gone]}
    shown = ipywidgets.VBox([line for row, line in lines.items() if not row.aside], layout=_LIST)
    aside = ipywidgets.VBox([line for row, line in lines.items() if row.aside], layout=_LIST)
    parts: list[ipywidgets.Widget] = [recorder.line, shown]
    if aside.children:
        parts.append(ipywidgets.Accordion([aside], titles=[f"{len(aside.children)} more, {folded}"]))
    if adding is not None:
        parts.append(_add_row(subject, adding, recorder))
    return Panel(ipywidgets.VBox(parts), fallback)


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
        if self._recorder.decide(Decision(self._subject, self._row.key, verdict, self._row.told)):
            self._show(verdict)

    def _show(self, verdict: str) -> None:
        self._keep.button_style = "success" if verdict in ("keep", "add") else ""
        self._drop.button_style = "danger" if verdict == "drop" else ""
        self._label.value = make_label(self._row.title, self._row.details, faded=verdict == "drop")


def _add_row(subject: str, adding: _Adding, recorder: Recorder) -> ipywidgets.Widget:
    """A text field with a button; the field is emptied once its content is recorded, and only then."""
    field, check = adding.field, adding.check

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
