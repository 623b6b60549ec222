"""Copies of a function's code, told by what it calls and says and not by its names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lookups.conftest import open_at
from torusnb.context.inquiry.clones import Fragment, find_clones
from torusnb.context.inquiry.code_tokens import tokenize
from torusnb.lookups.lookups import CheckoutLookups

RULE = """
    harvests
    |> Enum.reject(&(&1.weather == :hail))
    |> Enum.group_by(& &1.plot_id, & &1.kilos)
    |> Enum.max_by(fn {_plot, kilos} -> Enum.sum(kilos) / 40 end)
    |> elem(0)
    |> then(&Almanac.label(&1, "best yield"))
"""
RENAMED = RULE.replace("harvests", "crops").replace("_plot", "_bed").replace("kilos}", "weights}")
RENAMED = RENAMED.replace("Enum.sum(kilos)", "Enum.sum(weights)").replace("Almanac.label", "Garden.Almanac.label")

YIELD = f"""defmodule Mini.Yield do
  @doc "The plot that gave most."
  def best_plot(harvests) do{RULE}  end

  def double(count), do: count * 2
end
"""
REPORT = f"""defmodule MiniWeb.YieldReport do
  def rows(crops) do
    header = ["plot", "kilos"]
    Logger.info("report of crops")
    winner ={RENAMED}
    Enum.map(crops, fn crop -> [crop.plot_id, crop.kilos, crop.plot_id == winner] end)
    |> List.insert_at(0, header)
    |> CSV.encode(separator: ?;)
    |> Enum.to_list()
  end

  defp again(crops) do{RENAMED}  end

  def twice(number), do: number * 2
end
"""

PATH = "lib/mini_web/yield_report.ex"


@pytest.fixture
def yields(sample_torus: Path) -> CheckoutLookups:
    """A checkout in which a rule stands in one function, in a private one, and inside a longer one."""
    (sample_torus / "lib/mini/yield.ex").write_text(YIELD)
    (sample_torus / "lib/mini_web/yield_report.ex").write_text(REPORT)
    return open_at(sample_torus)


def clones(lookups: CheckoutLookups, function: str) -> str:
    """The answer's text."""
    return lookups.answer("clones", {"function": function}).text


def test_a_copy_with_other_names_is_found_whole_and_inside_a_longer_function(yields: CheckoutLookups) -> None:
    answer = yields.answer("clones", {"function": "Mini.Yield.best_plot/1"})
    assert "# alike to Mini.Yield.best_plot/1, names aside: 2, best first" in answer.text
    told = [line for line in answer.text.split("\n") if line.startswith("# MiniWeb")]
    assert told[0] == f"# MiniWeb.YieldReport.again/1, {PATH}:19: nearly the same (100%)"
    assert told[1].startswith(f"# MiniWeb.YieldReport.rows/1, {PATH}:2: holds 100% of it, which is ")
    shown = {item.place.line for item in answer.evidence if item.place is not None}
    assert {7, 8, 9} <= shown
    assert not shown & {13, 14, 15, 16}


def test_lines_may_be_asked_for_instead_of_a_function(yields: CheckoutLookups) -> None:
    text = clones(yields, "lib/mini_web/yield_report.ex:6-12")
    assert "Mini.Yield.best_plot/1" in text
    assert "MiniWeb.YieldReport.rows/1" not in text


def test_a_small_body_that_many_could_have_written_is_alike_to_none(yields: CheckoutLookups) -> None:
    text = clones(yields, "Mini.Yield.double/1")
    assert text == "# no code alike to Mini.Yield.double/1 found by its calls, atoms, keys and literals"


def test_what_is_no_function_is_told_with_the_near_names(yields: CheckoutLookups) -> None:
    assert "Mini.Yield defines no best_pot; near it: best_plot/1" in clones(yields, "Mini.Yield.best_pot/1")


