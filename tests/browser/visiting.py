"""What a person does in JupyterLab: open a notebook, wait until it is there, run its cells."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.running_lab import RunningLab

PACK = "late_work_policies"
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


def open_notebook(page: Page, lab: RunningLab, name: str) -> None:
    """Open a notebook of the folder and wait until its kernel answers."""
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{lab.url}lab/tree/{name}?reset&token={lab.token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.evaluate(WHEN_READY, name)


def run_all_cells(page: Page, name: str) -> None:
    """Run the notebook that is in front, to its end."""
    page.wait_for_function(KERNEL_IS_IDLE, arg=name)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(KERNEL_IS_IDLE, arg=name)
