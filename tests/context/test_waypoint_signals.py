from __future__ import annotations

from collections.abc import Callable

import pytest

from torusnb.context.graph import FileGraph
from torusnb.context.map.documents import is_indexed
from torusnb.context.map.text_cache import open_text_index
from torusnb.context.naming import Resolver, find_named
from torusnb.context.waypoints.hints import find_folders, find_tested
from torusnb.context.waypoints.pairs import count_pairs, score_pairs
from torusnb.context.waypoints.precedents import Precedent
from torusnb.context.waypoints.ranking import Scene, rank_files
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import Tuning
from torusnb.context.waypoints.spreading import belonging, stand_out, used_by_seeds, using_seeds, walk
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.history import Change, History
from torusnb.models.requirements import Mention, PrdSection, SpecPack

HERE = Place("prd.md", 3)
BASKETS = "lib/shop/baskets.ex"
BASKET = "lib/shop/baskets/basket.ex"
LIVE = "lib/shop_web/live/basket_live.ex"
YEAR = 365 * 86_400


def pack_saying(text: str, *mentions: Mention) -> SpecPack:
    section = PrdSection("Overview", 2, HERE, text)
    return SpecPack("stacking", "docs/features/stacking", "Stacking", sections=(section,), mentions=mentions)


def test_pairs_are_neighbouring_telling_words_of_a_line() -> None:
    found = count_pairs(["Voucher stacking for an open basket\nbasket", "the voucher stacking"])
    assert found == {("voucher", "stacking"): 2, ("open", "basket"): 1}


def test_a_pair_is_found_in_identifiers_and_in_prose_and_a_rare_one_weighs_more() -> None:
    wanted = count_pairs(["voucher total\nopen basket"])
    documents = {
        "a": "def voucher_total, do: 1\n",
        "b": "# an OpenBasket\n",
        "c": "open baskets",
        "d": "voucher\ntotal",
    }
    scores = score_pairs(wanted, documents)
    assert sorted(scores) == ["a", "b", "c"]
    assert scores["a"].best == (("voucher", "total"),)
    assert scores["a"].value > scores["b"].value == scores["c"].value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("test/shop/baskets_test.exs", [(BASKETS, 0.9)]),
        ("test/baskets/basket_test.exs", [(BASKET, 0.9)]),
        ("test/other/basket_test.exs", []),
        ("test/shop/baskets/redeeming_test.exs", [(BASKETS, 0.45)]),
        ("test/shop/none_test.exs", []),
        ("contest/shop/baskets_test.exs", []),
    ],
)
def test_a_named_test_names_what_it_tests(name: str, expected: list[tuple[str, float]]) -> None:
    found = find_tested(pack_saying(f"Covered by `{name}`."), frozenset({BASKETS, BASKET, LIVE}))
    assert [(named.path, named.weight) for named in found] == expected


def test_a_named_folder_speaks_for_each_file_in_it_the_more_the_fewer_there_are() -> None:
    paths = frozenset({BASKETS, BASKET, LIVE, "lib/shop/repo.ex"})
    found = find_folders(pack_saying("All of `lib/shop/` but mostly shop/baskets/ and `assets/shop/`."), paths)
    assert found[BASKET].name == "shop/baskets"
    assert found[BASKET].share > found["lib/shop/repo.ex"].share
    assert LIVE not in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Baskets.redeem_voucher/2", [(BASKETS, 0.8, "redeem_voucher")]),
        ("Baskets.none/2", [(BASKETS, 0.8, "")]),
        ("Basket.voucher", [(BASKET, 0.8, "")]),
        ("Ecto.Enum.values/2", []),
        ("Repo", [("lib/shop/repo.ex", 0.5, "")]),
    ],
)
def test_short_names_of_functions_and_modules_are_resolved(
    shop_map: CodeMap, name: str, expected: list[tuple[str, float, str]]
) -> None:
    found = Resolver(shop_map).resolve(Mention("identifier", name, HERE))
    assert [(named.path, named.weight, named.symbol) for named in found] == expected


def test_a_camel_case_word_in_passing_counts_less_than_one_in_a_code_span(shop_map: CodeMap) -> None:
    passing = find_named(pack_saying("The BasketLive opens."), Resolver(shop_map))
    spanned = find_named(pack_saying("It opens.", Mention("identifier", "BasketLive", HERE)), Resolver(shop_map))
    assert [named.path for named in passing] == [named.path for named in spanned] == [LIVE]
    assert passing[0].weight < spanned[0].weight


