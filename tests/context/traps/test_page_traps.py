"""Templates: what a script is given unescaped, and ids that every render makes anew."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from tests.context.traps.small_scene import map_of, pack_of, waypoint_of
from torusnb.context.traps import find_traps
from torusnb.models.knowledge import Trap

PAGE = "lib/shop_web/live/basket_live.ex"


ASKED = "A clerk prints a sealed bundle."


def told(rule: str, files: Mapping[str, str], rank: int = 1, asked: str = ASKED) -> tuple[Trap, ...]:
    """What a rule tells when the code is the pack's first waypoint; templates are files known by name only."""
    code = {path: text for path, text in files.items() if path.endswith(".ex")}
    others = tuple(sorted(files.keys() - code.keys()))
    whole = msgspec.structs.replace(map_of(code), other_files=others)
    points = tuple(waypoint_of(path, rank) for path in sorted(code))
    return find_traps(pack_of(asked), points, whole, lambda path: files.get(path, ""), rules=(rule,))


def component(template: str, before: str = "", head: str = "render(assigns)") -> dict[str, str]:
    """A LiveView's file with one template."""
    body = f'  def {head} do\n    {before}\n    ~H"""\n    {template}\n    """\n  end'
    return {PAGE: f"defmodule ShopWeb.BasketLive do\n  use Phoenix.LiveView\n{body}\nend\n"}


CONTROLLER = "defmodule ShopWeb.BasketController do\n  use ShopWeb, :controller\n  def show(c, _), do: c\nend\n"


@pytest.mark.parametrize(
    ("code", "template"),
    [
        ("lib/shop_web/controllers/basket_controller.ex", "lib/shop_web/templates/basket/show.html.eex"),
        ("lib/shop_web/controllers/basket_controller.ex", "lib/shop_web/controllers/basket_html/show.html.heex"),
        ("lib/shop_web/views/basket_view.ex", "lib/shop_web/templates/basket/show.html.heex"),
        ("lib/shop_web/live/basket_live.ex", "lib/shop_web/live/basket_live.html.heex"),
    ],
)
def test_a_script_in_a_template_beside_its_code_is_read(code: str, template: str) -> None:
    written = "<p>x</p>\n<script>\n  start(<%= raw Jason.encode!(@sealed_bundle) %>)\n</script>\n"
    (trap,) = told("open-script", {code: CONTROLLER, template: written})
    assert (
        "`Jason.encode!(@sealed_bundle)` into a `<script>` with `raw`, encoded without `escape: :html_safe`"
        in trap.what
    )
    assert trap.evidence == (f"code:{template}:3",)


@pytest.mark.parametrize(
    "template",
    [
        "lib/shop_web/templates/till/show.html.eex",
        "apps/other_web/templates/basket/show.html.eex",
        "lib/shop_web/live/basket_live_old.html.heex",
    ],
)
def test_a_template_of_other_code_is_not_read(template: str) -> None:
    files = {"lib/shop_web/controllers/basket_controller.ex": CONTROLLER, template: "<script><%= raw(@b) %></script>"}
    assert told("open-script", files) == ()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("<%= raw(@sealed_bundle) %>", "`@sealed_bundle` into"),
        ("<%= raw @sealed_bundle %>", "`@sealed_bundle` into"),
        ("<%= Phoenix.HTML.raw(@sealed_bundle) %>", "`@sealed_bundle` into"),
        ("<%= Jason.encode!(@sealed_bundle) |> raw %>", "`Jason.encode!(@sealed_bundle)` into"),
        ("<%= @sealed_bundle |> Jason.encode!() |> raw() %>", "`@sealed_bundle |> Jason.encode!()` into"),
        ("a(<%= raw(@sealed_bundle) %>, <%= raw(@two) %>)", "`@sealed_bundle` and `@two` into"),
    ],
)
def test_a_raw_assign_in_a_script_is_told_in_every_form(value: str, said: str) -> None:
    (trap,) = told("open-script", component(f"<script>{value}</script>"))
    assert said in trap.what


