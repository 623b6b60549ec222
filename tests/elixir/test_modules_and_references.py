from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import FileOutline
from torusnb.models.modules import Module


def outline(text: str, path: str = "lib/shop/a.ex") -> FileOutline:
    return parse_file(path, text.encode())


def only_module(text: str) -> Module:
    (module,) = outline(text).modules
    return module


def test_nested_modules_have_full_names_in_line_order() -> None:
    found = outline("""
defmodule Shop.Cart do
  defmodule Line do
    defmodule Price do
    end
  end

  defmodule Totals.Tax do
  end
end

defmodule Shop.Other do
end
""").modules
    assert [(m.name, m.line, m.end_line) for m in found] == [
        ("Shop.Cart", 2, 10),
        ("Shop.Cart.Line", 3, 6),
        ("Shop.Cart.Line.Price", 4, 5),
        ("Shop.Cart.Totals.Tax", 8, 9),
        ("Shop.Other", 12, 13),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("alias Shop.Cart", [("alias", "Shop.Cart", "")]),
        ("alias Shop.Cart, as: Basket", [("alias", "Shop.Cart", "Basket")]),
        ("alias Shop.{Cart, Stock.Item}", [("alias", "Shop.Cart", ""), ("alias", "Shop.Stock.Item", "")]),
        (
            "alias Shop.{\n    Cart,\n    # by hand\n    Stock\n  }",
            [("alias", "Shop.Cart", ""), ("alias", "Shop.Stock", "")],
        ),
        ("alias __MODULE__.Line", [("alias", "Shop.A.Line", "")]),
        ("alias __MODULE__.{Line, Sum}", [("alias", "Shop.A.Line", ""), ("alias", "Shop.A.Sum", "")]),
        ("import Ecto.Query, only: [from: 2]", [("import", "Ecto.Query", "")]),
        ("require Logger", [("require", "Logger", "")]),
        ("require Shop.Macros, as: M", [("require", "Shop.Macros", "M")]),
        ("use Shop.Base, strict: true", [("use", "Shop.Base", "")]),
        ("@behaviour Shop.Gate", [("behaviour", "Shop.Gate", "")]),
    ],
)
def test_references_by_full_name(line: str, expected: list[tuple[str, str, str]]) -> None:
    module = only_module(f"defmodule Shop.A do\n  {line}\nend\n")
    assert [(r.kind, r.module, r.as_name) for r in module.references] == expected


@pytest.mark.parametrize(
    ("preface", "call", "expected"),
    [
        ("", "Shop.Cart.add(a, b)", ("Shop.Cart", "add", 2)),
        ("alias Shop.Cart", "Cart.add(a)", ("Shop.Cart", "add", 1)),
        ("alias Shop.Cart", "Cart.Line.new()", ("Shop.Cart.Line", "new", 0)),
        ("alias Shop.Cart, as: Basket", "Basket.add(a)", ("Shop.Cart", "add", 1)),
        ("alias Shop.Cart\n  alias Cart.Line", "Line.new(a)", ("Shop.Cart.Line", "new", 1)),
        ("", "__MODULE__.run(a)", ("Shop.A", "run", 1)),
        ("", "__MODULE__.Deep.run(a)", ("Shop.A.Deep", "run", 1)),
        ("", "a |> Shop.Cart.add(b)", ("Shop.Cart", "add", 2)),
        ("", "a |> Shop.Cart.clear()", ("Shop.Cart", "clear", 1)),
        ("", "Enum.map(a, &Shop.Cart.price/1)", ("Shop.Cart", "price", 1)),
        ("", "Shop.Cart.locked a do\n    b\n  end", ("Shop.Cart", "locked", 2)),
        ("", "Shop.Cart.add(a, mode: :x, again: true)", ("Shop.Cart", "add", 2)),
        ("", ":queue.in(a, b)", (":queue", "in", 2)),
        ("", "Elixir.Shop.Cart.add(a)", ("Shop.Cart", "add", 1)),
        ("", "Enum.map(a, &(Shop.Cart.price(&1, b) > 0))", ("Shop.Cart", "price", 2)),
        ("@rates Shop.Cart.rates()", "@rates", ("Shop.Cart", "rates", 0)),
        ("@rates Shop.Cart.rates() |> Enum.map(& &1)", "@rates", ("Shop.Cart", "rates", 0)),
    ],
)
def test_calls_are_resolved_through_aliases(preface: str, call: str, expected: tuple[str, str, int]) -> None:
    module = only_module(f"defmodule Shop.A do\n  {preface}\n  def f(a, b) do\n  {call}\n  end\nend\n")
    assert expected in [(c.module, c.name, c.arity) for c in module.calls]


def test_a_nested_module_can_be_called_by_its_short_name() -> None:
    outer = outline("""
defmodule Shop.A do
  defmodule Line do
  end

  def f, do: Line.new()
end
""").modules[0]
    assert [(c.module, c.name) for c in outer.calls] == [("Shop.A.Line", "new")]