def test_a_question_gets_the_same_answer_whatever_was_asked_before(yields: CheckoutLookups, sample_torus: Path) -> None:
    clones(yields, "MiniWeb.YieldReport.rows/1")
    assert clones(yields, "Mini.Yield.best_plot/1") == clones(open_at(sample_torus), "Mini.Yield.best_plot/1")


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("plot = Garden.Plots.find(id, state: :fallow)", ["find(", ":state", ":fallow"]),
        ('def weigh(bag) when bag.kilos >= 40, do: "heavy"', ["when", "kilos(", ">=", "40", ":do", '"heavy']),
        ("bags |> Enum.map(fn bag -> bag.id end) # all", ["map(", "fn", "id("]),
        ("%Garden.Plot{soil: soil} = plot", ["Plot", ":soil"]),
        ("cast(plot, attrs, [:soil, :lime])", ["cast(", ":soil", ":lime"]),
        ("if total == 0 and not @frozen, do: nil", ["if", "==", "0", "and", "not", "@frozen", ":do", "nil"]),
        ('<div class="flex p-4" id="plot">', ['"plot']),
        ("bags |> sort_bags |> hd()", ["sort_bags(", "hd("]),
    ],
)
def test_names_modules_and_looks_are_left_out_of_the_tokens(line: str, tokens: list[str]) -> None:
    assert [token for token, _ in tokenize([(1, line)])] == tokens


def test_documentation_is_no_code_and_a_query_in_a_heredoc_is() -> None:
    lines = ['@doc """', "Sorts the bags.", '"""', 'sql = """', "SELECT kilos FROM bags", '"""', "run(sql)"]
    found = tokenize(enumerate(lines, 1))
    assert found == (('"SELECT', 5), ('"kilos', 5), ('"FROM', 5), ('"bags', 5), ("run(", 7))


def piece(name: str, text: str) -> Fragment:
    """A piece of code in a file of its own."""
    lines = text.split("\n")
    return Fragment(name, f"lib/{name}.ex", 1, len(lines), tokenize(enumerate(lines, 1)))


def test_what_every_piece_writes_ties_no_two_together() -> None:
    rarity = {token: 4.0 for token, _ in piece("a", RULE).tokens}
    few, many = ([piece(f"copy{n}", RULE) for n in range(count)] for count in (2, 40))
    assert len(find_clones(piece("a", RULE), few, rarity)) == 2
    assert find_clones(piece("a", RULE), many, rarity) == ()


def test_the_best_come_first_and_no_more_than_are_wanted() -> None:
    rarity = {token: 4.0 for token, _ in piece("a", RULE).tokens}
    half = "\n".join(RULE.split("\n")[:5])
    found = find_clones(piece("a", RULE), [piece("half", half), *(piece(f"b{n}", RULE) for n in range(6))], rarity, 3)
    assert [clone.fragment.name for clone in found] == ["b0", "b1", "b2"]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_text_can_be_read_and_is_compared_with_itself(lines: list[str]) -> None:
    text = "\n".join(lines)
    one, other = piece("one", text), piece("other", text)
    assert one.tokens == other.tokens
    for clone in find_clones(one, [other], {}):
        assert 0 < clone.share <= 1
        assert set(clone.lines) <= set(range(1, other.end_line + 1))


class Heard(dict[str, float]):
    """A rarity for every token, which notes in what order it is asked for them."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def get(self, key: str, default: float | None = None) -> float:  # type: ignore[override]
        self.order.append(key)
        return 1.0


def test_weights_are_added_in_the_order_of_the_code_so_that_each_run_gives_the_same_bytes() -> None:
    words = [f"call_{number}(" for number in range(40)]
    asked, other = (
        Fragment(name, f"lib/{name}.ex", 1, 40, tuple((word, line) for line, word in enumerate(words, 1)))
        for name in ("one", "two")
    )
    heard = Heard()
    (clone,) = find_clones(asked, [other], heard)
    assert clone.share == 1.0
    expected = [word for at in range(len(words) - 2) for word in words[at : at + 3]]
    assert heard.order == [*expected, *expected]


@pytest.mark.parametrize("lines", ["9-3", "0", "900-910"])
def test_lines_that_are_not_there_are_told_and_have_no_copies(lines: str, yields: CheckoutLookups) -> None:
    said = yields.answer("clones", {"function": f"{PATH}:{lines}"}).text
    assert said.startswith(f"# {PATH} has no lines ")