@pytest.mark.parametrize(
    "template",
    [
        "<p><%= raw(@sealed_bundle) %></p>",
        "<script><%= @sealed_bundle %></script>",
        '<script><%= raw("x") %></script>',
        "<script><%= raw(Jason.encode!(@sealed_bundle, escape: :html_safe)) %></script>",
        "<script><%= raw(javascript_escape(@sealed_bundle)) %></script>",
        "<%!-- <script><%= raw(@sealed_bundle) %></script> --%>",
        "<!-- <script><%= raw(@sealed_bundle) %></script> -->",
    ],
)
def test_what_is_escaped_fixed_or_commented_out_is_left_alone(template: str) -> None:
    assert told("open-script", component(template)) == ()


def test_a_script_that_the_request_does_not_speak_of_is_left_alone() -> None:
    template = "<script><%= raw(@sealed_bundle) %></script>"
    assert len(told("open-script", component(template))) == 1
    assert told("open-script", component(template), asked="Rain falls.") == ()


@pytest.mark.parametrize(
    ("template", "before", "head"),
    [
        ("<div id={UUID.uuid4()}>x</div>", "", "render(assigns)"),
        ('<input id={"field-#{System.unique_integer([:positive])}"} />', "", "field(assigns)"),
        ("<li :for={b <- @baskets} id={Ecto.UUID.generate()}>x</li>", "", "render(assigns)"),
        ("<div id={@key}>x</div>", "assigns = assign(assigns, :key, UUID.uuid4())", "box(assigns)"),
        ("<div id={@key}>x</div>", 'assigns = assign(assigns, key: "k-#{:rand.uniform(9)}")', "box(assigns)"),
        (
            '<div id={"box-#{@key}"}>x</div>',
            "assigns = assign_new(assigns, :key, fn -> UUID.uuid4() end)",
            "box(assigns)",
        ),
    ],
)
def test_an_id_made_anew_at_each_render_is_told(template: str, before: str, head: str) -> None:
    (trap,) = told("fresh-dom-id", component(template, before, head))
    assert "each render has another one" in trap.what
    assert trap.evidence[0] == f"code:{PAGE}:6"


def test_an_id_that_a_components_update_makes_anew_is_told_with_that_line() -> None:
    update = "  def update(assigns, socket) do\n    {:ok, assign(socket, form_id: UUID.uuid4())}\n  end\n"
    files = component('<form id={"form-#{@form_id}"}>x</form>')
    files = {PAGE: files[PAGE].replace("  def render", f"{update}  def render")}
    (trap,) = told("fresh-dom-id", files)
    assert "which `update/2` makes anew each time, so each update of the component has another one" in trap.what
    assert trap.severity == "high"
    assert trap.evidence == (f"code:{PAGE}:9", f"code:{PAGE}:4")


MOUNT = "  def mount(_p, _s, socket), do: {:ok, assign(socket, form_id: UUID.uuid4())}\n"


@pytest.mark.parametrize(
    ("template", "before"),
    [
        ("<div id={@basket.id}>x</div>", ""),
        ("<div data-id={UUID.uuid4()}>x</div>", ""),
        ("<clipPath id={UUID.uuid4()}>x</clipPath>", ""),
        ("<div id={@key}>x</div>", "assigns = assign(assigns, :key, assigns[:key] || UUID.uuid4())"),
        ("<div id={@form_id}>x</div>", ""),
    ],
)
def test_an_id_that_stays_or_that_nothing_hangs_on_is_left_alone(template: str, before: str) -> None:
    files = component(template, before)
    assert told("fresh-dom-id", {PAGE: files[PAGE].replace("  def render", f"{MOUNT}  def render")}) == ()


def test_page_traps_are_told_of_the_first_waypoints_only() -> None:
    assert len(told("fresh-dom-id", component("<div id={UUID.uuid4()}>x</div>"), rank=12)) == 1
    assert told("fresh-dom-id", component("<div id={UUID.uuid4()}>x</div>"), rank=13) == ()


def test_a_line_of_thousands_of_keys_is_read_in_no_time() -> None:
    before = f"assigns = assign(assigns, {'a: ' * 8_000})\n    make_ref()"
    assert told("fresh-dom-id", component("<div id={@a}>x</div>", before)) == ()
