"""Choosing the pack."""

from __future__ import annotations

import os
from pathlib import Path

import ipywidgets

from torusnb.context.map.checkout import require_elixir_project
from torusnb.session.places import ENVIRONMENT
from torusnb.spec.discovery import find_packs
from torusnb.widgets.markup import render_code
from torusnb.widgets.panel import Panel


class PackChoice(Panel):
    """The chosen pack: what was given, or what the list stands at.

    `value` is empty until something is chosen; a session opened with an empty pack asks for the folder.
    """

    def __init__(self, given: str, directories: tuple[str, ...], interactive: bool) -> None:
        self._given = given
        self._list: ipywidgets.Dropdown | None = None
        if given:
            super().__init__(None, f"The pack is {render_code(given)}.")
            return
        listed = "\n".join(f"- {render_code(directory)}" for directory in directories) or "- none was found"
        if interactive and directories:
            options = [("choose a pack, then run the cells below", ""), *((name, name) for name in directories)]
            self._list = ipywidgets.Dropdown(options=options, description="Pack", layout={"width": "80%"})
        super().__init__(self._list, f"No pack was given. The checkout has:\n\n{listed}")

    @property
    def value(self) -> str:
        """The chosen pack's folder, or empty."""
        return self._given or (str(self._list.value) if self._list is not None else "")


def choose_pack(torus_root: str, pack: str, *, interactive: bool = True) -> PackChoice:
    """The packs of the checkout to choose from, unless one was given.

    Raises:
        CheckoutError: The folder is no Elixir project.
    """
    given = pack or os.environ.get(ENVIRONMENT["pack"], "")
    if given:
        return PackChoice(given, (), interactive)
    root = torus_root if torus_root != "." else os.environ.get(ENVIRONMENT["torus_root"], ".")
    checkout = require_elixir_project(Path(root).expanduser())
    return PackChoice("", tuple(found.directory for found in find_packs(checkout)), interactive)