def test_only_the_best_stand_out_and_by_how_much() -> None:
    assert stand_out({"a": 3.0, "b": 2.0, "c": 1.0}, 2) == {"a": 2.0, "b": 1.0}
    assert stand_out({"a": 3.0, "b": 0.0}, 5) == {"a": 3.0}


def test_calls_go_to_what_a_file_works_with(shop_map: CodeMap) -> None:
    graph = FileGraph(shop_map)
    assert BASKET in graph.calls[BASKETS]
    assert LIVE in graph.calls["lib/shop_web/router.ex"]
    assert graph.calls[LIVE] == (BASKETS,)


def test_neighbours_gain_in_both_directions_and_a_walk_reaches_further(shop_map: CodeMap) -> None:
    graph = FileGraph(shop_map)
    seeds = {LIVE: 1.0}
    assert [neighbour.path for neighbour in used_by_seeds(seeds, graph)[BASKETS]] == [LIVE]
    assert "lib/shop_web/router.ex" in using_seeds(seeds, graph)
    passed = walk(seeds, graph)
    assert passed[BASKETS] > passed[BASKET] > 0
    assert "lib/shop/weather.ex" not in passed
    assert walk({}, graph) == {}


def test_a_file_in_a_contexts_folder_belongs_to_it(shop_map: CodeMap) -> None:
    assert belonging({BASKETS: 0.5}, FileGraph(shop_map))[BASKET].path == BASKETS


def test_history_and_earlier_packs_add_places_and_say_why(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    weather = "lib/shop/weather.ex"
    change = Change(id="c" * 40, at=YEAR, subject="Stack vouchers on an open basket", paths=(BASKETS, weather))
    history = History(commit="d" * 40, at=YEAR, changes=(change,))
    text = "# Vouchers\nA shopper redeems vouchers on a basket; `lib/shop/repo.ex` stores the total and each saving."
    precedents = (Precedent("docs/features/vouchers", "Vouchers", (("docs/features/vouchers/fdd.md", text),)),)
    plain = {waypoint.path: waypoint for waypoint in rank_waypoints(stacking, shop_map, read_shop)}
    found = {
        waypoint.path: waypoint
        for waypoint in rank_waypoints(stacking, shop_map, read_shop, history=history, precedents=precedents)
    }
    kinds = {reason.kind: reason.text for reason in found[weather].reasons}
    assert "Stack vouchers on an open basket" in kinds["history"]
    assert f"changed together with `{BASKETS}` once" in kinds["cochange"]
    cited = next(reason.text for reason in found["lib/shop/repo.ex"].reasons if reason.kind == "precedent")
    assert "`vouchers`" in cited
    assert found[weather].score > (plain[weather].score if weather in plain else 0.0)
    assert not any(reason.kind in {"history", "cochange", "precedent"} for w in plain.values() for reason in w.reasons)


def test_an_empty_history_says_nothing(stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]) -> None:
    plain = rank_waypoints(stacking, shop_map, read_shop)
    assert rank_waypoints(stacking, shop_map, read_shop, history=History(commit="d" * 40)) == plain


def test_what_stands_out_is_likely_changed_and_the_rest_only_known(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    found = rank_waypoints(stacking, shop_map, read_shop)
    assert found[0].likely == "changed"
    assert found[-1].likely == "known"
    scores = {kind: [w.score for w in found if w.likely == kind] for kind in ("changed", "known")}
    assert min(scores["changed"]) > max(scores["known"])


@pytest.mark.parametrize("changing", [50.0, -50.0])
def test_of_what_scores_alike_a_page_is_sooner_called_changed_than_a_schema(
    stacking: SpecPack,
    shop_map: CodeMap,
    read_shop: Callable[[str], str],
    changing: float,
) -> None:
    files = [file for file in shop_map.files if is_indexed(file)]
    with open_text_index(shop_map, read_shop) as index:
        scene = Scene(files, shop_map, index, read_shop)
        tuning = Tuning(changing=changing, leaning=100.0)
        found = rank_files(scene, stacking, Request(stacking, index), tuning).changing
    assert LIVE in found
    assert BASKET not in found
    assert (BASKETS in found) == (changing < 0)


def test_one_reason_holds_the_words_and_the_pairs_that_are_shared(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    best = rank_waypoints(stacking, shop_map, read_shop)[0]
    texts = [reason.text for reason in best.reasons if reason.kind == "text" and reason.text.startswith("shares")]
    assert len(texts) == 1
    assert '"voucher' in texts[0]