def test_an_alias_inside_a_function_ends_with_it() -> None:
    module = only_module("""
defmodule Shop.A do
  def f do
    alias Shop.Cart
    Cart.add()
  end

  def g, do: Cart.add()
end
""")
    assert [(c.module, c.line) for c in module.calls] == [("Shop.Cart", 5), ("Cart", 8)]


def test_a_call_is_listed_once_at_its_first_line() -> None:
    module = only_module("defmodule A do\n  def f, do: B.x(1)\n  def g, do: B.x(2)\n  def h, do: B.x(1, 2)\nend\n")
    assert [(c.arity, c.line) for c in module.calls] == [(1, 2), (2, 4)]


def test_types_are_no_calls() -> None:
    module = only_module("defmodule A do\n  @spec f(String.t()) :: Shop.Cart.t()\n  def f(a), do: a\nend\n")
    assert module.calls == ()


def test_structs_arguments_and_templates_are_mentions() -> None:
    module = only_module('''
defmodule ShopWeb.A do
  alias Shop.Cart

  def f(%Cart{} = cart), do: run(cart, Shop.Mailer)

  def render(assigns) do
    ~H"""
    <ShopWeb.Parts.badge text={Cart.label(@cart, 1)} />
    <.live_component module={ShopWeb.Row} id="a" />
    """
  end
end
''')
    assert module.mentions == ("Shop.Mailer", "ShopWeb.Row")
    assert {(c.module, c.name, c.arity, c.line) for c in module.calls} == {
        ("ShopWeb.Parts", "badge", 1, 9),
        ("Shop.Cart", "label", 2, 9),
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('@moduledoc "One line."', "One line."),
        ('@moduledoc """\n  First.\n\n      code\n  Last.\n  """', "First.\n\n    code\nLast."),
        ('@moduledoc ~S"""\n  As #{it} is \\n.\n  """', "As #{it} is \\n."),
        ("@moduledoc false", ""),
        ("", ""),
    ],
)
def test_module_documentation(written: str, expected: str) -> None:
    assert only_module(f"defmodule A do\n  {written}\nend\n").doc == expected


def test_attributes_and_options_mention_modules() -> None:
    module = only_module("defmodule A do\n  @derive Shop.Encoder\n  use Shop.Base, repo: Shop.Repo\nend\n")
    assert module.mentions == ("Shop.Encoder", "Shop.Repo")


def test_protocols_and_implementations() -> None:
    found = outline("""
defprotocol Shop.Price do
  def of(item)
end

defimpl Shop.Price, for: Shop.Item do
  def of(item), do: item.price
end
""").modules
    assert [(m.name, m.kinds) for m in found] == [
        ("Shop.Price", ("protocol",)),
        ("Shop.Price.Shop.Item", ("implementation",)),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("use ShopWeb, :live_view", "live_view"),
        ("use AnythingWeb, :live_component", "live_component"),
        ("use ShopWeb, :controller", "controller"),
        ("use ShopWeb, :channel", "channel"),
        ("use ShopWeb, :html", "component"),
        ("use ShopWeb, :router", "router"),
        ('use Phoenix.LiveView, layout: {A, "app"}', "live_view"),
        ("use Phoenix.LiveComponent", "live_component"),
        ("use Phoenix.Component", "component"),
        ("use Phoenix.Router", "router"),
        ("use Oban.Worker, queue: :mail", "worker"),
        ("use Oban.Pro.Worker", "worker"),
        ("use Oban.Pro.Workers.Batch", "worker"),
        ("use GenServer, restart: :transient", "genserver"),
        ("@behaviour GenServer", "genserver"),
        ("use Supervisor", "supervisor"),
        ("use DynamicSupervisor", "supervisor"),
        ("use Agent", "agent"),
        ("use Task", "task"),
        ("use Application", "application"),
        ("use Broadway", "broadway"),
        ("use GenStage", "gen_stage"),
        ("use Ecto.Migration", "migration"),
        ("use ExUnit.Case, async: true", "test"),
        ("use Shop.DataCase", "test"),
        ("@behaviour Plug", "plug"),
        ("use Plug.Builder", "plug"),
        ("import Plug.Conn\n  def init(o), do: o\n  def call(conn, _), do: conn", "plug"),
        ("@callback price(term) :: integer", "behaviour"),
        ('schema "items" do\n  end', "schema"),
        ("embedded_schema do\n  end", "embedded_schema"),
    ],
)
def test_kinds_by_convention(line: str, kind: str) -> None:
    assert only_module(f"defmodule A do\n  {line}\nend\n").kinds == (kind,)


def test_what_a_web_module_quotes_for_others_is_not_its_own_kind() -> None:
    module = only_module("""
defmodule ShopWeb do
  def live_view do
    quote do
      use Phoenix.LiveView
    end
  end
end
""")
    assert module.kinds == ()
    assert [r.module for r in module.references] == ["Phoenix.LiveView"]


def test_a_workers_options_are_kept_as_written() -> None:
    module = only_module("defmodule A do\n  use Oban.Worker,\n    queue: :grades,\n    max_attempts: 3\nend\n")
    assert module.options == "queue: :grades, max_attempts: 3"
