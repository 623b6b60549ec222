"""Who answers the callbacks of a behaviour, and who calls them through a variable."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lookups.conftest import open_at
from torusnb.lookups.implementing import count_arguments
from torusnb.lookups.lookups import CheckoutLookups

_CARRIER = """defmodule Mini.Post.Carrier do
  @callback carry(map(), keyword(:fast | :slow)) ::
              {:ok, map()} | {:error, term()}
  @callback name() :: String.t()

  defmacro __using__(_) do
    quote do
      @behaviour Mini.Post.Carrier
      def name, do: "post"
    end
  end

  def send_off(parcel, opts) do
    carrier = Application.fetch_env!(:mini, :carrier)
    apply(carrier, :carry, [parcel, opts])
  end
end
"""
_BIKE = """defmodule Mini.Post.Bike do
  @behaviour Mini.Post.Carrier
  @impl true
  def carry(%{size: 1} = parcel, _opts), do: {:ok, parcel}
  def carry(_, _), do: {:error, :too_large}
  def name, do: "bike"
end
"""
_VAN = """defmodule Mini.Post.Van do
  use Mini.Post.Carrier
  def carry(parcel, _), do: {:ok, %{by: :van, what: parcel}}
end
"""
_DESK = """defmodule Mini.Post.Desk do
  alias Mini.Post.{Bike, Van}
  def pick(parcel), do: if(parcel.size == 1, do: Bike, else: Van)
  # carrier.carry(parcel, [])
  def hand_over(parcel), do: pick(parcel) |> then(fn carrier -> carrier.carry(parcel, []) end)
  def label(carrier), do: carrier.name()
  def odd(carrier), do: carrier.carry(1, 2, 3)
  def piped(carrier, x), do: x |> then(fn y -> carrier.carry(y) end)
end
"""
_LONELY = "defmodule Mini.Post.Lonely do\n  @callback wait(integer()) :: :ok\nend\n"


@pytest.fixture(scope="module")
def post(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> CheckoutLookups:
    """The miniature Torus with a behaviour, a module that declares it, and one that gets it by `use`."""
    root = tmp_path_factory.mktemp("post") / "torus"
    shutil.copytree(sample_root, root, symlinks=True)
    folder = root / "lib" / "mini" / "post"
    folder.mkdir()
    for name, text in (("carrier", _CARRIER), ("bike", _BIKE), ("van", _VAN), ("desk", _DESK), ("lonely", _LONELY)):
        (folder / f"{name}.ex").write_text(text)
    return open_at(root)


def _ask(lookups: CheckoutLookups, name: str, **arguments: object) -> str:
    return lookups.answer(name, dict(arguments)).text


def test_a_behaviour_is_shown_with_the_functions_that_answer_its_callbacks(post: CheckoutLookups) -> None:
    text = _ask(post, "show", what="Mini.Post.Carrier")
    assert "# 2 modules implement it: Mini.Post.Bike, Mini.Post.Van" in text
    assert "# Mini.Post.Bike.carry/2, lines 3 to 5" in text or "# Mini.Post.Bike.carry/2, lines 4 to 5" in text
    assert "code:lib/mini/post/bike.ex:4 | def carry(%{size: 1} = parcel, _opts), do: {:ok, parcel}" in text
    assert "code:lib/mini/post/van.ex:3 | def carry(parcel, _), do:" in text
    assert "code:lib/mini/post/carrier.ex:2 |" in text


def test_a_behaviour_that_nothing_implements_says_nothing_of_it(post: CheckoutLookups) -> None:
    assert "implement" not in _ask(post, "show", what="Mini.Post.Lonely")


@pytest.mark.parametrize("name", ["Mini.Post.Carrier.carry/2", "Carrier.carry"])
def test_a_callback_is_shown_by_its_name(name: str, post: CheckoutLookups) -> None:
    text = _ask(post, "show", what=name)
    assert "Mini.Post.Carrier.carry/2 is a callback, declared in lib/mini/post/carrier.ex" in text
    assert "code:lib/mini/post/carrier.ex:3 |               {:ok, map()} | {:error, term()}" in text
    assert "code:lib/mini/post/van.ex:3 |" in text
    assert "defines no carry" not in text


def test_the_callers_of_a_callback_go_through_a_variable(post: CheckoutLookups) -> None:
    text = _ask(post, "callers", function="Mini.Post.Carrier.carry/2")
    assert "# may call it through a variable or a configured module: 2" in text
    assert "code:lib/mini/post/carrier.ex:15 | apply(carrier, :carry, [parcel, opts])" in text
    assert "code:lib/mini/post/desk.ex:5 |" in text
    assert "desk.ex:4 |" not in text, "a comment calls nothing"
    assert "desk.ex:7 |" not in text, "another arity is another function"
    assert "desk.ex:8 |" not in text, "a pipe into something else hands nothing on"


def test_a_callback_that_no_line_calls_says_so(post: CheckoutLookups) -> None:
    text = _ask(post, "callers", function="Mini.Post.Lonely.wait/1")
    assert "is a callback" in text
    assert "no line is seen that calls it through a variable" in text


def test_the_callers_of_what_answers_a_callback_hold_those_through_a_variable(post: CheckoutLookups) -> None:
    text = _ask(post, "callers", function="Mini.Post.Bike.carry/2")
    assert "Mini.Post.Bike answers the callback Mini.Post.Carrier.carry/2" in text
    assert "code:lib/mini/post/carrier.ex:15 |" in text
    assert "answers the callback" not in _ask(post, "callers", function="Mini.Post.Desk.pick/1")


def test_a_callback_of_an_unknown_name_is_answered_as_any_unknown_function(post: CheckoutLookups) -> None:
    assert "defines no fly" in _ask(post, "callers", function="Mini.Post.Carrier.fly/1")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("(a, b) :: c", 2),
        ("() :: c", 0),
        (":: c", 0),
        ("(%{a: 1, b: 2}, [1, 2], f(3, 4))", 3),
        ("( )", 0),
        ("(a, b", None),
    ],
)
def test_arguments_are_counted_outside_of_inner_brackets(text: str, count: int | None) -> None:
    assert count_arguments(text) == count


def test_a_list_of_arguments_ends_with_its_own_bracket() -> None:
    assert count_arguments("(a, b])", "]") == 2
