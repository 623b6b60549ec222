"""Who renders a component, what is joined by an atom, and what a function takes by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lookups.conftest import open_at
from torusnb.lookups.atoms import AS_KEY, REGISTERS, bare_atom, kind_of_atom, registered_as
from torusnb.lookups.lookups import CheckoutLookups
from torusnb.models.modules import Module

FILES = {
    "lib/mini_web/components/crate_tile.ex": """defmodule MiniWeb.CrateTile do
  use Phoenix.Component

  def tile(assigns) do
    ~H"<b>{@crate}</b>"
  end
end
""",
    "lib/mini_web/components/crate_form.ex": """defmodule MiniWeb.CrateForm do
  use Phoenix.LiveComponent

  def render(assigns) do
    ~H"<form></form>"
  end
end
""",
    "lib/mini_web/live/crates_live.ex": '''defmodule MiniWeb.CratesLive do
  use Phoenix.LiveView
  alias MiniWeb.{CrateForm, CrateTile}

  def render(assigns) do
    ~H"""
    <CrateTile.tile crate={@crate} />
    <.live_component
      module={CrateForm}
      id="form"
    />
    """
  end

  def handle_info(:reset, socket) do
    send_update(CrateForm, id: "form")
    {:noreply, socket}
  end
end
''',
    "lib/mini_web/live/crates_page.html.heex": "<MiniWeb.CrateTile.tile crate={@crate} />\n",
    "lib/mini/crates.ex": """defmodule Mini.Crates do
  alias Mini.Crates.Weigher

  @steps %{
    weigh_crates: Weigher,
    label_crates: Mini.Crates.Labels
  }

  def step(name), do: Map.fetch!(@steps, name)

  def fetch(key, opts \\\\ []) do
    version = Keyword.get(opts, :version, 1)
    note = Keyword.get(opts, :note, nil)
    {key, version, note}
  end
end
""",
    "lib/mini/crates/weigher.ex": """defmodule Mini.Crates.Weigher do
  def run(crate), do: crate
end
""",
    "lib/mini/crates/plan.ex": """defmodule Mini.Crates.Plan do
  alias Mini.Crates

  def steps, do: [:weigh_crates, :label_crates]

  def newest(key), do: Crates.fetch(key, version: 2)

  def oldest(key), do: Crates.fetch(key)

  def any(key, opts), do: Crates.fetch(key, opts)

  def odd(key) do
    Crates.fetch(
      key,
      version: 3
    )
  end
end
""",
    "test/mini/crates_test.exs": "assert step(:weigh_crates)\n",
}


@pytest.fixture
def crates(sample_torus: Path) -> CheckoutLookups:
    """A checkout with a rendered tile, a registry of steps, and an option with a default."""
    for path, text in FILES.items():
        (sample_torus / path).parent.mkdir(parents=True, exist_ok=True)
        (sample_torus / path).write_text(text)
    return open_at(sample_torus)


def shown(lookups: CheckoutLookups, tool: str, argument: str, value: str) -> tuple[str, list[str]]:
    """The answer's text, and the places that it cites in order."""
    answer = lookups.answer(tool, {argument: value})
    return answer.text, [str(item.place) for item in answer.evidence]


def test_who_renders_a_function_component_s_module_is_told(crates: CheckoutLookups) -> None:
    text, places = shown(crates, "callers", "function", "MiniWeb.CrateTile")
    assert "# who renders MiniWeb.CrateTile: 2 lines found" in text
    assert places == ["lib/mini_web/live/crates_live.ex:7", "lib/mini_web/live/crates_page.html.heex:1"]


def test_who_embeds_a_live_component_is_told_and_who_only_sends_to_it_is_not(crates: CheckoutLookups) -> None:
    text, places = shown(crates, "callers", "function", "CrateForm")
    assert "# who renders MiniWeb.CrateForm: 1 line found" in text
    assert places == ["lib/mini_web/live/crates_live.ex:9"]


def test_a_module_s_registered_atom_leads_to_the_lines_that_write_it_tests_apart(crates: CheckoutLookups) -> None:
    text, places = shown(crates, "callers", "function", "Mini.Crates.Weigher")
    assert "Mini.Crates.Weigher is no component" in text
    assert "# registered under :weigh_crates, which 2 lines in 2 files write, tests apart" in text
    assert places == ["lib/mini/crates.ex:5", "lib/mini/crates/plan.ex:4"]


def test_of_an_atom_the_line_that_registers_something_comes_first(crates: CheckoutLookups) -> None:
    text, places = shown(crates, "text", "text", ":weigh_crates")
    assert "# registers something under it: 1 line" in text
    assert places == ["lib/mini/crates.ex:5", "lib/mini/crates/plan.ex:4", "test/mini/crates_test.exs:1"]


def test_a_default_is_told_with_the_calls_that_give_the_option_and_those_that_leave_it_out(
    crates: CheckoutLookups,
) -> None:
    text, places = shown(crates, "callers", "function", "Mini.Crates.fetch/2")
    assert "# option :version is 1 by default: given in 2 calls, left out in 1, in 1 it cannot be told" in text
    assert ":note" not in text
    assert "lib/mini/crates.ex:12" in places


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("    plums: Orchard.Plums,", REGISTERS),
        ("    :plums => Orchard.Plums", REGISTERS),
        ("  {:plums, Plums}", REGISTERS),
        ("  plums: &count/1,", REGISTERS),
        ("  plums: {Plums, :run}", REGISTERS),
        ("  plums: 4,", AS_KEY),
        ("  :plums => count", AS_KEY),
        ("  plums: Plums.count()", AS_KEY),
        ("  pick(:plums)", ""),
        ("  sugar_plums: Plums", ""),
        ("  pick(:plums_2)", ""),
    ],
)
def test_how_a_line_writes_an_atom(line: str, kind: str) -> None:
    assert kind_of_atom(line, "plums") == kind


@pytest.mark.parametrize(
    ("line", "atom"),
    [
        ("    plums: Orchard.Plums,", "plums"),
        ("spec(:plums, Plums)", "plums"),
        ("  plums: &Plums.count/1", "plums"),
        ("  module: Plums", ""),
        ("  field :plums, Plums", ""),
        ("  live :index, Plums", ""),
        ("  Plums.count(:plums)", ""),
        ("  plums: PlumsJam", ""),
    ],
)
def test_under_which_atom_a_line_puts_a_module(line: str, atom: str) -> None:
    assert registered_as(line, Module("Orchard.Plums", "lib/orchard/plums.ex", 1, 9)) == atom


def test_an_atom_is_written_with_its_colon() -> None:
    assert [bare_atom(text) for text in (":plums", "plums", ":Plums", "::plums", ":ripe?")] == [
        "plums", "", "", "", "ripe?",
    ]  # fmt: skip


@pytest.mark.parametrize("line", [f"tile: {' ' * 20_000}x", f"tile: {{{' ' * 20_000}&{' ' * 20_000}x"])
def test_a_line_of_blanks_registers_nothing(line: str) -> None:
    assert registered_as(line, Module("Mini.Tile", "lib/mini/tile.ex", 1, 2)) == ""
