"""What a person sees of pictures and tables: in JupyterLab, in a batch run's notebook, in exported HTML."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.running_lab import RunningLab
from tests.browser.visiting import MILLISECONDS, PACK, open_notebook, run_all_cells
from torusnb.batch import NOTEBOOKS, run_notebooks
from torusnb.session import check_parameters

PICTURES = "img[src^='data:image/svg+xml']"
ARE_DRAWN = """selector => [...document.querySelectorAll(selector)].filter(image => image.naturalWidth > 200).length"""
WAYPOINTS = ".dt-container:has(th:has-text('likely'))"


@pytest.fixture(scope="module")
def executed(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first notebook as a batch run leaves it."""
    given = {"torus_root": str(sample_root), "pack": PACK, "interactive": False}
    parameters = check_parameters({**given, "out_dir": str(tmp_path_factory.mktemp("batch"))})
    return run_notebooks(parameters) / "notebooks" / NOTEBOOKS[0]


def _expect_pictures(page: Page, at_least: int) -> None:
    expect(page.locator(PICTURES).nth(at_least - 1)).to_be_attached(timeout=MILLISECONDS)
    page.wait_for_function(f"({ARE_DRAWN})({PICTURES!r}) >= {at_least}")


def _search(page: Page, words: str) -> list[str]:
    """The rows of the waypoints' table that a search leaves."""
    rows = page.locator(f"{WAYPOINTS} tbody tr")
    expect(rows.nth(10)).to_be_attached(timeout=MILLISECONDS)
    page.locator(f"{WAYPOINTS} .dt-search input").fill(words)
    expect(rows.nth(10)).not_to_be_attached(timeout=MILLISECONDS)
    return rows.all_text_contents()  # with what is folded


@pytest.mark.browser
def test_pictures_and_a_search_in_jupyterlab_and_whole_tables_and_pictures_in_a_batch_runs_notebook(
    browser: Browser, lab: RunningLab, executed: Path
) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    open_notebook(page, lab, NOTEBOOKS[0])
    run_all_cells(page, NOTEBOOKS[0])
    _expect_pictures(page, 4)
    found = _search(page, "worker")
    assert found
    assert all("worker" in row.lower() for row in found)

    (lab.folder / "executed.ipynb").write_bytes(executed.read_bytes())
    page.goto(f"{lab.url}lab/tree/executed.ipynb?reset&token={lab.token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    _expect_pictures(page, 4)
    expect(page.locator("th", has_text="likely").first).to_be_visible(timeout=MILLISECONDS)


@pytest.mark.browser
def test_pictures_and_a_search_in_exported_html_without_network(browser: Browser, executed: Path) -> None:
    convert = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(executed)]
    subprocess.run(convert, check=True, timeout=120, capture_output=True)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})

    def refuse(route: Route) -> None:
        route.abort()

    page.route("http*://**", refuse)
    page.goto(executed.with_suffix(".html").as_uri())
    _expect_pictures(page, 4)
    assert all("cache" in row.lower() for row in _search(page, "cache"))
