"""What can be looked up in the miniature Torus, and the form in which it is answered."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.lookups.conftest import Ask, open_at
from torusnb.drafting.evidence import code_key
from torusnb.lookups.emissions import tell_emission
from torusnb.lookups.lookups import CheckoutLookups
from torusnb.lookups.sheet import MOST_BYTES, MOST_LINES
from torusnb.lookups.showing import share_room
from torusnb.lookups.tools import TOOLS
from torusnb.lookups.whole_words import holds_whole
from torusnb.models.base import render_json
from torusnb.models.messages import LookupAnswer
from torusnb.models.record import Decision

QUESTIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("find", {"query": "Attempts"}),
    ("find", {"query": "late work grace"}),
    ("text", {"text": "broadcast"}),
    ("show", {"what": "Mini.Delivery.Settings"}),
    ("show", {"what": "Settings.update_settings/4"}),
    ("show", {"what": "lib/mini/grades.ex:1-30"}),
    ("show", {"what": "test/mini/features_test.exs"}),
    ("show", {"what": "guides/design/tenancy.md"}),
    ("show", {"what": "lib/mini/"}),
    ("callers", {"function": "Mini.Features.enabled?/2"}),
    ("callees", {"function": "Mini.Delivery.Attempts.submit/2"}),
    ("users", {"module": "Mini.Features"}),
    ("table", {"table": "assessment_settings"}),
    ("table", {"table": "attempts", "part": "writers"}),
    ("reach", {"name": "assessment_settings"}),
    ("reach", {"name": "Mini.Grades", "hops": 1}),
    ("routes", {"to": "GradebookLive"}),
    ("routes", {"to": "/sections"}),
    ("topic", {}),
    ("event", {"name": "mini.grades"}),
    ("flag", {"name": "grade_passback"}),
    ("guide", {"words": "tenant boundary"}),
    ("guide", {"path": "guides/design/tenancy.md"}),
    ("docs", {"words": "invalidation"}),
    ("passages", {"words": "lock timeout"}),
    ("passages", {}),
)


def _ids(question: tuple[str, dict[str, object]]) -> str:
    return f"{question[0]} {question[1]}"


@pytest.mark.parametrize("question", QUESTIONS, ids=_ids)
def test_each_citable_line_is_a_line_of_the_checkout_behind_its_key(
    question: tuple[str, dict[str, object]], ask: Ask, sample_root: Path
) -> None:
    answer = ask(question[0], **question[1])
    cited = [line.partition(" | ")[::2] for line in answer.text.split("\n") if not line.startswith(("# ", "  | "))]
    assert cited
    assert {key for key, _ in cited} == {item.key for item in answer.evidence}
    for key, text in cited:
        if key.startswith(("code:", "guide:")):
            path, _, line = key.partition(":")[2].rpartition(":")
            assert (sample_root / path).read_text().split("\n")[int(line) - 1].strip() == text.strip()


@pytest.mark.parametrize("question", QUESTIONS, ids=_ids)
def test_evidence_of_a_line_says_what_stands_there_and_where(
    question: tuple[str, dict[str, object]], ask: Ask, sample_root: Path
) -> None:
    for item in ask(question[0], **question[1]).evidence:
        assert item.text.strip()
        if item.place is None:
            assert item.kind == "source"
            assert item.cites == item.key
            continue
        lines = (sample_root / item.place.path).read_text().split("\n")
        assert lines[item.place.line - 1].strip() == item.text
        expected = code_key(item.place.path, item.place.line)
        assert item.key == (expected if item.kind == "code" else expected.replace("code:", "guide:", 1))


def test_the_same_question_gets_the_same_bytes_whatever_was_asked_before(ask: Ask, sample_root: Path) -> None:
    fresh = open_at(sample_root)
    for name, arguments in reversed(QUESTIONS):
        assert render_json(fresh.answer(name, arguments)) == render_json(ask(name, **arguments))


def _keys(answer: LookupAnswer) -> set[str]:
    return {item.key for item in answer.evidence}


def test_callers_names_each_calling_function_and_quotes_its_line(ask: Ask) -> None:
    answer = ask("callers", function="Features.enabled?")
    assert _keys(answer) == {
        "code:lib/mini/grades/passback_worker.ex:30",
        "code:lib/mini_web/channels/section_channel.ex:16",
        "code:lib/mini_web/live/student_dashboard_live.ex:20",
    }
    assert "Mini.Grades.PassbackWorker.perform/1 (worker), calls enabled?/2" in answer.text


def test_a_function_is_shown_with_its_documentation_and_all_its_clauses(ask: Ask) -> None:
    answer = ask("show", what="Mini.Delivery.Settings.late?/2")
    assert [item.text for item in answer.evidence if item.text.startswith("def")] == [
        "def late?(%AssessmentSettings{due_at: nil}, _at), do: false",
        "def late?(%AssessmentSettings{due_at: due_at, grace_minutes: grace}, at) do",
    ]
    assert any(item.text == '@doc """' for item in answer.evidence)


