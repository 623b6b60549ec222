"""Reading functions only at the places that say something changes no outline."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.elixir.outline import parse_file
from torusnb.elixir.state import State
from torusnb.elixir.syntax import Text, parse_tree
from torusnb.elixir.walk import walk
from torusnb.models.modules import Module


def _modules(source: bytes, *, whole: bool) -> bytes:
    state = State("lib/shop.ex", Text(source))
    walk(state, parse_tree(source), () if whole else None)
    return msgspec.msgpack.encode((state.modules, state.router.routes, state.schedules, state.queues))


def _module(body: str) -> Module:
    written = f"defmodule Shop do\n  import Telemetry.Metrics\n  def run(cart, socket) do\n{body}\n  end\nend\n"
    (module,) = parse_file("lib/shop.ex", written.encode()).modules
    return module


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("Price.of(cart)", ("Price", "of", 1)),
        ("cart |> Price.of(1)", ("Price", "of", 2)),
        ("%{cart | total: :math.pow(cart.total, 2)}", (":math", "pow", 2)),
        ("assign(socket, :x, :math\n  .pow(2, 3))", (":math", "pow", 2)),
        ("Enum.map(cart, &__MODULE__.price/1)", ("Shop", "price", 1)),
        ('text("#{Price.of(cart)}")', ("Price", "of", 1)),
        ("case cart do\n  %{id: id} -> fn -> {:ok, [Price.of(id)]} end\nend", ("Price", "of", 1)),
    ],
)
def test_remote_calls_are_found_wherever_they_stand_in_a_function(body: str, call: tuple[str, str, int]) -> None:
    assert call in {(found.module, found.name, found.arity) for found in _module(body).calls}


def test_bindings_in_a_function_name_topics_and_a_comparison_is_none() -> None:
    module = _module('topic="cart:1"\nother == "cart:2"\nPhoenix.PubSub.broadcast(Shop.PubSub, topic, :paid)')
    assert [use.name for use in module.topics] == ["cart:1"]


def test_local_calls_that_mean_something_are_found_in_functions() -> None:
    module = _module('send(:till, :open)\n[counter("shop.cart.count")]')
    assert [(use.kind, use.name) for use in module.processes] == [("cast", "till")]
    assert [use.name for use in module.telemetry] == ["shop.cart.count"]


def test_hooks_quoted_in_a_function_are_handed_on() -> None:
    module = _module("quote do\n  plug :locale\nend")
    assert [use.name for use in module.guards] == [":locale"]


def test_reading_everything_and_passing_over_give_the_same_for_a_whole_project(sample_torus: Path) -> None:
    files = sorted(path for path in sample_torus.rglob("*.ex*") if path.suffix in (".ex", ".exs"))
    sources = [path.read_bytes() for path in files]
    sound = [source for source in sources if not parse_tree(source).has_error]
    assert sound
    for source in sound:
        assert _modules(source, whole=False) == _modules(source, whole=True)


SAID = (
    "Price.of(cart)",
    "cart |> Price.of(1) |> Price.Tax.add(# which\n :eu)",
    "topic = Topics.name(cart)",
    'topic = "cart:#{Price.of(cart)}"',
    "Phoenix.PubSub.broadcast(Shop.PubSub, topic, :paid)",
    "alias Shop.{Cart, Price}",
    "alias Shop.Catalog, as: Price",
    "import Shop.Helpers",
    "require Logger",
    "use Shop.Auditing, only: Price",
    "%Cart{items: [%__MODULE__.Item{}]}",
    "&Price.of/1",
    "Enum.map(cart, & Price.of(&1))",
    "__MODULE__.of(cart)",
    "Price.of(cart).total",
    "cart |> Price.of(1) + Price.of(2)",
    "cart |>\n      Price.of(:eu)",
    "cart |> # which\n Price.of(:eu)",
    "cart |> \\\n Price.of(:eu)",
    "&Price.of(1)/2",
    "& Price.of()/1",
    "Price.of(cart) do\n  :ok\nend",
    "Price.of( # nothing\n)",
    "Price.of(cart,\n  # how\n  :eu, at: 1)",
    "[cart, Price.Tax.add!(cart) | Price.all?()]",
    "'Price.of(' && ~s(Price.of() || ?A.of(1)",
    "Price\n    .of(cart)",
    ":ets.insert(:prices, {cart, 1})",
    "send(:till, :open)",
    "GenServer.start_link(__MODULE__, cart, name: Shop.Till)",
    "Supervisor.init([Shop.Till, {Shop.Clock, []}], strategy: :one_for_one)",
    "children = [Shop.Till]\n Supervisor.start_link(children, strategy: :one_for_one)",
    '# Price.of(cart)\n "Price.of(cart)"',
    '~H"""\n<Shop.Icons.bag name={Price.of(@cart)} />\n"""',
    "quote do\n  plug :locale\n  @fee Price.of(1)\n  def run(a), do: Price.of(a)\nend",
    "defmodule Inner do\n  def run(a), do: Price.of(a)\nend",
    "case cart do\n  %Cart{} = full -> Price.of(full)\n  _ -> nil\nend",
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.sampled_from(SAID), max_size=6), min_size=1, max_size=3))
def test_reading_at_places_and_reading_everything_give_the_same_for_any_functions(bodies: list[list[str]]) -> None:
    written = "".join(
        f"  def run{n}(cart, %Cart{{}} = old) do\n" + "\n".join(b) + "\n  end\n" for n, b in enumerate(bodies)
    )
    source = f"defmodule Shop do\n  import Telemetry.Metrics\n{written}end\n".encode()
    assert not parse_tree(source).has_error
    assert _modules(source, whole=False) == _modules(source, whole=True)


def test_a_module_defined_in_a_function_is_outlined_with_what_follows_it() -> None:
    body = "cart = 1\ndefmodule Inner do\n  def price(a), do: Price.of(a)\nend\nTill.open(cart)"
    written = f"defmodule Shop do\n  def run(cart) do\n{body}\n  end\n\n  def stop, do: Till.close()\nend\n"
    outer, inner = parse_file("lib/shop.ex", written.encode()).modules
    assert [call.name for call in inner.calls] == ["of"]
    assert [call.name for call in outer.calls] == ["open", "close"]


def test_a_long_function_is_read_like_a_short_one() -> None:
    filler = "  total = add(total, 1)\n" * 600
    (short,), (long,) = ((_module("Price.of(cart)"),), (_module(f"{filler}Price.of(cart)"),))
    assert [(call.module, call.name, call.arity) for call in long.calls] == [
        (call.module, call.name, call.arity) for call in short.calls
    ]


def test_a_function_of_many_places_is_read_to_its_end() -> None:
    many = "".join(f"  Price.of{n}(cart)\n" for n in range(250))
    assert len(_module(many).calls) == 250
