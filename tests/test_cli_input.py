"""What a person typed: checked as a whole before anything starts, and answered in the words of the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.commands import each_command
from torusnb.cli import main
from torusnb.cli_options import TEAM
from torusnb.cli_words import in_options, render_error
from torusnb.drafting.drafters import DRAFTERS
from torusnb.errors import OutputError, ParameterError, TemplateError
from torusnb.research.providers.opening import PROVIDERS
from torusnb.session import Parameters, Session
from torusnb.session.beginning import check_place
from torusnb.session.outside import REPLAY
from torusnb.session.parameters import find_unused

PACK = "docs/features/late_work_policies"
Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("late_work_policies", "no_such_pack"), "'no_such_pack'"),
        (("late_work_policies", "activity_feed", "--drafter", "nobody"), "'nobody'"),
        (("late_work_policies", PACK), "both go to this folder"),
        (("late_work_policies", "activity_feed", "--providers", "replay"), "take `replay` out of `--providers`"),
        (("late_work_policies", "--drafter", "claude", "--online", "--model", "claude-nobody"), "'claude-nobody'"),
    ],
)
def test_what_is_wrong_with_any_pack_is_told_before_the_first_one_is_begun(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-of-nobody")
    result = run("run", *arguments)
    assert result.exit_code in (1, 2)
    assert words in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "torusnb-out").exists()


def test_an_output_folder_that_cannot_be_made_is_told_before_the_first_pack_is_begun(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    result = run("run", "late_work_policies", "--out", tmp_path / "taken")
    assert result.exit_code == 2
    assert f"{tmp_path / 'taken'} is a file; choose another output folder" in result.stderr
    assert result.stdout == ""


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)  # root may write into any folder
    with pytest.raises(OutputError, match="nothing may be written in"):
        check_place(tmp_path / "out" / "bells")


def test_a_folder_that_cannot_even_be_looked_for_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="choose another output folder"):
        check_place(tmp_path / ("x" * 300) / "bells")


def test_every_pack_that_cannot_be_run_is_named_at_once(run: Run) -> None:
    told = run("run", "no_such_pack", "late_work_policies", "nor_this_one").stderr.splitlines()
    assert len(told) == 2
    assert "'no_such_pack'" in told[0]
    assert "'nor_this_one'" in told[1]


def test_a_folder_of_another_pack_is_told_before_the_first_pack_is_begun(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "packs" / "late_work_policies"
    other.mkdir(parents=True)
    (other / "prd.md").write_text("# Another feature\n\nFR-001: The bell rings.\n", encoding="utf-8")
    assert run("export", other).exit_code == 0
    result = run("run", "activity_feed", PACK)
    assert result.exit_code == 2
    assert "belongs to the pack" in result.stderr
    assert not (tmp_path / "torusnb-out" / "activity_feed").exists()


def test_a_check_writes_nothing_and_names_the_folder(sample_root: Path, tmp_path: Path) -> None:
    folder = Session.check(Parameters(str(sample_root), PACK, str(tmp_path / "out")))
    assert folder == tmp_path / "out" / "late_work_policies"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["run", "export"])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--prompts", "mine"), "`--prompts`"),
        (("--endpoint", "http://127.0.0.1:9"), "`--endpoint`"),
        (("--model", "a-model", "--budget", "1"), "`--model` and `--budget`"),
        (("--batches",), "`--batches`"),
        (("--prices", "mine.yml"), "`--prices`"),
    ],
)
def test_an_option_that_nothing_would_use_is_refused(
    run: Run, tmp_path: Path, command: str, arguments: tuple[str, ...], words: str
) -> None:
    result = run(command, PACK, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "--drafter claude" in result.stderr
    assert not (tmp_path / "torusnb-out").exists()


def test_the_provider_claude_uses_a_model_and_its_budget_and_no_prompts() -> None:
    given = ("model", "budget", "prompts")
    assert find_unused("offline", "deps,claude", given) == ("prompts",)
    assert find_unused("claude", "deps", given) == ()


def test_a_notebook_is_told_what_it_set_in_vain(
    sample_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"torus_root": str(sample_root), "pack": PACK, "out_dir": str(tmp_path / "out")}
    with Session.open(**given, budget=1.5):
        assert "nothing uses `budget`" in capsys.readouterr().err
    with Session.open(**given):
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("providers", ["", " , "])
def test_no_provider_at_all_is_refused(run: Run, tmp_path: Path, providers: str) -> None:
    result = run("export", PACK, "--providers", providers)
    assert result.exit_code == 2
    assert "no research provider is named" in result.stderr
    assert "`--providers`" in result.stderr
    assert not (tmp_path / "torusnb-out").exists()


@pytest.mark.parametrize(
    ("arguments", "option", "parameter"),
    [
        (("--providers", "hexdocs"), "give `--online`", "`offline`"),
        (("--providers", "ddgs"), "`--providers`", "`providers`"),
        (("--providers", "nobody"), "`--providers`", "parameter"),
        (("--drafter", "claude"), "give `--online`", "`offline`"),
        (("--today", "soon"), "`--today`", "parameter"),
        (("--budget", "-1"), "`--budget`", "parameter"),
        (("--drafter", "claude", "--online", "--endpoint", "nowhere"), "`--endpoint`", "`endpoint`"),
    ],
)
def test_messages_name_options(run: Run, arguments: tuple[str, ...], option: str, parameter: str) -> None:
    result = run("export", PACK, *arguments)
    assert result.exit_code == 2
    assert option in result.stderr
    assert parameter not in result.stderr


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("set `offline` to false, or take it out of `providers`", "give `--online`, or take it out of `--providers`"),
        ("a key, `offline` set to false and no other `endpoint`", "a key, `--online` and no other `--endpoint`"),
        ("choose among a, b in the parameter `providers`", "choose among a, b in `--providers`"),
        ("parameter 'today' takes a date", "`--today` takes a date"),
        ("set `pack` to the folder; see `torus_root`", "set `PACK` to the folder; see `--torus`"),
        ("nothing of `Town.Gates` or `packs` is a parameter", "nothing of `Town.Gates` or `packs` is a parameter"),
    ],
)
def test_a_parameter_becomes_the_option_that_sets_it(message: str, told: str) -> None:
    assert in_options(message) == told


def test_what_is_wrong_in_a_file_keeps_the_files_own_words() -> None:
    assert "`prices`" in render_error(TemplateError("An entry of `prices` is a mapping.", path="own.yml", line=3))
    assert "`--prices`" in render_error(ParameterError("correct `prices`"))


@pytest.mark.parametrize(("name", "command"), list(each_command(main)))
def test_every_option_tells_its_default(name: str, command: click.Command) -> None:
    shown = " ".join(CliRunner().invoke(main, [*name.split(), "--help"]).stdout.split()).partition(" Options:")[2]
    for option in (each for each in command.params if isinstance(each, click.Option)):
        if option.name == "version":
            continue
        told = shown.partition(f" {option.opts[0]} ")[2][: len(option.help or "") + 55]
        assert re.search(r"[\[ ]default: ", told), f"{name} {option.opts[0]}"


def test_the_help_of_a_run_names_every_provider_and_drafter() -> None:
    shown = CliRunner().invoke(main, ["run", "--help"]).stdout
    assert {name for name in (*PROVIDERS, REPLAY, *DRAFTERS) if name not in shown} == set()


def test_every_parameter_has_its_option() -> None:
    given = {name for decorated in TEAM for name in _names(decorated)}
    assert given | {"torus_root", "out_dir", "pack", "interactive"} == set(Parameters.__dataclass_fields__)


def _names(decorated: Callable[..., Callable[..., None]]) -> list[str]:
    command = click.command()(decorated(lambda **_: None))
    return [parameter.name for parameter in command.params if parameter.name]
