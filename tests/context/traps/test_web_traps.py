"""Input, routes, tenants, flags and names that do not exist: what is reported, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from tests.context.traps.small_scene import map_of, pack_of, waypoint_of
from torusnb.context.traps import RULES, find_traps
from torusnb.context.traps.scene import Finding, set_scene
from torusnb.context.traps.tenancy import read_tenancy

PAGE = "lib/shop_web/live/basket_live.ex"


def findings(rule: str, files: Mapping[str, str]) -> list[Finding]:
    """What a rule finds when every file under lib is a waypoint."""
    ranked = [waypoint_of(path, rank) for rank, path in enumerate(sorted(p for p in files if p.startswith("lib/")), 1)]
    asked = pack_of("A clerk opens the till.")
    return list(RULES[rule].detect(set_scene(asked, tuple(ranked), map_of(files), lambda path: files.get(path, ""))))


def page(body: str, use: str = "use Phoenix.LiveView") -> dict[str, str]:
    """A LiveView, or what else `use` makes of it."""
    return {PAGE: f"defmodule ShopWeb.BasketLive do\n  {use}\n{body}\nend\n"}


def handler(line: str, parameters: str = '%{"by" => by}') -> str:
    """A clause of `handle_event` with one line."""
    return f'  def handle_event("sort", {parameters}, socket) do\n    {line}\n    {{:noreply, socket}}\n  end'


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        (handler("String.to_atom(by)"), "high"),
        (handler('params["by"] |> String.to_atom()', "params"), "high"),
        (handler("key = by\n    String.to_atom(key)"), "high"),
        ('  def name(id), do: String.to_atom("till_#{id}")', "medium"),
        ("  def keys(row) do\n    Enum.map(row, fn {key, value} -> {String.to_atom(key), value} end)\n  end", "medium"),
        ('  def kind(%{"kind" => kind}), do: String.to_atom(kind)', "medium"),
        (handler(":erlang.binary_to_term(by)"), "high"),
    ],
)
def test_an_atom_made_of_input_is_reported(body: str, severity: str) -> None:
    (found,) = findings("atom-from-input", page(body))
    assert found.severity == severity


@pytest.mark.parametrize(
    "body",
    [
        handler("String.to_existing_atom(by)"),
        handler('if by in ["name", "price"], do: String.to_atom(by)'),
        handler("if MapSet.member?(@known, by), do: String.to_atom(by)"),
        handler(":erlang.binary_to_term(by, [:safe])"),
        '  def kind, do: String.to_atom("basket")',
        "  def kind(name), do: String.to_atom(name)",
    ],
)
def test_an_atom_of_a_checked_or_known_value_is_left_alone(body: str) -> None:
    assert findings("atom-from-input", page(body)) == []


def render(value: str) -> str:
    """A template with one value."""
    return f'  def render(assigns) do\n    ~H"""\n    <p>{value}</p>\n    """\n  end'


@pytest.mark.parametrize("value", ["{raw(@note)}", '<%= raw @note["text"] %>', "{Phoenix.HTML.raw(@note)}"])
def test_a_value_that_is_not_escaped_is_reported_once_for_a_file(value: str) -> None:
    (found,) = findings("raw-html", page(render(value + "\n" + value)))
    assert found.line == 5
    assert found.symbol == "render/1"
    assert "and 1 other in this file" in found.what


@pytest.mark.parametrize(
    "value", ["{@note}", "{raw(@note_html)}", '{raw("<br>")}', "{raw(Jason.encode!(@note))}", "{raw(mark(@note))}"]
)
def test_a_value_that_is_escaped_or_says_that_it_is_html_is_left_alone(value: str) -> None:
    assert findings("raw-html", page(render(value))) == []


def test_html_made_by_a_function_of_another_module_is_judged_by_whether_that_escapes() -> None:
    files = page(render("{raw(Shop.Marks.mark(@note))}"))
    bold = 'defmodule Shop.Marks do\n  def mark(text), do: "<b>" <> text <> "</b>"\nend\n'
    assert len(findings("raw-html", files | {"lib/shop/marks.ex": bold})) == 1
    assert findings("raw-html", files | {"lib/shop/marks.ex": bold.replace("text <>", "escape(text) <>")}) == []


def test_a_redirect_to_where_the_client_says_is_reported() -> None:
    action = '  def leave(conn, %%{"to" => to}), do: redirect(conn, external: %s)'
    use = "use Phoenix.Controller"
    (found,) = findings("open-redirect", page(action % "to", use))
    assert (found.symbol, found.severity) == ("leave/2", "high")
    assert findings("open-redirect", page(action % "Shop.home_url()", use)) == []


ROUTER = """defmodule ShopWeb.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  scope "/tills/:till_id", ShopWeb do
    pipe_through [:browser, :require_clerk]
    live "/basket", BasketLive
    live "/a", ALive
    live "/b", BLive
    live "/c", CLive
    live "/d", DLive
    live "/e", ELive
  end

  scope "/tills/:till_id", ShopWeb do
    pipe_through [:browser%s]
    live "/open", %s
  end
