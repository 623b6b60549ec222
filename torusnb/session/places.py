"""Where a session finds what it was not given: the environment, the clock, the person at the keyboard."""

from __future__ import annotations

import dataclasses
import datetime
import os
from pathlib import Path

from platformdirs import user_cache_path

from torusnb.context.map.checkout import require_elixir_project
from torusnb.errors import ParameterError
from torusnb.session.parameters import Parameters
from torusnb.spec.discovery import find_packs

ENVIRONMENT = {"torus_root": "TORUSNB_TORUS", "pack": "TORUSNB_PACK", "out_dir": "TORUSNB_OUT"}
"""Parameters that `torusnb lab` hands to the notebooks it opens."""


def today() -> str:
    """Today's date in UTC, ISO 8601."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def given_checkout() -> Path:
    """The checkout that the environment names (`TORUSNB_TORUS`), else the current folder."""
    return Path(os.environ.get(ENVIRONMENT["torus_root"]) or ".")


def outline_cache() -> Path:
    """The folder that keeps outlines and the text index between runs (`TORUSNB_CACHE` moves it)."""
    return _cache() / "code-maps"


def history_cache() -> Path:
    """The file that keeps what git told of commits between runs (`TORUSNB_CACHE` moves it)."""
    return _cache() / "history.sqlite3"


def _cache() -> Path:
    given = os.environ.get("TORUSNB_CACHE")
    return Path(given) if given else user_cache_path("torusnb")


def complete(parameters: Parameters) -> Parameters:
    """The parameters, with what was left at its default taken from the environment, and the pack asked for.

    Raises:
        ParameterError: No pack was given and nobody can answer.
    """
    found = {
        name: os.environ[variable]
        for name, variable in ENVIRONMENT.items()
        if getattr(parameters, name) == getattr(Parameters, name) and os.environ.get(variable)
    }
    parameters = dataclasses.replace(parameters, **found)  # type: ignore[arg-type]  # all three are texts
    if parameters.pack:
        return parameters
    return dataclasses.replace(parameters, pack=_ask_for_pack(Path(parameters.torus_root)))


def drafting_notebook(given: str) -> Path | None:
    """The given notebook; without one notebook 3 in the current folder, where a kernel runs; otherwise None.

    Raises:
        ParameterError: A notebook was given and is not there.
    """
    path = Path(given or "03_design_drafting.ipynb")
    if path.is_file():
        return path
    if given:
        raise ParameterError("there is no such notebook; give notebook 3, or leave it empty", path=path)
    return None


def _ask_for_pack(root: Path) -> str:
    require_elixir_project(root)
    known = [pack.directory for pack in find_packs(root)]
    listed = "; ".join(known[:12]) + ("; …" if len(known) > 12 else "")
    missing = ParameterError(
        f"no spec pack was given; set `pack` to the folder of its prd.md, one of: {listed or 'none was found'}",
        key="pack",
    )
    try:
        offered = "".join(f"\n  {directory}" for directory in known[:12])
        answer = input(f"Which spec pack?{offered}\nIts name, or the folder of its prd.md: ").strip()
    except (EOFError, OSError, RuntimeError) as error:  # no terminal; a kernel without a front end
        raise missing from error
    if not answer:
        raise missing
    return answer
