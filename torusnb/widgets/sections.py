"""Editing a section beside its evidence."""

from __future__ import annotations

import html

import ipywidgets

from torusnb.models.design import parse_keys
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets.panel import Panel, Recorder, render_table


def edit_section(session: Session) -> Panel:
    """A list of sections, the chosen one's text, and beside it what it rests on.

    `accept` makes the text a person's: no redraft replaces it. `give back` returns the section to the drafter.
    """
    drafts = {draft.section: draft for draft in session.sections()}
    titles = {s.id: f"{s.id} {s.title}" for s in session.template.sections if s.id in drafts}
    rows = [(titles[key], drafts[key].author, len(drafts[key].text.split())) for key in titles]
    fallback = render_table(("section", "author", "words"), rows)
    if not session.parameters.interactive or not titles:
        return Panel(None, fallback)
    return Panel(_Editor(session, {label: key for key, label in titles.items()}).widget, fallback)


class _Editor:
    """The widgets of the editor and what ties them together."""

    def __init__(self, session: Session, sections: dict[str, str]) -> None:
        self._session = session
        self._evidence = session.evidence().evidence
        self._recorder = Recorder(session)
        self._list = ipywidgets.Dropdown(options=list(sections.items()), description="Section")
        self._text = ipywidgets.Textarea(rows=22, layout={"width": "60%"})
        self._beside = ipywidgets.HTML(layout={"width": "38%", "max_height": "30em", "overflow": "auto"})
        accept = ipywidgets.Button(description="accept", button_style="success")
        give_back = ipywidgets.Button(description="give back", tooltip="return the section to the drafter")
        accept.on_click(lambda _: self._decide("accept"))
        give_back.on_click(lambda _: self._decide("reopen"))
        self._list.observe(lambda _: self._show(), names="value")
        self._text.observe(lambda _: self._show_evidence(), names="value")
        self._show()
        self.widget = ipywidgets.VBox(
            [
                ipywidgets.HBox([self._list, accept, give_back]),
                self._recorder.line,
                ipywidgets.HBox([self._text, self._beside]),
            ]
        )

    def _show(self) -> None:
        standing = {draft.section: draft.text for draft in self._session.sections()}
        self._text.value = standing.get(self._list.value, "")
        self._show_evidence()

    def _show_evidence(self) -> None:
        lines = []
        for key in parse_keys(self._text.value):
            item = self._evidence.get(key)
            text = html.escape(item.text) if item else "<b>resolves to nothing</b>"
            lines.append(f"<p><code>{html.escape(key)}</code><br>{text}</p>")
        self._beside.value = "".join(lines) or "<p>No evidence is marked in this text.</p>"

    def _decide(self, verdict: str) -> None:
        text = self._text.value if verdict == "accept" else ""
        self._recorder.decide(Decision("section", str(self._list.value), verdict, text))
        if verdict == "reopen":
            self._show()
