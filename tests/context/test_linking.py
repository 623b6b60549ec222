"""What only the whole map tells of a module."""

from __future__ import annotations

import pytest

from torusnb.context.map.linking import link_modules
from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import FileOutline
from torusnb.models.modules import Module, Use

WEB = """defmodule ShopWeb do
  def page_live do
    quote do
      use Phoenix.LiveView, layout: {ShopWeb.Layouts, :app}
      on_mount {ShopWeb.Auth, :customer}
    end
  end

  def worker do
    quote do
      use Shop.Job, queue: :none
    end
  end

  defmacro __using__(which), do: apply(__MODULE__, which, [])
end
"""
JOB = """defmodule Shop.Job do
  defmacro __using__(opts) do
    quote do
      use Oban.Worker, unquote(opts)
      @behaviour Shop.Job
    end
  end
end
"""


def linked(*sources: str) -> dict[str, Module]:
    files = [parse_file(f"lib/f{number}.ex", source.encode()) for number, source in enumerate(sources)]
    return {module.name: module for file in link_modules(files) for module in file.modules}


def test_a_macro_of_the_application_makes_a_live_view() -> None:
    text = (
        "defmodule ShopWeb.CartLive do\n  use ShopWeb, :page_live\n  def mount(_, _, socket), do: {:ok, socket}\nend\n"
    )
    module = linked(WEB, text)["ShopWeb.CartLive"]
    assert module.kinds == ("live_view",)
    assert [callback.kind for callback in module.callbacks] == ["mount"]
    assert module.guards == (Use("on_mount", "{ShopWeb.Auth, :customer}", 2),)


def test_a_macro_that_uses_a_macro() -> None:
    module = linked(WEB, JOB, "defmodule Shop.Mail do\n  use Shop.Job, queue: :mail\nend\n")["Shop.Mail"]
    assert (module.kinds, module.options) == (("worker",), "queue: :mail")
    assert linked(WEB, JOB, "defmodule Shop.Other do\n  use ShopWeb, :worker\nend\n")["Shop.Other"].kinds == ("worker",)


def test_the_macros_own_module_is_none_of_these() -> None:
    modules = linked(WEB, JOB)
    assert (modules["ShopWeb"].kinds, modules["Shop.Job"].kinds) == ((), ())


def test_a_function_that_happens_to_be_called_as_a_callback_is_none() -> None:
    text = "defmodule Shop.Album do\n  use Shop.Nothing\n  def mount(picture, frame), do: {picture, frame}\nend\n"
    assert linked(text)["Shop.Album"].callbacks == ()


def test_macros_that_use_each_other_do_not_hold_the_reader() -> None:
    pair = "defmodule {0} do\n  defmacro __using__(_) do\n    quote do\n      use {1}\n    end\n  end\nend\n"
    text = "defmodule C do\n  use A\nend\n"
    assert linked(pair.format("A", "B"), pair.format("B", "A"), text)["C"].kinds == ()


CHAINED = "defmodule {0} do\n  defmacro __using__(_) do\n    quote do\n{1}\n    end\n  end\nend\n"


def chained(name: str, *used: str) -> str:
    """A module whose macro uses others."""
    return CHAINED.format(name, "\n".join(f"      use {module}" for module in used))


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("length", [8, 3_000])
def test_a_macro_at_any_distance_counts_whoever_asks_first(length: int, order: int) -> None:
    links = [chained(f"M{n}", f"M{n + 1}") for n in range(length)] + [chained(f"M{length}", "Phoenix.LiveView")]
    users = ["defmodule Far do\n  use M0\nend\n", f"defmodule Near do\n  use M{length - 2}\nend\n"]
    modules = linked(*links, *users[::order])
    assert modules["Far"].kinds == modules["Near"].kinds == ("live_view",)


@pytest.mark.parametrize("order", [1, -1])
def test_every_macro_of_a_ring_brings_what_any_of_them_brings(order: int) -> None:
    ring = [chained("A", "B"), chained("B", "C"), chained("C", "A", "GenServer")]
    users = [f"defmodule U{name} do\n  use {name}\nend\n" for name in "ABC"]
    modules = linked(*ring, *users[::order])
    assert [modules[f"U{name}"].kinds for name in "ABC"] == [("genserver",)] * 3


def test_macros_that_all_use_each_other_do_not_hold_the_reader() -> None:
    names = [f"M{n}" for n in range(40)]
    rings = [chained(name, *(other for other in names if other != name), "GenServer") for name in names]
    users = [f"defmodule U{n} do\n  use M{n}\nend\n" for n in range(40)]
    modules = linked(*rings, *users)
    assert {modules[f"U{n}"].kinds for n in range(40)} == {("genserver",)}


TOPICS = """defmodule Shop.Topics do
  def cart(id), do: "cart:#{id}"
  def all, do: Shop.Names.compute()
end
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f(id), do: Phoenix.PubSub.subscribe(P, Shop.Topics.cart(id))", [("subscribe", "cart:*")]),
        ("alias Shop.Topics\ndef f(id), do: Phoenix.PubSub.subscribe(P, Topics.cart(id))", [("subscribe", "cart:*")]),
        ("import Shop.Topics\ndef f(id), do: Phoenix.PubSub.broadcast(P, cart(id), :x)", [("broadcast", "cart:*")]),
        ("import Shop.Topics\ndef f, do: Phoenix.PubSub.broadcast(P, all(), :x)", [("broadcast", "Shop.Topics.all()")]),
        ("def f(id), do: Phoenix.PubSub.subscribe(P, Other.Topics.cart(id))", [("subscribe", "Other.Topics.cart(_)")]),
    ],
)
def test_topics_that_another_module_names(body: str, expected: list[tuple[str, str]]) -> None:
    module = linked(TOPICS, f"defmodule Shop.A do\n{body}\nend\n")["Shop.A"]
    assert [(use.kind, use.name) for use in module.topics] == expected


RADIO = """defmodule Shop.Radio do
  def broadcast(topic, message), do: Phoenix.PubSub.broadcast(Shop.PubSub, topic, message)
  def subscribe_to(topic), do: Phoenix.PubSub.subscribe(Shop.PubSub, topic)
  def broadcast_all(message), do: Phoenix.PubSub.broadcast(Shop.PubSub, "all", message)
end
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('def f(id), do: Shop.Radio.broadcast("cart:#{id}", :x)', [("broadcast", "cart:*")]),
        ('def f(id), do: Shop.Radio.subscribe_to("cart:" <> id)', [("subscribe", "cart:*")]),
        ('def f, do: Shop.Radio.broadcast_all("hello")', []),
        ('def f, do: Elsewhere.Radio.broadcast("carts", :x)', []),
        ("def f(t), do: Shop.Radio.broadcast(t, :x)", []),
    ],
)
def test_a_topic_handed_to_a_function_that_broadcasts_it(body: str, expected: list[tuple[str, str]]) -> None:
    module = linked(RADIO, f"defmodule Shop.A do\n{body}\nend\n")["Shop.A"]
    assert [(use.kind, use.name) for use in module.topics] == expected


def test_outlines_that_nothing_is_added_to_stay_the_same_objects() -> None:
    files: list[FileOutline] = [parse_file("lib/a.ex", b"defmodule A do\n  def f, do: 1\nend\n")]
    assert link_modules(files)[0] is files[0]