end
"""


def test_a_page_behind_doors_with_different_checks_is_reported_on_the_router_line() -> None:
    files = page(render("{@a}")) | {"lib/shop_web/router.ex": ROUTER % ("", "BasketLive")}
    (found,) = findings("several-doors", files)
    assert (found.path, found.line, found.beside) == ("lib/shop_web/router.ex", 7, PAGE)
    assert (
        "2 doors with different checks: `/tills/:till_id/basket` (`require_clerk`), `/tills/:till_id/open` "
        "(no further check)" in found.what
    )
    assert found.severity == "high"
    assert (
        findings("several-doors", page("") | {"lib/shop_web/router.ex": ROUTER % (", :require_clerk", "BasketLive")})
        == []
    )


TWO_AUDIENCES = """defmodule ShopWeb.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router

  scope "/desk", ShopWeb do
    pipe_through [:browser, :require_clerk]
    live "/:till_id/basket", BasketLive
  end

  scope "/shop", ShopWeb do
    pipe_through [:browser, :%s]
    live(
      "/:till_id/basket",
      BasketLive
    )
  end
end
"""


@pytest.mark.parametrize(("check", "count"), [("require_buyer", 0), ("accepts", 1)])
def test_two_audiences_with_a_login_of_their_own_differ_on_purpose(check: str, count: int) -> None:
    found = findings("several-doors", page("") | {"lib/shop_web/router.ex": TWO_AUDIENCES % check})
    assert len(found) == count
    assert [place.line for finding in found for place in finding.also] == [13] * count  # not that of `live(`


@pytest.mark.parametrize(
    ("rank", "named", "likely", "count"),
    [(1, True, "known", 1), (2, True, "known", 1), (3, True, "changed", 0), (1, False, "changed", 0)],
)
def test_doors_are_told_of_pages_that_the_feature_is_about(rank: int, named: bool, likely: str, count: int) -> None:
    files = page("") | {"lib/shop_web/router.ex": ROUTER % ("", "BasketLive")}
    point = msgspec.structs.replace(waypoint_of(PAGE, rank, named=named), likely=likely)
    scene = set_scene(pack_of("Rain falls."), (point,), map_of(files), lambda path: files.get(path, ""))
    assert len(list(RULES["several-doors"].detect(scene))) == count


def test_a_route_without_the_check_of_its_neighbours_is_reported() -> None:
    files = page("").copy()
    opened = "lib/shop_web/live/open_live.ex"
    files[opened] = "defmodule ShopWeb.OpenLive do\n  use Phoenix.LiveView\nend\n"
    (found,) = findings("lacking-guard", files | {"lib/shop_web/router.ex": ROUTER % ("", "OpenLive")})
    assert "`LIVE /tills/:till_id/open` lacks `require_clerk`, which 6 of its 6 neighbours" in found.what
    assert found.beside == opened
    assert (
        findings("lacking-guard", files | {"lib/shop_web/router.ex": ROUTER % (", :require_clerk", "OpenLive")}) == []
    )


def test_a_trap_on_a_router_line_is_kept_for_the_waypoint_it_is_about() -> None:
    files = page("") | {"lib/shop_web/router.ex": ROUTER % ("", "BasketLive")}
    (trap,) = find_traps(
        pack_of("A clerk opens the basket."),
        (waypoint_of(PAGE),),
        map_of(files),
        lambda path: files.get(path, ""),
        rules=("several-doors",),
    )
    assert trap.evidence[0] == "code:lib/shop_web/router.ex:7"


def owned(name: str, table: str) -> str:
    """A schema that belongs to a till."""
    lines = ("field :state, :string", "field :bank_id, :string", "belongs_to :till, Shop.Till")
    fields = "\n    ".join([*lines, "belongs_to :clerk, Shop.Clerk"])
    body = f'  schema "{table}" do\n    {fields}\n  end\n'
    return f"defmodule Shop.{name} do\n  use Ecto.Schema\n{body}end\n"


TENANTS = {
    "lib/shop/basket.ex": owned("Basket", "baskets"),
    "lib/shop/refund.ex": owned("Refund", "refunds"),
    "lib/shop/visit.ex": owned("Visit", "visits"),
    "lib/shop_web/router.ex": ROUTER % ("", "OpenLive"),
}


def query(written: str, head: str = "open(state)") -> dict[str, str]:
    """A context with one query."""
    text = "defmodule Shop.Baskets do\n  import Ecto.Query\n  alias Shop.{Basket, Repo}\n"
    text += f"  def {head} do\n    {written}\n  end\nend\n"
    return TENANTS | {"lib/shop/baskets.ex": text}


def test_the_tenant_is_what_tables_belong_to_and_routes_begin_with() -> None:
    found = read_tenancy(map_of(TENANTS))
    assert found.tenants == {"till": (3, 7)}
    assert found.links == frozenset()
    assert found.owned["Shop.Basket"] == ("till",)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "Repo.all(from b in Basket, where: b.state == ^state)",
            "reads `baskets`, which belongs to a till, filtered by `state` only",
        ),
        ("from(b in Basket, where: b.state == ^state) |> Repo.delete_all()", "deletes `baskets`"),
        ("Basket |> where([b], b.state == ^state) |> Repo.all()", "reads `baskets`"),
    ],
)
def test_a_query_on_a_tenants_table_without_the_tenant_is_reported(written: str, said: str) -> None:
    (found,) = findings("tenantless-query", query(written))
    assert said in found.what
    assert "without `till_id`" in found.what


@pytest.mark.parametrize(
    ("written", "head"),
    [
        ("Repo.all(from b in Basket, where: b.till_id == ^state)", "open(state)"),
        ("Repo.one(from b in Basket, where: b.id == ^state)", "open(state)"),
        ("Repo.all(from b in Basket, where: ^state)", "open(state)"),
        ("Repo.all(from b in Basket, where: b.state == :open)", "all_open"),
        ("from b in Basket, where: b.state == ^state", "open(state)"),
        ("Repo.all(from b in Basket, where: b.bank_id == ^state)", "open(state)"),
        ("Repo.all(from b in Basket, where: b.clerk_id == ^state)", "open(state)"),
    ],
)
def test_a_query_held_to_a_row_or_a_tenant_or_left_to_its_caller_is_left_alone(written: str, head: str) -> None:
    assert findings("tenantless-query", query(written, head)) == []


FLAGS = {"lib/shop/features.ex": 'defmodule Shop.Features do\n  def enabled?("refunds"), do: true\nend\n'}


def test_a_flag_that_nobody_defines_is_reported() -> None:
    asks = '  def mount(_p, _s, socket), do: {:ok, assign(socket, :on, Shop.Features.enabled?("%s"))}'
    (found,) = findings("undefined-flag", FLAGS | page(asks % "refund"))
    assert found.symbol == "refund"
    assert findings("undefined-flag", FLAGS | page(asks % "refunds")) == []


def test_a_flag_that_only_hides_a_button_is_reported() -> None:
    shown = 'assign(socket, refunds_on: Shop.Features.enabled?("refunds"))'
    shows = f"  def mount(_p, _s, socket) do\n    {{:ok, {shown}}}\n  end\n"
    (found,) = findings("hidden-not-refused", FLAGS | page(shows + handler("refund(by)")))
    assert "asks for the flag `refunds` only where it shows the page (`mount/3`)" in found.what
    asked = handler("if socket.assigns.refunds_on, do: refund(by)")
    assert findings("hidden-not-refused", FLAGS | page(shows + asked)) == []
