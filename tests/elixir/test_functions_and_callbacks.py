from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.modules import Function, Module


def only_module(body: str) -> Module:
    (module,) = parse_file("lib/a.ex", f"defmodule A do\n{body}\nend\n".encode()).modules
    return module


@pytest.mark.parametrize(
    ("written", "name", "arity", "defaults", "kind"),
    [
        ("def f, do: 1", "f", 0, 0, "def"),
        ("def f(), do: 1", "f", 0, 0, "def"),
        ("def f(a, b \\\\ nil), do: a", "f", 2, 1, "def"),
        ("def f(a, opts \\\\ [], more \\\\ %{}) when is_map(a) do\n  a\nend", "f", 3, 2, "def"),
        ("defp f!(%{a: a} = b, [c | _]), do: {a, b, c}", "f!", 2, 0, "defp"),
        ("defmacro f(a, do: block), do: {a, block}", "f", 2, 0, "defmacro"),
        ("defguard is_f(a) when a > 1", "is_f", 1, 0, "defguard"),
        ("defdelegate f(a, b), to: Other", "f", 2, 0, "defdelegate"),
        ("def a + b, do: {a, b}", "+", 2, 0, "def"),
        ("def f(\n      a,\n      # the second\n      b\n    ) do\n  a\nend", "f", 2, 0, "def"),
    ],
)
def test_name_arity_and_defaults(written: str, name: str, arity: int, defaults: int, kind: str) -> None:
    (function,) = only_module(written).functions
    assert (function.name, function.arity, function.defaults, function.kind) == (name, arity, defaults, kind)


def test_clauses_are_taken_together() -> None:
    module = only_module("""
  def f(a, b \\\\ 1)
  def f(0, _), do: 0
  def g, do: 1
  def f(a, b) do
    a + b
  end
""")
    assert module.functions == (
        Function("f", 2, "def", 3, 8, head="def f(a, b \\\\ 1)", defaults=1, clauses=3),
        Function("g", 0, "def", 5, 5, head="def g"),
    )
    assert module.function("f", 1) is not None


def test_the_head_is_one_line_with_its_guard() -> None:
    (function,) = only_module("  def f(\n    a,\n    b\n  )\n  when a > b do\n    a\n  end").functions
    assert function.head == "def f( a, b ) when a > b"


def test_the_first_paragraph_of_the_documentation_stays_with_its_function() -> None:
    module = only_module('''
  @doc """
  Adds a line
  to the cart.

  More words.
  """
  @spec add(map) :: map
  def add(cart), do: cart

  @doc false
  def hidden, do: 1
''')
    assert [f.doc for f in module.functions] == ["Adds a line to the cart.", ""]


def test_private_functions_are_not_public() -> None:
    assert [f.public for f in only_module("def a, do: 1\ndefp b, do: 2\ndefmacrop c, do: 3").functions] == [
        True,
        False,
        False,
    ]


def test_functions_quoted_for_other_modules_are_left_out_but_their_events_are_told() -> None:
    module = only_module("""
  defmacro __using__(_) do
    quote do
      def handle_event("sort", params, socket), do: {:noreply, socket}
    end
  end
""")
    assert [f.name for f in module.functions] == ["__using__"]
    assert [(u.kind, u.name, u.line) for u in module.callbacks] == [("handle_event", "sort", 5)]


def test_a_computed_name_is_passed_over() -> None:
    assert only_module("for n <- [:a] do\n  def unquote(n)(x), do: x\nend\ndef f, do: 1").functions[0].name == "f"


def test_delegation_is_a_call() -> None:
    module = only_module("alias Shop.Cart\ndefdelegate add(a, b), to: Cart, as: :insert")
    assert [(c.module, c.name, c.arity) for c in module.calls] == [("Shop.Cart", "insert", 2)]


@pytest.mark.parametrize(
    ("kind", "head", "expected"),
    [
        ("use Phoenix.LiveView", 'handle_event("save", %{"id" => id}, socket)', [("handle_event", "save")]),
        (
            "use Phoenix.LiveView",
            'handle_event(event, _, socket) when event in ["a", "b"]',
            [("handle_event", "a"), ("handle_event", "b")],
        ),
        ("use Phoenix.LiveView", "handle_event(event, _, socket)", [("handle_event", "")]),
        ("use Phoenix.LiveView", "handle_info({:saved, id}, socket)", [("handle_info", "{:saved, id}")]),
        (
            "use Phoenix.LiveView",
            'handle_info(%Broadcast{event: "x"} = m, socket)',
            [("handle_info", '%Broadcast{event: "x"}')],
        ),
        ("use Phoenix.LiveView", "handle_async(:load, result, socket)", [("handle_async", ":load")]),
        ("use Phoenix.LiveView", "mount(_params, _session, socket)", [("mount", "")]),
        ("use Phoenix.LiveView", 'handle_params(%{"id" => id}, _uri, socket)', [("handle_params", '%{"id" => id}')]),
        ("use Phoenix.LiveView", "render(assigns)", [("render", "")]),
        ("use GenServer", "handle_call({:get, key}, _from, state)", [("handle_call", "{:get, key}")]),
        ("use GenServer", "handle_cast(:clear, state)", [("handle_cast", ":clear")]),
        ("use GenServer", "init(opts)", [("init", "")]),
        ("use Oban.Worker", 'perform(%Oban.Job{args: %{"id" => id}})', [("perform", '%Oban.Job{args: %{"id" => id}}')]),
        ("", "render(assigns)", []),
        ("", "perform(job)", []),
        ("", "handle_event([:shop, :cart], measurements, metadata, config)", [("handle_event", "shop.cart")]),
        (
            "@done [:shop, :done]",
            "handle_event(@done, measurements, metadata, config)",
            [("handle_event", "shop.done")],
        ),
    ],
)
def test_callbacks_name_what_they_match(kind: str, head: str, expected: list[tuple[str, str]]) -> None:
    module = only_module(f"{kind}\ndef {head}, do: :ok")
    assert [(u.kind, u.name) for u in module.callbacks] == expected
