"""Keeping and dropping waypoints, traps and sources, and adding to them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import ipywidgets
import pytest

from tests.widgets.clicking import click, field, page, said, tooltips
from torusnb.models.record import Decision
from torusnb.session import Parameters, Session
from torusnb.session.capturing import find_quiet_traps
from torusnb.widgets import curate_sources, curate_traps, curate_waypoints
from torusnb.widgets.markup import render_html
from torusnb.widgets.panel import Panel

OpenSession = Callable[..., Session]
ADDED = "lib/mini/repo.ex"
ADDRESS = "https://docs.example.org/late-work?a=1&b=2"


def _paths(session: Session) -> list[str]:
    return [waypoint.path for waypoint in session.capture().waypoints]


def test_a_dropped_waypoint_is_in_the_trail_and_gone_from_the_next_session(
    session: Session, open_session: OpenSession
) -> None:
    path = _paths(session)[1]
    panel = curate_waypoints(session)
    click(panel, f"drop {path}")
    assert session.trail.decisions() == (Decision("waypoint", path, "drop"),)
    assert "Recorded as" in said(panel)
    assert path in said(panel)
    later = open_session(interactive=False)
    assert path not in _paths(later)
    assert f"Dropped: `{path}`" in curate_waypoints(later).fallback


def test_a_dropped_waypoint_comes_back_when_it_is_kept_again(session: Session, open_session: OpenSession) -> None:
    path = _paths(session)[1]
    click(curate_waypoints(session), f"drop {path}")
    panel = curate_waypoints(session)
    assert tooltips(panel)[-3:-1] == [f"keep {path}", f"drop {path}"]
    click(panel, f"keep {path}")
    assert path in _paths(open_session())


def test_the_buttons_show_what_is_decided(session: Session, open_session: OpenSession) -> None:
    path = _paths(session)[0]
    click(curate_waypoints(session), f"keep {path}")
    panel = curate_waypoints(open_session())
    buttons = {w.tooltip: w.button_style for row in panel.widget.children[1].children for w in row.children[:2]}  # type: ignore[union-attr]
    assert buttons[f"keep {path}"] == "success"
    assert set(buttons.values()) == {"success", ""}
    assert "| keep |" in panel.fallback


def test_an_added_file_is_a_waypoint_of_the_next_session(session: Session, open_session: OpenSession) -> None:
    click(curate_waypoints(session), f"drop {ADDED}") if ADDED in _paths(session) else None
    panel = curate_waypoints(session)
    box = field(panel, ipywidgets.Combobox)
    assert ADDED in box.options
    box.value = f"  {ADDED} "
    click(panel, "add this waypoint")
    assert box.value == ""
    assert session.trail.decisions()[-1] == Decision("waypoint", ADDED, "add")
    assert ADDED in _paths(open_session())


@pytest.mark.parametrize(("given", "reason"), [("lib/nowhere.ex", "has no file"), ("  ", "the field is empty")])
def test_what_the_checkout_does_not_hold_is_not_added(session: Session, given: str, reason: str) -> None:
    panel = curate_waypoints(session)
    field(panel, ipywidgets.Combobox).value = given
    click(panel, "add this waypoint")
    assert "Not recorded" in said(panel)
    assert reason in said(panel)
    assert field(panel, ipywidgets.Combobox).value == given
    assert session.trail.decisions() == ()


def test_a_dropped_trap_is_in_the_trail_and_in_no_later_capture_or_draft(
    session: Session, open_session: OpenSession
) -> None:
    trap = session.capture().traps[0]
    assert trap.stake.rstrip(".") in "\n".join(draft.text for draft in session.sections())
    panel = curate_traps(session)
    click(panel, f"drop {trap.key}")
    assert session.trail.decisions() == (Decision("trap", trap.key, "drop", trap.what),)
    assert "Recorded as" in said(panel)
    later = open_session(interactive=False)
    assert trap.key not in {found.key for found in later.capture().traps}
    assert trap.stake.rstrip(".") not in "\n".join(draft.text for draft in later.sections())
    assert f"Dropped: `{trap.key}`" in curate_traps(later).fallback


def test_a_dropped_trap_says_what_it_was_and_comes_back_when_it_is_kept(
    session: Session, open_session: OpenSession
) -> None:
    trap = session.capture().traps[0]
    click(curate_traps(session), f"drop {trap.key}")
    panel = curate_traps(open_session())
    assert render_html(trap.what) in page(panel)
    click(panel, f"keep {trap.key}")
    assert trap.key in {found.key for found in open_session().capture().traps}


def test_what_a_quiet_rule_reports_is_folded_away_and_counts_once_it_is_kept(
    sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    checkout = tmp_path / "checkout"
    shutil.copytree(sample_torus, checkout)
    source = checkout / "lib/mini/delivery/settings.ex"
    body = "Mini.Repo.transaction(fn -> Phoenix.PubSub.broadcast(Mini.PubSub, id, :late) end)"
    written = source.read_text().rstrip().removesuffix("end")
    source.write_text(f"{written}\n  def settle_late_work_policy(id), do: {body}\nend\n")
    parameters = Parameters(str(checkout), "late_work_policies", str(tmp_path / "out"), today="2026-01-31")
    with Session(parameters) as session:
        before = {trap.key for trap in session.capture().traps}
        quiet = find_quiet_traps(session)
        (key,) = (trap.key for trap in quiet if trap.symbol == "settle_late_work_policy/1")
        assert key not in before
        panel = curate_traps(session)
        assert field(panel, ipywidgets.Accordion).titles[0].startswith(f"{len(quiet)} more, of quiet rules")
        click(panel, f"keep {key}")
    with Session(parameters) as later:
        assert {trap.key for trap in later.capture().traps} == {*before, key}


def test_a_batch_run_tells_only_the_traps_that_somebody_decided_on(open_session: OpenSession) -> None:
    session = open_session(interactive=False)
    trap = session.capture().traps[0]
    assert curate_traps(session).fallback.startswith("None of the ")
    session.decide(Decision("trap", trap.key, "keep", trap.what))
    (row,) = curate_traps(session).fallback.splitlines()[2:]
    assert row.endswith("| keep |")
    assert trap.key in {found.key for found in open_session(interactive=False).capture().traps}


def test_a_dropped_source_is_cited_no_more_and_an_added_one_is_there(
    session: Session, open_session: OpenSession
) -> None:
    research = session.research()
    cited = research.citations[0].source
    panel = curate_sources(session)
    click(panel, f"drop {cited}")
    field(panel, ipywidgets.Text).value = ADDRESS
    click(panel, "add this source")
    later = open_session()
    assert cited not in {citation.source for citation in later.research().citations}
    (added,) = [source for source in later.research().sources if source.url == ADDRESS]
    assert (added.provider, added.accessed) == ("person", "")
    assert cited in curate_sources(later).fallback


def test_only_a_web_address_is_added_as_a_source(session: Session) -> None:
    panel = curate_sources(session)
    field(panel, ipywidgets.Text).value = "javascript:alert(1)"
    click(panel, "add this source")
    assert "Not recorded" in said(panel)
    assert session.trail.decisions() == ()


def test_sources_nobody_cites_are_folded_away_below_those_that_are_cited(session: Session) -> None:
    cited = {citation.source for citation in session.research().citations}
    keys = [name.removeprefix("keep ") for name in tooltips(curate_sources(session)) if name.startswith("keep ")]
    assert set(keys[: len(cited)]) == cited
    folded = field(curate_sources(session), ipywidgets.Accordion)
    assert folded.titles == (f"{len(keys) - len(cited)} more, not cited",)


@pytest.mark.parametrize("show", [curate_waypoints, curate_traps, curate_sources])
def test_without_anybody_to_click_there_is_markdown_and_no_widget(
    open_session: OpenSession, show: Callable[[Session], Panel]
) -> None:
    panel = show(open_session(interactive=False))
    assert panel.widget is None
    assert set(panel._repr_mimebundle_()) == {"text/plain", "text/markdown"}
    assert panel.fallback.startswith("| source" if show is curate_sources else "None of the ")


def test_a_batch_run_tells_only_the_waypoints_that_somebody_decided_on(open_session: OpenSession) -> None:
    session = open_session(interactive=False)
    kept = session.capture().waypoints[0]
    session.decide(Decision("waypoint", kept.path, "keep"))
    (row,) = curate_waypoints(session).fallback.splitlines()[2:]
    assert row.startswith(f"| {kept.rank}. ")
    assert row.endswith("| keep |")


@pytest.mark.parametrize("show", [curate_waypoints, curate_traps, curate_sources])
def test_markdown_stands_beside_the_widget(session: Session, show: Callable[[Session], Panel]) -> None:
    panel = show(session)
    bundle = panel._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == bundle["text/markdown"] == panel.fallback
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_trail_that_cannot_be_written_is_told_and_the_button_stays_as_it_was(session: Session) -> None:
    path = _paths(session)[0]
    panel = curate_waypoints(session)
    session.trail.close()
    click(panel, f"drop {path}")
    assert "Not recorded" in said(panel)
    assert "trail.sqlite3" in said(panel)
    styles = {w.button_style for row in panel.widget.children[1].children for w in row.children[:2]}  # type: ignore[union-attr]
    assert styles == {""}


def test_hostile_titles_of_sources_are_shown_and_not_obeyed(session: Session) -> None:
    bad = 'a|b <img src=x onerror="alert(1)"> ![p](https://evil.example/p.png) `'
    session.decide(Decision("source", "https://docs.example.org/x?<script>", "add", bad))
    panel = curate_sources(session)
    assert "<img" not in page(panel)
    assert "<script" not in page(panel)
    assert "&lt;img src=x onerror=&quot;" in page(panel)
    (row,) = [line for line in panel.fallback.splitlines() if "evil.example" in line]
    assert row.startswith(r"| a\|b \<img")
    assert r"!\[p\](https://evil.example/p.png) \`" in row
