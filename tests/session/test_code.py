"""Questions to the code map as a notebook and the command line ask them, on the miniature Torus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.session.opening import Opener
from torusnb.cli import main
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.errors import InputError
from torusnb.reporting_code import QUESTIONS
from torusnb.session.code import CodeQuestions
from torusnb.session.table import Table


@pytest.fixture(scope="module")
def code(sample_root: Path) -> CodeQuestions:
    return CodeQuestions(load_code_map(sample_root), source_reader(sample_root))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))


def test_a_session_answers_about_its_own_checkout(opener: Opener, code: CodeQuestions) -> None:
    assert opener().code.table("grades").equals(code.table("grades"))


def test_around_the_waypoints_stands_who_uses_them(opener: Opener) -> None:
    session = opener()
    found = session.code.around(session.capture())
    assert len(found)
    assert set(found["waypoint"]) <= {waypoint.module for waypoint in session.capture().waypoints}
    assert set(found["layer"]) <= {"live_view", "component", "controller", "worker", "process"}


def test_a_table_of_callers_quotes_the_line_at_each_place(code: CodeQuestions, sample_root: Path) -> None:
    found = code.callers("Settings.effective/3")
    assert list(found.columns) == ["caller", "relation", "place", "quote", "layer"]
    assert len(found)
    for place, quote in zip(found["place"], found["quote"], strict=True):
        path, _, line = str(place).rpartition(":")
        assert (sample_root / path).read_text(encoding="utf-8").split("\n")[int(line) - 1].strip() == quote


@pytest.mark.parametrize(
    ("question", "name", "columns"),
    [
        ("callees", "Settings.effective/3", ["calls", "how", "place", "quote", "layer"]),
        ("users_of", "Delivery.Settings", ["user", "relation", "place", "quote", "layer"]),
        ("writers_of", "grades", ["writer", "relation", "place", "quote", "layer", "sure"]),
        ("readers_of", "grades", ["reader", "relation", "place", "quote", "layer", "sure"]),
        ("table", "grades", ["name", "what it is", "place", "quote", "layer"]),
        ("flags", "", ["who", "relation", "place", "quote", "layer", "sure"]),
        ("events", "mini", ["who", "relation", "place", "quote", "layer", "sure"]),
        ("reach", "grades", ["distance", "reached", "relation", "place", "quote", "layer", "through"]),
        ("find", "Grades", ["name", "what it is", "place", "quote", "layer"]),
    ],
)
def test_every_question_has_rows_under_plain_columns(
    code: CodeQuestions, question: str, name: str, columns: list[str]
) -> None:
    found = getattr(code, question)(name)
    assert isinstance(found, Table)
    assert list(found.columns) == columns
    assert len(found)
    assert found.attrs["looked_at"]


def test_a_live_view_is_led_to_with_its_pipelines(code: CodeQuestions) -> None:
    found = code.routes_to("GradebookLive")
    assert list(found["handler"]) == ["MiniWeb.GradebookLive"] * len(found)
    assert all(found["pipelines"])


def test_hops_and_the_way_are_told_for_live_views(code: CodeQuestions) -> None:
    found = code.live_views_using("Mini.Grades")
    assert set(found["distance"]) <= {1, 2, 3}
    assert all(str(way).startswith("Mini.Grades") for way in found["through"])


def test_an_empty_answer_says_what_was_looked_at(code: CodeQuestions) -> None:
    shown = str(code.subscribers("no:such:topic")._repr_html_())
    assert "Nothing to show. Looked at no:such:topic: " in shown


def test_an_unknown_name_is_a_sentence(code: CodeQuestions) -> None:
    with pytest.raises(InputError, match="near it: "):
        code.users_of("Mini.Graeds")


def _ask(*given: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["code", *given])
    return result.exit_code, result.output


def test_the_command_prints_a_plain_table_and_what_was_looked_at(sample_root: Path) -> None:
    code, output = _ask("callers", "Settings.effective/3", "--torus", str(sample_root))
    assert code == 0
    assert output.startswith("caller")
    assert "looked at Mini.Delivery.Settings.effective/3: " in output


def test_the_command_prints_the_same_rows_as_json(code: CodeQuestions, sample_root: Path) -> None:
    status, output = _ask("table", "grades", "--json", "--torus", str(sample_root))
    assert status == 0
    asked = code.table("grades")
    assert json.loads(output) == {"looked_at": asked.attrs["looked_at"], "rows": asked.to_dict("records")}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("callers",), "callers asks about something; give its name"),
        (("callers", "Settings.effective/3", "--hops", "2"), "--hops goes with live-views and reach"),
        (("writers", "grads"), "near it: grades"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_question(sample_root: Path, given: tuple[str, ...], said: str) -> None:
    code, output = _ask(*given, "--torus", str(sample_root))
    assert code == 2
    assert said in output


def test_the_command_knows_every_question_and_no_other() -> None:
    (argument,) = [given for given in main.commands["code"].params if given.name == "question"]
    assert tuple(argument.type.choices) == tuple(QUESTIONS)  # type: ignore[attr-defined]  # a click.Choice
