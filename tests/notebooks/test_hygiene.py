"""The notebooks as they are committed: narrated, small cells, no results, the same parameters everywhere."""

from __future__ import annotations

import ast
import dataclasses
import io
import json
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from torusnb.batch import NOTEBOOKS
from torusnb.resources import notebooks_path
from torusnb.session import Parameters
from torusnb.spec.template import load_template

OWN = {"04_review_and_export.ipynb": {"notebook": ("str", "")}}
"""What a notebook takes besides the parameters of a session."""

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

Cell = dict[str, Any]


@pytest.fixture(params=NOTEBOOKS)
def path(request: pytest.FixtureRequest) -> Path:
    return notebooks_path() / str(request.param)


@pytest.fixture
def notebook(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture
def code(notebook: dict[str, Any]) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _source(cell: Cell) -> str:
    return "".join(cell["source"])


def _tags(cell: Cell) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def _parameters_cell(code: list[Cell]) -> str:
    tagged = [cell for cell in code if "parameters" in _tags(cell)]
    assert len(tagged) == 1
    return _source(tagged[0])


def _nodes(code: list[Cell]) -> Iterator[ast.AST]:
    for cell in code:
        yield from ast.walk(ast.parse(_source(cell)))


def test_these_are_all_the_notebooks() -> None:
    assert tuple(sorted(file.name for file in notebooks_path().glob("*.ipynb"))) == NOTEBOOKS


def test_notebook_is_valid_and_written_as_jupyter_saves_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parsed = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(parsed)
    assert text.rstrip("\n") == nbformat.writes(parsed).rstrip("\n")  # type: ignore[no-untyped-call]


def test_no_result_is_committed(notebook: dict[str, Any], code: list[Cell]) -> None:
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}


def test_cell_ids_are_numbered_so_that_a_later_cell_renames_no_other(path: Path, notebook: dict[str, Any]) -> None:
    number = path.name[:2]
    expected = [f"{number}-{place:02}" for place in range(1, len(notebook["cells"]) + 1)]
    assert sorted(cell["id"] for cell in notebook["cells"]) == expected


def test_parameters_are_those_of_a_session(path: Path, code: list[Cell]) -> None:
    taken = {field.name: (str(field.type), field.default) for field in dataclasses.fields(Parameters)}
    taken |= OWN.get(path.name, {})
    given = {}
    for statement in ast.parse(_parameters_cell(code)).body:
        assert isinstance(statement, ast.AnnAssign)
        assert isinstance(statement.target, ast.Name)
        assert statement.value is not None
        given[statement.target.id] = (ast.unparse(statement.annotation), ast.literal_eval(statement.value))
    assert list(given.items()) == list(taken.items())


def test_every_parameter_is_commented(code: list[Cell]) -> None:
    source = _parameters_cell(code)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    commented = {
        token.start[0] for token in tokens if token.type == tokenize.COMMENT and len(token.string) > len("# ab")
    }
    assert [line.lineno for line in ast.parse(source).body if line.lineno not in commented] == []


def test_parameters_come_before_any_other_code(code: list[Cell]) -> None:
    assert "parameters" in _tags(code[0])


def test_every_parameter_is_used(path: Path, code: list[Cell]) -> None:
    read = {node.id for node in _nodes(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    opened = [ast.unparse(node) for node in _nodes(code) if isinstance(node, ast.Call)]
    assert any(call.startswith("Session.open(**parameters_of(globals())") for call in opened)
    assert set(OWN.get(path.name, {})) - read == set()


def test_no_loop_and_no_definition_is_in_a_cell(code: list[Cell]) -> None:
    found = [node for node in _nodes(code) if isinstance(node, (*LOOPS, *DEFINITIONS))]
    assert [ast.unparse(node) for node in found] == []


def test_only_torusnb_is_imported(code: list[Cell]) -> None:
    roots = set()
    for node in _nodes(code):
        if isinstance(node, ast.Import):
            roots |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            roots.add((node.module or "").partition(".")[0])
    assert roots == {"torusnb"}


def test_code_cells_are_short(code: list[Cell]) -> None:
    short = [cell for cell in code if "parameters" not in _tags(cell)]
    assert [cell["id"] for cell in short if len(_source(cell).splitlines()) > 10] == []


def test_notebook_opens_with_its_purpose(notebook: dict[str, Any]) -> None:
    first = notebook["cells"][0]
    assert first["cell_type"] == "markdown"
    title, _, purpose = _source(first).partition("\n")
    assert re.fullmatch(r"# [1-4] · .+", title)
    assert len(purpose.split()) > 12


def test_every_heading_is_followed_by_code_or_a_part(notebook: dict[str, Any]) -> None:
    cells = notebook["cells"]
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        if _source(cell).startswith("##"):
            assert following is not None
            deeper = _source(following).startswith("#" * (len(_source(cell).split()[0]) + 1))
            assert following["cell_type"] == "code" or deeper


def test_results_are_introduced_in_words(notebook: dict[str, Any]) -> None:
    kinds = "".join(cell["cell_type"][0] for cell in notebook["cells"])
    assert "ccccc" not in kinds, "more than four code cells in a row, with no word between them"


def test_final_cells_cover_the_template_in_its_order() -> None:
    cells = json.loads((notebooks_path() / "03_design_drafting.ipynb").read_text(encoding="utf-8"))["cells"]
    *final, others = [cell for cell in cells if "fdd" in _tags(cell)]
    top = [section for section in load_template().sections if "." not in section.id]
    assert [_tags(cell) for cell in final] == [["fdd", f"section:{section.id}"] for section in top]
    assert [_source(cell) for cell in final] == [f'views.section(session, "{section.id}")' for section in top]
    before = [_source(cells[cells.index(cell) - 1]) for cell in final]
    assert before == [f"### {section.id}. {section.title}" for section in top]
    assert (_tags(others), _source(others)) == (["fdd", "section:*"], "views.other_sections(session)")


def test_only_notebook_three_has_final_cells() -> None:
    for name in set(NOTEBOOKS) - {"03_design_drafting.ipynb"}:
        cells = json.loads((notebooks_path() / name).read_text(encoding="utf-8"))["cells"]
        assert [cell["id"] for cell in cells if "fdd" in _tags(cell)] == []
