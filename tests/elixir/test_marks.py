"""Passing over what says nothing in a function changes no outline."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

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
