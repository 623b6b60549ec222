"""Editing a section beside its evidence."""

from __future__ import annotations

import ipywidgets

from torusnb.models.design import Evidence, SectionDraft, parse_keys
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.spec.words import count_words
from torusnb.widgets.markup import render_html, render_table
from torusnb.widgets.panel import NARROW, Panel, Recorder


def edit_section(session: Session) -> Panel:
    """A list of sections, the chosen one's text, and beside it what it rests on.

    `accept` makes the text a person's: no redraft replaces it. `give back` returns the section to the drafter.
    """
    drafts = {draft.section: draft for draft in session.sections()}
    titles = {s.id: f"{s.id} {s.title}" for s in session.template.sections if s.id in drafts}
    rows = [(titles[key], _author(drafts[key]), count_words(drafts[key].text)) for key in titles]
    fallback = render_table(("section", "author", "words"), rows)
    if not session.parameters.interactive or not titles:
        return Panel(None, fallback)
    return Panel(_Editor(session, titles).widget, fallback)


def _author(draft: SectionDraft) -> str:
    return "a person" if draft.accepted else draft.author


class _Editor:
    """The widgets of the editor and what ties them together.

    Text that was typed and not accepted stays with its section while another one is looked at.
    """

    def __init__(self, session: Session, titles: dict[str, str]) -> None:
        self._session = session
        self._titles = titles
        self._evidence: dict[str, Evidence] = session.evidence().evidence
        self._typed: dict[str, str] = {}
        self._recorder = Recorder(
            session, "An accepted text stands in every later run; the cells above show it when run again."
        )
        self._list = ipywidgets.Dropdown(description="Section", layout={"width": "28em"})
        self._text = ipywidgets.Textarea(rows=24, continuous_update=False, layout={"width": "60%"})
        self._beside = ipywidgets.HTML(layout={"width": "40%", "max_height": "34em", "overflow": "auto"})
        accept = ipywidgets.Button(description="accept", tooltip="let this text stand", button_style="success")
        give_back = ipywidgets.Button(description="give back", tooltip="return the section to the drafter")
        accept.layout = give_back.layout = NARROW
        accept.on_click(lambda _: self._accept())
        give_back.on_click(lambda _: self._give_back())
        self._load()
        self._list.observe(lambda _: self._show(), names="value")
        self._text.observe(lambda _: self._typed_in(), names="value")
        self._show()
        head = ipywidgets.HBox([self._list, accept, give_back])
        self.widget = ipywidgets.VBox([head, self._recorder.line, ipywidgets.HBox([self._text, self._beside])])

    def _load(self) -> None:
        """Read the sections as they stand; the list says which are a person's."""
        self._standing = {draft.section: draft for draft in self._session.sections()}
        chosen = self._list.value
        self._list.options = [
            (f"{title} (yours)" if self._standing[key].accepted else title, key) for key, title in self._titles.items()
        ]
        self._list.value = chosen or next(iter(self._titles))

    def _show(self) -> None:
        section = self._list.value
        if section is not None:  # the list is empty for a moment while its options change
            self._text.value = self._typed.get(section, self._standing[section].text)
            self._show_evidence()

    def _typed_in(self) -> None:
        section = self._list.value
        if section is not None:
            self._typed[section] = self._text.value
            self._show_evidence()

    def _show_evidence(self) -> None:
        found = [self._entry(key) for key in parse_keys(self._text.value)]
        self._beside.value = "".join(found) or "<p>No evidence is marked in this text.</p>"

    def _entry(self, key: str) -> str:
        item = self._evidence.get(key)
        if item is None:
            text = '<b style="color:var(--jp-error-color1,#b71c1c)">resolves to nothing</b>'
        else:
            text = f"{render_html(item.text)} <small>{render_html(item.kind)} {render_html(item.place or '')}</small>"
        return f'<p style="line-height:1.35;margin:0 0 .7em .7em"><code>{render_html(key)}</code><br>{text}</p>'

    def _accept(self) -> None:
        section, text = str(self._list.value), self._text.value.strip()
        if not text:
            self._recorder.refuse("the text is empty; write the section, or give it back to the drafter")
            return
        unknown = [key for key in parse_keys(text) if key not in self._evidence]
        warning = f"{', '.join(unknown)} resolves to nothing: mend it, or the export stops there." if unknown else ""
        self._decide(Decision("section", section, "accept", text), warning)

    def _give_back(self) -> None:
        self._decide(Decision("section", str(self._list.value), "reopen"))

    def _decide(self, decision: Decision, warning: str = "") -> None:
        if self._recorder.decide(decision, warning):
            self._typed.pop(decision.key, None)
            self._load()
            self._show()
