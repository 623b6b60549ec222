"""One call that several modules answer in different kinds: what is told, and what is left alone."""

from __future__ import annotations

import pytest

from tests.context.traps.small_scene import traps_of, waypoint_of
from torusnb.models.knowledge import Trap

CARRIER = "lib/shop/carrier.ex"
PARCELS = "lib/shop/parcels.ex"
CHOICE = """defmodule Shop.Parcels do
  alias Shop.Carriers.{Post, Bike}
  def quote_for(parcel), do: carrier(parcel) |> apply(:quote, [parcel])

  defp carrier(parcel) do
    case parcel.kind do
      :letter -> Post
      :meal -> Bike
    end
  end
end
"""


def shop(post: str, bike: str, result: str = "{:ok, map()} | {:error, String.t()}", **more: str) -> dict[str, str]:
    """A behaviour with two implementations, whose `quote/1` have those bodies, and a module that chooses."""
    return {
        CARRIER: f"defmodule Shop.Carrier do\n  @callback quote(parcel :: map()) :: {result}\nend\n",
        PARCELS: CHOICE,
        "lib/shop/carriers/post.ex": carrier("Post", post),
        "lib/shop/carriers/bike.ex": carrier("Bike", bike),
        **more,
    }


def carrier(name: str, body: str, link: str = "@behaviour Shop.Carrier") -> str:
    """A module that answers `quote/1`; a body may bring further functions after a blank line."""
    first, _, rest = body.partition("\n\n")
    inner = "\n".join(f"    {line}" for line in first.split("\n"))
    return f"defmodule Shop.Carriers.{name} do\n  {link}\n  def quote(parcel) do\n{inner}\n  end\n{rest}\nend\n"


def told(files: dict[str, str], *near: str) -> tuple[Trap, ...]:
    """The rule's traps where these files are the waypoints."""
    waypoints = tuple(waypoint_of(path, rank) for rank, path in enumerate(near or (CARRIER,), 1))
    return traps_of(files, "Rain falls.", rules=("differing-answers",), waypoints=waypoints)


TEXT = '{:ok, "3 days"}'
DATA = "{:ok, %{days: 3}}"


def test_text_here_and_a_map_there_is_told_with_the_lines_of_both_and_of_the_callback() -> None:
    (trap,) = told(shop(TEXT, DATA))
    assert trap.symbol == "quote/1"
    assert trap.what == (
        "`quote/1` of the behaviour `Shop.Carrier` has several kinds of answer: `Shop.Carriers.Bike` gives "
        "`{:ok, map}`, `Shop.Carriers.Post` gives `{:ok, text}`; "
        "the callback promises `{:ok, map()} | {:error, String.t()}`."
    )
    assert set(trap.evidence) == {
        "code:lib/shop/carriers/bike.ex:4",
        "code:lib/shop/carriers/post.ex:4",
        "code:lib/shop/carrier.ex:2",
    }
    assert "(`Shop.Parcels` names several)" in trap.why
    assert trap.remedy.startswith("Take `{:ok, map}` and `{:ok, text}` at the one call of `quote/1`, and test each")
    assert trap.severity == "high"


@pytest.mark.parametrize(
    "post",
    [
        'case ask(parcel) do\n  {:ok, line} when is_binary(line) -> {:ok, line}\n  _ -> {:error, "shut"}\nend',
        "days = Enum.join([1, 2], parcel.mark)\n{:ok, days}",
        "{:ok, said(parcel)}\n\n  defp said(parcel), do: parcel.mark <> parcel.street",
        "answer(parcel)\n\n  defp answer(parcel), do: {:ok, to_string(parcel.days)}",
        'if parcel.far, do: {:ok, inspect(parcel)}, else: {:ok, "#{parcel.days} days"}',
    ],
)
def test_what_a_guard_a_binding_or_a_function_it_ends_in_proves_is_told(post: str) -> None:
    (trap,) = told(shop(post, DATA))
    assert "`Shop.Carriers.Post` gives `{:ok, text}`" in trap.what


@pytest.mark.parametrize(
    ("post", "bike"),
    [
        ("{:ok, parcel.days}", DATA),
        ("case ask(parcel) do\n  {:ok, line} -> {:ok, line}\nend", DATA),
        ("case ask(parcel) do\n  {:ok, line} when is_binary(line) or is_map(line) -> {:ok, line}\nend", DATA),
        ('days = "3"\ndays = parcel.days\n{:ok, days}', DATA),
        ("Courier.ask(parcel)", DATA),
        ('if parcel.far, do: {:ok, "3"}, else: {:ok, %{days: 3}}', DATA),
        ("{:ok, %{price: 1}}", DATA),
        ("{:ok, %Parcel{days: 3}}", DATA),
        ('{:error, "shut"}', DATA),
        ("with {:ok, found} <- ask(parcel), do: %{days: found}", DATA),
    ],
)
def test_what_cannot_be_told_is_no_difference(post: str, bike: str) -> None:
    assert told(shop(post, bike)) == ()


