"""A browser, and a JupyterLab to visit with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.running_lab import RunningLab, running_lab
from tests.browser.visiting import MILLISECONDS, PACK

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
