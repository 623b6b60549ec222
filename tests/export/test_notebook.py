from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from torusnb.errors import InputError
from torusnb.export.cells import ABSENT_MIME, EVIDENCE_MIME
from torusnb.export.notebook import load_notebook, parse_person_cells, render_notebook
from torusnb.models.design import Template

PACK = "docs/gate_board"


def _cell(kind: str, section: str, text: str) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {"tags": ["fdd", f"section:{section}"]}, "source": text}


def _shown(data: dict[str, Any], section: str = "") -> dict[str, Any]:
    outputs = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]
    cell = _cell("code", section, "") if section else {"cell_type": "code", "metadata": {}, "source": ""}
    return {**cell, "execution_count": 1, "outputs": outputs}


def _notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        ({"title": "Gate Board", "pack": PACK}, ["Mine."]),
        ({"title": "The title before it was changed", "pack": PACK}, ["Mine."]),
        ({"title": "Gate Board", "pack": "docs/old/gate_board"}, []),
        ({"title": "Gate Board"}, ["Mine."]),
        (None, ["Mine."]),
    ],
)
def test_a_persons_cells_belong_to_the_pack_whose_evidence_lies_beside_them(
    carried: dict[str, str] | None, expected: list[str], template: Template
) -> None:
    ledger = [_shown({EVIDENCE_MIME: carried})] if carried is not None else []
    found = parse_person_cells(_notebook(*ledger, _cell("markdown", "1", "Mine.")), template, PACK)
    assert [draft.text for draft in found] == expected


def test_code_cells_are_no_persons_whether_they_ran_or_not(template: Template) -> None:
    ran = _shown({"text/markdown": "Drafted."}, section="1")
    assert parse_person_cells(_notebook(ran, _cell("code", "9.9", "")), template, PACK) == ()


@pytest.mark.parametrize("cells", [(), (_shown({"text/markdown": "*None.*", ABSENT_MIME: {}}, section="1"),)])
def test_a_notebook_without_any_section_gives_no_document(cells: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(InputError, match="No cell tagged `fdd` holds a section"):
        render_notebook(_notebook(*cells))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("# Gates", "not JSON"),
        ("[]", "no notebook of nbformat 4"),
        ('{"cells": 3}', "nbformat 4"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(content: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "design.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=message):
        load_notebook(path)


def test_a_notebook_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "design.ipynb"
    path.write_text(json.dumps(_notebook(_cell("markdown", "1", "Mine."))))
    assert load_notebook(path) == _notebook(_cell("markdown", "1", "Mine."))
