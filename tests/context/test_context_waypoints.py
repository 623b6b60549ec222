from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from torusnb.context.graph import FileGraph
from torusnb.context.layers import layer_of, main_module
from torusnb.context.naming import Resolver, find_missing
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Module, Use
from torusnb.models.requirements import Mention, PrdSection, SpecPack, Statement

HERE = Place("prd.md", 3)


@pytest.fixture
def ranked(stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]) -> tuple[Waypoint, ...]:
    return rank_waypoints(stacking, shop_map, read_shop)


def test_what_the_pack_names_comes_first_and_says_where_it_is_named(ranked: tuple[Waypoint, ...]) -> None:
    assert ranked[0].path == "lib/shop/baskets.ex"
    named = next(reason for reason in ranked[0].reasons if reason.kind == "named")
    assert "FR-001" in named.text
    assert "FR-001" in ranked[0].requirements


def test_the_quote_is_the_named_functions_head_verbatim(
    ranked: tuple[Waypoint, ...], read_shop: Callable[[str], str]
) -> None:
    assert ranked[0].quote == "def redeem_voucher(%Basket{} = basket, code) do"
    assert ranked[0].key == f"code:{ranked[0].path}:{ranked[0].line}"
    for waypoint in ranked:
        assert read_shop(waypoint.path).splitlines()[waypoint.line - 1].strip() == waypoint.quote


def test_a_route_leads_to_its_live_view_and_to_a_reason(ranked: tuple[Waypoint, ...]) -> None:
    live = next(waypoint for waypoint in ranked if waypoint.path == "lib/shop_web/live/basket_live.ex")
    assert live.layer == "live_view"
    assert any("`/basket`" in reason.text for reason in live.reasons)


def test_ranks_count_from_one_and_migrations_are_no_waypoints(ranked: tuple[Waypoint, ...]) -> None:
    assert [waypoint.rank for waypoint in ranked] == list(range(1, len(ranked) + 1))
    assert not any("migrations" in waypoint.path for waypoint in ranked)
    assert all(waypoint.reasons for waypoint in ranked)


def test_a_dropped_file_gives_its_place_away_and_a_wanted_one_comes_on_top(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    never = frozenset({"lib/shop/baskets.ex"})
    always = frozenset({"lib/shop/weather.ex"})
    found = rank_waypoints(stacking, shop_map, read_shop, 2, always=always, never=never)
    assert [waypoint.path for waypoint in found][2:] == ["lib/shop/weather.ex"]
    assert found[-1].reasons[0].kind == "person"
    assert "lib/shop/baskets.ex" not in {waypoint.path for waypoint in found}


def test_the_same_request_gives_the_same_ranking(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str], ranked: tuple[Waypoint, ...]
) -> None:
    assert rank_waypoints(stacking, shop_map, read_shop) == ranked


@pytest.mark.parametrize(
    ("kind", "name", "paths"),
    [
        ("module", "Shop.Baskets", ["lib/shop/baskets.ex"]),
        ("module", "Shop.Basket", []),
        ("module", "Baskets.Basket", ["lib/shop/baskets/basket.ex"]),
        ("path", "lib/shop/repo.ex", ["lib/shop/repo.ex"]),
        ("path", "baskets/basket.ex:12", ["lib/shop/baskets/basket.ex"]),
        ("path", "lib/shop/none.ex", []),
        ("function", "Shop.Baskets.redeem_voucher/2", ["lib/shop/baskets.ex"]),
        ("function", "redeem_voucher/2", ["lib/shop/baskets.ex"]),
        ("function", "get/2", []),
        ("route", "/basket", ["lib/shop_web/live/basket_live.ex"]),
        ("route", "/", []),
        ("identifier", "baskets", ["lib/shop/baskets/basket.ex"]),
        ("identifier", "BasketLive", ["lib/shop_web/live/basket_live.ex"]),
        ("identifier", "redeem_voucher", ["lib/shop/baskets.ex"]),
        ("identifier", "zebra_crossing", []),
        ("event", "shop.baskets.redeemed", []),
    ],
)
def test_names_are_resolved_to_files(shop_map: CodeMap, kind: str, name: str, paths: list[str]) -> None:
    assert [named.path for named in Resolver(shop_map).resolve(Mention(kind, name, HERE))] == paths


