"""What the command line says of a design's research, from its trail: references, the matrix, and what changed since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from torusnb.errors import InputError
from torusnb.export.writing import load_text, save_text
from torusnb.fetch import open_client
from torusnb.models.base import render_json
from torusnb.research.matrix import trace_evidence
from torusnb.research.providers.opening import find_hex_home
from torusnb.research.recheck_report import render_recheck
from torusnb.research.references import find_cited, render_bibtex, render_csl_json, render_list
from torusnb.research.report_matrix import render_chains
from torusnb.research.report_tables import render_matrix
from torusnb.research.uses import find_uses
from torusnb.session.exporting import Outputs
from torusnb.session.rechecking import recheck_trail
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


def report_matrix(folder: Path, as_json: bool, say: Say) -> None:
    """Tell the matrix of the design that was exported last: requirement, question, source, quote, sentence, gaps.

    Raises:
        TrailError: There is no trail, it is damaged, or it holds no export.
    """
    with Trail.open(folder / TRAIL_NAME, create=False) as trail:
        design = load_design(trail)
    matrix = trace_evidence(design.pack, design.sections)
    if as_json:
        say(msgspec.json.format(render_json(matrix)).decode())
        return
    uses = find_uses(design.pack, design.sections)
    say("\n".join([*render_matrix(matrix.traces, uses), *render_chains(matrix)]).rstrip())


def report_recheck(
    folder: Path, torus_root: Path, contact: str, say: Say, *, offline: bool, all_captured: bool, as_json: bool
) -> bool:
    """Read every captured source that the design cites again, and tell what became of each quote.

    Args:
        folder: The pack's output folder.
        torus_root: The checkout whose `deps/` is read again; one that is none is left aside.
        contact: An address that hosts can complain to.
        say: Told a line for each quote, and more for one that changed.
        offline: Ask nobody; only what lies on disk is read again.
        all_captured: Also sources that the design does not cite.
        as_json: Tell everything as JSON.

    Returns:
        Whether every quote that could be looked for still stands.
    """
    root = torus_root.resolve() if (torus_root / "mix.exs").is_file() else None
    with (
        Trail.open(folder / TRAIL_NAME, create=False) as trail,
        open_client(offline=offline, contact=contact) as client,
    ):
        result = recheck_trail(
            trail, Outputs(folder), client, root, hex_home=find_hex_home(), all_captured=all_captured
        )
    if as_json:
        say(msgspec.json.format(render_json(result)).decode())
    else:
        for line in render_recheck(result):
            say(line)
    return not result.fallen
