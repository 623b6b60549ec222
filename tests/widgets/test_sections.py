"""Editing a section beside its evidence, and editing assumptions."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
import pytest

from tests.widgets.clicking import click, field, page, said, tooltips, walk
from torusnb.models.design import parse_keys
from torusnb.models.record import Decision
from torusnb.session import Session
from torusnb.widgets import edit_assumptions, edit_section
from torusnb.widgets.panel import Panel

OpenSession = Callable[..., Session]
ACCEPT, GIVE_BACK = "let this text stand", "return the section to the drafter"
MINE = "Decided with the team on Tuesday. [@FR-001]"


def _text(session: Session, section: str) -> str:
    return next(draft.text for draft in session.sections() if draft.section == section)


def _open_section(panel: Panel, section: str) -> ipywidgets.Textarea:
    field(panel, ipywidgets.Dropdown).value = section
    return field(panel, ipywidgets.Textarea)


def test_the_text_stands_beside_its_evidence(session: Session) -> None:
    panel = edit_section(session)
    text = _open_section(panel, "4.1").value
    assert text == _text(session, "4.1")
    assert parse_keys(text)
    shown = page(panel)
    evidence = session.evidence().evidence
    assert [key for key in parse_keys(text) if f">{key}</code>" not in shown] == []
    assert evidence[parse_keys(text)[0]].kind in shown
    assert "resolves to nothing" not in shown


def test_evidence_follows_the_text_that_is_typed(session: Session) -> None:
    panel = edit_section(session)
    box = _open_section(panel, "4.1")
    box.value = MINE
    assert ">FR-001</code>" in page(panel)
    assert session.evidence().evidence["FR-001"].text.split("`")[0][:40] in page(panel)
    box.value = "Nothing marked."
    assert "No evidence is marked" in page(panel)


def test_an_accepted_text_stands_in_the_next_run_and_its_document(session: Session, open_session: OpenSession) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = f"{MINE}\n"
    click(panel, ACCEPT)
    assert session.trail.decisions() == (Decision("section", "4.1", "accept", MINE),)
    assert "Recorded as" in said(panel)
    later = open_session(interactive=False)
    assert _text(later, "4.1") == MINE
    assert "Decided with the team on Tuesday. (FR-001)" in later.compose().text
    assert "| a person |" in edit_section(later).fallback


def test_the_list_says_which_sections_are_a_persons_and_stays_at_the_chosen_one(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "8").value = MINE
    click(panel, ACCEPT)
    chosen = field(panel, ipywidgets.Dropdown)
    assert chosen.value == "8"
    assert [label for label, _ in chosen.options if "yours" in label] == [f"{chosen.label}"]
    assert field(panel, ipywidgets.Textarea).value == MINE


def test_a_section_given_back_is_the_drafters_again(session: Session, open_session: OpenSession) -> None:
    drafted = _text(session, "4.1")
    panel = edit_section(session)
    _open_section(panel, "4.1").value = MINE
    click(panel, ACCEPT)
    click(panel, GIVE_BACK)
    assert field(panel, ipywidgets.Textarea).value == drafted
    assert _text(open_session(), "4.1") == drafted


def test_text_that_was_typed_waits_while_another_section_is_looked_at(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = MINE
    assert _open_section(panel, "8").value == _text(session, "8")
    assert _open_section(panel, "4.1").value == MINE
    assert session.trail.decisions() == ()


def test_a_key_that_resolves_to_nothing_is_told_when_it_is_accepted(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = "As agreed. [@FR-999]"
    assert "resolves to nothing" in page(panel)
    click(panel, ACCEPT)
    assert "FR-999 resolves to nothing" in said(panel)
    assert session.trail.decisions()[0].verdict == "accept"


def test_an_empty_text_is_not_accepted(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = " \n"
    click(panel, ACCEPT)
    assert "Not recorded" in said(panel)
    assert session.trail.decisions() == ()


def test_what_could_not_be_recorded_stays_in_the_field(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = MINE
    session.trail.close()
    click(panel, ACCEPT)
    assert "Not recorded" in said(panel)
    assert field(panel, ipywidgets.Textarea).value == MINE


def test_hostile_text_is_shown_and_not_obeyed(session: Session) -> None:
    panel = edit_section(session)
    _open_section(panel, "4.1").value = "x [@<img src=x onerror=alert(1)>]"
    assert "<img" not in page(panel)


@pytest.mark.parametrize("show", [edit_section, edit_assumptions])
def test_without_anybody_to_click_there_is_markdown_and_no_widget(
    open_session: OpenSession, show: Callable[[Session], Panel]
) -> None:
    panel = show(open_session(interactive=False))
    assert panel.widget is None
    assert panel.fallback.startswith("| ")


def _assumption(session: Session, name: str) -> str | None:
    return next((u.assumption for u in session.capture().knowledge.unknown if u.id == name), None)


def _write(panel: Panel, name: str, text: str) -> None:
    """Type into the field that stands beside an assumption's buttons, and save."""
    for row in walk(panel.widget):
        inside = [w for w in walk(row) if isinstance(w, ipywidgets.Button) and w.tooltip == f"save {name}"]
        boxes = [w for w in walk(row) if isinstance(w, ipywidgets.Textarea)]
        if inside and len(boxes) == 1:
            boxes[0].value = text
            inside[0].click()
            return
    raise AssertionError(f"no field for {name}")


def test_an_edited_assumption_stands_in_the_next_session_until_it_is_given_back(
    session: Session, open_session: OpenSession
) -> None:
    first = session.capture().knowledge.unknown[0]
    panel = edit_assumptions(session)
    _write(panel, first.id, "  Time is kept in UTC. ")
    assert session.trail.decisions() == (Decision("assumption", first.id, "edit", "Time is kept in UTC."),)
    assert "Recorded as" in said(panel)
    later = open_session()
    assert _assumption(later, first.id) == "Time is kept in UTC."
    click(edit_assumptions(later), f"return {first.id} to its first text")
    assert _assumption(open_session(), first.id) == first.assumption


def test_a_dropped_assumption_is_gone_and_can_be_given_back(session: Session, open_session: OpenSession) -> None:
    first = session.capture().knowledge.unknown[0].id
    click(edit_assumptions(session), f"drop {first}")
    later = open_session()
    assert _assumption(later, first) is None
    panel = edit_assumptions(later)
    assert f"save {first}" not in tooltips(panel)
    assert f"Dropped: `{first}`" in panel.fallback
    click(panel, f"return {first} to its first text")
    assert _assumption(open_session(), first) is not None


def test_an_empty_assumption_is_not_saved(session: Session) -> None:
    panel = edit_assumptions(session)
    _write(panel, session.capture().knowledge.unknown[0].id, " ")
    assert "Not recorded" in said(panel)
    assert session.trail.decisions() == ()
