from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.modules import Module


def only_module(body: str, name: str = "Shop.A") -> Module:
    (module,) = parse_file("lib/a.ex", f"defmodule {name} do\n{body}\nend\n".encode()).modules
    return module


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("on_mount ShopWeb.Locale", [("on_mount", "ShopWeb.Locale")]),
        ("alias ShopWeb.Auth\non_mount {Auth, :owner}", [("on_mount", "{ShopWeb.Auth, :owner}")]),
        (
            "on_mount [ShopWeb.Locale, {ShopWeb.Auth, :owner}]",
            [("on_mount", "ShopWeb.Locale"), ("on_mount", "{ShopWeb.Auth, :owner}")],
        ),
        ("on_mount __MODULE__", [("on_mount", "Shop.A")]),
        ("plug :load_cart", [("plug", ":load_cart")]),
        ("plug(:load_cart when action in [:show])", [("plug", ":load_cart when action in [:show]")]),
        ("alias ShopWeb.Plugs.Owner\nplug Owner, role: :seller", [("plug", "ShopWeb.Plugs.Owner, role: :seller")]),
        ("def on_mount(:owner, _, _, socket), do: {:cont, socket}", []),
        ("def f(conn), do: plug(conn)", []),
    ],
)
def test_what_stands_before_a_modules_actions(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(guard.kind, guard.name) for guard in only_module(body).guards] == expected


def test_a_pipeline_holds_the_plugs_that_follow_it() -> None:
    module = only_module(
        "use Phoenix.Router\npipeline :browser do\nplug :fetch_session\nplug ShopWeb.Locale\nend\n"
        "pipeline :owner, do: plug(ShopWeb.Owner, :seller)\npipeline :bare do\nend"
    )
    assert module.pipelines == {
        "browser": (":fetch_session", "ShopWeb.Locale"),
        "owner": ("ShopWeb.Owner, :seller",),
        "bare": (),
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def start_link(a), do: GenServer.start_link(__MODULE__, a, name: __MODULE__)", [("named", "Shop.A")]),
        ("def start_link(a), do: GenServer.start_link(__MODULE__, a, name: :till)", [("named", "till")]),
        ("def start_link(a), do: GenServer.start_link(__MODULE__, a)", []),
        ("def start_link(opts), do: GenServer.start_link(__MODULE__, 1, opts)", []),
        (
            "@name Shop.Till\ndef start_link(a), do: Agent.start_link(fn -> a end, name: @name)",
            [("named", "Shop.Till")],
        ),
        (
            "def start_link(o), do: GenServer.start_link(__MODULE__, 1, Keyword.put_new(o, :name, __MODULE__))",
            [("named", "Shop.A")],
        ),
        (
            "def start_link(o) do\n  name = Keyword.get(o, :name, __MODULE__)\n"
            "  GenServer.start_link(__MODULE__, o, name: name)\nend",
            [("named", "Shop.A")],
        ),
        (
            "def start_link(o) do\n  GenServer.start_link(__MODULE__, o, name: o[:name] || Shop.Till)\nend",
            [("named", "Shop.Till")],
        ),
        (
            "def start_link(o) do\n  opts = [name: Shop.Till]\n  Supervisor.start_link([], opts)\nend",
            [("named", "Shop.Till")],
        ),
        (
            "def start_link(id), do: GenServer.start_link(__MODULE__, id, name: {:via, Registry, {Shop.Tills, id}})",
            [("via", "{Shop.Tills, id}")],
        ),
        (
            "alias Shop.Tills\ndef start_link(id), do: GenServer.start_link(__MODULE__, id, name: via(id))\n"
            "def total(id), do: GenServer.call(via(id), :total)\n"
            "defp via(id), do: {:via, Registry, {Tills, id}}",
            [("via", "{Shop.Tills, id}"), ("call", "{Shop.Tills, id}")],
        ),
        (
            "def start_link(a), do: GenServer.start_link(__MODULE__, a, name: {:global, :till})",
            [("named", "{:global, till}")],
        ),
        ("def children, do: Registry.child_spec(keys: :unique, name: Shop.Tills)", [("registry", "Shop.Tills")]),
        ("def f(id), do: Registry.lookup(Shop.Tills, id)", [("lookup", "{Shop.Tills, id}")]),
        ('def f, do: Registry.register(Shop.Tills, "main", nil)', [("via", "{Shop.Tills, main}")]),
        ("def f(m), do: Registry.dispatch(Shop.Tills, :all, m)", [("lookup", "{Shop.Tills, all}")]),
        ("def f(spec), do: Registry.select(Shop.Tills, spec)", [("lookup", "Shop.Tills")]),
        ("def f, do: Process.whereis(:till)", [("lookup", "till")]),
        ("def f(pid), do: Process.register(pid, Shop.Till)", [("named", "Shop.Till")]),
        ("def f, do: GenServer.cast(Shop.Till, :close)", [("cast", "Shop.Till")]),
        ("def f(server \\\\ __MODULE__), do: GenServer.call(server, :total)", [("call", "Shop.A")]),
        ("def f(pid), do: GenServer.call(pid, :total)", []),
        ("def f, do: GenServer.call({Shop.Till, node()}, :total)", [("call", "Shop.Till")]),
        ("def f, do: Agent.get(__MODULE__, & &1)", [("call", "Shop.A")]),
        ("def f, do: send(Shop.Till, :close)", [("cast", "Shop.Till")]),
        ("def f(pid), do: send(pid, :close)", []),
        ("def f(x), do: Task.Supervisor.start_child(Shop.Tasks, x)", [("call", "Shop.Tasks")]),
        ("def f(m), do: Task.Supervisor.async_nolink(Shop.Tasks, m)", [("call", "Shop.Tasks")]),
        (
            "def start(_, _) do\n  kids = [{Registry, keys: :unique, name: Shop.Tills}] ++ tasks()\n"
            "  Supervisor.start_link(kids, strategy: :one_for_one, name: Shop.Sup)\nend\n"
            "defp tasks, do: [{Task.Supervisor, name: Shop.Tasks}]",
            [("registry", "Shop.Tills"), ("named", "Shop.Sup"), ("named", "Shop.Tasks")],
        ),
    ],
)
def test_processes_by_name(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(use.kind, use.name) for use in only_module(body).processes] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('def topic(id), do: "cart:#{id}"', [("topic/1", "cart:*")]),
        ('def topic(id) do\n  "cart:" <> id\nend', [("topic/1", "cart:*")]),
        (
            'def topic(:all), do: "carts"\ndef topic(id), do: "cart:#{id}"',
            [("topic/1", "cart:*"), ("topic/1", "carts")],
        ),
        ('defp topic(id), do: "cart:#{id}"', []),
        ("def topic(id), do: {:cart, id}", []),
        ("def label(cart), do: cart.label", []),
        ('def sql, do: """\nSELECT 1\n"""', []),
    ],
)
def test_functions_that_give_a_text(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(text.kind, text.name) for text in only_module(body).texts] == expected
