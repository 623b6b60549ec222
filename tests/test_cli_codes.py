"""What every command has in common: a help that can be followed, and exit codes by one table."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.commands import each_command
from torusnb.batch import NOTEBOOKS, run_notebooks
from torusnb.cli import main
from torusnb.cli_errors import Group, exit_code
from torusnb.cli_examples import EXAMPLES
from torusnb.errors import (
    ConflictError,
    EvidenceError,
    ModelError,
    NotebookError,
    OutputError,
    PackError,
    TemplateError,
    TorusnbError,
    TrailError,
)
from torusnb.session import Parameters, Session
from torusnb.session.exporting import write_export

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(("name", "command"), list(each_command(main)))
def test_every_help_ends_with_examples_and_explains_its_arguments(name: str, command: click.Command) -> None:
    shown = CliRunner().invoke(main, [*name.split(), "--help"]).stdout
    said = shown.partition("Options:")[0].partition("\n")[2]
    for example in EXAMPLES[name]:
        assert f"\n    torusnb {example}\n" in shown
        assert example.startswith(name)
    for argument in (each for each in command.params if isinstance(each, click.Argument)):
        for word in re.findall(r"[A-Z]+", argument.metavar or (argument.name or "").upper()):
            assert word == "QUESTION" or re.search(rf"\b{word}\b", said), word


@pytest.mark.parametrize("example", [line for lines in EXAMPLES.values() for line in lines])
def test_every_example_is_a_command_that_can_be_typed(example: str) -> None:
    command: click.Command = main
    words = shlex.split(example)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    assert command.make_context("torusnb", words).params


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PackError("no pack"), 2),
        (TemplateError("no template"), 2),
        (OutputError("no place"), 2),
        (TrailError("damaged"), 1),
        (ConflictError("changed meanwhile"), 1),
        (EvidenceError("nothing has that key"), 1),
        (ModelError("no reply", reason="refused"), 1),
        (ModelError("no key", reason="no-key"), 2),
        (ModelError("a key in the open", reason="unsafe-address"), 2),
        (NotebookError("a cell", path="x.ipynb"), 1),
        (NotebookError("a cell", path="x.ipynb", cause=OutputError), 2),
        (NotebookError("a cell", path="x.ipynb", cause=EvidenceError), 1),
    ],
)
def test_the_exit_code_of_an_error(error: TorusnbError, code: int) -> None:
    assert exit_code(error) == code


def _failing(error: BaseException) -> click.Command:
    @click.group(cls=Group)
    def group() -> None:
        """A group."""

    @group.command()
    def fail() -> None:
        """Fails."""
        raise error

    return group


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (PermissionError(13, "Permission denied", "prd.md"), 2, "torusnb: prd.md: it cannot be read or written"),
        (KeyboardInterrupt(), 130, "torusnb: interrupted; what was recorded is kept"),
        (PackError("There is no pack.", path="a"), 2, "torusnb: a: There is no pack."),
    ],
)
def test_what_ends_a_command_is_one_line_and_a_code(error: BaseException, code: int, said: str) -> None:
    result = CliRunner().invoke(_failing(error), ["fail"])
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1


def test_the_exit_codes_are_documented_as_the_help_tells_them() -> None:
    table = (ROOT / "docs/files.md").read_text(encoding="utf-8").partition("# Exit codes")[2]
    shown = CliRunner().invoke(main, ["--help"]).stdout
    for code in ("0", "1", "2", "130"):
        assert f"\n| {code} |" in table
        assert re.search(rf"^ +{code} +\S", shown, re.MULTILINE)


def test_a_batch_run_that_cannot_write_the_document_says_so_in_one_line_with_exit_code_2(
    sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    parameters = Parameters(str(sample_root), "nightly_import", str(tmp_path / "out"), interactive=False)
    (tmp_path / "out/nightly_import/research.md").mkdir(parents=True)
    with pytest.raises(NotebookError) as caught:
        run_notebooks(parameters)
    assert exit_code(caught.value) == 2
    said = str(caught.value)
    assert said.startswith(f"{tmp_path}/out/nightly_import/notebooks/{NOTEBOOKS[3]}: cell ")
    assert "/out/nightly_import/research.md: The file cannot be read (Is a directory). Check the path." in said
    assert said.endswith("a further run goes on from there.")
    assert "Error" not in said
    shown = (tmp_path / "out/nightly_import/notebooks" / NOTEBOOKS[3]).read_text(encoding="utf-8")
    assert "Traceback" not in shown


def test_an_edit_while_the_document_is_exported_stays_and_is_no_bad_input(sample_root: Path, tmp_path: Path) -> None:
    parameters = Parameters(str(sample_root), "nightly_import", str(tmp_path / "out"), interactive=False)
    with Session(parameters) as session:
        export = session.export()
        export.fdd_path.write_text("# Mine\n", encoding="utf-8")
        with pytest.raises(ConflictError, match="changed while it was being exported") as caught:
            write_export(session.trail, export)
        assert exit_code(caught.value) == 1
        assert export.fdd_path.read_text(encoding="utf-8") == "# Mine\n"
        assert "# Mine" in session.export().text


def test_two_exports_at_once_that_write_the_same_are_no_conflict(sample_root: Path, tmp_path: Path) -> None:
    parameters = Parameters(str(sample_root), "nightly_import", str(tmp_path / "out"), interactive=False)
    with Session(parameters) as one, Session(parameters) as other:
        first, second = one.compose(), other.compose()
        assert (first.record.existing, second.record.existing) == (None, None)
        write_export(one.trail, first)
        assert write_export(other.trail, second).text == first.text
        assert len(list(one.trail.events("export"))) == 1
