"""A notebook as a whole: read from disk, given its evidence, rendered as the document, searched for own text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from torusnb.errors import InputError
from torusnb.export.cells import FINAL_TAG, SECTION_TAG, CarriedEvidence, find_evidence, gather_lines, parse_cells
from torusnb.export.document import render_fdd
from torusnb.models.design import EvidencePack, SectionDraft, Template
from torusnb.models.sources import Citation, Source


def load_notebook(path: Path) -> dict[str, Any]:
    """A notebook file as JSON.

    Raises:
        InputError: The file is not there, or is no notebook of nbformat 4.
    """
    try:
        notebook = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"The notebook cannot be read ({error.strerror}). Check the path.", path=path) from error
    except ValueError as error:
        raise InputError("This is no notebook: it is not JSON. Give the path of an .ipynb file.", path=path) from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise InputError("This is no notebook of nbformat 4. Open it in JupyterLab and save it again.", path=path)
    return notebook


def render_ledger(pack: EvidencePack) -> dict[str, Any]:
    """What a code cell shows under `EVIDENCE_MIME`, as plain JSON values.

    Every key is in it, so that a person may cite any; of each thing only what a document shows of it. What it says
    stands in the trail, and of what the draft rests on in the notebook's own table.
    """
    verdicts = dict.fromkeys((citation.source, citation.verdict) for citation in pack.research.citations)
    evidence, lines = gather_lines(pack.evidence)
    names = {item.place.path.rpartition("/")[2] for item in pack.evidence.values() if item.place is not None}
    carried = CarriedEvidence(
        title=pack.pack.title,
        evidence=evidence,
        sources=tuple(
            Source(source.key, source.title, source.url, source.provider, accessed=source.accessed)
            for source in pack.research.sources
        ),
        commit=pack.context.commit_id,
        citations=tuple(Citation(source, "", "", verdict, "") for source, verdict in verdicts),
        template=pack.template,
        pack=pack.pack.directory,
        lines=lines,
        namesakes=tuple(path for path in pack.context.namesakes if path.rpartition("/")[2] in names),
    )
    builtins: dict[str, Any] = msgspec.to_builtins(carried)
    return builtins


def render_notebook(notebook: Mapping[str, Any], template: Template | None = None) -> str:
    """The design document of a notebook's final cells, from nothing but what the notebook carries.

    Raises:
        InputError: No cell is a final one, or one cannot be placed.
        NotebookError: A final cell has no text, or the evidence cannot be read.
        EvidenceError: A marker resolves to nothing.
    """
    found = parse_cells(notebook, template)
    if not found.sections:
        raise InputError(
            f"No cell tagged `{FINAL_TAG}` holds a section. Tag the document's cells `{FINAL_TAG}` and "
            f"`{SECTION_TAG}<id>`, and run the notebook."
        )
    return render_fdd(
        found.title,
        found.template,
        found.sections,
        found.evidence,
        found.sources,
        commit=found.commit,
        citations=found.citations,
        namesakes=found.namesakes,
    )


def parse_person_cells(notebook: Mapping[str, Any], template: Template, directory: str) -> tuple[SectionDraft, ...]:
    """The sections a person wrote as Markdown cells; none when the notebook carries another pack's evidence.

    A notebook that carries no evidence, or does not say whose, counts as the pack's own. Code cells, run or not, are
    passed over. A code cell behind a person's cell does not win over it here: who accepts a draft does so in the trail.

    Args:
        notebook: The notebook.
        template: The sections there are.
        directory: The pack's directory, as in `SpecPack`. Its title does not count: a person may change that.

    Raises:
        InputError: A final Markdown cell without a section, or with an unknown one.
    """
    carried = find_evidence(notebook)
    if carried is not None and carried.pack not in {"", directory}:
        return ()
    cells = [cell if cell.get("cell_type") == "markdown" else {} for cell in notebook.get("cells", ())]
    return parse_cells({"cells": cells}, template).sections