def test_a_line_that_says_nothing_has_no_key(ask: Ask) -> None:
    answer = ask("show", what="Mini.Delivery.Settings.late?/2")
    assert "\n  |   end" in answer.text
    assert "end" not in {item.text for item in answer.evidence}


def test_a_small_module_is_shown_whole_with_its_tests_and_its_traps(ask: Ask, sample_root: Path) -> None:
    answer = ask("show", what="Mini.Delivery.Settings")
    assert "# tested by test/mini/delivery/settings_test.exs" in answer.text
    assert "# trap, high: It also broadcasts. Broadcast once." in answer.text
    written = (sample_root / "lib/mini/delivery/settings.ex").read_text().split("\n")
    telling = {number for number, line in enumerate(written, 1) if line.strip() not in ("", "end", '"""')}
    assert telling <= {item.place.line for item in answer.evidence if item.place is not None}


def test_a_long_module_is_shown_with_its_head_and_its_functions(sample_torus: Path) -> None:
    clauses = "".join(f"  def step_{n}(x) do\n    a = x\n    b = a\n    b + {n}\n  end\n\n" for n in range(38))
    written = f'defmodule Mini.Steps do\n  @moduledoc "One step after the other."\n\n{clauses}end\n'
    (sample_torus / "lib" / "mini" / "steps.ex").write_text(written)
    text = open_at(sample_torus).answer("show", {"what": "Mini.Steps"}).text
    assert '@moduledoc "One step after the other."' in text
    assert "38 functions, 38 public; show Mini.Steps.NAME/ARITY gives the lines of one" in text
    assert "| def step_29(x) do" in text
    assert "b = a" not in text


def test_several_things_are_shown_in_one_answer_and_a_missing_one_is_told(ask: Ask) -> None:
    text = ask("show", what="lib/mini/grades.ex:1-3; Mini.Nothing; Mini.Delivery.Settings.update_settings/4").text
    assert "lib/mini/grades.ex, lines 1 to 3" in text
    assert "Mini.Nothing" in text
    assert "Mini.Delivery.Settings.update_settings/4: def" in text


@pytest.mark.parametrize("tool", ["find", "text"])
def test_a_folder_that_the_checkout_does_not_have_is_no_fact_about_the_code(tool: str, ask: Ask) -> None:
    argument = {"find": "query", "text": "text"}[tool]
    text = ask(tool, under="nowhere/", **{argument: "LateWork"}).text
    assert "has no nowhere/ at all, so nothing can be said" in text
    text = ask(tool, under="lib/nowhere/", **{argument: "LateWork"}).text
    assert "no file below lib/nowhere/, so nothing can be said" in text


def test_a_text_that_nothing_holds_is_sought_with_its_words_joined_otherwise(ask: Ask) -> None:
    text = ask("text", text="updateSettings").text
    assert "0 lines in 0 files hold updateSettings; with its words joined in any way" in text
    assert "def update_settings(" in text
    assert "nor its words joined in any way" in ask("text", text="updateNothingAtAll").text


def test_words_that_no_outline_has_are_found_in_tests(sample_torus: Path) -> None:
    (sample_torus / "test" / "mini" / "odd_test.exs").write_text('test "xylophoneRings twice" do\n')
    text = open_at(sample_torus).answer("find", {"query": "xylophone_rings", "under": "test/"}).text
    assert "1 files hold" not in text
    assert "xylophoneRings twice" in text


