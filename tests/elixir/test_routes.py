from __future__ import annotations

import pytest

from torusnb.elixir.outline import parse_file
from torusnb.models.codebase import Route


def routes_of(body: str, use: str = "use ShopWeb, :router") -> tuple[Route, ...]:
    return parse_file("lib/shop_web/router.ex", f"defmodule ShopWeb.Router do\n{use}\n{body}\nend\n".encode()).routes


def test_nested_scopes_add_up() -> None:
    (route,) = routes_of("""scope "/shops/:shop", ShopWeb do
  pipe_through [:browser, :signed_in]
  scope "/admin", Admin do
    pipe_through :admin
    live_session :staff, on_mount: [{ShopWeb.Auth, :staff}] do
      live "/carts/:id", CartLive.Show, :edit
    end
  end
end""")
    assert route == Route(
        verb="LIVE",
        path="/shops/:shop/admin/carts/:id",
        module="ShopWeb.Admin.CartLive.Show",
        action="edit",
        file="lib/shop_web/router.ex",
        line=8,
        pipelines=("browser", "signed_in", "admin"),
        live_session="staff",
        on_mount=("{ShopWeb.Auth, :staff}",),
    )


def test_what_a_scope_sets_ends_with_it() -> None:
    first, second = routes_of("""scope "/a", ShopWeb do
  pipe_through :browser
  get "/", PageController, :home
end
scope "/b" do
  get "/", ShopWeb.PageController, :other
end""")
    assert (first.path, first.pipelines) == ("/a", ("browser",))
    assert (second.path, second.module, second.pipelines) == ("/b", "ShopWeb.PageController", ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('get "/a", PageController, :home', ("GET", "/a", "ShopWeb.PageController", "home")),
        ('post("/a", PageController, :make)', ("POST", "/a", "ShopWeb.PageController", "make")),
        ('live "/a", ALive', ("LIVE", "/a", "ShopWeb.ALive", "")),
        ('forward "/graph", Graph.Plug, schema: Shop.Schema', ("FORWARD", "/graph", "ShopWeb.Graph.Plug", "")),
        ('match :*, "/old", PageController, :gone', ("ANY", "/old", "ShopWeb.PageController", "gone")),
        ('get "/a", Other.PageController, :home, alias: false', ("GET", "/a", "Other.PageController", "home")),
    ],
)
def test_verbs(written: str, expected: tuple[str, str, str, str]) -> None:
    (route,) = routes_of(f'scope "/", ShopWeb do\n{written}\nend')
    assert (route.verb, route.path, route.module, route.action) == expected


def test_a_scope_by_options() -> None:
    (route,) = routes_of('scope path: "/api", alias: ShopWeb.Api do\nget "/x", XController, :show\nend')
    assert (route.path, route.module) == ("/api/x", "ShopWeb.Api.XController")


def test_resources_stand_for_their_actions() -> None:
    found = routes_of('scope "/", ShopWeb do\nresources "/carts", CartController, except: [:new, :edit]\nend')
    assert [(r.verb, r.path, r.action) for r in found] == [
        ("GET", "/carts", "index"),
        ("GET", "/carts/:id", "show"),
        ("POST", "/carts", "create"),
        ("PATCH", "/carts/:id", "update"),
        ("PUT", "/carts/:id", "update"),
        ("DELETE", "/carts/:id", "delete"),
    ]


def test_nested_resources_and_their_parameter() -> None:
    found = routes_of("""resources "/shop_carts", ShopCartController, only: [:show], param: "slug" do
  resources "/lines", LineController, only: ~w(index)a
end""")
    assert [(r.path, r.action) for r in found] == [
        ("/shop_carts/:slug", "show"),
        ("/shop_carts/:shop_cart_slug/lines", "index"),
    ]


def test_a_single_resource_has_no_id() -> None:
    found = routes_of('resource "/profile", ProfileController, only: [:show, :update]')
    assert [(r.verb, r.path) for r in found] == [("GET", "/profile"), ("PATCH", "/profile"), ("PUT", "/profile")]


def test_a_routes_module_is_resolved_through_aliases_and_mentioned() -> None:
    text = 'alias Elsewhere.PageController\nget "/", PageController, :home'
    outline = parse_file("lib/r.ex", f"defmodule R do\nuse Phoenix.Router\n{text}\nend\n".encode())
    assert outline.routes[0].module == "Elsewhere.PageController"
    assert outline.modules[0].mentions == ("Elsewhere.PageController",)


def test_routes_are_read_in_routers_only() -> None:
    assert routes_of('get "/a", PageController, :home', use="use ShopWeb, :controller") == ()


