"""A person at work: JupyterLab in a browser, a click on a widget, the decision in the trail."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.running_lab import RunningLab
from tests.browser.visiting import MILLISECONDS, PACK, open_notebook, run_all_cells
from torusnb.batch import NOTEBOOKS
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision
from torusnb.trail.store import Trail


def _waypoints(folder: Path) -> set[str]:
    """The paths of the waypoints that were captured last."""
    with Trail.open(folder / "out" / PACK / "trail.sqlite3", create=False) as trail:
        event = trail.latest("context")
        assert event is not None
        return {waypoint.path for waypoint in trail.parse(event, Context).waypoints}


@pytest.mark.browser
def test_a_waypoint_dropped_with_a_click_is_in_the_trail_and_gone_from_the_next_run(
    browser: Browser, lab: RunningLab, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    open_notebook(page, lab, NOTEBOOKS[0])
    run_all_cells(page, NOTEBOOKS[0])

    drops = page.locator("button.jupyter-button[title^='drop lib/']")
    expect(drops.nth(1)).to_be_attached(timeout=MILLISECONDS)
    path = str(drops.nth(1).get_attribute("title")).removeprefix("drop ")
    drop = page.locator(f"button.jupyter-button[title='drop {path}']")
    drop.click()
    said = page.locator(".torusnb-recorded", has_text="Recorded as")
    expect(said).to_contain_text(f"drop waypoint {path}", timeout=MILLISECONDS)

    assert path in _waypoints(tmp_path)
    with Trail.open(tmp_path / "out" / PACK / "trail.sqlite3", create=False) as trail:
        assert trail.decisions() == (Decision("waypoint", path, "drop"),)
        assert [event.actor for event in trail.events("decision")] == ["person"]

    run_all_cells(page, NOTEBOOKS[0])
    expect(said).to_have_count(0, timeout=MILLISECONDS)
    expect(page.locator("button.jupyter-button[title^='drop lib/']").last).to_have_attribute("title", f"drop {path}")
    assert path not in _waypoints(tmp_path)