def test_the_only_argument_that_must_be_given_may_go_by_another_name(ask: Ask) -> None:
    assert ask("table", name="assessment_settings").text == ask("table", table="assessment_settings").text
    assert "there is no argument 'colour'" in ask("table", table="assessment_settings", colour="red").text


def test_a_definition_of_a_name_comes_without_guides_that_share_its_words(ask: Ask) -> None:
    assert "guide sections" not in ask("find", query="update_settings").text
    assert "guide sections" in ask("find", query="late work").text


def test_a_table_is_told_as_all_migrations_leave_it_with_who_writes_it(ask: Ask) -> None:
    text = ask("table", table="assessment_settings").text
    assert 'late_submit :string, not null, default "allow"' in text
    assert "assessment_settings_section_id_page_id_index unique index on section_id, page_id" in text
    assert "Mini.Delivery.Settings.update_settings/4 (context), Multi.insert_or_update" in text


def test_one_part_of_a_table_can_be_asked_for_alone(ask: Ask) -> None:
    writers = ask("table", table="assessment_settings", part="writers").text
    assert "insert_or_update" in writers
    assert "readers of" not in writers
    assert "unique index" not in writers


def test_routes_come_with_what_a_request_passes_before_them(ask: Ask) -> None:
    answer = ask("routes", to="GradebookLive")
    assert "pipelines browser; live session instructor; on_mount {MiniWeb.SectionAuth, :instructor}" in answer.text
    assert "code:lib/mini_web/router.ex:54" in _keys(answer)


def test_words_find_the_files_guides_and_tests_that_speak_of_them(ask: Ask) -> None:
    answer = ask("find", query="Attempts")
    assert {"code:lib/mini/delivery/attempts.ex:1", "guide:guides/design/data-flow.md:4"} <= _keys(answer)
    assert "test/mini/delivery/attempts_test.exs" in answer.text


def test_a_search_can_be_kept_below_a_folder(ask: Ask) -> None:
    below = ask("text", text="broadcast", under="lib/mini/delivery")
    assert below.evidence
    assert all(item.key.startswith("code:lib/mini/delivery") for item in below.evidence)


def test_text_finds_what_grep_finds(ask: Ask, sample_root: Path) -> None:
    expected = {
        f"code:{path.relative_to(sample_root).as_posix()}:{number}"
        for path in sample_root.glob("lib/**/*.ex")
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if "Repo." in line
    }
    found = ask("text", text="Repo.", under="lib/")
    assert f"# {len(expected)} lines" in found.text
    assert _keys(found) <= expected


def test_history_tells_commits_and_what_changes_together_without_keys(ask: Ask) -> None:
    answer = ask("history", path="lib/mini/delivery/settings.ex")
    assert "# commit aaaaaaaaaa of 2023-07-22: Let late work in[2J" in answer.text
    assert "an unknown day: Faster gradebook" in answer.text
    assert "# lib/mini/grades.ex: changed together with" in answer.text
    assert answer.evidence == ()


def test_history_finds_commits_by_their_words(ask: Ask) -> None:
    text = ask("history", words="gradebook").text
    assert "Faster gradebook" in text
    assert "late work" not in text


def test_another_package_never_answers_for_the_one_that_was_asked_for(sample_root: Path) -> None:
    lookups = open_at(sample_root)
    found = lookups.answer("docs", {"words": "drop key nodes", "package": "pantry_cache"})
    assert {item.source.package for item in found.evidence if item.source is not None} <= {"pantry_cache"}
    assert found.evidence
    other = lookups.answer("docs", {"words": "drop key nodes", "package": "quarry_data"})
    assert all("pantry" not in item.key for item in other.evidence)


def test_dependency_documentation_is_cited_by_a_source_of_the_locked_version(sample_root: Path) -> None:
    captured: list[bytes] = []
    answer = open_at(sample_root, on_captured=captured.append).answer("docs", {"words": "drop key nodes"})
    source = answer.evidence[0].source
    assert source is not None
    assert (source.package, source.version, source.accessed) == ("pantry_cache", "1.0.5", "2026-01-02")
    assert answer.evidence[0].text.split("\n")[0] in " ".join(data.decode() for data in captured)


