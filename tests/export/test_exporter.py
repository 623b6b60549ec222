from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from torusnb.export.cells import EVIDENCE_MIME
from torusnb.review.profiles import check_newer, check_older
from torusnb.spec.template import load_template


def _notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": list(cells)}


def _section(number: int, section: str, text: str) -> dict[str, Any]:
    metadata = {"tags": ["fdd", f"section:{section}"]}
    return {"id": f"cell-{number}", "cell_type": "markdown", "metadata": metadata, "source": text}


def _evidence() -> dict[str, Any]:
    payload = {
        "title": "Gate Board",
        "evidence": {"FR-001": {"key": "FR-001", "kind": "requirement", "text": "Wardens see open gates."}},
        "sources": [
            {"key": "src:multi", "title": "Multi", "url": "https://docs.example.org/multi", "provider": "catalogue"}
        ],
        "commit": "content-0123456789ab",
    }
    return {
        "id": "evidence",
        "cell_type": "code",
        "metadata": {},
        "source": "",
        "execution_count": 1,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": {EVIDENCE_MIME: payload}}],
    }


def _convert(folder: Path, notebook: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (folder / "design.ipynb").write_text(json.dumps(notebook))
    return subprocess.run(
        [sys.executable, "-m", "jupyter", "nbconvert", "--to", "fdd", "design.ipynb"],
        cwd=folder,
        env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def whole() -> dict[str, Any]:
    sections = [
        _section(number, section.id, f"What {section.title} says [@FR-001] rests on [@src:multi].")
        for number, section in enumerate(load_template().sections)
        if section.form != "references"
    ]
    return _notebook(_evidence(), *sections)


def test_nbconvert_writes_the_document_from_the_notebook_alone(tmp_path: Path, whole: dict[str, Any]) -> None:
    run = _convert(tmp_path, whole)
    assert run.returncode == 0, run.stderr
    text = (tmp_path / "design.md").read_text()
    assert text.startswith("# Gate Board")
    assert "## 1. Executive Summary\n\nWhat Executive Summary says (FR-001) rests on [multi].\n" in text
    assert "All code references are at commit `content-0123456789ab`." in text
    assert "- **[multi]** Multi · https://docs.example.org/multi · Not accessed (catalogue entry, unchecked)\n" in text
    assert check_older(text) == ()
    assert check_newer(text) == ()


def test_nbconvert_writes_nothing_and_names_the_cell_when_a_final_cell_never_ran(
    tmp_path: Path, whole: dict[str, Any]
) -> None:
    whole["cells"][3] |= {"cell_type": "code", "outputs": [], "execution_count": None}
    run = _convert(tmp_path, whole)
    assert run.returncode == 1
    assert "Cell 4 is a final cell but was never run. Run the notebook" in run.stderr
    assert not (tmp_path / "design.md").exists()
