"""What the command line says of a design's research, from its trail: references, the matrix, and what changed since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from torusnb.errors import InputError
from torusnb.export.writing import load_text, save_text
from torusnb.research.references import find_cited, render_bibtex, render_csl_json, render_list
from torusnb.trail.bundle import TRAIL_NAME
from torusnb.trail.replay import load_design
from torusnb.trail.store import Trail

Say = Callable[[str], None]

FORMATS = {"bibtex": render_bibtex, "csl": render_csl_json, "text": render_list}
"""Format to what renders it."""


def report_references(folder: Path, form: str, target: Path | None, say: Say, *, all_found: bool) -> None:
    """Tell the references of the design that was exported last, or write them to a file.

    Args:
        folder: The pack's output folder.
        form: A key of `FORMATS`.
        target: The file to write; a different one that lies there is never replaced.
        say: Told the references, or what was written.
        all_found: Also what the research kept and the design does not cite.

    Raises:
        InputError: A different file lies there.
        TrailError: There is no trail, it is damaged, or it holds no export.
    """
    with Trail.open(folder / TRAIL_NAME, create=False) as trail:
        design = load_design(trail)
    research = design.pack.research
    sources = research.sources if all_found else find_cited(design.exported.text, research.sources)
    text = FORMATS[form](sources, research.citations)
    if target is None:
        say(text.rstrip("\n"))
        return
    if load_text(target) not in (None, text):
        raise InputError("a different file is there already; name another one, or remove it", path=target)
    save_text(target, text)
    say(f"{target}: {len(sources)} reference{'' if len(sources) == 1 else 's'}")