def test_looked_up_documentation_brings_its_citation_bound_to_the_captured_bytes(sample_root: Path) -> None:
    captured: list[bytes] = []
    answer = open_at(sample_root, on_captured=captured.append).answer("docs", {"words": "drop key nodes"})
    bytes_of = {hashlib.sha256(data).hexdigest(): data.decode() for data in captured}
    citations = [(item.source, citation) for item in answer.evidence for citation in item.citations]
    assert citations
    for source, citation in citations:
        assert source is not None
        assert (citation.source, citation.verdict, citation.snapshot) == (source.key, "verified", source.sha256)
        assert citation.quote in " ".join(bytes_of[citation.snapshot].split())
        assert citation.release == f"{source.package}@{source.version}"
        assert citation.link.startswith(source.url)
        assert (citation.question, citation.query) == ("", "drop key nodes")


def test_a_source_that_a_person_dropped_is_not_shown(sample_root: Path) -> None:
    before = open_at(sample_root).answer("docs", {"words": "invalidation"})
    key = before.evidence[0].key
    after = open_at(sample_root, decisions=(Decision("source", key, "drop"),)).answer("docs", {"words": "invalidation"})
    assert key in _keys(before)
    assert key not in _keys(after)


def test_a_captured_passage_that_orders_a_model_about_is_not_shown(ask: Ask) -> None:
    text = ask("passages", source="row-locks").text
    assert "Set a timeout for it." in text
    assert "praise" not in text


def test_a_source_that_was_never_captured_says_so(ask: Ask) -> None:
    assert "it was never captured" in ask("passages", source="src:unread").text


def _write_long_module(root: Path) -> None:
    body = "".join(f"  def step_{n}(x), do: {{:ok, x, {n}, :somewhat_longer_than_needed}}\n" for n in range(2_000))
    (root / "lib" / "mini" / "long.ex").write_text(f"defmodule Mini.Long do\n{body}end\n")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("show", {"what": "Mini.Long"}),
        ("show", {"what": "lib/mini/long.ex"}),
        ("text", {"text": "somewhat"}),
        ("find", {"query": "step_"}),
    ],
)
def test_an_answer_is_bounded_and_says_how_to_go_on(
    name: str, arguments: dict[str, object], sample_torus: Path
) -> None:
    _write_long_module(sample_torus)
    answer = open_at(sample_torus).answer(name, arguments)
    assert len(answer.text.split("\n")) <= MOST_LINES
    numbered = re.sub(r"(?m)^code:\S+:(\d+) \|", r"f1:\1 |", answer.text)  # as a request writes the keys
    assert len(numbered.encode()) <= MOST_BYTES
    shown = {line.partition(" | ")[0] for line in answer.text.split("\n")}
    assert {item.key for item in answer.evidence} <= shown
    assert "more" in answer.text or "the rest from line" in answer.text


def test_a_long_file_can_be_read_to_its_end_by_following_what_the_answers_say(sample_torus: Path) -> None:
    _write_long_module(sample_torus)
    lookups = open_at(sample_torus)
    seen: set[int] = set()
    what = "lib/mini/long.ex"
    for _ in range(60):
        answer = lookups.answer("show", {"what": what})
        seen |= {item.place.line for item in answer.evidence if item.place is not None}
        _, more, what = answer.text.rpartition(": show ")
        if not more:
            break
    assert seen == set(range(1, 2_002))


def test_every_tool_is_told_with_a_closed_schema_in_a_fixed_order(shared: CheckoutLookups) -> None:
    assert shared.tools() == TOOLS
    assert all(tool.parameters["additionalProperties"] is False for tool in TOOLS)
    assert {name for name, _ in QUESTIONS} | {"history", "clones"} == {tool.name for tool in TOOLS}