@pytest.mark.parametrize(
    ("post", "bike", "said"),
    [
        ("%{days: 3}", DATA, "`Shop.Carriers.Post` gives `map`, `Shop.Carriers.Bike` gives `{:ok, map}`"),
        (":ok", DATA, "`:ok`"),
        ('raise "not there"', "if parcel.far, do: {:error, :far}, else: {:ok, 1}", "`Shop.Carriers.Post` raises"),
        (
            "if parcel.far, do: nil, else: {:ok, 1}",
            "if parcel.far, do: {:error, :far}, else: {:ok, 1}",
            "`Shop.Carriers.Post` gives `nil`",
        ),
        ("{:error, :far, 3}", "if parcel.far, do: {:error, :far}, else: {:ok, 1}", "`{:error, _, _}`"),
        ("nil", '"3 days"', "`nil`"),
    ],
)
def test_bare_values_nil_and_exceptions_beside_tagged_ones_are_told(post: str, bike: str, said: str) -> None:
    (trap,) = told(shop(post, bike, "result()"))
    assert said in trap.what


@pytest.mark.parametrize(
    ("result", "post", "bike"),
    [
        ("{:ok, term()} | {:error, term()}", TEXT, DATA),
        ("{:ok, found()}\n  @type found :: map() | any()", TEXT, DATA),
        ("any()", '"3"', "%{days: 3}"),
        ("found()\n  @type found :: map() | String.t()", '"3"', "%{days: 3}"),
        ("{:ok, map() | String.t()}", TEXT, DATA),
        (":error | {:error, term()}", ":error", "{:error, :far}"),
        ("String.t() | nil", "nil", '"3 days"'),
        ("iodata()", '"3 days"', '["3", " days"]'),
    ],
)
def test_what_the_callback_leaves_open_is_left_alone(result: str, post: str, bike: str) -> None:
    assert told(shop(post, bike, result)) == ()


USING = """defmodule Shop.Carrier do
  @callback quote(parcel :: map()) :: {:ok, map()}
  defmacro __using__(_) do
    quote do
      @behaviour Shop.Carrier
    end
  end
end
"""


def test_a_use_that_injects_the_behaviour_counts_like_the_behaviour() -> None:
    files = shop(TEXT, DATA) | {CARRIER: USING}
    for name, body in (("Post", TEXT), ("Bike", DATA)):
        files[f"lib/shop/carriers/{name.lower()}.ex"] = carrier(name, body, "use Shop.Carrier")
    assert len(told(files)) == 1


@pytest.mark.parametrize(
    "call",
    [
        "carrier(parcel) |> apply(:quote, [parcel])",
        "apply(carrier(parcel), :quote, [parcel])",
        "(\n    chosen = carrier(parcel)\n    chosen.quote(parcel)\n  )",
    ],
)
def test_modules_that_a_variable_may_hold_are_siblings_without_any_behaviour(call: str) -> None:
    files = {
        PARCELS: CHOICE.replace("carrier(parcel) |> apply(:quote, [parcel])", call),
        "lib/shop/carriers/post.ex": carrier("Post", TEXT, ""),
        "lib/shop/carriers/bike.ex": carrier("Bike", DATA, ""),
    }
    (trap,) = told(files, PARCELS)
    assert trap.what.startswith("`quote/1` of the call in `Shop.Parcels` has several kinds of answer")
    assert "code:lib/shop/parcels.ex:" in " ".join(trap.evidence)


CHECKOUT = "lib/shop/checkout.ex"
ASKS = "defmodule Shop.Checkout do\n  def open(parcel), do: Shop.Parcels.quote_for(parcel)\nend\n"
ASIDE = "lib/shop/aside.ex"


@pytest.mark.parametrize(
    ("near", "count"),
    [(CARRIER, 1), ("lib/shop/carriers/post.ex", 1), (PARCELS, 1), (CHECKOUT, 1), (ASIDE, 0)],
)
def test_it_is_told_near_the_behaviour_its_modules_what_chooses_and_what_asks_that(near: str, count: int) -> None:
    files = shop(TEXT, DATA, **{CHECKOUT: ASKS, ASIDE: "defmodule Shop.Aside do\n  def open, do: :ok\nend\n"})
    found = told(files, near)
    assert len(found) == count
    assert all("waypoint 1, which the pack names." in trap.why for trap in found)


def test_a_late_waypoint_that_the_pack_does_not_speak_of_is_no_reason() -> None:
    waypoint = waypoint_of(PARCELS, 30, named=False)
    files = shop(TEXT, DATA)
    assert traps_of(files, "Rain falls.", rules=("differing-answers",), waypoints=(waypoint,)) == ()


def test_the_odd_one_of_three_is_told_and_the_others_are_counted() -> None:
    files = shop(TEXT, DATA, **{"lib/shop/carriers/ship.ex": carrier("Ship", "{:ok, %{weeks: 2}}")})
    (trap,) = told(files)
    assert "`Shop.Carriers.Post` gives `{:ok, text}`, 2 others (`Shop.Carriers.Bike` among them) give" in trap.what
    assert trap.module == "Shop.Carriers.Post"


def test_a_stand_in_under_test_is_no_sibling() -> None:
    files = shop(DATA, DATA, **{"test/support/still.ex": carrier("Still", TEXT)})
    assert told(files) == ()