@pytest.mark.parametrize(
    ("written", "hooks"),
    [
        ("on_mount: ShopWeb.Locale", ("ShopWeb.Locale",)),
        ("on_mount: {ShopWeb.Auth, :owner}", ("{ShopWeb.Auth, :owner}",)),
        ("on_mount: [ShopWeb.Locale, {ShopWeb.Auth, :owner}]", ("ShopWeb.Locale", "{ShopWeb.Auth, :owner}")),
        ("on_mount: @hooks, layout: {ShopWeb.Layouts, :app}", ("ShopWeb.Locale",)),
        ("layout: {ShopWeb.Layouts, :app}", ()),
    ],
)
def test_the_hooks_of_a_live_session(written: str, hooks: tuple[str, ...]) -> None:
    (route,) = routes_of(f'@hooks [ShopWeb.Locale]\nlive_session :s, {written} do\nlive "/a", ShopWeb.ALive\nend')
    assert (route.live_session, route.on_mount) == ("s", hooks)


def test_hooks_hold_for_live_routes_only() -> None:
    text = 'live_session :s, on_mount: ShopWeb.Auth do\nlive "/a", ALive\nget "/b", BController, :show\nend\n'
    text += 'live "/c", CLive'
    assert [(route.path, route.on_mount) for route in routes_of(text)] == [
        ("/a", ("ShopWeb.Auth",)),
        ("/b", ()),
        ("/c", ()),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('live_dashboard "/dashboard", metrics: Shop.Metrics', ("MACRO", "/admin/dashboard", "", "live_dashboard")),
        ('oban_dashboard("/jobs")', ("MACRO", "/admin/jobs", "", "oban_dashboard")),
        ("account_routes()", ("MACRO", "/admin", "", "account_routes")),
        ('get "/x", to: Shop.Plug', ("GET", "/admin/x", "Shop.Plug", "")),
        ('options "/x", XController, :options', ("OPTIONS", "/admin/x", "XController", "options")),
    ],
)
def test_routes_that_a_macro_defines(written: str, expected: tuple[str, str, str, str]) -> None:
    (route,) = routes_of(f'scope "/admin" do\n{written}\nend')
    assert (route.verb, route.path, route.module, route.action) == expected


@pytest.mark.parametrize(
    "text",
    [
        "if dev_routes?() do\nend",
        'pipeline :browser do\nplug :accepts, ["html"]\nend',
        "import Shop.Helpers, only: [a: 1]",
        "defp helper(conn), do: put_flash(conn, :info)",
        "@limit compute(1)",
    ],
)
def test_what_defines_no_routes(text: str) -> None:
    assert routes_of(text) == ()


def test_a_library_whose_use_defines_routes() -> None:
    (route,) = routes_of('use Kiosk.Routes, scope: "/kiosk"')
    assert (route.verb, route.path, route.action) == ("MACRO", "/kiosk", "use Kiosk.Routes")


def test_a_plain_plug_router_answers_in_place() -> None:
    text = 'plug :match\nget "/health" do\nsend_resp(conn, 200, "ok")\nend\nforward "/more", to: Shop.More\n'
    text += "match _ do\nhalt(conn)\nend"
    found = routes_of(text, use="use Plug.Router")
    assert [(route.verb, route.path, route.module) for route in found] == [
        ("GET", "/health", "ShopWeb.Router"),
        ("FORWARD", "/more", "Shop.More"),
        ("ANY", "/_", "ShopWeb.Router"),
    ]


def test_an_endpoints_sockets() -> None:
    text = 'socket "/live", Phoenix.LiveView.Socket, websocket: true\nsocket("/socket", ShopWeb.UserSocket)'
    found = routes_of(text, use="use Phoenix.Endpoint, otp_app: :shop")
    assert [(route.verb, route.path, route.module) for route in found] == [
        ("SOCKET", "/live", "Phoenix.LiveView.Socket"),
        ("SOCKET", "/socket", "ShopWeb.UserSocket"),
    ]


def test_a_singleton_resource_and_nested_resources() -> None:
    found = routes_of(
        'resources "/carts", CartController, only: [] do\n'
        'resources "/till", TillController, singleton: true, only: [:show]\nend'
    )
    assert [(route.verb, route.path) for route in found] == [("GET", "/carts/:cart_id/till")]


def test_a_scope_without_an_alias_inside_one_with() -> None:
    (route,) = routes_of(
        'scope "/a", ShopWeb, as: :a do\nscope "/b", alias: false do\nget "/c", Other.C, :show\nend\nend'
    )
    assert (route.path, route.module) == ("/a/b/c", "Other.C")