def test_the_manual_names_every_tool_and_all_its_arguments() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "lookups.md").read_text()
    rows = [line for line in manual.split("\n") if line.startswith("| `")]
    told = {name: row.split("|")[2] for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert told.keys() == {tool.name for tool in TOOLS}
    for tool in TOOLS:
        assert set(re.findall(r"`(\w+)`", told[tool.name])) == set(tool.parameters["properties"])


def _write_bulk(root: Path) -> None:
    (root / "lib" / "mini" / "bulk.ex").write_text(
        """defmodule Mini.Bulk do
  def handle_event(
        "toggle",
        %{"id" => id},
        socket
      ) do
    {:noreply, assign(socket, :tab, id)}
  end

  def handle_event("clear", _params, socket) do
    metadata = %{section_id: 1, mode: "all"}
    :telemetry.execute([:mini, :bulk, :clear], %{count: 1, duration_ms: 2}, metadata)
    {:noreply, assign(socket, :table_tab, nil)}
  end

  def other(socket), do: stabilise(socket)
"""
        + "".join(f"  def filler_{n}(x) do\n    {n} + x\n    |> stabilise()\n  end\n\n" for n in range(50))
        + "end\n"
    )


def test_each_clause_is_listed_with_the_pattern_that_tells_it_apart(sample_torus: Path) -> None:
    _write_bulk(sample_torus)
    root = sample_torus / "lib/mini/bulk.ex"
    root.write_text(re.sub(r"  def filler_(?:[3-4]\d)\(x\) do", "  defp later(x) do", root.read_text()))
    answer = open_at(sample_torus).answer("show", {"what": "Mini.Bulk"})
    assert '| def handle_event("toggle", %{"id" => id}, socket) do' in answer.text
    assert '| def handle_event("clear", _params, socket) do' in answer.text
    first = next(item for item in answer.evidence if item.key == "code:lib/mini/bulk.ex:2")
    assert first.text == "def handle_event("


def test_a_text_is_sought_as_whole_words_first(sample_torus: Path) -> None:
    _write_bulk(sample_torus)
    lookups = open_at(sample_torus)
    text = lookups.answer("text", {"text": "tab", "under": "lib/mini/bulk.ex"}).text
    assert "2 lines in 1 file below lib/mini/bulk.ex hold tab as whole words; 51 lines in 1 file more" in text
    assert "stabilise" not in text
    assert (
        "51 lines in 1 file below lib/mini/bulk.ex hold stabil"
        in lookups.answer("text", {"text": "stabil", "under": "lib/mini/bulk.ex"}).text
    )


@pytest.mark.parametrize(
    ("line", "text", "whole"),
    [
        ("late_work_policy", "late_work", True),
        ("LateWorkPolicy", "LateWork", True),
        ("LateWorkPolicy", "work", True),
        ("HTMLParser", "parser", True),
        ("late_works", "late_work", True),
        ("late_worked", "late_work", False),
        ("table", "tab", False),
        ("stab", "tab", False),
        ("stab tab", "tab", True),
        ("a.b(", ".b(", True),
    ],
)
def test_a_word_ends_at_an_underscore_a_capital_and_a_plural(line: str, text: str, whole: bool) -> None:
    assert holds_whole(line, text) is whole


def test_what_was_shown_stands_once_and_a_short_thing_is_not_pushed_out_by_a_long_one(sample_torus: Path) -> None:
    _write_long_module(sample_torus)
    _write_bulk(sample_torus)
    what = "lib/mini/long.ex; Mini.Bulk.other/1; lib/mini/bulk.ex:15-18; Mini.Bulk.handle_event/3"
    text = open_at(sample_torus).answer("show", {"what": what}).text
    cited = [line.partition(" | ")[0] for line in text.split("\n") if line.startswith("code:")]
    assert len(cited) == len(set(cited))
    assert "1 of these lines stand above" in text
    assert "def other(socket), do: stabilise(socket)" in text
    assert ":telemetry.execute([:mini, :bulk, :clear]" in text
    assert re.search(r"the rest from line \d+: show lib/mini/long.ex:\d+", text)
    assert "left out" not in text


def test_a_seventh_thing_is_said_to_be_left(ask: Ask) -> None:
    text = ask("show", what="; ".join(f"lib/mini/grades.ex:{n}" for n in range(1, 9))).text
    assert "6 things are shown at once; ask again for lib/mini/grades.ex:7; lib/mini/grades.ex:8" in text


def test_the_small_ones_get_what_they_need_of_the_room() -> None:
    assert share_room([0.9, 0.1, 0.2], 1.0) == pytest.approx([0.7, 0.1, 0.2])
    assert share_room([2.0, 3.0], 1.0) == pytest.approx([0.5, 0.5])


def test_an_exact_name_is_not_drowned_by_words(ask: Ask) -> None:
    text = ask("find", query="PassbackWorker grades queue").text
    assert "1 definitions of PassbackWorker" in text
    assert "source files share words" not in text
    assert "files that share the other words are left out" in text
    assert "Mini.Grades.PassbackWorker" in ask("find", query="passback_worker").text


def test_an_event_tells_the_keys_that_it_carries(sample_torus: Path) -> None:
    _write_bulk(sample_torus)
    text = open_at(sample_torus).answer("event", {"name": "mini.bulk"}).text
    assert "(measurements count, duration_ms; metadata section_id, mode)" in text


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (':telemetry.execute([:a], %{n: 1}, %{id: f(x, y), text: "a, b"})', "measurements n; metadata id, text"),
        (":telemetry.span([:a], %{id: 1}, fn -> {1, %{}} end)", "metadata id"),
        (":telemetry.execute([:a], sizes(x), meta)", "measurements `sizes(x)`; metadata `meta`"),
        (':telemetry.execute([:a], %{"n" => 1})', "measurements n"),
        (":telemetry.execute([:a], %{n: 1", ""),
        (":telemetry.execute(", ""),
        ("execute([:a], %{n: 1}, %{id: 2})", ""),
        ("Query.execute([:a], %{n: 1}, %{id: 2})", ""),
        ("[:a] |> :telemetry.execute(%{n: 1}, %{id: 2})", "measurements n; metadata id"),
        ("[:a]\n|> :telemetry.execute(%{n: 1}, %{id: 2})", "measurements n; metadata id"),
        ("[\n  :a\n]\n|> :telemetry.span(%{id: 2}, fn -> {1, %{}} end)", "metadata id"),
        (":a\nf()\n[:b] |> :telemetry.execute(%{n: 1})", ""),
        (':telemetry.execute([:a], %{n: ?"}, %{id: 2})', "measurements n; metadata id"),
        ("f(x, :telemetry.execute([:a], %{n: 1}), :telemetry.execute([:b], %{m: 1}))", ""),
        ("nothing here", ""),
        ("nothing here\n:telemetry.execute([:a], %{n: 1})", ""),
    ],
)
def test_keys_are_told_as_far_as_the_code_writes_them_out(code: str, told: str) -> None:
    assert tell_emission(code.split("\n"), 1) == told


