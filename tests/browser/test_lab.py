"""A person at work: JupyterLab in a browser, a click on a widget, the decision in the trail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.running_lab import RunningLab, running_lab
from torusnb.batch import NOTEBOOKS
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision
from torusnb.trail.store import Trail

PACK = "late_work_policies"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MILLISECONDS = 90_000.0

WHEN_READY = """async path => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = [...app.shell.widgets("main")].find(widget => widget.context?.path === path);
  app.shell.activateById(panel.id);
  await panel.revealed;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
"""Wait for everything that a person sees appear before they would run a notebook."""

KERNEL_IS_IDLE = """path => {
  const panel = [...window.jupyterapp.shell.widgets("main")].find(widget => widget.context?.path === path);
  return panel.sessionContext.session.kernel.status === "idle";
}"""


@pytest.fixture
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("TORUSNB_BROWSER") == "required":
            pytest.fail("TORUSNB_BROWSER says that the browser is required, and there is no chromium")
        pytest.skip("there is no chromium; install Debian's chromium, or set TORUSNB_BROWSER=required to fail here")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=MILLISECONDS)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def lab(tmp_path: Path, sample_torus: Path) -> Iterator[RunningLab]:
    options = ["--torus", str(sample_torus), "--pack", PACK, "--out", str(tmp_path / "out")]
    with running_lab(tmp_path / "lab", *options) as running:
        yield running


def _open_notebook(page: Page, lab: RunningLab, name: str) -> None:
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{lab.url}lab/tree/{name}?reset&token={lab.token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.evaluate(WHEN_READY, name)


def _run_all_cells(page: Page, name: str) -> None:
    page.wait_for_function(KERNEL_IS_IDLE, arg=name)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(KERNEL_IS_IDLE, arg=name)


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
    _open_notebook(page, lab, NOTEBOOKS[0])
    _run_all_cells(page, NOTEBOOKS[0])

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

    _run_all_cells(page, NOTEBOOKS[0])
    expect(said).to_have_count(0, timeout=MILLISECONDS)
    expect(page.locator("button.jupyter-button[title^='drop lib/']").last).to_have_attribute("title", f"drop {path}")
    assert path not in _waypoints(tmp_path)