def test_only_the_checkouts_own_modules_can_be_missing(shop_map: CodeMap, stacking: SpecPack) -> None:
    resolver = Resolver(shop_map)
    assert [mention.name for mention in find_missing(stacking, resolver)] == ["Shop.Refusals"]
    assert not resolver.is_missing("Phoenix.LiveView")
    assert not resolver.is_missing("Shop.Accounts")


def test_the_graph_knows_aliases_associations_routes_and_folders(shop_map: CodeMap) -> None:
    graph = FileGraph(shop_map)
    assert "lib/shop/baskets/basket.ex" in graph.uses["lib/shop/baskets.ex"]
    assert graph.uses["lib/shop/baskets/basket.ex"] == ("lib/shop/accounts/account.ex",)
    assert "lib/shop_web/live/basket_live.ex" in graph.uses["lib/shop_web/router.ex"]
    assert "lib/shop_web/live/basket_live.ex" in graph.used_by["lib/shop/baskets.ex"]
    assert graph.parents == {"lib/shop/baskets/basket.ex": "lib/shop/baskets.ex"}


@pytest.mark.parametrize(
    ("name", "kinds", "path", "layer"),
    [
        ("A.B", (), "lib/a/b.ex", "context"),
        ("A.B", ("schema",), "lib/a/b.ex", "schema"),
        ("A.B", ("genserver",), "lib/a/b.ex", "process"),
        ("A.PriceCache", ("genserver",), "lib/a/price_cache.ex", "cache"),
        ("A.B", ("worker",), "lib/a/b.ex", "worker"),
        ("AWeb.B", ("live_view",), "lib/a_web/live/b.ex", "live_view"),
        ("AWeb.B", (), "lib/a_web/controllers/b.ex", "controller"),
        ("AWeb.B", (), "lib/a_web/b.ex", "other"),
        ("", (), "assets/src/b.ts", "asset"),
        ("", (), "guides/b.md", "guide"),
    ],
)
def test_a_files_layer_follows_what_it_is(name: str, kinds: tuple[str, ...], path: str, layer: str) -> None:
    assert layer_of(path, Module(name, path, 1, 9, kinds) if name else None) == layer


@pytest.mark.parametrize(
    ("kind", "layer"), [("genserver", "cache"), ("application", "process"), ("supervisor", "process")]
)
def test_only_a_process_that_holds_something_is_a_cache(kind: str, layer: str) -> None:
    module = Module("A.B", "lib/a/b.ex", 1, 9, (kind,), caches=(Use("start", "prices", 3),))
    assert layer_of(module.path, module) == layer


def test_the_main_module_is_the_first_unless_another_is_far_longer(shop_map: CodeMap) -> None:
    outline = shop_map.by_path["lib/shop/repo.ex"]
    assert main_module(outline) == outline.modules[0]


def test_what_is_named_only_as_a_non_goal_is_known_and_says_so(
    shop_map: CodeMap, read_shop: Callable[[str], str], stacking: SpecPack
) -> None:
    path = "lib/shop/baskets.ex"
    module = next(name for name, held in shop_map.modules.items() if held.path == path)
    text = f"- No change to {module}."
    left_out = SpecPack(
        slug=stacking.slug,
        directory=stacking.directory,
        title=stacking.title,
        sections=(PrdSection("What stays out", 2, Place("prd.md", 3), text),),
        mentions=(Mention("module", module, Place("prd.md", 4)),),
        non_goals=(Statement(text, Place("prd.md", 4)),),
    )
    named = next(point for point in rank_waypoints(left_out, shop_map, read_shop) if point.path == path)
    assert named.likely == "known"
    assert any("as out of scope" in reason.text for reason in named.reasons)
    wanted = msgspec.structs.replace(left_out, goals=left_out.non_goals, non_goals=())
    again = next(point for point in rank_waypoints(wanted, shop_map, read_shop) if point.path == path)
    assert not any("out of scope" in reason.text for reason in again.reasons)