def test_keys_are_told_where_the_name_stands_below_the_call() -> None:
    lines = ("meta = %{id: 1}", ":telemetry.execute(", "  [:a],", "  %{n: 1},", "  meta", ")")
    assert tell_emission(lines, 3) == "measurements n; metadata id"
    assert tell_emission(lines, 4) == ""


def test_of_a_call_only_its_beginning_is_read() -> None:
    long = f':telemetry.execute([:a], %{{{", ".join(f"n{k}: 1" for k in range(9))}}}, %{{id: "{"x" * 100_000}"}})'
    assert tell_emission([long], 1).startswith("measurements n0, n1")
    assert "metadata" not in tell_emission([long], 1)
    assert tell_emission([":telemetry.execute(" + '"\\"' * 50_000], 1) == ""


def test_only_who_executes_an_event_is_told_to_carry_keys(sample_torus: Path) -> None:
    _write_bulk(sample_torus)
    path = sample_torus / "lib/mini/bulk.ex"
    calls = """  def listen(fun) do
    :telemetry.attach("a", [:mini, :odd, :clear], fun, nil)
    :telemetry.execute([:mini, :even, :clear], %{size: 1}, %{shelf: 2})
  end
"""
    path.write_text(path.read_text().replace("  def other(", f"{calls}\n  def other("))
    lookups = open_at(sample_torus)
    assert "measurements" not in lookups.answer("event", {"name": "mini.odd"}).text
    assert "(measurements size; metadata shelf)" in lookups.answer("event", {"name": "mini.even"}).text
